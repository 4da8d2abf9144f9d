// How a world comes to life, and that it is a value: two equal worlds have one future.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/world/small_world.h"

namespace brokerlab {
namespace {

using testing::booted;
using testing::give;
using testing::run_for;
using testing::small_setup;
using testing::small_world;

TEST(Boot, EndsAtTheFirstFullSecondWithEveryReplicaInSync) {
    const World& world = small_world();
    ASSERT_TRUE(world.time_zero.has_value());
    EXPECT_EQ(world.now, *world.time_zero);
    EXPECT_EQ(world.now.ns % 1'000'000'000, 0);
    EXPECT_EQ(boot_waits_for(world), "");
    for (int32_t p = 0; p < 2; ++p) {
        const PartitionRegistration* partition =
            world.committed_metadata().find_partition({"orders", PartitionId(p)});
        ASSERT_NE(partition, nullptr);
        EXPECT_EQ(partition->isr.size(), 3U);
    }
    EXPECT_NE(world.active_controller(), nullptr);
}

TEST(Boot, SaysWhatItWaitsFor) {
    EXPECT_EQ(boot_waits_for(new_world(small_setup())), "an active controller");
}

TEST(Boot, OfAFactorAboveTheBrokersFailsWithKafkasSentence) {
    brokerlab::Setup setup = small_setup();
    setup.topics[0].replication_factor = 4;
    World world = new_world(setup);
    StepResult result;
    std::optional<Failure> failure;
    while (!failure && world.now < SimTime() + kBootLimit) {
        step(world, result);
        failure = boot_failure(result);
    }
    ASSERT_TRUE(failure.has_value());
    EXPECT_THAT(failure->what, ::testing::HasSubstr("INVALID_REPLICATION_FACTOR"));
}

TEST(World, BootsTheSameWayEachTime) {
    EXPECT_EQ(world_digest(booted(small_setup())), world_digest(small_world()));
    brokerlab::Setup other = small_setup();
    other.seed = Seed(2);
    EXPECT_NE(world_digest(booted(other)), world_digest(small_world()));
}

TEST(World, IsUntouchedWhenItsCopyMovesOn) {
    World world = small_world();
    const uint64_t before = world_digest(world);
    World copy = world;
    run_for(copy, 3_s);
    EXPECT_EQ(give(copy, NodeCommand{NodeCommand::Verb::kKill, {NodeKind::kBroker, 1}}), "");
    run_for(copy, 3_s);
    EXPECT_EQ(world_digest(world), before);
    EXPECT_EQ(world, small_world());
    EXPECT_FALSE(copy == world);
}

TEST(World, HasOneFutureInEachCopy) {
    World one = small_world();
    World two = one;
    for (World* world : {&one, &two}) {
        run_for(*world, 2_s);
        EXPECT_EQ(give(*world, NodeCommand{NodeCommand::Verb::kPause, {NodeKind::kBroker, 2}}), "");
        run_for(*world, 2_s);
    }
    EXPECT_EQ(world_digest(one), world_digest(two));
    EXPECT_EQ(one, two);
}

TEST(RefusedCommand, ChangesNothingButTheRecordOfIt) {
    World world = small_world();
    const uint32_t refused = world.commands_refused;
    StepResult result;
    const std::optional<Refusal> refusal =
        apply(world, NodeCommand{NodeCommand::Verb::kStart, {NodeKind::kBroker, 1}},
              "start broker 1", world.now, result);
    ASSERT_TRUE(refusal.has_value());
    EXPECT_EQ(world.commands_refused, refused + 1);
    ASSERT_EQ(result.facts.size(), 1U);
    EXPECT_EQ(std::get<CommandRefused>(result.facts[0].body),
              (CommandRefused{"start broker 1", "broker 1 is already running"}));
    EXPECT_EQ(world.brokers, small_world().brokers);
    EXPECT_EQ(world.clients, small_world().clients);
}

TEST(Boot, GoesOnInTimeWhateverSettingsAreZero) {
    brokerlab::Setup setup = small_setup();
    for (const char* key :
         {"replica.fetch.backoff.ms", "socket.connection.setup.timeout.ms",
          "socket.connection.setup.timeout.max.ms", "replica.fetch.wait.max.ms",
          "controller.quorum.retry.backoff.ms", "controller.quorum.append.linger.ms",
          "replica.lag.time.max.ms", "log.cleaner.backoff.ms",
          "replica.high.watermark.checkpoint.interval.ms", "log.initial.task.delay.ms"}) {
        ASSERT_FALSE(setup.cluster_config.set(key, "0").has_value()) << key;
    }
    World world = new_world(setup);
    StepResult result;
    const SimTime end = world.now + 3_s;
    while (world.now < end && world.events_run < 500'000) {
        step(world, result);
    }
    EXPECT_GE(world.now, end);
}

TEST(Rule, IsOffForTheWorldThatSwitchedItOff) {
    World world = small_world();
    EXPECT_EQ(give(world, SetRule{Rule::kMinIsrCheck, false}), "");
    EXPECT_FALSE(world.rules.on(Rule::kMinIsrCheck));
    EXPECT_TRUE(small_world().rules.on(Rule::kMinIsrCheck));
    EXPECT_EQ(give(world, SetRule{Rule::kMinIsrCheck, true}), "");
    EXPECT_TRUE(world.rules.on(Rule::kMinIsrCheck));
}

TEST(CutLink, GoesBothWaysOrOneAndHeals) {
    World world = small_world();
    const LinkEnd one{LinkEnd::Kind::kNode, {NodeKind::kBroker, 1}, {}};
    const LinkEnd brokers{LinkEnd::Kind::kBrokers, {}, {}};
    const NodeId a{NodeKind::kBroker, 1};
    const NodeId b{NodeKind::kBroker, 2};
    ASSERT_EQ(give(world, CutLink{one, brokers, true}), "");
    EXPECT_TRUE(world.network->link(a, b).cut);
    EXPECT_FALSE(world.network->link(b, a).cut);
    ASSERT_EQ(give(world, CutLink{one, brokers, false}), "");
    EXPECT_TRUE(world.network->link(b, a).cut);
    ASSERT_EQ(give(world, HealLink{one, brokers}), "");
    EXPECT_FALSE(world.network->link(a, b).cut);
    EXPECT_FALSE(world.network->link(b, a).cut);
}

}  // namespace
}  // namespace brokerlab
