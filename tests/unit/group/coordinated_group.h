// CoordinatedGroup: the groups of one coordinator, driven by heartbeats, time and new topics as its
// broker would: records are replayed at once and kept, facts are those of the last turn.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/group/consumer_group.h"
#include "sim/group/coordinator.h"

namespace brokerlab {

inline Uuid topic_id(uint64_t number) {
    return {1, number};
}

/// Partitions of the topic with that number.
inline TopicIdPartitions of_topic(uint64_t number, std::vector<int32_t> partitions) {
    TopicIdPartitions list{topic_id(number), {}};
    for (const int32_t partition : partitions) {
        list.partitions.emplace_back(partition);
    }
    return list;
}

struct CoordinatedGroup {
    GroupConfig config;
    MetadataImage image;
    Env env{SimTime(), Seed{7}, NodeId{NodeKind::kBroker, 1}, {}};
    Cow<GroupShard> shard;
    std::vector<GroupCoordinatorRecord> log;
    std::vector<FactBody> facts;      ///< of the last turn
    std::size_t records_of_turn = 0;  ///< of the last turn
    ApiVersion version = 1;

    /// Creates the topic, or gives it more partitions.
    void set_topic(const std::string& name, uint64_t number, std::size_t partitions) {
        const bool is_new = image.find_topic(name) == nullptr;
        TopicImage topic{name, topic_id(number), {}};
        topic.partitions.resize(partitions);
        image.topics.edit().insert_or_assign(name, Cow<TopicImage>(topic));
        image.topic_names.edit().insert_or_assign(topic.id, name);
        MetadataDelta delta;
        if (is_new) {
            delta.created_topics.insert(name);
        }
        delta.partitions.insert({name, PartitionId(static_cast<int32_t>(partitions) - 1)});
        publish(delta);
    }
    void delete_topic(const std::string& name) {
        MetadataDelta delta;
        const TopicImage topic = *image.find_topic(name);
        delta.deleted_topics.insert_or_assign(topic.id, topic);
        image.topics.edit().erase(name);
        image.topic_names.edit().erase(topic.id);
        publish(delta);
    }

    ConsumerGroupHeartbeatResponse send(ConsumerGroupHeartbeatRequest body,
                                        const std::string& client) {
        GroupTurn turn{config, image, env, {}, true, {}, {}, {}, {}};
        on_consumer_group_heartbeat(
            shard, make_request({{}, env.self, 1}, version, CorrelationId(1), client, body), turn);
        finish(turn);
        const std::vector<Response>& answers =
            turn.answers.empty() ? turn.answers_now : turn.answers;
        return std::get<ConsumerGroupHeartbeatResponse>(answers.at(0).body);
    }

    /// Lets time pass; what falls due happens at its time.
    void pass(Duration span) {
        const SimTime until = env.now + span;
        for (;;) {
            SimTime next = kNever;
            std::string due;
            for (const auto& [id, group] : shard->groups) {
                const auto* consumers = std::get_if<ConsumerGroup>(&*group);
                if (consumers != nullptr && next_consumer_group_deadline(*consumers) < next) {
                    next = next_consumer_group_deadline(*consumers);
                    due = id;
                }
            }
            if (next > until) {
                break;
            }
            env.now = next;
            GroupTurn turn{config, image, env, {}, true, {}, {}, {}, {}};
            on_consumer_group_timer(shard, due, turn);
            finish(turn);
        }
        env.now = until;
    }

    [[nodiscard]] const ConsumerGroup& group(const std::string& id = "g") const {
        return *shard->find_consumer(id);
    }
    [[nodiscard]] const ConsumerMember& member(const std::string& id) const {
        return *group().members.at(id);
    }
    /// What a coordinator that reads the log from its beginning knows.
    [[nodiscard]] GroupShard reloaded() const {
        GroupShard fresh;
        for (const GroupCoordinatorRecord& record : log) {
            replay_one(fresh, record);
        }
        return fresh;
    }
    /// The shard without what is in no record.
    [[nodiscard]] GroupShard durable() const {
        GroupShard copy = *shard;
        for (auto& [id, slot] : copy.groups) {
            if (auto* consumers = std::get_if<ConsumerGroup>(&slot.edit())) {
                consumers->refresh_topics = false;
                for (auto& [member_id, member] : consumers->members) {
                    member.edit().session_ends = kNever;
                    member.edit().revocation_ends = kNever;
                }
            }
        }
        return copy;
    }
    template <class Fact>
    [[nodiscard]] std::vector<Fact> facts_of() const {
        std::vector<Fact> found;
        for (const FactBody& fact : facts) {
            if (const auto* held = std::get_if<Fact>(&fact)) {
                found.push_back(*held);
            }
        }
        return found;
    }

    void finish(GroupTurn& turn) {
        facts = turn.facts;
        records_of_turn = turn.records.size();
        for (const GroupCoordinatorRecord& record : turn.records) {
            replay_one(shard.edit(), record);
            log.push_back(record);
        }
    }

private:
    void publish(const MetadataDelta& delta) {
        GroupTurn turn{config, image, env, {}, true, {}, {}, {}, {}};
        on_consumer_group_metadata(shard, delta, turn);
        finish(turn);
    }
    void replay_one(GroupShard& to, const GroupCoordinatorRecord& record) const {
        replay(to, record, image);
    }
};

/// A member as its own client sees it.
struct GroupClient {
    CoordinatedGroup& at;
    std::string id;
    std::vector<std::string> topics;
    std::optional<std::string> instance_id = std::nullopt;
    MemberEpoch epoch{0};
    std::vector<TopicIdPartitions> owned = {};
    bool full = true;  ///< the next heartbeat says all there is to say

    /// A heartbeat; what it is told to own it owns, or has given up, right away. With `lost` the
    /// answer does not arrive.
    ConsumerGroupHeartbeatResponse beat(bool lost = false) {
        const ConsumerGroupHeartbeatResponse response = at.send(request(), id);
        full = lost;
        if (!lost) {
            take(response);
        }
        return response;
    }
    ConsumerGroupHeartbeatResponse leave(int32_t with = -1) {
        ConsumerGroupHeartbeatRequest body;
        body.group_id = "g";
        body.member_id = id;
        body.member_epoch = MemberEpoch(with);
        body.instance_id = instance_id;
        forget();
        return at.send(body, id);
    }
    [[nodiscard]] ConsumerGroupHeartbeatRequest request() const {
        ConsumerGroupHeartbeatRequest body;
        body.group_id = "g";
        body.member_id = id;
        body.member_epoch = epoch;
        body.instance_id = instance_id;
        if (full) {
            body.rebalance_timeout_ms = 300'000;
            body.subscribed_topic_names = topics;
        }
        body.topic_partitions = owned;
        return body;
    }
    void take(const ConsumerGroupHeartbeatResponse& response) {
        if (response.error_code != ErrorCode::kNone) {
            forget();
            return;
        }
        epoch = response.member_epoch;
        if (response.assignment) {
            owned = response.assignment->topic_partitions;
        }
    }
    void forget() {
        epoch = MemberEpoch(0);
        owned.clear();
        full = true;
    }
};

}  // namespace brokerlab
