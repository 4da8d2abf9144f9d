// The high watermark under any order of writes, fetches, passes and answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "tests/unit/broker/leader_fixture.h"

namespace brokerlab {
namespace {

using testing::ids;
using testing::kEpoch;
using testing::kOrdersId;
using testing::LeaderBroker;

/// The least LEO that the leader knows of its maximal ISR, its own included.
Offset least_of_maximal_isr(const Partition& partition) {
    Offset least = partition.log->log_end_offset;
    for (const BrokerId member : partition.maximal_isr()) {
        if (const FollowerState* follower = partition.followers.find(member)) {
            least = std::min(least, follower->log_end_offset);
        }
    }
    return least;
}

/// Lets the controller say yes to what is proposed, if anything is.
void confirm_next(LeaderBroker& broker) {
    const auto request = next_alter_partition(broker.rm, broker.image, broker.now);
    if (!request) {
        return;
    }
    AlterPartitionResponse::Partition answer;
    answer.leader_id = BrokerId(1);
    answer.leader_epoch = kEpoch;
    for (const auto& member : request->topics.at(0).partitions.at(0).new_isr_with_epochs) {
        answer.isr.push_back(member.broker_id);
    }
    answer.partition_epoch = broker.orders().partition_epoch + 1;
    AlterPartitionResponse response;
    response.topics = {{kOrdersId, {answer}}};
    broker.clear();
    on_alter_partition_response(broker.rm, broker.image, response, broker.env(), broker.fx);
}

void take_step(LeaderBroker& broker) {
    const int what = *rc::gen::inRange(0, 10);
    const int32_t follower = *rc::gen::element(2, 3);
    if (what < 3) {
        broker.produce({"x"}, {.acks = *rc::gen::element<int16_t>(-1, 1)});
    } else if (what < 7) {
        // Mostly onwards; a follower that lost its log starts over.
        const FollowerState& state = broker.orders().followers.at(BrokerId(follower));
        const int64_t from =
            *rc::gen::inRange(0, 8) == 0 ? 0 : std::max<int64_t>(0, state.log_end_offset.value);
        broker.fetch_as(follower, *rc::gen::inRange(from, broker.log_end() + 1),
                        {.max_wait_ms = *rc::gen::element(0, 500)});
    } else if (what == 7) {
        broker.pass(Duration::from_ms(*rc::gen::inRange(1, 20'000)));
        broker.clear();
        expire_produces(broker.rm, broker.image, broker.env(), broker.fx);
        expire_fetches(broker.rm, broker.image, broker.env(), broker.fx);
    } else if (what == 8) {
        broker.clear();
        shrink_isrs(broker.rm, broker.env(), broker.fx);
    } else {
        confirm_next(broker);
    }
}

RC_GTEST_PROP(LeaderHighWatermarkProperty, IsAtMostTheLeastOfTheMaximalIsrAndNeverMovesBack,
              (uint8_t min_isr)) {
    LeaderBroker broker(min_isr % 4);
    for (int i = 0; i < 60; ++i) {
        const Offset before = broker.orders().log->high_watermark;
        const std::size_t waiting = broker.rm.purgatory->produces.size();
        take_step(broker);
        const Partition& partition = broker.orders();
        const Offset after = partition.log->high_watermark;
        RC_ASSERT(after >= before);
        RC_ASSERT(after <= partition.log->log_end_offset);
        if (after > before) {
            RC_ASSERT(after <= least_of_maximal_isr(partition));
            RC_ASSERT(static_cast<int32_t>(partition.isr.size()) >= partition.effective_min_isr());
        }
        // Nothing that is committed waits on, and nothing else was told that it is.
        for (const auto& [number, produce] : broker.rm.purgatory->produces) {
            RC_ASSERT(produce->partitions.at(0).required_offset > after);
        }
        for (const auto& answer : broker.answers<ProduceResponse>()) {
            const auto& told = answer.responses.at(0).partition_responses.at(0);
            if (told.error_code == ErrorCode::kNone && waiting > 0 && after > before) {
                RC_ASSERT(told.base_offset < after);
            }
        }
    }
}

RC_GTEST_PROP(LeaderHighWatermarkProperty, ReachesTheEndWhenEverybodyFetches, ()) {
    LeaderBroker broker;
    for (int i = 0; i < 30; ++i) {
        take_step(broker);
    }
    confirm_next(broker);
    broker.replicate_to(broker.log_end());
    RC_ASSERT(broker.high_watermark() == broker.log_end());
    RC_ASSERT(broker.rm.purgatory->produces.empty());
}

}  // namespace
}  // namespace brokerlab
