// Who owns what in a group, and who must not.
#include "sim/oracle/group_ownership.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/oracle/group_view.h"
#include "tests/unit/world/small_world.h"

namespace brokerlab {
namespace {

const TopicPartition kOrders0{"orders", PartitionId(0)};
const TopicPartition kOrders1{"orders", PartitionId(1)};

TEST(GroupOwnership, HasNoTwoOwnersWhereEverybodyHasHisOwn) {
    const GroupOwnership ownership{
        "stock", 3, {{"a", {kOrders0}}, {"b", {kOrders1}}}, {{"a", {kOrders0}}, {"b", {}}}};
    EXPECT_EQ(two_owners(ownership), std::nullopt);
}

TEST(GroupOwnership, NamesAPartitionThatWasGivenTwice) {
    const GroupOwnership ownership{"stock", 3, {{"a", {kOrders0}}, {"b", {kOrders0}}}, {}};
    EXPECT_EQ(two_owners(ownership), "orders-0 is given to both a and b in epoch 3 of group stock");
}

TEST(GroupOwnership, NamesAPartitionThatTwoMembersFetch) {
    const GroupOwnership ownership{
        "stock", 3, {{"a", {kOrders0}}, {"b", {kOrders1}}}, {{"a", {kOrders1}}, {"b", {kOrders1}}}};
    EXPECT_EQ(two_owners(ownership),
              "orders-1 is fetched by both a and b in epoch 3 of group stock");
}

brokerlab::Setup group_of_two() {
    brokerlab::Setup setup = testing::small_setup();
    setup.consumers[0].group = "stock";
    setup.consumers[0].members = 2;
    EXPECT_EQ(setup.consumers[0].config.set("session.timeout.ms", "6000"), std::nullopt);
    return setup;
}

TEST(GroupOwnership, IsReadOffTheCoordinatorAndTheMembers) {
    World world = testing::booted(group_of_two());
    EXPECT_EQ(view_ownership(world, "stock"), std::nullopt) << "nobody coordinates it yet";
    testing::run_for(world, 10_s);
    const std::optional<GroupOwnership> ownership = view_ownership(world, "stock");
    ASSERT_TRUE(ownership.has_value());
    EXPECT_EQ(ownership->epoch, 1);
    const std::vector<OwnedPartitions> each{{"stock-1", {kOrders0}}, {"stock-2", {kOrders1}}};
    EXPECT_EQ(ownership->assigned, each);
    EXPECT_EQ(ownership->owned, each);
    EXPECT_EQ(view_ownership(world, "nobody"), std::nullopt);
}

brokerlab::Setup group_of_one_of_the_consumer_protocol() {
    brokerlab::Setup setup = testing::small_setup();
    setup.consumers[0].group = "stock";
    EXPECT_EQ(setup.consumers[0].config.set("group.protocol", "consumer"), std::nullopt);
    return setup;
}

TEST(GroupOwnership, OfTheConsumerProtocolCountsWhatAMemberHasNotSaidThatItGaveUp) {
    World world = testing::booted(group_of_one_of_the_consumer_protocol());
    testing::run_for(world, 10_s);
    ASSERT_EQ(testing::give(world, ClientCommand{ClientCommand::Verb::kAdd,
                                                 ClientCommand::Kind::kConsumer, "stock"}),
              "");
    const auto revokes = [&world] {
        const std::optional<GroupView> view = view_group(world, "stock");
        return view && view->owner_of(kOrders1) == nullptr;
    };
    const SimTime latest = world.now + 15_s;
    for (SimTime t = world.now; t < latest && !revokes(); t += 1_ms) {
        testing::run_until(world, t);
    }
    ASSERT_TRUE(revokes());
    // stock-1 commits before it gives orders-1 up: nobody may be given it meanwhile.
    std::optional<GroupOwnership> ownership = view_ownership(world, "stock");
    ASSERT_TRUE(ownership.has_value());
    const std::vector<OwnedPartitions> held{{"stock-1", {kOrders0, kOrders1}}, {"stock-2", {}}};
    EXPECT_EQ(ownership->assigned, held);
    EXPECT_EQ(two_owners(*ownership), std::nullopt);
    ownership->assigned[1].partitions.push_back(kOrders1);
    EXPECT_EQ(two_owners(*ownership),
              "orders-1 is given to both stock-1 and stock-2 in epoch 2 of group stock");
    testing::run_for(world, 15_s);
    const std::vector<OwnedPartitions> each{{"stock-1", {kOrders0}}, {"stock-2", {kOrders1}}};
    EXPECT_EQ(view_ownership(world, "stock")->assigned, each);
}

TEST(GroupOwnership, DoesNotCountAMemberThatIsOutAndDoesNotKnow) {
    World world = testing::booted(group_of_two());
    testing::run_for(world, 10_s);
    ASSERT_EQ(testing::give(world, ClientCommand{ClientCommand::Verb::kPause,
                                                 ClientCommand::Kind::kConsumer, "stock-1"}),
              "");
    testing::run_for(world, 15_s);
    const std::optional<GroupOwnership> ownership = view_ownership(world, "stock");
    ASSERT_TRUE(ownership.has_value());
    const std::vector<OwnedPartitions> all{{"stock-2", {kOrders0, kOrders1}}};
    EXPECT_EQ(ownership->owned, all) << "stock-1 still has orders-0, of an old generation";
    EXPECT_EQ(two_owners(*ownership), std::nullopt);
}

}  // namespace
}  // namespace brokerlab
