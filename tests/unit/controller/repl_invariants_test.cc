// What holds of every partition after any sequence of decisions.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/controller/partition_change_builder.h"
#include "tests/unit/controller/repl_cluster.h"

namespace brokerlab {
namespace {

constexpr int32_t kBrokers = 5;
constexpr int32_t kPartitions = 4;

int32_t any_broker() {
    return *rc::gen::inRange<int32_t>(1, kBrokers + 1);
}
std::vector<BrokerId> some_brokers() {
    std::vector<BrokerId> all = brokers({1, 2, 3, 4, 5});
    std::vector<BrokerId> chosen;
    const int32_t count = any_broker();
    for (int32_t i = 0; i < count; ++i) {
        const auto at = *rc::gen::inRange<std::size_t>(0, all.size());
        chosen.push_back(all[at]);
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(at));
    }
    return chosen;
}

void check_partition(const MetadataImage& image, const PartitionRegistration& p) {
    RC_ASSERT(!p.isr.empty());
    RC_ASSERT(!p.replicas.empty());
    RC_ASSERT(p.directories.size() == p.replicas.size());
    for (auto at = p.isr.begin(); at != p.isr.end(); ++at) {
        RC_ASSERT(p.is_replica(*at));
        RC_ASSERT(std::find(p.isr.begin(), at, *at) == at);
    }
    if (p.leader != kNoBroker) {
        RC_ASSERT(p.is_in_sync(p.leader));
        RC_ASSERT(image.find_broker(p.leader)->is_active());
    }
}

/// The epochs say how often a partition and its leader changed: neither more nor less.
void check_epochs(const ReplCluster& before, const std::vector<MetadataRecord>& records,
                  const ReplCluster& after) {
    const TopicImage& topic = *before.image().find_topic("orders");
    for (int32_t i = 0; i < topic.partition_count(); ++i) {
        PartitionRegistration expected = before.partition("orders", i);
        int32_t changes = 0;
        for (const MetadataRecord& record : records) {
            const auto* change = std::get_if<PartitionChangeRecord>(&record);
            if (change != nullptr && change->partition_id.value == i) {
                changes += 1;
                const bool raises = change->leader != kNoLeaderChange;
                RC_ASSERT(raises || !change->replicas ||
                          change->replicas->size() >= expected.replicas.size());
                expected = after_change(expected, *change);
            }
        }
        const PartitionRegistration& now = after.partition("orders", i);
        RC_ASSERT(changes <= 1);
        RC_ASSERT(now == expected);
        RC_ASSERT(now.partition_epoch - before.partition("orders", i).partition_epoch == changes);
        RC_ASSERT((now.leader == before.partition("orders", i).leader) ||
                  now.leader_epoch == before.partition("orders", i).leader_epoch + 1);
    }
}

Decision proposal_of_leader(const ReplCluster& cluster) {
    const int32_t number = *rc::gen::inRange(0, kPartitions);
    AlterPartitionRequest request = cluster.proposal("orders", {}, number);
    const PartitionRegistration& now = cluster.partition("orders", number);
    auto& proposed = request.topics[0].partitions[0];
    for (const BrokerId member : some_brokers()) {
        if (now.is_replica(member) && member != now.leader) {
            proposed.new_isr_with_epochs.push_back({member, kNoBrokerEpoch});
        }
    }
    proposed.new_isr_with_epochs.push_back({now.leader, kNoBrokerEpoch});
    return alter_partition(cluster.context(), request).decision;
}

Decision reassignment(const ReplCluster& cluster) {
    AlterPartitionReassignmentsRequest request;
    std::optional<std::vector<BrokerId>> target;
    if (*rc::gen::inRange(0, 3) != 0) {
        target = some_brokers();
    }
    request.topics = {{"orders", {{PartitionId(*rc::gen::inRange(0, kPartitions)), target}}}};
    return alter_partition_reassignments(cluster.context(), request).decision;
}

Decision election(const ReplCluster& cluster) {
    ElectLeadersRequest request;
    request.election_type = *rc::gen::element(ElectionType::kPreferred, ElectionType::kUnclean);
    request.topic_partitions.reset();
    return elect_leaders(cluster.context(), request).decision;
}

Decision periodic(const ReplCluster& cluster) {
    bool more = false;
    return *rc::gen::arbitrary<bool>() ? balance_leaders(cluster.context(), 2, more)
                                       : elect_unclean_leaders(cluster.context(), 2, more);
}

/// A broker's process comes back: fenced first where it was not, as the controller does it.
Decision new_incarnation(ReplCluster& cluster, int32_t broker) {
    cluster.fence(broker);
    const Uuid directory = *rc::gen::element(ReplCluster::directory_of(broker),
                                             Uuid{9, static_cast<uint64_t>(broker)});
    cluster.register_broker(broker, directory, true);
    return move_to_new_directory(cluster.context(), BrokerId(broker));
}

Decision any_decision(ReplCluster& cluster) {
    const int32_t broker = any_broker();
    switch (*rc::gen::inRange(0, 8)) {
        case 0:
            return fence_broker(cluster.context(), BrokerId(broker), std::nullopt);
        case 1:
            return unfence_broker(cluster.context(), BrokerId(broker));
        case 2:
            return begin_controlled_shutdown(cluster.context(), BrokerId(broker));
        case 3:
            return proposal_of_leader(cluster);
        case 4:
            return reassignment(cluster);
        case 5:
            return election(cluster);
        case 6:
            return periodic(cluster);
        default:
            return new_incarnation(cluster, broker);
    }
}

/// The heartbeats take care that only the fenced are unfenced, that a broker on its way out comes
/// back as a new incarnation only, and that a fenced one does not begin to shut down.
bool is_possible(const MetadataImage& image, const Decision& decision) {
    for (const MetadataRecord& record : decision.records) {
        const auto* change = std::get_if<BrokerRegistrationChangeRecord>(&record);
        if (change == nullptr) {
            continue;
        }
        const BrokerRegistration& broker = *image.find_broker(change->broker_id);
        using Record = BrokerRegistrationChangeRecord;
        if (change->fenced == Record::Fencing::kUnfence &&
            (!broker.fenced || broker.in_controlled_shutdown)) {
            return false;
        }
        if (change->in_controlled_shutdown == Record::ControlledShutdown::kBegins &&
            broker.fenced) {
            return false;
        }
    }
    return true;
}

void run_decisions(bool only_from_isr) {
    ReplCluster cluster(kBrokers);
    cluster.env().rules.set(Rule::kElectFromIsr, only_from_isr);
    cluster.add_topic("orders", {{1, 2, 3}, {2, 3, 4}, {5, 1, 2}, {4, 5, 3}});
    if (*rc::gen::arbitrary<bool>()) {
        cluster.allow_unclean("orders");
    }
    const int32_t steps = *rc::gen::inRange(1, 60);
    for (int32_t i = 0; i < steps; ++i) {
        const Decision decision = any_decision(cluster);
        if (!is_possible(cluster.image(), decision)) {
            continue;
        }
        const ReplCluster before = cluster;
        cluster.apply(decision);
        check_epochs(before, decision.records, cluster);
        for (int32_t p = 0; p < kPartitions; ++p) {
            check_partition(cluster.image(), cluster.partition("orders", p));
        }
    }
}

RC_GTEST_PROP(ReplicationInvariants, ALeaderIsAlwaysALivingMemberOfTheIsr, ()) {
    run_decisions(true);
}

RC_GTEST_PROP(ReplicationInvariants, EvenWithoutTheIsrRuleTheLeaderIsInItsOwnIsr, ()) {
    run_decisions(false);
}

RC_GTEST_PROP(ReplicationInvariants, WithTheRuleAndWithoutUncleanElectionNobodyLeadsFromOutside,
              ()) {
    ReplCluster cluster(kBrokers);
    cluster.add_topic("orders", {{1, 2, 3}, {2, 3, 4}, {5, 1, 2}, {4, 5, 3}});
    const int32_t steps = *rc::gen::inRange(1, 60);
    for (int32_t i = 0; i < steps; ++i) {
        const Decision decision = any_decision(cluster);
        const bool asked_unclean =
            std::any_of(decision.facts.begin(), decision.facts.end(), [](const FactBody& fact) {
                const auto* change = std::get_if<LeaderChanged>(&fact);
                return change != nullptr && change->why == LeaderChanged::Why::kUnclean;
            });
        if (asked_unclean || !is_possible(cluster.image(), decision)) {
            continue;
        }
        for (const LeaderChanged& change : ReplCluster::facts<LeaderChanged>(decision)) {
            RC_ASSERT(!change.unclean);
        }
        cluster.apply(decision);
    }
}

}  // namespace
}  // namespace brokerlab
