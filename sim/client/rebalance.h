// What a rebalance does to a member's partitions: before it joins, and when its assignment is here.
//
// The eager protocol gives everything up first; the cooperative one (KIP-429) only what it loses,
// and then joins again at once. [ConsumerCoordinator.java onJoinPrepare, onJoinComplete]
#pragma once

namespace brokerlab {

struct MemberTurn;

/// False while it waits for a commit.
[[nodiscard]] bool prepare_join(MemberTurn& at);
/// Takes over the assignment that SyncGroup brought.
void complete_join(MemberTurn& at);
/// Gives up everything: the member leaves [onLeavePrepare].
void give_up_all(MemberTurn& at, bool lost);

}  // namespace brokerlab
