// Which partition a record with a key belongs to: Kafka's murmur2.
//
// The 32-bit MurmurHash2 with Kafka's seed, over the serialized key [common/utils/Utils.java,
// murmur2], so that a key meets the partition here that it meets with a real producer
// [BuiltInPartitioner.java, partitionForKey]. Records without a key are the business of the
// producer's sticky partitioner.
#pragma once

#include <cstdint>

#include "sim/base/bytes.h"
#include "sim/model/ids.h"

namespace brokerlab {

[[nodiscard]] int32_t murmur2(ByteSpan bytes);

/// The partition of a key, counting all partitions of the topic, leaderless ones too.
/// `partition_count` is at least 1.
[[nodiscard]] PartitionId partition_for_key(ByteSpan key, int32_t partition_count);

}  // namespace brokerlab
