// What a group of the consumer protocol subscribes to, and the target assignment that a server
// assignor computes for it. [modern/ModernGroup.java, modern/TargetAssignmentBuilder.java]
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/group/group_config.h"
#include "sim/group/groups.h"
#include "sim/metadata/metadata_image.h"

namespace brokerlab {

/// The topics that members subscribe to and that exist, by name, with their partition counts
/// [computeSubscriptionMetadata].
[[nodiscard]] std::vector<ConsumerGroupPartitionMetadataValue::TopicMetadata> subscribed_topics(
    const ConsumerGroup& group, const MetadataImage& image);

/// The assignor that most members ask for, the first by name where it is a tie; `otherwise` when
/// nobody asks for one [computePreferredServerAssignor].
[[nodiscard]] std::string preferred_assignor(const ConsumerGroup& group,
                                             std::string_view otherwise);
/// The first of group.consumer.assignors.
[[nodiscard]] std::string_view default_assignor(const GroupConfig& config);

/// A target for every member, from the group's topics as it last saw them and the targets so far.
[[nodiscard]] FlatMap<std::string, TopicIdAssignment> compute_target(const ConsumerGroup& group,
                                                                     std::string_view assignor);

}  // namespace brokerlab
