// A consumer: what it is in its group if it has one, where it stands in each partition, how far
// behind, what it waits for.
#include <fmt/format.h>

#include "sim/oracle/replica_logs.h"
#include "sim/view/inspect_client.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostPartitions = 48;

/// What the application or the group holds back is not fetched, whatever its phase.
const char* phase_words(const ConsumerCore& core, std::size_t index) {
    const ReadPartition& partition = core.partitions[index];
    if (partition.phase != ReadPartition::Phase::kStopped) {
        if (core.revoking.contains(name_at(core, index))) {
            return "being revoked";
        }
        if (core.paused.contains(name_at(core, index))) {
            return "paused";
        }
    }
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
    const Offset end =
        p == nullptr || p->leader == kNoBroker ? kNoOffset : partition_high_watermark(world, tp);
    return end == kNoOffset ? std::nullopt : std::optional(end.value);
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
                  grouped(static_cast<int64_t>(position.consumed)), phase_words(core, i)},
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

const char* state_words(MemberState state) {
    switch (state) {
        case MemberState::kUnjoined:
            return "no member";
        case MemberState::kJoining:
            return "joining: the group gathers";
        case MemberState::kSyncing:
            return "waits for its partitions";
        case MemberState::kStable:
            return "stable";
    }
    return "";
}
const char* state_words(ConsumerMemberState state) {
    switch (state) {
        case ConsumerMemberState::kUnsubscribed:
            return "UNSUBSCRIBED: no member";
        case ConsumerMemberState::kJoining:
            return "JOINING: waits to be let in";
        case ConsumerMemberState::kReconciling:
            return "RECONCILING: takes its new assignment over";
        case ConsumerMemberState::kAcknowledging:
            return "ACKNOWLEDGING: about to tell the coordinator what it owns";
        case ConsumerMemberState::kStable:
            return "STABLE";
        case ConsumerMemberState::kFenced:
            return "FENCED: drops all with its next poll(), and joins again";
        case ConsumerMemberState::kFatal:
            return "FATAL: can't go on";
        case ConsumerMemberState::kStale:
            return "STALE: left for want of a poll(); the next one joins again";
    }
    return "";
}

std::string id_text(const std::string& member_id) {
    return member_id.empty() ? "none yet" : member_id;
}

void add_membership(const World& world, const ClassicMembership& m, RowsSection& section) {
    section.rows.push_back(row("Protocol", "classic"));
    section.rows.push_back(row("Membership", state_words(m.state)));
    section.rows.push_back(row(
        "Generation", m.generation == kNoGeneration ? "none" : std::to_string(m.generation.value)));
    section.rows.push_back(row("Member id", id_text(m.member_id)));
    if (is_heartbeating(m)) {
        section.rows.push_back(row("Next heartbeat", due_text(world, m.timers.due)));
    }
}
void add_membership(const World& world, const ConsumerMembership& m, RowsSection& section) {
    section.rows.push_back(row("Protocol", "consumer"));
    section.rows.push_back(row("Membership", state_words(m.state)));
    section.rows.push_back(row("Member epoch", std::to_string(m.epoch.value)));
    section.rows.push_back(row("Member id", id_text(m.member_id)));
    if (is_active(m)) {
        section.rows.push_back(row("Next heartbeat", m.heartbeat != 0
                                                         ? "waits for the answer to the last"
                                                         : due_text(world, m.due)));
    }
    if (m.reconciling) {
        section.rows.push_back(
            row("Waits for", "the commit of what it is about to give up", Tone::kWarning));
    } else if (m.state == ConsumerMemberState::kReconciling) {
        section.rows.push_back(row("Waits for", "its next poll()", Tone::kWarning));
    }
}

RowsSection membership_section(const World& world, const GroupPart& group) {
    RowsSection section{"Group " + group.settings.group, {}};
    section.rows.push_back(
        row("Group", group.settings.group, Tone::kClient, GroupThing{group.settings.group}));
    section.rows.push_back(broker_row("Coordinator", group.link.coordinator));
    std::visit([&](const auto& m) { add_membership(world, m, section); }, group.membership);
    if (group.failure) {
        section.rows.push_back(row("Can't go on",
                                   std::string(error_name(group.failure->error)) +
                                       (group.failure->message.empty() ? "" : ": ") +
                                       group.failure->message,
                                   Tone::kBad));
    }
    return section;
}

RowsSection settings_section(const ConsumerSetup& setup) {
    RowsSection section{"Consumer configuration", {}};
    section.rows.push_back(
        row("Begins at", setup.from == StartFrom::kEarliest ? "earliest" : "latest"));
    section.rows.push_back(row("Time for a record", work_time_span(setup.process)));
    for (const Row& set : config_section({}, setup.config).rows) {
        section.rows.push_back(set);
    }
    return section;
}

}  // namespace

void add_consumer_sections(Inspection& inspection, const World& world, RowsSection rows,
                           const ConsumerClient& consumer) {
    const ConsumerCore& core = consumer.core();
    Totals totals;
    TableSection positions = positions_table(world, core, totals);
    rows.rows.push_back(row("Records read", grouped(static_cast<int64_t>(totals.consumed))));
    rows.rows.push_back(row("Lag", grouped(totals.lag)));
    add_section(inspection, std::move(rows));
    if (consumer.group()) {
        add_section(inspection, membership_section(world, *consumer.group()));
    }
    add_section(inspection, std::move(positions));
    add_section(inspection, fetches_table(core));
    add_section(inspection, believed_leaders(world, core.metadata));
    add_section(inspection, connections_table(world, core.client));
}

Inspection inspect_consumer(const InspectedWorld& in, const ClientHost& host) {
    const World& world = in.world;
    const auto& setup = std::get<ConsumerSetup>(host.setup);
    Inspection inspection = client_header(
        host, fmt::format("consumer {}, reads {}",
                          setup.group ? "of group " + *setup.group : "without a group",
                          fmt::join(setup.topics, ", ")));
    RowsSection rows{{}, {row("State", client_state_words(host.state))}};
    if (const ConsumerClient* consumer = host.consumer()) {
        add_consumer_sections(inspection, world, std::move(rows), *consumer);
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
