// Connections: set up, refused, broken, and read one request at a time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/network/wire.h"

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Connection, is_up_after_a_latency_there_and_one_back) {
    Wire wire;
    wire.open(kOne, kTwo);
    wire.run_for(1_s);
    EXPECT_THAT(wire.take_log(), ElementsAre("2 ms broker 1 connected"));
    EXPECT_EQ(wire.network.connections_opened(kOne), 1U);
    EXPECT_EQ(wire.network.messages_sent(), 2U);
}

TEST(Connection, is_refused_where_the_process_is_gone) {
    Wire wire;
    wire.set_presence(kTwo, NodePresence::kRefusing);
    wire.open(kOne, kTwo);
    wire.run_for(1_s);
    EXPECT_THAT(wire.take_log(), ElementsAre("2 ms broker 1 lost"));
}

TEST(Connection, is_taken_by_the_kernel_of_a_paused_process) {
    Wire wire;
    wire.set_presence(kTwo, NodePresence::kPaused);
    wire.open(kOne, kTwo);
    wire.run_for(1_s);
    EXPECT_THAT(wire.take_log(), ElementsAre("2 ms broker 1 connected"));
}

TEST(Connection, is_asked_for_again_after_1_s_then_2_s_while_a_machine_is_silent) {
    Wire wire;
    wire.set_presence(kTwo, NodePresence::kSilent);
    wire.open(kOne, kTwo);
    wire.run_for(2_s);
    wire.set_presence(kTwo, NodePresence::kUp);
    wire.run_for(10_s);
    // It came to nobody at 1 ms, again at 1001 ms, and got through when sent at 3001 ms.
    EXPECT_THAT(wire.take_log(), ElementsAre("3003 ms broker 1 connected"));
}

TEST(Connection, is_not_asked_for_again_once_the_opener_gave_up) {
    Wire wire;
    wire.set_presence(kTwo, NodePresence::kSilent);
    const ConnectionId id = wire.open(kOne, kTwo);
    wire.run_for(500_ms);
    wire.act(kOne, CloseConnection{id});
    wire.set_presence(kTwo, NodePresence::kUp);
    wire.run_for(100_s);
    EXPECT_THAT(wire.take_log(), IsEmpty());
    EXPECT_TRUE(wire.queue.empty());
}

TEST(Connection, hands_its_server_one_request_after_the_other) {
    Wire wire;
    const ConnectionId id = wire.connect(kOne, kTwo);
    wire.request(id, 1);
    wire.request(id, 2);
    wire.request(id, 3);
    wire.run_for(8_ms);
    EXPECT_THAT(wire.take_log(), ElementsAre("3 ms broker 2 request 1"));
    wire.respond(id, 1);
    wire.run_for(10_ms);
    EXPECT_THAT(wire.take_log(),
                ElementsAre("10 ms broker 2 request 2", "11 ms broker 1 response 1"));
    wire.act(kTwo, FinishRequest{id});
    wire.run_for(10_ms);
    EXPECT_THAT(wire.take_log(), ElementsAre("20 ms broker 2 request 3"));
}

TEST(Connection, does_not_let_a_request_of_the_same_instant_overtake_one_that_waited) {
    Wire wire;
    const ConnectionId id = wire.connect(kOne, kTwo);
    wire.request(id, 1);
    wire.request(id, 2);
    wire.run_for(2_ms);
    wire.request(id, 3);  // arrives when request 1 is answered, and was scheduled before that
    wire.now += 1_ms;
    wire.respond(id, 1);
    wire.server_answers = true;
    wire.run_for(1_ms);
    EXPECT_THAT(wire.take_log(),
                ElementsAre("3 ms broker 2 request 1", "5 ms broker 2 request 2",
                            "5 ms broker 2 request 3", "6 ms broker 1 response 1",
                            "6 ms broker 1 response 2", "6 ms broker 1 response 3"));
}

TEST(Connection, that_is_closed_is_lost_to_the_other_end_behind_what_was_sent) {
    Wire wire;
    const ConnectionId id = wire.connect(kOne, kTwo);
    wire.request(id, 1);
    wire.request(id, 2);
    wire.act(kOne, CloseConnection{id});
    wire.run_for(8_ms);
    EXPECT_THAT(wire.take_log(), ElementsAre("3 ms broker 2 request 1"));
    wire.respond(id, 1);
    wire.run_for(10_ms);
    EXPECT_THAT(wire.take_log(), ElementsAre("10 ms broker 2 request 2", "10 ms broker 2 lost"));
    wire.respond(id, 2);  // nobody is there to read it
    EXPECT_TRUE(wire.queue.empty());
    EXPECT_THAT(wire.network.in_flight(), IsEmpty());
}

TEST(Connection, that_is_closed_gives_its_server_one_more_request_and_no_further) {
    Wire wire;
    const ConnectionId id = wire.connect(kOne, kTwo);
    for (const int32_t number : {1, 2, 3, 4}) {
        wire.request(id, number);
    }
    wire.act(kOne, CloseConnection{id});
    wire.run_for(8_ms);
    EXPECT_THAT(wire.take_log(), ElementsAre("3 ms broker 2 request 1"));
    wire.respond(id, 1);
    wire.run_for(10_ms);
    EXPECT_THAT(wire.take_log(), ElementsAre("10 ms broker 2 request 2", "10 ms broker 2 lost"));
    EXPECT_TRUE(wire.queue.empty());
    EXPECT_THAT(wire.network.in_flight(), IsEmpty());
}

TEST(Connection, that_is_over_ignores_what_is_asked_on_it) {
    Wire wire;
    const ConnectionId id = wire.connect(kOne, kTwo);
    wire.act(kTwo, CloseConnection{id});
    wire.run_for(1_ms);
    EXPECT_THAT(wire.take_log(), ElementsAre("3 ms broker 1 lost"));
    const uint64_t sent = wire.network.messages_sent();
    wire.request(id, 1);
    wire.respond(id, 1);
    wire.act(kOne, CloseConnection{id});
    wire.act(kTwo, FinishRequest{id});
    EXPECT_EQ(wire.network.messages_sent(), sent);
}

TEST(Connection, of_a_killed_process_is_reset_one_latency_later_behind_its_last_data) {
    Wire wire;
    const ConnectionId id = wire.connect(kOne, kTwo);
    wire.request(id, 1);
    wire.run_for(1_ms);
    wire.respond(id, 1);
    wire.set_presence(kTwo, NodePresence::kRefusing);
    wire.run_for(10_ms);
    EXPECT_THAT(wire.take_log(), ElementsAre("3 ms broker 2 request 1", "4 ms broker 1 response 1",
                                             "4 ms broker 1 lost"));
}

TEST(Connection, of_a_machine_that_lost_power_stays_until_the_machine_is_back_and_resets_it) {
    Wire wire;
    const ConnectionId id = wire.connect(kOne, kTwo);
    wire.set_presence(kTwo, NodePresence::kSilent);
    wire.run_for(1_s);
    wire.request(id, 1);  // to nobody at 1003 ms, again at 1203, 1603, 2403 ms ...
    wire.run_for(1_s);
    EXPECT_THAT(wire.take_log(), IsEmpty());
    wire.set_presence(kTwo, NodePresence::kUp);
    wire.run_for(10_s);
    EXPECT_THAT(wire.take_log(), ElementsAre("2405 ms broker 1 lost"));
}

TEST(Connection, keeps_what_comes_for_a_paused_process_until_it_is_resumed) {
    Wire wire;
    const ConnectionId a = wire.connect(kOne, kTwo);
    const ConnectionId b = wire.connect(kThree, kTwo);
    wire.set_presence(kTwo, NodePresence::kPaused);
    wire.request(b, 1);
    wire.run_for(1_ms);
    wire.request(a, 2);
    wire.request(b, 3);
    wire.run_for(1_s);
    EXPECT_THAT(wire.take_log(), IsEmpty());
    wire.request(a, 4);
    wire.now += 1_ms;  // it arrives in the instant of the resume
    wire.set_presence(kTwo, NodePresence::kUp);
    wire.server_answers = true;
    wire.run_for(Duration());
    EXPECT_THAT(wire.take_log(),
                ElementsAre("1006 ms broker 2 request 1", "1006 ms broker 2 request 2",
                            "1006 ms broker 2 request 3", "1006 ms broker 2 request 4"));
}

TEST(Connection, of_a_process_that_is_killed_while_paused_is_reset) {
    Wire wire;
    const ConnectionId id = wire.connect(kOne, kTwo);
    wire.set_presence(kTwo, NodePresence::kPaused);
    wire.request(id, 1);
    wire.run_for(10_ms);
    wire.set_presence(kTwo, NodePresence::kRefusing);
    wire.run_for(10_ms);
    EXPECT_THAT(wire.take_log(), ElementsAre("13 ms broker 1 lost"));
}

TEST(Connection, of_a_node_with_itself_works_like_any_other) {
    Wire wire;
    wire.network.set_isolated(kOne, true);
    const ConnectionId id = wire.connect(kOne, kOne);
    wire.request(id, 1);
    wire.run_for(1_ms);
    wire.respond(id, 1);
    wire.run_for(1_ms);
    wire.act(kOne, CloseConnection{id});
    wire.run_for(1_ms);
    EXPECT_THAT(wire.take_log(), ElementsAre("3 ms broker 1 request 1", "4 ms broker 1 response 1",
                                             "5 ms broker 1 lost"));
}

}  // namespace
}  // namespace brokerlab
