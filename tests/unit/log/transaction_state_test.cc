// Transactions on a data partition: open, ended by a marker, and how far they hold back the LSO.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/log/producer_state.h"
#include "tests/unit/log/producer_state_fixture.h"

namespace brokerlab {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

using brokerlab::testing::SentMarker;
using brokerlab::testing::TestProducerStates;

TEST(Transaction, OpensWithItsFirstBatch) {
    TestProducerStates log;
    ASSERT_EQ(log.send({.offset = 5, .sequence = 0, .transactional = true}), ErrorCode::kNone);
    EXPECT_EQ(log.entry().current_txn_first_offset, Offset(5));
    ASSERT_EQ(log.send({.offset = 6, .sequence = 1, .transactional = true}), ErrorCode::kNone);
    EXPECT_EQ(log.entry().current_txn_first_offset, Offset(5));
    EXPECT_EQ(log.states.ongoing_txns.at(Offset(5)), ProducerId(1));
    EXPECT_EQ(log.states.ongoing_txns.size(), 1U);
}

TEST(Transaction, EndsWithAMarker) {
    for (const ControlRecordType type : {ControlRecordType::kCommit, ControlRecordType::kAbort}) {
        TestProducerStates log;
        ASSERT_EQ(log.send({.offset = 5, .sequence = 0, .transactional = true}), ErrorCode::kNone);
        ASSERT_EQ(log.mark({.offset = 6, .type = type, .coordinator_epoch = 4, .timestamp = 1500}),
                  ErrorCode::kNone);
        ASSERT_EQ(log.completed.size(), 1U);
        EXPECT_EQ(log.completed[0].producer_id, ProducerId(1));
        EXPECT_EQ(log.completed[0].first_offset, Offset(5));
        EXPECT_EQ(log.completed[0].last_offset, Offset(6));
        EXPECT_EQ(log.completed[0].aborted, type == ControlRecordType::kAbort);
        EXPECT_EQ(log.entry().current_txn_first_offset, std::nullopt);
        EXPECT_EQ(log.entry().coordinator_epoch, CoordinatorEpoch(4));
        EXPECT_EQ(log.entry().last_timestamp, Timestamp(1500));
        EXPECT_EQ(log.entry().last_sequence(), Sequence(0)) << "markers take no sequence";
        EXPECT_TRUE(log.states.ongoing_txns.empty());
    }
}

TEST(Transaction, ThatWroteNothingHereLeavesOnlyAnEpoch) {
    TestProducerStates log;
    ASSERT_EQ(log.mark({.offset = 0, .coordinator_epoch = 2, .epoch = 7}), ErrorCode::kNone);
    EXPECT_TRUE(log.completed.empty());
    EXPECT_EQ(log.entry().producer_epoch, ProducerEpoch(7));
    EXPECT_EQ(log.entry().coordinator_epoch, CoordinatorEpoch(2));
    EXPECT_EQ(log.states.first_unstable_offset(), std::nullopt);
}

TEST(Transaction, KeepsOtherWritesOfItsProducerOut) {
    TestProducerStates log;
    ASSERT_EQ(log.send({.offset = 0, .sequence = 0, .transactional = true}), ErrorCode::kNone);
    const ProducerStates before = log.states;
    EXPECT_EQ(log.send({.offset = 1, .sequence = 1}), ErrorCode::kInvalidTxnState);
    EXPECT_THAT(log.refusal, AllOf(HasSubstr("producer 1"), HasSubstr("open transaction")));
    EXPECT_EQ(log.states, before);
    EXPECT_EQ(log.send({.offset = 1, .sequence = 0, .producer = 2}), ErrorCode::kNone)
        << "another producer may write";
    ASSERT_EQ(log.mark({.offset = 2}), ErrorCode::kNone);
    EXPECT_EQ(log.send({.offset = 3, .sequence = 1}), ErrorCode::kNone);
}

TEST(CoordinatorEpoch, FencesZombieCoordinators) {
    TestProducerStates log;
    ASSERT_EQ(log.mark({.offset = 0, .coordinator_epoch = 5}), ErrorCode::kNone);
    const ProducerStates before = log.states;
    EXPECT_EQ(log.mark({.offset = 1, .coordinator_epoch = 4}),
              ErrorCode::kTransactionCoordinatorFenced);
    EXPECT_THAT(log.refusal, AllOf(HasSubstr("4"), HasSubstr("5")));
    EXPECT_EQ(log.states, before);
    EXPECT_EQ(log.mark({.offset = 1, .coordinator_epoch = 5}), ErrorCode::kNone);
    EXPECT_EQ(log.mark({.offset = 2, .coordinator_epoch = 3}, AppendOrigin::kReplication),
              ErrorCode::kNone)
        << "a follower takes what its leader took";
}

TEST(CoordinatorEpoch, IsCheckedAfterTheProducersEpoch) {
    TestProducerStates log;
    ASSERT_EQ(log.mark({.offset = 0, .coordinator_epoch = 5, .epoch = 3}), ErrorCode::kNone);
    EXPECT_EQ(log.mark({.offset = 1, .coordinator_epoch = 4, .epoch = 2}),
              ErrorCode::kInvalidProducerEpoch);
}

// ---------------------------------------------------------------------------- last stable offset

/// Producer 1 writes at 0, producer 2 at 1; both have open transactions.
TestProducerStates two_open() {
    TestProducerStates log;
    EXPECT_EQ(log.send({.offset = 0, .transactional = true, .producer = 1}), ErrorCode::kNone);
    EXPECT_EQ(log.send({.offset = 1, .transactional = true, .producer = 2}), ErrorCode::kNone);
    return log;
}

TEST(FirstUnstableOffset, IsThatOfTheEarliestOpenTransaction) {
    EXPECT_EQ(ProducerStates().first_unstable_offset(), std::nullopt);
    EXPECT_EQ(two_open().states.first_unstable_offset(), Offset(0));
}

TEST(FirstUnstableOffset, WaitsForTheMarkerToBeReplicated) {
    TestProducerStates log = two_open();
    ASSERT_EQ(log.mark({.offset = 2, .producer = 1}), ErrorCode::kNone);
    EXPECT_EQ(log.states.first_unstable_offset(), Offset(0)) << "decided, but not replicated";
    EXPECT_EQ(log.states.unreplicated_txns.at(Offset(0)), Offset(2));

    log.states.forget_replicated_below(Offset(2));
    EXPECT_EQ(log.states.first_unstable_offset(), Offset(0)) << "the marker itself is not below";
    log.states.forget_replicated_below(Offset(3));
    EXPECT_EQ(log.states.first_unstable_offset(), Offset(1)) << "producer 2 is still open";

    ASSERT_EQ(log.mark({.offset = 3, .producer = 2}), ErrorCode::kNone);
    log.states.forget_replicated_below(Offset(4));
    EXPECT_EQ(log.states.first_unstable_offset(), std::nullopt);
}

TEST(FirstUnstableOffset, IsHeldBackByALaterOpenOneOrAnEarlierUnreplicatedOne) {
    TestProducerStates log = two_open();
    ASSERT_EQ(log.mark({.offset = 2, .producer = 2}), ErrorCode::kNone);
    EXPECT_EQ(log.states.first_unstable_offset(), Offset(0)) << "producer 1 is open from 0";
    ASSERT_EQ(log.mark({.offset = 3, .producer = 1}), ErrorCode::kNone);
    log.states.forget_replicated_below(Offset(3));
    EXPECT_EQ(log.states.first_unstable_offset(), Offset(0))
        << "producer 1's marker at 3 is not replicated, though producer 2's at 2 is";
    EXPECT_FALSE(log.states.unreplicated_txns.contains(Offset(1)));
}

TEST(LastStableOffset, OfATransactionIndexEntryIgnoresReplication) {
    TestProducerStates log = two_open();
    const CompletedTxn of_1{ProducerId(1), Offset(0), Offset(2), true};
    EXPECT_EQ(log.states.last_stable_offset_after(of_1), Offset(1)) << "producer 2 is open from 1";
    ASSERT_EQ(log.mark({.offset = 2, .producer = 1}), ErrorCode::kNone);
    const CompletedTxn of_2{ProducerId(2), Offset(1), Offset(3), true};
    EXPECT_EQ(log.states.last_stable_offset_after(of_2), Offset(4)) << "none is open but its own";
}

TEST(LastStableOffset, IsNotHeldByTransactionsBelowTheLogStart) {
    TestProducerStates log = two_open();
    ASSERT_EQ(log.mark({.offset = 2, .producer = 1}), ErrorCode::kNone);
    ASSERT_EQ(log.mark({.offset = 3, .producer = 2}), ErrorCode::kNone);
    log.states.on_log_start_incremented(Offset(3));
    EXPECT_FALSE(log.states.unreplicated_txns.contains(Offset(0)));
    EXPECT_TRUE(log.states.unreplicated_txns.contains(Offset(1)));
}

}  // namespace
}  // namespace brokerlab
