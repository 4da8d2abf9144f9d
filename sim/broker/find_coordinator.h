// FindCoordinator: which broker leads the partition of __consumer_offsets that holds a group.
//
// Any broker answers from its metadata. There is none while that partition has no leader that
// lives, and while the topic does not exist: it is created when somebody first asks for a group.
// Transactions find no coordinator in the lab. [core server/KafkaApis.scala getCoordinator]
#pragma once

#include <cstdint>

#include "sim/metadata/metadata_image.h"
#include "sim/model/envelope.h"

namespace brokerlab {

struct FoundCoordinators {
    FindCoordinatorResponse response;
    bool offsets_topic_missing = false;  ///< a group was asked for: the topic is to be created
};

/// `offsets_partitions` is how many partitions __consumer_offsets has or is going to have. Keys
/// without a coordinator are answered with COORDINATOR_NOT_AVAILABLE.
[[nodiscard]] FoundCoordinators find_coordinators(const MetadataImage& image,
                                                  int32_t offsets_partitions,
                                                  const Request& request);

}  // namespace brokerlab
