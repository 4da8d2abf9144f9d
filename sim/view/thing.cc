#include "sim/view/thing.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "sim/oracle/group_view.h"
#include "sim/oracle/replica_logs.h"
#include "sim/world/names.h"

namespace brokerlab {
namespace {

constexpr std::string_view kMetadataTopic = "__cluster_metadata";

// ---- Its text

/// As node_name(), also for a client that is not there (yet): a Thing outlives a step back.
std::string text_of_node(const World& world, NodeId node) {
    const auto index = static_cast<std::size_t>(node.number) - 1;
    return node.kind == NodeKind::kClient && index >= world.clients.size()
               ? fmt::format("client {}", node.number)
               : node_name(world, node);
}

struct Text {
    const World& world;

    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(const BrokerThing& t) const {
        return fmt::format("broker {}", t.broker.value);
    }
    std::string operator()(const ControllerThing& t) const {
        return fmt::format("controller {}", t.number);
    }
    std::string operator()(const QuorumThing&) const { return "quorum"; }
    std::string operator()(const TopicThing& t) const { return "topic " + t.topic; }
    std::string operator()(const PartitionThing& t) const { return t.partition.to_string(); }
    std::string operator()(const ReplicaThing& t) const {
        return fmt::format("{} on {}", t.partition.to_string(), t.broker.value);
    }
    std::string operator()(const BatchThing& t) const {
        return fmt::format("{} on {} at {}", t.partition.to_string(), t.broker.value,
                           t.base_offset.value);
    }
    std::string operator()(const ClientThing& t) const { return t.name; }
    std::string operator()(const LinkThing& t) const {
        return fmt::format("link {} - {}", text_of_node(world, t.a), text_of_node(world, t.b));
    }
    std::string operator()(const MessageThing& t) const {
        return fmt::format("message {}", t.number);
    }
    std::string operator()(const FactThing& t) const {
        return fmt::format("fact {}.{}", t.fact.event.value, t.fact.ordinal);
    }
    std::string operator()(const GroupThing& t) const { return "group " + t.group; }
};

// ---- Reading it

template <class Int>
std::optional<Int> number_in(std::string_view text) {
    if (text.empty() || text.front() == '-') {
        return std::nullopt;
    }
    Int value{};
    const char* end = text.data() + text.size();
    const auto [last, failed] = std::from_chars(text.data(), end, value);
    if (failed != std::errc() || last != end) {
        return std::nullopt;
    }
    return value;
}

/// The parts of `text` around the first `separator`.
std::optional<std::pair<std::string_view, std::string_view>> split(std::string_view text,
                                                                   std::string_view separator) {
    const std::size_t at = text.find(separator);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    return std::pair(text.substr(0, at), text.substr(at + separator.size()));
}

/// What follows `word` and a space.
std::optional<std::string_view> after(std::string_view text, std::string_view word) {
    if (text.size() <= word.size() + 1 || !text.starts_with(word) || text[word.size()] != ' ') {
        return std::nullopt;
    }
    return text.substr(word.size() + 1);
}

bool is_topic_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    });
}

std::optional<TopicPartition> partition_in(std::string_view text) {
    const std::size_t dash = text.rfind('-');
    if (dash == std::string_view::npos || !is_topic_name(text.substr(0, dash))) {
        return std::nullopt;
    }
    const std::optional<int32_t> number = number_in<int32_t>(text.substr(dash + 1));
    return number ? std::optional(
                        TopicPartition{std::string(text.substr(0, dash)), PartitionId(*number)})
                  : std::nullopt;
}

/// Brokers and controllers count from 1.
std::optional<NodeId> numbered_node(std::string_view text) {
    const auto numbered = [&](NodeKind kind, std::string_view word) -> std::optional<NodeId> {
        const std::optional<std::string_view> rest = after(text, word);
        const std::optional<int32_t> number = rest ? number_in<int32_t>(*rest) : std::nullopt;
        return number && *number > 0 ? std::optional(NodeId{kind, *number}) : std::nullopt;
    };
    const std::optional<NodeId> broker = numbered(NodeKind::kBroker, "broker");
    return broker ? broker : numbered(NodeKind::kController, "controller");
}

std::optional<Thing> link_in(const World& world, std::string_view text) {
    const auto end = [&](std::string_view name) {
        const std::optional<NodeId> client = client_node(world, name);
        return client ? client : numbered_node(name);
    };
    const auto ends = split(text, " - ");
    const std::optional<NodeId> a = ends ? end(ends->first) : std::nullopt;
    const std::optional<NodeId> b = ends ? end(ends->second) : std::nullopt;
    if (!a || !b || *a == *b) {
        return std::nullopt;
    }
    return LinkThing{std::min(*a, *b), std::max(*a, *b)};
}

std::optional<Thing> fact_in(std::string_view text) {
    const auto parts = split(text, ".");
    const auto event = parts ? number_in<uint64_t>(parts->first) : std::nullopt;
    const auto ordinal = parts ? number_in<uint32_t>(parts->second) : std::nullopt;
    return event && ordinal ? std::optional<Thing>(FactThing{{EventSequence(*event), *ordinal}})
                            : std::nullopt;
}

/// "orders-0", "orders-0 on 2", "orders-0 on 2 at 1234".
std::optional<Thing> log_in(std::string_view text) {
    const auto on = split(text, " on ");
    const std::optional<TopicPartition> partition = partition_in(on ? on->first : text);
    if (!partition) {
        return std::nullopt;
    }
    if (!on) {
        return PartitionThing{*partition};
    }
    const auto at = split(on->second, " at ");
    const std::optional<int32_t> broker = number_in<int32_t>(at ? at->first : on->second);
    const std::optional<int64_t> offset = at ? number_in<int64_t>(at->second) : std::nullopt;
    if (!broker || *broker == 0 || (at && !offset)) {
        return std::nullopt;
    }
    return at ? Thing(BatchThing{*partition, BrokerId(*broker), Offset(*offset)})
              : Thing(ReplicaThing{*partition, BrokerId(*broker)});
}

// ---- Whether it is there

bool is_there(const World& world, NodeId node) {
    switch (node.kind) {
        case NodeKind::kBroker:
            return world.find_broker(BrokerId(node.number)) != nullptr;
        case NodeKind::kController:
            return world.find_controller(node.number) != nullptr;
        case NodeKind::kClient:
            return node.number > 0 && static_cast<std::size_t>(node.number) <= world.clients.size();
    }
    return false;
}

bool has_batch(const PartitionLog& log, Offset base_offset) {
    const auto& batches = log.segments[log.segment_index(base_offset)]->batches();
    const std::size_t at = log.segments[log.segment_index(base_offset)]->find_batch(base_offset);
    return at < batches.size() && batches[at].base_offset == base_offset;
}

struct Exists {
    const World& world;

    bool operator()(std::monostate) const { return false; }
    bool operator()(const BrokerThing& t) const { return world.find_broker(t.broker) != nullptr; }
    bool operator()(const ControllerThing& t) const {
        return world.find_controller(t.number) != nullptr;
    }
    bool operator()(const QuorumThing&) const { return true; }
    bool operator()(const TopicThing& t) const {
        return world.committed_metadata().find_topic(t.topic) != nullptr;
    }
    bool operator()(const PartitionThing& t) const {
        return world.committed_metadata().find_partition(t.partition) != nullptr;
    }
    bool operator()(const ReplicaThing& t) const {
        const PartitionRegistration* registration =
            world.committed_metadata().find_partition(t.partition);
        return (registration != nullptr && registration->is_replica(t.broker)) ||
               replica_log(world, t.broker, t.partition) != nullptr;
    }
    bool operator()(const BatchThing& t) const {
        const PartitionLog* log = replica_log(world, t.broker, t.partition);
        return log != nullptr && has_batch(*log, t.base_offset);
    }
    bool operator()(const ClientThing& t) const { return world.find_client(t.name) != nullptr; }
    bool operator()(const LinkThing& t) const {
        return is_there(world, t.a) && is_there(world, t.b) && t.a != t.b;
    }
    bool operator()(const MessageThing& t) const {
        return world.network->find(t.number) != nullptr;
    }
    bool operator()(const FactThing&) const { return false; }
    bool operator()(const GroupThing& t) const {
        const std::vector<std::string> groups = group_names(world);
        return std::binary_search(groups.begin(), groups.end(), t.group);
    }
};

// ---- What a fact is about

template <class Body>
Thing subject_of(const Body& body) {
    if constexpr (requires { body.partition.topic; }) {
        return body.partition.topic == kMetadataTopic ? Thing(QuorumThing{})
                                                      : Thing(PartitionThing{body.partition});
    } else if constexpr (requires { body.broker.value; }) {
        return BrokerThing{body.broker};
    } else if constexpr (std::is_same_v<Body, TopicCreated> ||
                         std::is_same_v<Body, PartitionsAdded> ||
                         std::is_same_v<Body, TopicDeleted>) {
        return TopicThing{body.topic};
    } else if constexpr (requires {
                             body.member;
                             body.group;
                         } ||
                         std::is_same_v<Body, GroupPhaseChanged> ||
                         std::is_same_v<Body, GroupAssignmentMade> ||
                         std::is_same_v<Body, OffsetsRemoved>) {
        return GroupThing{body.group};
    } else {
        return {};
    }
}

}  // namespace

std::string thing_text(const World& world, const Thing& thing) {
    return std::visit(Text{world}, thing);
}

std::optional<Thing> parse_thing(const World& world, std::string_view text) {
    if (text.empty()) {
        return std::nullopt;
    }
    if (world.find_client(text) != nullptr) {
        return ClientThing{std::string(text)};
    }
    if (text == "quorum") {
        return QuorumThing{};
    }
    if (const std::optional<NodeId> node = numbered_node(text)) {
        return thing_of(world, *node);
    }
    if (const auto topic = after(text, "topic")) {
        return is_topic_name(*topic) ? std::optional<Thing>(TopicThing{std::string(*topic)})
                                     : std::nullopt;
    }
    if (const auto ends = after(text, "link")) {
        return link_in(world, *ends);
    }
    if (const auto number = after(text, "message")) {
        const std::optional<uint64_t> read = number_in<uint64_t>(*number);
        return read ? std::optional<Thing>(MessageThing{*read}) : std::nullopt;
    }
    if (const auto group = after(text, "group")) {
        return GroupThing{std::string(*group)};
    }
    if (const auto name = after(text, "fact")) {
        return fact_in(*name);
    }
    if (const std::optional<Thing> log = log_in(text)) {
        return log;
    }
    // A service has no place of its own: its first instance shows all of it.
    const std::vector<NodeId> instances = instances_of(world, text);
    return instances.empty() ? std::nullopt : std::optional(thing_of(world, instances.front()));
}

bool exists(const World& world, const Thing& thing) {
    return std::visit(Exists{world}, thing);
}

Thing thing_of(const World& world, const Fact& fact) {
    const Thing subject = std::visit([](const auto& body) { return subject_of(body); }, fact.body);
    return subject == Thing() ? thing_of(world, fact.node) : subject;
}

Thing thing_of(const World& world, NodeId node) {
    if (node.number <= 0) {
        return {};
    }
    switch (node.kind) {
        case NodeKind::kBroker:
            return BrokerThing{BrokerId(node.number)};
        case NodeKind::kController:
            return ControllerThing{node.number};
        case NodeKind::kClient:
            return is_there(world, node)
                       ? Thing(ClientThing{
                             world.clients[static_cast<std::size_t>(node.number) - 1]->name})
                       : Thing();
    }
    return {};
}

}  // namespace brokerlab
