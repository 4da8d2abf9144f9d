// Order services in a whole cluster: calls, two groups, crashes in mid-work, records that can't be
// worked on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "sim/world/names.h"
#include "tests/unit/world/small_world.h"

namespace brokerlab {
namespace {

using ::testing::HasSubstr;

constexpr const char* kOrder = R"({"name":"book","qty":5,"price":20})";

ServiceSetup reader(const char* name, const char* handler, const char* group) {
    ServiceSetup service;
    service.name = name;
    service.handler = handler;
    service.group = group;
    service.topics = {"orders"};
    service.consumer_config = ConfigMap(ConfigScope::kConsumer);
    EXPECT_EQ(service.consumer_config.set("auto.offset.reset", "earliest"), std::nullopt);
    EXPECT_EQ(service.consumer_config.set("session.timeout.ms", "6000"), std::nullopt);
    service.producer_config = ConfigMap(ConfigScope::kProducer);
    return service;
}

/// order-service on port 8080, stock-service in group stock, email-service in group email.
brokerlab::Setup shop_setup() {
    brokerlab::Setup setup = testing::small_setup();
    EXPECT_EQ(setup.cluster_config.set("offsets.topic.num.partitions", "3"), std::nullopt);
    setup.topics.front().partitions = 1;
    setup.producers.clear();
    setup.consumers.clear();
    ServiceSetup order;
    order.name = "order-service";
    order.handler = "order";
    order.http = 8080;
    order.produces = "orders";
    order.consumer_config = ConfigMap(ConfigScope::kConsumer);
    order.producer_config = ConfigMap(ConfigScope::kProducer);
    setup.services.push_back(order);
    setup.services.push_back(reader("stock-service", "stock", "stock"));
    setup.services.back().instances = 2;
    setup.services.back().process = 1_s;
    setup.services.push_back(reader("email-service", "email", "email"));
    return setup;
}

/// The shop, ten seconds after time 0: its groups are stable.
const World& shop() {
    static const World kShop = [] {
        World world = testing::booted(shop_setup());
        testing::run_for(world, 10_s);
        return world;
    }();
    return kShop;
}

std::string post(World& world, const std::string& body = kOrder) {
    return testing::give(world, PostService{"order-service", "/api/v1/orders", body});
}
std::string service(World& world, ClientCommand::Verb verb, const std::string& name) {
    return testing::give(world, ClientCommand{verb, ClientCommand::Kind::kService, name});
}
std::size_t count(const World& world, const char* name, Deed deed) {
    std::size_t n = 0;
    for (std::size_t i = 0; i < world.business->deeds.size(); ++i) {
        const ServiceActed& acted = world.business->deeds[i].deed;
        n += acted.service == name && acted.deed == deed ? 1U : 0U;
    }
    return n;
}
ServiceCounts counts(const World& world, const char* name) {
    return world.business->counts.at(std::string(name));
}
/// Which instance of stock-service reads the partition.
std::string worker(const World& world) {
    for (const char* name : {"stock-service-1", "stock-service-2"}) {
        const ConsumerClient* consumer = world.find_client(name)->consumer();
        if (consumer != nullptr && !consumer->positions().empty()) {
            return name;
        }
    }
    return "nobody";
}

TEST(Services, BothGroupsGetEachOrderOnce) {
    World world = shop();
    EXPECT_EQ(post(world), "");
    EXPECT_EQ(post(world), "");
    testing::run_for(world, 5_s);
    EXPECT_EQ(count(world, "order-service", Deed::kOrderPlaced), 2U);
    EXPECT_EQ(count(world, "stock-service", Deed::kStockTaken), 2U);
    EXPECT_EQ(count(world, "email-service", Deed::kMailSent), 2U);
    EXPECT_EQ(counts(world, "stock-service"), (ServiceCounts{2, 0}));
    const Database& stock = *world.business->databases.at(std::string("stock-service"));
    EXPECT_EQ(stock.tables.at(std::string("stock"))->rows.at(std::string("book")).back(), "990");
}

/// The answers to one call, until `span` has passed.
std::vector<HttpAnswered> answers(World& world, Duration span) {
    std::vector<HttpAnswered> all;
    StepResult result;
    const SimTime until = world.now + span;
    while (world.queue.next_time() <= until) {
        step(world, result);
        for (const Fact& fact : result.facts) {
            if (const auto* answered = std::get_if<HttpAnswered>(&fact.body)) {
                all.push_back(*answered);
            }
        }
    }
    return all;
}

TEST(Services, ACallIsAnsweredWhenSendHasReturned) {
    World world = shop();
    // The first send() of a producer waits for the metadata of its topic.
    EXPECT_EQ(post(world), "");
    EXPECT_EQ(count(world, "order-service", Deed::kOrderPlaced), 0U);
    const std::vector<HttpAnswered> first = answers(world, 1_s);
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(first[0], (HttpAnswered{"order-service", "/api/v1/orders", 200,
                                      "Order placed successfully ..."}));
    // The next does not wait for anything, not for the brokers either.
    EXPECT_EQ(post(world), "");
    EXPECT_EQ(count(world, "order-service", Deed::kOrderPlaced), 2U);
    EXPECT_EQ(world.find_client("order-service-1")->counts().acked, 1U);
}

TEST(Services, ACallThatNobodyCanAnswerWellIsToldWhy) {
    World world = shop();
    EXPECT_EQ(post(world, "no order"), "");
    EXPECT_EQ(counts(world, "order-service"), (ServiceCounts{0, 1}));
    EXPECT_EQ(world.find_client("order-service-1")->instance()->open_calls().size(), 0U);
}

TEST(Services, AnInstanceKilledInMidWorkLeavesItsOrderToAnother) {
    World world = shop();
    const std::string first = worker(world);
    EXPECT_EQ(post(world), "");
    testing::run_for(world, 500_ms);
    EXPECT_EQ(service(world, ClientCommand::Verb::kKill, first), "");
    testing::run_for(world, 20_s);
    EXPECT_NE(worker(world), first);
    EXPECT_EQ(count(world, "stock-service", Deed::kStockTaken), 1U);
}

TEST(Services, AnInstanceKilledBeforeItsCommitMakesAnotherHandleTheOrderAgain) {
    World world = shop();
    const std::string first = worker(world);
    testing::run_for(world, 2_s);  // Just after an auto-commit: the next is due in 4 s.
    EXPECT_EQ(post(world), "");
    testing::run_for(world, 1500_ms);
    EXPECT_EQ(count(world, "stock-service", Deed::kStockTaken), 1U);
    EXPECT_EQ(service(world, ClientCommand::Verb::kKill, first), "");
    testing::run_for(world, 20_s);
    EXPECT_EQ(count(world, "stock-service", Deed::kStockTaken), 2U);
    EXPECT_EQ(count(world, "email-service", Deed::kMailSent), 1U);
}

TEST(Services, ACallWithoutABrokerGetsKafkasErrorInTheEnd) {
    brokerlab::Setup setup = shop_setup();
    EXPECT_EQ(setup.services[0].producer_config.set("max.block.ms", "3000"), std::nullopt);
    World world = testing::booted(setup);
    for (int32_t broker = 1; broker <= 3; ++broker) {
        EXPECT_EQ(testing::give(world,
                                NodeCommand{NodeCommand::Verb::kKill, {NodeKind::kBroker, broker}}),
                  "");
    }
    EXPECT_EQ(post(world), "");
    const std::vector<HttpAnswered> all = answers(world, 5_s);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].status, 500);
    EXPECT_THAT(all[0].body, HasSubstr("not present in metadata after 3000 ms"));
    EXPECT_EQ(count(world, "order-service", Deed::kOrderPlaced), 0U);
}

TEST(Services, ARecordThatFailsIsSkipped) {
    World world = shop();
    EXPECT_EQ(testing::give(world, ProduceOne{"orders", std::nullopt, "not an order"}), "");
    EXPECT_EQ(post(world), "");
    testing::run_for(world, 5_s);
    EXPECT_EQ(counts(world, "stock-service"), (ServiceCounts{1, 1}));
    EXPECT_EQ(counts(world, "email-service"), (ServiceCounts{1, 1}));
}

TEST(Services, ARecordThatFailsAndIsRetriedBlocksThoseBehindIt) {
    brokerlab::Setup setup = shop_setup();
    setup.services[1].on_error = OnError::kRetry;
    World world = testing::booted(setup);
    testing::run_for(world, 10_s);
    EXPECT_EQ(testing::give(world, ProduceOne{"orders", std::nullopt, "not an order"}), "");
    testing::run_for(world, 100_ms);
    EXPECT_EQ(post(world), "");
    testing::run_for(world, 5_s);
    EXPECT_EQ(counts(world, "stock-service").handled, 0U);
    // Each attempt: a second's pause, perhaps the end of a Fetch, and a second's work.
    EXPECT_GE(counts(world, "stock-service").failed, 2U);
    EXPECT_LE(counts(world, "stock-service").failed, 3U);
    EXPECT_EQ(counts(world, "email-service").handled, 1U);
}

TEST(Services, ARecordThatIsRetriedBlocksNoOtherPartitionAndKeepsItsMemberInTheGroup) {
    brokerlab::Setup setup = shop_setup();
    setup.topics[0].partitions = 2;
    ServiceSetup& stock = setup.services[1];
    stock.on_error = OnError::kRetry;
    stock.instances = 1;
    stock.process = Duration();
    EXPECT_EQ(stock.consumer_config.set("max.poll.interval.ms", "20000"), std::nullopt);
    EXPECT_EQ(stock.consumer_config.set("session.timeout.ms", "10000"), std::nullopt);
    World world = testing::booted(setup);
    testing::run_for(world, 10_s);
    const auto order = [](const char* id) {
        return fmt::format(R"({{"id":"{}","name":"book","qty":1,"price":1}})", id);
    };
    EXPECT_EQ(testing::give(world, ProduceOne{"orders", "a", "not an order"}), "");
    EXPECT_EQ(testing::give(world, ProduceOne{"orders", "a", order("behind")}), "");
    EXPECT_EQ(testing::give(world, ProduceOne{"orders", "d", order("beside")}), "");
    testing::run_for(world, 5_s);
    EXPECT_EQ(counts(world, "stock-service").handled, 1U) << "the other partition's";

    const auto consumer = [&world]() -> const ConsumerClient& {
        return *world.find_client("stock-service-1")->consumer();
    };
    ASSERT_EQ(consumer().application().paused.size(), 1U);
    const TopicPartition blocked = consumer().application().paused.begin()->first;
    EXPECT_EQ(consumer().positions().at(blocked).next, Offset(0)) << "it went back";
    testing::run_for(world, 60_s);
    EXPECT_EQ(count(world, "stock-service", Deed::kStockTaken), 1U);
    EXPECT_GE(counts(world, "stock-service").failed, 40U);
    EXPECT_EQ(consumer().positions().size(), 2U) << "it polled all the time";
}

TEST(Services, ForgetInACrashWhatOnlyTheirMemoryHeld) {
    World world = shop();
    EXPECT_EQ(post(world), "");
    testing::run_for(world, 3_s);
    const ClientHost& entry = *world.find_client("order-service-1");
    EXPECT_EQ(entry.instance()->counts(), (ServiceCounts{1, 0}));
    EXPECT_EQ(service(world, ClientCommand::Verb::kKill, "order-service"), "");
    EXPECT_EQ(service(world, ClientCommand::Verb::kStart, "order-service"), "");
    EXPECT_EQ(post(world), "");
    testing::run_for(world, 3_s);
    EXPECT_EQ(world.find_client("order-service-1")->instance()->counts(), (ServiceCounts{1, 0}));
    EXPECT_EQ(counts(world, "order-service"), (ServiceCounts{2, 0}));
}

TEST(Services, ACallThatWaitsForItsRecordsIsAnsweredWhenTheyAreAcknowledged) {
    brokerlab::Setup setup = shop_setup();
    for (const char* topic : {"ECOMMERCE_NEW_ORDER", "ECOMMERCE_SEND_EMAIL"}) {
        setup.topics.push_back(setup.topics.front());
        setup.topics.back().name = topic;
    }
    setup.services[0].handler = "new-order";
    setup.services[0].produces.reset();
    World world = testing::booted(setup);
    const PostService call{"order-service", "/new?email=ana@shop.com&amount=10", ""};
    EXPECT_EQ(testing::give(world, call), "");
    EXPECT_EQ(count(world, "order-service", Deed::kOrderPlaced), 0U);
    EXPECT_EQ(world.find_client("order-service-1")->instance()->open_calls().size(), 1U);
    testing::run_for(world, 1_s);
    EXPECT_EQ(count(world, "order-service", Deed::kOrderPlaced), 1U);
    EXPECT_EQ(counts(world, "order-service").handled, 1U);
}

/// A service of that handler in place of order-service, or of stock-service for one that reads. All
/// that it writes to lies on broker 3 alone, but ECOMMERCE_SEND_EMAIL.
brokerlab::Setup fragile_setup(std::size_t place, const char* handler, OnError on_error) {
    brokerlab::Setup setup = shop_setup();
    for (const char* topic : {"ECOMMERCE_NEW_ORDER", "ECOMMERCE_SEND_EMAIL",
                              "ECOMMERCE_ORDER_APPROVED", "ECOMMERCE_ORDER_REJECTED"}) {
        setup.topics.push_back(setup.topics.front());
        setup.topics.back().name = topic;
        setup.topics.back().replication_factor =
            std::string_view(topic) == "ECOMMERCE_SEND_EMAIL" ? 3 : 1;
    }
    ServiceSetup& service = setup.services[place];
    service.handler = handler;
    service.produces.reset();
    service.process = Duration();
    service.instances = 1;
    service.on_error = on_error;
    EXPECT_EQ(service.producer_config.set("request.timeout.ms", "2000"), std::nullopt);
    EXPECT_EQ(service.producer_config.set("delivery.timeout.ms", "10000"), std::nullopt);
    return setup;
}
NodeId leader_of(const World& world, const char* topic) {
    const PartitionRegistration* partition =
        world.committed_metadata().find_partition({topic, PartitionId(0)});
    EXPECT_NE(partition, nullptr);
    return {NodeKind::kBroker, partition->leader.value};
}
std::string node(World& world, NodeCommand::Verb verb, NodeId of) {
    return testing::give(world, NodeCommand{verb, of});
}

/// An entry of new-order that has taken one order, before another is posted with the only broker
/// down that has ECOMMERCE_NEW_ORDER.
class NewOrder : public ::testing::Test {
protected:
    NewOrder() : world_(testing::booted(fragile_setup(0, "new-order", OnError::kSkip))) {
        EXPECT_EQ(testing::give(world_, call_), "");
        testing::run_for(world_, 5_s);
        EXPECT_EQ(entry().counts().acked, 2U);
        leader_ = leader_of(world_, "ECOMMERCE_NEW_ORDER");
        EXPECT_EQ(node(world_, NodeCommand::Verb::kKill, leader_), "");
        EXPECT_EQ(testing::give(world_, call_), "");
        testing::run_for(world_, 5_s);
    }
    const ClientHost& entry() const { return *world_.find_client("order-service-1"); }

    const PostService call_{"order-service", "/new?email=ana@shop.com&amount=10", ""};
    World world_;
    NodeId leader_;
};

TEST_F(NewOrder, SendsTheMailWhenTheOrderIsAcknowledged) {
    EXPECT_EQ(entry().counts().sent, 3U);
    EXPECT_EQ(entry().counts().acked, 2U);
    EXPECT_EQ(node(world_, NodeCommand::Verb::kStart, leader_), "");
    const std::vector<HttpAnswered> all = answers(world_, 20_s);
    EXPECT_EQ(entry().counts().acked, 4U);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].status, 200);
    EXPECT_EQ(count(world_, "order-service", Deed::kOrderPlaced), 2U);
}

TEST_F(NewOrder, SendsNoMailAboutAnOrderThatCouldNotBeSent) {
    const std::vector<HttpAnswered> all = answers(world_, 20_s);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].status, 500);
    EXPECT_THAT(all[0].body, HasSubstr("10000 ms"));
    EXPECT_EQ(entry().counts().sent, 3U);
    EXPECT_EQ(count(world_, "order-service", Deed::kOrderPlaced), 1U);
    EXPECT_EQ(counts(world_, "order-service"), (ServiceCounts{1, 1}));
}

/// A fraud-detector with one order to decide on while the only broker is down that has the topic of
/// its verdict.
struct Verdict {
    explicit Verdict(OnError on_error)
        : world(testing::booted(fragile_setup(1, "fraud-detector", on_error))) {
        testing::run_for(world, 10_s);
        leader = leader_of(world, "ECOMMERCE_ORDER_APPROVED");
        EXPECT_EQ(node(world, NodeCommand::Verb::kKill, leader), "");
        testing::run_for(world, 15_s);
        EXPECT_EQ(testing::give(world, ProduceOne{"orders", std::nullopt,
                                                  R"({"id":"o1","email":"a@b.c","amount":5})"}),
                  "");
    }
    World world;
    NodeId leader;
};

TEST(Services, CommitNoRecordBeforeWhatTheySendAboutItIsAcknowledged) {
    auto [world, leader] = Verdict(OnError::kSkip);
    testing::run_for(world, 9_s);  // An auto-commit was due in it.
    EXPECT_EQ(count(world, "stock-service", Deed::kOrderApproved), 0U);
    EXPECT_EQ(service(world, ClientCommand::Verb::kKill, "stock-service"), "");
    EXPECT_EQ(node(world, NodeCommand::Verb::kStart, leader), "");
    testing::run_for(world, 10_s);
    EXPECT_EQ(service(world, ClientCommand::Verb::kStart, "stock-service"), "");
    testing::run_for(world, 20_s);
    EXPECT_EQ(count(world, "stock-service", Deed::kOrderApproved), 1U);
    EXPECT_EQ(world.find_client("stock-service-1")->counts().acked, 1U);
    EXPECT_EQ(counts(world, "stock-service"), (ServiceCounts{1, 0}));
}

TEST(Services, SkipARecordWhoseVerdictCouldNotBeSent) {
    auto [world, leader] = Verdict(OnError::kSkip);
    testing::run_for(world, 15_s);
    EXPECT_EQ(counts(world, "stock-service"), (ServiceCounts{0, 1}));
    EXPECT_EQ(node(world, NodeCommand::Verb::kStart, leader), "");
    testing::run_for(world, 30_s);
    EXPECT_EQ(counts(world, "stock-service"), (ServiceCounts{0, 1}));
    EXPECT_EQ(count(world, "stock-service", Deed::kOrderApproved), 0U);
}

TEST(Services, TryARecordAgainWhoseVerdictCouldNotBeSent) {
    auto [world, leader] = Verdict(OnError::kRetry);
    testing::run_for(world, 15_s);
    EXPECT_EQ(counts(world, "stock-service"), (ServiceCounts{0, 1}));
    const ConsumerClient& consumer = *world.find_client("stock-service-1")->consumer();
    EXPECT_EQ(consumer.busy_until(), consumer.application().done_at);
    EXPECT_EQ(node(world, NodeCommand::Verb::kStart, leader), "");
    testing::run_for(world, 30_s);
    EXPECT_EQ(counts(world, "stock-service"), (ServiceCounts{1, 1}));
    EXPECT_EQ(count(world, "stock-service", Deed::kOrderApproved), 1U);
}

TEST(Services, ThatAreKilledStartAgainWithTheirDatabase) {
    World world = shop();
    EXPECT_EQ(post(world), "");
    testing::run_for(world, 8_s);
    EXPECT_EQ(service(world, ClientCommand::Verb::kKill, "stock-service"), "");
    EXPECT_EQ(world.find_client("stock-service-2")->state, ClientState::kCrashed);
    EXPECT_EQ(service(world, ClientCommand::Verb::kKill, "stock-service-2"),
              "stock-service-2 is not running");
    EXPECT_EQ(service(world, ClientCommand::Verb::kStart, "stock-service"), "");
    EXPECT_EQ(post(world), "");
    testing::run_for(world, 30_s);
    const Database& stock = *world.business->databases.at(std::string("stock-service"));
    EXPECT_EQ(stock.tables.at(std::string("stock"))->rows.at(std::string("book")).back(), "990");
}

TEST(Services, AreRefusedWhatTheyCantDo) {
    World world = shop();
    EXPECT_EQ(testing::give(world, PostService{"shop", "/", ""}), "there is no service named shop");
    EXPECT_EQ(testing::give(world, PostService{"email-service", "/", ""}),
              "email-service has no HTTP entry");
    EXPECT_EQ(service(world, ClientCommand::Verb::kStart, "order-service"),
              "order-service is already running");
    EXPECT_EQ(service(world, ClientCommand::Verb::kKill, "order-service"), "");
    EXPECT_EQ(post(world), "no instance of order-service is running");
    EXPECT_THAT(testing::give(world, ClientCommand{ClientCommand::Verb::kAdd,
                                                   ClientCommand::Kind::kConsumer, "stock"}),
                HasSubstr("instances of stock-service"));
}

TEST(Services, AreAnEndOfALinkWithAllTheirInstances) {
    const auto nodes = [](const char* name) {
        return nodes_of(shop(), {LinkEnd::Kind::kNamed, {}, name}).size();
    };
    EXPECT_EQ(nodes("stock-service"), 2U);
    EXPECT_EQ(nodes("stock-service-2"), 1U);
    EXPECT_EQ(nodes("stock"), 0U);
}

TEST(Services, WithSeveralInstancesTakeCallsInTurn) {
    brokerlab::Setup setup = shop_setup();
    setup.services[0].instances = 2;
    World world = testing::booted(setup);
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(post(world), "");
    }
    EXPECT_EQ(world.find_client("order-service-1")->calls, 2U);
    EXPECT_EQ(world.find_client("order-service-2")->calls, 2U);
    EXPECT_EQ(service(world, ClientCommand::Verb::kKill, "order-service-1"), "");
    EXPECT_EQ(post(world), "");
    EXPECT_EQ(world.find_client("order-service-2")->calls, 3U);
    // One that was down for a time is not given all that it missed.
    EXPECT_EQ(post(world), "");
    EXPECT_EQ(post(world), "");
    EXPECT_EQ(service(world, ClientCommand::Verb::kStart, "order-service-1"), "");
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(post(world), "");
    }
    EXPECT_EQ(world.find_client("order-service-1")->calls, 4U);
    EXPECT_EQ(world.find_client("order-service-2")->calls, 7U);
}

TEST(Services, AreTheSameInACopyOfTheWorld) {
    World world = shop();
    World copy = world;
    EXPECT_EQ(post(world), "");
    testing::run_for(world, 3_s);
    EXPECT_EQ(post(copy), "");
    testing::run_for(copy, 3_s);
    EXPECT_EQ(world_digest(world), world_digest(copy));
    EXPECT_TRUE(world == copy);
    EXPECT_EQ(shop().business->deeds.size(), 0U);
}

}  // namespace
}  // namespace brokerlab
