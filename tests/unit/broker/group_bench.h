// A broker that coordinates groups, by hand: broker 1 of 1, 2 and 3 leads the only partition of
// __consumer_offsets, and followers 2 and 3 fetch when they are told to.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/broker/group_coordinator.h"
#include "sim/model/internal_topics.h"
#include "tests/unit/broker/leader_fixture.h"

namespace brokerlab::testing {

inline const TopicPartition kOffsets{std::string(kOffsetsTopic), PartitionId(0)};
inline constexpr Uuid kOffsetsId{9, 90};

struct GroupBench : LeaderBroker {
    Cow<GroupCoordinator> groups;
    int32_t correlation = 100;

    explicit GroupBench(int32_t min_insync_replicas = 1) {
        add_topic(std::string(kOffsetsTopic), kOffsetsId);
        add_partition(min_insync_replicas, std::string(kOffsetsTopic), kOffsetsId);
        groups.edit().config.offsets_partitions = 1;
        groups.edit().config.initial_rebalance_delay = Duration();
    }

    [[nodiscard]] GroupHost host(const Env& env) { return {groups, rm, image, env, fx}; }
    [[nodiscard]] const PartitionLog& log() const { return *rm.find(kOffsets)->log; }
    [[nodiscard]] const GroupPartition& hosted() const {
        return *groups->partitions.at(PartitionId(0));
    }
    [[nodiscard]] bool is_hosted() const { return groups->partitions.contains(PartitionId(0)); }

    /// New metadata tells that broker 1 leads, or who does.
    void publish() {
        clear();
        const Env at = env();
        if (groups->partition_count == 0) {
            start_groups(host(at));
        }
        MetadataDelta delta;
        delta.partitions.insert(kOffsets);
        update_groups(host(at), delta);
        complete_group_writes(host(at));
    }
    void lose_lead(int32_t to = 2) {
        Partition& partition = rm.edit(kOffsets);
        partition.is_leader = false;
        partition.leader = BrokerId(to);
        partition.leader_epoch = kEpoch + 1;
        partition.followers.clear();
        publish();
    }

    static ConnectionId of_client(int32_t number) {
        return {{NodeKind::kClient, number}, {NodeKind::kBroker, 1}, 1};
    }
    /// Sends a request of client `number`; the answer, if there is one at once.
    template <class Body>
    std::optional<ResponseBody> ask(Body body, int32_t number = 1,
                                    ApiVersion version = Body::kVersions.latest) {
        clear();
        const Env at = env();
        handle_group_request(host(at),
                             make_request(of_client(number), version, CorrelationId(++correlation),
                                          "c" + std::to_string(number), std::move(body)));
        complete_group_writes(host(at));
        return answer_to(number);
    }
    template <class Answer, class Body>
    Answer answer(Body body, int32_t number = 1, ApiVersion version = Body::kVersions.latest) {
        const std::optional<ResponseBody> found = ask(std::move(body), number, version);
        BL_CHECK(found.has_value());
        return std::get<Answer>(*found);
    }
    /// What the last call sent to the client.
    [[nodiscard]] std::optional<ResponseBody> answer_to(int32_t number) const {
        std::optional<ResponseBody> found;
        for (const NetworkAction& action : fx.actions()) {
            const auto* response = std::get_if<Response>(&action);
            if (response != nullptr && response->connection == of_client(number)) {
                BL_CHECK(!found.has_value());
                found = response->body;
            }
        }
        return found;
    }
    /// Both followers have all of the log, and say so.
    void replicate() {
        const Asked asked{.max_wait_ms = 0, .min_bytes = 0, .topic_id = kOffsetsId};
        fetch_as(2, log().log_end_offset.value, asked);
        fetch_as(3, log().log_end_offset.value, asked);
        complete_group_writes(host(env()));
    }
    /// Time passes; what is due in it is done.
    void run_for(Duration span) {
        clear();
        const SimTime until = now + span;
        while (groups->due <= until) {
            now = std::max(now, groups->due);
            const Env at = env();
            run_group_timers(host(at));
            complete_group_writes(host(at));
            BL_CHECK(groups->due > now);
        }
        now = until;
    }
    template <class Fact>
    [[nodiscard]] std::vector<Fact> stated() const {
        std::vector<Fact> found;
        for (const FactBody& body : fx.facts()) {
            if (const Fact* fact = std::get_if<Fact>(&body)) {
                found.push_back(*fact);
            }
        }
        return found;
    }
};

// ---- Requests in few words

inline OffsetCommitRequest commit_of(int64_t offset, const std::string& group = "readers",
                                     const std::string& topic = "orders") {
    OffsetCommitRequest request;
    request.group_id = group;
    request.topics = {{topic, {{PartitionId(0), Offset(offset)}}}};
    return request;
}
inline OffsetFetchRequest fetch_of(const std::vector<std::string>& names,
                                   bool require_stable = false) {
    OffsetFetchRequest request;
    request.require_stable = require_stable;
    for (const std::string& name : names) {
        OffsetFetchRequest::Group& group = request.groups.emplace_back();
        group.group_id = name;
        group.topics = std::vector<OffsetFetchRequest::Topic>{{"orders", {PartitionId(0)}}};
    }
    return request;
}
inline ErrorCode error_of(const OffsetCommitResponse& response) {
    return response.topics.at(0).partitions.at(0).error_code;
}
inline int64_t offset_of(const OffsetFetchResponse& response, std::size_t group = 0) {
    return response.groups.at(group).topics.at(0).partitions.at(0).committed_offset.value;
}
inline JoinGroupRequest join_of(const std::string& group, const std::string& member_id = "") {
    JoinGroupRequest request;
    request.group_id = group;
    request.session_timeout_ms = 45'000;
    request.rebalance_timeout_ms = 300'000;
    request.member_id = member_id;
    request.protocol_type = "consumer";
    request.protocols = {{"range", Bytes{1, 2, 3}}};
    return request;
}
inline SyncGroupRequest sync_of(const std::string& group, const JoinGroupResponse& joined) {
    SyncGroupRequest request;
    request.group_id = group;
    request.generation_id = joined.generation_id;
    request.member_id = joined.member_id;
    request.protocol_type = "consumer";
    request.protocol_name = "range";
    request.assignments = {{joined.member_id, Bytes{7}}};
    return request;
}

}  // namespace brokerlab::testing
