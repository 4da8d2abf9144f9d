// The rebalance of a classic group: everyone joins, one leads, all sync.
//
// Internal to the classic protocol (classic_group.h). The first rebalance of an empty group waits
// for group.initial.rebalance.delay.ms and once more for each delay in which someone joined; a
// later one ends as soon as all members are back, or after the rebalance time-out without those
// that are not. [GroupMetadataManager.prepareRebalance, tryCompleteInitialRebalanceElseSchedule,
// completeClassicGroupJoin]
#pragma once

#include <string>

#include "sim/group/classic_members.h"

namespace brokerlab {

/// Begins a rebalance; `member` is who it is about, by its client.id, and `reason` what it said of
/// it. The group must not be in one already, nor be dead.
void prepare_rebalance(const ClassicTurn& at, GroupRebalanceBegan::Why why, std::string member,
                       std::string reason = {});
/// Begins one where none is under way; else ends it if everyone is there.
void rebalance_or_complete_join(const ClassicTurn& at, GroupRebalanceBegan::Why why,
                                std::string member, std::string reason = {});
/// Ends the joining if everyone is there; never that of an initial rebalance.
void maybe_complete_join(const ClassicTurn& at);
/// Goes on to the next generation without who has not joined, and answers all joins. Puts it off by
/// another rebalance time-out when nobody has.
void complete_join(const ClassicTurn& at);

/// All parked syncs are answered: with the assignments and no error, or with the error alone.
void release_syncs(const ClassicTurn& at, ErrorCode error);

}  // namespace brokerlab
