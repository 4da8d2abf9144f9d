// Things: what a person points at has a text that reads back, and says whether it is there.
#include "sim/view/thing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/view/played_world.h"

namespace brokerlab {
namespace {

using testing::kTillAndAudit;
using testing::play;

const TopicPartition kOrders0{"orders", PartitionId(0)};

TEST(Thing, ReadsBackWhatItsTextSays) {
    const Timeline timeline = play(kTillAndAudit, 1_s);
    const World& world = timeline.world();
    const std::vector<Thing> things{BrokerThing{BrokerId(2)},
                                    ControllerThing{1},
                                    QuorumThing{},
                                    TopicThing{"orders"},
                                    PartitionThing{kOrders0},
                                    ReplicaThing{kOrders0, BrokerId(2)},
                                    BatchThing{kOrders0, BrokerId(2), Offset(12)},
                                    ClientThing{"till"},
                                    LinkThing{{NodeKind::kBroker, 1}, {NodeKind::kClient, 2}},
                                    MessageThing{17},
                                    FactThing{{EventSequence(1234), 3}}};
    for (const Thing& thing : things) {
        const std::string text = thing_text(world, thing);
        EXPECT_EQ(parse_thing(world, text), thing) << text;
    }
    EXPECT_EQ(thing_text(world, Thing()), "");
}

TEST(Thing, IsWrittenAsAPersonWouldTypeIt) {
    const Timeline timeline = play(kTillAndAudit, 0_s);
    const World& world = timeline.world();
    EXPECT_EQ(thing_text(world, BrokerThing{BrokerId(2)}), "broker 2");
    EXPECT_EQ(thing_text(world, ReplicaThing{kOrders0, BrokerId(2)}), "orders-0 on 2");
    EXPECT_EQ(thing_text(world, BatchThing{kOrders0, BrokerId(2), Offset(7)}),
              "orders-0 on 2 at 7");
    EXPECT_EQ(thing_text(world, LinkThing{{NodeKind::kBroker, 1}, {NodeKind::kClient, 2}}),
              "link broker 1 - till");
}

TEST(Thing, OrdersTheEndsOfALink) {
    const Timeline timeline = play(kTillAndAudit, 0_s);
    EXPECT_EQ(parse_thing(timeline.world(), "link till - broker 1"),
              parse_thing(timeline.world(), "link broker 1 - till"));
}

TEST(Thing, ReadsNothingFromWordsThatNameNothing) {
    const Timeline timeline = play(kTillAndAudit, 0_s);
    for (const char* text : {"",
                             "broker",
                             "broker 0",
                             "broker -1",
                             "broker two",
                             "nobody",
                             "orders-",
                             "-0",
                             "orders 0",
                             "orders-0 on",
                             "orders-0 on x",
                             "orders-0 on 2 at",
                             "orders-0 on 2 at -1",
                             "topic ",
                             "topic a b",
                             "link broker 1",
                             "link broker 1 - broker 1",
                             "link broker 1 - nobody",
                             "message",
                             "message x",
                             "fact 1",
                             "fact 1.",
                             "fact .1",
                             "controller 0"}) {
        EXPECT_EQ(parse_thing(timeline.world(), text), std::nullopt) << text;
    }
}

TEST(Thing, NameOfAClientWinsOverAPartition) {
    const Timeline timeline = play(testing::kClientNamedAsAPartition, 0_s);
    EXPECT_EQ(parse_thing(timeline.world(), "orders-0"), Thing(ClientThing{"orders-0"}));
    EXPECT_EQ(parse_thing(timeline.world(), "orders-1"),
              Thing(PartitionThing{{"orders", PartitionId(1)}}));
}

TEST(Thing, IsThereOrNot) {
    const Timeline timeline = play(kTillAndAudit, 1_s);
    const World& world = timeline.world();
    const TopicPartition orders9{"orders", PartitionId(9)};
    EXPECT_FALSE(exists(world, Thing()));
    EXPECT_TRUE(exists(world, BrokerThing{BrokerId(3)}));
    EXPECT_FALSE(exists(world, BrokerThing{BrokerId(4)}));
    EXPECT_TRUE(exists(world, ControllerThing{1}));
    EXPECT_FALSE(exists(world, ControllerThing{9}));
    EXPECT_TRUE(exists(world, TopicThing{"orders"}));
    EXPECT_FALSE(exists(world, TopicThing{"payments"}));
    EXPECT_TRUE(exists(world, PartitionThing{kOrders0}));
    EXPECT_FALSE(exists(world, PartitionThing{orders9}));
    EXPECT_TRUE(exists(world, ReplicaThing{kOrders0, BrokerId(3)}));
    EXPECT_FALSE(exists(world, ReplicaThing{orders9, BrokerId(3)}));
    EXPECT_TRUE(exists(world, BatchThing{kOrders0, BrokerId(1), Offset(0)}));
    EXPECT_FALSE(exists(world, BatchThing{kOrders0, BrokerId(1), Offset(100'000)}));
    EXPECT_TRUE(exists(world, ClientThing{"till"}));
    EXPECT_FALSE(exists(world, ClientThing{"nobody"}));
    EXPECT_FALSE(exists(world, LinkThing{{NodeKind::kBroker, 1}, {NodeKind::kClient, 99}}));
    EXPECT_FALSE(exists(world, MessageThing{0}));
    EXPECT_FALSE(exists(world, FactThing{{EventSequence(1), 0}}));
}

TEST(Thing, OfAClientThatIsNotThereYetHasAText) {
    const Timeline timeline = play(kTillAndAudit, 0_s);
    const Thing link = LinkThing{{NodeKind::kBroker, 1}, {NodeKind::kClient, 99}};
    EXPECT_EQ(thing_text(timeline.world(), link), "link broker 1 - client 99");
    EXPECT_EQ(thing_of(timeline.world(), NodeId{NodeKind::kClient, 99}), Thing());
}

TEST(Thing, IsWhatAFactIsAbout) {
    const Timeline timeline = play(kTillAndAudit, 0_s);
    const World& world = timeline.world();
    const NodeId controller{NodeKind::kController, 1};
    const auto about = [&](NodeId node, FactBody body) {
        return thing_of(world, Fact{{}, {}, node, kNoEvent, std::move(body)});
    };
    LeaderChanged changed;
    changed.partition = kOrders0;
    EXPECT_EQ(about(controller, changed), Thing(PartitionThing{kOrders0}));
    EXPECT_EQ(about(controller, BrokerFenced{BrokerId(2), 9_s}), Thing(BrokerThing{BrokerId(2)}));
    EXPECT_EQ(about(controller, TopicCreated{"orders", 2, 3}), Thing(TopicThing{"orders"}));
    EXPECT_EQ(about(controller, ControllerActivated{LeaderEpoch(3)}), Thing(ControllerThing{1}));
    EXPECT_EQ(about({NodeKind::kClient, 2}, SendFailed{}), Thing(ClientThing{"till"}));
    RecordsLostOnDisk lost;
    lost.partition = {"__cluster_metadata", PartitionId(0)};
    EXPECT_EQ(about({NodeKind::kBroker, 1}, lost), Thing(QuorumThing{}));
}

}  // namespace
}  // namespace brokerlab
