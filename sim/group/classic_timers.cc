// What time does to a classic group. [GroupMetadataManager.expireClassicGroupMemberHeartbeat,
// tryCompleteInitialRebalanceElseSchedule, expirePendingSync, onLoaded]
#include <algorithm>
#include <utility>

#include "sim/group/classic_group.h"
#include "sim/group/classic_members.h"
#include "sim/group/classic_rebalance.h"

namespace brokerlab {
namespace {

using Why = GroupRebalanceBegan::Why;

enum class Timer : uint8_t { kReservedId, kSession, kJoin, kSync };
struct Due {
    SimTime at = kNever;
    Timer timer = Timer::kSession;
    std::string_view member_id = {};

    void offer(SimTime other, Timer which, std::string_view id = {}) {
        if (other < at) {
            *this = {other, which, id};
        }
    }
};

/// The first timer of the group; of those due at once in the order of Timer, then of joining.
Due first_due(const ClassicGroup& group) {
    Due due;
    for (const auto& [id, reserved] : group.reserved_ids) {
        due.offer(reserved.lapses, Timer::kReservedId, id);
    }
    for (const ClassicMember& member : group.members) {
        due.offer(member.session_ends, Timer::kSession, member.id);
    }
    due.offer(group.join_ends, Timer::kJoin);
    due.offer(group.sync_ends, Timer::kSync);
    return due;
}

/// Who is gone was waited for; here even an initial rebalance ends early, as in Kafka.
void complete_without_it(const ClassicTurn& at) {
    if (at.group.state == ClassicGroupState::kPreparingRebalance && all_joined(at.group)) {
        complete_join(at);
    }
}

void expire_reserved_id(const ClassicTurn& at, const std::string& id) {
    const Duration timeout = at.group.reserved_ids.at(id).timeout;
    remove_member(at, id, GroupMemberLeft::Why::kNeverCame, timeout);
    complete_without_it(at);
}

void expire_session(const ClassicTurn& at, const std::string& id) {
    ClassicGroup& group = at.group;
    ClassicMember& member = *group.find(id);
    member.session_ends = kNever;
    if (!member.is_new && member.is_parked()) {
        return;
    }
    const Duration timeout =
        member.is_new ? kNewMemberJoinTimeout : Duration::from_ms(member.session_timeout_ms);
    std::string name = member.client_id;
    remove_member(at, id, GroupMemberLeft::Why::kSessionExpired, timeout);
    if (group.state == ClassicGroupState::kStable ||
        group.state == ClassicGroupState::kCompletingRebalance) {
        prepare_rebalance(at, Why::kMemberExpired, std::move(name));
    } else {
        complete_without_it(at);
    }
}

void end_join(const ClassicTurn& at) {
    ClassicGroup& group = at.group;
    group.join_ends = kNever;
    if (group.state != ClassicGroupState::kPreparingRebalance) {
        return;
    }
    if (group.delay_left && group.member_added && *group.delay_left > Duration()) {
        const Duration full = at.turn.config.initial_rebalance_delay;
        group.member_added = false;
        group.join_ends = at.turn.env.now + std::min(full, *group.delay_left);
        group.delay_left = std::max(*group.delay_left - full, Duration());
        return;
    }
    complete_join(at);
}

void end_sync(const ClassicTurn& at) {
    ClassicGroup& group = at.group;
    group.sync_ends = kNever;
    const bool waits = group.state == ClassicGroupState::kCompletingRebalance ||
                       group.state == ClassicGroupState::kStable;
    if (!waits || group.to_sync.empty()) {
        return;
    }
    const Duration timeout = rebalance_timeout(group);
    const std::vector<std::string> missing(group.to_sync.begin(), group.to_sync.end());
    std::string first;
    for (const std::string& id : missing) {
        const ClassicMember* member = group.find(id);
        if (member == nullptr) {
            continue;  // A static member has taken its place.
        }
        if (first.empty()) {
            first = member->client_id;
        }
        remove_member(at, id, GroupMemberLeft::Why::kDidNotSync, timeout);
    }
    prepare_rebalance(at, Why::kMemberPutOut, std::move(first));
}

}  // namespace

SimTime next_classic_group_deadline(const ClassicGroup& group) {
    return first_due(group).at;
}

void on_classic_group_timer(Cow<GroupShard>& shard, const std::string& id, GroupTurn& turn) {
    const ClassicGroup* present = shard->find_classic(id);
    if (present == nullptr) {
        return;
    }
    const Due due = first_due(*present);
    if (due.at > turn.env.now) {
        return;
    }
    const std::string member_id(due.member_id);
    const ClassicTurn at{id, *edit_classic(shard, id), turn};
    switch (due.timer) {
        case Timer::kReservedId:
            expire_reserved_id(at, member_id);
            return;
        case Timer::kSession:
            expire_session(at, member_id);
            return;
        case Timer::kJoin:
            end_join(at);
            return;
        case Timer::kSync:
            end_sync(at);
            return;
    }
}

void on_classic_group_loaded(const std::string& id, ClassicGroup& group, GroupTurn& turn) {
    for (ClassicMember& member : group.members) {
        restart_session(member, turn.env.now);
    }
    if (std::ssize(group.members) > turn.config.max_size) {
        prepare_rebalance({id, group, turn}, Why::kMemberRejoined, "");
    }
}

}  // namespace brokerlab
