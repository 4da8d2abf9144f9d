// server_assignors.json: the coordinator's assignors (KIP-848), round by round.
//
// Each round holds all inputs; members, their subscriptions and their targets come in the order of
// Kafka's hash maps. A topic id that is gone gets one that nothing else has.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/assign/server_assignor.h"
#include "tests/vectors/vector_checks.h"

namespace brokerlab::vectors {
namespace {

using IdByName = std::map<std::string, Uuid>;

Uuid id_of(const IdByName& ids, const std::string& name) {
    const auto at = ids.find(name);
    return at == ids.end() ? Uuid{0, 1} : at->second;
}

std::optional<Difference> read_topics(const Json& round, IdByName& ids, ServerGroup& group) {
    for (const Json& topic : round.at("topics")) {
        const auto text = topic.at("id").get<std::string>();
        const Outcome<Uuid> id = Uuid::parse(text);
        if (!id) {
            return Difference{"id of a topic", text, id.failure().what};
        }
        ids[topic.at("name").get<std::string>()] = *id;
        group.partition_counts.insert_or_assign(*id, topic.at("partitions").get<int32_t>());
    }
    return std::nullopt;
}

ServerGroupMember read_member(const Json& m, const Json& round, const IdByName& ids) {
    ServerGroupMember member;
    member.member_id = m.at("id").get<std::string>();
    if (m.contains("instance")) {
        member.instance_id = m.at("instance").get<std::string>();
    }
    // With equal subscriptions the builder walks one set of all members' topics.
    const bool homogeneous = round.contains("topic_order");
    for (const Json& name : homogeneous ? round.at("topic_order") : m.at("subscribed_order")) {
        member.subscribed_topics.push_back(id_of(ids, name.get<std::string>()));
    }
    for (const Json& run : m.at("current")) {
        TopicIdPartitions& topic = member.target.emplace_back();
        topic.topic_id = id_of(ids, run.at(0).get<std::string>());
        for (std::size_t i = 1; i < run.size(); ++i) {
            topic.partitions.emplace_back(run.at(i).get<int32_t>());
        }
    }
    return member;
}

/// [["t",0,1],["u",3]] of the topics' ids, in their order.
Json runs_of(const std::vector<TopicIdPartitions>& target) {
    Json runs = Json::array();
    for (const TopicIdPartitions& topic : target) {
        Json run = Json::array({topic.topic_id.to_string()});
        for (const PartitionId partition : topic.partitions) {
            run.push_back(partition.value);
        }
        runs.push_back(std::move(run));
    }
    return runs;
}

/// The expected runs with the topics' ids in place of their names, in the order of the ids.
Json expected_runs(const Json& assignment, const IdByName& ids) {
    std::map<Uuid, Json> runs;
    for (Json run : assignment.is_null() ? Json::array() : assignment) {
        const Uuid id = id_of(ids, run.at(0).get<std::string>());
        run.at(0) = id.to_string();
        runs.emplace(id, std::move(run));
    }
    Json sorted = Json::array();
    for (const auto& [id, run] : runs) {
        sorted.push_back(run);
    }
    return sorted;
}

std::optional<Difference> judge_round(ServerAssignor assignor, const Json& round) {
    IdByName ids;
    ServerGroup group;
    if (auto difference = read_topics(round, ids, group)) {
        return difference;
    }
    group.subscription_type = round.at("subscription_type") == "HOMOGENEOUS"
                                  ? SubscriptionType::kHomogeneous
                                  : SubscriptionType::kHeterogeneous;
    for (const Json& m : round.at("members")) {
        group.members.push_back(read_member(m, round, ids));
    }
    const auto targets = assign_targets(assignor, group);
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const std::string& id = group.members[i].member_id;
        if (auto difference =
                differ("assignment of " + id, expected_runs(round.at("assignment").at(id), ids),
                       runs_of(targets[i]))) {
            return difference;
        }
    }
    return std::nullopt;
}

}  // namespace

void check_server_assignors(const Json& file, Report& report) {
    for (const char* array : {"uniform_homogeneous", "uniform_heterogeneous", "range"}) {
        for (const Json& c : file.at(array)) {
            const auto assignor = find_server_assignor(c.at("assignor").get<std::string>());
            std::size_t n = 0;
            for (const Json& round : c.at("rounds")) {
                ++n;
                const std::string name = c.at("id").get<std::string>() + " round " +
                                         std::to_string(n) + " (" +
                                         round.at("event").get<std::string>() + ")";
                report.judge(name, assignor ? judge_round(*assignor, round)
                                            : Difference{"assignor", "a known one", "none"});
            }
        }
    }
}

}  // namespace brokerlab::vectors
