// A small cluster that has booted, for tests of commands and of the passing of time.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "sim/world/admit.h"
#include "sim/world/apply.h"
#include "sim/world/boot.h"
#include "sim/world/step.h"
#include "sim/world/world.h"

namespace brokerlab::testing {

/// Three brokers, one controller, topic orders with three replicas; producer till sends 10 records
/// a second, consumer audit reads them.
inline brokerlab::Setup small_setup() {
    brokerlab::Setup setup;
    setup.name = "small";
    for (int32_t id = 1; id <= 3; ++id) {
        setup.brokers.push_back({BrokerId(id), std::nullopt});
    }
    setup.controllers = 1;
    setup.cluster_config = ConfigMap(ConfigScope::kBroker);
    TopicSetup orders;
    orders.name = "orders";
    orders.partitions = 2;
    orders.replication_factor = 3;
    orders.config = ConfigMap(ConfigScope::kTopic);
    setup.topics.push_back(orders);
    ProducerSetup till;
    till.name = "till";
    till.topic = "orders";
    till.rate = Rate::per_second(10);
    till.value = "{n}";
    till.config = ConfigMap(ConfigScope::kProducer);
    setup.producers.push_back(till);
    ConsumerSetup audit;
    audit.name = "audit";
    audit.topics = {"orders"};
    audit.config = ConfigMap(ConfigScope::kConsumer);
    setup.consumers.push_back(audit);
    return setup;
}

inline void run_until(World& world, SimTime until) {
    StepResult result;
    while (world.queue.next_time() <= until) {
        step(world, result);
    }
}
inline void run_for(World& world, Duration span) {
    run_until(world, world.now + span);
}

inline World booted(const brokerlab::Setup& setup) {
    World world = new_world(setup);
    StepResult result;
    while (world.boot != BootPhase::kDone && world.now < SimTime() + kBootLimit) {
        step(world, result);
    }
    EXPECT_EQ(world.boot, BootPhase::kDone) << boot_waits_for(world);
    return world;
}

/// The same booted world for every test of a program.
inline const World& small_world() {
    static const World kWorld = booted(small_setup());
    return kWorld;
}

/// Gives a command now; the reason of its refusal, or nothing.
inline std::string give(World& world, const Command& command) {
    StepResult result;
    const std::optional<Refusal> refusal = apply(world, command, "a command", world.now, result);
    return refusal ? refusal->reason : "";
}

}  // namespace brokerlab::testing
