// Links: cuts, isolation, slowness, loss, jitter, bandwidth, and single messages taken in hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/network/wire.h"

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Link, that_is_cut_holds_up_messages_until_a_retransmission_finds_it_whole) {
    Wire wire;
    const ConnectionId id = wire.connect(kOne, kTwo);
    wire.server_answers = true;
    wire.request(id, 1);
    wire.cut(kOne, kTwo);  // while request 1 is under way: it fails at 3 ms
    wire.run_for(100_ms);
    wire.request(id, 2);
    wire.run_for(200_ms);
    EXPECT_THAT(wire.take_log(), IsEmpty());
    wire.cut(kOne, kTwo, false);
    wire.run_for(1_s);  // sent again at 203 ms in vain, then at 603 ms
    EXPECT_THAT(wire.take_log(),
                ElementsAre("604 ms broker 2 request 1", "604 ms broker 2 request 2",
                            "605 ms broker 1 response 1", "605 ms broker 1 response 2"));
}

TEST(Link, that_was_cut_for_long_is_tried_every_two_minutes) {
    Wire wire;
    const ConnectionId id = wire.connect(kOne, kTwo);
    wire.cut(kOne, kTwo);
    wire.request(id, 1);  // lost at 2 ms
    wire.run_for(10_min);
    wire.cut(kOne, kTwo, false);
    wire.run_for(2_min);
    // 200 ms doubled ten times is more than 120 s: 0.2 + 0.4 + ... + 102.4 s, then 120 s each.
    EXPECT_THAT(wire.take_log(), ElementsAre("684603 ms broker 2 request 1"));
}

TEST(Link, that_is_cut_one_way_still_carries_the_other) {
    Wire wire;
    const ConnectionId id = wire.connect(kOne, kTwo);
    wire.cut(kTwo, kOne);
    wire.request(id, 1);
    wire.run_for(10_ms);
    EXPECT_THAT(wire.take_log(), ElementsAre("3 ms broker 2 request 1"));
    EXPECT_TRUE(wire.network.passes(kOne, kTwo));
    EXPECT_FALSE(wire.network.passes(kTwo, kOne));
}

TEST(Link, of_an_isolated_node_passes_nothing_either_way) {
    Wire wire;
    wire.network.set_isolated(kTwo, true);
    EXPECT_FALSE(wire.network.passes(kOne, kTwo));
    EXPECT_FALSE(wire.network.passes(kTwo, kOne));
    EXPECT_TRUE(wire.network.passes(kOne, kThree));
    wire.network.heal_all();
    EXPECT_TRUE(wire.network.is_isolated(kTwo));
    wire.network.set_isolated(kTwo, false);
    EXPECT_TRUE(wire.network.passes(kOne, kTwo));
}

TEST(Link, that_is_slow_takes_longer_one_way_and_is_healed) {
    Wire wire;
    const ConnectionId id = wire.connect(kOne, kTwo);
    wire.server_answers = true;
    wire.network.set_link(kOne, kTwo, {false, 20_ms, 0});
    wire.request(id, 1);
    wire.network.heal_all();
    wire.request(id, 2);  // may not overtake
    wire.run_for(1_s);
    EXPECT_THAT(wire.take_log(),
                ElementsAre("23 ms broker 2 request 1", "23 ms broker 2 request 2",
                            "24 ms broker 1 response 1", "24 ms broker 1 response 2"));
    EXPECT_EQ(wire.network.link(kOne, kTwo), LinkState{});
}

TEST(Link, that_loses_packets_delays_them_by_200_ms_doubling) {
    Wire wire;
    const ConnectionId id = wire.connect(kOne, kTwo);
    wire.network.set_link(kOne, kTwo, {false, Duration(), 500'000});
    wire.server_answers = true;
    for (int32_t n = 0; n < 400; ++n) {
        wire.request(id, n);
        wire.run_for(5_min);
        ASSERT_THAT(wire.network.in_flight(), IsEmpty());
    }
    int64_t sent_ms = 2;
    std::map<int64_t, int> times;
    for (const std::string& line : wire.take_log()) {
        if (line.find("request") != std::string::npos) {
            times[std::stoll(line.substr(0, line.find(' '))) - sent_ms]++;
            sent_ms += 300'000;
        }
    }
    EXPECT_NEAR(times[1], 200, 40);
    EXPECT_NEAR(times[201], 100, 30);
    EXPECT_NEAR(times[601], 50, 25);
    EXPECT_NEAR(times[1401], 25, 20);
}

TEST(Link, that_loses_everything_is_as_good_as_cut) {
    Wire wire;
    const ConnectionId id = wire.connect(kOne, kTwo);
    wire.network.set_link(kOne, kTwo, {false, Duration(), kMillion});
    wire.request(id, 1);
    wire.run_for(1_s);
    EXPECT_THAT(wire.take_log(), IsEmpty());
    wire.network.heal_all();
    wire.run_for(1_s);
    EXPECT_THAT(wire.take_log(), ElementsAre("1403 ms broker 2 request 1"));
}

TEST(Link, draws_its_jitter_by_what_is_sent_when_and_not_by_what_others_sent_before) {
    const NetworkSetup setup{1_ms, 400_us, std::nullopt};
    const auto arrival_of_a_request = [&setup](bool with_other_traffic, Seed seed) {
        Wire wire(setup, seed);
        const ConnectionId id = wire.connect(kOne, kTwo);
        if (with_other_traffic) {
            wire.open(kThree, kTwo);
        }
        wire.run_until(SimTime::from_ms(50));
        wire.request(id, 1);
        return wire.network.in_flight().back()->arrives_at;
    };
    const SimTime alone = arrival_of_a_request(false, Seed(7));
    EXPECT_EQ(arrival_of_a_request(true, Seed(7)), alone);
    EXPECT_NE(arrival_of_a_request(false, Seed(8)), alone);
    EXPECT_GE(alone, SimTime::from_ms(51));
    EXPECT_LE(alone, SimTime::from_ms(51) + 400_us);
}

TEST(Link, with_a_bandwidth_sends_one_byte_after_the_other_in_each_direction) {
    Wire wire({1_ms, Duration(), 1'000});  // a byte takes a millisecond
    const ConnectionId id = wire.connect(kOne, kTwo);
    wire.request(id, 1);
    wire.request(id, 2);
    const auto in_flight = wire.network.in_flight();
    ASSERT_EQ(in_flight.size(), 2U);
    // Length 4, header v1 of 8 + 2 + 4 ("test"), group 2, generation 4, member 2.
    EXPECT_EQ(in_flight[0]->arrives_at, SimTime::from_ms(2 + 26 + 1));
    EXPECT_EQ(in_flight[1]->arrives_at, SimTime::from_ms(2 + 52 + 1));
}

class OneMessage : public testing::Test {
protected:
    Wire wire;
    ConnectionId id = wire.connect(kOne, kTwo);
    std::vector<Arrival> arrivals;

    void SetUp() override {
        wire.server_answers = true;
        wire.request(id, 1);  // numbers 3 and 4
        wire.request(id, 2);
    }
    std::vector<std::string> requests() {
        std::erase_if(wire.log, [](const std::string& line) {
            return line.find("request") == std::string::npos;
        });
        return wire.take_log();
    }
};

TEST_F(OneMessage, that_is_held_holds_up_what_is_behind_it_until_released) {
    wire.network.hold(3);
    EXPECT_EQ(wire.network.find(3)->arrives_at, kNever);
    EXPECT_EQ(wire.network.find(4)->arrives_at, kNever);
    wire.run_for(1_s);
    EXPECT_THAT(requests(), IsEmpty());
    wire.network.release(3, wire.now, arrivals);
    wire.take(arrivals);
    wire.run_for(1_s);
    EXPECT_THAT(requests(),
                ElementsAre("1002 ms broker 2 request 1", "1002 ms broker 2 request 2"));
}

TEST_F(OneMessage, that_is_released_in_time_arrives_as_if_it_had_not_been_held) {
    wire.network.hold(3);
    wire.network.release(3, wire.now, arrivals);
    wire.take(arrivals);
    wire.run_for(1_s);
    EXPECT_THAT(requests(), ElementsAre("3 ms broker 2 request 1", "3 ms broker 2 request 2"));
}

TEST_F(OneMessage, that_is_dropped_never_arrives_and_the_next_does) {
    wire.network.drop(3, wire.now, arrivals);
    EXPECT_THAT(arrivals, IsEmpty());
    EXPECT_EQ(wire.network.find(3), nullptr);
    wire.run_for(1_s);
    EXPECT_THAT(requests(), ElementsAre("3 ms broker 2 request 2"));
}

TEST_F(OneMessage, that_is_dropped_while_held_lets_the_next_go) {
    wire.network.hold(3);
    wire.run_for(10_ms);
    wire.network.drop(3, wire.now, arrivals);
    wire.take(arrivals);
    wire.run_for(1_s);
    EXPECT_THAT(requests(), ElementsAre("12 ms broker 2 request 2"));
}

TEST_F(OneMessage, is_held_itself_or_waits_behind_one_that_is) {
    EXPECT_FALSE(wire.network.is_held(3));
    wire.network.hold(3);
    EXPECT_TRUE(wire.network.is_held(3));
    EXPECT_FALSE(wire.network.is_held(4));
    EXPECT_EQ(wire.network.find(4)->arrives_at, kNever);
    EXPECT_FALSE(wire.network.is_held(999));
}

TEST_F(OneMessage, that_is_dropped_while_sent_again_leaves_its_turn_to_the_next) {
    wire.cut(kOne, kTwo);
    wire.run_for(100_ms);
    wire.network.drop(3, wire.now, arrivals);
    wire.cut(kOne, kTwo, false);
    wire.run_for(1_s);
    EXPECT_THAT(requests(), ElementsAre("204 ms broker 2 request 2"));
}

TEST_F(OneMessage, that_is_delayed_takes_what_is_behind_it_along) {
    wire.network.delay(3, 10_ms, arrivals);
    wire.take(arrivals);
    wire.run_for(1_s);
    EXPECT_THAT(requests(), ElementsAre("13 ms broker 2 request 1", "13 ms broker 2 request 2"));
}

TEST_F(OneMessage, that_is_delayed_to_the_time_of_the_next_still_comes_first) {
    wire.network.delay(4, 10_ms, arrivals);
    wire.take(arrivals);
    wire.network.delay(3, 10_ms, arrivals);
    wire.take(arrivals);
    wire.run_for(1_s);
    EXPECT_THAT(requests(), ElementsAre("13 ms broker 2 request 1", "13 ms broker 2 request 2"));
}

TEST_F(OneMessage, whose_place_was_taken_is_not_mistaken_for_its_successor) {
    wire.network.drop(
        3, wire.now,
        arrivals);  // its arrival is still scheduled, for the same time as the next ones
    wire.network.drop(4, wire.now, arrivals);
    wire.open(kThree, kTwo);
    wire.run_for(10_ms);
    EXPECT_THAT(wire.log, ElementsAre("4 ms broker 3 connected"));
}

}  // namespace
}  // namespace brokerlab
