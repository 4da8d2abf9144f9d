// Which partition of __consumer_offsets holds a group, and so which broker coordinates it.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/model/ids.h"

namespace brokerlab {

/// `group_id` is UTF-8, `partition_count` (offsets.topic.num.partitions) is at least 1
/// [GroupCoordinatorService.partitionFor].
[[nodiscard]] PartitionId coordinator_partition(std::string_view group_id, int32_t partition_count);

}  // namespace brokerlab
