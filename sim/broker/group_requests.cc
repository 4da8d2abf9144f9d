// Requests to the group coordinator: to which partition they go, and whether they write or read.
//
// What writes runs on the groups as they are and is answered when that is committed; what reads
// sees what is committed, and is answered at once. OffsetFetch reads, but with require_stable it
// waits like a write for what is not committed yet. [GroupCoordinatorService.java, core
// server/KafkaApis.scala]
#include <algorithm>
#include <utility>

#include "sim/base/check.h"
#include "sim/broker/group_coordinator.h"
#include "sim/broker/group_parts.h"
#include "sim/broker/group_writes.h"
#include "sim/group/coordinator_partition.h"

namespace brokerlab {
namespace {

PartitionId partition_of(const GroupHost& host, const Request& request) {
    BL_CHECK(host.coordinator->partition_count > 0);
    return coordinator_partition(group_of(request), host.coordinator->partition_count);
}

/// kNone when the partition can be asked.
ErrorCode check_active(const GroupHost& host, PartitionId number) {
    const Cow<GroupPartition>* hosted = host.coordinator->partitions.find(number);
    if (hosted == nullptr) {
        return ErrorCode::kNotCoordinator;
    }
    return (*hosted)->state == GroupPartition::State::kActive
               ? ErrorCode::kNone
               : ErrorCode::kCoordinatorLoadInProgress;
}

/// What a request of one group is refused for before any coordinator sees it. Reads, deletions and
/// commits have always been taken for the empty group as well.
ErrorCode check_request(const GroupHost& host, const Request& request) {
    constexpr ApiVersion kSyncNamesProtocol = 5;
    const bool has_group = !group_of(request).empty();
    switch (request.header.request_api_key) {
        case ApiKey::kSyncGroup: {
            const auto& sync = std::get<SyncGroupRequest>(request.body);
            if (request.header.request_api_version >= kSyncNamesProtocol &&
                (!sync.protocol_type || !sync.protocol_name)) {
                return ErrorCode::kInconsistentGroupProtocol;
            }
            return has_group ? ErrorCode::kNone : ErrorCode::kInvalidGroupId;
        }
        case ApiKey::kJoinGroup:
        case ApiKey::kHeartbeat:
        case ApiKey::kLeaveGroup:
        case ApiKey::kOffsetDelete:
            return has_group ? ErrorCode::kNone : ErrorCode::kInvalidGroupId;
        case ApiKey::kConsumerGroupDescribe:
            if (!host.coordinator->config.consumer_protocol) {
                return ErrorCode::kUnsupportedVersion;
            }
            return has_group ? ErrorCode::kNone : ErrorCode::kInvalidGroupId;
        case ApiKey::kConsumerGroupHeartbeat:
            return host.coordinator->config.consumer_protocol ? ErrorCode::kNone
                                                              : ErrorCode::kUnsupportedVersion;
        default:
            return ErrorCode::kNone;
    }
}

bool reads_stable_offsets(const Request& request) {
    const auto* fetch = std::get_if<OffsetFetchRequest>(&request.body);
    return fetch != nullptr && fetch->require_stable;
}
bool only_reads(const Request& request) {
    switch (request.header.request_api_key) {
        case ApiKey::kDescribeGroups:
        case ApiKey::kConsumerGroupDescribe:
            return true;
        case ApiKey::kOffsetFetch:
            return !reads_stable_offsets(request);
        default:
            return false;
    }
}

/// One turn of the partition's coordinator on a request.
void take_turn(const GroupHost& host, PartitionId number, const Request& request) {
    GroupPartition& partition = edit_group_partition(host, number);
    const Cow<GroupShard> before = partition.shard;
    GroupTurn turn = new_group_turn(host);
    if (reads_stable_offsets(request)) {
        turn.answers.push_back(
            {request.connection, request.header,
             read_groups(*partition.shard, request, host.coordinator->config, host.image)});
    } else if (has_unknown_partitions(host.image, request)) {
        const Request known{request.connection, request.header,
                            without_unknown_partitions(host.image, request)};
        on_group_request(partition.shard, known, turn);
        for (std::vector<Response>* answers : {&turn.answers, &turn.answers_now}) {
            for (Response& answer : *answers) {
                add_unknown_partitions(host.image, request, answer.body);
            }
        }
    } else {
        on_group_request(partition.shard, request, turn);
    }
    finish_turn(host, number, std::move(turn), before, &request);
    note_group_due(host, number);
}

/// A request of one group.
void handle_one(const GroupHost& host, const Request& request) {
    if (const ErrorCode refused = check_request(host, request); refused != ErrorCode::kNone) {
        refuse_group_request(host, request, refused);
        return;
    }
    if (const auto* commit = std::get_if<OffsetCommitRequest>(&request.body)) {
        const RequestBody known = without_unknown_partitions(host.image, request);
        if (!commit->topics.empty() && std::get<OffsetCommitRequest>(known).topics.empty()) {
            ResponseBody answer = OffsetCommitResponse();
            add_unknown_partitions(host.image, request, answer);
            send_group_answer(host, {request.connection, request.header, std::move(answer)});
            return;
        }
    }
    const PartitionId number = partition_of(host, request);
    if (const ErrorCode error = check_active(host, number); error != ErrorCode::kNone) {
        refuse_group_request(host, request, error);
    } else if (only_reads(request)) {
        const GroupPartition& partition = *host.coordinator->partitions.at(number);
        send_group_answer(host, {request.connection, request.header,
                                 read_groups(partition.committed(), request,
                                             host.coordinator->config, host.image)});
    } else {
        take_turn(host, number, request);
    }
}

/// A request of any number of groups, answered as one.
void handle_several(const GroupHost& host, const Request& request) {
    const std::vector<Request> parts = split_by_group(request);
    ResponseBody empty = empty_answer(request, parts);
    if (parts.empty()) {
        host.fx.respond({request.connection, request.header, std::move(empty)});
        return;
    }
    host.coordinator.edit().splits.push_back({request.connection, request.header.correlation_id,
                                              static_cast<uint32_t>(parts.size()),
                                              std::move(empty)});
    for (const Request& part : parts) {
        handle_one(host, part);
    }
}

/// The groups of all partitions that this broker coordinates; not before all of them are read.
void list_groups(const GroupHost& host, const Request& request) {
    ListGroupsResponse all;
    for (const auto& [number, partition] : host.coordinator->partitions) {
        if (partition->state != GroupPartition::State::kActive) {
            all = ListGroupsResponse();
            all.error_code = ErrorCode::kCoordinatorLoadInProgress;
            break;
        }
        const ResponseBody part =
            read_groups(partition->committed(), request, host.coordinator->config, host.image);
        merge_list(all, std::get<ListGroupsResponse>(part));
    }
    host.fx.respond(make_response(request, std::move(all)));
}

}  // namespace

bool is_group_request(ApiKey api) {
    switch (api) {
        case ApiKey::kOffsetCommit:
        case ApiKey::kOffsetFetch:
        case ApiKey::kJoinGroup:
        case ApiKey::kHeartbeat:
        case ApiKey::kLeaveGroup:
        case ApiKey::kSyncGroup:
        case ApiKey::kDescribeGroups:
        case ApiKey::kListGroups:
        case ApiKey::kDeleteGroups:
        case ApiKey::kOffsetDelete:
        case ApiKey::kConsumerGroupHeartbeat:
        case ApiKey::kConsumerGroupDescribe:
            return true;
        default:
            return false;
    }
}

void handle_group_request(const GroupHost& host, const Request& request) {
    if (request.header.request_api_key == ApiKey::kListGroups) {
        list_groups(host, request);
    } else if (names_several_groups(request)) {
        handle_several(host, request);
    } else {
        handle_one(host, request);
    }
}

void send_group_answer(const GroupHost& host, Response&& response) {
    const std::vector<SplitRequest>& splits = host.coordinator->splits;
    const auto found = std::find_if(splits.begin(), splits.end(), [&](const SplitRequest& split) {
        return split.connection == response.connection &&
               split.correlation_id == response.request_header.correlation_id;
    });
    if (found == splits.end()) {
        host.fx.respond(std::move(response));
        return;
    }
    const auto place = found - splits.begin();
    std::vector<SplitRequest>& open = host.coordinator.edit().splits;
    SplitRequest& split = open[static_cast<std::size_t>(place)];
    merge_answer(split.merged, response.body);
    if (--split.missing == 0) {
        Response whole{response.connection, std::move(response.request_header),
                       std::move(split.merged)};
        open.erase(open.begin() + place);
        host.fx.respond(std::move(whole));
    }
}

void forget_group_requests(Cow<GroupCoordinator>& coordinator, const ConnectionId& connection) {
    const auto is_of = [&](const SplitRequest& split) { return split.connection == connection; };
    const std::vector<SplitRequest>& splits = coordinator->splits;
    if (std::any_of(splits.begin(), splits.end(), is_of)) {
        std::erase_if(coordinator.edit().splits, is_of);
    }
}

}  // namespace brokerlab
