// What waits, what holds it and until when: judged on real runs, and by what then happens.
#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/view/explain.h"
#include "tests/unit/view/played_world.h"

namespace brokerlab {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kTillAndAudit;
using ::testing::Not;
using testing::play;

std::string with_timeline(std::string_view commands) {
    return std::string(kTillAndAudit) + "timeline:\n" + std::string(commands);
}

auto what(std::string_view text) {
    return Field(&Wait::what, HasSubstr(std::string(text)));
}
auto held(std::string_view text) {
    return Field(&Wait::holds_it, HasSubstr(std::string(text)));
}
auto ends(std::string_view text) {
    return Field(&Wait::ends, HasSubstr(std::string(text)));
}

const Wait* find(const std::vector<Wait>& all, std::string_view words) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const Wait& wait) {
        return wait.what.find(words) != std::string::npos;
    });
    return found == all.end() ? nullptr : &*found;
}

const Thing kOrders0 = PartitionThing{{"orders", PartitionId(0)}};

TEST(Waits, NothingIsHeldUpInAHealthyCluster) {
    const Timeline run = play(kTillAndAudit, 10_s);
    EXPECT_THAT(waits(run.world(), Thing()), IsEmpty());
}

TEST(Waits, OrdinaryWaitsAreToldToWhoAsks) {
    const Timeline run = play(kTillAndAudit, 10_s);
    EXPECT_THAT(waits(run.world(), ClientThing{"audit"}),
                Contains(AllOf(what("waits for new records"), ends("fetch.max.wait.ms"))));
}

TEST(Waits, ASilentBrokerIsFencedAtTheEndOfItsSession) {
    Timeline run = play(with_timeline("  - {at: 5s, do: kill broker 1}\n"), 8_s);
    const std::vector<Wait> all = waits(run.world(), Thing());
    const Wait* silent = find(all, "broker 1 is down, and the controller still takes it for alive");
    ASSERT_NE(silent, nullptr);
    EXPECT_EQ(silent->who, Thing(BrokerThing{BrokerId(1)}));
    EXPECT_THAT(silent->ends, HasSubstr("broker.session.timeout.ms"));
    ASSERT_TRUE(silent->deadline);
    // It then is fenced, once the decision is committed.
    run.seek(*silent->deadline - 1_ms);
    const auto fenced = [&] {
        return run.world().committed_metadata().find_broker(BrokerId(1))->fenced;
    };
    EXPECT_FALSE(fenced());
    run.seek(*silent->deadline + 100_ms);
    EXPECT_TRUE(fenced());
}

TEST(Waits, AWriteWaitsForTheHighWatermarkThatADeadReplicaHoldsBack) {
    Timeline run = play(with_timeline("  - {at: 5s, do: kill broker 1}\n"), 8_s);
    const std::vector<Wait> all = waits(run.world(), Thing());
    const Wait* produce = find(all, "Produce of till to orders-");
    ASSERT_NE(produce, nullptr);
    EXPECT_THAT(produce->what, HasSubstr("waits for the high watermark"));
    EXPECT_THAT(produce->holds_it,
                AllOf(HasSubstr("HW "), HasSubstr("held by replica 1, last fetch 3.")));
    EXPECT_THAT(produce->ends,
                AllOf(HasSubstr("replica 1 leaves the ISR by "),
                      HasSubstr("broker 1 is fenced by "), HasSubstr("gives the request up by ")));
    ASSERT_TRUE(produce->deadline);
    run.seek(*produce->deadline + 2_s);
    EXPECT_EQ(find(waits(run.world(), Thing()), "Produce of till"), nullptr);
}

TEST(Waits, RecordsForAPartitionWithoutALeaderWaitAndItSaysForWhom) {
    const Timeline run = play(with_timeline("  - {at: 5s, do: kill broker 1}\n"
                                            "  - {at: 20s, do: kill broker 2}\n"
                                            "  - {at: 35s, do: kill broker 3}\n"),
                              59_s);
    EXPECT_THAT(waits(run.world(), kOrders0),
                Contains(AllOf(what("orders-0 waits for a leader"), held("is down"),
                               ends("unclean election"))));
    EXPECT_THAT(
        waits(run.world(), ClientThing{"till"}),
        Contains(AllOf(what("records of till for orders-0 wait"), ends("delivery.timeout.ms"))));
}

TEST(Waits, WithoutAMajorityOfControllersThereIsNoElection) {
    const Timeline run = play(with_timeline("  - {at: 5s, do: kill controller 1}\n"
                                            "  - {at: 5s, do: kill controller 2}\n"),
                              20_s);
    EXPECT_THAT(waits(run.world(), QuorumThing{}),
                Contains(AllOf(what("no active controller"),
                               held("1 of 3 controllers run, and a majority is 2"))));
}

TEST(Waits, WhileAMajorityIsThereTheElectionHasATime) {
    const Timeline before = play(kTillAndAudit, 1_s);
    const int32_t active = before.world().active_controller()->start().number;
    const Timeline run =
        play(with_timeline("  - {at: 5s, do: kill controller " + std::to_string(active) + "}\n"),
             5500_ms);
    const std::vector<Wait> all = waits(run.world(), Thing());
    const Wait* election = find(all, "no active controller");
    ASSERT_NE(election, nullptr);
    EXPECT_THAT(election->holds_it, HasSubstr("still follows controller"));
    ASSERT_TRUE(election->deadline);
    EXPECT_GT(*election->deadline, Duration(5500_ms));
    EXPECT_LT(*election->deadline, Duration(7100_ms));
}

TEST(Waits, AStartingBrokerWaitsForItsRegistrationWhileItsOldSessionLasts) {
    const Timeline run =
        play(with_timeline("  - {at: 5s, do: kill broker 1}\n  - {at: 6s, do: start broker 1}\n"),
             7500_ms);
    EXPECT_THAT(waits(run.world(), BrokerThing{BrokerId(1)}),
                Contains(AllOf(what("broker 1 waits for its registration"),
                               held("its session has to end first"),
                               ends("initial.broker.registration.timeout.ms"))));
}

TEST(Waits, MessagesBehindACutSayWhenTcpTriesAgain) {
    const Timeline run = play(with_timeline("  - {at: 5s, do: cut 1 2}\n"), 8_s);
    const std::vector<Wait> all =
        waits(run.world(), LinkThing{node_of(BrokerId(1)), node_of(BrokerId(2))});
    EXPECT_THAT(all, Contains(AllOf(what("not get through"), held("the link is cut"),
                                    ends("TCP sends the first of them again"))));
}

TEST(Waits, ASlowFollowerIsBehindAndSaysWhy) {
    const Timeline run = play(with_timeline("  - {at: 5s, do: slow disk 1 20s}\n"), 15_s);
    const std::vector<Wait> all = waits(run.world(), BrokerThing{BrokerId(1)});
    EXPECT_THAT(all, Contains(AllOf(what("replica 1 of orders-"), what("behind its leader"),
                                    held("its disk is slow"))));
}

TEST(Waits, AnAdminsRequestWaitsForAController) {
    const Timeline run = play(with_timeline("  - {at: 5s, do: kill controller 1}\n"
                                            "  - {at: 5s, do: kill controller 2}\n"
                                            "  - {at: 10s, do: create topic parcels}\n"),
                              15_s);
    EXPECT_THAT(waits(run.world(), ClientThing{"admin"}),
                Contains(AllOf(what("'create topic parcels' waits for Kafka's answer"),
                               ends("default.api.timeout.ms"))));
}

TEST(Waits, AskingAboutAThingLeavesOutWhatHasNothingToDoWithIt) {
    const Timeline run = play(with_timeline("  - {at: 5s, do: kill broker 1}\n"), 8_s);
    EXPECT_THAT(waits(run.world(), ClientThing{"audit"}),
                Not(Contains(what("still takes it for alive"))));
    EXPECT_THAT(waits(run.world(), kOrders0), Not(Contains(what("orders-1"))));
}

TEST(Waits, WhatEndsFirstStandsFirst) {
    const Timeline run = play(with_timeline("  - {at: 5s, do: kill broker 1}\n"), 8_s);
    const std::vector<Wait> all = waits(run.world(), Thing());
    EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), [](const Wait& a, const Wait& b) {
        return a.deadline.value_or(kForever) < b.deadline.value_or(kForever);
    }));
}

}  // namespace
}  // namespace brokerlab
