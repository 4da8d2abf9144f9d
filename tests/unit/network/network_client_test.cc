// A process talks to other nodes: it connects, backs off, gives up what is overdue.
#include "sim/network/network_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr NodeId kSelf{NodeKind::kClient, 1};
constexpr NodeId kBroker{NodeKind::kBroker, 2};

class Client : public testing::Test {
protected:
    NetworkClient client;
    Env env{SimTime::from_ms(1000), Seed(1), kSelf, RuleSet()};
    Effects fx{kSelf, 0};

    Client() {
        NetworkClientConfig config;
        config.client_id = "till";
        client = NetworkClient(config);
    }
    ConnectionId connection() const { return client.connections().at(kBroker).connection; }
    void connect() {
        client.ready(kBroker, env, fx);
        client.on_connected(connection());
    }
    CorrelationId send(uint64_t tag, std::optional<Duration> timeout = std::nullopt) {
        return client.send(kBroker, HeartbeatRequest{}, 4, tag, env, fx, true, timeout);
    }
    /// The back-off after the connection was refused.
    Duration refuse() {
        client.ready(kBroker, env, fx);
        client.on_connection_lost(connection(), env);
        const Duration wait = client.next_retry(kBroker) - env.now;
        env.now = client.next_retry(kBroker);
        client.expire(env, fx);
        return wait;
    }
    Duration setup_timeout() {
        client.ready(kBroker, env, fx);
        return client.connections().at(kBroker).setup_deadline - env.now;
    }
};

TEST_F(Client, opens_one_connection_and_sends_when_it_is_accepted) {
    EXPECT_FALSE(client.ready(kBroker, env, fx));
    EXPECT_FALSE(client.ready(kBroker, env, fx));
    ASSERT_EQ(fx.actions().size(), 1U);
    EXPECT_EQ(std::get<OpenConnection>(fx.actions()[0]).connection, connection());
    EXPECT_FALSE(client.can_send(kBroker));
    client.on_connected(connection());
    EXPECT_TRUE(client.ready(kBroker, env, fx));
    send(7);
    const auto& request = std::get<Request>(fx.actions().back());
    EXPECT_EQ(request.connection, connection());
    EXPECT_EQ(request.header.client_id, "till");
    EXPECT_EQ(client.next_timeout(), env.now + 30_s);
}

TEST_F(Client, finds_the_request_of_a_response_and_numbers_requests_from_0) {
    connect();
    EXPECT_EQ(send(7), CorrelationId(0));
    EXPECT_EQ(send(8), CorrelationId(1));
    const Response response =
        make_response(std::get<Request>(fx.actions()[1]), HeartbeatResponse{});
    EXPECT_EQ(client.on_response(response)->tag, 7U);
    EXPECT_EQ(client.in_flight(kBroker), 1U);
    EXPECT_EQ(client.on_response(response), std::nullopt);
}

TEST_F(Client, has_at_most_max_in_flight_waiting) {
    connect();
    for (uint64_t tag = 0; tag < 5; ++tag) {
        EXPECT_TRUE(client.can_send(kBroker));
        send(tag);
    }
    EXPECT_FALSE(client.can_send(kBroker));
    EXPECT_FALSE(client.ready(kBroker, env, fx));
}

TEST_F(Client, keeps_nothing_in_flight_that_has_no_response) {
    connect();
    client.send(kBroker, HeartbeatRequest{}, 4, 1, env, fx, false);
    EXPECT_EQ(client.in_flight(kBroker), 0U);
    EXPECT_EQ(client.next_timeout(), kNever);
}

TEST_F(Client, gives_up_a_connection_with_all_its_requests_when_one_is_overdue) {
    connect();
    send(1, 40_s);
    send(2, 5_s);
    EXPECT_EQ(client.next_timeout(), env.now + 5_s);
    env.now += 5_s - 1_ns;
    EXPECT_THAT(client.expire(env, fx), IsEmpty());
    env.now += 1_ns;
    const ConnectionId old = connection();
    EXPECT_THAT(client.expire(env, fx),
                ElementsAre(FailedRequest{kBroker, ApiKey::kHeartbeat, 1, true},
                            FailedRequest{kBroker, ApiKey::kHeartbeat, 2, true}));
    EXPECT_EQ(std::get<CloseConnection>(fx.actions().back()).connection, old);
    EXPECT_FALSE(client.owns(old));
    EXPECT_TRUE(client.is_backing_off(kBroker, env.now));
    EXPECT_EQ(client.next_timeout(), kNever);
    EXPECT_GT(client.next_retry(kBroker), env.now);
}

TEST_F(Client, backs_off_from_a_lost_connection_and_fails_what_was_in_flight) {
    connect();
    send(1);
    EXPECT_THAT(client.on_connection_lost(connection(), env),
                ElementsAre(FailedRequest{kBroker, ApiKey::kHeartbeat, 1, false}));
    EXPECT_FALSE(client.ready(kBroker, env, fx));
    EXPECT_EQ(client.connections().at(kBroker).state, NodeConnection::State::kDisconnected);
    env.now = client.next_retry(kBroker);
    EXPECT_FALSE(client.is_backing_off(kBroker, env.now));
    client.ready(kBroker, env, fx);
    EXPECT_EQ(client.connections().at(kBroker).state, NodeConnection::State::kConnecting);
}

TEST_F(Client, doubles_its_back_off_within_a_fifth_up_to_a_second) {
    const std::vector<int64_t> expected{50, 100, 200, 400, 800, 1000, 1000};
    for (const int64_t ms : expected) {
        const Duration wait = refuse();
        EXPECT_GE(wait, Duration::from_ms(ms * 8 / 10));
        EXPECT_LE(wait, Duration::from_ms(std::min<int64_t>(ms * 12 / 10, 1000)));
    }
    EXPECT_EQ(client.next_retry(kBroker), kNever);
    connect();
    EXPECT_LE(refuse(), 60_ms);
}

TEST_F(Client, gives_an_attempt_to_connect_10_s_at_first_and_up_to_30) {
    const std::vector<int64_t> expected{10, 20, 30, 30};
    for (const int64_t seconds : expected) {
        const Duration timeout = setup_timeout();
        EXPECT_GE(timeout, Duration::from_ms(seconds * 800));
        EXPECT_LE(timeout, Duration::from_ms(std::min<int64_t>(seconds * 1200, 30'000)));
        EXPECT_EQ(client.next_timeout(), env.now + timeout);
        env.now += timeout;
        EXPECT_THAT(client.expire(env, fx), IsEmpty());
        EXPECT_TRUE(std::holds_alternative<CloseConnection>(fx.actions().back()));
        env.now = client.next_retry(kBroker);
    }
    connect();
    client.on_connection_lost(connection(), env);
    env.now = client.next_retry(kBroker);
    EXPECT_LE(setup_timeout(), 12_s);
}

TEST_F(Client, takes_a_millisecond_for_a_timeout_of_none) {
    NetworkClientConfig config;
    config.request_timeout = Duration();
    config.connection_setup_timeout = Duration();
    config.connection_setup_timeout_max = Duration();
    client = NetworkClient(config);
    client.ready(kBroker, env, fx);
    EXPECT_EQ(client.next_timeout(), env.now + 1_ms);
    connect();
    send(1);
    EXPECT_EQ(client.next_timeout(), env.now + 1_ms);
}

TEST_F(Client, ignores_what_comes_of_a_connection_that_it_gave_up) {
    connect();
    const ConnectionId old = connection();
    send(1);
    const Response late =
        make_response(std::get<Request>(fx.actions().back()), HeartbeatResponse{});
    EXPECT_EQ(client.disconnect(kBroker, env, fx).size(), 1U);
    EXPECT_THAT(client.disconnect(kBroker, env, fx), IsEmpty());
    env.now = client.next_retry(kBroker);
    connect();
    send(2);
    EXPECT_EQ(client.on_response(late), std::nullopt);
    EXPECT_THAT(client.on_connection_lost(old, env), IsEmpty());
    EXPECT_EQ(client.in_flight(kBroker), 1U);
}

TEST_F(Client, closes_all_its_connections_at_its_end) {
    connect();
    const ConnectionId old = connection();
    client.close_all(fx);
    EXPECT_EQ(std::get<CloseConnection>(fx.actions().back()).connection, old);
    EXPECT_TRUE(client.connections().empty());
}

TEST_F(Client, is_a_value) {
    connect();
    const NetworkClient before = client;
    EXPECT_EQ(digest_of(client), digest_of(before));
    send(1);
    EXPECT_NE(client, before);
    EXPECT_NE(digest_of(client), digest_of(before));
}

}  // namespace
}  // namespace brokerlab
