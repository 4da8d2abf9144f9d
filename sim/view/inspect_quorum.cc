// The metadata quorum and each of its controllers: roles, epochs, logs, who is active, what time
// will change.
#include <fmt/format.h>

#include "sim/view/inspect_parts.h"

namespace brokerlab {
namespace {

const TopicPartition kMetadata{"__cluster_metadata", PartitionId(0)};

const RaftNode* raft_of(const ControllerHost& host) {
    return host.has_process() ? &(**host.process).raft() : nullptr;
}

const PartitionLog& log_of(const ControllerHost& host) {
    const RaftNode* raft = raft_of(host);
    return raft != nullptr ? raft->log() : host.disk->log;
}

/// The member that leads, of two that think so the one of the higher epoch.
const ControllerHost* leader_of(const World& world) {
    const ControllerHost* leader = nullptr;
    for (const Cow<ControllerHost>& host : world.controllers) {
        const RaftNode* raft = raft_of(*host);
        if (raft != nullptr && raft->is_leader() &&
            (leader == nullptr || raft->epoch() > raft_of(*leader)->epoch())) {
            leader = &*host;
        }
    }
    return leader;
}

std::string role_text(const ControllerHost& host) {
    switch (host.state) {
        case HostState::kRunning:
            break;
        case HostState::kPaused:
            return "paused";
        case HostState::kDown:
            return "down";
        case HostState::kOff:
            return "no power";
    }
    const RaftNode* raft = raft_of(host);
    return raft == nullptr ? "down" : std::string(raft_role_name(raft->role()));
}

Tone role_tone(const ControllerHost& host) {
    const RaftNode* raft = raft_of(host);
    if (raft == nullptr || host.state != HostState::kRunning) {
        return Tone::kBad;
    }
    switch (raft->role()) {
        case RaftRole::kLeader:
            return Tone::kLeader;
        case RaftRole::kFollower:
            return Tone::kGood;
        default:
            return Tone::kWarning;
    }
}

/// What the end of the role's time brings.
const char* deadline_name(RaftRole role) {
    switch (role) {
        case RaftRole::kLeader:
            return "Resigns without a majority by";
        case RaftRole::kFollower:
            return "Fetch time-out";
        default:
            return "Election time-out";
    }
}

std::string controller_text(int32_t number) {
    return fmt::format("Controller {}", number);
}

Row leader_row(const RaftNode& raft) {
    const std::optional<BrokerId> leader = raft.leader();
    if (!leader) {
        return row("Leader of the quorum", "unknown", Tone::kWarning);
    }
    const NodeId node = node_of(*leader);
    return row("Leader of the quorum", controller_text(node.number), Tone::kLeader,
               ControllerThing{node.number});
}

/// Nobody writes the high watermark of the metadata log to a disk: it goes with the process.
Offset high_watermark_of(const ControllerHost& host) {
    const RaftNode* raft = raft_of(host);
    return raft == nullptr ? kNoOffset : raft->high_watermark();
}

/// The leader's, without one the furthest that a voter knows.
Offset high_watermark_of(const World& world) {
    if (const ControllerHost* leader = leader_of(world)) {
        return high_watermark_of(*leader);
    }
    Offset furthest = kNoOffset;
    for (const Cow<ControllerHost>& host : world.controllers) {
        furthest = std::max(furthest, high_watermark_of(*host));
    }
    return furthest;
}

TableSection voters_table(const World& world) {
    TableSection table{"Voters", {"Controller", "Role", "Epoch", "Log end", "HW"}, {}};
    for (const Cow<ControllerHost>& host : world.controllers) {
        const RaftNode* raft = raft_of(*host);
        const PartitionLog& log = log_of(*host);
        const LeaderEpoch epoch =
            raft != nullptr ? raft->epoch() : host->disk->quorum_state.leader_epoch;
        table.lines.push_back(
            {{controller_text(host->number), role_text(*host), fmt::format("{}", epoch.value),
              offset_text(log.log_end_offset), offset_text(high_watermark_of(*host))},
             role_tone(*host),
             ControllerThing{host->number}});
    }
    return table;
}

/// Brokers that read the metadata log, as the leader knows them.
TableSection observers_table(const World& world, const RaftNode& leader) {
    TableSection table{"Observers", {"Broker", "Log end", "Lag", "Last fetch"}, {}};
    for (const auto& [id, peer] : leader.peers()) {
        if (node_of(id).kind != NodeKind::kBroker) {
            continue;
        }
        const int64_t lag =
            peer.log_end_offset == kNoOffset ? 0 : leader.log_end_offset() - peer.log_end_offset;
        table.lines.push_back({{broker_text(id), offset_text(peer.log_end_offset), grouped(lag),
                                ago_text(world, peer.last_fetch)},
                               Tone::kPlain,
                               BrokerThing{id}});
    }
    return table;
}

LogsSection metadata_logs(const World& world) {
    std::vector<LogBeside> logs;
    for (const Cow<ControllerHost>& host : world.controllers) {
        logs.push_back({ControllerThing{host->number},
                        fmt::format("C{}", host->number),
                        role_tone(*host),
                        &log_of(*host),
                        high_watermark_of(*host),
                        kNoBroker,
                        {}});
    }
    const ControllerHost* leader = leader_of(world);
    return logs_beside("Metadata logs", kMetadata, logs,
                       leader == nullptr ? nullptr : &log_of(*leader), high_watermark_of(world));
}

RowsSection timeouts_section(const RaftConfig& config) {
    RowsSection section{"Time-outs of the quorum", {}};
    section.rows.push_back(
        row("controller.quorum.fetch.timeout.ms", grouped(config.fetch_timeout.to_ms())));
    section.rows.push_back(
        row("controller.quorum.election.timeout.ms", grouped(config.election_timeout.to_ms())));
    section.rows.push_back(row("controller.quorum.election.backoff.max.ms",
                               grouped(config.election_backoff_max.to_ms())));
    return section;
}

bool is_of_quorum(const Fact& fact) {
    return std::visit(
        [](const auto& body) {
            using Body = std::decay_t<decltype(body)>;
            return std::is_same_v<Body, QuorumElectionStarted> ||
                   std::is_same_v<Body, QuorumVoteGranted> ||
                   std::is_same_v<Body, QuorumLeaderElected> ||
                   std::is_same_v<Body, QuorumLeaderResigned> ||
                   std::is_same_v<Body, ControllerActivated> ||
                   std::is_same_v<Body, MetadataLogTruncated>;
        },
        fact.body);
}

/// Sessions of the brokers at the active controller.
TableSection sessions_table(const World& world, const ControllerNode& active) {
    TableSection table{"Sessions of brokers", {"Broker", "Last heartbeat", "Ends"}, {}};
    const Duration timeout = active.start().config.ms("broker.session.timeout.ms");
    for (const auto& [id, heard] : active.heartbeats().brokers) {
        table.lines.push_back(
            {{broker_text(id), ago_text(world, heard.last_contact),
              heard.fenced ? "fenced" : instant_text(world, heard.last_contact + timeout)},
             heard.fenced ? Tone::kWarning : Tone::kPlain,
             BrokerThing{id}});
    }
    return table;
}

RowsSection member_section(const World& world, const ControllerHost& host, const RaftNode& raft) {
    RowsSection section;
    section.rows.push_back(row("Role", role_text(host), role_tone(host)));
    section.rows.push_back(row("Epoch", fmt::format("{}", raft.epoch().value)));
    section.rows.push_back(leader_row(raft));
    section.rows.push_back(row("Log end", offset_text(raft.log_end_offset())));
    section.rows.push_back(row("High watermark", offset_text(raft.high_watermark())));
    section.rows.push_back(
        row("Metadata applied", offset_text((**host.process).committed().last_offset)));
    section.rows.push_back(row(deadline_name(raft.role()), due_text(world, raft.role_deadline())));
    return section;
}

}  // namespace

Inspection inspect_quorum(const InspectedWorld& in) {
    const World& world = in.world;
    Inspection inspection;
    inspection.title = "Metadata quorum";
    inspection.subtitle = counted(world.controllers.size(), "voter", "voters");
    const ControllerHost* leader = leader_of(world);
    const ControllerNode* active = world.active_controller();
    inspection.badge = active != nullptr ? "ACTIVE" : "NO CONTROLLER";
    inspection.badge_tone = active != nullptr ? Tone::kGood : Tone::kBad;
    RowsSection rows;
    rows.rows.push_back(active == nullptr
                            ? row("Active controller", "none", Tone::kBad)
                            : row("Active controller", controller_text(active->start().number),
                                  Tone::kLeader, ControllerThing{active->start().number}));
    if (leader != nullptr) {
        const RaftNode& raft = *raft_of(*leader);
        rows.rows.push_back(row("Epoch", fmt::format("{}", raft.epoch().value)));
        rows.rows.push_back(row("Log end", offset_text(raft.log_end_offset())));
        rows.rows.push_back(row("High watermark", offset_text(raft.high_watermark())));
    }
    add_section(inspection, std::move(rows));
    add_section(inspection, voters_table(world));
    add_section(inspection, metadata_logs(world));
    if (leader != nullptr) {
        add_section(inspection, observers_table(world, *raft_of(*leader)));
        add_section(inspection, timeouts_section(raft_of(*leader)->config()));
    }
    add_section(inspection, history_of(in, "History", is_of_quorum));
    return inspection;
}

Inspection inspect_controller(const InspectedWorld& in, const ControllerThing& thing) {
    const World& world = in.world;
    Inspection inspection;
    inspection.title = controller_text(thing.number);
    const ControllerHost* host = world.find_controller(thing.number);
    if (host == nullptr) {
        inspection.badge = "NOT THERE";
        return inspection;
    }
    inspection.subtitle = fmt::format("voter of the metadata quorum · node.id {}",
                                      node_id_of({NodeKind::kController, thing.number}).value);
    const RaftNode* raft = raft_of(*host);
    if (raft == nullptr) {
        inspection.badge = host->state == HostState::kOff ? "NO POWER" : "DOWN";
        inspection.badge_tone = Tone::kBad;
        RowsSection disk{
            "On its disk",
            {row("Epoch", fmt::format("{}", host->disk->quorum_state.leader_epoch.value)),
             row("Log end", offset_text(host->disk->log.log_end_offset))}};
        add_section(inspection, std::move(disk));
    } else {
        const ControllerNode& node = **host->process;
        inspection.badge = host->state == HostState::kPaused ? "PAUSED"
                           : host->isolated                  ? "ISOLATED"
                           : node.is_active()                ? "ACTIVE"
                                                             : "STANDBY";
        inspection.badge_tone = host->state == HostState::kPaused || host->isolated ? Tone::kWarning
                                : node.is_active()                                  ? Tone::kLeader
                                                                                    : Tone::kPlain;
        add_section(inspection, member_section(world, *host, *raft));
        if (node.is_active()) {
            add_section(inspection, sessions_table(world, node));
        }
    }
    RowsSection quorum{"Quorum",
                       {row("Metadata quorum", "all voters", Tone::kPlain, QuorumThing{})}};
    add_section(inspection, std::move(quorum));
    const NodeId node{NodeKind::kController, thing.number};
    add_section(inspection, history_of(in, "History", [&](const Fact& fact) {
                    return fact.node == node && partition_of(fact.body) == nullptr;
                }));
    return inspection;
}

}  // namespace brokerlab
