#include "sim/group/consumer_reconcile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/group/coordinated_group.h"

namespace brokerlab {
namespace {

using Owned = std::optional<std::vector<TopicIdPartitions>>;
using State = ConsumerGroupMemberState;

TopicIdAssignment partitions(std::initializer_list<int32_t> numbers) {
    TopicIdAssignment assignment;
    for (const int32_t number : numbers) {
        assignment[topic_id(1)].insert(PartitionId(number));
    }
    return assignment;
}

/// A group whose target epoch is 5, with the member "m" at epoch 4.
struct Reconciling {
    ConsumerGroup group;
    ConsumerMember member;

    Reconciling(State state, TopicIdAssignment assigned, TopicIdAssignment target) {
        group.target_epoch = MemberEpoch(5);
        group.target.insert_or_assign("m", Cow<TopicIdAssignment>(std::move(target)));
        member.id = "m";
        member.state = state;
        member.epoch = MemberEpoch(4);
        member.previous_epoch = MemberEpoch(3);
        member.assigned = std::move(assigned);
    }
    Reconciling& held_by_others(std::initializer_list<int32_t> numbers) {
        for (const int32_t number : numbers) {
            group.owners[topic_id(1)][PartitionId(number)] = MemberEpoch(4);
        }
        return *this;
    }
    [[nodiscard]] ConsumerMember next(const Owned& owned) const {
        return reconcile(group, member, owned);
    }
};

void expect(const ConsumerMember& member, State state, int32_t epoch, int32_t previous,
            const TopicIdAssignment& assigned, const TopicIdAssignment& revoking = {}) {
    EXPECT_EQ(member.state, state);
    EXPECT_EQ(member.epoch, MemberEpoch(epoch));
    EXPECT_EQ(member.previous_epoch, MemberEpoch(previous));
    EXPECT_EQ(member.assigned, assigned);
    EXPECT_EQ(member.revoking, revoking);
}

TEST(ConsumerReconcile, AStableMemberAtTheTargetEpochStays) {
    Reconciling at(State::kStable, partitions({0}), partitions({0, 1}));
    at.member.epoch = MemberEpoch(5);
    EXPECT_TRUE(is_reconciled(at.member, MemberEpoch(5)));
    EXPECT_EQ(at.next(Owned()), at.member);
}

TEST(ConsumerReconcile, WhoOwnsTooMuchStaysAtItsEpochUntilItHasGivenItUp) {  // (a)
    const Reconciling at(State::kStable, partitions({0, 1, 2}), partitions({0, 3}));
    expect(at.next(Owned({of_topic(1, {0, 1, 2})})), State::kUnrevokedPartitions, 4, 4,
           partitions({0}), partitions({1, 2}));
    expect(at.next(Owned()), State::kUnrevokedPartitions, 4, 4, partitions({0}),
           partitions({1, 2}));
    // It has given them up already, before it was asked to.
    expect(at.next(Owned({of_topic(1, {0})})), State::kStable, 5, 4, partitions({0, 3}));
}

TEST(ConsumerReconcile, FreePartitionsAreTakenOver) {  // (b)
    Reconciling at(State::kStable, partitions({0}), partitions({0, 1, 2}));
    expect(at.next(Owned()), State::kStable, 5, 4, partitions({0, 1, 2}));
    at.held_by_others({2});
    expect(at.next(Owned()), State::kUnreleasedPartitions, 5, 4, partitions({0, 1}));
}

TEST(ConsumerReconcile, WhatOthersHoldIsWaitedForAtTheNewEpoch) {  // (c)
    Reconciling at(State::kStable, partitions({0}), partitions({0, 1}));
    at.held_by_others({1});
    expect(at.next(Owned()), State::kUnreleasedPartitions, 5, 4, partitions({0}));
}

TEST(ConsumerReconcile, AMemberWithNothingToChangeTakesTheEpochOnly) {  // (d)
    const Reconciling at(State::kStable, partitions({0}), partitions({0}));
    expect(at.next(Owned()), State::kStable, 5, 4, partitions({0}));
}

TEST(ConsumerReconcile, UnrevokedWaitsForTheMembersWord) {
    Reconciling at(State::kUnrevokedPartitions, partitions({0}), partitions({0}));
    at.member.revoking = partitions({1});
    EXPECT_EQ(at.next(Owned()), at.member);
    EXPECT_EQ(at.next(Owned({of_topic(1, {0, 1})})), at.member);
    expect(at.next(Owned({of_topic(1, {0})})), State::kStable, 5, 4, partitions({0}));
    expect(at.next(Owned(std::vector<TopicIdPartitions>())), State::kStable, 5, 4, partitions({0}));
}

TEST(ConsumerReconcile, UnrevokedFindsThatTheTargetMovedOn) {
    Reconciling at(State::kUnrevokedPartitions, partitions({0, 1}), partitions({1}));
    at.group.target_epoch = MemberEpoch(9);
    at.member.revoking = partitions({2});
    // It stays one epoch up, not at the target's: partition 0 is to be given up too.
    expect(at.next(Owned({of_topic(1, {0, 1})})), State::kUnrevokedPartitions, 5, 4,
           partitions({1}), partitions({0}));
}

TEST(ConsumerReconcile, APartitionThatIsGivenUpAndWantedBackIsOwnedByItselfForOneStep) {
    Reconciling at(State::kUnrevokedPartitions, partitions({0}), partitions({0, 1}));
    at.member.revoking = partitions({1});
    at.held_by_others({0, 1});  // by the member itself
    expect(at.next(Owned({of_topic(1, {0})})), State::kUnreleasedPartitions, 5, 4, partitions({0}));
}

TEST(ConsumerReconcile, UnreleasedLooksAgainEachTime) {
    Reconciling at(State::kUnreleasedPartitions, partitions({0}), partitions({0, 1, 2}));
    at.member.epoch = MemberEpoch(5);
    at.held_by_others({1, 2});
    expect(at.next(Owned()), State::kUnreleasedPartitions, 5, 5, partitions({0}));
    at.group.owners.clear();
    at.held_by_others({2});
    expect(at.next(Owned()), State::kUnreleasedPartitions, 5, 5, partitions({0, 1}));
    at.group.owners.clear();
    expect(at.next(Owned()), State::kStable, 5, 5, partitions({0, 1, 2}));
}

}  // namespace
}  // namespace brokerlab
