#include "sim/client/murmur2.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace brokerlab {
namespace {

int32_t hash_of(std::string_view key) {
    return murmur2(as_bytes(key));
}

TEST(Murmur2, IsKafkas) {
    EXPECT_EQ(hash_of("21"), -973932308);
    EXPECT_EQ(hash_of("abc"), 479470107);
    EXPECT_EQ(hash_of("foobar"), -790332482);
    EXPECT_EQ(hash_of("a-little-bit-long-string"), -985981536);
    EXPECT_EQ(hash_of("a-little-bit-longer-string"), -1486304829);
}

TEST(Murmur2, AKeyMeetsThePartitionThatARealProducerGivesIt) {
    const auto partition = [](std::string_view key, int32_t count) {
        return partition_for_key(as_bytes(key), count).value;
    };
    EXPECT_EQ(partition("a", 3), 1);
    EXPECT_EQ(partition("b", 4), 0);
    EXPECT_EQ(partition("c", 6), 4);
    EXPECT_EQ(partition("user-1", 3), 2);
    // A negative hash: the sign bit goes, the value is not negated.
    EXPECT_EQ(partition("21", 7), (-973932308 & 0x7fffffff) % 7);
}

RC_GTEST_PROP(Murmur2Property, EveryKeyHasAPartition, (const std::string& key)) {
    const int32_t count = *rc::gen::inRange(1, 10'000);
    const PartitionId partition = partition_for_key(as_bytes(key), count);
    RC_ASSERT(partition.value >= 0);
    RC_ASSERT(partition.value < count);
}

}  // namespace
}  // namespace brokerlab
