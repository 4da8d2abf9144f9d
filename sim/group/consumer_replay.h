// What a record says about a group of the consumer protocol, put into it.
//
// The coordinator applies records when they are appended or loaded (replay_consumer_group); a
// handler applies its own to a draft of the group to see what comes next. Deadlines of members
// that stay are left alone. Records of a log that was compacted may come in an order that never
// was: a partition belongs to who claimed it last, and a tombstone of what is not there is skipped,
// where Kafka would refuse to load. [GroupMetadataManager.replay, ConsumerGroup.updateMember]
#pragma once

#include "sim/group/group_coordinator_record.h"
#include "sim/group/groups.h"

namespace brokerlab {

/// `record` must be of one of the six kinds of the consumer protocol. The tombstone of the group
/// epoch leaves an empty group: removing it is the caller's.
void apply_to_consumer_group(ConsumerGroup& group, const GroupCoordinatorRecord& record);

}  // namespace brokerlab
