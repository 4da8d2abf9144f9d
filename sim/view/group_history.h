// Group history: the rebalances of a consumer group with their causes, and what each member did
// meanwhile, as stretches of time.
//
// Made from facts alone, of the classic protocol (eager and cooperative) and of the consumer
// protocol (KIP-848); the World only gives clients their names and settings. Where no fact says
// what a member knows (that it has heard of a rebalance, that it has sent its JoinGroup), the
// stretch is that of the group: a cooperative member counts as joining from when the rebalance
// began. An eager one reads on until it gives its partitions up: so long it is assigned.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/view/explain.h"

namespace brokerlab {

/// What a member does, as far as its group is concerned.
enum class MemberPhase : uint8_t {
    kOut,       ///< no process, and the group does not count it
    kLooking,   ///< runs, and is no member: it looks for the coordinator, or has just been put out
    kJoining,   ///< the group waits for its members to join
    kSyncing,   ///< the assignment is made, or on its way to it
    kRevoking,  ///< has partitions that it must give up first
    kReconciling,  ///< consumer protocol: waits for partitions that others still hold
    kAssigned,     ///< has its partitions
    kIdle,         ///< a member without a partition: there are more members than partitions
    kSilent,       ///< its process is gone or stands still, and the group still counts it
};
/// "joining", "gone, still counted".
[[nodiscard]] const char* phase_word(MemberPhase phase);
/// A sentence: what it means, for its hover text.
[[nodiscard]] const char* phase_meaning(MemberPhase phase);

/// A partition that changed hands; an empty name: nobody.
struct PartitionMove {
    TopicPartition partition;
    std::string from;
    std::string to;

    bool operator==(const PartitionMove&) const = default;
};

struct Rebalance {
    FactId fact;                   ///< the GroupRebalanceBegan
    Duration begin;                ///< after time 0
    std::optional<Duration> end;   ///< the group was stable again, or empty; nothing: not yet
    bool cut_short = false;        ///< the next one began, or the coordinator was lost, before it
    std::string cause;             ///< "stock-3 joins"
    std::string member;            ///< whom it is about; may be empty
    int32_t epoch_before = 0;      ///< generation or group epoch
    std::optional<int32_t> epoch;  ///< that it brought; nothing: no assignment was made yet
    std::string assignor;
    /// By partition: who was to have it before, and who is to have it now.
    std::vector<PartitionMove> moved;
};

/// Ends where the next one begins.
struct PhaseSpan {
    Duration from;
    Duration to;
    MemberPhase phase = MemberPhase::kOut;
    std::vector<TopicPartition> has;  ///< what it reads meanwhile, sorted
    FactId fact;                      ///< that began it
};
struct MemberBars {
    std::string member;
    std::vector<PhaseSpan> spans;  ///< without those in which it was out
};

struct GroupHistory {
    std::vector<Rebalance> rebalances;  ///< the oldest first
    std::vector<MemberBars> members;    ///< in the order of the World's clients
};

/// `facts` from the beginning of the run; of the last stretches the end is `until`, after time 0.
/// Empty for a group that is not in this World.
[[nodiscard]] GroupHistory make_group_history(const World& world, const FactList& facts,
                                              std::string_view group, Duration until);

}  // namespace brokerlab
