// Thing: what a person can point at, select, ask about and give commands to.
//
// A plain name of something, not a pointer into a World: it stays what it is while time moves, also
// when the thing is not there yet or no longer. Its text is what a person would type.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "sim/model/facts.h"
#include "sim/model/ids.h"
#include "sim/world/world.h"

namespace brokerlab {

struct BrokerThing {
    BrokerId broker;

    bool operator==(const BrokerThing&) const = default;
};
struct ControllerThing {
    int32_t number = 1;  ///< as commands name it

    bool operator==(const ControllerThing&) const = default;
};
/// The metadata quorum as a whole.
struct QuorumThing {
    bool operator==(const QuorumThing&) const = default;
};
struct TopicThing {
    std::string topic;

    bool operator==(const TopicThing&) const = default;
};
struct PartitionThing {
    TopicPartition partition;

    bool operator==(const PartitionThing&) const = default;
};
struct ReplicaThing {
    TopicPartition partition;
    BrokerId broker;

    bool operator==(const ReplicaThing&) const = default;
};
/// A batch in the log of a replica.
struct BatchThing {
    TopicPartition partition;
    BrokerId broker;
    Offset base_offset;

    bool operator==(const BatchThing&) const = default;
};
/// A producer, consumer or `admin`, by name.
struct ClientThing {
    std::string name;

    bool operator==(const ClientThing&) const = default;
};
/// Both directions between two nodes; `a` before `b`.
struct LinkThing {
    NodeId a;
    NodeId b;

    bool operator==(const LinkThing&) const = default;
};
struct MessageThing {
    uint64_t number = 0;

    bool operator==(const MessageThing&) const = default;
};
/// A consumer group, by name.
struct GroupThing {
    std::string group;

    bool operator==(const GroupThing&) const = default;
};
struct FactThing {
    FactId fact;

    bool operator==(const FactThing&) const = default;
};

/// std::monostate: nothing.
using Thing = std::variant<std::monostate, BrokerThing, ControllerThing, QuorumThing, TopicThing,
                           PartitionThing, ReplicaThing, BatchThing, ClientThing, LinkThing,
                           MessageThing, FactThing, GroupThing>;

/// "broker 2", "controller 1", "quorum", "topic orders", "orders-0", "orders-0 on 2",
/// "orders-0 on 2 at 1234", "till", "link broker 1 - till", "message 17", "fact 1234.0", "group
/// stock"; empty for nothing.
[[nodiscard]] std::string thing_text(const World& world, const Thing& thing);

/// Reads what thing_text() writes; nothing when the words name nothing that could be. A name of a
/// client wins over a partition of the same text; that of a service is its first instance.
[[nodiscard]] std::optional<Thing> parse_thing(const World& world, std::string_view text);

/// Whether there is such a thing in this World. Facts are never in it.
[[nodiscard]] bool exists(const World& world, const Thing& thing);

/// The thing that a fact is about: its partition (of the metadata log: the quorum), broker or
/// topic, the group for what its coordinator decides, else the node where it happened.
[[nodiscard]] Thing thing_of(const World& world, const Fact& fact);
/// The node as a thing.
[[nodiscard]] Thing thing_of(const World& world, NodeId node);

}  // namespace brokerlab
