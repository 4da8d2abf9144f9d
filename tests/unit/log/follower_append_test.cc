// Appending as a follower: the leader's batches as they are, gaps and all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/log/append.h"
#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/log_invariants.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using brokerlab::testing::batch_of;
using brokerlab::testing::broken_invariants;
using brokerlab::testing::TestLog;

BatchRef at(int64_t offset, int32_t epoch = 0, const std::string& value = "v") {
    return BatchRef(batch_of({{"k", value}}, {.base_offset = Offset(offset),
                                              .partition_leader_epoch = LeaderEpoch(epoch)}));
}
AppendResult copy(TestLog& test, std::vector<BatchRef> batches) {
    return append_as_follower(test.log, Records{std::move(batches)}, test.context());
}

TEST(FollowerAppend, SharesTheLeadersBuffers) {
    TestLog leader;
    TestLog follower;
    follower.pass(Duration::from_ms(70));
    ASSERT_TRUE(leader.append({{"a", "1"}, {"b", "2"}}).ok());
    ASSERT_TRUE(leader.append({{"c", "3"}}).ok());
    const ReadResult fetched =
        read_log(leader.log, Offset(0), FetchIsolation::kLogEnd, {.max_bytes = 1 << 20});
    const AppendResult result =
        append_as_follower(follower.log, fetched.records, follower.context());
    ASSERT_TRUE(result.ok()) << result.message;
    EXPECT_EQ(result.first_offset, Offset(0));
    EXPECT_EQ(result.last_offset, Offset(2));
    EXPECT_EQ(follower.read_all(), leader.read_all());
    EXPECT_EQ(follower.log.leader_epochs, leader.log.leader_epochs);
    for (std::size_t i = 0; i < 2; ++i) {
        const LoggedBatch& copied = follower.log.active_segment().batches()[i];
        EXPECT_TRUE(copied.batch.same(leader.log.active_segment().batches()[i].batch));
        EXPECT_EQ(copied.written_at, follower.now);
    }
    EXPECT_THAT(broken_invariants(follower.log), IsEmpty());
}

TEST(FollowerAppend, TakesGapsAsCompactionLeavesThem) {
    TestLog test;
    ASSERT_TRUE(copy(test, {at(5), at(9)}).ok());
    ASSERT_TRUE(copy(test, {at(20)}).ok());
    EXPECT_EQ(test.log.log_end_offset, Offset(21));
    EXPECT_THAT(test.read_all(), ElementsAre("5:k=v", "9:k=v", "20:k=v"));
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(FollowerAppend, TakesTheEpochsFromTheBatches) {
    TestLog test;
    ASSERT_TRUE(copy(test, {at(0, 1), at(1, 1), at(2, 4)}).ok());
    ASSERT_TRUE(copy(test, {at(3, 6)}).ok());
    EXPECT_THAT(
        test.log.leader_epochs.entries(),
        ElementsAre(EpochEntry{LeaderEpoch(1), Offset(0)}, EpochEntry{LeaderEpoch(4), Offset(2)},
                    EpochEntry{LeaderEpoch(6), Offset(3)}));
}

TEST(FollowerAppend, DoesNothingWithNoBatches) {
    TestLog test;
    ASSERT_TRUE(copy(test, {at(0)}).ok());
    const PartitionLog before = test.log;
    EXPECT_TRUE(copy(test, {}).ok());
    EXPECT_EQ(test.log, before);
}

TEST(FollowerAppend, StartsANewSegmentWhereTheGapEnds) {
    TestLog test;
    test.config.segment_bytes = 150;
    ASSERT_TRUE(copy(test, {at(0)}).ok());
    const AppendResult result = copy(test, {at(50, 0, std::string(30, 'x'))});
    EXPECT_TRUE(result.rolled);
    EXPECT_EQ(test.log.active_segment().base_offset(), Offset(50));
    EXPECT_TRUE(test.log.producers->snapshots.contains(Offset(50)));
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(FollowerAppend, RollsForAnOffsetThatTheIndexCantName) {
    TestLog test;
    ASSERT_TRUE(copy(test, {at(0)}).ok());
    EXPECT_TRUE(copy(test, {at(int64_t{1} << 31)}).rolled);
    EXPECT_EQ(test.log.active_segment().base_offset(), Offset(int64_t{1} << 31));
}

TEST(FollowerAppend, ChecksNeitherSequencesNorSizesNorTimes) {
    TestLog test;
    test.config.max_message_bytes = 70;
    test.config.message_timestamp_before_max_ms = 0;
    const auto batch = [](int64_t offset, int32_t sequence, int16_t epoch) {
        return BatchRef(batch_of({{"k", "a value of some length", Timestamp(1)}},
                                 {.base_offset = Offset(offset),
                                  .partition_leader_epoch = LeaderEpoch(0),
                                  .producer_id = ProducerId(1),
                                  .producer_epoch = ProducerEpoch(epoch),
                                  .base_sequence = Sequence(sequence)}));
    };
    EXPECT_TRUE(copy(test, {batch(0, 5, 3), batch(1, 90, 3), batch(2, 0, 2)}).ok());
    EXPECT_EQ(test.log.producers->producers.at(ProducerId(1)).producer_epoch, ProducerEpoch(2));
}

TEST(FollowerAppend, KnowsTransactionsAsTheLeaderDoes) {
    TestLog leader;
    const auto write = [&](int64_t producer, int32_t sequence) {
        return leader.append({{"k", "v"}}, {.producer_id = ProducerId(producer),
                                            .producer_epoch = ProducerEpoch(0),
                                            .base_sequence = Sequence(sequence),
                                            .transactional = true});
    };
    ASSERT_TRUE(write(1, 0).ok());
    ASSERT_TRUE(write(2, 0).ok());
    ASSERT_TRUE(leader.end_txn(ProducerId(1), ProducerEpoch(0), ControlRecordType::kAbort).ok());
    ASSERT_TRUE(write(1, 1).ok());
    ASSERT_TRUE(leader.end_txn(ProducerId(2), ProducerEpoch(0), ControlRecordType::kCommit).ok());

    TestLog follower;
    const ReadResult fetched =
        read_log(leader.log, Offset(0), FetchIsolation::kLogEnd, {.max_bytes = 1 << 20});
    ASSERT_TRUE(append_as_follower(follower.log, fetched.records, follower.context()).ok());
    EXPECT_EQ(follower.log.producers, leader.log.producers);
    EXPECT_EQ(follower.log.active_segment().txn_index(), leader.log.active_segment().txn_index());
    EXPECT_THAT(follower.log.active_segment().txn_index(),
                ElementsAre(AbortedTxn{ProducerId(1), Offset(0), Offset(2), Offset(1)}));
    set_high_watermark(follower.log, Offset(5));
    EXPECT_EQ(follower.log.last_stable_offset(), Offset(3)) << "producer 1 is open again";
}

}  // namespace
}  // namespace brokerlab
