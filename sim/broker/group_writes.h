// Turns of the group coordinator: carrying out what one of its functions wants done.
//
// Internal to the group coordinator's runtime (group_coordinator.h).
// [runtime/CoordinatorRuntime.java CoordinatorWriteEvent, append, HighWatermarkListener]
#pragma once

#include "sim/broker/group_coordinator.h"

namespace brokerlab {

/// An empty turn at the present state of the broker. Refers to the host; not to be kept.
[[nodiscard]] GroupTurn new_group_turn(const GroupHost& host);

/// The partition for writing; it must be hosted. Good until the coordinator is edited elsewhere.
[[nodiscard]] GroupPartition& edit_group_partition(const GroupHost& host, PartitionId partition);
/// To be called when deadlines of the partition may have changed.
void note_group_due(const GroupHost& host, PartitionId partition);

/// Carries out `turn`, which went from the groups `before` to those that the partition has now, for
/// `request` or nobody's: appends and applies its records, and lets its answers wait for them.
/// False when the records could not be written: then the groups are put back, and the request is
/// answered with the error.
bool finish_turn(const GroupHost& host, PartitionId partition, GroupTurn turn,
                 const Cow<GroupShard>& before, const Request* request);

/// Ends the partition's writes that are overdue: who waits is answered with a time-out. The records
/// are in the log and may still be committed, so the groups stay.
void expire_group_writes(const GroupHost& host, PartitionId partition);

/// Fails all writes of a partition that is no longer hosted with NOT_COORDINATOR.
void fail_group_writes(const GroupHost& host, GroupPartition& partition);

/// Answers `request` of one group as failed, in the words that its client knows
/// [CoordinatorOperationExceptionHelper.java].
void refuse_group_request(const GroupHost& host, const Request& request, ErrorCode error);

/// Sends an answer; one that is part of a split request waits for the other parts.
void send_group_answer(const GroupHost& host, Response&& response);

}  // namespace brokerlab
