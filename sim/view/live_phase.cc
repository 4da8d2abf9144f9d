// Live phase: what a member's process is doing for its group, read from the process itself.
//
// Says what the member knows: a member that has not heard of a rebalance is still assigned.
#include <variant>

#include "sim/view/group_matrix.h"

namespace brokerlab {
namespace {

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

/// An eager member that has heard of a rebalance goes on as before until its application polls:
/// only then it gives up its partitions and joins.
bool goes_on(const ConsumerClient& consumer) {
    const auto* m = std::get_if<ClassicMembership>(&consumer.group()->membership);
    return m != nullptr && m->state == MemberState::kStable && !m->join_pending &&
           consumer.group()->settings.protocol == RebalanceProtocol::kEager &&
           !consumer.positions().empty();
}

}  // namespace

MemberPhase live_phase(const ConsumerClient& consumer) {
    if (!consumer.group()) {
        return MemberPhase::kOut;
    }
    if (!consumer.core().revoking.empty()) {
        return MemberPhase::kRevoking;
    }
    if (goes_on(consumer)) {
        return MemberPhase::kAssigned;
    }
    const MemberPhase phase =
        std::visit([](const auto& m) { return phase_of(m); }, consumer.group()->membership);
    return phase == MemberPhase::kAssigned && consumer.positions().empty() ? MemberPhase::kIdle
                                                                           : phase;
}

}  // namespace brokerlab
