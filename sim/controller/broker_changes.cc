// What it does to partitions that a broker is fenced, unfenced, shuts down or comes back anew.
// [ReplicationControlManager.generateLeaderAndIsrUpdates and its callers]
// Each of these goes through all partitions once: they are rare. Kafka keeps an index by broker.
// AssignReplicasToDirs is not modelled (KIP-858): a broker that registers with another directory
// has its replicas moved there by the controller at once, where Kafka's broker asks for it later.
#include <algorithm>
#include <utility>

#include "sim/base/check.h"
#include "sim/controller/partition_changes.h"
#include "sim/controller/replication_control.h"

namespace brokerlab {
namespace {

using Fencing = BrokerRegistrationChangeRecord::Fencing;
using ControlledShutdown = BrokerRegistrationChangeRecord::ControlledShutdown;

const BrokerRegistration& registration_of(const DecisionContext& context, BrokerId broker) {
    const BrokerRegistration* registration = context.image.find_broker(broker);
    BL_CHECK(registration != nullptr);
    return *registration;
}

MetadataRecord registration_change(const BrokerRegistration& broker, Fencing fencing,
                                   ControlledShutdown shutdown) {
    BrokerRegistrationChangeRecord record;
    record.broker_id = broker.id;
    record.broker_epoch = broker.epoch;
    record.fenced = fencing;
    record.in_controlled_shutdown = shutdown;
    return record;
}

/// Changes every partition that `update` concerns towards the goal that it sets; each is elected in
/// on the way.
template <class Update>
void update_partitions(const DecisionContext& context, const LeaderCandidates& candidates,
                       LeaderChanged::Why why, Decision& decision, const Update& update) {
    for (const auto& [name, topic] : *context.image.topics) {
        std::optional<bool> unclean_allowed;  // of this topic; not asked for before it matters
        PartitionId id{-1};
        for (const Cow<PartitionRegistration>& partition : topic->partitions) {
            id = PartitionId(id.value + 1);
            if (!update.concerns(*partition)) {
                continue;
            }
            if (!unclean_allowed) {
                unclean_allowed = unclean_election_allowed(context, name);
            }
            PartitionGoal goal(*partition);
            goal.election = *unclean_allowed ? Election::kUnclean : Election::kOnline;
            update.set(*partition, goal);
            auto record =
                build_partition_change(*partition, topic->id, id, std::move(goal), candidates);
            if (record) {
                add_partition_change(decision, name, *partition, *std::move(record),
                                     {.leader = why});
            }
        }
    }
}

/// The broker leaves the ISRs that it is in.
struct LeaveIsr {
    BrokerId broker;

    [[nodiscard]] bool concerns(const PartitionRegistration& partition) const {
        return partition.is_in_sync(broker);
    }
    void set(const PartitionRegistration&, PartitionGoal& goal) const {
        std::erase(goal.isr, broker);
    }
};

/// Whoever has no leader may find one.
struct FindLeader {
    [[nodiscard]] static bool concerns(const PartitionRegistration& partition) {
        return partition.leader == kNoBroker;
    }
    static void set(const PartitionRegistration&, PartitionGoal&) {}
};

/// The broker's replicas lie in the directory that it has now.
struct MoveDirectories {
    const BrokerRegistration& broker;

    [[nodiscard]] bool concerns(const PartitionRegistration& partition) const {
        const auto at = std::find(partition.replicas.begin(), partition.replicas.end(), broker.id);
        const auto index = static_cast<std::size_t>(at - partition.replicas.begin());
        return index < partition.directories.size() &&
               !has_online_directory(broker, partition.directories[index]);
    }
    void set(const PartitionRegistration&, PartitionGoal& goal) const {
        goal.moved_directory_of = broker.id;
    }
};

void leave_partitions(const DecisionContext& context, BrokerId broker, LeaderChanged::Why why,
                      Decision& decision) {
    LeaderCandidates candidates(context);
    candidates.leaving = broker;
    update_partitions(context, candidates, why, decision, LeaveIsr{broker});
}

}  // namespace

Decision fence_broker(const DecisionContext& context, BrokerId broker,
                      std::optional<Duration> silent_for) {
    const BrokerRegistration& registration = registration_of(context, broker);
    Decision decision;
    decision.facts.emplace_back(BrokerFenced{broker, silent_for});
    leave_partitions(context, broker, LeaderChanged::Why::kBrokerFenced, decision);
    decision.records.push_back(
        registration_change(registration, Fencing::kFence, ControlledShutdown::kNoChange));
    return decision;
}

Decision unfence_broker(const DecisionContext& context, BrokerId broker) {
    const BrokerRegistration& registration = registration_of(context, broker);
    Decision decision;
    decision.records.push_back(
        registration_change(registration, Fencing::kUnfence, ControlledShutdown::kNoChange));
    decision.facts.emplace_back(BrokerUnfenced{broker});
    LeaderCandidates candidates(context);
    candidates.returning = broker;
    update_partitions(context, candidates, LeaderChanged::Why::kBrokerUnfenced, decision,
                      FindLeader{});
    return decision;
}

Decision begin_controlled_shutdown(const DecisionContext& context, BrokerId broker) {
    const BrokerRegistration& registration = registration_of(context, broker);
    Decision decision;
    if (!registration.in_controlled_shutdown) {
        decision.records.push_back(
            registration_change(registration, Fencing::kNoChange, ControlledShutdown::kBegins));
        decision.facts.emplace_back(ControlledShutdownBegan{broker});
    }
    leave_partitions(context, broker, LeaderChanged::Why::kControlledShutdown, decision);
    return decision;
}

Decision end_earlier_incarnation(const DecisionContext& context, BrokerId broker) {
    Decision decision;
    leave_partitions(context, broker, LeaderChanged::Why::kOther, decision);
    return decision;
}

Decision move_to_new_directory(const DecisionContext& context, BrokerId broker) {
    Decision decision;
    LeaderCandidates candidates(context);
    candidates.leaving = broker;
    update_partitions(context, candidates, LeaderChanged::Why::kOther, decision,
                      MoveDirectories{registration_of(context, broker)});
    return decision;
}

bool leads_any(const MetadataImage& image, BrokerId broker) {
    for (const auto& [name, topic] : *image.topics) {
        for (const Cow<PartitionRegistration>& partition : topic->partitions) {
            if (partition->leader == broker) {
                return true;
            }
        }
    }
    return false;
}

}  // namespace brokerlab
