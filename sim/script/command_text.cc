// The printer of commands: the canonical text of each, which command_parser.cc reads back.
#include "sim/script/command_text.h"

#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/kernel/duration_text.h"

namespace brokerlab {
namespace {

std::string node_text(NodeId node) {
    return fmt::format("{} {}", node.kind == NodeKind::kController ? "controller" : "broker",
                       node.number);
}

std::string percent_text(uint32_t ppm) {
    std::string text = fmt::format("{}.{:04}", ppm / 10'000, ppm % 10'000);
    while (text.back() == '0') {
        text.pop_back();
    }
    if (text.back() == '.') {
        text.pop_back();
    }
    return text + "%";
}

std::string_view client_kind_text(ClientCommand::Kind kind) {
    switch (kind) {
        case ClientCommand::Kind::kProducer:
            return "producer";
        case ClientCommand::Kind::kConsumer:
            return "consumer";
        case ClientCommand::Kind::kService:
            return "service";
    }
    BL_CHECK(false);
}

struct Print {
    std::string operator()(const NodeCommand& c) const {
        static constexpr std::array<std::string_view, 8> kVerbs{
            "kill", "start", "stop", "power-off", "pause", "resume", "isolate", "rejoin"};
        return fmt::format("{} {}", kVerbs[static_cast<std::size_t>(c.verb)], node_text(c.node));
    }
    std::string operator()(const SlowDisk& c) const {
        return fmt::format("slow disk {} {}", c.broker.value, duration_text(c.delay));
    }
    std::string operator()(const FailDisk& c) const {
        return fmt::format("fail disk {}", c.broker.value);
    }
    std::string operator()(const RepairDisk& c) const {
        return fmt::format("repair disk {}", c.broker.value);
    }
    std::string operator()(const SetBroker& c) const {
        return fmt::format("set broker {} {}={}", c.broker.value, c.key, c.value);
    }
    std::string operator()(const CutLink& c) const {
        return fmt::format("cut {}{} {}", end_text(c.a), c.one_way ? " ->" : "", end_text(c.b));
    }
    std::string operator()(const SlowLink& c) const {
        return fmt::format("slow link {} {} {}", end_text(c.a), end_text(c.b),
                           duration_text(c.delay));
    }
    std::string operator()(const LoseLink& c) const {
        return fmt::format("lose link {} {} {}", end_text(c.a), end_text(c.b),
                           percent_text(c.parts_per_million));
    }
    std::string operator()(const HealLink& c) const {
        return c.a ? fmt::format("heal {} {}", end_text(*c.a), end_text(*c.b)) : "heal all";
    }
    std::string operator()(const MessageCommand& c) const {
        static constexpr std::array<std::string_view, 4> kVerbs{"drop", "hold", "release", "delay"};
        const bool delays = c.verb == MessageCommand::Verb::kDelay;
        return fmt::format("{} message {}{}", kVerbs[static_cast<std::size_t>(c.verb)], c.message,
                           delays ? " " + duration_text(c.delay) : "");
    }
    std::string operator()(const CreateTopic& c) const {
        std::string text = "create topic " + c.topic;
        if (c.partitions) {
            text += fmt::format(" partitions {}", *c.partitions);
        }
        if (c.replication_factor) {
            text += fmt::format(" replication-factor {}", *c.replication_factor);
        }
        return text;
    }
    std::string operator()(const AlterTopic& c) const {
        return fmt::format("alter topic {} partitions {}", c.topic, c.partitions);
    }
    std::string operator()(const DeleteTopic& c) const { return "delete topic " + c.topic; }
    std::string operator()(const SetTopic& c) const {
        return fmt::format("set topic {} {}={}", c.topic, c.key, c.value);
    }
    std::string operator()(const ElectLeader& c) const {
        return fmt::format("elect {} {}",
                           c.type == ElectionType::kPreferred ? "preferred" : "unclean",
                           c.partition.to_string());
    }
    std::string operator()(const ReassignPartition& c) const {
        std::vector<int32_t> ids;
        for (const BrokerId id : c.replicas) {
            ids.push_back(id.value);
        }
        return fmt::format("reassign {} {}", c.partition.to_string(), fmt::join(ids, ","));
    }
    std::string operator()(const ClientCommand& c) const {
        static constexpr std::array<std::string_view, 8> kVerbs{
            "start", "stop", "crash", "remove", "pause", "resume", "add", "kill"};
        return fmt::format("{} {} {}", kVerbs[static_cast<std::size_t>(c.verb)],
                           client_kind_text(c.kind), c.name);
    }
    std::string operator()(const SetClient& c) const {
        return fmt::format("set {} {} {}={}", client_kind_text(c.kind), c.name, c.key, c.value);
    }
    std::string operator()(const ProduceOne& c) const {
        return c.key ? fmt::format("produce {} key={} value={}", c.topic, *c.key, c.value)
                     : fmt::format("produce {} value={}", c.topic, c.value);
    }
    std::string operator()(const PostService& c) const {
        return fmt::format("post {} {}{}{}", c.service, c.path, c.body.empty() ? "" : " ", c.body);
    }
    std::string operator()(const SetRule& c) const {
        return fmt::format("set rule {} {}", rule_name(c.rule), c.on ? "on" : "off");
    }
};

}  // namespace

std::string command_text(const Command& command) {
    return std::visit(Print{}, command);
}

}  // namespace brokerlab
