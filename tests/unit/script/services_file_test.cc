// Services in scenario files and in commands: what is read, what is written back, what is wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/script/scenario_builder.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::read_bad;
using testing::read_good;

const std::string kShop = R"(name: Shop
cluster: {brokers: 1}
topics:
  - {name: orders}
services:
  - {name: order-service, handler: order, http: 8080, produces: orders, config: {linger.ms: 0}}
  - {name: stock-service, handler: stock, group: stock, topics: [orders], instances: 2, process: 1ms..5ms, on-error: retry}
  - {name: log-service, handler: log, group: log, pattern: "ord.*", config: {auto.offset.reset: earliest}}
timeline:
  - {at: 5s, do: 'post order-service /api/v1/orders {"name":"book","qty":1,"price":1}'}
  - {at: 6s, do: kill service stock-service}
  - {at: 7s, do: start service stock-service-2}
  - {at: 8s, do: cut order-service 1}
until: 60s
expect:
  - {that: "lag(stock) == 0 and acked(order-service-1) == 1"}
)";

std::string with(const std::string& from, const std::string& to) {
    std::string yaml = kShop;
    const std::size_t at = yaml.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return yaml.replace(at, from.size(), to);
}

TEST(ServicesInAFile, AreReadWithTheirClients) {
    const brokerlab::Setup setup = read_good(kShop).setup;
    ASSERT_EQ(setup.services.size(), 3U);
    const ServiceSetup& order = setup.services[0];
    EXPECT_EQ(order.name, "order-service");
    EXPECT_EQ(order.handler, "order");
    EXPECT_EQ(order.http, 8080);
    EXPECT_EQ(order.produces, "orders");
    EXPECT_EQ(order.producer_config.integer("linger.ms"), 0);
    EXPECT_EQ(order.instances, 1);
    const ServiceSetup& stock = setup.services[1];
    EXPECT_EQ(stock.group, "stock");
    EXPECT_THAT(stock.topics, ElementsAre("orders"));
    EXPECT_EQ(stock.instances, 2);
    EXPECT_EQ(stock.process, WorkTime(1_ms, 5_ms));
    EXPECT_EQ(stock.on_error, OnError::kRetry);
    EXPECT_EQ(setup.services[2].pattern, "ord.*");
    EXPECT_EQ(setup.services[2].consumer_config.text("auto.offset.reset"), "earliest");
}

TEST(ServicesInAFile, AreWrittenBackAsTheSame) {
    const Scenario scenario = read_good(kShop);
    EXPECT_EQ(read_good(write_scenario(scenario)), scenario);
}

TEST(ServicesInAFile, GiveAKeyThatBothClientsKnowToBoth) {
    const std::string both =
        "name: b\ncluster: {brokers: 1}\ntopics:\n"
        "  - {name: ECOMMERCE_NEW_ORDER}\n  - {name: ECOMMERCE_ORDER_APPROVED}\n"
        "  - {name: ECOMMERCE_ORDER_REJECTED}\nservices:\n"
        "  - {name: f, handler: fraud-detector, group: f, "
        "topics: [ECOMMERCE_NEW_ORDER], "
        "config: {metadata.max.age.ms: 5000, acks: 1, max.poll.records: 1}}\n"
        "until: 1s\n";
    const ServiceSetup service = read_good(both).setup.services.front();
    EXPECT_EQ(service.consumer_config.integer("metadata.max.age.ms"), 5000);
    EXPECT_EQ(service.producer_config.integer("metadata.max.age.ms"), 5000);
    EXPECT_EQ(service.producer_config.text("acks"), "1");
    EXPECT_EQ(service.consumer_config.integer("max.poll.records"), 1);
}

struct Wrong {
    const char* from;
    const char* to;
    int line;
    int column;
    const char* says;
};

TEST(ServicesInAFile, AreRefusedWithPlaceAndReason) {
    const Wrong all[] = {
        {"handler: order,", "handler: ordr,", 6, 36, "did you mean 'order'?"},
        {"handler: order,", "handler: zzzzzzz,", 6, 36, "there are order, stock, email"},
        {" http: 8080,", "", 6, 5, "needs a port"},
        {"http: 8080", "http: 80800", 6, 49, "65535"},
        {" produces: orders,", "", 6, 5, "needs a topic in 'produces'"},
        {"produces: orders", "produces: ordrs", 6, 65, "did you mean 'orders'?"},
        {"handler: order, http: 8080,", "handler: email, group: g, topics: [orders],", 6, 81,
         "'produces' has no place here"},
        {"group: stock, ", "", 7, 5, "needs a 'group'"},
        {" topics: [orders],", "", 7, 5, "needs 'topics' or a 'pattern'"},
        {"topics: [orders]", "topics: [ordrs]", 7, 66, "did you mean 'orders'?"},
        {"name: stock-service", "name: order-service", 7, 12, "stands twice"},
        {"name: log-service", "name: stock-service-2", 8, 12, "stands twice"},
        {"on-error: retry", "on-error: again", 7, 118, "skip or retry"},
        {"linger.ms: 0", "linger.mss: 0", 6, 82, "linger.ms"},
        {"linger.ms: 0", "linger.ms: -1", 6, 93, "linger.ms"},
        {"auto.offset.reset: earliest", "acks: all", 8, 78, "a setting of producers"},
        {"group: log", "group: log, http: 1", 8, 57, "not called over HTTP"},
        {"kill service stock-service", "kill service stok-service", 11, 18,
         "did you mean 'stock-service'?"},
        {"post order-service", "post order-servce", 10, 18, "did you mean 'order-service'?"},
    };
    for (const Wrong& wrong : all) {
        const FileError error = read_bad(with(wrong.from, wrong.to));
        EXPECT_THAT(error.what, HasSubstr(wrong.says)) << wrong.to;
        EXPECT_EQ(error.line, wrong.line) << wrong.to << ": " << error.what;
        EXPECT_EQ(error.column, wrong.column) << wrong.to << ": " << error.what;
    }
}

TEST(ServicesInAFile, HaveAPortOfTheirOwn) {
    const FileError error = read_bad(with(
        "  - {name: log-service",
        "  - {name: two, handler: order, http: 8080, produces: orders}\n  - {name: log-service"));
    EXPECT_EQ(error.line, 8);
    EXPECT_THAT(error.what, HasSubstr("port 8080 is taken by order-service"));
}

TEST(ServicesInAFile, MayShareAGroup) {
    const Scenario scenario = read_good(with("group: log", "group: stock"));
    EXPECT_EQ(scenario.setup.services[2].group, "stock");
}

}  // namespace
}  // namespace brokerlab
