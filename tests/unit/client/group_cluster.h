// GroupCluster: a coordinator as one member of a group sees it, for tests. The other members are
// played: `others` have joined with the subscriptions that a test gives them.
//
// Errors to answer with are queued by API. Offsets that were committed are kept.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/assign/consumer_protocol.h"
#include "tests/unit/client/consumer_cluster.h"

namespace brokerlab {

inline constexpr const char* kMemberId = "stock-1-0f0e0d0c-0b0a-4908-8706-050403020100";

class GroupCluster : public ConsumerCluster {
public:
    explicit GroupCluster(std::size_t partitions = 1) : ConsumerCluster(partitions) {
        setup().group = "stock";
        set_name("stock-1");
        serve = [this, base = std::move(serve)](const Request& request) {
            if (!serve_group(request)) {
                base(request);
            }
        };
    }

    void fail(ApiKey api, ErrorCode error, int how_often = 1) {
        for (int i = 0; i < how_often; ++i) {
            errors[api].push_back(error);
        }
    }
    /// Another member joins with that subscription: the group rebalances.
    void add_other(const std::string& id, ConsumerProtocolSubscription subscription) {
        others.push_back({id, std::nullopt, encode_subscription(subscription)});
        rebalancing = true;
    }
    [[nodiscard]] std::vector<std::string> assigned() const {
        std::vector<std::string> names;
        for (const auto& [name, position] : positions_of_client()) {
            names.push_back(name.to_string());
        }
        return names;
    }
    [[nodiscard]] MemberState state() {
        return std::get<ClassicMembership>(client().group()->membership).state;
    }
    [[nodiscard]] std::optional<Offset> committed_at(int32_t partition) const {
        const auto at = committed.find({"orders", PartitionId(partition)});
        return at == committed.end() ? std::nullopt : std::optional(at->second);
    }
    /// When each request of the kind came.
    [[nodiscard]] std::vector<SimTime> times_of(ApiKey api) const {
        const auto at = times.find(api);
        return at == times.end() ? std::vector<SimTime>{} : at->second;
    }

    BrokerId coordinator{2};
    GenerationId generation{0};
    bool leads = true;
    bool skip_assignment = false;
    bool rebalancing = false;  ///< heartbeats say so until the member has joined
    bool silent = false;       ///< heartbeats are not answered
    bool gives_ids = true;     ///< MEMBER_ID_REQUIRED
    Duration join_time;        ///< how long JoinGroup waits for the others
    Duration commit_delay;     ///< of answers to commits
    std::vector<JoinGroupResponse::Member> others;
    std::map<ApiKey, std::deque<ErrorCode>> errors;
    std::map<TopicPartition, Offset> committed;
    LeaderEpoch committed_epoch = kNoLeaderEpoch;  ///< of all of them
    std::map<ApiKey, std::vector<SimTime>> times;
    /// What a follower is given.
    std::vector<ConsumerTopicPartitions> given;
    std::map<std::string, std::vector<ConsumerTopicPartitions>> synced;  ///< by the leader
    std::optional<std::string> assignor;  ///< that is chosen; else the first

protected:
    ErrorCode next_error(ApiKey api) {
        std::deque<ErrorCode>& queued = errors[api];
        if (queued.empty()) {
            return ErrorCode::kNone;
        }
        const ErrorCode error = queued.front();
        queued.pop_front();
        return error;
    }

private:
    [[nodiscard]] const FlatMap<TopicPartition, ConsumerPosition>& positions_of_client() const {
        return const_cast<GroupCluster*>(this)->client().positions();
    }

    bool serve_group(const Request& request) {
        times[api_key_of(request.body)].push_back(now);
        if (const auto* find = std::get_if<FindCoordinatorRequest>(&request.body)) {
            FindCoordinatorResponse response;
            FindCoordinatorResponse::Coordinator& found = response.coordinators.emplace_back();
            found.key = find->coordinator_keys.at(0);
            found.error_code = next_error(ApiKey::kFindCoordinator);
            found.node_id = found.error_code == ErrorCode::kNone ? coordinator : kNoBroker;
            answer(request, response);
        } else if (const auto* join = std::get_if<JoinGroupRequest>(&request.body)) {
            answer(request, on_join(*join), join->member_id.empty() ? Duration() : join_time);
        } else if (const auto* sync = std::get_if<SyncGroupRequest>(&request.body)) {
            answer(request, on_sync(*sync));
        } else if (std::holds_alternative<HeartbeatRequest>(request.body)) {
            HeartbeatResponse response;
            response.error_code = next_error(ApiKey::kHeartbeat);
            if (response.error_code == ErrorCode::kNone && rebalancing) {
                response.error_code = ErrorCode::kRebalanceInProgress;
            }
            if (!silent) {
                answer(request, response);
            }
        } else if (std::holds_alternative<LeaveGroupRequest>(request.body)) {
            answer(request, LeaveGroupResponse{});
        } else if (const auto* commit = std::get_if<OffsetCommitRequest>(&request.body)) {
            answer(request, on_commit(*commit), commit_delay);
        } else if (const auto* fetch = std::get_if<OffsetFetchRequest>(&request.body)) {
            answer(request, on_offset_fetch(*fetch));
        } else {
            return false;
        }
        return true;
    }

    JoinGroupResponse on_join(const JoinGroupRequest& request) {
        JoinGroupResponse response;
        response.error_code = next_error(ApiKey::kJoinGroup);
        response.member_id = kMemberId;
        if (response.error_code != ErrorCode::kNone) {
            return response;
        }
        if (gives_ids && request.member_id.empty() && !request.group_instance_id) {
            response.error_code = ErrorCode::kMemberIdRequired;
            return response;
        }
        rebalancing = false;
        response.generation_id = ++generation;
        response.protocol_type = "consumer";
        std::size_t chosen = 0;
        while (assignor && request.protocols[chosen].name != *assignor) {
            ++chosen;
        }
        response.protocol_name = request.protocols[chosen].name;
        response.leader = leads ? kMemberId : "another";
        response.skip_assignment = skip_assignment;
        if (leads) {
            response.members = others;
            response.members.push_back(
                {kMemberId, request.group_instance_id, request.protocols[chosen].metadata});
        }
        return response;
    }
    SyncGroupResponse on_sync(const SyncGroupRequest& request) {
        SyncGroupResponse response;
        response.error_code = next_error(ApiKey::kSyncGroup);
        response.protocol_name = request.protocol_name;
        ConsumerProtocolAssignment own;
        own.assigned_partitions = given;
        for (const SyncGroupRequest::Assignment& one : request.assignments) {
            synced[one.member_id] = decode_assignment(one.assignment)->assigned_partitions;
            if (one.member_id == request.member_id) {
                own.assigned_partitions = synced[one.member_id];
            }
        }
        response.assignment = encode_assignment(own);
        return response;
    }
    OffsetCommitResponse on_commit(const OffsetCommitRequest& request) {
        OffsetCommitResponse response;
        const ErrorCode error = next_error(ApiKey::kOffsetCommit);
        for (const OffsetCommitRequest::Topic& topic : request.topics) {
            OffsetCommitResponse::Topic& answered = response.topics.emplace_back();
            answered.name = topic.name;
            for (const OffsetCommitRequest::Partition& partition : topic.partitions) {
                answered.partitions.push_back({partition.partition_index, error});
                if (error == ErrorCode::kNone) {
                    committed[{topic.name, partition.partition_index}] = partition.committed_offset;
                }
            }
        }
        return response;
    }
    OffsetFetchResponse on_offset_fetch(const OffsetFetchRequest& request) {
        OffsetFetchResponse response;
        EXPECT_TRUE(request.require_stable);
        const ErrorCode error = next_error(ApiKey::kOffsetFetch);
        OffsetFetchResponse::Group& group = response.groups.emplace_back();
        group.group_id = request.groups.at(0).group_id;
        const bool unstable = error == ErrorCode::kUnstableOffsetCommit;
        group.error_code = unstable ? ErrorCode::kNone : error;
        for (const OffsetFetchRequest::Topic& topic : *request.groups.at(0).topics) {
            OffsetFetchResponse::Topic& answered = group.topics.emplace_back();
            answered.name = topic.name;
            for (const PartitionId partition : topic.partition_indexes) {
                OffsetFetchResponse::Partition& told = answered.partitions.emplace_back();
                told.partition_index = partition;
                const auto at = committed.find({topic.name, partition});
                told.committed_offset = at == committed.end() ? kNoOffset : at->second;
                told.committed_leader_epoch = committed_epoch;
                told.error_code = unstable ? error : ErrorCode::kNone;
            }
        }
        return response;
    }
};

}  // namespace brokerlab
