// Whatever happens to the links: nothing is lost, doubled or overtaken, and a network is a value.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/unit/network/wire.h"

namespace brokerlab {
namespace {

/// A day of two connections between nodes one and two, with trouble drawn by RapidCheck.
struct Trouble {
    Wire wire{NetworkSetup{1_ms, 900_us, std::nullopt}};
    ConnectionId ids[2];
    int32_t sent[2] = {0, 0};

    Trouble() {
        for (ConnectionId& id : ids) {
            id = wire.open(kOne, kTwo);
        }
        wire.run_for(10_ms);
        wire.delivered.clear();
        wire.server_answers = true;
    }
    void step(int what, int amount) {
        std::vector<Arrival> arrivals;
        const std::vector<const Message*> messages = wire.network.in_flight();
        const uint64_t some =
            messages.empty() ? 0
                             : messages[static_cast<std::size_t>(amount) % messages.size()]->number;
        const NodeId from = amount % 2 == 0 ? kOne : kTwo;
        const NodeId to = amount % 2 == 0 ? kTwo : kOne;
        switch (what) {
            case 0:
                wire.cut(from, to);
                break;
            case 1:
                wire.network.heal_all();
                break;
            case 2:
                wire.network.set_isolated(from, amount % 3 == 0);
                break;
            case 3:
                wire.network.set_link(from, to, {false, 3_ms, 200'000});
                break;
            case 4:
                wire.network.hold(some);
                break;
            case 5:
                wire.network.release(some, wire.now, arrivals);
                break;
            case 6:
                wire.network.delay(some, Duration::from_us(amount * 100), arrivals);
                break;
            case 7:
                wire.set_presence(from, NodePresence::kPaused);
                break;
            case 8:
                wire.set_presence(from, NodePresence::kUp);
                break;
            case 9:
                wire.run_for(Duration::from_us(amount * 300));
                break;
            default:
                wire.request(ids[amount % 2], ++sent[amount % 2]);
        }
        wire.take(arrivals);
    }
    void mend() {
        wire.network.heal_all();
        for (const NodeId node : {kOne, kTwo}) {
            wire.network.set_isolated(node, false);
            wire.set_presence(node, NodePresence::kUp);
        }
        std::vector<uint64_t> numbers;
        for (const Message* message : wire.network.in_flight()) {
            numbers.push_back(message->number);
        }
        std::vector<Arrival> arrivals;
        for (const uint64_t number : numbers) {
            wire.network.release(number, wire.now, arrivals);
            wire.take(arrivals);
        }
        wire.run_for(10_min);
    }
};

using Plan = std::vector<std::pair<int, int>>;

Plan draw_plan() {
    return *rc::gen::container<Plan>(
        rc::gen::pair(rc::gen::inRange(0, 16), rc::gen::inRange(0, 40)));
}

RC_GTEST_PROP(NetworkOrder, EveryRequestAndResponseArrivesOnceAndInOrderWhenAllIsMended, ()) {
    Trouble trouble;
    for (const auto& [what, amount] : draw_plan()) {
        trouble.step(what, amount);
    }
    trouble.mend();
    int32_t requests[2] = {0, 0};
    int32_t responses[2] = {0, 0};
    for (const Delivery& delivery : trouble.wire.delivered) {
        const std::size_t which = delivery.connection == trouble.ids[0] ? 0 : 1;
        if (const auto* request = std::get_if<Request>(&delivery.body)) {
            RC_ASSERT(request->header.correlation_id.value == ++requests[which]);
        } else {
            const auto& response = std::get<Response>(delivery.body);
            RC_ASSERT(response.request_header.correlation_id.value == ++responses[which]);
        }
    }
    for (const std::size_t which : {std::size_t{0}, std::size_t{1}}) {
        RC_ASSERT(requests[which] == trouble.sent[which]);
        RC_ASSERT(responses[which] == trouble.sent[which]);
    }
    RC_ASSERT(trouble.wire.queue.empty());
    RC_ASSERT(trouble.wire.network.in_flight().empty());
}

RC_GTEST_PROP(NetworkOrder, ACopyGoesOnAlikeAndLeavesTheOriginalAsItWas, ()) {
    Trouble trouble;
    for (const auto& [what, amount] : draw_plan()) {
        trouble.step(what, amount);
    }
    const Network before = trouble.wire.network;
    const uint64_t digest = digest_of(before);
    Trouble copy = trouble;
    copy.mend();
    RC_ASSERT(digest_of(before) == digest);
    RC_ASSERT(trouble.wire.network == before);
    trouble.mend();
    RC_ASSERT(trouble.wire.log == copy.wire.log);
    RC_ASSERT(trouble.wire.network == copy.wire.network);
    RC_ASSERT(digest_of(trouble.wire.network) == digest_of(copy.wire.network));
}

RC_GTEST_PROP(NetworkOrder, ConnectionsThatBreakLeaveNothingBehind, ()) {
    Trouble trouble;
    for (const auto& [what, amount] : draw_plan()) {
        trouble.step(what, amount);
    }
    trouble.wire.server_answers = false;
    trouble.wire.set_presence(*rc::gen::element(kOne, kTwo),
                              *rc::gen::element(NodePresence::kRefusing, NodePresence::kSilent));
    trouble.mend();
    for (const ConnectionId& id : trouble.ids) {
        trouble.wire.act(kOne, CloseConnection{id});
        trouble.wire.act(kTwo, CloseConnection{id});
    }
    trouble.wire.run_for(10_min);
    RC_ASSERT(trouble.wire.queue.empty());
    RC_ASSERT(trouble.wire.network.in_flight().empty());
}

TEST(NetworkDigest, changes_with_each_part_of_the_state) {
    const Wire wire;
    const uint64_t before = digest_of(wire.network);
    Network isolated = wire.network;
    isolated.set_isolated(kOne, true);
    EXPECT_NE(digest_of(isolated), before);
    EXPECT_NE(isolated, wire.network);
    Network slow = wire.network;
    slow.set_link(kOne, kTwo, {false, 1_ms, 0});
    EXPECT_NE(digest_of(slow), before);
    Wire open;
    open.open(kOne, kTwo);
    EXPECT_NE(digest_of(open.network), before);
    Network held = open.network;
    held.hold(1);
    EXPECT_NE(digest_of(held), digest_of(open.network));
    EXPECT_NE(held, open.network);
}

}  // namespace
}  // namespace brokerlab
