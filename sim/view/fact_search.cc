#include "sim/view/fact_search.h"

#include <algorithm>
#include <type_traits>
#include <variant>
#include <vector>

#include "sim/base/letter_case.h"
#include "sim/oracle/group_view.h"
#include "sim/view/inspect_parts.h"
#include "sim/view/sentences.h"

namespace brokerlab {
namespace {

/// The topic that a fact is about as a whole.
const std::string* topic_of(const FactBody& body) {
    return std::visit(
        [](const auto& fact) -> const std::string* {
            if constexpr (requires { fact.topic; }) {
                return &fact.topic;
            } else {
                return nullptr;
            }
        },
        body);
}

/// The consumer group that a fact names.
const std::string* group_named_by(const FactBody& body) {
    return std::visit(
        [](const auto& fact) -> const std::string* {
            if constexpr (requires { fact.group; }) {
                return &fact.group;
            } else {
                return nullptr;
            }
        },
        body);
}

struct Concerns {
    const World& world;
    const Fact& fact;

    [[nodiscard]] bool is_partition(const TopicPartition& partition) const {
        const TopicPartition* of = partition_of(fact.body);
        return of != nullptr && *of == partition;
    }

    bool operator()(const std::monostate&) const { return true; }
    bool operator()(const BrokerThing& thing) const {
        if (const auto* leader = std::get_if<LeaderChanged>(&fact.body)) {
            return leader->from == thing.broker || leader->to == thing.broker;
        }
        if (const auto* isr = std::get_if<IsrChanged>(&fact.body)) {
            const auto is_in = [&](const std::vector<BrokerId>& list) {
                return std::find(list.begin(), list.end(), thing.broker) != list.end();
            };
            return is_in(isr->from) || is_in(isr->to);
        }
        return concerns(fact, NodeId{NodeKind::kBroker, thing.broker.value});
    }
    bool operator()(const ControllerThing& thing) const {
        return concerns(fact, NodeId{NodeKind::kController, thing.number});
    }
    bool operator()(const QuorumThing&) const { return fact.node.kind == NodeKind::kController; }
    bool operator()(const TopicThing& thing) const {
        const TopicPartition* partition = partition_of(fact.body);
        const std::string* topic = topic_of(fact.body);
        return (partition != nullptr && partition->topic == thing.topic) ||
               (topic != nullptr && *topic == thing.topic);
    }
    bool operator()(const PartitionThing& thing) const { return is_partition(thing.partition); }
    bool operator()(const ReplicaThing& thing) const {
        return is_partition(thing.partition) && (*this)(BrokerThing{thing.broker});
    }
    bool operator()(const BatchThing& thing) const { return is_partition(thing.partition); }
    bool operator()(const ClientThing& thing) const {
        return fact.node.kind == NodeKind::kClient && node_name(world, fact.node) == thing.name;
    }
    bool operator()(const LinkThing& thing) const {
        return fact.node == thing.a || fact.node == thing.b;
    }
    bool operator()(const MessageThing&) const { return false; }
    bool operator()(const FactThing& thing) const { return fact.id == thing.fact; }
    /// What names the group, and what happens to its members' processes.
    bool operator()(const GroupThing& thing) const {
        const std::string* group = group_named_by(fact.body);
        if (group != nullptr) {
            return *group == thing.group;
        }
        if (!std::holds_alternative<NodeChanged>(fact.body)) {
            return false;
        }
        const std::vector<NodeId> members = clients_of_group(world, thing.group);
        return std::find(members.begin(), members.end(), fact.node) != members.end();
    }
};

}  // namespace

bool concerns(const World& world, const Fact& fact, const Thing& thing) {
    return std::visit(Concerns{world, fact}, thing);
}

bool contains_text(std::string_view text, std::string_view what) {
    return std::search(text.begin(), text.end(), what.begin(), what.end(), same_letter) !=
           text.end();
}

}  // namespace brokerlab
