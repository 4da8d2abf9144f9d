// assignors.json: the assignors of classic groups, round by round.
//
// Each round holds all that the leader's assignor saw, so each is judged for itself, with the
// members in the order of Kafka's hash map. Rounds of claims that no member makes (partitions that
// don't exist, topics that it doesn't subscribe to) are left out: Kafka's own answer to them is an
// exception or a partition with two owners.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/assign/client_assignor.h"
#include "sim/assign/sticky_user_data.h"
#include "tests/vectors/vector_checks.h"

namespace brokerlab::vectors {
namespace {

struct Kind {
    const char* array;
    ClientAssignor assignor;
};
constexpr Kind kKinds[] = {
    {"range", ClientAssignor::kRange},
    {"roundrobin", ClientAssignor::kRoundRobin},
    {"sticky", ClientAssignor::kSticky},
    {"cooperative_sticky", ClientAssignor::kCooperativeSticky},
    {"rack_range", ClientAssignor::kRange},
    {"rack_sticky", ClientAssignor::kSticky},
    {"rack_cooperative_sticky", ClientAssignor::kCooperativeSticky},
};

/// [["t",0,1],["u",3]]
std::vector<ConsumerTopicPartitions> topic_partitions(const Json& runs) {
    std::vector<ConsumerTopicPartitions> topics;
    for (const Json& run : runs) {
        ConsumerTopicPartitions& topic = topics.emplace_back();
        topic.topic = run.at(0).get<std::string>();
        for (std::size_t i = 1; i < run.size(); ++i) {
            topic.partitions.emplace_back(run.at(i).get<int32_t>());
        }
    }
    return topics;
}

/// Sorted names such as "t-0": what a member has, as a set.
std::vector<std::string> names_of(const std::vector<ConsumerTopicPartitions>& topics) {
    std::vector<std::string> names;
    for (const ConsumerTopicPartitions& topic : topics) {
        for (const PartitionId partition : topic.partitions) {
            names.push_back(TopicPartition{topic.topic, partition}.to_string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

AssignableTopics topics_of(const Json& round) {
    AssignableTopics topics;
    for (const auto& [name, value] : round.at("topics").items()) {
        AssignableTopic& topic = topics[name];
        if (value.is_number()) {
            topic.partition_count = value.get<int32_t>();
            continue;
        }
        topic.partition_count = static_cast<int32_t>(value.size());
        for (const Json& replicas : value) {
            std::vector<std::string>& racks = topic.replica_racks.emplace_back();
            for (const Json& rack : replicas) {
                if (!rack.is_null()) {
                    racks.push_back(rack.get<std::string>());
                }
            }
        }
    }
    return topics;
}

MemberSubscription member_of(const Json& m) {
    MemberSubscription member;
    member.member_id = m.at("id").get<std::string>();
    if (m.contains("instance")) {
        member.instance_id = m.at("instance").get<std::string>();
    }
    ConsumerProtocolSubscription& subscription = member.subscription;
    subscription.topics = m.at("topics").get<std::vector<std::string>>();
    subscription.generation_id = GenerationId(m.at("gen").get<int32_t>());
    subscription.owned_partitions = topic_partitions(m.value("owned", Json::array()));
    if (m.contains("rack")) {
        subscription.rack_id = m.at("rack").get<std::string>();
    }
    if (m.contains("user_data")) {
        subscription.user_data = bytes_of_hex(m.at("user_data").get<std::string>());
    }
    return member;
}

/// What StickyAssignor reads from a member's user data, and writes into it.
std::optional<Difference> judge_user_data(const Json& m) {
    if (!m.contains("prev") || !m.contains("user_data")) {
        return std::nullopt;
    }
    const Json& prev = m.at("prev");
    const OwnedClaim claim = sticky_claim(member_of(m).subscription);
    const auto expected = topic_partitions(prev.at("partitions"));
    if (auto difference = differ("user_data", names_of(expected), names_of(claim.partitions))) {
        return difference;
    }
    if (prev.at("gen").is_null()) {
        return std::nullopt;
    }
    const GenerationId generation(prev.at("gen").get<int32_t>());
    if (generation == kNoGeneration) {
        return std::nullopt;  // Bytes that mean nothing read like that too.
    }
    if (auto difference = differ("generation of user_data", generation.value,
                                 claim.generation.value_or(GenerationId(INT32_MIN)).value)) {
        return difference;
    }
    return differ("user_data as written", m.at("user_data").get<std::string>(),
                  hex_of_bytes(encode_sticky_user_data(claim.partitions, generation)));
}

std::optional<Difference> judge_member(const Json& m) {
    if (auto difference = judge_user_data(m)) {
        return difference;
    }
    if (!m.contains("subscription_hex")) {
        return std::nullopt;
    }
    return differ("subscription_hex", m.at("subscription_hex").get<std::string>(),
                  hex_of_bytes(encode_subscription(member_of(m).subscription)));
}

std::vector<MemberSubscription> members_in_map_order(const Json& round) {
    std::vector<MemberSubscription> members;
    for (const Json& id : round.at("map_order")) {
        for (const Json& m : round.at("members")) {
            if (m.at("id") == id) {
                members.push_back(member_of(m));
            }
        }
    }
    return members;
}

std::optional<Difference> judge_round(ClientAssignor assignor, const Json& round) {
    for (const Json& m : round.at("members")) {
        if (auto difference = judge_member(m)) {
            difference->where = m.at("id").get<std::string>() + " " + difference->where;
            return difference;
        }
    }
    AssignorMemory leader;
    leader.max_generation = GenerationId(round.value("leader_max_gen", -1));
    const std::vector<MemberAssignment> assignment =
        assign_partitions(assignor, topics_of(round), members_in_map_order(round), leader);
    if (auto difference = differ("members", round.at("assignment").size(), assignment.size())) {
        return difference;
    }
    for (const MemberAssignment& member : assignment) {
        const auto got = names_of(group_by_topic(member.partitions));
        const auto expected =
            names_of(topic_partitions(round.at("assignment").at(member.member_id)));
        if (auto difference = differ("assignment of " + member.member_id, expected, got)) {
            return difference;
        }
        if (round.contains("assignment_hex")) {
            const auto hex = round.at("assignment_hex").at(member.member_id).get<std::string>();
            const auto sent = decode_assignment(bytes_of_hex(hex));
            if (!sent) {
                return Difference{"assignment_hex", "success", sent.failure().what};
            }
            if (auto difference = differ("assignment_hex of " + member.member_id,
                                         names_of(sent->assigned_partitions), got)) {
                return difference;
            }
        }
    }
    return std::nullopt;
}

}  // namespace

void check_assignors(const Json& file, Report& report) {
    for (const Kind& kind : kKinds) {
        for (const Json& c : file.at(kind.array)) {
            std::size_t n = 0;
            for (const Json& round : c.at("rounds")) {
                const std::string event = round.at("event").get<std::string>();
                ++n;
                if (event == "claims-wild") {
                    report.skip(event);
                    continue;
                }
                report.judge(c.at("id").get<std::string>() + " round " + std::to_string(n) + " (" +
                                 event + ")",
                             judge_round(kind.assignor, round));
            }
        }
    }
}

}  // namespace brokerlab::vectors
