// A classic group in a few words, for the tests of its assignors: who subscribes to what, what each
// owns, and one rebalance after the other as the consumers would go through them.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/assign/client_assignor.h"

namespace brokerlab {

/// Of each member what it has, as "t0-1".
using Owned = std::map<std::string, std::vector<std::string>>;

class ClientGroup {
public:
    explicit ClientGroup(ClientAssignor assignor) : assignor_(assignor) {}

    ClientGroup& topic(const std::string& name, int32_t partitions) {
        topics_.insert_or_assign(name, AssignableTopic{partitions, {}});
        return *this;
    }
    ClientGroup& topic_on_racks(const std::string& name,
                                std::vector<std::vector<std::string>> racks) {
        const auto partitions = static_cast<int32_t>(racks.size());
        topics_.insert_or_assign(name, AssignableTopic{partitions, std::move(racks)});
        return *this;
    }
    ClientGroup& member(const std::string& id, std::vector<std::string> topics) {
        // A consumer gives up what it doesn't want any more before it joins.
        std::erase_if(owned_[id], [&](const ConsumerTopicPartitions& owned) {
            return std::count(topics.begin(), topics.end(), owned.topic) == 0;
        });
        members_[id].subscription.topics = std::move(topics);
        return *this;
    }
    ClientGroup& static_member(const std::string& id, const std::string& instance,
                               std::vector<std::string> topics) {
        members_[id].instance_id = instance;
        return member(id, std::move(topics));
    }
    ClientGroup& rack(const std::string& id, const std::string& rack) {
        members_[id].subscription.rack_id = rack;
        return *this;
    }
    ClientGroup& leave(const std::string& id) {
        members_.erase(id);
        memories_.erase(id);
        owned_.erase(id);
        return *this;
    }
    /// What the member claims at the next rebalance, in place of what it was given.
    ClientGroup& claim(const std::string& id, std::vector<ConsumerTopicPartitions> owned,
                       int32_t generation) {
        AssignorMemory& memory = memories_[id];
        on_assignment(assignor_, {std::move(owned), std::nullopt}, GenerationId(generation),
                      memory);
        owned_[id] = memory.last_assignment.value_or(std::vector<ConsumerTopicPartitions>());
        members_[id].subscription.generation_id = GenerationId(generation);
        return *this;
    }

    Owned rebalance() {
        ++generation_;
        std::vector<MemberSubscription> sent;
        for (auto& [id, member] : members_) {
            member.member_id = id;
            member.subscription.user_data = user_data_of(assignor_, memories_[id]);
            if (supports(assignor_, RebalanceProtocol::kCooperative)) {
                member.subscription.owned_partitions = owned_[id];
            }
            sent.push_back(member);
        }
        Owned given;
        for (const MemberAssignment& one : assign_partitions(assignor_, topics_, sent, leader_)) {
            owned_[one.member_id] = group_by_topic(one.partitions);
            on_assignment(assignor_, {owned_[one.member_id], std::nullopt},
                          GenerationId(generation_), memories_[one.member_id]);
            members_[one.member_id].subscription.generation_id = GenerationId(generation_);
            std::vector<std::string>& names = given[one.member_id];
            for (const TopicPartition& partition : one.partitions) {
                names.push_back(partition.to_string());
            }
        }
        return given;
    }

    /// What the members hold while they join.
    [[nodiscard]] const std::map<std::string, std::vector<ConsumerTopicPartitions>>& held() const {
        return owned_;
    }
    [[nodiscard]] const AssignableTopics& topics() const { return topics_; }
    [[nodiscard]] const std::vector<std::string>& topics_of(const std::string& id) const {
        return members_.at(id).subscription.topics;
    }
    [[nodiscard]] bool has(const std::string& id) const { return members_.contains(id); }

private:
    ClientAssignor assignor_;
    AssignableTopics topics_;
    std::map<std::string, MemberSubscription> members_;
    std::map<std::string, AssignorMemory> memories_;
    std::map<std::string, std::vector<ConsumerTopicPartitions>> owned_;
    AssignorMemory leader_;
    int32_t generation_ = 0;
};

}  // namespace brokerlab
