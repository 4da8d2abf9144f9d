#include "sim/client/admin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/client/client_harness.h"

namespace brokerlab {
namespace {

using testing::HasSubstr;

class AdminTest : public testing::Test {
protected:
    AdminTest() {
        harness.serve = [this](const Request& request) {
            if (std::holds_alternative<MetadataRequest>(request.body)) {
                MetadataResponse response;
                response.brokers.push_back({BrokerId(1), "one", 9092, {}});
                response.brokers.push_back({BrokerId(2), "two", 9092, {}});
                harness.answer(request, response);
            } else if (!errors.empty()) {
                const ErrorCode error = errors.front();
                errors.erase(errors.begin());
                harness.answer(request, created(error));
            } else if (answers) {
                harness.answer(request, created(ErrorCode::kNone), think);
            }
        };
        harness.start([](const Env& env, Effects& fx) {
            return std::make_unique<AdminClient>(std::vector{BrokerId(1), BrokerId(2)}, env, fx);
        });
    }

    static CreateTopicsResponse created(ErrorCode error) {
        CreateTopicsResponse response;
        CreateTopicsResponse::Topic& topic = response.topics.emplace_back();
        topic.name = "orders";
        topic.error_code = error;
        topic.error_message =
            error == ErrorCode::kNone ? std::nullopt : std::optional<std::string>("so it is");
        return response;
    }
    void create(const std::string& name) {
        CreateTopicsRequest request;
        request.topics.emplace_back().name = name;
        harness.with_client([&](const Env& env, Effects& fx) {
            harness.client().submit("create topic " + name, request, env, fx);
        });
    }
    std::vector<AdminAnswered> answered() { return harness.facts<AdminAnswered>(); }

    ClientHarness<AdminClient> harness;
    std::vector<ErrorCode> errors;  ///< the answers to come
    bool answers = true;
    Duration think;
};

TEST_F(AdminTest, StatesThatTheTopicWasCreated) {
    create("orders");
    EXPECT_FALSE(harness.client().idle());
    harness.run_for(1_s);
    EXPECT_EQ(answered(),
              (std::vector<AdminAnswered>{{"create topic orders", ErrorCode::kNone, ""}}));
    EXPECT_TRUE(harness.client().idle());
}

TEST_F(AdminTest, StaysQuietWithoutACall) {
    harness.run_for(1_h);
    EXPECT_TRUE(harness.requests.empty());
    EXPECT_EQ(harness.steps, 0U);
}

TEST_F(AdminTest, TellsTheBrokerHowLongTheRequestMayTake) {
    create("orders");
    harness.run_for(1_s);
    EXPECT_EQ(harness.received<CreateTopicsRequest>().front().timeout_ms, 30'000);
}

TEST_F(AdminTest, AnErrorOfATopicIsTheAnswerWithItsMessage) {
    errors = {ErrorCode::kTopicAlreadyExists};
    create("orders");
    harness.run_for(1_s);
    EXPECT_EQ(answered(),
              (std::vector<AdminAnswered>{
                  {"create topic orders", ErrorCode::kTopicAlreadyExists, "so it is"}}));
}

TEST_F(AdminTest, AsksAgainWhenTheControllerMoved) {
    errors = {ErrorCode::kNotController, ErrorCode::kNotController};
    create("orders");
    harness.run_for(5_s);
    ASSERT_EQ(answered().size(), 1U);
    EXPECT_EQ(answered().front().error, ErrorCode::kNone);
    EXPECT_EQ(harness.received<CreateTopicsRequest>().size(), 3U);
}

TEST_F(AdminTest, ATimeOutThatTheBrokerReportsIsFinal) {
    errors = {ErrorCode::kRequestTimedOut};
    create("orders");
    harness.run_for(5_s);
    EXPECT_EQ(answered().front().error, ErrorCode::kRequestTimedOut);
    EXPECT_EQ(harness.received<CreateTopicsRequest>().size(), 1U);
}

TEST_F(AdminTest, AnElectionThatIsNotNeededIsAnAnswer) {
    harness.serve = [this, serve = harness.serve](const Request& request) {
        if (!std::holds_alternative<ElectLeadersRequest>(request.body)) {
            serve(request);
            return;
        }
        ElectLeadersResponse response;
        response.replica_election_results.push_back(
            {"orders", {{PartitionId(0), ErrorCode::kElectionNotNeeded, "no need"}}});
        harness.answer(request, response);
    };
    harness.with_client([&](const Env& env, Effects& fx) {
        harness.client().submit("elect orders-0", ElectLeadersRequest(), env, fx);
    });
    harness.run_for(1_s);
    EXPECT_EQ(
        answered(),
        (std::vector<AdminAnswered>{{"elect orders-0", ErrorCode::kElectionNotNeeded, "no need"}}));
}

TEST_F(AdminTest, GoesToAnotherBrokerWhenOneDies) {
    answers = false;
    create("orders");
    harness.run_for(100_ms);
    const NodeId asked = harness.requests.back().connection.peer;
    ASSERT_TRUE(std::holds_alternative<CreateTopicsRequest>(harness.requests.back().body));
    answers = true;
    harness.stop_broker(asked.number);
    harness.run_for(5_s);
    ASSERT_EQ(answered().size(), 1U);
    EXPECT_EQ(answered().front().error, ErrorCode::kNone);
    EXPECT_NE(harness.requests.back().connection.peer, asked);
    EXPECT_EQ(harness.facts<ConnectionLost>().size(), 1U);
}

TEST_F(AdminTest, TimesOutAfterAMinuteWithoutBrokers) {
    harness.stop_broker(1);
    harness.stop_broker(2);
    create("orders");
    harness.run_for(59_s);
    EXPECT_TRUE(answered().empty());
    harness.run_for(2_s);
    ASSERT_EQ(answered().size(), 1U);
    EXPECT_EQ(answered().front().error, ErrorCode::kRequestTimedOut);
    EXPECT_EQ(answered().front().message,
              "Timed out waiting for a node assignment. Call: createTopics");
    EXPECT_EQ(harness.client().next_deadline() > harness.now, true);
}

TEST_F(AdminTest, TimesOutAfterTwoRequestsThatNobodyAnswers) {
    answers = false;
    create("orders");
    harness.run_for(61_s);
    ASSERT_EQ(answered().size(), 1U);
    EXPECT_EQ(answered().front().error, ErrorCode::kRequestTimedOut);
    EXPECT_THAT(answered().front().message, HasSubstr("Call(callName=createTopics"));
    EXPECT_THAT(answered().front().message, HasSubstr("after 2 attempt(s)"));
}

TEST_F(AdminTest, CallsRunAtTheSameTime) {
    think = 10_s;
    create("orders");
    create("payments");
    harness.run_for(11_s);
    EXPECT_EQ(answered().size(), 2U);
}

TEST_F(AdminTest, IsAValue) {
    create("orders");
    const AdminClient before = harness.client();
    harness.run_for(1_s);
    EXPECT_NE(before, harness.client());
    EXPECT_NE(digest_of(before), digest_of(harness.client()));
    EXPECT_FALSE(before.idle());
}

}  // namespace
}  // namespace brokerlab
