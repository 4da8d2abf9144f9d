// Group matrix: who of a consumer group reads which partition, and how far, at one moment.
//
// Two views are laid over each other: what the coordinator counts (its assignment, its sessions,
// the committed offsets) and what each member's process does (what it fetches, where it stands).
// Where the two differ (a member that has not heard yet, one that is gone and still counted) a cell
// says so. A classic coordinator knows an assignment only while its group is Stable.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/view/group_history.h"
#include "sim/view/thing.h"
#include "sim/world/world.h"

namespace brokerlab {

enum class GroupCellState : uint8_t {
    kNone,      ///< the member has nothing to do with the partition
    kReads,     ///< has it
    kWaits,     ///< has it, and has yet to learn where to read
    kRevoking,  ///< has it still, and gives it up
    kAwaited,   ///< is to have it, and has not taken it over yet
    kSilent,    ///< counts as its owner, and nobody reads: its process is gone or stands still
    kZombie,    ///< reads it though the group does not count it any more
};
[[nodiscard]] const char* cell_word(GroupCellState state);
/// A sentence: what it means, for its hover text; empty for kNone.
[[nodiscard]] const char* cell_meaning(GroupCellState state);
/// Whether the partition is the member's, though it may not read it: nobody else does.
[[nodiscard]] bool is_owned(GroupCellState state);

struct GroupCell {
    GroupCellState state = GroupCellState::kNone;
    Offset next = kNoOffset;  ///< that the member reads next; -1: it has not got the partition

    bool operator==(const GroupCell&) const = default;
};

struct GroupMemberRow {
    std::string name;      ///< of the client
    bool earlier = false;  ///< a process of it that is gone, and still counted
    MemberPhase phase = MemberPhase::kOut;
    ClientState process = ClientState::kWaiting;
    bool counted = false;   ///< by the coordinator
    bool leads = false;     ///< classic: computes the assignment
    std::string member_id;  ///< by which it is counted, or else as it knows it; empty: none yet
    std::optional<std::string> instance_id;  ///< of a static member
    int32_t epoch = -1;                      ///< generation or member epoch; -1: none
    std::optional<Duration> session_ends;    ///< at the coordinator, after time 0
    std::optional<Duration> poll_ends;       ///< max.poll.interval.ms is over, unless it polls
    std::string at_work;                     ///< what its application does, in a few words
    std::size_t partitions = 0;              ///< that are its: is_owned()
    std::size_t zombies = 0;                 ///< that it takes for its own, and are not
    int64_t lag = 0;                         ///< of those that are its

    /// "stock-3", or "earlier stock-3": unlike those of all other rows.
    [[nodiscard]] std::string label() const;
};

struct GroupPartitionColumn {
    TopicPartition partition;
    Offset committed = kNoOffset;  ///< -1: nothing is committed
    Offset log_end = kNoOffset;    ///< the leader's high watermark; -1: there is no leader
    BrokerId leader = kNoBroker;
    bool read = false;  ///< by somebody, at this moment

    /// What is not committed yet; nothing while either is unknown.
    [[nodiscard]] std::optional<int64_t> lag() const {
        return committed == kNoOffset || log_end == kNoOffset
                   ? std::nullopt
                   : std::optional(std::max<int64_t>(log_end.value - committed.value, 0));
    }
};

struct GroupMatrix {
    std::string group;
    bool there = false;             ///< some consumer of the World is of it
    std::string state = "Unknown";  ///< as Kafka names it
    std::string meaning;            ///< of the state, a few words
    std::string protocol;           ///< "classic" or "consumer"
    std::string assignor;           ///< empty: none yet
    int32_t epoch = 0;              ///< generation or group epoch
    BrokerId coordinator = kNoBroker;
    PartitionId offsets_partition = PartitionId(-1);  ///< of __consumer_offsets; -1: no such topic
    int64_t lag = 0;                                  ///< of all partitions with a committed offset
    /// In the order of the World's clients; after each those earlier processes of it that the
    /// group still counts.
    std::vector<GroupMemberRow> members;
    std::vector<GroupPartitionColumn> partitions;  ///< sorted
    std::vector<GroupCell> cells;                  ///< members by partitions

    [[nodiscard]] const GroupCell& cell(std::size_t member, std::size_t partition) const {
        return cells[member * partitions.size() + partition];
    }
    [[nodiscard]] bool is_stable() const { return state == "Stable"; }
    /// Without a coordinator nobody can say the epoch, the assignor, what is committed, the lag.
    [[nodiscard]] bool is_known() const { return coordinator != kNoBroker; }
};

[[nodiscard]] GroupMatrix make_group_matrix(const World& world, std::string_view group);
/// The same with its members, but without partitions and cells: much less work where there are
/// many.
[[nodiscard]] GroupMatrix make_group_rows(const World& world, std::string_view group);

/// Whether consumers can be added: the instances of a service are its group's members as they are.
[[nodiscard]] bool takes_consumers(const World& world, const std::string& group);
/// All groups, sorted.
[[nodiscard]] std::vector<std::string> all_groups(const World& world);
/// The group that is the thing, or that the thing is a member of.
[[nodiscard]] std::optional<std::string> group_of_thing(const World& world, const Thing& thing);

/// What the member's process is doing for its group now.
[[nodiscard]] MemberPhase live_phase(const ConsumerClient& consumer);
/// "generation 3" or, with the consumer protocol, "epoch 3"; "generation unknown".
[[nodiscard]] std::string epoch_text(const GroupMatrix& group);

}  // namespace brokerlab
