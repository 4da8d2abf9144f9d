#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/unit/assign/client_group.h"

namespace brokerlab {
namespace {

constexpr ClientAssignor kAll[] = {ClientAssignor::kRange, ClientAssignor::kRoundRobin,
                                   ClientAssignor::kSticky, ClientAssignor::kCooperativeSticky};
const std::vector<std::string> kTopics{"a", "b", "c", "d"};

std::vector<std::string> any_topics() {
    std::vector<std::string> topics;
    for (const std::string& topic : kTopics) {
        if (*rc::gen::arbitrary<bool>()) {
            topics.push_back(topic);
        }
    }
    return topics.empty() ? kTopics : topics;
}

ClientGroup any_group(ClientAssignor assignor, bool equal_subscriptions) {
    ClientGroup group(assignor);
    for (const std::string& topic : kTopics) {
        group.topic(topic, *rc::gen::inRange(0, 9));
    }
    const int members = *rc::gen::inRange(1, 8);
    for (int m = 0; m < members; ++m) {
        group.member("m" + std::to_string(m), equal_subscriptions ? kTopics : any_topics());
    }
    return group;
}

/// Somebody comes, goes, wants something else, or a topic grows.
void change(ClientGroup& group, bool equal_subscriptions) {
    const std::string member = "m" + std::to_string(*rc::gen::inRange(0, 8));
    if (*rc::gen::inRange(0, 4) == 0) {
        const std::string topic = kTopics[*rc::gen::inRange<std::size_t>(0, kTopics.size())];
        group.topic(topic, group.topics().at(topic).partition_count + 3);
    } else if (group.has(member) && *rc::gen::arbitrary<bool>()) {
        group.leave(member);
    } else {
        group.member(member, equal_subscriptions ? kTopics : any_topics());
    }
}

std::string topic_of(const std::string& partition) {
    return partition.substr(0, partition.find('-'));
}

/// Every partition of a topic that somebody wants has one owner, who wants it.
void check_complete(const ClientGroup& group, const Owned& owned) {
    std::set<std::string> seen;
    std::set<std::string> wanted;
    for (const auto& [id, partitions] : owned) {
        const std::vector<std::string>& topics = group.topics_of(id);
        wanted.insert(topics.begin(), topics.end());
        for (const std::string& partition : partitions) {
            RC_ASSERT(seen.insert(partition).second);
            RC_ASSERT(std::count(topics.begin(), topics.end(), topic_of(partition)) == 1);
        }
    }
    std::size_t expected = 0;
    for (const std::string& topic : wanted) {
        expected += static_cast<std::size_t>(group.topics().at(topic).partition_count);
    }
    RC_ASSERT(seen.size() == expected);
}

/// Cooperative groups rebalance once more when somebody had to give something up.
Owned rebalance_to_the_end(ClientGroup& group) {
    Owned owned = group.rebalance();
    Owned again = group.rebalance();
    return again == owned ? owned : again;
}

RC_GTEST_PROP(ClientAssignorProperty, EveryWantedPartitionHasOneOwnerWhoWantsIt, ()) {
    for (const ClientAssignor assignor : kAll) {
        const bool equal = *rc::gen::arbitrary<bool>();
        ClientGroup group = any_group(assignor, equal);
        for (int round = 0; round < 4; ++round) {
            check_complete(group, rebalance_to_the_end(group));
            change(group, equal);
        }
    }
}

RC_GTEST_PROP(ClientAssignorProperty, EqualSubscriptionsGiveEqualSharesSaveForRange, ()) {
    for (const ClientAssignor assignor : {ClientAssignor::kRoundRobin, ClientAssignor::kSticky,
                                          ClientAssignor::kCooperativeSticky}) {
        ClientGroup group = any_group(assignor, true);
        for (int round = 0; round < 4; ++round) {
            std::set<std::size_t> sizes;
            for (const auto& [id, partitions] : rebalance_to_the_end(group)) {
                sizes.insert(partitions.size());
            }
            if (!sizes.empty()) {
                RC_ASSERT(*sizes.rbegin() - *sizes.begin() <= 1);
            }
            change(group, true);
        }
    }
}

RC_GTEST_PROP(ClientAssignorProperty, NobodyMovesWhileNothingChanges, ()) {
    for (const ClientAssignor assignor : kAll) {
        const bool equal = *rc::gen::arbitrary<bool>();
        ClientGroup group = any_group(assignor, equal);
        (void)rebalance_to_the_end(group);
        change(group, equal);
        const Owned owned = rebalance_to_the_end(group);
        RC_ASSERT(group.rebalance() == owned);
    }
}

RC_GTEST_PROP(ClientAssignorProperty, StickyMembersKeepAllWhenOneLeaves, ()) {
    ClientGroup group = any_group(ClientAssignor::kSticky, true);
    group.member("extra", kTopics);
    const Owned before = group.rebalance();
    group.leave(before.begin()->first);
    for (const auto& [id, partitions] : group.rebalance()) {
        RC_ASSERT(std::includes(partitions.begin(), partitions.end(), before.at(id).begin(),
                                before.at(id).end()));
    }
}

RC_GTEST_PROP(ClientAssignorProperty, CooperativeNeverHandsOutWhatAnotherStillOwns, ()) {
    const bool equal = *rc::gen::arbitrary<bool>();
    ClientGroup group = any_group(ClientAssignor::kCooperativeSticky, equal);
    (void)group.rebalance();
    for (int round = 0; round < 6; ++round) {
        change(group, equal);
        std::map<std::string, std::string> holders;
        for (const auto& [id, topics] : group.held()) {
            for (const ConsumerTopicPartitions& topic : topics) {
                for (const PartitionId partition : topic.partitions) {
                    holders[TopicPartition{topic.topic, partition}.to_string()] = id;
                }
            }
        }
        for (const auto& [id, partitions] : group.rebalance()) {
            for (const std::string& partition : partitions) {
                const auto holder = holders.find(partition);
                RC_ASSERT((holder == holders.end() ? id : holder->second) == id);
            }
        }
    }
}

}  // namespace
}  // namespace brokerlab
