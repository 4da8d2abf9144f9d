// Verbs of processes, machines and disks.
#include <array>
#include <vector>

#include "sim/base/check.h"
#include "sim/script/command_verbs.h"

namespace brokerlab {
namespace {

using NodeVerb = NodeCommand::Verb;
using ClientVerb = ClientCommand::Verb;

/// What a verb can be done to besides a broker.
struct Doable {
    bool controllers = true;
    std::optional<ClientVerb> client_verb = std::nullopt;
    ClientCommand::Kind client = ClientCommand::Kind::kProducer;
};

std::string_view client_kind_word(ClientCommand::Kind kind) {
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

/// VERB broker N, VERB controller N, VERB <client kind> NAME.
std::optional<Command> read_process(CommandWords& w, NodeVerb verb, const Doable& doable) {
    const std::string_view client = client_kind_word(doable.client);
    std::vector<std::string_view> things{"broker"};
    if (doable.controllers) {
        things.push_back("controller");
    }
    if (doable.client_verb) {
        things.push_back(client);
    }
    const std::optional<std::size_t> thing = w.choose(things, "thing that this command knows");
    if (!thing) {
        return std::nullopt;
    }
    if (things[*thing] == "broker") {
        return NodeCommand{verb, w.node(NodeKind::kBroker)};
    }
    if (things[*thing] == "controller") {
        return NodeCommand{verb, w.node(NodeKind::kController)};
    }
    return ClientCommand{*doable.client_verb, doable.client, w.name(client)};
}

std::optional<Command> read_kill(CommandWords& w) {
    return read_process(w, NodeVerb::kKill,
                        {true, ClientVerb::kKill, ClientCommand::Kind::kService});
}
std::optional<Command> read_stop(CommandWords& w) {
    return read_process(w, NodeVerb::kStop,
                        {false, ClientVerb::kStop, ClientCommand::Kind::kProducer});
}
std::optional<Command> read_power_off(CommandWords& w) {
    return read_process(w, NodeVerb::kPowerOff, {false});
}
std::optional<Command> read_pause(CommandWords& w) {
    return read_process(w, NodeVerb::kPause,
                        {true, ClientVerb::kPause, ClientCommand::Kind::kConsumer});
}
std::optional<Command> read_resume(CommandWords& w) {
    return read_process(w, NodeVerb::kResume,
                        {true, ClientVerb::kResume, ClientCommand::Kind::kConsumer});
}
std::optional<Command> read_isolate(CommandWords& w) {
    return read_process(w, NodeVerb::kIsolate, {});
}
std::optional<Command> read_rejoin(CommandWords& w) {
    return read_process(w, NodeVerb::kRejoin, {});
}

std::optional<Command> read_start(CommandWords& w) {
    const std::optional<std::size_t> what = w.choose(
        std::array<std::string_view, 5>{"broker", "controller", "producer", "consumer", "service"},
        "thing to start");
    if (!what) {
        return std::nullopt;
    }
    switch (*what) {
        case 0:
            return NodeCommand{NodeVerb::kStart, w.node(NodeKind::kBroker)};
        case 1:
            return NodeCommand{NodeVerb::kStart, w.node(NodeKind::kController)};
        default:
            return ClientCommand{ClientVerb::kStart, static_cast<ClientCommand::Kind>(*what - 2),
                                 w.name("name")};
    }
}

std::optional<Command> read_crash(CommandWords& w) {
    const std::optional<std::size_t> what =
        w.choose(std::array<std::string_view, 2>{"producer", "consumer"}, "client that can crash");
    if (!what) {
        return std::nullopt;
    }
    return ClientCommand{ClientVerb::kCrash, static_cast<ClientCommand::Kind>(*what),
                         w.name("name")};
}

std::optional<Command> read_fail(CommandWords& w) {
    w.expect("disk");
    return FailDisk{w.broker()};
}
std::optional<Command> read_repair(CommandWords& w) {
    w.expect("disk");
    return RepairDisk{w.broker()};
}

std::optional<Command> read_add(CommandWords& w) {
    w.expect("consumer");
    return ClientCommand{ClientVerb::kAdd, ClientCommand::Kind::kConsumer,
                         w.name("consumer group")};
}
std::optional<Command> read_remove(CommandWords& w) {
    w.expect("consumer");
    return ClientCommand{ClientVerb::kRemove, ClientCommand::Kind::kConsumer, w.name("consumer")};
}

}  // namespace

std::span<const CommandVerb> process_verbs() {
    static constexpr std::array<CommandVerb, 13> kVerbs{{{"kill", read_kill},
                                                         {"start", read_start},
                                                         {"stop", read_stop},
                                                         {"power-off", read_power_off},
                                                         {"pause", read_pause},
                                                         {"resume", read_resume},
                                                         {"isolate", read_isolate},
                                                         {"rejoin", read_rejoin},
                                                         {"fail", read_fail},
                                                         {"repair", read_repair},
                                                         {"crash", read_crash},
                                                         {"add", read_add},
                                                         {"remove", read_remove}}};
    return kVerbs;
}

}  // namespace brokerlab
