// The single formats of a log directory, byte for byte, and what is refused in each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/log/log_files.h"
#include "tests/unit/log/batch_bytes.h"
#include "tests/unit/log/segment_fixture.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using brokerlab::testing::from_hex;
using brokerlab::testing::TestSegment;

TEST(SegmentFileName, IsTheBaseOffsetInTwentyDigits) {
    EXPECT_EQ(segment_file_name(Offset(42), ".log"), "00000000000000000042.log");
    EXPECT_EQ(segment_file_name(Offset(9'223'372'036'854'775'807), ".index"),
              "09223372036854775807.index");
    EXPECT_EQ(base_offset_of_file("00000000000000000042.log").value(), Offset(42));
    EXPECT_EQ(base_offset_of_file("09223372036854775807.snapshot").value(),
              Offset(9'223'372'036'854'775'807));
    for (const char* name :
         {"", ".log", "42.log", "0000000000000000004x.log", "-0000000000000000042.log",
          "99999999999999999999.log", "000000000000000000042.log"}) {
        EXPECT_FALSE(base_offset_of_file(name).ok()) << name;
    }
}

TestSegment indexed_segment() {
    TestSegment test(99, Offset(1000));
    test.append({.base = 1000, .times = {1'700'000'000'000}, .size = 100});
    test.append({.base = 1001, .times = {1'700'000'000'005, 7}, .size = 100});
    test.append({.base = 1003, .times = {1'700'000'000'001}, .size = 100});
    return test;
}

TEST(OffsetIndexFile, HasEightBytesAnEntry) {
    const TestSegment test = indexed_segment();
    const Bytes bytes = encode_offset_index(test.segment);
    EXPECT_EQ(bytes, from_hex("00000002"
                              "00000064"
                              "00000003"
                              "000000c8"))
        << "offsets count from the segment's base";
    EXPECT_THAT(
        decode_offset_index(bytes, Offset(1000)).value(),
        ElementsAre(OffsetIndexEntry{Offset(1002), 100}, OffsetIndexEntry{Offset(1003), 200}));
    EXPECT_THAT(decode_offset_index({}, Offset(0)).value(), IsEmpty());
    const Outcome<std::vector<OffsetIndexEntry>> cut =
        decode_offset_index(ByteSpan(bytes).first(15), Offset(1000));
    ASSERT_FALSE(cut.ok());
    EXPECT_THAT(cut.failure().what, HasSubstr("15"));
}

TEST(TimeIndexFile, HasTwelveBytesAnEntry) {
    TestSegment test = indexed_segment();
    test.segment.seal();
    const Bytes bytes = encode_time_index(test.segment);
    EXPECT_EQ(bytes, from_hex("0000018bcfe56805"
                              "00000002"));
    EXPECT_THAT(decode_time_index(bytes, Offset(1000)).value(),
                ElementsAre(TimeIndexEntry{Timestamp(1'700'000'000'005), Offset(1002)}));
    for (const std::size_t size : {1U, 8U, 11U}) {
        EXPECT_FALSE(decode_time_index(ByteSpan(bytes).first(size), Offset(1000)).ok()) << size;
    }
}

TEST(TxnIndexFile, HasThirtyFourBytesAnEntry) {
    const TxnIndex index = {{ProducerId(4000), Offset(5), Offset(9), Offset(10)},
                            {ProducerId(1), Offset(7), Offset(11), Offset(8)}};
    const Bytes bytes = encode_txn_index(index);
    EXPECT_EQ(bytes, from_hex("0000"
                              "0000000000000fa0"
                              "0000000000000005"
                              "0000000000000009"
                              "000000000000000a"
                              "0000"
                              "0000000000000001"
                              "0000000000000007"
                              "000000000000000b"
                              "0000000000000008"));
    EXPECT_EQ(decode_txn_index(bytes).value(), index);
    EXPECT_FALSE(decode_txn_index(ByteSpan(bytes).first(67)).ok());
    const Outcome<TxnIndex> later = decode_txn_index(testing::with_field(bytes, 34, int16_t{1}));
    ASSERT_FALSE(later.ok());
    EXPECT_THAT(later.failure().what, HasSubstr("version 1"));
}

TEST(LeaderEpochCheckpoint, IsTextThatComesBack) {
    LeaderEpochCache cache;
    EXPECT_EQ(encode_leader_epoch_checkpoint(cache), "0\n0\n");
    EXPECT_EQ(decode_leader_epoch_checkpoint("0\n0\n").value(), cache);
    cache.assign(LeaderEpoch(0), Offset(0));
    cache.assign(LeaderEpoch(5), Offset(1'234'567'890'123));
    const std::string text = encode_leader_epoch_checkpoint(cache);
    EXPECT_EQ(text, "0\n2\n0 0\n5 1234567890123\n");
    EXPECT_EQ(decode_leader_epoch_checkpoint(text).value(), cache);
    for (const char* bad : {"", "0", "0\n", "1\n0\n", "0\n1\n", "0\n1\n0\n", "0\n1\n0 x\n",
                            "0\n1\n0 0 0\n", "0\nmany\n", "0\n-1\n", "0\n1\n-1 0\n", "0\n1\n0 -7\n",
                            "0\n1\n99999999999 0\n", "0\n1\n0 99999999999999999999\n",
                            "0\n1\n0 0\n1 1\n", "0\n2\n3 4\n3 9\n", "0\n2\n3 9\n4 9\n"}) {
        const Outcome<LeaderEpochCache> decoded = decode_leader_epoch_checkpoint(bad);
        ASSERT_FALSE(decoded.ok()) << bad;
        EXPECT_FALSE(decoded.failure().what.empty()) << bad;
    }
}

TEST(PartitionMetadata, IsTextThatComesBack) {
    const Uuid id{.high = 0xfedcba9876543210, .low = 0x0011223344556677};
    const std::string text = encode_partition_metadata(id);
    EXPECT_EQ(text, "version: 0\ntopic_id: " + id.to_string()) << "Kafka ends it so";
    EXPECT_EQ(decode_partition_metadata(text + "\n").value(), id);
    EXPECT_EQ(decode_partition_metadata(text).value(), id);
    for (const std::string& bad :
         {std::string(), std::string("version: 0\n"), "topic_id: " + id.to_string() + "\n",
          "version: 1\ntopic_id: " + id.to_string() + "\n",
          "version: x\ntopic_id: " + id.to_string() + "\n",
          std::string("version: 0\ntopic_id: short\n")}) {
        EXPECT_FALSE(decode_partition_metadata(bad).ok()) << bad;
    }
}

}  // namespace
}  // namespace brokerlab
