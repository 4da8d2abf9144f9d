// HeartbeatCluster: a coordinator of the consumer protocol (KIP-848) as one member sees it, for
// tests. It gives what a test says; errors are queued, offsets are kept as GroupCluster does.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/client/group_cluster.h"

namespace brokerlab {

class HeartbeatCluster : public GroupCluster {
public:
    using Beat = ConsumerGroupHeartbeatRequest;
    static constexpr Uuid kOrdersId{1, 2};

    explicit HeartbeatCluster(std::size_t partitions = 1) : GroupCluster(partitions) {
        set("group.protocol", "consumer");
        std::vector<int32_t> all;
        for (std::size_t p = 0; p < partitions; ++p) {
            all.push_back(static_cast<int32_t>(p));
        }
        give(all);
        epoch = MemberEpoch(0);
        serve = [this, base = std::move(serve)](const Request& request) {
            if (const auto* beat = std::get_if<Beat>(&request.body)) {
                times[ApiKey::kConsumerGroupHeartbeat].push_back(now);
                if (!silent) {
                    answer(request, on_beat(*beat), beat_delay);
                }
            } else {
                base(request);
            }
        };
    }

    /// From the next heartbeat on it may own these partitions of `orders`.
    void give(const std::vector<int32_t>& partitions) {
        TopicIdPartitions topic{kOrdersId, {}};
        for (const int32_t partition : partitions) {
            topic.partitions.emplace_back(partition);
        }
        given_now.clear();
        if (!partitions.empty()) {
            given_now.push_back(std::move(topic));
        }
        give_more({});
    }
    /// And these of other topics.
    void give_more(const std::vector<TopicIdPartitions>& more) {
        given_now.insert(given_now.end(), more.begin(), more.end());
        news = true;
        ++epoch;
    }

    void fail_beat(ErrorCode error, int how_often = 1) {
        fail(ApiKey::kConsumerGroupHeartbeat, error, how_often);
    }
    [[nodiscard]] ConsumerMembership member() {
        return std::get<ConsumerMembership>(client().group()->membership);
    }
    [[nodiscard]] std::vector<Beat> beats() const { return received<Beat>(); }
    [[nodiscard]] std::vector<SimTime> beat_times() const {
        return times_of(ApiKey::kConsumerGroupHeartbeat);
    }
    /// Of the requests that came, the place of the last of the kind.
    template <class Body>
    [[nodiscard]] std::ptrdiff_t place_of_last() const {
        std::ptrdiff_t place = -1;
        for (std::size_t i = 0; i < requests.size(); ++i) {
            if (std::holds_alternative<Body>(requests[i].body)) {
                place = static_cast<std::ptrdiff_t>(i);
            }
        }
        return place;
    }

    MemberEpoch epoch{0};
    int32_t interval_ms = 5'000;
    Duration beat_delay;  ///< of answers to heartbeats
    std::vector<TopicIdPartitions> given_now;
    bool news = true;  ///< the next answer tells what it may own

private:
    ConsumerGroupHeartbeatResponse on_beat(const Beat& beat) {
        ConsumerGroupHeartbeatResponse response;
        response.error_code = next_error(ApiKey::kConsumerGroupHeartbeat);
        if (response.error_code != ErrorCode::kNone) {
            response.error_message = "so it is";
            return response;
        }
        response.member_id = beat.member_id;
        if (beat.member_epoch < MemberEpoch(0)) {
            response.member_epoch = beat.member_epoch;
            return response;
        }
        const bool joins = beat.member_epoch == MemberEpoch(0);
        if (joins) {
            ++epoch;
        }
        response.member_epoch = epoch;
        response.heartbeat_interval_ms = interval_ms;
        if (std::exchange(news, false) || joins) {
            response.assignment.emplace().topic_partitions = given_now;
        }
        return response;
    }
};

}  // namespace brokerlab
