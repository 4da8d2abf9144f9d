#include "sim/assign/server_assignor.h"

#include <algorithm>
#include <set>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Target = std::vector<TopicIdPartitions>;

const Uuid kT{1, 1};
const Uuid kU{1, 2};

TopicIdPartitions run(Uuid topic, std::initializer_list<int32_t> partitions) {
    TopicIdPartitions made{topic, {}};
    for (const int32_t partition : partitions) {
        made.partitions.emplace_back(partition);
    }
    return made;
}

ServerGroupMember member(std::string id, std::vector<Uuid> topics, Target target = {}) {
    return {std::move(id), std::nullopt, std::move(topics), std::move(target)};
}

TEST(ServerAssignors, AreNamedAsInTheGroupsConfig) {
    EXPECT_EQ(server_assignor_name(ServerAssignor::kUniform), "uniform");
    EXPECT_EQ(find_server_assignor("range"), ServerAssignor::kRange);
    EXPECT_EQ(find_server_assignor("sticky"), std::nullopt);
}

TEST(Uniform, AMemberThatJoinsGetsItsHalfAndTheFirstKeepsTheOther) {
    ServerGroup group;
    group.partition_counts = {{kT, 6}};
    group.members = {member("A", {kT}, {run(kT, {0, 1, 2, 3, 4, 5})}), member("B", {kT})};
    EXPECT_THAT(assign_targets(ServerAssignor::kUniform, group),
                ElementsAre(ElementsAre(run(kT, {0, 1, 2})), ElementsAre(run(kT, {3, 4, 5}))));
}

TEST(Uniform, MembersTakeAllTheyLackAtOnceAndTheFirstGetTheOddOnes) {
    ServerGroup group;
    group.partition_counts = {{kT, 3}, {kU, 2}};
    group.members = {member("A", {kT, kU}), member("B", {kT, kU})};
    EXPECT_THAT(assign_targets(ServerAssignor::kUniform, group),
                ElementsAre(ElementsAre(run(kT, {0, 1, 2})), ElementsAre(run(kU, {0, 1}))));
}

TEST(Uniform, WhatNobodyWantsAnyMoreIsDropped) {
    ServerGroup group;
    group.partition_counts = {{kT, 2}, {kU, 1}};
    group.members = {member("A", {kT}, {run(kU, {0}), run(kT, {1})}), member("B", {kT})};
    EXPECT_THAT(assign_targets(ServerAssignor::kUniform, group),
                ElementsAre(ElementsAre(run(kT, {1})), ElementsAre(run(kT, {0}))));
}

TEST(Uniform, WithDifferentSubscriptionsTheLoadsAreEvenedOut) {
    ServerGroup group;
    group.subscription_type = SubscriptionType::kHeterogeneous;
    group.partition_counts = {{kT, 4}, {kU, 2}};
    group.members = {member("A", {kT, kU}, {run(kT, {0, 1, 2, 3}), run(kU, {0, 1})}),
                     member("B", {kT})};
    EXPECT_THAT(
        assign_targets(ServerAssignor::kUniform, group),
        ElementsAre(ElementsAre(run(kT, {0}), run(kU, {0, 1})), ElementsAre(run(kT, {1, 2, 3}))));
}

TEST(ServerRange, CutsEachTopicForItselfStaticMembersFirst) {
    ServerGroup group;
    group.partition_counts = {{kT, 3}, {kU, 3}};
    group.members = {member("A", {kT, kU}), member("B", {kT, kU})};
    group.members[1].instance_id = "i";
    EXPECT_THAT(assign_targets(ServerAssignor::kRange, group),
                ElementsAre(ElementsAre(run(kT, {2}), run(kU, {2})),
                            ElementsAre(run(kT, {0, 1}), run(kU, {0, 1}))));
}

TEST(ServerAssignors, GiveNothingToNobodyAndToThoseWithoutTopics) {
    for (const ServerAssignor assignor : {ServerAssignor::kUniform, ServerAssignor::kRange}) {
        EXPECT_THAT(assign_targets(assignor, {}), IsEmpty());
        ServerGroup group;
        group.members = {member("A", {})};
        EXPECT_THAT(assign_targets(assignor, group), ElementsAre(IsEmpty()));
    }
}

// ---- Properties

constexpr std::size_t kTopics = 4;

Uuid topic(std::size_t n) {
    return {1, n};
}

std::vector<Uuid> any_topics() {
    std::vector<Uuid> topics;
    for (std::size_t t = 0; t < kTopics; ++t) {
        if (*rc::gen::arbitrary<bool>()) {
            topics.push_back(topic(t));
        }
    }
    return topics;
}

ServerGroup any_group(bool homogeneous) {
    ServerGroup group;
    group.subscription_type =
        homogeneous ? SubscriptionType::kHomogeneous : SubscriptionType::kHeterogeneous;
    for (std::size_t t = 0; t < kTopics; ++t) {
        group.partition_counts.insert_or_assign(topic(t), *rc::gen::inRange(0, 9));
    }
    const std::vector<Uuid> all = any_topics();
    const int members = *rc::gen::inRange(1, 8);
    for (int m = 0; m < members; ++m) {
        group.members.push_back(member("m" + std::to_string(m), homogeneous ? all : any_topics()));
    }
    return group;
}

void rebalance(ServerAssignor assignor, ServerGroup& group) {
    std::vector<Target> targets = assign_targets(assignor, group);
    for (std::size_t m = 0; m < targets.size(); ++m) {
        group.members[m].target = std::move(targets[m]);
    }
}

std::size_t size_of(const ServerGroupMember& of) {
    std::size_t size = 0;
    for (const TopicIdPartitions& partitions : of.target) {
        size += partitions.partitions.size();
    }
    return size;
}

void check_complete(const ServerGroup& group) {
    std::set<std::pair<Uuid, PartitionId>> seen;
    std::set<Uuid> wanted;
    for (const ServerGroupMember& of : group.members) {
        wanted.insert(of.subscribed_topics.begin(), of.subscribed_topics.end());
        for (const TopicIdPartitions& partitions : of.target) {
            RC_ASSERT(std::count(of.subscribed_topics.begin(), of.subscribed_topics.end(),
                                 partitions.topic_id) == 1);
            for (const PartitionId partition : partitions.partitions) {
                RC_ASSERT(seen.insert({partitions.topic_id, partition}).second);
            }
        }
    }
    std::size_t expected = 0;
    for (const Uuid id : wanted) {
        expected += static_cast<std::size_t>(group.partition_counts.at(id));
    }
    RC_ASSERT(seen.size() == expected);
}

RC_GTEST_PROP(ServerAssignorProperty, EveryWantedPartitionHasOneOwnerWhoWantsIt, ()) {
    for (const ServerAssignor assignor : {ServerAssignor::kUniform, ServerAssignor::kRange}) {
        const bool homogeneous = *rc::gen::arbitrary<bool>();
        ServerGroup group = any_group(homogeneous);
        rebalance(assignor, group);
        check_complete(group);
        const std::vector<Uuid> topics = any_topics();
        group.members.erase(group.members.begin());
        group.members.push_back(member("new", topics));
        for (ServerGroupMember& of : group.members) {
            of.subscribed_topics = homogeneous ? topics : of.subscribed_topics;
        }
        rebalance(assignor, group);
        check_complete(group);
    }
}

RC_GTEST_PROP(ServerAssignorProperty, NobodyMovesWhileNothingChanges, ()) {
    for (const ServerAssignor assignor : {ServerAssignor::kUniform, ServerAssignor::kRange}) {
        ServerGroup group = any_group(*rc::gen::arbitrary<bool>());
        rebalance(assignor, group);
        const ServerGroup before = group;
        rebalance(assignor, group);
        RC_ASSERT(group == before);
    }
}

RC_GTEST_PROP(ServerAssignorProperty, UniformSharesDifferByOneAndWhoStaysKeepsItsOwn, ()) {
    ServerGroup group = any_group(true);
    group.members.push_back(member("last", group.members.front().subscribed_topics));
    rebalance(ServerAssignor::kUniform, group);
    const ServerGroup before = group;
    group.members.pop_back();
    rebalance(ServerAssignor::kUniform, group);
    std::set<std::size_t> sizes;
    for (std::size_t m = 0; m < group.members.size(); ++m) {
        sizes.insert(size_of(group.members[m]));
        for (const TopicIdPartitions& had : before.members[m].target) {
            for (const PartitionId partition : had.partitions) {
                const Target& has = group.members[m].target;
                RC_ASSERT(std::any_of(has.begin(), has.end(), [&](const TopicIdPartitions& now) {
                    return now.topic_id == had.topic_id &&
                           std::count(now.partitions.begin(), now.partitions.end(), partition) == 1;
                }));
            }
        }
    }
    RC_ASSERT(*sizes.rbegin() - *sizes.begin() <= 1);
}

}  // namespace
}  // namespace brokerlab
