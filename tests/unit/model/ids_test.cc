// Strong ids, uuids in Kafka's text form, and the nodes of the simulated network.
#include "sim/model/ids.h"

#include <map>
#include <type_traits>

#include <rapidcheck/gtest.h>

namespace brokerlab {
namespace {

TEST(Uuid, ReadsAsKafkaPrintsIt) {
    // Uuid.METADATA_TOPIC_ID is (0, 1).
    EXPECT_EQ((Uuid{0, 1}.to_string()), "AAAAAAAAAAAAAAAAAAAAAQ");
    EXPECT_EQ(Uuid{}.to_string(), "AAAAAAAAAAAAAAAAAAAAAA");
    EXPECT_EQ((Uuid{~uint64_t{0}, ~uint64_t{0}}.to_string()), "_____________________w");
    EXPECT_EQ((Uuid{0x0102030405060708U, 0x090a0b0c0d0e0f10U}.to_string()),
              "AQIDBAUGBwgJCgsMDQ4PEA");
}

RC_GTEST_PROP(Uuid, ComesBackFromItsText, (uint64_t high, uint64_t low)) {
    const Uuid id{high, low};
    const Outcome<Uuid> parsed = Uuid::parse(id.to_string());
    RC_ASSERT(parsed.ok());
    RC_ASSERT(*parsed == id);
}

TEST(Uuid, RefusesWhatIsNoUuidAndSaysWhat) {
    for (const std::string text :
         {"", "AAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAQA", "AAAAAAAAAAAAAAAAAAAA+Q",
          "AAAAAAAAAAAAAAAAAAAA==", "AAAAAAAAAAAAAAAAAAAA Q"}) {
        const Outcome<Uuid> parsed = Uuid::parse(text);
        ASSERT_FALSE(parsed.ok()) << text;
        EXPECT_THAT(parsed.failure().what, testing::HasSubstr("'" + text + "'"));
    }
}

TEST(Ids, DoNotMixWithEachOtherOrWithNumbers) {
    static_assert(!std::is_convertible_v<BrokerId, PartitionId>);
    static_assert(!std::is_convertible_v<GenerationId, MemberEpoch>);
    static_assert(!std::is_convertible_v<int32_t, BrokerId>);
    static_assert(!std::is_convertible_v<Offset, int64_t>);
    EXPECT_EQ(Offset{7} + 3, Offset{10});
    EXPECT_EQ(Offset{10} - Offset{7}, 3);
    EXPECT_LT(kNoOffset, Offset{0});
    GenerationId generation = kNoGeneration;
    EXPECT_EQ(++generation, GenerationId{0});
}

TEST(TopicPartition, IsNamedAsInKafkasTools) {
    EXPECT_EQ((TopicPartition{"orders", PartitionId{0}}.to_string()), "orders-0");
    EXPECT_EQ((TopicPartition{"a-b", PartitionId{12}}.to_string()), "a-b-12");
}

TEST(NodeId, CountsEachKindForItself) {
    const NodeId broker{NodeKind::kBroker, 1};
    const NodeId controller{NodeKind::kController, 1};
    const NodeId client{NodeKind::kClient, 1};
    EXPECT_NE(broker, controller);
    EXPECT_NE(digest_of(broker), digest_of(controller));
    EXPECT_NE(digest_of(broker), digest_of(NodeId{NodeKind::kBroker, 2}));
    const std::map<NodeId, int> nodes{{client, 3}, {controller, 2}, {broker, 1}};
    EXPECT_EQ(nodes.begin()->first, broker);
    EXPECT_EQ(nodes.size(), 3U);
}

}  // namespace
}  // namespace brokerlab
