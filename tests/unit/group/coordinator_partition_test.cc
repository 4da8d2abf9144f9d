#include "sim/group/coordinator_partition.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/base/java_hash.h"

namespace brokerlab {
namespace {

constexpr int32_t kOffsetsPartitions = 50;  // offsets.topic.num.partitions

TEST(CoordinatorPartition, IsThatOfARealBroker) {
    EXPECT_EQ(coordinator_partition("my-group", kOffsetsPartitions), PartitionId(12));
    EXPECT_EQ(coordinator_partition("g1", kOffsetsPartitions), PartitionId(42));
    EXPECT_EQ(coordinator_partition("orders", kOffsetsPartitions), PartitionId(31));
    EXPECT_EQ(coordinator_partition("payments", kOffsetsPartitions), PartitionId(13));
}

TEST(CoordinatorPartition, OfTheSmallestHashIsZero) {
    ASSERT_EQ(java_string_hash("GydZG_"), INT32_MIN);
    EXPECT_EQ(coordinator_partition("GydZG_", kOffsetsPartitions), PartitionId(0));
}

TEST(CoordinatorPartition, HashesTheUtf16UnitsOfTheId) {
    EXPECT_EQ(java_string_hash("\xc3\xa9"), 0xe9);                          // é
    EXPECT_EQ(java_string_hash("\xef\xac\x81"), 0xfb01);                    // ﬁ
    EXPECT_EQ(java_string_hash("\xf0\x9f\x98\x80"), 31 * 0xd83d + 0xde00);  // a pair
    EXPECT_EQ(java_string_hash("a\xff"
                               "b"),
              (97 * 31 + 0xfffd) * 31 + 98);                                            // not UTF-8
    EXPECT_EQ(java_string_hash("\xc3"), 0xfffd);                                        // cut
    EXPECT_EQ(java_string_hash("\xed\xa0\x80"), (0xfffd * 31 + 0xfffd) * 31 + 0xfffd);  // surrogate
    EXPECT_EQ(java_string_hash("\xc0\x80"), 0xfffd * 31 + 0xfffd);                      // overlong
}

RC_GTEST_PROP(CoordinatorPartitionProperty, LiesInTheTopic, (const std::string& group_id)) {
    const int32_t count = *rc::gen::inRange(1, 1000);
    const PartitionId partition = coordinator_partition(group_id, count);
    RC_ASSERT(partition.value >= 0);
    RC_ASSERT(partition.value < count);
}

}  // namespace
}  // namespace brokerlab
