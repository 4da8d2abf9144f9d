// What waits for a decision: while no controller can decide, in a controlled shutdown, and where
// only an unclean election helps. Judged on real runs, and by what then happens.
#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/view/cluster_counts.h"
#include "sim/view/explain.h"
#include "sim/view/quorum_standing.h"
#include "tests/unit/view/played_world.h"

namespace brokerlab {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using testing::kTillAndAudit;
using ::testing::Not;
using testing::play;

std::string with_timeline(std::string_view commands) {
    return std::string(kTillAndAudit) + "timeline:\n" + std::string(commands);
}

/// Two of three controllers die at 5 s; what else happens comes after.
std::string without_majority(std::string_view commands) {
    std::string all = "  - {at: 5s, do: kill controller 1}\n  - {at: 5s, do: kill controller 2}\n";
    all += commands;
    return with_timeline(all);
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
auto held_for_lack_of_controllers() {
    return held("1 of 3 controllers run, and a majority is 2: controllers 1 and 2 are missing");
}

const Wait* find(const std::vector<Wait>& all, std::string_view words) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const Wait& wait) {
        return wait.what.find(words) != std::string::npos;
    });
    return found == all.end() ? nullptr : &*found;
}

const PartitionRegistration& partition_in(const Timeline& run, const TopicPartition& tp) {
    return *run.world().committed_metadata().find_partition(tp);
}

const TopicPartition kOrders0{"orders", PartitionId(0)};

/// The leader of orders-0 before anything happens.
std::string leader_of_orders_0() {
    return std::to_string(partition_in(play(kTillAndAudit, 4_s), kOrders0).leader.value);
}

// ---- Without an active controller

TEST(WaitsForADecision, WithoutAMajorityOfControllersADeadBrokerIsNotFenced) {
    const Timeline run = play(without_majority("  - {at: 8s, do: kill broker 1}\n"), 25_s);
    ASSERT_FALSE(run.world().committed_metadata().find_broker(BrokerId(1))->fenced);
    const std::vector<Wait> all = waits(run.world(), Thing());
    const Wait* dead = find(all, "broker 1 is down, and nobody can fence it");
    ASSERT_NE(dead, nullptr);
    EXPECT_EQ(dead->who, Thing(BrokerThing{BrokerId(1)}));
    EXPECT_THAT(*dead, AllOf(held_for_lack_of_controllers(), held("ISRs"),
                             ends("broker.session.timeout.ms")));
    EXPECT_FALSE(dead->deadline);
}

TEST(WaitsForADecision, WithoutAMajorityOfControllersItsPartitionsGetNoOtherLeader) {
    const std::string leader = leader_of_orders_0();
    const Timeline run =
        play(without_majority("  - {at: 8s, do: kill broker " + leader + "}\n"), 25_s);
    ASSERT_EQ(partition_in(run, kOrders0).leader.value, std::stoi(leader));
    const std::vector<Wait> all = waits(run.world(), PartitionThing{kOrders0});
    EXPECT_THAT(all, Contains(AllOf(what("orders-0 waits for another leader than broker " + leader),
                                    held_for_lack_of_controllers())));
    EXPECT_THAT(all, Contains(what("nobody can fence it")));
    // Of a whole cluster that would be one line for each partition of the broker.
    EXPECT_EQ(find(waits(run.world(), Thing()), "waits for another leader"), nullptr);
}

TEST(WaitsForADecision, WithoutAControllerAReplicaDoesNotLeaveTheIsr) {
    const std::string leader = leader_of_orders_0();
    const std::string other = leader == "1" ? "2" : "1";
    Timeline run = play(without_majority("  - {at: 8s, do: kill broker " + other + "}\n"), 15_s);
    const std::vector<Wait> early = waits(run.world(), PartitionThing{kOrders0});
    EXPECT_THAT(early, Contains(AllOf(what("Produce of till to orders-0"),
                                      ends("no controller can confirm it"))));
    EXPECT_THAT(early, Each(Not(ends("replica " + other + " leaves the ISR by"))));
    // The leader's pass comes replica.lag.time.max.ms later at the earliest.
    run.seek(58_s);
    EXPECT_THAT(waits(run.world(), PartitionThing{kOrders0}),
                Contains(AllOf(what("waits until the controller confirms that"),
                               held_for_lack_of_controllers())));
    EXPECT_THAT(partition_in(run, kOrders0).isr, ::testing::SizeIs(3));
}

TEST(WaitsForADecision, WithoutAControllerABrokerIsNotRegistered) {
    const Timeline run = play(without_majority("  - {at: 8s, do: kill broker 1}\n"
                                               "  - {at: 9s, do: start broker 1}\n"),
                              20_s);
    EXPECT_THAT(
        waits(run.world(), BrokerThing{BrokerId(1)}),
        Contains(AllOf(what("waits for its registration"), held_for_lack_of_controllers())));
}

TEST(WaitsForADecision, WithoutAControllerNoTopicIsMade) {
    const Timeline run = play(without_majority("  - {at: 10s, do: create topic parcels}\n"), 15_s);
    EXPECT_THAT(waits(run.world(), ClientThing{"admin"}),
                Contains(AllOf(what("'create topic parcels'"), held_for_lack_of_controllers())));
}

TEST(WaitsForADecision, ControllersThatCantTalkAreNoMajorityEither) {
    const Timeline run = play(with_timeline("  - {at: 5s, do: isolate controller 1}\n"
                                            "  - {at: 5s, do: isolate controller 2}\n"
                                            "  - {at: 5s, do: isolate controller 3}\n"),
                              20_s);
    ASSERT_EQ(run.world().active_controller(), nullptr);
    EXPECT_THAT(waits(run.world(), QuorumThing{}),
                Contains(AllOf(what("no active controller"),
                               held("3 of 3 controllers run, but no 2 of them can talk"))));
}

TEST(WaitsForADecision, TheCountsOfAClusterTellWhetherSomebodyDecides) {
    EXPECT_TRUE(count_cluster(play(kTillAndAudit, 4_s).world()).controlled);
    EXPECT_FALSE(count_cluster(play(without_majority(""), 15_s).world()).controlled);
}

/// What everybody says who asks whether somebody decides, just after the active controller lost
/// the others: it does not know yet.
TEST(WaitsForADecision, AnActiveControllerThatIsCutOffDecidesNothing) {
    const int32_t active = play(kTillAndAudit, 4_s).world().active_controller()->start().number;
    const Timeline run =
        play(with_timeline("  - {at: 5s, do: kill broker 1}\n  - {at: 5s, do: isolate controller " +
                           std::to_string(active) + "}\n"),
             5100_ms);
    const World& world = run.world();
    ASSERT_NE(world.active_controller(), nullptr) << "it has not noticed yet";
    const std::string powerless =
        "controller " + std::to_string(active) + " is active but reaches no majority";
    EXPECT_THAT(undecided_text(quorum_standing(world)),
                HasSubstr(powerless + ": until the other 2 elect one, no broker is fenced"));
    EXPECT_EQ(deciding_controller(world), nullptr);
    EXPECT_FALSE(count_cluster(world).controlled);
    const std::vector<Wait> all = waits(world, Thing());
    EXPECT_THAT(all, Contains(AllOf(what("broker 1 is down, and nobody can fence it"),
                                    held(powerless + ": the other 2 elect one"))));
    EXPECT_THAT(all, Contains(AllOf(what(powerless), held("it gives up leading"),
                                    ends("with the votes of a majority"))));
    EXPECT_THAT(all, Each(Not(ends("it is fenced"))));
}

TEST(WaitsForADecision, WhoDecidesIsFoundAgainOnceTheOthersHaveElected) {
    const int32_t active = play(kTillAndAudit, 4_s).world().active_controller()->start().number;
    const Timeline run =
        play(with_timeline("  - {at: 5s, do: isolate controller " + std::to_string(active) + "}\n"),
             20_s);
    ASSERT_NE(deciding_controller(run.world()), nullptr);
    EXPECT_NE(deciding_controller(run.world())->start().number, active);
    EXPECT_TRUE(count_cluster(run.world()).controlled);
    EXPECT_EQ(undecided_text(quorum_standing(run.world())), "");
}

TEST(WaitsForADecision, ThreeOfThreeElectWithoutAnOther) {
    QuorumStanding standing;
    standing.voters = 3;
    standing.talking = 3;
    EXPECT_THAT(undecided_text(standing),
                HasSubstr("there is no active controller: until they elect one, "));
    standing.talking = 1;
    EXPECT_THAT(undecided_text(standing),
                HasSubstr("3 of 3 controllers run, but no 2 of them can talk with each other"));
}

// ---- In a controlled shutdown

/// Broker 2 leads a partition: one that leads nothing is let go at once.
TEST(WaitsForADecision, ABrokerInControlledShutdownIsLetGoByAHeartbeatsAnswer) {
    Timeline run = play(with_timeline("  - {at: 6s, do: stop broker 2}\n"), 6030_ms);
    EXPECT_THAT(waits(run.world(), BrokerThing{BrokerId(2)}),
                Contains(AllOf(what("broker 2 waits to be let go"),
                               held("have not told the controller yet that they know"))));
    run.seek(6500_ms);  // Both others have sent a heartbeat meanwhile.
    const std::vector<Wait> all = waits(run.world(), BrokerThing{BrokerId(2)});
    const Wait* stopping = find(all, "broker 2 waits to be let go");
    ASSERT_NE(stopping, nullptr);
    EXPECT_THAT(*stopping, held("nothing any more"));
    EXPECT_THAT(stopping->ends, HasSubstr("with the answer to its next heartbeat"));
    ASSERT_TRUE(stopping->deadline);
    // It then is let go, once the answer is there.
    const auto runs = [&] { return run.world().find_broker(BrokerId(2))->has_process(); };
    run.seek(*stopping->deadline - 1_ms);
    EXPECT_TRUE(runs());
    run.seek(*stopping->deadline + 200_ms);
    EXPECT_FALSE(runs());
}

TEST(WaitsForADecision, AReplicaOfABrokerThatStopsDoesNotJoinTheIsrByCatchingUp) {
    const Timeline run = play(with_timeline("  - {at: 6s, do: stop broker 2}\n"), 7_s);
    const std::vector<Wait> all = waits(run.world(), BrokerThing{BrokerId(2)});
    EXPECT_THAT(all, Contains(AllOf(what("replica 2 of orders-"), what("behind its leader"),
                                    held("controlled shutdown"),
                                    ends("once broker 2 has been "
                                         "started again"))));
    EXPECT_THAT(all, Each(Not(ends("again once it has caught up"))));
}

TEST(WaitsForADecision, WithoutAControllerABrokerStopsOnlyAtTheEndOfItsPatience) {
    const Timeline run = play(without_majority("  - {at: 8s, do: stop broker 1}\n"), 20_s);
    const std::vector<Wait> all = waits(run.world(), BrokerThing{BrokerId(1)});
    const Wait* stopping = find(all, "broker 1 waits to be let go");
    ASSERT_NE(stopping, nullptr);
    EXPECT_THAT(*stopping, held_for_lack_of_controllers());
    EXPECT_EQ(stopping->deadline, Duration(308_s));
}

// ---- Unclean elections

constexpr std::string_view kLastInSyncIsDead = R"(
name: The last in-sync replica is dead
seed: 7
cluster: {brokers: 3, controllers: 1}
topics:
  - {name: refunds, partitions: 1, replication-factor: 3}
producers:
  - {name: desk, topic: refunds, rate: 10/s, value: "{n}", stop: 19s, config: {acks: all}}
timeline:
  - {at: 5s, do: kill broker 2}
  - {at: 5s, do: kill broker 3}
  - {at: 20s, do: kill broker 1}
  - {at: 22s, do: start broker 2}
  - {at: 40s, do: set topic refunds unclean.leader.election.enable=true}
until: 360s
)";
const TopicPartition kRefunds0{"refunds", PartitionId(0)};

TEST(WaitsForADecision, ATopicThatAllowsUncleanElectionsWaitsForTheControllersNextLook) {
    Timeline run = play(kLastInSyncIsDead, 60_s);
    ASSERT_EQ(partition_in(run, kRefunds0).leader, kNoBroker);
    const std::vector<Wait> all = waits(run.world(), PartitionThing{kRefunds0});
    const Wait* waiting = find(all, "refunds-0 waits for a leader");
    ASSERT_NE(waiting, nullptr);
    EXPECT_THAT(waiting->holds_it, AllOf(HasSubstr("unclean.leader.election.enable"),
                                         Not(HasSubstr("only a replica of its ISR"))));
    EXPECT_THAT(waiting->ends, AllOf(HasSubstr("unclean.leader.election.interval.ms"),
                                     HasSubstr("broker 2 leads then")));
    ASSERT_TRUE(waiting->deadline);
    run.seek(*waiting->deadline - 1_ms);
    EXPECT_EQ(partition_in(run, kRefunds0).leader, kNoBroker);
    run.seek(*waiting->deadline + 100_ms);
    EXPECT_EQ(partition_in(run, kRefunds0).leader, BrokerId(2));
}

/// The cluster's only controller dies while the partition waits for its look.
TEST(WaitsForADecision, WithoutAControllerNobodyElectsWhoCouldLead) {
    std::string yaml(kLastInSyncIsDead);
    yaml.replace(yaml.find("until:"), 0, "  - {at: 45s, do: kill controller 1}\n");
    const Timeline run = play(yaml, 60_s);
    ASSERT_EQ(partition_in(run, kRefunds0).leader, kNoBroker);
    const std::vector<Wait> all = waits(run.world(), PartitionThing{kRefunds0});
    const Wait* waiting = find(all, "refunds-0 waits for a leader");
    ASSERT_NE(waiting, nullptr);
    EXPECT_THAT(waiting->holds_it,
                AllOf(HasSubstr("broker 1 is down"),
                      HasSubstr("broker 2 counts as alive and could lead, but a controller has to "
                                "elect it; no controller is active"),
                      Not(HasSubstr("broker 2 is fenced"))));
    EXPECT_FALSE(waiting->deadline);
}

TEST(WaitsForADecision, BeforeItIsAllowedOnlyTheIsrMayLeadAndNoTimeIsNamed) {
    const Timeline run = play(kLastInSyncIsDead, 38_s);
    const std::vector<Wait> all = waits(run.world(), PartitionThing{kRefunds0});
    const Wait* waiting = find(all, "refunds-0 waits for a leader");
    ASSERT_NE(waiting, nullptr);
    EXPECT_THAT(waiting->holds_it, HasSubstr("only a replica of its ISR {1} may lead"));
    EXPECT_FALSE(waiting->deadline);
}

}  // namespace
}  // namespace brokerlab
