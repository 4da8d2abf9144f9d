// What clients ask about groups without changing them.
// [GroupMetadataManager.describeGroups, consumerGroupDescribe, listGroups]
#include <algorithm>
#include <utility>

#include "sim/base/check.h"
#include "sim/group/classic_group.h"
#include "sim/group/classic_members.h"
#include "sim/group/consumer_group.h"
#include "sim/group/coordinator.h"
#include "sim/group/offsets.h"

namespace brokerlab {
namespace {

using Group = std::variant<ClassicGroup, ConsumerGroup>;

/// In lower case, without spaces around it.
std::string plain(std::string_view word) {
    std::string text;
    for (const char c : word) {
        text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    const std::size_t from = text.find_first_not_of(' ');
    return from == std::string::npos ? ""
                                     : text.substr(from, text.find_last_not_of(' ') - from + 1);
}

/// Whether an empty filter or one of its words lets `word` through.
bool passes(const std::vector<std::string>& filter, std::string_view word) {
    return filter.empty() || std::any_of(filter.begin(), filter.end(), [&](const auto& wanted) {
               return plain(wanted) == plain(word);
           });
}

ListGroupsResponse::Group listed(const std::string& id, const Group& group) {
    if (const auto* classic = std::get_if<ClassicGroup>(&group); classic != nullptr) {
        return {id, classic->protocol_type.value_or(""), std::string(state_name(classic->state)),
                "classic"};
    }
    const auto& consumer = std::get<ConsumerGroup>(group);
    return {id, "consumer", std::string(consumer_group_state_name(consumer)), "consumer"};
}

ListGroupsResponse list_groups(const GroupShard& shard, const ListGroupsRequest& request) {
    ListGroupsResponse answer;
    for (const auto& [id, group] : shard.groups) {
        ListGroupsResponse::Group row = listed(id, *group);
        if (passes(request.states_filter, row.group_state) &&
            passes(request.types_filter, row.group_type)) {
            answer.groups.push_back(std::move(row));
        }
    }
    return answer;
}

DescribeGroupsResponse describe_groups(const GroupShard& shard, const Request& request) {
    /// Says that a group is unknown, and not just dead (KIP-1043).
    constexpr ApiVersion kKnowsGroupIdNotFound = 6;
    DescribeGroupsResponse answer;
    for (const std::string& id : std::get<DescribeGroupsRequest>(request.body).groups) {
        if (const ClassicGroup* group = shard.find_classic(id); group != nullptr) {
            answer.groups.push_back(describe_classic_group(id, *group));
            continue;
        }
        DescribeGroupsResponse::Group& unknown = answer.groups.emplace_back();
        unknown.group_id = id;
        unknown.group_state = state_name(ClassicGroupState::kDead);
        if (request.header.request_api_version >= kKnowsGroupIdNotFound) {
            unknown.error_code = ErrorCode::kGroupIdNotFound;
            unknown.error_message =
                "Group " + id +
                (shard.groups.contains(id) ? " is not a classic group." : " not found.");
        }
    }
    return answer;
}

ConsumerGroupDescribeResponse describe_consumer_groups(const GroupShard& shard,
                                                       const ConsumerGroupDescribeRequest& request,
                                                       const GroupConfig& config,
                                                       const MetadataImage& image) {
    ConsumerGroupDescribeResponse answer;
    for (const std::string& id : request.group_ids) {
        if (const ConsumerGroup* group = shard.find_consumer(id); group != nullptr) {
            answer.groups.push_back(describe_consumer_group(
                id, *group, image, config.assignors.empty() ? "" : config.assignors.front()));
            continue;
        }
        ConsumerGroupDescribeResponse::Group& unknown = answer.groups.emplace_back();
        unknown.group_id = id;
        unknown.error_code = ErrorCode::kGroupIdNotFound;
        unknown.error_message =
            "Group " + id +
            (shard.groups.contains(id) ? " is not a consumer group." : " not found.");
    }
    return answer;
}

}  // namespace

ResponseBody read_groups(const GroupShard& committed, const Request& request,
                         const GroupConfig& config, const MetadataImage& image) {
    switch (request.header.request_api_key) {
        case ApiKey::kOffsetFetch:
            return fetch_offsets(committed, request);
        case ApiKey::kDescribeGroups:
            return describe_groups(committed, request);
        case ApiKey::kConsumerGroupDescribe:
            return describe_consumer_groups(
                committed, std::get<ConsumerGroupDescribeRequest>(request.body), config, image);
        case ApiKey::kListGroups:
            return list_groups(committed, std::get<ListGroupsRequest>(request.body));
        default:
            break;
    }
    BL_CHECK(false);
    return {};
}

}  // namespace brokerlab
