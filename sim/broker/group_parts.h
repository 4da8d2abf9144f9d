// The parts of requests to the group coordinator: the groups that one names, which may live in
// several partitions of __consumer_offsets, and the topics that are not the coordinator's business.
//
// Internal to the group coordinator's runtime (group_coordinator.h). Pure functions of messages.
// [core server/KafkaApis.scala, group-coordinator GroupCoordinatorService.java]
#pragma once

#include <string>
#include <vector>

#include "sim/metadata/metadata_image.h"
#include "sim/model/envelope.h"

namespace brokerlab {

/// The group of a request of one group; empty for ListGroups.
[[nodiscard]] std::string group_of(const Request& request);

/// Whether requests of this kind and version name any number of groups: DescribeGroups,
/// ConsumerGroupDescribe, DeleteGroups, and OffsetFetch from version 8 on.
[[nodiscard]] bool names_several_groups(const Request& request);
/// Such a request as one request for each group, in its order; DeleteGroups names each once.
[[nodiscard]] std::vector<Request> split_by_group(const Request& request);
/// The answer to such a request, with a place for each group of `parts` and nothing in them.
[[nodiscard]] ResponseBody empty_answer(const Request& request, const std::vector<Request>& parts);
/// Puts the answer of one part in the place of its group.
void merge_answer(ResponseBody& merged, const ResponseBody& part);
/// Adds what the answer of a partition lists.
void merge_list(ListGroupsResponse& merged, const ListGroupsResponse& part);

/// The request without the partitions that do not exist: OffsetCommit and OffsetDelete do not reach
/// the coordinator with them. Other kinds stay as they are.
[[nodiscard]] RequestBody without_unknown_partitions(const MetadataImage& image,
                                                     const Request& request);
[[nodiscard]] bool has_unknown_partitions(const MetadataImage& image, const Request& request);
/// Answers those partitions with UNKNOWN_TOPIC_OR_PARTITION, beside what `answer` says of others.
void add_unknown_partitions(const MetadataImage& image, const Request& request,
                            ResponseBody& answer);

}  // namespace brokerlab
