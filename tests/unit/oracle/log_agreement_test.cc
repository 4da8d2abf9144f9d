// Comparing the batches of two logs.
#include "sim/oracle/log_agreement.h"

#include <gtest/gtest.h>

#include "tests/unit/oracle/invariant_fixture.h"

namespace brokerlab {
namespace {

using testing::log_of;

TEST(LogAgreement, LogsWithTheSameRecordsAgreeToTheEnd) {
    const PartitionLog leader = log_of({"a", "b", "c"});
    const PartitionLog follower = log_of({"a", "b", "c"});
    const Agreement found = compare_logs(leader, follower, Offset(0), Offset(3));
    EXPECT_EQ(found.differs_at, std::nullopt);
    EXPECT_EQ(found.up_to, Offset(3));
}

TEST(LogAgreement, TheFirstOtherRecordIsFound) {
    const PartitionLog leader = log_of({"a", "b", "c"});
    const PartitionLog follower = log_of({"a", "x", "c"});
    const Agreement found = compare_logs(leader, follower, Offset(0), Offset(3));
    EXPECT_EQ(found.differs_at, Offset(1));
    EXPECT_EQ(found.up_to, Offset(1));
}

TEST(LogAgreement, WhatLiesOutsideTheStretchIsNotCompared) {
    const PartitionLog leader = log_of({"a", "b", "c", "d"});
    const PartitionLog follower = log_of({"x", "b", "c", "y"});
    EXPECT_EQ(compare_logs(leader, follower, Offset(1), Offset(3)).differs_at, std::nullopt);
}

TEST(LogAgreement, ARecordThatIsMissingIsADifference) {
    const PartitionLog leader = log_of({"a", "b", "c"});
    const PartitionLog follower = log_of({"a", "b"});
    EXPECT_EQ(compare_logs(leader, follower, Offset(0), Offset(3)).differs_at, Offset(2));
    EXPECT_EQ(compare_logs(follower, leader, Offset(0), Offset(3)).differs_at, Offset(2));
}

TEST(LogAgreement, TheCursorCrossesSegments) {
    PartitionLog log = log_of({"a", "b"});
    ASSERT_TRUE(roll(log, Offset(2), SimTime()));
    const LogConfig config;
    ASSERT_TRUE(append_as_leader(log, testing::records_of("c"), testing::kEpoch4,
                                 AppendOrigin::kClient, {.config = config, .now = SimTime()})
                    .ok());
    std::vector<int64_t> offsets;
    for (BatchCursor cursor(log, Offset(1)); cursor.batch() != nullptr; cursor.next()) {
        offsets.push_back(cursor.batch()->base_offset.value);
    }
    EXPECT_EQ(offsets, (std::vector<int64_t>{1, 2}));
    EXPECT_EQ(compare_logs(log, log_of({"a", "b", "c"}), Offset(0), Offset(3)).differs_at,
              std::nullopt);
}

TEST(LogAgreement, CommittedIsNothingBeyondWhatIsThere) {
    EXPECT_EQ(committed_end(testing::with_high_watermark(log_of({"a", "b", "c"}), 2)), Offset(2));
    // As a loss of power leaves it: the log still says what it once held.
    PartitionLog cut = log_of({"a", "b", "c"});
    cut.edit_active_segment().truncate_to(Offset(1), kBootTimestamp);
    EXPECT_EQ(committed_end(cut), Offset(1));
    EXPECT_EQ(committed_end(PartitionLog()), Offset(0));
}

}  // namespace
}  // namespace brokerlab
