#include "sim/metadata/metadata_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/model/message_codec.h"
#include "tests/testing/cut_bytes.h"

namespace brokerlab {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const Uuid kTopic{0x0102030405060708, 0x090a0b0c0d0e0f10};

PartitionRecord partition_of_three() {
    PartitionRecord record;
    record.partition_id = PartitionId(0);
    record.topic_id = kTopic;
    record.replicas = {BrokerId(2), BrokerId(3), BrokerId(1)};
    record.isr = record.replicas;
    record.leader = BrokerId(2);
    record.leader_epoch = LeaderEpoch(0);
    record.partition_epoch = PartitionEpoch(0);
    record.directories = {Uuid{1, 1}, Uuid{2, 2}, Uuid{3, 3}};
    return record;
}

/// One record of every kind, with its defaults.
template <std::size_t... Kind>
std::vector<MetadataRecord> one_of_each(std::index_sequence<Kind...>) {
    return {MetadataRecord(std::in_place_index<Kind>)...};
}
std::vector<MetadataRecord> one_of_each() {
    return one_of_each(std::make_index_sequence<std::variant_size_v<MetadataRecord>>());
}

std::string why_refused(const Bytes& value) {
    const Outcome<VersionedMetadataRecord> decoded = decode_metadata_record(value);
    return decoded ? "it was not" : decoded.failure().what;
}

TEST(MetadataRecord, AFrameIsItsVersionTheKindTheVersionAndTheBody) {
    RemoveTopicRecord removed;
    removed.topic_id = kTopic;
    const Bytes expected{1, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 0};
    EXPECT_EQ(encode_metadata_record(removed), expected);
}

TEST(MetadataRecord, EveryKindComesBackFromItsFrame) {
    const std::vector<MetadataRecord> records = one_of_each();
    EXPECT_EQ(records.size(), 25U);
    for (const MetadataRecord& record : records) {
        const ApiVersion version = written_version(record);
        const auto decoded = decode_metadata_record(encode_metadata_record(record));
        ASSERT_TRUE(decoded.ok()) << record_name(record) << ": " << decoded.failure().what;
        EXPECT_EQ(*decoded, (VersionedMetadataRecord{record, version})) << record_name(record);
    }
}

TEST(MetadataRecord, AControllerOfKafka4WritesTheLatestVersions) {
    EXPECT_EQ(written_version(RegisterBrokerRecord()), 3);
    EXPECT_EQ(written_version(PartitionRecord()), 2);
    EXPECT_EQ(written_version(PartitionChangeRecord()), 2);
    EXPECT_EQ(written_version(BrokerRegistrationChangeRecord()), 2);
    EXPECT_EQ(written_version(TopicRecord()), 0);
}

TEST(MetadataRecord, AFieldThatAnOlderVersionLacksIsLost) {
    const Bytes value = encode_metadata_record(partition_of_three(), 0);
    const auto decoded = decode_metadata_record(value);
    ASSERT_TRUE(decoded.ok());
    PartitionRecord expected = partition_of_three();
    expected.directories.clear();
    EXPECT_EQ(decoded->record, MetadataRecord(expected));
    EXPECT_EQ(decoded->version, 0);
}

TEST(MetadataRecord, ARecordThatIsCutAnywhereIsRefused) {
    for (MetadataRecord record : one_of_each()) {
        if (std::holds_alternative<PartitionRecord>(record)) {
            record = partition_of_three();
        }
        EXPECT_THAT(accepted_prefixes(encode_metadata_record(record), decode_metadata_record),
                    IsEmpty())
            << record_name(record);
    }
}

TEST(MetadataRecord, ABadFrameIsRefusedWithItsReason) {
    EXPECT_THAT(why_refused({}), HasSubstr("the frame ends early"));
    EXPECT_THAT(why_refused({1, 9}), HasSubstr("the frame ends early"));
    EXPECT_THAT(why_refused({0, 9, 0}), HasSubstr("frame version 0 is not 1"));
    EXPECT_THAT(why_refused({2, 9, 0}), HasSubstr("frame version 2 is not 1"));
    EXPECT_THAT(why_refused({1, 0x80, 0x80, 0x02, 0}), HasSubstr("too large"));
    EXPECT_THAT(why_refused({1, 9, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}),
                HasSubstr("the frame ends early"));
}

TEST(MetadataRecord, AnUnknownKindIsNamed) {
    EXPECT_EQ(why_refused({1, 6, 0, 0}), "metadata record: kind 6 is unknown");
    EXPECT_EQ(why_refused({1, 28, 0, 0}), "metadata record: kind 28 is unknown");
}

TEST(MetadataRecord, AnUnknownVersionAndLeftOverBytesAreNamed) {
    EXPECT_EQ(why_refused({1, 20, 1, 0}),
              "metadata record: NoOpRecord: version 1 is not one of 0 to 0");
    EXPECT_EQ(why_refused({1, 20, 0, 0, 7}),
              "metadata record: NoOpRecord: 1 bytes are left over after the message");
}

TEST(MetadataRecord, ALengthBeyondTheInputIsRefused) {
    // A TopicRecord whose name claims two gigabytes.
    EXPECT_THAT(why_refused({1, 2, 0, 0xff, 0xff, 0xff, 0xff, 0x07, 'o'}),
                HasSubstr("TopicRecord"));
}

RC_GTEST_PROP(MetadataRecordProperty, BytesThatDecodeMeanTheSameAfterEncoding, ()) {
    auto value = *rc::gen::container<Bytes>(rc::gen::arbitrary<uint8_t>());
    // Steer past the frame, or hardly any input would come that far.
    value.insert(value.begin(),
                 {1, *rc::gen::inRange<uint8_t>(0, 28), *rc::gen::inRange<uint8_t>(0, 4)});
    const auto decoded = decode_metadata_record(value);
    if (decoded) {
        const Bytes again = encode_metadata_record(decoded->record, decoded->version);
        const auto twice = decode_metadata_record(again);
        RC_ASSERT(twice.ok());
        RC_ASSERT(*twice == *decoded);
    }
}

std::optional<std::vector<BrokerId>> some_brokers() {
    if (*rc::gen::arbitrary<bool>()) {
        return std::nullopt;
    }
    std::vector<BrokerId> brokers;
    for (const int32_t id : *rc::gen::arbitrary<std::vector<int32_t>>()) {
        brokers.emplace_back(id);
    }
    return brokers;
}

RC_GTEST_PROP(MetadataRecordProperty, AChangeSaysWhatItSetsAndNothingElse, ()) {
    PartitionChangeRecord change;
    change.partition_id = PartitionId(*rc::gen::arbitrary<int32_t>());
    change.topic_id = kTopic;
    change.isr = some_brokers();
    change.leader = BrokerId(*rc::gen::inRange(-2, 4));
    change.replicas = some_brokers();
    change.removing_replicas = some_brokers();
    change.adding_replicas = some_brokers();
    change.eligible_leader_replicas = some_brokers();
    change.last_known_elr = some_brokers();
    const auto decoded = decode_metadata_record(encode_metadata_record(change));
    RC_ASSERT(decoded.ok());
    RC_ASSERT(decoded->record == MetadataRecord(change));
}

}  // namespace
}  // namespace brokerlab
