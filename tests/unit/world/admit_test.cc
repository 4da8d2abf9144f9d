// Who may give which command at which moment, and what is said to who may not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/unit/world/small_world.h"

namespace brokerlab {
namespace {

using testing::booted;
using testing::give;
using testing::run_for;
using testing::small_setup;
using testing::small_world;
using Verb = NodeCommand::Verb;
using ClientVerb = ClientCommand::Verb;
using ClientKind = ClientCommand::Kind;

NodeCommand of_broker(Verb verb, int32_t number) {
    return {verb, {NodeKind::kBroker, number}};
}
NodeCommand of_controller(Verb verb, int32_t number) {
    return {verb, {NodeKind::kController, number}};
}
ClientCommand of_producer(ClientVerb verb, const char* name) {
    return {verb, ClientKind::kProducer, name};
}
LinkEnd broker_end(int32_t number) {
    return {LinkEnd::Kind::kNode, {NodeKind::kBroker, number}, {}};
}
LinkEnd named(const char* name) {
    return {LinkEnd::Kind::kNamed, {}, name};
}

std::string verdict(const World& world, const Command& command) {
    const std::optional<Refusal> refusal = admit(world, command);
    return refusal ? refusal->reason : "";
}

TEST(Admit, SaysNoWhileTheClusterBoots) {
    EXPECT_EQ(verdict(new_world(small_setup()), of_broker(Verb::kKill, 1)),
              "the cluster is still booting");
}

TEST(Admit, KnowsWhoIsThere) {
    const World& world = small_world();
    EXPECT_EQ(verdict(world, of_broker(Verb::kKill, 4)), "there is no broker 4");
    EXPECT_EQ(verdict(world, of_broker(Verb::kKill, 0)), "there is no broker 0");
    EXPECT_EQ(verdict(world, of_controller(Verb::kKill, 2)), "there is no controller 2");
    EXPECT_EQ(verdict(world, of_controller(Verb::kKill, 0)), "there is no controller 0");
    EXPECT_EQ(verdict(world, SlowDisk{BrokerId(9), 1_s}), "there is no broker 9");
    EXPECT_EQ(verdict(world, SetBroker{BrokerId(9), "k", "v"}), "there is no broker 9");
    EXPECT_EQ(verdict(world, CutLink{broker_end(1), broker_end(7)}), "there is no broker 7");
    EXPECT_EQ(verdict(world, CutLink{named("nobody"), broker_end(1)}),
              "there is no client or service named nobody");
    EXPECT_EQ(verdict(world, CutLink{broker_end(1), broker_end(1)}),
              "a link has two ends, and '1' stands at both");
    EXPECT_EQ(verdict(world, CutLink{named("till"), broker_end(1)}), "");
    EXPECT_EQ(verdict(world, of_producer(ClientVerb::kStop, "audit")),
              "there is no producer named audit");
    EXPECT_EQ(verdict(world, ClientCommand{ClientVerb::kPause, ClientKind::kConsumer, "till"}),
              "there is no consumer named till");
    EXPECT_EQ(verdict(world, of_producer(ClientVerb::kStop, "admin")),
              "there is no producer named admin");
    EXPECT_EQ(verdict(world, PostService{"shop", "/", ""}), "there is no service named shop");
    EXPECT_EQ(verdict(world, MessageCommand{MessageCommand::Verb::kDrop, 999'999'999, {}}),
              "message 999999999 is not on its way");
}

TEST(Admit, ReleasesAHeldMessageAndNotWhatWaitsBehindIt) {
    using MessageVerb = MessageCommand::Verb;
    World world = small_world();
    const auto next_on = [&world](const ConnectionId* connection) -> const Message* {
        for (const Message* message : world.network->in_flight()) {
            const auto* request = std::get_if<Request>(&message->packet);
            if (request != nullptr && std::holds_alternative<ProduceRequest>(request->body) &&
                !world.network->is_held(message->number) &&
                (connection == nullptr || message->connection == *connection)) {
                return message;
            }
        }
        return nullptr;
    };
    StepResult result;
    while (next_on(nullptr) == nullptr) {
        step(world, result);
    }
    const uint64_t first = next_on(nullptr)->number;
    const ConnectionId connection = next_on(nullptr)->connection;
    EXPECT_EQ(verdict(world, MessageCommand{MessageVerb::kRelease, first, {}}),
              fmt::format("message {} is not held", first));
    ASSERT_EQ(give(world, MessageCommand{MessageVerb::kHold, first, {}}), "");
    EXPECT_EQ(verdict(world, MessageCommand{MessageVerb::kHold, first, {}}),
              fmt::format("message {} is held; release it first", first));
    while (next_on(&connection) == nullptr) {
        step(world, result);
    }
    const uint64_t second = next_on(&connection)->number;
    EXPECT_EQ(verdict(world, MessageCommand{MessageVerb::kRelease, second, {}}),
              fmt::format("message {} is not held itself; it waits behind one that is", second));
    EXPECT_EQ(verdict(world, MessageCommand{MessageVerb::kRelease, first, {}}), "");
}

TEST(Admit, LetsABrokerDieOnceAndStartOnce) {
    World world = small_world();
    EXPECT_EQ(verdict(world, of_broker(Verb::kStart, 2)), "broker 2 is already running");
    ASSERT_EQ(give(world, of_broker(Verb::kKill, 2)), "");
    EXPECT_EQ(verdict(world, of_broker(Verb::kKill, 2)), "broker 2 is not running");
    EXPECT_EQ(verdict(world, of_broker(Verb::kPause, 2)), "broker 2 is not running");
    EXPECT_EQ(verdict(world, of_broker(Verb::kStop, 2)), "broker 2 is not running");
    ASSERT_EQ(give(world, of_broker(Verb::kStart, 2)), "");
    EXPECT_EQ(verdict(world, of_broker(Verb::kStart, 2)), "broker 2 is already running");
}

TEST(Admit, TellsPausedFromIsolatedFromStopping) {
    World world = small_world();
    EXPECT_EQ(verdict(world, of_broker(Verb::kResume, 1)), "broker 1 is not paused");
    EXPECT_EQ(verdict(world, of_broker(Verb::kRejoin, 1)), "broker 1 is not isolated");
    ASSERT_EQ(give(world, of_broker(Verb::kPause, 1)), "");
    EXPECT_EQ(verdict(world, of_broker(Verb::kPause, 1)), "broker 1 is already paused");
    EXPECT_EQ(verdict(world, of_broker(Verb::kStop, 1)),
              "broker 1 is paused and takes no signal; resume it first");
    EXPECT_EQ(verdict(world, of_broker(Verb::kKill, 1)), "");
    ASSERT_EQ(give(world, of_broker(Verb::kIsolate, 1)), "");
    EXPECT_EQ(verdict(world, of_broker(Verb::kIsolate, 1)), "broker 1 is already isolated");
    ASSERT_EQ(give(world, of_broker(Verb::kResume, 1)), "");
    ASSERT_EQ(give(world, of_broker(Verb::kRejoin, 1)), "");
    ASSERT_EQ(give(world, of_broker(Verb::kStop, 1)), "");
    EXPECT_EQ(verdict(world, of_broker(Verb::kStop, 1)), "broker 1 is already stopping");
    ASSERT_EQ(give(world, of_broker(Verb::kPowerOff, 1)), "");
    EXPECT_EQ(verdict(world, of_broker(Verb::kPowerOff, 1)), "broker 1 is already off");
}

TEST(Admit, ChangesADiskOnlyWhileItsBrokerIsDown) {
    World world = small_world();
    EXPECT_EQ(verdict(world, RepairDisk{BrokerId(3)}),
              "broker 3 is running; a disk is changed only while the broker is down");
    ASSERT_EQ(give(world, FailDisk{BrokerId(3)}), "");
    run_for(world, 5_s);
    EXPECT_EQ(verdict(world, FailDisk{BrokerId(3)}), "the disk of broker 3 has already failed");
    EXPECT_EQ(verdict(world, of_broker(Verb::kStart, 3)),
              "the disk of broker 3 has failed; repair disk 3 first");
    ASSERT_EQ(give(world, RepairDisk{BrokerId(3)}), "");
    EXPECT_EQ(verdict(world, of_broker(Verb::kStart, 3)), "");
}

TEST(Admit, ChecksWhatAClientIsSetTo) {
    World world = small_world();
    const auto set = [&](const char* key, const char* value) {
        return verdict(world, SetClient{ClientKind::kProducer, "till", key, value});
    };
    EXPECT_EQ(set("rate", "5/s"), "");
    EXPECT_EQ(set("rate", "5"), "'5' is not a rate; write one as 100/s, 30/min or 10/h");
    EXPECT_EQ(set("acks", "1"), "");
    EXPECT_EQ(set("ackz", "1"), "Unknown configuration ackz; did you mean acks?");
    EXPECT_EQ(
        verdict(world, SetClient{ClientKind::kConsumer, "audit", "enable.auto.commit", "true"}),
        "enable.auto.commit cannot be set to true when default group id (null) is used.");
    EXPECT_EQ(verdict(world, SetClient{ClientKind::kConsumer, "audit", "fetch.min.bytes", "5"}),
              "");
    EXPECT_THAT(set("linger.ms", "-1"), ::testing::HasSubstr("Value must be at least 0"));
    EXPECT_THAT(set("delivery.timeout.ms", "10"),
                ::testing::HasSubstr("equal to or larger than linger.ms + request.timeout.ms"));
    EXPECT_THAT(set("transactional.id", "t"), ::testing::HasSubstr("can't be played yet"));
    ASSERT_EQ(give(world, SetClient{ClientKind::kProducer, "till", "enable.idempotence", "true"}),
              "");
    run_for(world, 5_s);
    EXPECT_THAT(set("acks", "1"), ::testing::HasSubstr("Must set acks to all"));
}

TEST(Admit, LeavesAClientThatDoesNotRunInPeace) {
    World world = small_world();
    EXPECT_EQ(verdict(world, of_producer(ClientVerb::kStart, "till")), "till is already running");
    ASSERT_EQ(give(world, of_producer(ClientVerb::kCrash, "till")), "");
    EXPECT_EQ(verdict(world, of_producer(ClientVerb::kCrash, "till")), "till is not running");
    EXPECT_EQ(verdict(world, of_producer(ClientVerb::kStop, "till")), "till is not running");
    EXPECT_EQ(verdict(world, of_producer(ClientVerb::kStart, "till")), "");
    EXPECT_EQ(verdict(world, ClientCommand{ClientVerb::kResume, ClientKind::kConsumer, "audit"}),
              "audit is not paused");
    EXPECT_EQ(verdict(world, ClientCommand{ClientVerb::kAdd, ClientKind::kConsumer, "audit"}),
              "audit reads without a group, and a group is what members are added to");
}

TEST(Admit, StartsAConsumerAnewWhoseApplicationHasEnded) {
    brokerlab::Setup setup = small_setup();
    setup.consumers[0].group = "audit";
    ASSERT_FALSE(setup.consumers[0].config.set("auto.offset.reset", "none"));
    World world = booted(setup);
    const ClientCommand start{ClientVerb::kStart, ClientKind::kConsumer, "audit-1"};
    EXPECT_EQ(verdict(world, start), "audit-1 is already running");
    run_for(world, 10_s);
    EXPECT_EQ(give(world, start), "") << "it has no offset to begin with, and ends";
    EXPECT_EQ(verdict(world, start), "audit-1 is already running");
}

TEST(Console, SendsOnlyWhileItRuns) {
    World world = small_world();
    const Command produce = ProduceOne{"orders", "k", "v"};
    EXPECT_EQ(verdict(world, of_producer(ClientVerb::kStop, "console")),
              "there is no producer named console");
    ASSERT_EQ(give(world, produce), "");
    EXPECT_EQ(verdict(world, SetClient{ClientKind::kProducer, "console", "rate", "1/s"}),
              "console sends only what it is told to send");
    ASSERT_EQ(give(world, of_producer(ClientVerb::kCrash, "console")), "");
    EXPECT_EQ(give(world, produce), "console is not running");
    ASSERT_EQ(give(world, of_producer(ClientVerb::kStart, "console")), "");
    EXPECT_EQ(give(world, produce), "");
}

}  // namespace
}  // namespace brokerlab
