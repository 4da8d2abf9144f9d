#include "sim/group/group_coordinator_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/testing/cut_bytes.h"

namespace brokerlab {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

GroupRecordOf<OffsetCommitKey> commit_of_42() {
    OffsetCommitValue value;
    value.offset = Offset(42);
    value.leader_epoch = LeaderEpoch(3);
    value.metadata = "m";
    value.commit_timestamp = Timestamp(1'700'000'000'000);
    return {{"stock", "orders", PartitionId(1)}, value};
}

/// One record of every kind, with a value.
template <std::size_t... Kind>
std::vector<GroupCoordinatorRecord> one_of_each(std::index_sequence<Kind...>) {
    std::vector<GroupCoordinatorRecord> records{
        GroupCoordinatorRecord(std::in_place_index<Kind>)...};
    for (GroupCoordinatorRecord& record : records) {
        std::visit([](auto& held) { held.value.emplace(); }, record);
    }
    records.front() = commit_of_42();
    return records;
}
std::vector<GroupCoordinatorRecord> one_of_each() {
    return one_of_each(std::make_index_sequence<std::variant_size_v<GroupCoordinatorRecord>>());
}

std::string why_refused(const Bytes& key, std::optional<ByteSpan> value = std::nullopt) {
    const Outcome<GroupCoordinatorRecord> decoded = decode_group_record(key, value);
    return decoded ? "it was not" : decoded.failure().what;
}

TEST(GroupCoordinatorRecord, ACommitHasTheBytesOfARealBroker) {
    const EncodedRecord encoded = encode_group_record(commit_of_42());
    const Bytes key{0,   1,   0,   5,   's', 't', 'o', 'c', 'k', 0, 6,
                    'o', 'r', 'd', 'e', 'r', 's', 0,   0,   0,   1};
    const Bytes value{0, 3, 0, 0,   0, 0, 0, 0,    0,    42,   0,    0, 0,
                      3, 0, 1, 'm', 0, 0, 1, 0x8b, 0xcf, 0xe5, 0x68, 0};
    EXPECT_EQ(encoded, (EncodedRecord{key, value}));
}

TEST(GroupCoordinatorRecord, EveryKindComesBackWithAndWithoutAValue) {
    for (GroupCoordinatorRecord record : one_of_each()) {
        const EncodedRecord encoded = encode_group_record(record);
        const auto decoded = decode_group_record(encoded.key, encoded.value);
        ASSERT_TRUE(decoded.ok()) << decoded.failure().what;
        EXPECT_EQ(*decoded, record);

        std::visit([](auto& held) { held.value.reset(); }, record);
        const EncodedRecord tombstone = encode_group_record(record);
        EXPECT_FALSE(tombstone.value.has_value());
        const auto removed = decode_group_record(tombstone.key, std::nullopt);
        ASSERT_TRUE(removed.ok()) << removed.failure().what;
        EXPECT_EQ(*removed, record);
    }
}

TEST(GroupCoordinatorRecord, ACommitOfAnOldClientKeepsItsExpiry) {
    OffsetCommitValue value;
    value.expire_timestamp = Timestamp(77);
    const Bytes key = encode_versioned(OffsetCommitKey{"g", "t", PartitionId(0)}, 0);
    const Bytes bytes = encode_versioned(value, 1);
    const auto decoded = decode_group_record(key, ByteSpan(bytes));
    ASSERT_TRUE(decoded.ok()) << decoded.failure().what;
    const auto* commit = std::get_if<GroupRecordOf<OffsetCommitKey>>(&*decoded);
    ASSERT_NE(commit, nullptr);
    EXPECT_EQ(commit->value->expire_timestamp, Timestamp(77));
}

TEST(GroupCoordinatorRecord, AMemberOfTheConsumerProtocolHasNoClassicPart) {
    ConsumerGroupMemberMetadataValue member;
    member.classic_member_metadata.reset();
    // The null is written out: one tagged field, number 0, one byte long, holding 0.
    const Bytes bytes = encode_message(member, 0);
    ASSERT_GE(bytes.size(), 4U);
    EXPECT_EQ(Bytes(bytes.end() - 4, bytes.end()), (Bytes{1, 0, 1, 0}));
    const auto decoded = decode_message<ConsumerGroupMemberMetadataValue>(bytes, 0);
    ASSERT_TRUE(decoded.ok()) << decoded.failure().what;
    EXPECT_EQ(*decoded, member);
}

TEST(GroupCoordinatorRecord, AKindThatTheLabDoesNotModelIsNamed) {
    EXPECT_EQ(why_refused({0, 9, 0, 1, 'g'}), "record of __consumer_offsets: kind 9 is unknown");
    EXPECT_EQ(why_refused({0, 16, 0, 1, 'g'}), "record of __consumer_offsets: kind 16 is unknown");
    EXPECT_EQ(why_refused({0xff, 0xff}), "record of __consumer_offsets: kind -1 is unknown");
    EXPECT_THAT(why_refused({0}), HasSubstr("no room for a version"));
}

TEST(GroupCoordinatorRecord, AValueOfAnUnknownVersionIsRefused) {
    const EncodedRecord encoded = encode_group_record(commit_of_42());
    Bytes value = *encoded.value;
    value[1] = 5;
    EXPECT_EQ(why_refused(encoded.key, ByteSpan(value)),
              "record of __consumer_offsets: OffsetCommitValue: version 5 is not one of 0 to 4");
}

TEST(GroupCoordinatorRecord, ARecordThatIsCutAnywhereIsRefused) {
    for (const GroupCoordinatorRecord& record : one_of_each()) {
        const EncodedRecord encoded = encode_group_record(record);
        const ByteSpan value(*encoded.value);
        EXPECT_THAT(accepted_prefixes(
                        encoded.key, [&](ByteSpan key) { return decode_group_record(key, value); }),
                    IsEmpty());
        EXPECT_THAT(accepted_prefixes(
                        value, [&](ByteSpan cut) { return decode_group_record(encoded.key, cut); }),
                    IsEmpty());
    }
}

RC_GTEST_PROP(GroupCoordinatorRecordProperty, ValuesOfAnyBytesAreReadOrRefused, ()) {
    const auto records = one_of_each();
    const EncodedRecord encoded =
        encode_group_record(records[*rc::gen::inRange<std::size_t>(0, records.size())]);
    auto value = *rc::gen::container<Bytes>(rc::gen::arbitrary<uint8_t>());
    value.insert(value.begin(), {0, *rc::gen::inRange<uint8_t>(0, 5)});
    const auto decoded = decode_group_record(encoded.key, ByteSpan(value));
    if (decoded) {
        const EncodedRecord again = encode_group_record(*decoded);
        RC_ASSERT(again.key == encoded.key);
        RC_ASSERT(decode_group_record(again.key, ByteSpan(*again.value)).ok());
    }
}

}  // namespace
}  // namespace brokerlab
