// What a rebalance does to a member's partitions: before it joins, and when its assignment is here.
//
// Of the classic protocol, the eager protocol gives everything up first; the cooperative one
// (KIP-429) only what it loses, and then joins again at once. [ConsumerCoordinator.java
// onJoinPrepare, onJoinComplete]
#pragma once

#include <cstdint>

#include "sim/base/flat_map.h"
#include "sim/model/ids.h"

namespace brokerlab {

struct MemberTurn;

[[nodiscard]] FlatSet<TopicPartition> partitions_without(const FlatSet<TopicPartition>& all,
                                                         const FlatSet<TopicPartition>& some);
/// From now on exactly these are its own, since that generation or member epoch: it gives up the
/// others first. The timer of automatic commits starts anew.
void take_partitions(MemberTurn& at, int32_t epoch, const FlatSet<TopicPartition>& assigned);

/// False while it waits for a commit.
[[nodiscard]] bool prepare_join(MemberTurn& at);
/// Takes over the assignment that SyncGroup brought.
void complete_join(MemberTurn& at);
/// Gives up everything: the member leaves [onLeavePrepare].
void give_up_all(MemberTurn& at, bool lost);

}  // namespace brokerlab
