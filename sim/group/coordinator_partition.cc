#include "sim/group/coordinator_partition.h"

#include "sim/base/check.h"
#include "sim/base/java_hash.h"

namespace brokerlab {

PartitionId coordinator_partition(std::string_view group_id, int32_t partition_count) {
    BL_CHECK(partition_count >= 1);
    return PartitionId(java_abs(java_string_hash(group_id)) % partition_count);
}

}  // namespace brokerlab
