// A small scenario with a consumer group, for tests of what is shown of groups.
#pragma once

#include <string>
#include <string_view>

#include "tests/unit/view/played_world.h"

namespace brokerlab::testing {

/// Two members share four partitions; they are stable after 6 s. The session time-out is 9 s.
inline constexpr std::string_view kStock = R"(
name: A group
seed: 11
cluster: {brokers: 3, controllers: 3}
topics:
  - {name: orders, partitions: 4, replication-factor: 3, config: {min.insync.replicas: 2}}
producers:
  - {name: till, topic: orders, rate: 40/s, key: "order-{n}", value: "{n}", config: {acks: all}}
consumers:
  - group: stock
    topics: [orders]
    members: 2
    process: 2ms
    config: {auto.offset.reset: earliest, session.timeout.ms: 9000, partition.assignment.strategy: STRATEGY}
until: 90s
)";

inline std::string stock(std::string_view strategy, std::string_view commands = {}) {
    std::string text(kStock);
    text.replace(text.find("STRATEGY"), 8, strategy);
    return commands.empty() ? text : text + "timeline:\n" + std::string(commands);
}

}  // namespace brokerlab::testing
