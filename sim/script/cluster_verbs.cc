// Verbs of topics, partitions, settings and single records.
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "sim/script/command_verbs.h"

namespace brokerlab {
namespace {

/// The wire carries a replication factor in 16 bits.
constexpr int32_t kMostReplicas = 32'767;

std::optional<Command> read_create(CommandWords& w) {
    w.expect("topic");
    CreateTopic command{w.name("topic"), std::nullopt, std::nullopt};
    while (!w.error() && !w.words().done()) {
        const std::size_t offset = w.words().offset();
        const std::optional<std::size_t> what =
            w.choose(std::array<std::string_view, 2>{"partitions", "replication-factor"},
                     "property of a topic");
        if (!what) {
            return std::nullopt;
        }
        std::optional<int32_t>& value =
            *what == 0 ? command.partitions : command.replication_factor;
        if (value) {
            w.fail(offset, "a property stands twice");
        }
        const std::size_t place = w.words().offset();
        value = w.number(*what == 0 ? "number of partitions" : "replication factor");
        if (*what == 1 && *value > kMostReplicas) {
            w.fail(place, fmt::format("a replication factor is at most {}", kMostReplicas));
        }
    }
    return command;
}

std::optional<Command> read_alter(CommandWords& w) {
    w.expect("topic");
    std::string topic = w.name("topic");
    w.expect("partitions");
    return AlterTopic{std::move(topic), w.number("number of partitions")};
}

std::optional<Command> read_delete(CommandWords& w) {
    w.expect("topic");
    return DeleteTopic{w.name("topic")};
}

std::optional<Command> read_elect(CommandWords& w) {
    const std::optional<std::size_t> type =
        w.choose(std::array<std::string_view, 2>{"preferred", "unclean"}, "kind of election");
    if (!type) {
        return std::nullopt;
    }
    return ElectLeader{*type == 0 ? ElectionType::kPreferred : ElectionType::kUnclean,
                       w.partition()};
}

std::optional<Command> read_reassign(CommandWords& w) {
    ReassignPartition command{w.partition(), {}};
    std::size_t offset = w.words().offset();
    std::string_view list = w.words().take();
    if (list.empty()) {
        w.fail(offset, "the replicas are missing, as in 3,1,2");
    }
    while (!list.empty() && !w.error()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        command.replicas.emplace_back(
            w.number_in(list.substr(0, comma), offset, "broker's number"));
        const std::size_t used = std::min(comma + 1, list.size());
        if (used == list.size() && comma < list.size()) {
            w.fail(offset + comma, "a broker's number is missing behind the comma");
        }
        list.remove_prefix(used);
        offset += used;
    }
    return command;
}

std::optional<Command> read_rule(CommandWords& w) {
    const std::optional<std::size_t> rule = w.choose(kRuleNames, "rule");
    const std::optional<std::size_t> state =
        w.choose(std::array<std::string_view, 2>{"on", "off"}, "state of a rule");
    if (!rule || !state) {
        return std::nullopt;
    }
    return SetRule{static_cast<Rule>(*rule), *state == 0};
}

std::optional<Command> read_set(CommandWords& w) {
    const std::optional<std::size_t> what =
        w.choose(std::array<std::string_view, 5>{"topic", "broker", "producer", "consumer", "rule"},
                 "thing with settings");
    if (!what) {
        return std::nullopt;
    }
    if (*what == 4) {
        return read_rule(w);
    }
    if (*what == 1) {
        const BrokerId id = w.broker();
        auto [key, value] = w.setting();
        return SetBroker{id, std::move(key), std::move(value)};
    }
    std::string who = w.name("name");
    auto [key, value] = w.setting();
    if (*what == 0) {
        return SetTopic{std::move(who), std::move(key), std::move(value)};
    }
    return SetClient{static_cast<ClientCommand::Kind>(*what - 2), std::move(who), std::move(key),
                     std::move(value)};
}

std::optional<Command> read_produce(CommandWords& w) {
    ProduceOne command;
    command.topic = w.name("topic");
    const std::size_t offset = w.words().offset();
    std::string_view rest = w.words().take_rest();
    constexpr std::string_view kKey = "key=";
    constexpr std::string_view kValue = "value=";
    if (rest.starts_with(kKey)) {
        const std::size_t value = rest.find(" value=");
        if (value == std::string_view::npos) {
            w.fail(offset, "the value is missing, as in value=v");
            return command;
        }
        command.key = std::string(rest.substr(kKey.size(), value - kKey.size()));
        rest.remove_prefix(value + 1);
    }
    if (!rest.starts_with(kValue)) {
        w.fail(offset, rest.empty() ? std::string("the value is missing, as in value=v")
                                    : fmt::format("'{}' is neither key= nor value=", rest));
        return command;
    }
    command.value = rest.substr(kValue.size());
    return command;
}

std::optional<Command> read_post(CommandWords& w) {
    PostService command;
    command.service = w.name("service");
    command.path = w.name("path");
    command.body = w.words().take_rest();
    return command;
}

}  // namespace

std::span<const CommandVerb> cluster_verbs() {
    static constexpr std::array<CommandVerb, 8> kVerbs{{{"create", read_create},
                                                        {"alter", read_alter},
                                                        {"delete", read_delete},
                                                        {"elect", read_elect},
                                                        {"reassign", read_reassign},
                                                        {"set", read_set},
                                                        {"produce", read_produce},
                                                        {"post", read_post}}};
    return kVerbs;
}

}  // namespace brokerlab
