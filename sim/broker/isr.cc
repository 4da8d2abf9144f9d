#include "sim/broker/isr.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "sim/base/check.h"
#include "sim/broker/fetch.h"
#include "sim/broker/isr_rules.h"
#include "sim/broker/produce.h"

namespace brokerlab {
namespace {

bool contains(const std::vector<BrokerId>& brokers, BrokerId broker) {
    return std::find(brokers.begin(), brokers.end(), broker) != brokers.end();
}

bool is_under_min_isr(const Partition& partition, RuleSet rules) {
    return rules.on(Rule::kMinIsrCheck) && partition.is_leader &&
           static_cast<int32_t>(partition.isr.size()) < partition.effective_min_isr();
}

/// Whether `broker` is one of the maximal ISR, without making the list.
bool is_in_maximal_isr(const Partition& partition, BrokerId broker) {
    return partition.is_in_sync(broker) ||
           (partition.pending_isr && partition.pending_isr->kind == PendingIsr::Kind::kExpand &&
            contains(partition.pending_isr->changed, broker));
}

/// A proposal for the partition is still with the controller, be it of an earlier leader epoch:
/// another one has to wait [AlterPartitionManager.submit].
bool has_proposal_in_flight(const ReplicaManager& rm, const TopicPartition& tp) {
    const std::vector<TopicPartition>& in_flight = rm.alter_partitions->in_flight;
    return std::find(in_flight.begin(), in_flight.end(), tp) != in_flight.end();
}

/// Makes the partition's state pending and puts it into the queue.
void propose(ReplicaManager& rm, const TopicPartition& tp, PendingIsr pending,
             std::optional<Duration> behind_for, Effects& fx) {
    Partition& partition = rm.edit(tp);
    std::vector<BrokerId> to = partition.isr;
    if (pending.kind == PendingIsr::Kind::kExpand) {
        to.insert(to.end(), pending.changed.begin(), pending.changed.end());
    } else {
        std::erase_if(to, [&](BrokerId b) { return contains(pending.changed, b); });
    }
    fx.state(IsrChangeProposed{tp, partition.isr, std::move(to), behind_for});
    partition.pending_isr = std::move(pending);
    std::vector<TopicPartition>& waiting = rm.alter_partitions.edit().waiting;
    if (std::find(waiting.begin(), waiting.end(), tp) == waiting.end()) {
        waiting.push_back(tp);
    }
}

/// [Partition.maybeExpandIsr, needsExpandIsr]
bool may_join_isr(const Partition& partition, BrokerId id, const FollowerState& follower,
                  const MetadataImage& image) {
    return !partition.pending_isr && !partition.is_in_sync(id) &&
           follower.log_end_offset >= partition.log->high_watermark &&
           partition.leader_epoch_start_offset != kNoOffset &&
           follower.log_end_offset >= partition.leader_epoch_start_offset &&
           is_isr_eligible(follower, id, image);
}

/// Who is to leave the ISR, and for how long the slowest of them was behind.
struct OutOfSync {
    std::vector<BrokerId> brokers;
    std::optional<Duration> behind_for;
};
OutOfSync find_out_of_sync(const Partition& partition, BrokerId self, Duration lag_max,
                           SimTime now) {
    OutOfSync found;
    for (const BrokerId member : partition.isr) {
        if (member == self) {
            continue;
        }
        const FollowerState* follower = partition.followers.find(member);
        if (follower == nullptr) {
            found.brokers.push_back(member);
        } else if (!is_caught_up(*follower, partition.log->log_end_offset, now, lag_max)) {
            found.brokers.push_back(member);
            const Duration behind = now - follower->last_caught_up_at;
            found.behind_for = std::max(found.behind_for.value_or(behind), behind);
        }
    }
    return found;
}

}  // namespace

bool maybe_increment_high_watermark(Partition& partition, const ReplicaManager& rm,
                                    const MetadataImage& image, const Env& env) {
    if (is_under_min_isr(partition, env.rules)) {
        return false;
    }
    const Offset log_end = partition.log->log_end_offset;
    const Duration lag_max = rm.config->replica_lag_time_max;
    Offset lowest = log_end;
    for (const auto& [id, follower] : partition.followers) {
        // A replica that is about to come back holds it back, too: else the high watermark would
        // run ahead of it for ever.
        if (follower.log_end_offset < lowest &&
            (is_in_maximal_isr(partition, id) ||
             (is_caught_up(follower, log_end, env.now, lag_max) &&
              is_isr_eligible(follower, id, image)))) {
            lowest = follower.log_end_offset;
        }
    }
    if (lowest <= partition.log->high_watermark) {
        return false;
    }
    set_high_watermark(partition.log.edit(), lowest);
    return true;
}

void update_follower(ReplicaManager& rm, const MetadataImage& image, Cow<Partition>& led,
                     BrokerId follower, BrokerEpoch follower_epoch, Offset offset,
                     Offset log_start_offset, const Env& env, Effects& fx) {
    Partition& partition = led.edit();
    FollowerState& state = partition.followers.at(follower);
    const bool moved = state.log_end_offset != offset;
    note_fetch(state, offset, log_start_offset, partition.log->log_end_offset, follower_epoch,
               env.now);
    if (may_join_isr(partition, follower, state, image) &&
        !has_proposal_in_flight(rm, partition.id)) {
        propose(rm, TopicPartition(partition.id),
                {PendingIsr::Kind::kExpand, {follower}, false, env.now}, std::nullopt, fx);
    }
    if (moved && maybe_increment_high_watermark(partition, rm, image, env)) {
        const TopicPartition tp = led->id;
        try_complete_produces(rm, image, tp, env, fx);
        try_complete_fetches(rm, image, tp, env, fx);
    }
}

void shrink_isrs(ReplicaManager& rm, const Env& env, Effects& fx) {
    const Duration lag_max = rm.config->replica_lag_time_max;
    for (const auto& [tp, partition] : rm.partitions) {
        if (!partition->is_leader || partition->pending_isr || partition->isr.size() < 2) {
            continue;
        }
        OutOfSync leaving = find_out_of_sync(*partition, rm.broker, lag_max, env.now);
        if (!leaving.brokers.empty() && !has_proposal_in_flight(rm, tp)) {
            propose(rm, tp, {PendingIsr::Kind::kShrink, std::move(leaving.brokers), false, env.now},
                    leaving.behind_for, fx);
        }
    }
}

}  // namespace brokerlab
