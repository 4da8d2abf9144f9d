// A consumer without a group: where it stands in each partition, how far behind, what it waits for.
#include <fmt/format.h>

#include "sim/oracle/replica_logs.h"
#include "sim/view/inspect_client.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostPartitions = 48;

const char* phase_words(const ReadPartition& partition) {
    switch (partition.phase) {
        case ReadPartition::Phase::kReset:
            return "looks up its position";
        case ReadPartition::Phase::kValidate:
            return "validates its position";
        case ReadPartition::Phase::kInitializing:
            return "looks up the committed offset";
        case ReadPartition::Phase::kFetch:
            return partition.buffered ? "has records" : "fetches";
        case ReadPartition::Phase::kStopped:
            return "stopped: no position";
    }
    return "";
}

/// How far the consumer may read now: its leader's high watermark, by the World and not by what the
/// consumer was told last.
std::optional<int64_t> readable_end(const World& world, const TopicPartition& tp) {
    const PartitionRegistration* p = world.committed_metadata().find_partition(tp);
    const PartitionLog* log = p == nullptr ? nullptr : leader_log(world, tp, *p);
    return log == nullptr ? std::nullopt : std::optional(log->high_watermark.value);
}

struct Totals {
    uint64_t consumed = 0;
    int64_t lag = 0;
};

TableSection positions_table(const World& world, const ConsumerCore& core, Totals& totals) {
    TableSection table{"Positions", {"Partition", "Next offset", "Lag", "Read", "State"}, {}};
    for (std::size_t i = 0; i < core.partitions.size(); ++i) {
        const TopicPartition& tp = name_at(core, i);
        const ConsumerPosition& position = *core.positions.find(tp);
        const std::optional<int64_t> end = readable_end(world, tp);
        const bool known = end && position.next != kNoOffset;
        const int64_t lag = known ? std::max<int64_t>(*end - position.next.value, 0) : 0;
        totals.consumed += position.consumed;
        totals.lag += lag;
        if (table.lines.size() < kMostPartitions) {
            const bool stopped = core.partitions[i].phase == ReadPartition::Phase::kStopped;
            table.lines.push_back(
                {{tp.to_string(), offset_text(position.next), known ? grouped(lag) : "unknown",
                  grouped(static_cast<int64_t>(position.consumed)),
                  phase_words(core.partitions[i])},
                 stopped ? Tone::kBad : Tone::kPlain,
                 PartitionThing{tp}});
        }
    }
    return table;
}

TableSection fetches_table(const ConsumerCore& core) {
    TableSection table{"Fetches in flight", {"To", "Partition", "From offset"}, {}};
    for (const auto& [broker, fetches] : core.fetches) {
        for (const SentFetch& fetch : fetches) {
            const std::size_t index = index_of(core, fetch.place);
            if (table.lines.size() < kMostPartitions && index < core.partitions.size()) {
                table.lines.push_back({{broker_text(broker), name_at(core, index).to_string(),
                                        offset_text(fetch.offset)},
                                       Tone::kPlain,
                                       BrokerThing{broker}});
            }
        }
    }
    return table;
}

RowsSection settings_section(const ConsumerSetup& setup) {
    RowsSection section{"Consumer configuration", {}};
    section.rows.push_back(
        row("Begins at", setup.from == StartFrom::kEarliest ? "earliest" : "latest"));
    section.rows.push_back(row("Time for a record", span_text(setup.process)));
    for (const Row& set : config_section({}, setup.config).rows) {
        section.rows.push_back(set);
    }
    return section;
}

}  // namespace

Inspection inspect_consumer(const InspectedWorld& in, const ClientHost& host) {
    const World& world = in.world;
    const auto& setup = std::get<ConsumerSetup>(host.setup);
    Inspection inspection = client_header(
        host, fmt::format("consumer {}, reads {}",
                          setup.group ? "of group " + *setup.group : "without a group",
                          fmt::join(setup.topics, ", ")));
    RowsSection rows{{}, {row("State", client_state_words(host.state))}};
    if (const ConsumerClient* consumer = host.consumer()) {
        const ConsumerCore& core = consumer->core();
        Totals totals;
        TableSection positions = positions_table(world, core, totals);
        rows.rows.push_back(row("Records read", grouped(static_cast<int64_t>(totals.consumed))));
        rows.rows.push_back(row("Lag", grouped(totals.lag)));
        add_section(inspection, std::move(rows));
        add_section(inspection, std::move(positions));
        add_section(inspection, fetches_table(core));
        add_section(inspection, believed_leaders(world, core.metadata));
        add_section(inspection, connections_table(world, core.client));
    } else {
        add_section(inspection, std::move(rows));
    }
    add_section(inspection, settings_section(setup));
    const std::optional<NodeId> node = client_node(world, host.name);
    add_section(inspection,
                history_of(in, "History", [&](const Fact& fact) { return fact.node == node; }));
    return inspection;
}

}  // namespace brokerlab
