// A replica: its log from the segments down to the batches, how it follows, and where it differs
// from its leader's.
#include <fmt/format.h>

#include "sim/oracle/log_agreement.h"
#include "sim/oracle/replica_logs.h"
#include "sim/view/inspect_parts.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostBatches = 40;
constexpr std::size_t kMostSegments = 24;
constexpr std::size_t kMostProducers = 16;

struct Followed {
    BrokerId leader;
    const FetchState* state = nullptr;
};

/// How the broker's fetchers treat the partition; nothing when none has it.
Followed followed(const BrokerNode& broker, const TopicPartition& tp) {
    for (const auto& slot : broker.replicas().fetchers) {
        const Fetcher& fetcher = *slot.operator->();
        if (const FetchState* state = fetcher.partitions.find(tp)) {
            return {fetcher.leader, state};
        }
    }
    return {};
}

RowsSection log_section(const World& world, const ReplicaThing& thing, const PartitionLog& log,
                        const PartitionLog* leader) {
    RowsSection section;
    section.rows.push_back(row("Partition", thing.partition.to_string(), Tone::kPlain,
                               PartitionThing{thing.partition}));
    section.rows.push_back(broker_row("Broker", thing.broker));
    if (const Partition* running = running_replica(world, thing.broker, thing.partition)) {
        section.rows.push_back(row("Role", running->is_leader ? "leads" : "follows",
                                   running->is_leader ? Tone::kLeader : Tone::kPlain));
        section.rows.push_back(row("Leader epoch", fmt::format("{}", running->leader_epoch.value)));
    }
    section.rows.push_back(row("Log start offset", offset_text(log.log_start_offset)));
    // A process that is gone took with it what it knew: its disk has a line in a file.
    const BrokerHost* host = world.find_broker(thing.broker);
    const bool runs = host != nullptr && host->has_process();
    section.rows.push_back(
        row(runs ? "High watermark" : "High watermark, as written to its disk",
            offset_text(replica_high_watermark(world, thing.broker, thing.partition))));
    section.rows.push_back(row("Log end offset", offset_text(log.log_end_offset)));
    if (runs && log.last_stable_offset() != log.high_watermark) {
        section.rows.push_back(row("Last stable offset", offset_text(log.last_stable_offset())));
    }
    if (leader != nullptr && leader != &log) {
        const int64_t lag = leader->log_end_offset - log.log_end_offset;
        section.rows.push_back(row(lag < 0 ? "Ahead of the leader" : "Lag behind the leader",
                                   grouped(lag < 0 ? -lag : lag),
                                   lag != 0 ? Tone::kWarning : Tone::kPlain));
    }
    section.rows.push_back(row("Flushed to disk up to", offset_text(log.recovery_point)));
    section.rows.push_back(row("Size", bytes_text(log.size_in_bytes())));
    return section;
}

RowsSection following_section(const World& world, const ReplicaThing& thing) {
    RowsSection section{"Following", {}};
    const BrokerHost* host = world.find_broker(thing.broker);
    if (host == nullptr || !host->has_process()) {
        return section;
    }
    const auto [leader, state] = followed(**host->process, thing.partition);
    if (state == nullptr) {
        return section;
    }
    section.rows.push_back(broker_row("Fetches from", leader, Tone::kReplication));
    section.rows.push_back(row("Next fetch at offset", offset_text(state->fetch_offset)));
    section.rows.push_back(
        row("State",
            state->reset != FetchState::Reset::kNone         ? "looks for the leader's log"
            : state->state == FetchState::State::kTruncating ? "truncating"
                                                             : "fetching",
            state->state == FetchState::State::kTruncating ? Tone::kWarning : Tone::kPlain));
    section.rows.push_back(
        row("Current leader epoch", fmt::format("{}", state->current_leader_epoch.value)));
    if (state->delayed_until && *state->delayed_until > world.now) {
        section.rows.push_back(
            row("Pauses until", due_text(world, *state->delayed_until), Tone::kWarning));
    }
    return section;
}

/// This log under the leader's, and what of it the leader does not have.
void add_comparison(Inspection& inspection, const InspectedWorld& in, const ReplicaThing& thing,
                    const PartitionRegistration* p, const PartitionLog& log,
                    const PartitionLog* leader) {
    const TopicPartition& tp = thing.partition;
    std::vector<LogBeside> logs;
    if (leader != nullptr && leader != &log) {
        logs.push_back({ReplicaThing{tp, p->leader},
                        fmt::format("B{}", p->leader.value),
                        Tone::kLeader,
                        leader,
                        replica_high_watermark(in.world, p->leader, tp),
                        p->leader,
                        {}});
    }
    const NodeId node{NodeKind::kBroker, thing.broker.value};
    logs.push_back({thing, fmt::format("B{}", thing.broker.value),
                    p == nullptr ? Tone::kPlain : replica_tone(in.world, *p, thing.broker), &log,
                    replica_high_watermark(in.world, thing.broker, tp), thing.broker,
                    truncations_of(in.facts, tp, node)});
    LogsSection section =
        logs_beside("Replica logs", tp, logs, leader, partition_high_watermark(in.world, tp));
    if (const std::optional<int64_t> at = first_divergence(section.logs.back())) {
        RowsSection differs{
            "Divergence",
            {row("Differs from the leader from", grouped(*at), Tone::kBad),
             row("Records that will be cut", grouped(log.log_end_offset.value - *at), Tone::kBad)}};
        add_section(inspection, std::move(differs));
    }
    add_section(inspection, std::move(section));
}

TableSection segments_table(const PartitionLog& log) {
    TableSection table{"Segments", {"Base offset", "Next offset", "Batches", "Size"}, {}};
    const std::size_t skipped =
        log.segments.size() > kMostSegments ? log.segments.size() - kMostSegments : 0;
    for (std::size_t i = skipped; i < log.segments.size(); ++i) {
        const Segment& segment = *log.segments[i];
        const bool active = i + 1 == log.segments.size();
        table.lines.push_back({{offset_text(segment.base_offset()),
                                offset_text(segment.next_offset()) + (active ? " (active)" : ""),
                                grouped(static_cast<int64_t>(segment.batches().size())),
                                bytes_text(segment.size_in_bytes())},
                               Tone::kPlain,
                               {}});
    }
    if (skipped > 0) {
        table.title =
            fmt::format("Segments, the last {} of {}", kMostSegments, log.segments.size());
    }
    return table;
}

/// Base offset of the first of the last kMostBatches batches.
Offset last_batches_from(const PartitionLog& log) {
    std::size_t wanted = kMostBatches;
    for (auto segment = log.segments.rbegin(); segment != log.segments.rend(); ++segment) {
        const auto& batches = (*segment)->batches();
        if (batches.size() >= wanted) {
            return batches[batches.size() - wanted].base_offset;
        }
        wanted -= batches.size();
    }
    return Offset(0);
}

std::string sequences_text(const BatchHeader& header) {
    return header.base_sequence == kNoSequence
               ? "-"
               : range_text(header.base_sequence.value, header.last_sequence().value);
}

/// The newest first, as they are what a person looks for.
TableSection batches_table(const World& world, const ReplicaThing& thing, const PartitionLog& log) {
    TableSection table{"Newest batches", {"Offsets", "Epoch", "Producer", "Sequences", "Size"}, {}};
    for (BatchCursor cursor(log, last_batches_from(log)); cursor.batch() != nullptr;
         cursor.next()) {
        const LoggedBatch& batch = *cursor.batch();
        const BatchHeader header = header_of(batch.batch);
        table.lines.push_back(
            {{range_text(batch.base_offset.value, batch.last_offset.value),
              fmt::format("{}", header.partition_leader_epoch.value),
              header.has_producer_id() ? fmt::format("{}, epoch {}", header.producer_id.value,
                                                     header.producer_epoch.value)
                                       : "-",
              sequences_text(header), bytes_text(batch.size)},
             is_committed(world, thing, batch) ? Tone::kPlain : Tone::kWarning,
             BatchThing{thing.partition, thing.broker, batch.base_offset}});
    }
    std::reverse(table.lines.begin(), table.lines.end());
    return table;
}

TableSection epochs_table(const PartitionLog& log) {
    TableSection table{"Leader epochs", {"Epoch", "Start offset"}, {}};
    for (const EpochEntry& entry : log.leader_epochs.entries()) {
        table.lines.push_back(
            {{fmt::format("{}", entry.epoch.value), offset_text(entry.start_offset)},
             Tone::kPlain,
             {}});
    }
    return table;
}

TableSection producers_table(const PartitionLog& log) {
    TableSection table{
        "Producer states", {"Producer id", "Epoch", "Last sequence", "Last offset"}, {}};
    for (const auto& [id, entry] : log.producers->producers) {
        if (table.lines.size() == kMostProducers) {
            break;
        }
        table.lines.push_back(
            {{fmt::format("{}", id.value), fmt::format("{}", entry.producer_epoch.value),
              fmt::format("{}", entry.last_sequence().value),
              offset_text(entry.last_data_offset())},
             Tone::kPlain,
             {}});
    }
    return table;
}

void set_badge(Inspection& inspection, const World& world, const ReplicaThing& thing,
               const PartitionRegistration* p) {
    const BrokerHost* host = world.find_broker(thing.broker);
    if (host == nullptr || !host->has_process()) {
        inspection.badge = "OFFLINE";
    } else if (p == nullptr || !p->is_replica(thing.broker)) {
        inspection.badge = "NO REPLICA";
        return;
    } else {
        inspection.badge = p->leader == thing.broker     ? "LEADER"
                           : p->is_in_sync(thing.broker) ? "IN SYNC"
                                                         : "OUT OF SYNC";
    }
    inspection.badge_tone = p == nullptr ? Tone::kBad : replica_tone(world, *p, thing.broker);
}

}  // namespace

Inspection inspect_replica(const InspectedWorld& in, const ReplicaThing& thing) {
    const World& world = in.world;
    const TopicPartition& tp = thing.partition;
    const PartitionRegistration* p = world.committed_metadata().find_partition(tp);
    Inspection inspection;
    inspection.title = tp.to_string();
    inspection.subtitle = fmt::format("replica on broker {}", thing.broker.value);
    set_badge(inspection, world, thing, p);
    if (const PartitionLog* log = replica_log(world, thing.broker, tp)) {
        const PartitionLog* leader = p == nullptr ? nullptr : leader_log(world, tp, *p);
        add_section(inspection, log_section(world, thing, *log, leader));
        add_comparison(inspection, in, thing, p, *log, leader);
        add_section(inspection, following_section(world, thing));
        add_section(inspection, batches_table(world, thing, *log));
        add_section(inspection, segments_table(*log));
        add_section(inspection, epochs_table(*log));
        add_section(inspection, producers_table(*log));
    }
    const NodeId node{NodeKind::kBroker, thing.broker.value};
    add_section(inspection, history_of(in, "History", [&](const Fact& fact) {
                    const TopicPartition* about = partition_of(fact.body);
                    const bool of_metadata = std::holds_alternative<LeaderChanged>(fact.body) ||
                                             std::holds_alternative<IsrChanged>(fact.body);
                    return about != nullptr && *about == tp && (fact.node == node || of_metadata);
                }));
    return inspection;
}

}  // namespace brokerlab
