#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/assign/client_group.h"

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

ClientGroup two_topics(ClientAssignor assignor) {
    ClientGroup group(assignor);
    group.topic("t0", 3).topic("t1", 3);
    group.member("C0", {"t0", "t1"}).member("C1", {"t0", "t1"});
    return group;
}

ClientGroup three_members(ClientAssignor assignor) {
    ClientGroup group(assignor);
    group.topic("t", 6);
    group.member("C0", {"t"}).member("C1", {"t"}).member("C2", {"t"});
    return group;
}

TEST(ClientAssignors, AreNamedAsInJoinGroup) {
    EXPECT_EQ(client_assignor_name(ClientAssignor::kRange), "range");
    EXPECT_EQ(client_assignor_name(ClientAssignor::kCooperativeSticky), "cooperative-sticky");
    EXPECT_EQ(find_client_assignor("roundrobin"), ClientAssignor::kRoundRobin);
    EXPECT_EQ(find_client_assignor("sticky"), ClientAssignor::kSticky);
    EXPECT_EQ(find_client_assignor("uniform"), std::nullopt);
}

TEST(ClientAssignors, AConsumerIsCooperativeOnlyWhenAllItsAssignorsAre) {
    using A = ClientAssignor;
    const auto protocol_of = [](const std::vector<A>& assignors) {
        return rebalance_protocol_of(assignors);
    };
    EXPECT_EQ(protocol_of({A::kCooperativeSticky}), RebalanceProtocol::kCooperative);
    EXPECT_EQ(protocol_of({A::kRange, A::kCooperativeSticky}), RebalanceProtocol::kEager);
    EXPECT_EQ(protocol_of({A::kSticky}), RebalanceProtocol::kEager);
}

TEST(Range, CutsEachTopicForItselfAndTheFirstMembersGetTheOddOnes) {
    EXPECT_THAT(two_topics(ClientAssignor::kRange).rebalance(),
                ElementsAre(Pair("C0", ElementsAre("t0-0", "t0-1", "t1-0", "t1-1")),
                            Pair("C1", ElementsAre("t0-2", "t1-2"))));
}

TEST(Range, PutsStaticMembersFirstByTheirInstanceId) {
    ClientGroup group(ClientAssignor::kRange);
    group.topic("t", 3).member("a", {"t"});
    group.static_member("b", "instance-2", {"t"}).static_member("c", "instance-1", {"t"});
    EXPECT_THAT(group.rebalance(),
                ElementsAre(Pair("a", ElementsAre("t-2")), Pair("b", ElementsAre("t-1")),
                            Pair("c", ElementsAre("t-0"))));
}

TEST(Range, LeavesOutTopicsWithoutMetadataAndThoseNobodySubscribesTo) {
    ClientGroup group(ClientAssignor::kRange);
    group.topic("t", 1).topic("unknown", 0).topic("other", 4);
    group.member("C0", {"missing", "t", "unknown"});
    EXPECT_THAT(group.rebalance(), ElementsAre(Pair("C0", ElementsAre("t-0"))));
}

TEST(Range, GivesMembersThePartitionsOfTheirRackWithinTheirShare) {
    ClientGroup group(ClientAssignor::kRange);
    group.topic_on_racks("t", {{"b"}, {"b"}, {"a"}, {"a"}});
    group.member("C0", {"t"}).member("C1", {"t"}).rack("C0", "a").rack("C1", "b");
    EXPECT_THAT(group.rebalance(), ElementsAre(Pair("C0", ElementsAre("t-2", "t-3")),
                                               Pair("C1", ElementsAre("t-0", "t-1"))));
}

TEST(Range, KeepsEqualTopicsAlignedEvenWhereRacksMatter) {
    ClientGroup group(ClientAssignor::kRange);
    group.topic_on_racks("t", {{"b"}, {"a"}}).topic_on_racks("u", {{"b"}, {"a"}});
    group.member("C0", {"t", "u"}).member("C1", {"t", "u"}).rack("C0", "a").rack("C1", "b");
    EXPECT_THAT(group.rebalance(), ElementsAre(Pair("C0", ElementsAre("t-1", "u-1")),
                                               Pair("C1", ElementsAre("t-0", "u-0"))));
}

TEST(Range, RacksChangeNothingWhenEveryPartitionIsOnAllOfThem) {
    ClientGroup group(ClientAssignor::kRange);
    group.topic_on_racks("t", {{"b", "a"}, {"a", "b"}});
    group.member("C0", {"t"}).member("C1", {"t"}).rack("C0", "b").rack("C1", "a");
    EXPECT_THAT(group.rebalance(),
                ElementsAre(Pair("C0", ElementsAre("t-0")), Pair("C1", ElementsAre("t-1"))));
}

TEST(RoundRobin, DealsAllPartitionsAroundTheCircle) {
    EXPECT_THAT(two_topics(ClientAssignor::kRoundRobin).rebalance(),
                ElementsAre(Pair("C0", ElementsAre("t0-0", "t0-2", "t1-1")),
                            Pair("C1", ElementsAre("t0-1", "t1-0", "t1-2"))));
}

TEST(RoundRobin, PassesOverMembersThatDoNotSubscribe) {
    ClientGroup group(ClientAssignor::kRoundRobin);
    group.topic("t0", 1).topic("t1", 2).topic("t2", 3);
    group.member("C0", {"t0"}).member("C1", {"t0", "t1"}).member("C2", {"t0", "t1", "t2"});
    EXPECT_THAT(group.rebalance(),
                ElementsAre(Pair("C0", ElementsAre("t0-0")), Pair("C1", ElementsAre("t1-0")),
                            Pair("C2", ElementsAre("t1-1", "t2-0", "t2-1", "t2-2"))));
}

TEST(Sticky, BeginsAsRoundRobinAndMovesOnlyWhatALeavingMemberHad) {
    ClientGroup group = three_members(ClientAssignor::kSticky);
    EXPECT_THAT(group.rebalance(), ElementsAre(Pair("C0", ElementsAre("t-0", "t-3")),
                                               Pair("C1", ElementsAre("t-1", "t-4")),
                                               Pair("C2", ElementsAre("t-2", "t-5"))));
    group.leave("C1");
    EXPECT_THAT(group.rebalance(), ElementsAre(Pair("C0", ElementsAre("t-0", "t-1", "t-3")),
                                               Pair("C2", ElementsAre("t-2", "t-4", "t-5"))));
}

TEST(Sticky, TheClaimOfTheLaterGenerationHolds) {
    ClientGroup group(ClientAssignor::kSticky);
    group.topic("t", 2).member("C0", {"t"}).member("C1", {"t"});
    group.claim("C0", {{"t", {PartitionId(1)}}}, 5).claim("C1", {{"t", {PartitionId(1)}}}, 6);
    EXPECT_THAT(group.rebalance(),
                ElementsAre(Pair("C0", ElementsAre("t-0")), Pair("C1", ElementsAre("t-1"))));
}

TEST(Sticky, OfTwoClaimsOfOneGenerationNeitherHolds) {
    ClientGroup group(ClientAssignor::kSticky);
    group.topic("t", 2).member("C0", {"t"}).member("C1", {"t"});
    group.claim("C0", {{"t", {PartitionId(1)}}}, 6).claim("C1", {{"t", {PartitionId(1)}}}, 6);
    EXPECT_THAT(group.rebalance(),
                ElementsAre(Pair("C0", ElementsAre("t-0")), Pair("C1", ElementsAre("t-1"))));
    group.claim("C0", {{"t", {PartitionId(1)}}}, 6).claim("C1", {}, 6);
    EXPECT_THAT(group.rebalance(),
                ElementsAre(Pair("C0", ElementsAre("t-1")), Pair("C1", ElementsAre("t-0"))));
}

TEST(Sticky, WithDifferentSubscriptionsTheOneWhoCanHaveLittleGetsIt) {
    ClientGroup group(ClientAssignor::kSticky);
    group.topic("t0", 1).topic("t1", 2).topic("t2", 3);
    group.member("C0", {"t0"}).member("C1", {"t0", "t1"}).member("C2", {"t0", "t1", "t2"});
    EXPECT_THAT(group.rebalance(), ElementsAre(Pair("C0", ElementsAre("t0-0")),
                                               Pair("C1", ElementsAre("t1-0", "t1-1")),
                                               Pair("C2", ElementsAre("t2-0", "t2-1", "t2-2"))));
    // Without C0 its partition is free, and nothing else moves.
    group.leave("C0");
    EXPECT_THAT(group.rebalance(), ElementsAre(Pair("C1", ElementsAre("t0-0", "t1-0", "t1-1")),
                                               Pair("C2", ElementsAre("t2-0", "t2-1", "t2-2"))));
}

TEST(Sticky, PrefersPartitionsOfTheMembersRack) {
    ClientGroup group(ClientAssignor::kSticky);
    group.topic_on_racks("t", {{"b"}, {"a"}, {"b"}, {"a"}});
    group.member("C0", {"t"}).member("C1", {"t"}).rack("C0", "a").rack("C1", "b");
    EXPECT_THAT(group.rebalance(), ElementsAre(Pair("C0", ElementsAre("t-1", "t-3")),
                                               Pair("C1", ElementsAre("t-0", "t-2"))));
}

TEST(CooperativeSticky, HandsOverInASecondRebalanceWhatItsOwnerMustGiveUpFirst) {
    ClientGroup group(ClientAssignor::kCooperativeSticky);
    group.topic("t", 6).member("C1", {"t"});
    EXPECT_THAT(group.rebalance(),
                ElementsAre(Pair("C1", ElementsAre("t-0", "t-1", "t-2", "t-3", "t-4", "t-5"))));
    group.member("C2", {"t"});
    EXPECT_THAT(group.rebalance(),
                ElementsAre(Pair("C1", ElementsAre("t-0", "t-1", "t-2")), Pair("C2", IsEmpty())));
    EXPECT_THAT(group.rebalance(), ElementsAre(Pair("C1", ElementsAre("t-0", "t-1", "t-2")),
                                               Pair("C2", ElementsAre("t-3", "t-4", "t-5"))));
}

TEST(CooperativeSticky, WaitsAlsoWhereSubscriptionsDiffer) {
    ClientGroup group(ClientAssignor::kCooperativeSticky);
    group.topic("t", 4).topic("u", 1).member("C1", {"t"});
    (void)group.rebalance();
    group.member("C2", {"t", "u"});
    const Owned first = group.rebalance();
    EXPECT_THAT(first.at("C2"), ElementsAre("u-0"));
    EXPECT_EQ(first.at("C1").size(), 3U);
    EXPECT_THAT(group.rebalance(), ElementsAre(Pair("C1", first.at("C1")),
                                               Pair("C2", UnorderedElementsAre("t-0", "u-0"))));
}

TEST(ClientAssignors, AGroupWithoutMembersGetsNothing) {
    AssignorMemory leader;
    EXPECT_THAT(assign_partitions(ClientAssignor::kSticky, {{"t", {3, {}}}}, {}, leader),
                IsEmpty());
}

}  // namespace
}  // namespace brokerlab
