// How a member of the consumer protocol makes an assignment its own: it commits, gives up what it
// loses, then takes what is new. [AbstractMembershipManager.maybeReconcile, revokeAndAssign]
//
// What it loses is not read any more from the moment that the commit begins. Topics whose names the
// metadata does not tell yet are left for later.
#include <utility>
#include <vector>

#include "sim/client/member_turn.h"
#include "sim/client/rebalance.h"

namespace brokerlab {
namespace {

using State = ConsumerMemberState;

/// Looks for the names of the target's topics; true when it has them all.
bool learn_names(MemberTurn& at, ConsumerMembership& m) {
    const auto is_of_target = [&m](const Uuid& id) { return m.target.partitions.contains(id); };
    for (const auto& [name, info] : at.core.metadata.topics()) {
        if (info.error == ErrorCode::kNone && is_of_target(info.id)) {
            m.names.insert_or_assign(info.id, name);
        }
    }
    for (const auto& [id, partitions] : m.target.partitions) {
        if (!m.names.contains(id)) {
            return false;
        }
    }
    return true;
}

/// The part of the target that has names.
Reconciliation resolve(MemberTurn& at, ConsumerMembership& m) {
    if (!learn_names(at, m)) {
        at.core.metadata.request_update();
    }
    Reconciliation resolved;
    resolved.to.epoch = m.target.epoch;
    resolved.deadline = at.now() + at.group.settings.max_poll_interval;
    for (const auto& [id, partitions] : m.target.partitions) {
        const std::string* name = m.names.find(id);
        if (name == nullptr) {
            continue;
        }
        resolved.to.partitions.insert_or_assign(id, partitions);
        for (const PartitionId partition : partitions) {
            resolved.partitions.insert({*name, partition});
        }
    }
    return resolved;
}

void take_over(MemberTurn& at, ConsumerMembership& m, Reconciliation done) {
    take_partitions(at, m.epoch.value, done.partitions);
    m.owned = std::move(done.to);
    const LocalAssignment& owned = m.owned;
    m.names.erase_if(
        [&owned](const auto& topic) { return !owned.partitions.contains(topic.first); });
    m.state = State::kAcknowledging;
}

}  // namespace

void reconcile(MemberTurn& at, ConsumerMembership& m) {
    if (!m.reconciling) {
        if (m.owned == m.target) {
            return;
        }
        Reconciliation resolved = resolve(at, m);
        if (m.owned.epoch >= 0 && m.owned.partitions == resolved.to.partitions) {
            if (m.owned.epoch != resolved.to.epoch) {
                m.owned.epoch = resolved.to.epoch;
                m.state = State::kAcknowledging;
            }
            return;  // What is new has no name yet.
        }
        at.core.revoking = partitions_without(assigned_partitions(at.core), resolved.partitions);
        m.reconciling = std::move(resolved);
    }
    const bool waits = at.group.settings.auto_commit && at.now() < m.reconciling->deadline;
    if (waits && !commit_before_rebalance(at)) {
        return;
    }
    take_over(at, m, *std::exchange(m.reconciling, std::nullopt));
    forget_prepared_commit(at);
}

void abort_reconciliation(MemberTurn& at, ConsumerMembership& m) {
    if (m.reconciling) {
        m.reconciling.reset();
        at.core.revoking.clear();
        forget_prepared_commit(at);
    }
}

}  // namespace brokerlab
