// A broker registers, keeps its session alive, and leaves in order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/broker/shell_bench.h"

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using Beats = std::vector<std::pair<SimTime, BrokerHeartbeatRequest>>;

ConfigMap with(std::string_view key, std::string_view value) {
    ConfigMap config;
    EXPECT_FALSE(config.set(key, value).has_value());
    return config;
}

std::vector<BrokerState> states(const ShellBench& bench) {
    std::vector<BrokerState> reached;
    for (const BrokerStateChanged& change : bench.stated<BrokerStateChanged>()) {
        reached.push_back(change.to);
    }
    return reached;
}

TEST(ShellLifecycle, ABrokerRegistersCatchesUpAndRuns) {
    ShellBench bench;
    bench.start();
    EXPECT_THAT(states(bench),
                ElementsAre(BrokerState::kStarting, BrokerState::kRecovery, BrokerState::kRunning));
    const auto registrations = bench.seen<BrokerRegistrationRequest>();
    ASSERT_THAT(registrations, SizeIs(1));
    const BrokerRegistrationRequest& sent = registrations[0].second;
    EXPECT_EQ(sent.broker_id, BrokerId(1));
    EXPECT_EQ(sent.cluster_id, "lab");
    EXPECT_EQ(sent.rack, "left");
    EXPECT_THAT(sent.log_dirs, ElementsAre(Uuid{7, 7}));
    EXPECT_EQ(sent.previous_broker_epoch, kNoBrokerEpoch);
    EXPECT_EQ(sent.listeners.at(0).host, "broker-1");
    EXPECT_EQ(sent.incarnation_id, bench.broker().lifecycle().incarnation_id);
    EXPECT_EQ(bench.broker().replicas().broker_epoch, BrokerEpoch(1));
    const BrokerRegistration* own = bench.broker().image().find_broker(BrokerId(1));
    ASSERT_NE(own, nullptr);
    EXPECT_FALSE(own->fenced);
}

TEST(ShellLifecycle, ItAsksToBeFencedUntilMetadataIsPublished) {
    ShellBench bench;
    bench.start();
    const Beats beats = bench.seen<BrokerHeartbeatRequest>();
    ASSERT_GE(beats.size(), 2U);
    EXPECT_TRUE(beats.front().second.want_fence);
    EXPECT_FALSE(beats.back().second.want_fence);
    EXPECT_GE(beats.back().second.current_metadata_offset, Offset(1));
}

TEST(ShellLifecycle, HeartbeatsComeEveryTwoSecondsOnceItRuns) {
    ShellBench bench;
    bench.start();
    bench.run_for(3_s);
    const std::size_t before = bench.seen<BrokerHeartbeatRequest>().size();
    bench.run_for(20_s);
    const Beats beats = bench.seen<BrokerHeartbeatRequest>();
    ASSERT_EQ(beats.size(), before + 10);
    for (std::size_t i = before; i < beats.size(); ++i) {
        EXPECT_EQ(beats[i].first - beats[i - 1].first, 2_s);
    }
}

TEST(ShellLifecycle, AQuicklyRestartedBrokerRegistersAgainUntilItsOldSessionIsOver) {
    ShellBench bench;
    bench.duplicate_refusals = 3;
    bench.start();
    const auto attempts = bench.seen<BrokerRegistrationRequest>();
    ASSERT_THAT(attempts, SizeIs(4));
    // 100 ms, 200 ms, 400 ms with 2 percent of jitter either way, in whole milliseconds.
    for (std::size_t i = 1; i < 4; ++i) {
        const int64_t expected = int64_t{100} << (i - 1);
        const int64_t pause = (attempts[i].first - attempts[i - 1].first).to_ms();
        EXPECT_GE(pause, expected * 98 / 100 - 1);
        EXPECT_LE(pause, expected * 102 / 100 + 1);
        EXPECT_EQ(attempts[i].second.incarnation_id, attempts[0].second.incarnation_id);
    }
}

TEST(ShellLifecycle, WithoutAQuorumItHaltsAfterAMinute) {
    ShellBench bench;
    bench.listens = false;
    bench.run_until(SimTime::from_ms(59'999));
    EXPECT_FALSE(bench.broker().has_exited());
    bench.run_until(SimTime::from_ms(60'000));
    EXPECT_TRUE(bench.broker().has_exited());
    EXPECT_THAT(bench.stated<NodeChanged>(), SizeIs(1));
    EXPECT_EQ(bench.broker().next_deadline(), kNever);
}

TEST(ShellLifecycle, ABrokenConnectionDelaysAHeartbeatAndNoMore) {
    ShellBench bench;
    bench.start();
    bench.run_for(3_s);
    bench.reset_connections();
    const std::size_t before = bench.seen<BrokerHeartbeatRequest>().size();
    bench.run_for(6_s);
    EXPECT_EQ(bench.seen<BrokerHeartbeatRequest>().size(), before + 3);
    EXPECT_EQ(bench.state(), BrokerState::kRunning);
}

TEST(ShellLifecycle, AControllerThatIsNoLongerActiveIsAskedAgain) {
    ShellBench bench;
    bench.leads = false;
    bench.run_for(1_s);
    EXPECT_EQ(bench.state(), BrokerState::kStarting);
    EXPECT_GT(bench.seen<BrokerRegistrationRequest>().size(), 5U);
    bench.leads = true;
    bench.start();
}

TEST(ShellLifecycle, ControlledShutdownAsksAtOnceAndEndsWithACleanDisk) {
    ShellBench bench;
    bench.start();
    bench.run_for(1_s);
    const std::size_t before = bench.seen<BrokerHeartbeatRequest>().size();
    bench.begin_shutdown();
    const Beats beats = bench.seen<BrokerHeartbeatRequest>();
    ASSERT_EQ(beats.size(), before + 1);
    EXPECT_TRUE(beats.back().second.want_shut_down);
    EXPECT_EQ(beats.back().first, bench.now());
    EXPECT_TRUE(bench.broker().has_exited());
    const std::vector<BrokerState> reached = states(bench);
    ASSERT_GE(reached.size(), 3U);
    EXPECT_THAT(std::vector(reached.end() - 3, reached.end()),
                ElementsAre(BrokerState::kPendingControlledShutdown, BrokerState::kShuttingDown,
                            BrokerState::kNotRunning));
    const BrokerDisk disk = bench.take_disk();
    EXPECT_TRUE(disk.clean_shutdown);
    EXPECT_EQ(disk.clean_shutdown_epoch, BrokerEpoch(1));
}

TEST(ShellLifecycle, ItWaitsForTheControllerToLetItGo) {
    ShellBench bench;
    bench.start();
    bench.lets_go = false;
    bench.begin_shutdown();
    const SimTime asked = bench.now();
    bench.run_for(5_s);
    EXPECT_FALSE(bench.broker().has_exited());
    std::vector<int64_t> asked_after;
    for (const auto& [at, beat] : bench.seen<BrokerHeartbeatRequest>()) {
        if (beat.want_shut_down) {
            asked_after.push_back((at - asked).to_ms());
        }
    }
    EXPECT_THAT(asked_after, ElementsAre(0, 50, 2050, 4050));
    bench.lets_go = true;
    bench.run_for(2_s);
    EXPECT_TRUE(bench.broker().has_exited());
}

TEST(ShellLifecycle, AfterFiveMinutesItStopsAnyway) {
    ShellBench bench;
    bench.start();
    bench.lets_go = false;
    bench.begin_shutdown();
    const SimTime asked = bench.now();
    bench.run_until(asked + 299_s);
    EXPECT_FALSE(bench.broker().has_exited());
    bench.run_until(asked + 300_s);
    EXPECT_TRUE(bench.broker().has_exited());
    EXPECT_TRUE(bench.take_disk().clean_shutdown);
}

TEST(ShellLifecycle, ABrokerThatNeverRanStopsAtOnce) {
    ShellBench bench;
    bench.listens = false;
    bench.run_for(1_s);
    bench.begin_shutdown();
    EXPECT_TRUE(bench.broker().has_exited());
    EXPECT_TRUE(bench.take_disk().clean_shutdown) << "a new disk needs no recovery";
}

TEST(ShellLifecycle, ACrashLeavesNoCleanShutdownMarker) {
    ShellBench bench;
    bench.start();
    const BrokerDisk disk = bench.broker().disk();
    EXPECT_FALSE(disk.clean_shutdown);
    EXPECT_EQ(disk.clean_shutdown_epoch, kNoBrokerEpoch);
}

TEST(ShellLifecycle, TheNextStartTellsTheEpochOfACleanStop) {
    BrokerDisk disk = format_disk(Uuid{7, 7}, SimTime());
    disk.clean_shutdown_epoch = BrokerEpoch(42);
    ShellBench bench(ConfigMap(), disk);
    bench.start();
    EXPECT_EQ(bench.seen<BrokerRegistrationRequest>().at(0).second.previous_broker_epoch,
              BrokerEpoch(42));
}

TEST(ShellLifecycle, ABrokerHaltsWhenItsDiskFails) {
    ShellBench bench;
    bench.start();
    bench.fail_disk();
    EXPECT_TRUE(bench.broker().has_exited());
    ASSERT_THAT(bench.stated<NodeChanged>(), SizeIs(1));
    EXPECT_EQ(bench.stated<NodeChanged>()[0].why, "the only log directory is offline");
    EXPECT_TRUE(bench.broker().disk().failed);
}

TEST(ShellLifecycle, ThePortIsClosedUntilTheBrokerRuns) {
    ShellBench bench(with("broker.heartbeat.interval.ms", "2000"));
    bench.listens = false;
    bench.ask(MetadataRequest{});
    EXPECT_TRUE(bench.closed(1));
    EXPECT_THAT(bench.responses, IsEmpty());
    EXPECT_FALSE(bench.broker().accepts_connections());
}

TEST(ShellLifecycle, TheSameStartGivesTheSameDigest) {
    ShellBench first;
    ShellBench second;
    first.start();
    second.start();
    first.run_for(5_s);
    second.run_for(5_s);
    EXPECT_EQ(first.broker(), second.broker());
    EXPECT_EQ(digest_of(first.broker()), digest_of(second.broker()));
    second.run_for(2_s);
    EXPECT_NE(digest_of(first.broker()), digest_of(second.broker()));
}

}  // namespace
}  // namespace brokerlab
