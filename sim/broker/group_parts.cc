#include "sim/broker/group_parts.h"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace brokerlab {
namespace {

// The groups that a request names, and the places for them in its answer.

std::vector<std::string>* groups_in(DescribeGroupsRequest& body) {
    return &body.groups;
}
std::vector<std::string>* groups_in(ConsumerGroupDescribeRequest& body) {
    return &body.group_ids;
}
std::vector<std::string>* groups_in(DeleteGroupsRequest& body) {
    return &body.groups_names;
}
std::vector<OffsetFetchRequest::Group>* groups_in(OffsetFetchRequest& body) {
    return &body.groups;
}
template <class Body>
std::nullptr_t groups_in(Body&) {
    return nullptr;
}

std::vector<DescribeGroupsResponse::Group>* places_in(DescribeGroupsResponse& body) {
    return &body.groups;
}
std::vector<ConsumerGroupDescribeResponse::Group>* places_in(ConsumerGroupDescribeResponse& body) {
    return &body.groups;
}
std::vector<DeleteGroupsResponse::Result>* places_in(DeleteGroupsResponse& body) {
    return &body.results;
}
std::vector<OffsetFetchResponse::Group>* places_in(OffsetFetchResponse& body) {
    return &body.groups;
}
template <class Body>
std::nullptr_t places_in(Body&) {
    return nullptr;
}

template <class Groups>
inline constexpr bool kNone = std::is_same_v<Groups, std::nullptr_t>;

const std::string& name_of(const std::string& group) {
    return group;
}
const std::string& name_of(const OffsetFetchRequest::Group& group) {
    return group.group_id;
}

/// One request for each item of the list that `list_of(body)` points to.
template <class Body>
std::vector<Request> split(const Request& request, const Body& asked) {
    Body body = asked;
    auto groups = std::exchange(*groups_in(body), {});
    std::vector<Request> parts;
    for (auto& group : groups) {
        const bool again = std::is_same_v<Body, DeleteGroupsRequest> &&
                           std::any_of(parts.begin(), parts.end(), [&](const Request& part) {
                               return group_of(part) == name_of(group);
                           });
        if (!again) {
            groups_in(body)->assign(1, std::move(group));
            parts.push_back({request.connection, request.header, body});
        }
    }
    return parts;
}

bool is_known(const MetadataImage& image, const std::string& topic, PartitionId partition) {
    return image.find_partition({topic, partition}) != nullptr;
}

/// Calls `act(topic, partition)` for the partitions of a commit or deletion that do not exist.
template <class Body, class Act>
void for_each_unknown(const MetadataImage& image, const Body& body, Act act) {
    for (const auto& topic : body.topics) {
        for (const auto& partition : topic.partitions) {
            if (!is_known(image, topic.name, partition.partition_index)) {
                act(topic.name, partition.partition_index);
            }
        }
    }
}
template <class Act>
void for_each_unknown_of(const MetadataImage& image, const Request& request, Act act) {
    if (const auto* commit = std::get_if<OffsetCommitRequest>(&request.body)) {
        for_each_unknown(image, *commit, act);
    } else if (const auto* deletion = std::get_if<OffsetDeleteRequest>(&request.body)) {
        for_each_unknown(image, *deletion, act);
    }
}

template <class Body>
Body without_unknown(const MetadataImage& image, Body body) {
    for (auto& topic : body.topics) {
        std::erase_if(topic.partitions, [&](const auto& partition) {
            return !is_known(image, topic.name, partition.partition_index);
        });
    }
    std::erase_if(body.topics, [](const auto& topic) { return topic.partitions.empty(); });
    return body;
}

/// Sets the error of one partition, which the answer may have or not.
template <class Body>
void set_unknown(Body& answer, const std::string& name, PartitionId number) {
    auto topic = std::find_if(answer.topics.begin(), answer.topics.end(),
                              [&](const auto& t) { return t.name == name; });
    if (topic == answer.topics.end()) {
        answer.topics.push_back({name, {}});
        topic = std::prev(answer.topics.end());
    }
    auto partition = std::find_if(topic->partitions.begin(), topic->partitions.end(),
                                  [&](const auto& p) { return p.partition_index == number; });
    if (partition == topic->partitions.end()) {
        topic->partitions.push_back({number, ErrorCode::kUnknownTopicOrPartition});
    } else {
        partition->error_code = ErrorCode::kUnknownTopicOrPartition;
    }
}

}  // namespace

std::string group_of(const Request& request) {
    return std::visit(
        [](auto body) -> std::string {
            if constexpr (!kNone<decltype(groups_in(body))>) {
                if (!groups_in(body)->empty()) {
                    return name_of(groups_in(body)->front());
                }
            }
            if constexpr (requires { body.group_id; }) {
                return body.group_id;
            } else {
                return "";
            }
        },
        request.body);
}

bool names_several_groups(const Request& request) {
    constexpr ApiVersion kManyOffsetFetch = 8;
    switch (request.header.request_api_key) {
        case ApiKey::kDescribeGroups:
        case ApiKey::kConsumerGroupDescribe:
        case ApiKey::kDeleteGroups:
            return true;
        case ApiKey::kOffsetFetch:
            return request.header.request_api_version >= kManyOffsetFetch;
        default:
            return false;
    }
}

std::vector<Request> split_by_group(const Request& request) {
    return std::visit(
        [&](const auto& body) -> std::vector<Request> {
            using Body = std::decay_t<decltype(body)>;
            if constexpr (!kNone<decltype(groups_in(std::declval<Body&>()))>) {
                return split(request, body);
            } else {
                return {request};
            }
        },
        request.body);
}

ResponseBody empty_answer(const Request& request, const std::vector<Request>& parts) {
    const auto with_places = [&](auto answer) {
        for (const Request& part : parts) {
            places_in(answer)->emplace_back().group_id = group_of(part);
        }
        return ResponseBody(std::move(answer));
    };
    switch (request.header.request_api_key) {
        case ApiKey::kDescribeGroups:
            return with_places(DescribeGroupsResponse());
        case ApiKey::kConsumerGroupDescribe:
            return with_places(ConsumerGroupDescribeResponse());
        case ApiKey::kDeleteGroups:
            return with_places(DeleteGroupsResponse());
        default:
            return with_places(OffsetFetchResponse());
    }
}

void merge_answer(ResponseBody& merged, const ResponseBody& part) {
    std::visit(
        [&](auto& into) {
            using Body = std::decay_t<decltype(into)>;
            if constexpr (!kNone<decltype(places_in(into))>) {
                Body from = std::get<Body>(part);
                for (auto& group : *places_in(from)) {
                    for (auto& place : *places_in(into)) {
                        if (place.group_id == group.group_id) {
                            place = group;
                        }
                    }
                }
            }
        },
        merged);
}

void merge_list(ListGroupsResponse& merged, const ListGroupsResponse& part) {
    merged.groups.insert(merged.groups.end(), part.groups.begin(), part.groups.end());
}

RequestBody without_unknown_partitions(const MetadataImage& image, const Request& request) {
    if (const auto* commit = std::get_if<OffsetCommitRequest>(&request.body)) {
        return without_unknown(image, *commit);
    }
    if (const auto* deletion = std::get_if<OffsetDeleteRequest>(&request.body)) {
        return without_unknown(image, *deletion);
    }
    return request.body;
}

bool has_unknown_partitions(const MetadataImage& image, const Request& request) {
    bool any = false;
    for_each_unknown_of(image, request, [&](const std::string&, PartitionId) { any = true; });
    return any;
}

void add_unknown_partitions(const MetadataImage& image, const Request& request,
                            ResponseBody& answer) {
    for_each_unknown_of(image, request, [&](const std::string& topic, PartitionId partition) {
        if (auto* commit = std::get_if<OffsetCommitResponse>(&answer)) {
            set_unknown(*commit, topic, partition);
        } else if (auto* deletion = std::get_if<OffsetDeleteResponse>(&answer)) {
            set_unknown(*deletion, topic, partition);
        }
    });
}

}  // namespace brokerlab
