// Retention: old segments go, whole ones, oldest first, and only what is committed.
#include "sim/log/retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/log/append.h"
#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/log_invariants.h"
#include "tests/unit/log/segment_fixture.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using brokerlab::testing::broken_invariants;
using brokerlab::testing::make_batch;
using brokerlab::testing::TestLog;

/// Four segments of one 100-byte batch each, at offsets 0 to 3, written 1000 ms apart from
/// `first_ms` of the clock on; the clock stands at the last write. Nothing expires by itself.
TestLog four_segments(bool timed = true) {
    TestLog test;
    test.config.retention_ms = -1;
    for (int64_t i = 0; i < 4; ++i) {
        if (i > 0) {
            roll(test.log, Offset(i), test.now);
            test.pass(Duration::from_ms(1000));
        }
        const int64_t time = timed ? test.wall().value : -1;
        const Records records{{make_batch({.base = i, .times = {time}, .size = 100})}};
        EXPECT_TRUE(append_as_follower(test.log, records, test.context()).ok());
    }
    test.commit_all();
    return test;
}

std::vector<int64_t> bases(const PartitionLog& log) {
    std::vector<int64_t> bases;
    for (const Cow<Segment>& segment : log.segments) {
        bases.push_back(segment->base_offset().value);
    }
    return bases;
}

TEST(Retention, LeavesALogAloneThatHasNoLimits) {
    TestLog test = four_segments();
    test.pass(Duration::from_ms(LogConfig::kDayMs * 1000));
    const PartitionLog before = test.log;
    EXPECT_EQ(apply_retention(test.log, test.config, test.now), RetentionResult());
    EXPECT_EQ(test.log, before);
}

TEST(RetentionBySize, DeletesWhileEnoughIsLeft) {
    struct Case {
        int64_t limit;
        std::vector<int64_t> left;
    };
    for (const Case& c : {Case{400, {0, 1, 2, 3}}, Case{301, {0, 1, 2, 3}}, Case{300, {1, 2, 3}},
                          Case{299, {1, 2, 3}}, Case{200, {2, 3}}, Case{100, {3}}, Case{1, {3}}}) {
        TestLog test = four_segments();
        test.config.retention_bytes = c.limit;
        const RetentionResult result = apply_retention(test.log, test.config, test.now);
        EXPECT_EQ(bases(test.log), c.left) << c.limit;
        EXPECT_EQ(result.by_size, 4 - static_cast<int32_t>(c.left.size())) << c.limit;
        EXPECT_EQ(result.segments_deleted(), result.by_size);
        EXPECT_EQ(test.log.log_start_offset, Offset(c.left.front()));
        EXPECT_THAT(broken_invariants(test.log), IsEmpty());
    }
}

TEST(RetentionBySize, OfNothingRollsAndDeletesAll) {
    TestLog test = four_segments();
    test.config.retention_bytes = 0;
    EXPECT_EQ(apply_retention(test.log, test.config, test.now).by_size, 4);
    EXPECT_THAT(bases(test.log), ElementsAre(4));
    EXPECT_EQ(test.log.log_start_offset, Offset(4));
    EXPECT_EQ(test.log.log_end_offset, Offset(4));
    EXPECT_TRUE(test.log.active_segment().empty());
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
    EXPECT_EQ(apply_retention(test.log, test.config, test.now).segments_deleted(), 0)
        << "an empty active segment stays";
}

TEST(RetentionByTime, CountsFromTheSegmentsLargestTimestamp) {
    TestLog test = four_segments();
    test.config.retention_ms = 2000;
    EXPECT_EQ(apply_retention(test.log, test.config, test.now).by_time, 1)
        << "3000 ms is more than 2000, 2000 is not";
    EXPECT_THAT(bases(test.log), ElementsAre(1, 2, 3));
    test.pass(Duration::from_ms(1));
    EXPECT_EQ(apply_retention(test.log, test.config, test.now).by_time, 1);
    EXPECT_THAT(bases(test.log), ElementsAre(2, 3));
}

TEST(RetentionByTime, TakesTheActiveSegmentToo) {
    TestLog test = four_segments();
    test.config.retention_ms = 2000;
    test.pass(Duration::from_ms(2001));
    EXPECT_EQ(apply_retention(test.log, test.config, test.now).by_time, 4);
    EXPECT_THAT(bases(test.log), ElementsAre(4));
    EXPECT_TRUE(test.log.producers->snapshots.contains(Offset(4))) << "taken by the roll";
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(RetentionByTime, StopsAtTheFirstSegmentThatStays) {
    // A record of the far future in the second segment shields all behind it.
    TestLog shielded;
    shielded.config.retention_ms = 2000;
    for (int64_t i = 0; i < 3; ++i) {
        roll(shielded.log, Offset(i), shielded.now);
        const int64_t time = kBootTimestamp.value + (i == 1 ? 1'000'000 : 0);
        const Records records{{make_batch({.base = i, .times = {time}})}};
        ASSERT_TRUE(append_as_follower(shielded.log, records, shielded.context()).ok());
    }
    shielded.commit_all();
    shielded.pass(Duration::from_ms(5000));
    EXPECT_EQ(apply_retention(shielded.log, shielded.config, shielded.now).by_time, 1);
    EXPECT_THAT(bases(shielded.log), ElementsAre(1, 2));
}

TEST(RetentionByTime, GoesByTheLastWriteWithoutTimestamps) {
    TestLog test = four_segments(/*timed=*/false);
    test.config.retention_ms = 2000;
    EXPECT_EQ(apply_retention(test.log, test.config, test.now).by_time, 1);
    EXPECT_THAT(bases(test.log), ElementsAre(1, 2, 3));
}

TEST(Retention, NeverDeletesWhatIsNotCommitted) {
    TestLog test = four_segments();
    test.config.retention_ms = 0;
    test.pass(Duration::from_ms(10'000));
    set_high_watermark(test.log, Offset(2));
    EXPECT_EQ(apply_retention(test.log, test.config, test.now).segments_deleted(), 2);
    EXPECT_THAT(bases(test.log), ElementsAre(2, 3));
    EXPECT_EQ(test.log.log_start_offset, Offset(2));

    TestLog inside = four_segments();
    inside.config.retention_bytes = 0;
    set_high_watermark(inside.log, Offset(0));
    EXPECT_EQ(apply_retention(inside.log, inside.config, inside.now).segments_deleted(), 0);
}

TEST(RetentionByLogStart, DeletesSegmentsThatLieWhollyBelow) {
    for (const bool deletes : {true, false}) {
        TestLog test = four_segments();
        test.config.cleanup_delete = deletes;
        test.config.cleanup_compact = !deletes;
        test.config.retention_bytes = 100;
        ASSERT_TRUE(increment_log_start(test.log, Offset(2)));
        const RetentionResult result = apply_retention(test.log, test.config, test.now);
        EXPECT_EQ(result.by_log_start, 2);
        EXPECT_EQ(result.by_size, deletes ? 1 : 0) << "a compacted topic has no limits";
        EXPECT_THAT(broken_invariants(test.log), IsEmpty());
    }
}

TEST(RetentionByLogStart, NeverTakesTheActiveSegment) {
    TestLog test = four_segments();
    ASSERT_TRUE(increment_log_start(test.log, Offset(4)));
    EXPECT_EQ(apply_retention(test.log, test.config, test.now).by_log_start, 3);
    EXPECT_THAT(bases(test.log), ElementsAre(3));
    EXPECT_EQ(test.log.log_start_offset, Offset(4));
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(Retention, TakesEpochsAndSnapshotsAlong) {
    TestLog test;
    test.config.retention_ms = -1;
    for (int32_t i = 0; i < 3; ++i) {
        test.epoch = LeaderEpoch(i);
        ASSERT_TRUE(test.append_value("v").ok());
        roll(test.log, test.log.log_end_offset, test.now);
    }
    test.commit_all();
    ASSERT_TRUE(test.log.producers->snapshots.contains(Offset(1)));
    test.config.retention_bytes = test.log.segments[2]->size_in_bytes();
    EXPECT_EQ(apply_retention(test.log, test.config, test.now).by_size, 2);
    EXPECT_EQ(test.log.log_start_offset, Offset(2));
    EXPECT_THAT(test.log.leader_epochs.entries(),
                ElementsAre(EpochEntry{LeaderEpoch(2), Offset(2)}));
    EXPECT_FALSE(test.log.producers->snapshots.contains(Offset(1)));
    EXPECT_TRUE(test.log.producers->snapshots.contains(Offset(2)))
        << "a snapshot goes with the segment that starts at it, and this one stays";
    EXPECT_TRUE(test.log.producers->snapshots.contains(Offset(3)));
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(Retention, KeepsProducersWhoseRecordsAreGone) {
    TestLog test;
    const BatchSpec first{.producer_id = ProducerId(1),
                          .producer_epoch = ProducerEpoch(0),
                          .base_sequence = Sequence(0)};
    ASSERT_TRUE(test.append({{"k", "v"}}, first).ok());
    test.commit_all();
    test.config.retention_bytes = 0;
    ASSERT_EQ(apply_retention(test.log, test.config, test.now).segments_deleted(), 1);
    EXPECT_TRUE(test.append({{"k", "v"}}, first).duplicate);
}

}  // namespace
}  // namespace brokerlab
