// The errors of group requests: where each request's answer carries one, and how the coordinator
// renames those of a write. [the requests' getErrorResponse,
// CoordinatorOperationExceptionHelper.java, GroupCoordinatorService.java]
#include "sim/group/group_errors.h"

#include <algorithm>
#include <utility>

#include "sim/base/check.h"
#include "sim/group/classic_members.h"
#include "sim/group/coordinator.h"

namespace brokerlab {
namespace {

/// The first version of OffsetFetch with one error for the whole answer, and with several groups.
constexpr ApiVersion kFetchGroupError = 2;
constexpr ApiVersion kFetchGroups = 8;

template <class Body>
Body with_error(ErrorCode error) {
    Body body;
    body.error_code = error;
    return body;
}

OffsetCommitResponse commit_error(const OffsetCommitRequest& request, ErrorCode error) {
    OffsetCommitResponse body;
    for (const OffsetCommitRequest::Topic& topic : request.topics) {
        OffsetCommitResponse::Topic& answer = body.topics.emplace_back();
        answer.name = topic.name;
        for (const OffsetCommitRequest::Partition& partition : topic.partitions) {
            answer.partitions.push_back({partition.partition_index, error});
        }
    }
    return body;
}

OffsetFetchResponse fetch_error(const OffsetFetchRequest& request, ApiVersion version,
                                ErrorCode error) {
    OffsetFetchResponse body;
    if (version >= kFetchGroups) {
        for (const OffsetFetchRequest::Group& group : request.groups) {
            body.groups.push_back({group.group_id, {}, error});
        }
        return body;
    }
    body.error_code = error;
    if (version < kFetchGroupError && request.topics) {
        for (const OffsetFetchRequest::Topic& topic : *request.topics) {
            OffsetFetchResponse::Topic& answer = body.topics.emplace_back();
            answer.name = topic.name;
            for (const PartitionId partition : topic.partition_indexes) {
                answer.partitions.push_back({partition, kNoOffset, kNoLeaderEpoch, "", error});
            }
        }
    }
    return body;
}

template <class Body>
Body each_group(const std::vector<std::string>& ids, ErrorCode error) {
    Body body;
    for (const std::string& id : ids) {
        auto& group = body.groups.emplace_back();
        group.group_id = id;
        group.error_code = error;
    }
    return body;
}

DeleteGroupsResponse delete_error(const DeleteGroupsRequest& request, ErrorCode error) {
    DeleteGroupsResponse body;
    for (const std::string& id : request.groups_names) {
        body.results.push_back({id, error});
    }
    return body;
}

/// The error of the first of `items` that has one.
template <class Items>
ErrorCode first_error(const Items& items) {
    const auto at = std::find_if(items.begin(), items.end(), [](const auto& item) {
        return item.error_code != ErrorCode::kNone;
    });
    return at == items.end() ? ErrorCode::kNone : at->error_code;
}

template <class Topics>
ErrorCode first_partition_error(const Topics& topics) {
    for (const auto& topic : topics) {
        const ErrorCode error = first_error(topic.partitions);
        if (error != ErrorCode::kNone) {
            return error;
        }
    }
    return ErrorCode::kNone;
}

ErrorCode error_in(const OffsetCommitResponse& body) {
    return first_partition_error(body.topics);
}
ErrorCode error_in(const OffsetFetchResponse& body) {
    return body.error_code != ErrorCode::kNone ? body.error_code : first_error(body.groups);
}
ErrorCode error_in(const LeaveGroupResponse& body) {
    return body.error_code != ErrorCode::kNone ? body.error_code : first_error(body.members);
}
ErrorCode error_in(const OffsetDeleteResponse& body) {
    return body.error_code != ErrorCode::kNone ? body.error_code
                                               : first_partition_error(body.topics);
}
ErrorCode error_in(const DeleteGroupsResponse& body) {
    return first_error(body.results);
}
template <class Body>
ErrorCode error_in(const Body& body) {
    if constexpr (requires { body.groups.front().error_code; }) {
        return first_error(body.groups);
    } else if constexpr (requires { ErrorCode(body.error_code); }) {
        return body.error_code;
    } else {
        return ErrorCode::kNone;
    }
}

}  // namespace

ResponseBody group_error(const Request& request, ErrorCode error) {
    switch (request.header.request_api_key) {
        case ApiKey::kJoinGroup: {
            const WaitingRequest asked{request.connection, request.header};
            return join_answer(asked, join_refusal(error, "")).body;
        }
        case ApiKey::kSyncGroup:
            return with_error<SyncGroupResponse>(error);
        case ApiKey::kHeartbeat:
            // A coordinator that still loads can't tell, and keeps the member calm.
            return with_error<HeartbeatResponse>(
                error == ErrorCode::kCoordinatorLoadInProgress ? ErrorCode::kNone : error);
        case ApiKey::kLeaveGroup:
            return with_error<LeaveGroupResponse>(error);
        case ApiKey::kConsumerGroupHeartbeat:
            return with_error<ConsumerGroupHeartbeatResponse>(error);
        case ApiKey::kOffsetCommit:
            return commit_error(std::get<OffsetCommitRequest>(request.body), error);
        case ApiKey::kOffsetFetch:
            return fetch_error(std::get<OffsetFetchRequest>(request.body),
                               request.header.request_api_version, error);
        case ApiKey::kOffsetDelete:
            return with_error<OffsetDeleteResponse>(error);
        case ApiKey::kDeleteGroups:
            return delete_error(std::get<DeleteGroupsRequest>(request.body), error);
        case ApiKey::kDescribeGroups:
            return each_group<DescribeGroupsResponse>(
                std::get<DescribeGroupsRequest>(request.body).groups, error);
        case ApiKey::kConsumerGroupDescribe:
            return each_group<ConsumerGroupDescribeResponse>(
                std::get<ConsumerGroupDescribeRequest>(request.body).group_ids, error);
        case ApiKey::kListGroups:
            return with_error<ListGroupsResponse>(error);
        default:
            break;
    }
    BL_CHECK(false);
    return {};
}

ErrorCode write_error(ApiKey api, ErrorCode error) {
    switch (error) {
        case ErrorCode::kNetworkException:
            return ErrorCode::kCoordinatorLoadInProgress;
        case ErrorCode::kUnknownTopicOrPartition:
        case ErrorCode::kNotEnoughReplicas:
        case ErrorCode::kRequestTimedOut:
            // Consumers before 3.9 know no other error here that makes them look again.
            return api == ApiKey::kOffsetFetch ? ErrorCode::kNotCoordinator
                                               : ErrorCode::kCoordinatorNotAvailable;
        case ErrorCode::kNotLeaderOrFollower:
        case ErrorCode::kKafkaStorageError:
            return ErrorCode::kNotCoordinator;
        case ErrorCode::kMessageTooLarge:
        case ErrorCode::kRecordListTooLarge:
        case ErrorCode::kInvalidFetchSize:
            return ErrorCode::kUnknownServerError;
        default:
            return error;
    }
}

ErrorCode error_of(const ResponseBody& body) {
    return std::visit([](const auto& held) { return error_in(held); }, body);
}

void state_refusals(const std::string& group, GroupTurn& turn) {
    const auto state = [&](const Response& answer) {
        const ErrorCode error = error_of(answer.body);
        if (error == ErrorCode::kNone) {
            return;
        }
        const FactBody fact =
            GroupRequestRefused{group, answer.request_header.client_id.value_or(""),
                                answer.request_header.request_api_key, error};
        if (std::find(turn.facts.begin(), turn.facts.end(), fact) == turn.facts.end()) {
            turn.facts.push_back(fact);
        }
    };
    for (const Response& answer : turn.answers_now) {
        state(answer);
    }
    for (const Response& answer : turn.answers) {
        state(answer);
    }
}

}  // namespace brokerlab
