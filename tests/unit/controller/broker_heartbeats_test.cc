#include "sim/controller/broker_heartbeats.h"

#include <limits>

#include <gtest/gtest.h>

namespace brokerlab {
namespace {

using State = BrokerControlState;

constexpr Duration kSession = 9_s;
constexpr BrokerId kOne{1};
constexpr BrokerId kTwo{2};

SimTime at(Duration d) {
    return SimTime() + d;
}

/// One broker in the state that a line of the table begins with; its registration stands at 10.
BrokerHeartbeats fenced() {
    BrokerHeartbeats heartbeats;
    heartbeats.register_broker(kOne, true, SimTime());
    return heartbeats;
}
BrokerHeartbeats unfenced() {
    BrokerHeartbeats heartbeats;
    heartbeats.register_broker(kOne, false, SimTime());
    heartbeats.touch(kOne, false, Offset(10), SimTime());
    return heartbeats;
}
/// Its controlled shutdown was decided at 20; broker 2 is active and has applied `others_at`.
BrokerHeartbeats shutting_down(int64_t others_at) {
    BrokerHeartbeats heartbeats = unfenced();
    heartbeats.begin_controlled_shutdown(kOne, Offset(20));
    heartbeats.register_broker(kTwo, false, SimTime());
    heartbeats.touch(kTwo, false, Offset(others_at), SimTime());
    return heartbeats;
}
State next(const BrokerHeartbeats& heartbeats, const HeartbeatInput& input) {
    HeartbeatInput with_registration = input;
    with_registration.registered_at = Offset(10);
    return heartbeats.next_control_state(kOne, with_registration);
}

TEST(BrokerControlStates, AFencedBrokerIsUnfencedOnceItAppliedItsOwnRegistration) {
    EXPECT_EQ(next(fenced(), {.metadata_offset = Offset(9)}), State::kFenced);
    EXPECT_EQ(next(fenced(), {.metadata_offset = Offset(10)}), State::kUnfenced);
    EXPECT_EQ(next(fenced(), {.metadata_offset = Offset(10), .want_fence = true}), State::kFenced);
}

TEST(BrokerControlStates, AFencedBrokerMayShutDownAtOnce) {
    EXPECT_EQ(next(fenced(), {.want_shut_down = true}), State::kShutdownNow);
    EXPECT_EQ(next(fenced(), {.want_fence = true, .want_shut_down = true}), State::kShutdownNow);
}

TEST(BrokerControlStates, AnUnfencedBrokerStaysSoWhateverItApplied) {
    EXPECT_EQ(next(unfenced(), {.metadata_offset = Offset(0)}), State::kUnfenced);
}

TEST(BrokerControlStates, AnUnfencedBrokerIsFencedWhenItWantsThat) {
    EXPECT_EQ(next(unfenced(), {.want_fence = true}), State::kFenced);
    EXPECT_EQ(next(unfenced(), {.want_fence = true, .want_shut_down = true}), State::kShutdownNow);
}

TEST(BrokerControlStates, OnlyABrokerThatLeadsNeedsAControlledShutdown) {
    EXPECT_EQ(next(unfenced(), {.want_shut_down = true, .has_leaderships = true}),
              State::kControlledShutdown);
    EXPECT_EQ(next(unfenced(), {.want_shut_down = true}), State::kShutdownNow);
}

TEST(BrokerControlStates, AControlledShutdownIsOverWhenAllOthersKnowOfIt) {
    const HeartbeatInput leads{.want_shut_down = true, .has_leaderships = true};
    const HeartbeatInput leads_nothing{.want_shut_down = true};
    EXPECT_EQ(next(shutting_down(20), leads), State::kControlledShutdown);
    EXPECT_EQ(next(shutting_down(19), leads_nothing), State::kControlledShutdown);
    EXPECT_EQ(next(shutting_down(20), leads_nothing), State::kShutdownNow);
}

TEST(BrokerHeartbeats, TheOffsetOfAControlledShutdownIsItsFirst) {
    BrokerHeartbeats heartbeats = shutting_down(0);
    heartbeats.begin_controlled_shutdown(kOne, Offset(30));
    EXPECT_EQ(heartbeats.brokers.at(kOne).controlled_shutdown_offset, Offset(20));
    heartbeats.touch(kOne, true, Offset(20), SimTime());
    EXPECT_EQ(heartbeats.control_state(kOne), State::kFenced);
}

TEST(BrokerHeartbeats, OnlyActiveBrokersHoldBackAControlledShutdown) {
    BrokerHeartbeats heartbeats = shutting_down(25);
    EXPECT_EQ(heartbeats.lowest_active_offset(), Offset(25));
    heartbeats.touch(kTwo, true, Offset(25), SimTime());
    EXPECT_EQ(heartbeats.lowest_active_offset(), Offset(std::numeric_limits<int64_t>::max()));
}

TEST(BrokerHeartbeats, ASessionIsGoodUpToTheTimeOutItself) {
    const BrokerHeartbeats heartbeats = unfenced();
    EXPECT_TRUE(heartbeats.has_valid_session(kOne, kSession, at(9_s)));
    EXPECT_FALSE(heartbeats.has_valid_session(kOne, kSession, at(9_s + 1_ns)));
    EXPECT_EQ(heartbeats.find_overdue(kSession, at(9_s)), std::nullopt);
    EXPECT_EQ(heartbeats.find_overdue(kSession, at(9_s + 1_ns)), kOne);
}

TEST(BrokerHeartbeats, AFencedBrokerHasNoSession) {
    const BrokerHeartbeats heartbeats = fenced();
    EXPECT_FALSE(heartbeats.has_valid_session(kOne, kSession, SimTime()));
    EXPECT_EQ(heartbeats.next_expiry(kSession), kNever);
    EXPECT_EQ(heartbeats.find_overdue(kSession, at(1_h)), std::nullopt);
    EXPECT_FALSE(heartbeats.has_valid_session(kTwo, kSession, SimTime()));
}

TEST(BrokerHeartbeats, TheBrokerThatWasSilentLongestIsOverdueFirst) {
    BrokerHeartbeats heartbeats = unfenced();
    heartbeats.register_broker(kTwo, false, SimTime());
    heartbeats.touch(kOne, false, Offset(10), at(2_s));
    EXPECT_EQ(heartbeats.next_expiry(kSession), at(9_s + 1_ns));
    EXPECT_EQ(heartbeats.find_overdue(kSession, at(20_s)), kTwo);
    heartbeats.fence(kTwo);
    EXPECT_EQ(heartbeats.next_expiry(kSession), at(11_s + 1_ns));
    EXPECT_EQ(heartbeats.find_overdue(kSession, at(20_s)), kOne);
}

TEST(BrokerHeartbeats, ACrashIsNoticedSevenToNineSecondsLater) {
    // The last heartbeat came up to two seconds before the crash.
    for (const Duration since_heartbeat : {0_s, 1_s, 2_s}) {
        BrokerHeartbeats heartbeats = unfenced();
        const SimTime crash = at(10_s);
        heartbeats.touch(kOne, false, Offset(10), crash - since_heartbeat);
        const Duration noticed_after = heartbeats.next_expiry(kSession) - crash;
        EXPECT_EQ(noticed_after, 9_s - since_heartbeat + 1_ns);
        EXPECT_GE(noticed_after, 7_s);
    }
}

TEST(BrokerHeartbeats, ARecordOnFencingKeepsWhatWasAppliedOnlyWhenItChangedSomething) {
    BrokerHeartbeats heartbeats = unfenced();
    heartbeats.register_broker(kOne, true, at(1_s));
    EXPECT_EQ(heartbeats.brokers.at(kOne).metadata_offset, Offset(10));
    heartbeats.register_broker(kOne, true, at(2_s));
    EXPECT_EQ(heartbeats.brokers.at(kOne).metadata_offset, kNoOffset);
    EXPECT_EQ(heartbeats.brokers.at(kOne).last_contact, at(2_s));
}

}  // namespace
}  // namespace brokerlab
