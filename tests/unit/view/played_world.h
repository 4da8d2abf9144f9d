// Small scenarios for tests of views, and a way to play them up to a moment.
#pragma once

#include <string_view>
#include <variant>

#include <gtest/gtest.h>

#include "sim/script/scenario.h"
#include "sim/timeline/timeline.h"

namespace brokerlab::testing {

inline constexpr std::string_view kTillAndAudit = R"(
name: A till and an audit
seed: 7
cluster: {brokers: 3, controllers: 3}
topics:
  - {name: orders, partitions: 2, replication-factor: 3, config: {min.insync.replicas: 2}}
producers:
  - {name: till, topic: orders, rate: 100/s, key: "order-{n}", value: "{n} coffees", config: {acks: all}}
consumers:
  - {name: audit, topics: [orders], from: earliest}
until: 60s
)";

inline constexpr std::string_view kClientNamedAsAPartition = R"(
name: A client that is named as a partition
seed: 7
cluster: {brokers: 1, controllers: 1}
topics:
  - {name: orders, partitions: 2, replication-factor: 1}
producers:
  - {name: orders-0, topic: orders, rate: 1/s, value: "{n}"}
until: 10s
)";

/// The scenario, played until everything up to `at` has run.
inline Timeline play(std::string_view yaml, Duration at) {
    std::variant<Scenario, FileError> read = read_scenario(yaml);
    const auto* error = std::get_if<FileError>(&read);
    EXPECT_EQ(error, nullptr) << (error != nullptr ? error->what : "");
    const Scenario& scenario = std::get<Scenario>(read);
    Outcome<Timeline> timeline = Timeline::create(scenario.setup, scenario.plan);
    EXPECT_TRUE(timeline.ok());
    timeline->seek(at);
    return *std::move(timeline);
}

}  // namespace brokerlab::testing
