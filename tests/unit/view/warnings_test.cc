// Clients that can't succeed for a plain reason are warned of; those that only wait are not.
#include "sim/view/warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

#include "tests/unit/world/small_world.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::small_setup;

/// A cluster without topics, which nobody has booted: the clients need topic `orders`.
Setup without_topics() {
    brokerlab::Setup setup = small_setup();
    setup.topics.clear();
    return setup;
}

void set(Setup& setup, const char* key, const char* value) {
    ASSERT_EQ(setup.cluster_config.set(key, value), std::nullopt);
}

TEST(Warnings, AreNotForTopicsThatAreThere) {
    EXPECT_THAT(hopeless_clients(testing::small_world()), IsEmpty());
}

TEST(Warnings, AreNotForTopicsThatABrokerCreates) {
    EXPECT_THAT(hopeless_clients(new_world(without_topics())), IsEmpty());
}

TEST(Warnings, NameAFactorThatTheBrokersCannotReach) {
    brokerlab::Setup setup = without_topics();
    set(setup, "default.replication.factor", "4");
    EXPECT_THAT(hopeless_clients(new_world(setup)),
                ElementsAre("till, audit can't succeed as long as nobody creates topic 'orders': "
                            "it does not exist and can't be created on demand: it would get 4 "
                            "replicas (default.replication.factor), and there are only 3 brokers"));
    set(setup, "default.replication.factor", "3");
    EXPECT_THAT(hopeless_clients(new_world(setup)), IsEmpty());
}

TEST(Warnings, NameATopicThatNobodyCreates) {
    brokerlab::Setup setup = without_topics();
    set(setup, "auto.create.topics.enable", "false");
    EXPECT_THAT(hopeless_clients(new_world(setup)),
                ElementsAre("till, audit can't succeed as long as nobody creates topic 'orders': "
                            "it does not exist and is not created on demand: "
                            "auto.create.topics.enable is false"));
}

TEST(Warnings, SayThatWaitingIsInVainOnlyWhereTheNameIsTheReason) {
    brokerlab::Setup setup = without_topics();
    setup.producers[0].topic = "no/such/name";
    setup.consumers.clear();
    EXPECT_THAT(hopeless_clients(new_world(setup)),
                ElementsAre(HasSubstr("till can't succeed, however long it waits: topic "
                                      "'no/such/name' does not exist and can't be created: ")));
}

TEST(Warnings, NameATopicWhoseNameCollides) {
    World world = testing::small_world();
    auto till = std::get<ProducerSetup>(world.clients[1]->setup);
    ASSERT_EQ(till.name, "till");
    // A name that differs from a topic's in nothing but a dot for an underscore.
    till.topic = "a.b";
    world.clients[1].edit().setup = till;
    EXPECT_THAT(hopeless_clients(world), IsEmpty());
    ASSERT_EQ(testing::give(world, CreateTopic{"a_b", 1, 1}), "");
    testing::run_for(world, 2_s);
    EXPECT_THAT(hopeless_clients(world),
                ElementsAre(HasSubstr("collides with that of topic 'a_b'")));
}

TEST(Warnings, NameAnOffsetsTopicThatTheBrokersCannotHold) {
    brokerlab::Setup setup = without_topics();
    setup.producers.clear();
    setup.brokers.resize(1);
    setup.consumers[0].group = "stock";
    EXPECT_THAT(hopeless_clients(new_world(setup)),
                ElementsAre(HasSubstr("stock can't succeed as long as nobody creates topic "
                                      "'__consumer_offsets': it does not exist and can't be "
                                      "created on demand: it would get 3 replicas "
                                      "(offsets.topic.replication.factor), and there is only 1 "
                                      "broker")));
}

TEST(Warnings, NameAnOffsetsTopicThatNoControllerAccepts) {
    brokerlab::Setup setup = without_topics();
    setup.producers.clear();
    setup.consumers[0].group = "stock";
    set(setup, "offsets.topic.segment.bytes", "4096");
    EXPECT_THAT(hopeless_clients(new_world(setup)),
                ::testing::Contains(HasSubstr("its segment.bytes would be 4096 "
                                              "(offsets.topic.segment.bytes)")));
}

/// Members of group stock, each with its partition.assignment.strategy.
World group_of(const std::vector<const char*>& strategies) {
    brokerlab::Setup setup = small_setup();
    setup.producers.clear();
    setup.consumers[0].group = "stock";
    setup.consumers[0].members = static_cast<int32_t>(strategies.size());
    World world = new_world(setup);
    std::size_t member = 0;
    for (Cow<ClientHost>& host : world.clients) {
        if (std::holds_alternative<ConsumerSetup>(host->setup)) {
            ConfigMap& config = std::get<ConsumerSetup>(host.edit().setup).config;
            EXPECT_EQ(config.set("partition.assignment.strategy", strategies.at(member)),
                      std::nullopt);
            ++member;
        }
    }
    EXPECT_EQ(member, strategies.size());
    return world;
}

std::vector<std::string> warnings_of_group(const World& world) {
    std::vector<std::string> warnings = hopeless_clients(world);
    std::erase_if(warnings, [](const std::string& warning) {
        return warning.find("together") == std::string::npos;
    });
    return warnings;
}

TEST(Warnings, NameMembersThatShareNoAssignor) {
    EXPECT_THAT(
        warnings_of_group(group_of({"range,sticky", "sticky", "range"})),
        ElementsAre("stock-1, stock-2 and stock-3 can't be in group stock together: they share no "
                    "assignor, with partition.assignment.strategy sticky and range; whoever comes "
                    "later is refused with INCONSISTENT_GROUP_PROTOCOL"));
    EXPECT_THAT(warnings_of_group(group_of({"range,sticky", "sticky", "roundrobin,sticky"})),
                IsEmpty());
}

/// Service shop-service with an instance in group stock and that strategy; it keeps no other
/// company unless a test adds it.
brokerlab::Setup service_setup(const char* strategy) {
    brokerlab::Setup setup = small_setup();
    setup.producers.clear();
    setup.consumers.clear();
    ServiceSetup service;
    service.name = "shop-service";
    service.handler = "stock";
    service.group = "stock";
    service.topics = {"orders"};
    service.consumer_config = ConfigMap(ConfigScope::kConsumer);
    service.producer_config = ConfigMap(ConfigScope::kProducer);
    EXPECT_EQ(service.consumer_config.set("partition.assignment.strategy", strategy), std::nullopt);
    setup.services.push_back(service);
    return setup;
}

TEST(Warnings, NameServicesOfOneGroupThatShareNoAssignor) {
    for (const char* other : {"range", "sticky,range", "sticky"}) {
        brokerlab::Setup setup = service_setup("range");
        setup.services.push_back(setup.services.front());
        ServiceSetup& second = setup.services.back();
        second.name = "depot-service";
        ASSERT_EQ(second.consumer_config.set("partition.assignment.strategy", other), std::nullopt);
        const std::vector<std::string> warnings = warnings_of_group(new_world(setup));
        if (std::string_view(other) == "sticky") {
            EXPECT_THAT(warnings, ElementsAre(HasSubstr(
                                      "shop-service-1 and depot-service-1 can't be in group stock "
                                      "together: they share no assignor, with "
                                      "partition.assignment.strategy range and sticky")));
        } else {
            EXPECT_THAT(warnings, IsEmpty()) << other;
        }
    }
}

TEST(Warnings, NameAConsumerAndAServiceOfOneGroupThatShareNoAssignor) {
    brokerlab::Setup setup = service_setup("roundrobin");
    setup.consumers = small_setup().consumers;
    setup.consumers[0].group = "stock";
    ASSERT_EQ(setup.consumers[0].config.set("partition.assignment.strategy", "sticky"),
              std::nullopt);
    EXPECT_THAT(
        warnings_of_group(new_world(setup)),
        ElementsAre(HasSubstr("stock-1 and shop-service-1 can't be in group stock together")));
    ASSERT_EQ(setup.consumers[0].config.set("partition.assignment.strategy", "roundrobin"),
              std::nullopt);
    EXPECT_THAT(warnings_of_group(new_world(setup)), IsEmpty());
}

TEST(Warnings, AreNotForMembersThatAreGone) {
    World world = group_of({"range", "sticky"});
    ASSERT_THAT(warnings_of_group(world), ::testing::SizeIs(1));
    world.clients.back().edit().state = ClientState::kCrashed;
    EXPECT_THAT(warnings_of_group(world), IsEmpty());
}

TEST(Warnings, NameMembersThatSpeakDifferentProtocols) {
    World world = group_of({"range", "range"});
    ConfigMap& config = std::get<ConsumerSetup>(world.clients.back().edit().setup).config;
    ASSERT_EQ(config.set("group.protocol", "consumer"), std::nullopt);
    EXPECT_THAT(warnings_of_group(world),
                ElementsAre(HasSubstr("group.protocol is classic and consumer")));
}

}  // namespace
}  // namespace brokerlab
