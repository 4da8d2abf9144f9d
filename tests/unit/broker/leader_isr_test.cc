// In-sync replicas as their leader sees them: the high watermark, who leaves, who joins, and what
// the controller says to it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/broker/leader_fixture.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using testing::ids;
using ::testing::IsEmpty;
using testing::kEpoch;
using testing::kOrders;
using testing::kOrdersId;
using testing::LeaderBroker;

using Kind = PendingIsr::Kind;

struct IsrLeader : LeaderBroker {
    using LeaderBroker::LeaderBroker;

    void write(int records) {
        for (int i = 0; i < records; ++i) {
            produce({"x"}, {.acks = 1});
        }
    }
    void fetch(int32_t follower, int64_t offset) { fetch_as(follower, offset, {.max_wait_ms = 0}); }
    void shrink() {
        clear();
        shrink_isrs(rm, env(), fx);
    }
    std::optional<AlterPartitionRequest> next() { return next_alter_partition(rm, image, now); }
    void answer(const AlterPartitionResponse& response) {
        clear();
        on_alter_partition_response(rm, image, response, env(), fx);
    }
    void answer_error(ErrorCode error) {
        AlterPartitionResponse::Partition refusal;
        refusal.error_code = error;
        answer(response_with(refusal));
    }
    void confirm(const std::vector<int32_t>& isr, PartitionEpoch epoch = PartitionEpoch(21)) {
        AlterPartitionResponse::Partition success;
        success.leader_id = BrokerId(1);
        success.leader_epoch = kEpoch;
        success.isr = ids(isr);
        success.partition_epoch = epoch;
        answer(response_with(success));
    }
    static AlterPartitionResponse response_with(AlterPartitionResponse::Partition partition) {
        AlterPartitionResponse response;
        response.topics = {{kOrdersId, {std::move(partition)}}};
        return response;
    }
    /// Follower 3 falls out of step: after this its removal is proposed.
    void propose_without_3() {
        write(1);
        pass(31_s);
        fetch(2, 1);
        shrink();
    }
};

TEST(LeaderHighWatermark, IsTheLeastOfTheIsr) {
    IsrLeader broker;
    broker.write(10);
    broker.fetch(2, 7);
    EXPECT_EQ(broker.high_watermark(), 0) << "nobody knows where 3 is";
    broker.fetch(3, 4);
    EXPECT_EQ(broker.high_watermark(), 4);
    broker.fetch(3, 9);
    EXPECT_EQ(broker.high_watermark(), 7);
    broker.fetch(2, 10);
    EXPECT_EQ(broker.high_watermark(), 9);
}

TEST(LeaderHighWatermark, NeverMovesBack) {
    IsrLeader broker;
    broker.write(10);
    broker.fetch(2, 10);
    broker.fetch(3, 10);
    broker.fetch(2, 3);
    EXPECT_EQ(broker.high_watermark(), 10);
}

TEST(LeaderHighWatermark, StaysUnderTheMinimumIsr) {
    IsrLeader broker(2);
    broker.set_isr({1});
    broker.write(1);
    broker.fetch(2, 1);
    EXPECT_EQ(broker.high_watermark(), 0);
    broker.set_isr({1, 2});
    broker.edit_orders().pending_isr.reset();
    EXPECT_TRUE(maybe_increment_high_watermark(broker.edit_orders(), broker.rm, broker.image,
                                               broker.env()));
    EXPECT_EQ(broker.high_watermark(), 1);
}

TEST(LeaderHighWatermark, WaitsForAReplicaThatIsAboutToJoin) {
    IsrLeader broker;
    broker.write(5);
    broker.set_isr({1, 2});
    broker.fetch(2, 5);
    ASSERT_EQ(broker.high_watermark(), 5);
    // 3 was caught up a moment ago, so it counts though it is no member.
    broker.write(5);
    broker.fetch(3, 4);
    ASSERT_FALSE(broker.orders().pending_isr) << "it is below the high watermark";
    broker.fetch(2, 10);
    EXPECT_EQ(broker.high_watermark(), 5);
    // A fenced broker is not waited for.
    broker.image.brokers.edit().at(BrokerId(3)).fenced = true;
    broker.write(1);
    broker.fetch(2, 11);
    EXPECT_EQ(broker.high_watermark(), 11);
}

TEST(LeaderHighWatermark, ForgetsAReplicaThatIsFarBehind) {
    IsrLeader broker;
    broker.write(5);
    broker.set_isr({1, 2});
    broker.fetch(2, 5);
    broker.write(5);
    broker.pass(31_s);
    broker.fetch(3, 1);
    broker.fetch(2, 10);
    EXPECT_EQ(broker.high_watermark(), 10);
}

TEST(LeaderHighWatermark, OnlyAFetchFromAnotherPlaceMovesIt) {
    IsrLeader broker;
    broker.write(5);
    broker.set_isr({1, 2});
    broker.fetch(2, 5);
    broker.write(5);
    broker.fetch(3, 4);
    broker.fetch(2, 10);
    ASSERT_EQ(broker.high_watermark(), 5) << "3 may still join";
    // That 3 counts no longer is noticed with the next news, not with a fetch that says nothing
    // new.
    broker.pass(31_s);
    broker.fetch(2, 10);
    EXPECT_EQ(broker.high_watermark(), 5);
    broker.write(1);
    EXPECT_EQ(broker.high_watermark(), 10);
}

TEST(LeaderIsr, AFollowerIsCaughtUpByTheEndOfItsLastFetch) {
    IsrLeader broker;
    broker.write(10);
    broker.pass(10_s);
    const SimTime first = broker.now;
    broker.fetch(2, 5);
    const auto state = [&] { return broker.orders().followers.at(BrokerId(2)); };
    EXPECT_EQ(state().last_caught_up_at, first - 10_s) << "it is behind";
    EXPECT_EQ(state().last_fetch_leader_log_end, Offset(10));
    broker.write(10);
    broker.pass(1_s);
    broker.fetch(2, 10);
    EXPECT_EQ(state().last_caught_up_at, first) << "it has what there was then";
    broker.pass(1_s);
    broker.fetch(2, 20);
    EXPECT_EQ(state().last_caught_up_at, broker.now) << "it has everything";
    broker.pass(1_s);
    broker.fetch(2, 12);
    EXPECT_EQ(state().last_caught_up_at, broker.now - 1_s) << "that never moves back";
}

TEST(LeaderIsr, ADeadFollowerLeavesAfterThirtySecondsAtTheNextPass) {
    IsrLeader broker;
    const SimTime caught_up = broker.now;
    broker.write(1);
    broker.now = caught_up + 30_s;
    broker.fetch(2, 1);
    broker.shrink();
    EXPECT_FALSE(broker.orders().pending_isr) << "exactly 30 s is not too long";
    broker.pass(1_ns);
    broker.shrink();
    ASSERT_TRUE(broker.orders().pending_isr);
    EXPECT_EQ(broker.orders().pending_isr->kind, Kind::kShrink);
    EXPECT_EQ(broker.orders().pending_isr->changed, ids({3}));
    const auto facts = broker.facts<IsrChangeProposed>();
    ASSERT_EQ(facts.size(), 1U);
    EXPECT_EQ(facts[0].from, ids({1, 2, 3}));
    EXPECT_EQ(facts[0].to, ids({1, 2}));
    EXPECT_EQ(facts[0].behind_for, 30_s + 1_ns);
}

TEST(LeaderIsr, WithAPassEveryFifteenSecondsItLeavesWithinFortyFive) {
    for (int phase_ms = 1; phase_ms <= 15'000; phase_ms += 499) {
        IsrLeader broker;
        const SimTime caught_up = broker.now;
        broker.write(1);
        SimTime pass = caught_up + Duration::from_ms(phase_ms);
        while (!broker.orders().pending_isr) {
            broker.now = pass;
            broker.fetch(2, 1);
            broker.shrink();
            pass += 15_s;
        }
        EXPECT_GT(broker.now - caught_up, 30_s);
        EXPECT_LE(broker.now - caught_up, 45_s);
    }
}

TEST(LeaderIsr, AnIdlePartitionKeepsItsIsr) {
    IsrLeader broker;
    broker.fetch(2, 0);
    broker.fetch(3, 0);
    broker.pass(1_h);
    broker.shrink();
    EXPECT_FALSE(broker.orders().pending_isr);
}

TEST(LeaderIsr, WhoIsToLeaveHoldsTheHighWatermarkUntilItIsConfirmed) {
    IsrLeader broker;
    broker.propose_without_3();
    ASSERT_TRUE(broker.orders().pending_isr);
    EXPECT_EQ(broker.orders().maximal_isr(), ids({1, 2, 3}));
    EXPECT_EQ(broker.high_watermark(), 0);
    EXPECT_FALSE(broker.produce({"y"}));
    broker.fetch(2, 2);
    EXPECT_FALSE(broker.produced());
    ASSERT_TRUE(broker.next());
    broker.confirm({1, 2});
    EXPECT_EQ(broker.high_watermark(), 2);
    ASSERT_TRUE(broker.produced()) << "the shrunk ISR lets the produce go";
    EXPECT_EQ(broker.produced()->error_code, ErrorCode::kNone);
    EXPECT_EQ(broker.orders().isr, ids({1, 2}));
    EXPECT_EQ(broker.orders().partition_epoch, PartitionEpoch(21));
    EXPECT_FALSE(broker.orders().pending_isr);
}

TEST(LeaderIsr, OneChangeOfAPartitionAtATime) {
    IsrLeader broker;
    broker.propose_without_3();
    broker.write(1);
    broker.pass(31_s);
    broker.shrink();
    EXPECT_THAT(broker.facts<IsrChangeProposed>(), IsEmpty());
    EXPECT_EQ(broker.orders().pending_isr->changed, ids({3}));
}

TEST(LeaderIsr, ACaughtUpFollowerJoinsAndCountsAtOnce) {
    IsrLeader broker;
    broker.set_isr({1, 2});
    broker.write(2);
    broker.fetch(2, 2);
    broker.fetch(3, 1);
    EXPECT_FALSE(broker.orders().pending_isr) << "below the high watermark";
    broker.fetch(3, 2);
    ASSERT_TRUE(broker.orders().pending_isr);
    EXPECT_EQ(broker.orders().pending_isr->kind, Kind::kExpand);
    EXPECT_EQ(broker.orders().maximal_isr(), ids({1, 2, 3}));
    EXPECT_EQ(broker.facts<IsrChangeProposed>().at(0).to, ids({1, 2, 3}));
    EXPECT_FALSE(broker.facts<IsrChangeProposed>().at(0).behind_for);
    // It holds the high watermark back, however long the controller takes.
    broker.write(1);
    broker.pass(1_h);
    broker.fetch(2, 3);
    EXPECT_EQ(broker.high_watermark(), 2);
}

TEST(LeaderIsr, JoiningNeedsTheStartOfTheLeadersEpoch) {
    IsrLeader broker;
    broker.set_isr({1});
    broker.edit_orders().leader_epoch_start_offset = Offset(3);
    broker.write(4);
    broker.edit_orders().log.edit().high_watermark = Offset(1);
    broker.fetch(2, 2);
    EXPECT_FALSE(broker.orders().pending_isr);
    broker.edit_orders().log.edit().high_watermark = Offset(1);
    broker.fetch(2, 3);
    EXPECT_TRUE(broker.orders().pending_isr);
}

TEST(LeaderIsr, OnlyABrokerInGoodStandingJoins) {
    const auto joins = [](auto change) {
        IsrLeader broker;
        broker.set_isr({1, 2});
        change(broker.image.brokers.edit().at(BrokerId(3)));
        broker.fetch(3, 0);
        return broker.orders().pending_isr.has_value();
    };
    EXPECT_TRUE(joins([](BrokerRegistration&) {}));
    EXPECT_FALSE(joins([](BrokerRegistration& b) { b.fenced = true; }));
    EXPECT_FALSE(joins([](BrokerRegistration& b) { b.in_controlled_shutdown = true; }));
    EXPECT_FALSE(joins([](BrokerRegistration& b) { b.epoch = BrokerEpoch(90); }))
        << "it fetches with a newer epoch than the metadata has";
}

TEST(AlterPartition, TheRequestSaysWhatItBuildsOn) {
    IsrLeader broker;
    EXPECT_FALSE(broker.next());
    EXPECT_EQ(next_alter_partition_at(broker.rm), kNever);
    broker.propose_without_3();
    EXPECT_LE(next_alter_partition_at(broker.rm), broker.now);
    const auto request = broker.next();
    ASSERT_TRUE(request);
    EXPECT_EQ(request->broker_id, BrokerId(1));
    EXPECT_EQ(request->broker_epoch, BrokerEpoch(101));
    ASSERT_EQ(request->topics.size(), 1U);
    EXPECT_EQ(request->topics[0].topic_id, kOrdersId);
    const AlterPartitionRequest::Partition& proposal = request->topics[0].partitions.at(0);
    EXPECT_EQ(proposal.leader_epoch, kEpoch);
    EXPECT_EQ(proposal.partition_epoch, PartitionEpoch(20));
    EXPECT_THAT(proposal.new_isr_with_epochs,
                ElementsAre(AlterPartitionRequest::BrokerState{BrokerId(1), BrokerEpoch(101)},
                            AlterPartitionRequest::BrokerState{BrokerId(2), BrokerEpoch(102)}));
    EXPECT_TRUE(broker.orders().pending_isr->sent);
    EXPECT_FALSE(broker.next()) << "one request at a time";
    EXPECT_EQ(next_alter_partition_at(broker.rm), kNever);
}

TEST(AlterPartition, AMemberThatHasNotFetchedHasNoEpoch) {
    IsrLeader broker;
    broker.set_isr({1, 2});
    broker.fetch(3, 0);
    const auto request = broker.next();
    ASSERT_TRUE(request);
    EXPECT_THAT(request->topics.at(0).partitions.at(0).new_isr_with_epochs,
                ElementsAre(AlterPartitionRequest::BrokerState{BrokerId(1), BrokerEpoch(101)},
                            AlterPartitionRequest::BrokerState{BrokerId(2), kNoBrokerEpoch},
                            AlterPartitionRequest::BrokerState{BrokerId(3), BrokerEpoch(103)}));
}

TEST(AlterPartition, AFailedRequestIsTriedAgainAfterFiftyMilliseconds) {
    IsrLeader broker;
    broker.propose_without_3();
    const auto first = broker.next();
    on_alter_partition_failed(broker.rm, broker.now);
    EXPECT_FALSE(broker.next());
    EXPECT_EQ(next_alter_partition_at(broker.rm), broker.now + 50_ms);
    broker.pass(50_ms);
    EXPECT_EQ(broker.next(), first);
}

TEST(AlterPartition, AStaleBrokerEpochIsTriedAgain) {
    IsrLeader broker;
    broker.propose_without_3();
    ASSERT_TRUE(broker.next());
    AlterPartitionResponse response;
    response.error_code = ErrorCode::kStaleBrokerEpoch;
    broker.answer(response);
    EXPECT_EQ(next_alter_partition_at(broker.rm), broker.now + 50_ms);
    EXPECT_TRUE(broker.orders().pending_isr);
}

TEST(AlterPartition, SomeRefusalsGoBackToWhatIsCommitted) {
    for (const ErrorCode error :
         {ErrorCode::kIneligibleReplica, ErrorCode::kOperationNotAttempted}) {
        IsrLeader broker;
        broker.propose_without_3();
        ASSERT_TRUE(broker.next());
        broker.answer_error(error);
        EXPECT_FALSE(broker.orders().pending_isr);
        EXPECT_EQ(broker.orders().isr, ids({1, 2, 3}));
        EXPECT_EQ(broker.facts<IsrChangeRefused>().at(0).error, error);
        broker.shrink();
        EXPECT_TRUE(broker.next()) << "the next pass may propose it again";
    }
}

TEST(AlterPartition, SomeRefusalsWaitForMetadata) {
    for (const ErrorCode error : {ErrorCode::kUnknownTopicOrPartition, ErrorCode::kUnknownTopicId,
                                  ErrorCode::kFencedLeaderEpoch, ErrorCode::kInvalidUpdateVersion,
                                  ErrorCode::kInvalidRequest, ErrorCode::kNewLeaderElected}) {
        IsrLeader broker;
        broker.propose_without_3();
        ASSERT_TRUE(broker.next());
        broker.answer_error(error);
        EXPECT_TRUE(broker.orders().pending_isr);
        EXPECT_EQ(next_alter_partition_at(broker.rm), kNever);
        EXPECT_FALSE(broker.next());
    }
}

TEST(AlterPartition, ALeadThatMovedElsewhereIsNoRefusal) {
    IsrLeader broker;
    broker.propose_without_3();
    ASSERT_TRUE(broker.next());
    broker.answer_error(ErrorCode::kNewLeaderElected);
    EXPECT_TRUE(broker.facts<IsrChangeRefused>().empty()) << "the change was carried out";
}

TEST(AlterPartition, AnythingElseIsSentAgainAtOnce) {
    IsrLeader broker;
    broker.propose_without_3();
    const auto first = broker.next();
    broker.answer_error(ErrorCode::kUnknownServerError);
    EXPECT_EQ(broker.next(), first);
    // A partition that the answer leaves out counts as such, too.
    broker.answer(AlterPartitionResponse{});
    EXPECT_EQ(broker.next(), first);
}

TEST(AlterPartition, AnOldSuccessIsIgnored) {
    IsrLeader broker;
    broker.propose_without_3();
    ASSERT_TRUE(broker.next());
    broker.confirm({1, 2}, PartitionEpoch(19));
    EXPECT_EQ(broker.orders().isr, ids({1, 2, 3}));
    EXPECT_TRUE(broker.orders().pending_isr);
}

TEST(AlterPartition, TheSamePartitionEpochSettlesTheMatter) {
    IsrLeader broker;
    broker.propose_without_3();
    ASSERT_TRUE(broker.next());
    broker.confirm({1, 2}, PartitionEpoch(20));
    EXPECT_EQ(broker.orders().isr, ids({1, 2}));
    EXPECT_FALSE(broker.orders().pending_isr);
}

TEST(AlterPartition, MetadataThatCameFirstWins) {
    IsrLeader broker;
    broker.propose_without_3();
    ASSERT_TRUE(broker.next());
    broker.edit_orders().pending_isr.reset();
    broker.edit_orders().isr = ids({1, 3});
    broker.edit_orders().partition_epoch = PartitionEpoch(22);
    // While the old answer is out nothing new is proposed.
    broker.pass(31_s);
    broker.shrink();
    EXPECT_THAT(broker.facts<IsrChangeProposed>(), IsEmpty());
    broker.confirm({1, 2});
    EXPECT_EQ(broker.orders().isr, ids({1, 3}));
    EXPECT_EQ(broker.orders().partition_epoch, PartitionEpoch(22));
    broker.shrink();
    EXPECT_EQ(broker.facts<IsrChangeProposed>().size(), 1U);
}

TEST(AlterPartition, AProposalThatMetadataSettledIsNotSent) {
    IsrLeader broker;
    broker.propose_without_3();
    broker.lose_leadership();
    EXPECT_FALSE(broker.next());
    EXPECT_EQ(next_alter_partition_at(broker.rm), kNever);
}

}  // namespace
}  // namespace brokerlab
