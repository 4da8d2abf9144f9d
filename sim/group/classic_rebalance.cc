#include "sim/group/classic_rebalance.h"

#include <algorithm>
#include <utility>

#include "sim/base/check.h"
#include "sim/group/classic_records.h"

namespace brokerlab {
namespace {

/// Dynamic members lose their place; static ones may come back until their session ends.
void remove_missing(const ClassicTurn& at) {
    const Duration timeout = rebalance_timeout(at.group);
    std::vector<std::string> missing;
    for (const ClassicMember& member : at.group.members) {
        if (!member.join && !member.instance_id) {
            missing.push_back(member.id);
        }
    }
    for (const std::string& id : missing) {
        remove_member(at, id, GroupMemberLeft::Why::kDidNotRejoin, timeout);
    }
}

/// The leader stays if it has joined; else the first that has leads. False when nobody has.
bool elect_joined_leader(ClassicGroup& group) {
    const ClassicMember* leader = group.leader ? group.find(*group.leader) : nullptr;
    if (leader != nullptr && leader->join) {
        return true;
    }
    const auto joined = std::find_if(group.members.begin(), group.members.end(),
                                     [](const ClassicMember& m) { return m.join.has_value(); });
    if (joined == group.members.end()) {
        return false;
    }
    group.leader = joined->id;
    return true;
}

void begin_empty_generation(const ClassicTurn& at) {
    at.group.protocol.reset();
    at.group.subscribed_topics = subscriptions_of(at.group);
    change_state(at, ClassicGroupState::kEmpty);
    at.turn.records.push_back(classic_group_record(at.id, at.group));
    at.turn.replay = false;
    at.turn.end = ClassicGroupWritten{at.id, std::nullopt};
}

void begin_generation(const ClassicTurn& at) {
    ClassicGroup& group = at.group;
    const SimTime now = at.turn.env.now;
    group.protocol = select_protocol(group);
    group.subscribed_topics = subscriptions_of(group);
    change_state(at, ClassicGroupState::kCompletingRebalance);
    for (ClassicMember& member : group.members) {
        JoinGroupResponse body = generation_for(group, member);
        if (group.leader == member.id) {
            body.members = members_for_leader(group);
        }
        release_join(at, member, std::move(body));
        member.is_new = false;
        restart_session(member, now);
        group.to_sync.insert(member.id);
    }
    group.sync_ends = now + rebalance_timeout(group);
}

}  // namespace

void prepare_rebalance(const ClassicTurn& at, GroupRebalanceBegan::Why why, std::string member,
                       std::string reason) {
    ClassicGroup& group = at.group;
    BL_CHECK(group.state != ClassicGroupState::kPreparingRebalance);
    BL_CHECK(group.state != ClassicGroupState::kDead);
    const SimTime now = at.turn.env.now;
    if (group.state == ClassicGroupState::kCompletingRebalance) {
        for (ClassicMember& m : group.members) {
            m.assignment.clear();
        }
        release_syncs(at, ErrorCode::kRebalanceInProgress);
    }
    group.to_sync.clear();
    group.sync_ends = kNever;
    at.turn.facts.emplace_back(GroupRebalanceBegan{at.id, why, std::move(member),
                                                   group.generation.value, std::move(reason)});
    const bool initial = group.state == ClassicGroupState::kEmpty;
    change_state(at, ClassicGroupState::kPreparingRebalance);
    if (initial) {
        const Duration delay = at.turn.config.initial_rebalance_delay;
        group.member_added = false;
        group.delay_left = std::max(rebalance_timeout(group) - delay, Duration());
        group.join_ends = now + delay;
    } else if (all_joined(group)) {
        complete_join(at);
    } else {
        group.join_ends = now + rebalance_timeout(group);
    }
}

void rebalance_or_complete_join(const ClassicTurn& at, GroupRebalanceBegan::Why why,
                                std::string member, std::string reason) {
    if (at.group.state == ClassicGroupState::kPreparingRebalance) {
        maybe_complete_join(at);
    } else if (at.group.state != ClassicGroupState::kDead) {
        prepare_rebalance(at, why, std::move(member), std::move(reason));
    }
}

void maybe_complete_join(const ClassicTurn& at) {
    const ClassicGroup& group = at.group;
    if (group.state == ClassicGroupState::kPreparingRebalance && !group.delay_left &&
        all_joined(group)) {
        complete_join(at);
    }
}

void complete_join(const ClassicTurn& at) {
    ClassicGroup& group = at.group;
    BL_CHECK(group.state == ClassicGroupState::kPreparingRebalance);
    group.join_ends = kNever;
    remove_missing(at);
    if (!elect_joined_leader(group) && !group.members.empty()) {
        // At least a millisecond, as Kafka's timer would take: a static member may give a time-out
        // of zero.
        group.join_ends = at.turn.env.now + std::max(rebalance_timeout(group), 1_ms);
        return;
    }
    group.delay_left.reset();
    group.member_added = false;
    group.to_sync.clear();
    ++group.generation;
    if (group.members.empty()) {
        begin_empty_generation(at);
    } else {
        begin_generation(at);
    }
}

void release_syncs(const ClassicTurn& at, ErrorCode error) {
    for (ClassicMember& member : at.group.members) {
        if (!member.sync) {
            continue;
        }
        SyncGroupResponse body;
        body.error_code = error;
        body.assignment = member.assignment;
        if (error == ErrorCode::kNone) {
            body.protocol_type = at.group.protocol_type;
            body.protocol_name = at.group.protocol;
        }
        release_sync(at, member, std::move(body));
        restart_session(member, at.turn.env.now);
    }
}

}  // namespace brokerlab
