// How far a follower goes back, by what it and its leader know of leader epochs.
#include "sim/broker/truncation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace brokerlab {
namespace {

/// A log that ends at `log_end` and whose epochs begin where `epochs` says.
PartitionLog log_with(const std::vector<EpochEntry>& epochs, int64_t log_end) {
    PartitionLog log = new_log(SimTime());
    for (const EpochEntry& entry : epochs) {
        log.leader_epochs.assign(entry.epoch, entry.start_offset);
    }
    log.log_end_offset = Offset(log_end);
    return log;
}
EpochEntry epoch(int32_t number, int64_t start) {
    return {LeaderEpoch(number), Offset(start)};
}
EpochEndOffset leader_says(int32_t number, int64_t end) {
    return {LeaderEpoch(number), Offset(end)};
}
constexpr Offset kHighWatermark{3};

TEST(FollowerTruncation, GoesBackToWhereTheLeadersEpochEnded) {
    // The follower has 0-9 of epoch 1; the leader had 0-7 of it and wrote 8-11 in epoch 2.
    const PartitionLog log = log_with({epoch(1, 0)}, 10);
    EXPECT_EQ(truncation_for(log, leader_says(1, 8), kHighWatermark, true),
              (Truncation{Offset(8), true}));
}

TEST(FollowerTruncation, GoesNoFurtherThanItsOwnEndOfTheSharedEpoch) {
    // Epoch 3 was the follower's alone, so only 0-4 can be shared, whatever the leader has.
    const PartitionLog log = log_with({epoch(1, 0), epoch(3, 5)}, 8);
    EXPECT_EQ(truncation_for(log, leader_says(1, 20), kHighWatermark, true),
              (Truncation{Offset(5), true}));
}

TEST(FollowerTruncation, GoesBackAnEpochAndAsksAgainWhereTheLeadersIsUnknown) {
    // KIP-279: the leader's largest epoch below 3 is 2, which this follower never saw.
    const PartitionLog log = log_with({epoch(1, 0), epoch(3, 5)}, 8);
    EXPECT_EQ(truncation_for(log, leader_says(2, 7), kHighWatermark, true),
              (Truncation{Offset(5), false}));
}

TEST(FollowerTruncation, TookTheLeadersEndAsItWasBeforeKip279) {
    const PartitionLog log = log_with({epoch(1, 0), epoch(3, 5)}, 8);
    EXPECT_EQ(truncation_for(log, leader_says(2, 7), kHighWatermark, false),
              (Truncation{Offset(7), true}))
        << "5 and 6 of epoch 3 stay, though the leader has others there";
}

TEST(FollowerTruncation, FallsBackToTheHighWatermarkWhereTheLeaderKnowsNothing) {
    const PartitionLog log = log_with({epoch(1, 0)}, 10);
    EXPECT_EQ(truncation_for(log, {}, kHighWatermark, true), (Truncation{kHighWatermark, true}));
}

TEST(FollowerTruncation, TakesTheLeadersEndWhereItsEpochLiesBelowAllThatIsTracked) {
    const PartitionLog log = log_with({}, 10);
    EXPECT_EQ(truncation_for(log, leader_says(0, 4), kHighWatermark, true),
              (Truncation{Offset(4), true}));
    EXPECT_EQ(truncation_for(log, leader_says(0, 40), kHighWatermark, true),
              (Truncation{Offset(10), true}))
        << "never beyond the own end";
}

}  // namespace
}  // namespace brokerlab
