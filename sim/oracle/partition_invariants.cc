#include "sim/oracle/partition_invariants.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/oracle/log_agreement.h"

namespace brokerlab {
namespace {

std::string list_of(const std::vector<BrokerId>& brokers) {
    std::string list;
    for (const BrokerId broker : brokers) {
        list += (list.empty() ? "" : ", ") + std::to_string(broker.value);
    }
    return "[" + list + "]";
}

LeaderSeen* find_seen(PartitionMemory& memory, const ReplicaView& leader) {
    for (LeaderSeen& seen : memory.leaders_seen) {
        if (seen.broker == leader.broker && seen.starts == leader.starts &&
            seen.epoch == leader.leader_epoch) {
            return &seen;
        }
    }
    return nullptr;
}

/// The memory of this leader, emptied when it was of another process or epoch of the broker.
LeaderSeen& see_leader(PartitionMemory& memory, const ReplicaView& leader) {
    if (LeaderSeen* seen = find_seen(memory, leader)) {
        return *seen;
    }
    std::erase_if(memory.leaders_seen,
                  [&](const LeaderSeen& seen) { return seen.broker == leader.broker; });
    return memory.leaders_seen.emplace_back(LeaderSeen{
        leader.broker, leader.starts, leader.leader_epoch, leader.log->high_watermark, {}});
}

/// A follower that was already proposed when this leader was seen last, by the same process: it had
/// reached the high watermark before it was proposed, and can't have gone back since.
bool is_settled(const LeaderSeen& seen, const FollowerView& follower) {
    if (!follower.proposed) {
        return true;
    }
    const BrokerEpoch* proposed_in = seen.proposed.find(follower.broker);
    return proposed_in != nullptr && *proposed_in == follower.epoch;
}

Violation leader_above_isr(const PartitionView& view, const ReplicaView& leader,
                           const LeaderSeen& seen) {
    const Offset high_watermark = leader.log->high_watermark;
    if (high_watermark > leader.log->log_end_offset) {
        return fmt::format("broker {} leads {} with high watermark {}, above its own log end {}",
                           leader.broker.value, view.id.to_string(), high_watermark.value,
                           leader.log->log_end_offset.value);
    }
    if (high_watermark <= leader.epoch_start) {
        return std::nullopt;
    }
    for (const FollowerView& follower : leader.in_sync) {
        if (high_watermark > follower.log_end && is_settled(seen, follower)) {
            return fmt::format(
                "broker {} leads {} with high watermark {}, but of replica {}, which is {} the "
                "ISR, it knows only records below {}",
                leader.broker.value, view.id.to_string(), high_watermark.value,
                follower.broker.value, follower.proposed ? "to join" : "in",
                follower.log_end.value);
        }
    }
    return std::nullopt;
}

Violation pair_differs(const PartitionView& view, const ReplicaView& a, const ReplicaView& b,
                       PartitionMemory& memory) {
    Offset& agreed = memory.agreed[{a.broker, b.broker}];
    const Offset from =
        std::max({agreed, a.log->log_start_offset, b.log->log_start_offset, memory.cleaned_to});
    const Offset to = std::min(committed_end(*a.log), committed_end(*b.log));
    const Agreement found = compare_logs(*a.log, *b.log, from, to);
    agreed = found.up_to;
    if (!found.differs_at) {
        return std::nullopt;
    }
    return fmt::format(
        "the replicas of {} on brokers {} and {} differ at offset {}, though both take "
        "everything below {} for committed",
        view.id.to_string(), a.broker.value, b.broker.value, found.differs_at->value, to.value);
}

/// The leader that the committed metadata names, once it has committed all that it began with: from
/// then on its high watermark is at least that of every leader before it.
const ReplicaView* settled_leader(const PartitionView& view) {
    for (const ReplicaView& replica : view.replicas) {
        if (replica.leads && replica.broker == view.committed->leader &&
            replica.leader_epoch == view.committed->leader_epoch &&
            replica.log->high_watermark >= replica.epoch_start) {
            return &replica;
        }
    }
    return nullptr;
}

}  // namespace

void remember_partition(const PartitionView& view, PartitionMemory& memory) {
    if (memory.topic_id != view.topic_id) {
        memory = PartitionMemory();
        memory.topic_id = view.topic_id;
    }
    for (const ReplicaView& replica : view.replicas) {
        memory.highest_high_watermark =
            std::max(memory.highest_high_watermark, replica.log->high_watermark);
        memory.cleaned_to =
            std::max(memory.cleaned_to, replica.log->cleaner_checkpoint.value_or(Offset(0)));
    }
}

void forget_agreement(PartitionMemory& memory, BrokerId broker, Offset offset) {
    for (auto& [pair, agreed] : memory.agreed) {
        if (pair.first == broker || pair.second == broker) {
            agreed = std::min(agreed, offset);
        }
    }
}

Violation two_leaders(const PartitionView& view, PartitionMemory& memory) {
    for (const ReplicaView& replica : view.replicas) {
        if (!replica.leads) {
            continue;
        }
        const BrokerId* other = memory.leaders.find(replica.leader_epoch);
        if (other != nullptr && *other != replica.broker) {
            return fmt::format("brokers {} and {} both led {} in leader epoch {}", other->value,
                               replica.broker.value, view.id.to_string(),
                               replica.leader_epoch.value);
        }
        memory.leaders.insert_or_assign(replica.leader_epoch, replica.broker);
    }
    return std::nullopt;
}

Violation isr_outside_replicas(const PartitionView& view, PartitionMemory&) {
    const PartitionRegistration& now = *view.committed;
    if (now.isr.empty()) {
        return fmt::format("the ISR of {} is empty", view.id.to_string());
    }
    for (const BrokerId member : now.isr) {
        if (!now.is_replica(member)) {
            return fmt::format("the ISR {} of {} holds broker {}, which is none of its replicas {}",
                               list_of(now.isr), view.id.to_string(), member.value,
                               list_of(now.replicas));
        }
    }
    if (now.leader != kNoBroker && !now.is_in_sync(now.leader)) {
        return fmt::format("broker {} leads {} but is not in its ISR {}", now.leader.value,
                           view.id.to_string(), list_of(now.isr));
    }
    return std::nullopt;
}

Violation epoch_fell(const PartitionView& view, PartitionMemory& memory) {
    const PartitionRegistration& now = *view.committed;
    if (view.metadata_offset < memory.metadata_offset) {
        return std::nullopt;  // Who knew more is gone; what is left is older, not other.
    }
    memory.metadata_offset = view.metadata_offset;
    if (now.leader_epoch < memory.leader_epoch) {
        return fmt::format("the leader epoch of {} fell from {} to {}", view.id.to_string(),
                           memory.leader_epoch.value, now.leader_epoch.value);
    }
    if (now.partition_epoch < memory.partition_epoch) {
        return fmt::format("the partition epoch of {} fell from {} to {}", view.id.to_string(),
                           memory.partition_epoch.value, now.partition_epoch.value);
    }
    memory.leader_epoch = now.leader_epoch;
    memory.partition_epoch = now.partition_epoch;
    return std::nullopt;
}

Violation high_watermark_above_isr(const PartitionView& view, PartitionMemory& memory) {
    for (const ReplicaView& replica : view.replicas) {
        if (!replica.leads) {
            continue;
        }
        LeaderSeen& seen = see_leader(memory, replica);
        if (Violation violation = leader_above_isr(view, replica, seen)) {
            return violation;
        }
        seen.proposed.clear();
        for (const FollowerView& follower : replica.in_sync) {
            if (follower.proposed) {
                seen.proposed.insert_or_assign(follower.broker, follower.epoch);
            }
        }
    }
    return std::nullopt;
}

Violation committed_records_differ(const PartitionView& view, PartitionMemory& memory) {
    for (std::size_t i = 0; i < view.replicas.size(); ++i) {
        for (std::size_t k = i + 1; k < view.replicas.size(); ++k) {
            if (Violation violation =
                    pair_differs(view, view.replicas[i], view.replicas[k], memory)) {
                return violation;
            }
        }
    }
    return std::nullopt;
}

Violation high_watermark_fell(const PartitionView& view, PartitionMemory& memory) {
    for (const ReplicaView& replica : view.replicas) {
        if (!replica.leads) {
            continue;
        }
        LeaderSeen& seen = see_leader(memory, replica);
        const Offset now = replica.log->high_watermark;
        if (now < seen.high_watermark) {
            return fmt::format(
                "the high watermark of {} on its leader, broker {}, fell from {} to {} within "
                "leader epoch {}",
                view.id.to_string(), replica.broker.value, seen.high_watermark.value, now.value,
                replica.leader_epoch.value);
        }
        seen.high_watermark = now;
    }
    return std::nullopt;
}

Violation consumer_beyond_committed(const ConsumerView& consumer, const PartitionView& view,
                                    const PartitionMemory& memory) {
    const ReplicaView* leader = settled_leader(view);
    if (leader == nullptr) {
        return std::nullopt;
    }
    const Offset committed = std::max(memory.highest_high_watermark, leader->log->high_watermark);
    if (consumer.next <= committed) {
        return std::nullopt;
    }
    return fmt::format(
        "consumer {} stood at offset {} of {}, but no high watermark was ever above {}",
        consumer.name, consumer.next.value, view.id.to_string(), committed.value);
}

}  // namespace brokerlab
