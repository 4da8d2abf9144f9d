// Clients: which kind it is, and what producers, consumers and `admin` have in common.
#include "sim/view/inspect_client.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/base/letter_case.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostPartitions = 48;

struct Standing {
    const char* badge;
    Tone tone;
    const char* words;
};

Standing standing_of(ClientState state) {
    switch (state) {
        case ClientState::kWaiting:
            return {"WAITING", Tone::kPlain, "waits for its start"};
        case ClientState::kRunning:
            return {"RUNNING", Tone::kGood, "runs"};
        case ClientState::kPaused:
            return {"PAUSED", Tone::kWarning, "stands still, sockets open"};
        case ClientState::kClosing:
            return {"CLOSING", Tone::kWarning, "sends what it holds, then ends"};
        case ClientState::kStopped:
            return {"STOPPED", Tone::kPlain, "has ended in order"};
        case ClientState::kCrashed:
            return {"CRASHED", Tone::kBad, "has crashed"};
    }
    BL_CHECK(false);
}

const char* state_words(NodeConnection::State state) {
    switch (state) {
        case NodeConnection::State::kDisconnected:
            return "none";
        case NodeConnection::State::kConnecting:
            return "connecting";
        case NodeConnection::State::kReady:
            return "open";
    }
    BL_CHECK(false);
}

Inspection inspect_admin(const InspectedWorld& in, const ClientHost& host) {
    Inspection inspection = client_header(host, "sends Kafka's administrative requests");
    const AdminClient* admin = host.admin();
    RowsSection rows{
        {},
        {row("Calls without an answer",
             grouped(admin == nullptr ? 0 : static_cast<int64_t>(admin->calls().size())))}};
    add_section(inspection, std::move(rows));
    if (admin != nullptr) {
        TableSection calls{"Calls", {"Request", "State", "Tries", "Gives up"}, {}};
        for (const AdminCall& call : admin->calls()) {
            calls.lines.push_back(
                {{call.text, call.in_flight ? "in flight" : "waits", fmt::format("{}", call.tries),
                  instant_text(in.world, call.deadline)},
                 call.tries > 1 ? Tone::kWarning : Tone::kPlain,
                 {}});
        }
        add_section(inspection, std::move(calls));
    }
    add_section(inspection, history_of(in, "History", [](const Fact& fact) {
                    return std::holds_alternative<AdminAnswered>(fact.body) ||
                           std::holds_alternative<CommandDone>(fact.body) ||
                           std::holds_alternative<CommandRefused>(fact.body);
                }));
    return inspection;
}

}  // namespace

const char* client_state_words(ClientState state) {
    return standing_of(state).words;
}

std::string client_state_word(ClientState state) {
    std::string word(standing_of(state).badge);
    std::transform(word.begin(), word.end(), word.begin(), lower);
    return word;
}

Inspection client_header(const ClientHost& host, std::string subtitle) {
    const Standing standing = standing_of(host.state);
    Inspection inspection;
    inspection.title = host.name;
    inspection.badge = standing.badge;
    inspection.badge_tone = standing.tone;
    inspection.subtitle = std::move(subtitle);
    return inspection;
}

TableSection believed_leaders(const World& world, const ClientMetadata& metadata) {
    TableSection table{"Leaders as it believes", {"Partition", "Leader", "Epoch", "In truth"}, {}};
    for (const auto& [name, info] : metadata.topics()) {
        for (std::size_t p = 0; p < info.partitions.size(); ++p) {
            if (table.lines.size() == kMostPartitions) {
                return table;
            }
            const TopicPartition tp{name, PartitionId(static_cast<int32_t>(p))};
            const PartitionRegistration* truth = world.committed_metadata().find_partition(tp);
            const BrokerId believed = info.partitions[p].leader;
            const bool right = truth != nullptr && truth->leader == believed;
            table.lines.push_back({{tp.to_string(), broker_text(believed),
                                    fmt::format("{}", info.partitions[p].leader_epoch.value),
                                    right              ? "the same"
                                    : truth == nullptr ? "no such partition"
                                                       : broker_text(truth->leader)},
                                   right ? Tone::kPlain : Tone::kWarning,
                                   PartitionThing{tp}});
        }
    }
    return table;
}

TableSection connections_table(const World& world, const NetworkClient& client) {
    TableSection table{"Connections", {"To", "State", "In flight", "Oldest since"}, {}};
    for (const auto& [node, connection] : client.connections()) {
        const bool backs_off = client.is_backing_off(node, world.now);
        table.lines.push_back(
            {{node_name(world, node),
              backs_off ? "backs off until " + instant_text(world, client.next_retry(node))
                        : state_words(connection.state),
              fmt::format("{}", connection.in_flight.size()),
              connection.in_flight.empty() ? "-"
                                           : ago_text(world, connection.in_flight.front().sent_at)},
             connection.state == NodeConnection::State::kReady ? Tone::kPlain : Tone::kWarning,
             thing_of(world, node)});
    }
    return table;
}

Inspection inspect_client(const InspectedWorld& in, const ClientThing& thing) {
    const ClientHost* host = in.world.find_client(thing.name);
    if (host == nullptr) {
        Inspection inspection;
        inspection.title = thing.name;
        inspection.badge = "NOT THERE";
        return inspection;
    }
    if (std::holds_alternative<ProducerSetup>(host->setup)) {
        return inspect_producer(in, *host);
    }
    if (host->service() != nullptr) {
        return inspect_service(in, *host);
    }
    return std::holds_alternative<ConsumerSetup>(host->setup) ? inspect_consumer(in, *host)
                                                              : inspect_admin(in, *host);
}

}  // namespace brokerlab
