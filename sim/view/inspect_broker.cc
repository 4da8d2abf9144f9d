// A broker: its life, its session at the controller, its replicas, what waits in it, whom it
// follows.
#include <fmt/format.h>

#include "sim/oracle/replica_logs.h"
#include "sim/query/evaluate.h"
#include "sim/view/inspect_parts.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostReplicas = 48;
constexpr std::size_t kMostWaiting = 16;

struct Badge {
    std::string text;
    Tone tone = Tone::kPlain;
};

Badge badge_of(const BrokerHost& host, const std::string& state) {
    if (host.state == HostState::kOff) {
        return {"NO POWER", Tone::kBad};
    }
    if (host.isolated) {
        return {"ISOLATED", Tone::kWarning};
    }
    if (state == "running") {
        return {"RUNNING", Tone::kGood};
    }
    return {state == "down"       ? "DOWN"
            : state == "paused"   ? "PAUSED"
            : state == "starting" ? "STARTING"
            : state == "stopping" ? "STOPPING"
                                  : "FENCED",
            state == "down" ? Tone::kBad : Tone::kWarning};
}

std::string state_words(const BrokerHost& host, const std::string& state) {
    if (host.state == HostState::kOff) {
        return "machine without power";
    }
    if (state == "down") {
        return "no process";
    }
    if (state == "paused") {
        return "stands still, sockets open";
    }
    if (state == "starting") {
        return "registers, catches up";
    }
    if (state == "stopping") {
        return "controlled shutdown";
    }
    return state == "fenced" ? "runs, and may not lead" : "in service";
}

RowsSection life_section(const InspectedWorld& in, const BrokerHost& host,
                         const std::string& state) {
    const BrokerId id = host.setup.id;
    const MetadataImage& image = in.world.committed_metadata();
    const BrokerRegistration* registration = image.find_broker(id);
    RowsSection section;
    section.rows.push_back(row("State", state_words(host, state)));
    if (registration == nullptr) {
        section.rows.push_back(row("Registration", "none", Tone::kWarning));
    } else {
        section.rows.push_back(registration->fenced ? row("Registration", "fenced", Tone::kWarning)
                                                    : row("Registration", "unfenced", Tone::kGood));
        section.rows.push_back(row("Broker epoch", grouped(registration->epoch.value)));
    }
    section.rows.push_back(row("Rack", host.setup.rack.value_or("none")));
    section.rows.push_back(row("Starts", grouped(static_cast<int64_t>(host.starts))));
    if (host.has_process()) {
        const Offset applied = (**host.process).image().last_offset;
        const int64_t behind = image.last_offset - applied;
        section.rows.push_back(
            row("Metadata applied",
                behind > 0 ? fmt::format("{}, {} behind", offset_text(applied), grouped(behind))
                           : offset_text(applied)));
    }
    if (host.disk_delay > Duration()) {
        section.rows.push_back(
            row("Disk delay", span_text(host.disk_delay) + " a write", Tone::kWarning));
    }
    return section;
}

/// What the active controller knows of the broker's heartbeats.
RowsSection session_section(const World& world, BrokerId id) {
    RowsSection section{"Session", {}};
    const ControllerNode* active = world.active_controller();
    if (active == nullptr) {
        section.rows.push_back(
            row("Active controller", "none: no session runs", Tone::kBad, QuorumThing{}));
        return section;
    }
    section.rows.push_back(row("Active controller",
                               fmt::format("Controller {}", active->start().number), Tone::kLeader,
                               ControllerThing{active->start().number}));
    const BrokerHeartbeatState* heard = active->heartbeats().brokers.find(id);
    if (heard == nullptr) {
        section.rows.push_back(row("Last heartbeat", "never"));
        return section;
    }
    const Duration timeout = active->start().config.ms("broker.session.timeout.ms");
    section.rows.push_back(row("Last heartbeat", ago_text(world, heard->last_contact)));
    if (heard->fenced) {
        section.rows.push_back(row("Session ends", "over: fenced", Tone::kWarning));
    } else {
        const SimTime ends = heard->last_contact + timeout;
        section.rows.push_back(row("Session ends", due_text(world, ends),
                                   ends - world.now < timeout / 2 ? Tone::kWarning : Tone::kPlain));
    }
    section.rows.push_back(row("broker.session.timeout.ms", grouped(timeout.to_ms())));
    return section;
}

/// Each replica as the committed metadata and this broker's disk have it.
TableSection replicas_table(const World& world, BrokerId id, Inspection& inspection) {
    TableSection table{"Replicas", {"Partition", "Role", "Log end", "HW"}, {}};
    const MetadataImage& image = world.committed_metadata();
    int64_t leads = 0;
    int64_t replicas = 0;
    for (const auto& [name, topic] : *image.topics) {
        for (int32_t p = 0; p < topic->partition_count(); ++p) {
            const PartitionRegistration& registration =
                *topic->partitions[static_cast<std::size_t>(p)];
            if (!registration.is_replica(id)) {
                continue;
            }
            ++replicas;
            const bool leader = registration.leader == id;
            leads += leader ? 1 : 0;
            if (table.lines.size() >= kMostReplicas) {
                continue;
            }
            const TopicPartition tp{name, PartitionId(p)};
            const PartitionLog* log = replica_log(world, id, tp);
            const bool in_sync = registration.is_in_sync(id);
            table.lines.push_back({{tp.to_string(),
                                    leader    ? "leader"
                                    : in_sync ? "in sync"
                                              : "out of sync",
                                    log == nullptr ? "none" : offset_text(log->log_end_offset),
                                    offset_text(replica_high_watermark(world, id, tp))},
                                   leader    ? Tone::kLeader
                                   : in_sync ? Tone::kGood
                                             : Tone::kWarning,
                                   ReplicaThing{tp, id}});
        }
    }
    if (replicas > static_cast<int64_t>(table.lines.size())) {
        table.title = fmt::format("Replicas, the first {} of {}", table.lines.size(), replicas);
    }
    const std::optional<std::string>& rack = world.find_broker(id)->setup.rack;
    inspection.subtitle =
        fmt::format("{}leads {} of {} replicas", rack ? fmt::format("rack {} · ", *rack) : "",
                    grouped(leads), grouped(replicas));
    return table;
}

TableSection waiting_table(const World& world, const BrokerNode& broker) {
    const Purgatory& purgatory = *broker.replicas().purgatory;
    TableSection table{"Requests that wait", {"Request", "From", "Waits for", "Until"}, {}};
    const auto add = [&](const char* what, NodeId from, std::string waits_for, SimTime deadline,
                         Thing link) {
        if (table.lines.size() < kMostWaiting) {
            table.lines.push_back({{what, node_name(world, from), std::move(waits_for),
                                    instant_text(world, deadline)},
                                   Tone::kPlain,
                                   std::move(link)});
        }
    };
    for (const auto& [number, produce] : purgatory.produces) {
        for (const ProduceWait& wait : produce->partitions) {
            if (wait.pending) {
                add("Produce", produce->request.connection.opener,
                    fmt::format("{} HW {}", wait.partition.to_string(),
                                offset_text(wait.required_offset)),
                    produce.deadline, PartitionThing{wait.partition});
            }
        }
    }
    for (const auto& [number, fetch] : purgatory.fetches) {
        const NodeId from = fetch->connection.opener;
        add("Fetch", from,
            fmt::format("records in {}",
                        counted(fetch->context.partitions->size(), "partition", "partitions")),
            fetch.deadline, thing_of(world, from));
    }
    const std::size_t all = purgatory.produces.size() + purgatory.fetches.size();
    if (all > table.lines.size()) {
        table.title = fmt::format("Requests that wait, {} of {}", table.lines.size(), all);
    }
    return table;
}

std::string fetcher_state(const World& world, const Fetcher& fetcher) {
    if (fetcher.writing) {
        return "writes to disk until " + instant_text(world, fetcher.writing_until);
    }
    if (fetcher.awaiting_response) {
        return "awaits an answer";
    }
    return fetcher.partitions.empty() ? "idle" : "pauses";
}

TableSection fetchers_table(const World& world, const BrokerNode& broker) {
    TableSection table{"Fetchers", {"From", "Partitions", "Lag", "State"}, {}};
    for (const auto& slot : broker.replicas().fetchers) {
        const Fetcher& fetcher = *slot.operator->();
        int64_t lag = 0;
        for (const auto& [tp, state] : fetcher.partitions) {
            if (const PartitionLog* log = replica_log(world, fetcher.leader, tp)) {
                lag = std::max(lag, log->log_end_offset - state.fetch_offset);
            }
        }
        table.lines.push_back(
            {{broker_text(fetcher.leader), grouped(static_cast<int64_t>(fetcher.partitions.size())),
              grouped(lag), fetcher_state(world, fetcher)},
             lag > 0 ? Tone::kReplication : Tone::kPlain,
             BrokerThing{fetcher.leader}});
    }
    return table;
}

}  // namespace

Inspection inspect_broker(const InspectedWorld& in, const BrokerThing& thing) {
    const World& world = in.world;
    Inspection inspection;
    inspection.title = broker_text(thing.broker);
    const BrokerHost* host = world.find_broker(thing.broker);
    if (host == nullptr) {
        inspection.badge = "NOT THERE";
        return inspection;
    }
    const std::string state = broker_state(world, thing.broker);
    const Badge badge = badge_of(*host, state);
    inspection.badge = badge.text;
    inspection.badge_tone = badge.tone;
    add_section(inspection, life_section(in, *host, state));
    add_section(inspection, session_section(world, thing.broker));
    add_section(inspection, replicas_table(world, thing.broker, inspection));
    if (host->has_process()) {
        add_section(inspection, waiting_table(world, **host->process));
        add_section(inspection, fetchers_table(world, **host->process));
    }
    add_section(inspection, config_section("Configuration", host->config));
    add_section(
        inspection,
        config_section("Dynamic configuration", ConfigScope::kBroker,
                       world.committed_metadata().configs_of(
                           {ConfigResourceType::kBroker, fmt::format("{}", thing.broker.value)})));
    const NodeId node{NodeKind::kBroker, thing.broker.value};
    add_section(inspection, history_of(in, "History", [&](const Fact& fact) {
                    return concerns(fact, node) && partition_of(fact.body) == nullptr;
                }));
    return inspection;
}

}  // namespace brokerlab
