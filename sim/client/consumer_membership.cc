#include "sim/client/consumer_membership.h"

#include <algorithm>

#include "sim/client/member_turn.h"
#include "sim/client/rebalance.h"

namespace brokerlab {
namespace {

using State = ConsumerMemberState;

constexpr MemberEpoch kNotYetMember{0};

void join(MemberTurn& at, ConsumerMembership& m) {
    abort_reconciliation(at, m);
    set_epoch(m, kNotYetMember);
    m.target = {};
    m.names.clear();
    m.state = State::kJoining;
}

/// Others may have its partitions already [clearAssignment].
void drop_all(MemberTurn& at, ConsumerMembership& m) {
    give_up_all(at, true);
    m.target = {};
    m.owned = {};
    m.names.clear();
}

void follow_group_metadata(MemberTurn& at, ConsumerMembership& m) {
    const ClientMetadata& metadata = at.core.metadata;
    if (m.metadata_seen != metadata.version() && !metadata.topics().empty()) {
        m.metadata_seen = metadata.version();
        follow_pattern(at.group.subscription, metadata);
    }
}

}  // namespace

bool is_active(const ConsumerMembership& m) {
    return m.state == State::kJoining || m.state == State::kReconciling ||
           m.state == State::kAcknowledging || m.state == State::kStable;
}

void set_epoch(ConsumerMembership& m, MemberEpoch epoch) {
    if ((m.epoch > kNotYetMember) != (epoch > kNotYetMember)) {
        ++m.identity;
    }
    m.epoch = epoch;
}

void fence(MemberTurn& at, ConsumerMembership& m) {
    abort_reconciliation(at, m);
    set_epoch(m, kNotYetMember);
    m.state = State::kFenced;
    m.failures = 0;
    m.retry_at = SimTime();
    if (at.core.positions.empty()) {  // Nothing to drop: it need not wait for a poll().
        drop_all(at, m);
        join(at, m);
    }
}

void note_poll(MemberTurn& at, ConsumerMembership& m) {
    m.poll_deadline = at.now() + at.group.settings.max_poll_interval;
    if (m.epoch > kNotYetMember) {  // Before a heartbeat that may change the epoch.
        maybe_auto_commit(at);
    }
}

bool poll_membership(MemberTurn& at, ConsumerMembership& m) {
    follow_group_metadata(at, m);
    if (m.state == State::kFenced || m.state == State::kStale) {
        drop_all(at, m);
        join(at, m);
    } else if (m.state == State::kUnsubscribed && !at.group.subscription.topics.empty()) {
        join(at, m);
    }
    if (!at.group.link.is_known()) {
        find_coordinator(at);
    }
    if (m.state == State::kReconciling) {
        reconcile(at, m);
    }
    drive_heartbeat(at, m);
    return m.epoch > kNotYetMember;
}

void tick_membership(MemberTurn& at, ConsumerMembership& m) {
    if (!is_active(m)) {
        return;
    }
    if (!at.group.link.is_known()) {
        find_coordinator(at);
        return;
    }
    if (m.poll_deadline <= at.now() && at.group.link.can_send()) {
        at.fx.state(PollTimedOut{at.group.settings.group, at.group.settings.max_poll_interval});
        abort_reconciliation(at, m);
        send_leave(at, m);
        m.state = State::kStale;
        return;
    }
    drive_heartbeat(at, m);
}

SimTime next_deadline(const ConsumerMembership& m, const CoordinatorLink& link, SimTime now) {
    SimTime earliest = kNever;
    if (!is_active(m)) {
        return earliest;
    }
    if (m.reconciling && m.reconciling->deadline > now) {
        earliest = m.reconciling->deadline;
    }
    if (link.can_send()) {
        earliest = std::min(earliest, m.poll_deadline);
        if (m.heartbeat == 0) {
            const bool at_once = m.state == State::kJoining;
            earliest = std::min(earliest, std::max(at_once ? now : m.due, m.retry_at));
        }
    }
    return earliest;
}

void close_membership(MemberTurn& at, ConsumerMembership& m) {
    const bool leaves = is_active(m);
    abort_reconciliation(at, m);
    give_up_all(at, m.epoch <= kNotYetMember);
    if (leaves && at.group.link.can_send()) {
        send_leave(at, m);
    }
    m.state = State::kUnsubscribed;
}

}  // namespace brokerlab
