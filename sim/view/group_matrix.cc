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
               : has        ? GroupCellState::kReads
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
                                                : GroupCellState::kReads;
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

MemberPhase phase_of(const Seen& seen) {
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
    return live_phase(*seen.process);
}

MemberPhase phase_of(const ClassicMembership& m) {
    switch (m.state) {
        case MemberState::kUnjoined:
            return MemberPhase::kLooking;
        case MemberState::kJoining:
            return MemberPhase::kJoining;
        case MemberState::kSyncing:
            return MemberPhase::kSyncing;
        case MemberState::kStable:
            break;
    }
    return m.rejoin_needed  ? MemberPhase::kJoining
           : m.join_pending ? MemberPhase::kSyncing
                            : MemberPhase::kAssigned;
}
MemberPhase phase_of(const ConsumerMembership& m) {
    switch (m.state) {
        case ConsumerMemberState::kJoining:
            return MemberPhase::kJoining;
        case ConsumerMemberState::kReconciling:
        case ConsumerMemberState::kAcknowledging:
            return MemberPhase::kReconciling;
        case ConsumerMemberState::kStable:
            return MemberPhase::kAssigned;
        case ConsumerMemberState::kUnsubscribed:
        case ConsumerMemberState::kFenced:
        case ConsumerMemberState::kFatal:
        case ConsumerMemberState::kStale:
            break;
    }
    return MemberPhase::kLooking;
}

GroupMemberRow row_of(const Sources& sources, const Seen& seen) {
    GroupMemberRow row;
    row.name = seen.host.name;
    row.phase = phase_of(seen);
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

}  // namespace

const char* cell_word(GroupCellState state) {
    switch (state) {
        case GroupCellState::kNone:
            return "";
        case GroupCellState::kReads:
            return "reads";
        case GroupCellState::kRevoking:
            return "gives up";
        case GroupCellState::kAwaited:
            return "awaits";
        case GroupCellState::kSilent:
            return "silent";
        case GroupCellState::kZombie:
            return "zombie";
    }
    BL_CHECK(false);
}

const char* cell_meaning(GroupCellState state) {
    switch (state) {
        case GroupCellState::kNone:
            return "";
        case GroupCellState::kReads:
            return "It has the partition, reads it and commits how far it is.";
        case GroupCellState::kRevoking:
            return "It still has the partition and gives it up: nobody else gets it before.";
        case GroupCellState::kAwaited:
            return "It is to have the partition, and has not taken it over yet: nobody reads it.";
        case GroupCellState::kSilent:
            return "The group counts it as the owner, but its process is gone or stands still: "
                   "nobody reads the partition until its session ends.";
        case GroupCellState::kZombie:
            return "It still takes the partition for its own, and reads it while its process runs, "
                   "though the group has put it out and may have given the partition to another: "
                   "what it commits is refused.";
    }
    BL_CHECK(false);
}

MemberPhase live_phase(const ConsumerClient& consumer) {
    if (!consumer.group()) {
        return MemberPhase::kOut;
    }
    if (!consumer.core().revoking.empty()) {
        return MemberPhase::kRevoking;
    }
    const MemberPhase phase =
        std::visit([](const auto& m) { return phase_of(m); }, consumer.group()->membership);
    return phase == MemberPhase::kAssigned && consumer.positions().empty() ? MemberPhase::kIdle
                                                                           : phase;
}

std::string epoch_text(const GroupMatrix& group) {
    return fmt::format("{} {}", group.protocol == "consumer" ? "epoch" : "generation", group.epoch);
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
    GroupMatrix matrix;
    matrix.group = group;
    const std::vector<NodeId> nodes = clients_of_group(world, group);
    matrix.there = !nodes.empty();
    if (nodes.empty()) {
        return matrix;
    }
    const Sources sources = sources_of(world, group);
    matrix.state = sources.view.state;
    matrix.meaning = group_state_meaning(matrix.state);
    matrix.protocol = sources.view.protocol;
    matrix.assignor = sources.view.assignor;
    matrix.epoch = sources.view.epoch;
    matrix.coordinator = sources.view.coordinator;
    matrix.offsets_partition = place_of_group(world, group).partition;
    std::vector<Seen> members;
    for (const NodeId node : nodes) {
        gather_seen(sources, *world.clients[static_cast<std::size_t>(node.number) - 1], members);
    }
    for (const Seen& member : members) {
        matrix.members.push_back(row_of(sources, member));
    }
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
            if (cell.state == GroupCellState::kReads) {
                matrix.members[m].lag += column.lag().value_or(0);
            }
            matrix.cells.push_back(cell);
        }
    }
    return matrix;
}

}  // namespace brokerlab
