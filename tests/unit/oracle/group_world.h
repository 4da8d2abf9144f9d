// A played World with a consumer group, for tests of what the oracle makes of groups.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/unit/world/small_world.h"

namespace brokerlab::testing {

/// Beside till, which writes {"id":"order-1"}, {"id":"order-2"} ... ten times a second over both
/// partitions, group `stock` of one member, which works 20 ms on a record, commits every 5 s, and
/// is missed after 6 s. `audit` is gone.
inline brokerlab::Setup group_setup() {
    brokerlab::Setup setup = small_setup();
    EXPECT_FALSE(setup.cluster_config.set("offsets.topic.num.partitions", "3").has_value());
    setup.producers.front().key = "{n}";
    setup.producers.front().value = R"({"id":"order-{n}"})";
    ConsumerSetup stock;
    stock.group = "stock";
    stock.topics = {"orders"};
    stock.process = 20_ms;
    stock.config = ConfigMap(ConfigScope::kConsumer);
    for (const auto& [key, value] :
         {std::pair("auto.offset.reset", "earliest"), std::pair("session.timeout.ms", "6000"),
          std::pair("heartbeat.interval.ms", "2000")}) {
        EXPECT_FALSE(stock.config.set(key, value).has_value()) << key;
    }
    setup.consumers = {stock};
    return setup;
}

/// The same World for every test of a program: twelve seconds after its time 0.
inline const World& group_world() {
    static const World kWorld = [] {
        World world = booted(group_setup());
        run_until(world, *world.time_zero + 12_s);
        return world;
    }();
    return kWorld;
}

}  // namespace brokerlab::testing
