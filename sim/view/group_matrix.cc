#include "sim/view/group_matrix.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/oracle/group_view.h"
#include "sim/oracle/replica_logs.h"
#include "sim/view/group_member.h"
#include "sim/view/group_sentences.h"
#include "sim/view/inspect_parts.h"
#include "sim/world/names.h"

namespace brokerlab {
namespace {

/// A member: its host, its process if it has one, and what the coordinator has of it.
struct Seen {
    const ClientHost& host;
    const ConsumerClient* process = nullptr;
    bool earlier = false;  ///< a process that is gone, and still counted
    const GroupMemberView* counted = nullptr;
    const ClassicMember* classic = nullptr;
    const ConsumerMember* modern = nullptr;
    std::vector<TopicPartition> revoking;  ///< as the coordinator of the consumer protocol says

    [[nodiscard]] bool acts() const {
        return process != nullptr &&
               (host.state == ClientState::kRunning || host.state == ClientState::kClosing);
    }
    [[nodiscard]] bool has(const TopicPartition& partition) const {
        return process != nullptr && process->positions().find(partition) != nullptr;
    }
};

const std::string& own_id(const GroupPart& part) {
    return std::visit([](const auto& m) -> const std::string& { return m.member_id; },
                      part.membership);
}
int32_t own_epoch(const ClassicMembership& m) {
    return m.generation.value;
}
int32_t own_epoch(const ConsumerMembership& m) {
    return m.epoch.value;
}
/// kNever while nobody counts.
SimTime poll_deadline(const ClassicMembership& m) {
    return is_heartbeating(m) ? m.timers.poll_deadline : kNever;
}
SimTime poll_deadline(const ConsumerMembership& m) {
    return is_active(m) ? m.poll_deadline : kNever;
}

/// The World and what the coordinator knows.
struct Sources {
    const World& world;
    GroupView view;
    const ClassicGroup* classic = nullptr;
    const ConsumerGroup* modern = nullptr;

    /// Whether it can be said who is to have what.
    [[nodiscard]] bool knows_owners() const { return modern != nullptr || view.state == "Stable"; }
};

Sources sources_of(const World& world, std::string_view group) {
    Sources sources{world, view_group(world, group).value_or(GroupView()), nullptr, nullptr};
    const GroupPlace place = place_of_group(world, group);
    if (place.held != nullptr) {
        sources.classic = place.held->committed().find_classic(group);
        sources.modern = place.held->committed().find_consumer(group);
    }
    return sources;
}

/// The member that the host is; `counted`, which may be nullptr, is what the group has of it.
Seen seen_member(const Sources& sources, const ClientHost& host, const GroupMemberView* counted,
                 bool earlier) {
    Seen seen{host, earlier ? nullptr : host.consumer(), earlier, counted, nullptr, nullptr, {}};
    if (seen.counted != nullptr && sources.classic != nullptr) {
        seen.classic = sources.classic->find(seen.counted->id);
    }
    if (seen.counted != nullptr && sources.modern != nullptr) {
        const Cow<ConsumerMember>* member = sources.modern->members.find(seen.counted->id);
        seen.modern = member == nullptr ? nullptr : &**member;
    }
    if (seen.modern != nullptr) {
        for (const auto& [topic_id, partitions] : seen.modern->revoking) {
            const TopicImage* topic = sources.world.committed_metadata().find_topic(topic_id);
            for (const PartitionId partition : partitions) {
                if (topic != nullptr) {
                    seen.revoking.push_back({topic->name, partition});
                }
            }
        }
        std::sort(seen.revoking.begin(), seen.revoking.end());
    }
    return seen;
}

/// The host, and those earlier processes of it that the group still counts.
void gather_seen(const Sources& sources, const ClientHost& host, std::vector<Seen>& all) {
    const GroupMemberView* own = nullptr;
    std::vector<const GroupMemberView*> earlier;
    for (const GroupMemberView& member : sources.view.members) {
        if (member.name != host.name) {
            continue;
        }
        if (own == nullptr &&
            !is_of_earlier_process(sources.world, host.name, member.id, member.instance_id)) {
            own = &member;
        } else {
            earlier.push_back(&member);
        }
    }
    all.push_back(seen_member(sources, host, own, false));
    for (const GroupMemberView* member : earlier) {
        all.push_back(seen_member(sources, host, member, true));
    }
}

/// Whether it fetches nothing of a partition that it has: it has yet to learn where to read it, or
/// whether its position still holds, or who leads it; or its application leaves it alone for now.
bool waits_to_read(const ConsumerClient& consumer, const TopicPartition& partition) {
    const ConsumerCore& core = consumer.core();
    const auto index =
        static_cast<std::size_t>(core.positions.lower_bound(partition) - core.positions.begin());
    switch (core.partitions[index].phase) {
        case ReadPartition::Phase::kReset:
        case ReadPartition::Phase::kValidate:
        case ReadPartition::Phase::kInitializing:
            return true;
        case ReadPartition::Phase::kStopped:
            return true;
        case ReadPartition::Phase::kFetch:
            break;
    }
    return core.partitions[index].leader == kNoBroker || core.paused.contains(partition);
}

/// Of a member that acts and has the partition.
GroupCellState reading_state(const Seen& seen, const TopicPartition& partition) {
    return waits_to_read(*seen.process, partition) ? GroupCellState::kWaits
                                                   : GroupCellState::kReads;
}

bool is_in(const std::vector<TopicPartition>& sorted, const TopicPartition& partition) {
    return std::binary_search(sorted.begin(), sorted.end(), partition);
}

GroupCellState cell_state(const Sources& sources, const Seen& seen,
                          const TopicPartition& partition) {
    const bool has = seen.has(partition);
    const bool to_give_up = is_in(seen.revoking, partition) ||
                            (has && seen.process->core().revoking.contains(partition));
    const bool owner = seen.counted != nullptr && is_in(seen.counted->assigned, partition);
    if (owner || is_in(seen.revoking, partition)) {
        return !seen.acts() ? GroupCellState::kSilent
               : to_give_up ? GroupCellState::kRevoking
               : has        ? reading_state(seen, partition)
                            : GroupCellState::kAwaited;
    }
    if (!has) {
        return GroupCellState::kNone;
    }
    if (seen.counted == nullptr && sources.view.coordinator != kNoBroker) {
        return GroupCellState::kZombie;
    }
    if (!seen.acts()) {
        return GroupCellState::kSilent;
    }
    return sources.knows_owners() || to_give_up ? GroupCellState::kRevoking
                                                : reading_state(seen, partition);
}

std::string work_words(const World& world, const ConsumerClient& consumer) {
    const Application& application = consumer.application();
    switch (application.phase) {
        case Application::Phase::kPolling:
            return "in poll()";
        case Application::Phase::kWorking:
            return fmt::format("works on records until {}",
                               instant_text(world, consumer.busy_until()));
        case Application::Phase::kCommitting:
            return "waits in commitSync()";
        case Application::Phase::kClosing:
            return "closes";
    }
    BL_CHECK(false);
}

MemberPhase phase_of(const Sources& sources, const Seen& seen) {
    if (!seen.acts()) {
        return seen.counted == nullptr ? MemberPhase::kOut : MemberPhase::kSilent;
    }
    if (seen.modern != nullptr && !seen.revoking.empty()) {
        return MemberPhase::kRevoking;
    }
    if (seen.modern != nullptr &&
        seen.modern->state == ConsumerGroupMemberState::kUnreleasedPartitions) {
        return MemberPhase::kReconciling;
    }
    const MemberPhase phase = live_phase(*seen.process);
    const bool content = phase == MemberPhase::kAssigned || phase == MemberPhase::kIdle;
    // It was put out, and nobody has told it yet.
    const bool put_out = seen.counted == nullptr && sources.view.coordinator != kNoBroker;
    return content && put_out ? MemberPhase::kLooking : phase;
}

GroupMemberRow row_of(const Sources& sources, const Seen& seen) {
    GroupMemberRow row;
    row.name = seen.host.name;
    row.phase = phase_of(sources, seen);
    row.earlier = seen.earlier;
    row.process = seen.earlier ? ClientState::kCrashed : seen.host.state;
    row.counted = seen.counted != nullptr;
    if (seen.counted != nullptr) {
        row.member_id = seen.counted->id;
        row.instance_id = seen.counted->instance_id;
        row.leads = sources.classic != nullptr && sources.classic->leader == seen.counted->id;
    }
    const SimTime session = seen.classic != nullptr  ? seen.classic->session_ends
                            : seen.modern != nullptr ? seen.modern->session_ends
                                                     : kNever;
    if (session != kNever) {
        row.session_ends = sources.world.shown(session);
    }
    if (seen.modern != nullptr) {
        row.epoch = seen.modern->epoch.value;
    }
    if (seen.process != nullptr && seen.process->group()) {
        const GroupPart& part = *seen.process->group();
        row.at_work = work_words(sources.world, *seen.process);
        if (seen.modern == nullptr) {
            row.epoch = std::visit([](const auto& m) { return own_epoch(m); }, part.membership);
        }
        if (row.member_id.empty()) {
            row.member_id = own_id(part);
        }
        const SimTime due =
            std::visit([](const auto& m) { return poll_deadline(m); }, part.membership);
        if (due != kNever && due > sources.world.now) {
            row.poll_ends = sources.world.shown(due);
        }
    }
    return row;
}

/// Those that it lists; a pattern is not among them.
const std::vector<std::string>& topics_of(const ClientHost& host) {
    const auto* consumer = std::get_if<ConsumerSetup>(&host.setup);
    return consumer != nullptr ? consumer->topics : host.service()->topics;
}

/// Those that the members subscribe to, have, or have committed.
FlatSet<TopicPartition> partitions_of(const Sources& sources, const std::vector<Seen>& members) {
    FlatSet<TopicPartition> all;
    FlatSet<std::string> topics;
    for (const Seen& member : members) {
        for (const std::string& topic : topics_of(member.host)) {
            topics.insert(topic);
        }
        if (member.process != nullptr) {
            for (const auto& [partition, position] : member.process->positions()) {
                all.insert(partition);
            }
            if (member.process->group()) {
                for (const std::string& topic : member.process->group()->subscription.topics) {
                    topics.insert(topic);
                }
            }
        }
    }
    for (const std::string& name : topics) {
        const TopicImage* topic = sources.world.committed_metadata().find_topic(name);
        for (int32_t i = 0; topic != nullptr && i < topic->partition_count(); ++i) {
            all.insert({name, PartitionId(i)});
        }
    }
    for (const GroupOffsetView& offset : sources.view.offsets) {
        all.insert(offset.partition);
    }
    for (const GroupMemberView& member : sources.view.members) {
        for (const TopicPartition& partition : member.assigned) {
            all.insert(partition);
        }
    }
    return all;
}

GroupPartitionColumn column_of(const Sources& sources, const TopicPartition& partition) {
    GroupPartitionColumn column;
    column.partition = partition;
    if (const GroupOffsetView* offset = sources.view.offset_of(partition)) {
        column.committed = offset->committed;
    }
    const PartitionRegistration* registration =
        sources.world.committed_metadata().find_partition(partition);
    if (registration != nullptr && registration->leader != kNoBroker) {
        column.leader = registration->leader;
        column.log_end = partition_high_watermark(sources.world, partition);
    }
    return column;
}

GroupMatrix no_group(std::string_view group) {
    GroupMatrix matrix;
    matrix.group = group;
    return matrix;
}

std::vector<Seen> all_seen(const Sources& sources, const std::vector<NodeId>& nodes) {
    std::vector<Seen> members;
    for (const NodeId node : nodes) {
        gather_seen(sources, *sources.world.clients[static_cast<std::size_t>(node.number) - 1],
                    members);
    }
    return members;
}

/// While no coordinator says it, the members' own kind does.
std::string protocol_of(const Sources& sources, const std::vector<Seen>& members) {
    const auto modern = [](const Seen& seen) {
        return seen.process != nullptr && seen.process->group() &&
               std::holds_alternative<ConsumerMembership>(seen.process->group()->membership);
    };
    const bool known = sources.view.coordinator != kNoBroker;
    return !known && std::any_of(members.begin(), members.end(), modern) ? "consumer"
                                                                         : sources.view.protocol;
}

/// All but partitions, cells and lags.
GroupMatrix matrix_head(const Sources& sources, std::string_view group,
                        const std::vector<Seen>& members) {
    GroupMatrix matrix = no_group(group);
    matrix.there = true;
    matrix.state = sources.view.state;
    matrix.meaning = group_state_meaning(matrix.state);
    matrix.protocol = protocol_of(sources, members);
    matrix.assignor = sources.view.assignor;
    matrix.epoch = sources.view.epoch;
    matrix.coordinator = sources.view.coordinator;
    matrix.offsets_partition = place_of_group(sources.world, group).partition;
    for (const Seen& member : members) {
        matrix.members.push_back(row_of(sources, member));
    }
    return matrix;
}

/// The partitions that it has, or that the group counts as its own.
FlatSet<TopicPartition> touched_by(const Seen& seen) {
    FlatSet<TopicPartition> all;
    if (seen.process != nullptr) {
        for (const auto& [partition, position] : seen.process->positions()) {
            all.insert(partition);
        }
    }
    if (seen.counted != nullptr) {
        for (const TopicPartition& partition : seen.counted->assigned) {
            all.insert(partition);
        }
    }
    for (const TopicPartition& partition : seen.revoking) {
        all.insert(partition);
    }
    return all;
}

void count_cell(GroupMemberRow& row, GroupCellState state, const GroupPartitionColumn& column) {
    if (is_owned(state)) {
        ++row.partitions;
        row.lag += column.lag().value_or(0);
    }
    row.zombies += state == GroupCellState::kZombie ? 1U : 0U;
}

}  // namespace

std::string epoch_text(const GroupMatrix& group) {
    return fmt::format("{} {}", group.protocol == "consumer" ? "epoch" : "generation",
                       group.is_known() ? std::to_string(group.epoch) : "unknown");
}

bool takes_consumers(const World& world, const std::string& group) {
    return !members_of(world, group).empty();
}

std::vector<std::string> all_groups(const World& world) {
    return group_names(world);
}

std::optional<std::string> group_of_thing(const World& world, const Thing& thing) {
    if (const auto* group = std::get_if<GroupThing>(&thing)) {
        return group->group;
    }
    const auto* client = std::get_if<ClientThing>(&thing);
    const ClientHost* host = client == nullptr ? nullptr : world.find_client(client->name);
    const std::string* group = host == nullptr ? nullptr : group_of(*host);
    return group == nullptr ? std::nullopt : std::optional(*group);
}

std::string GroupMemberRow::label() const {
    return earlier ? "earlier " + name : name;
}

GroupMatrix make_group_matrix(const World& world, std::string_view group) {
    const std::vector<NodeId> nodes = clients_of_group(world, group);
    if (nodes.empty()) {
        return no_group(group);
    }
    const Sources sources = sources_of(world, group);
    const std::vector<Seen> members = all_seen(sources, nodes);
    GroupMatrix matrix = matrix_head(sources, group, members);
    for (const TopicPartition& partition : partitions_of(sources, members)) {
        matrix.partitions.push_back(column_of(sources, partition));
        matrix.lag += matrix.partitions.back().lag().value_or(0);
    }
    matrix.cells.reserve(members.size() * matrix.partitions.size());
    for (std::size_t m = 0; m < members.size(); ++m) {
        for (GroupPartitionColumn& column : matrix.partitions) {
            GroupCell cell{cell_state(sources, members[m], column.partition), kNoOffset};
            if (members[m].has(column.partition)) {
                cell.next = members[m].process->positions().find(column.partition)->next;
            }
            const bool reads = cell.state == GroupCellState::kReads ||
                               cell.state == GroupCellState::kRevoking ||
                               cell.state == GroupCellState::kZombie;
            column.read = column.read || (reads && members[m].acts());
            count_cell(matrix.members[m], cell.state, column);
            matrix.cells.push_back(cell);
        }
    }
    return matrix;
}

GroupMatrix make_group_rows(const World& world, std::string_view group) {
    const std::vector<NodeId> nodes = clients_of_group(world, group);
    if (nodes.empty()) {
        return no_group(group);
    }
    const Sources sources = sources_of(world, group);
    const std::vector<Seen> members = all_seen(sources, nodes);
    GroupMatrix rows = matrix_head(sources, group, members);
    for (const GroupOffsetView& offset : sources.view.offsets) {
        rows.lag += offset.lag();
    }
    for (std::size_t m = 0; m < members.size(); ++m) {
        for (const TopicPartition& partition : touched_by(members[m])) {
            count_cell(rows.members[m], cell_state(sources, members[m], partition),
                       column_of(sources, partition));
        }
    }
    return rows;
}

}  // namespace brokerlab
