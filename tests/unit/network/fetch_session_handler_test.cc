// A reader's side of a fetch session: what its requests name, and what it makes of the answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/network/fetch_session_handler.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Uuid kOrders{1, 1};
constexpr Uuid kBills{2, 2};

struct Wanted {
    Uuid topic_id;
    int32_t partition = 0;
    int64_t offset = 0;
};

class FetchSessionReader : public ::testing::Test {
protected:
    FetchRequest ask_for(const std::vector<Wanted>& wanted) {
        FetchRequest request;
        FetchSessionHandler::Builder next(session, request);
        for (const Wanted& one : wanted) {
            FetchRequest::Partition asked;
            asked.partition = PartitionId(one.partition);
            asked.fetch_offset = Offset(one.offset);
            next.add(one.topic_id, asked);
        }
        next.finish();
        return request;
    }
    /// An answer for these partitions.
    static FetchResponse answer(int32_t session_id, const std::vector<Wanted>& partitions) {
        FetchResponse response;
        response.session_id = session_id;
        for (const Wanted& one : partitions) {
            FetchResponse::Partition partition;
            partition.partition_index = PartitionId(one.partition);
            response.responses.push_back({{}, one.topic_id, {partition}});
        }
        return response;
    }
    static FetchResponse refusal(ErrorCode error) {
        FetchResponse response;
        response.error_code = error;
        return response;
    }
    void open(int32_t id, const std::vector<Wanted>& wanted) {
        ask_for(wanted);
        ASSERT_TRUE(session.on_response(answer(id, wanted)));
    }

    FetchSessionHandler session;
};

/// "topic/partition@offset" of all that a request names.
std::vector<std::string> named(const FetchRequest& request) {
    std::vector<std::string> names;
    for (const FetchRequest::Topic& topic : request.topics) {
        for (const FetchRequest::Partition& p : topic.partitions) {
            names.push_back((topic.topic_id == kOrders ? "orders/" : "bills/") +
                            std::to_string(p.partition.value) + "@" +
                            std::to_string(p.fetch_offset.value));
        }
    }
    return names;
}

TEST_F(FetchSessionReader, TheFirstRequestNamesEverythingAndAsksForASession) {
    const FetchRequest request = ask_for({{kOrders, 0}, {kOrders, 1}, {kBills, 0}});
    EXPECT_EQ(request.session_id, 0);
    EXPECT_EQ(request.session_epoch, 0);
    EXPECT_THAT(named(request), ElementsAre("orders/0@0", "orders/1@0", "bills/0@0"));
    EXPECT_EQ(request.topics.size(), 2U);
}

TEST_F(FetchSessionReader, LaterRequestsNameWhatChanged) {
    open(7, {{kOrders, 0}, {kOrders, 1}});
    const FetchRequest same = ask_for({{kOrders, 0}, {kOrders, 1}});
    EXPECT_EQ(same.session_id, 7);
    EXPECT_EQ(same.session_epoch, 1);
    EXPECT_THAT(same.topics, IsEmpty());
    EXPECT_THAT(same.forgotten_topics_data, IsEmpty());
    EXPECT_TRUE(session.on_response(answer(7, {})));
    const FetchRequest moved = ask_for({{kOrders, 1, 5}, {kOrders, 0}, {kBills, 0}});
    EXPECT_EQ(moved.session_epoch, 2);
    EXPECT_THAT(named(moved), ElementsAre("orders/1@5", "bills/0@0"));
}

TEST_F(FetchSessionReader, WhatIsNotWantedAnyMoreIsForgotten) {
    open(7, {{kOrders, 0}, {kOrders, 1}, {kBills, 0}});
    EXPECT_TRUE(session.has_partitions_to_forget());
    const FetchRequest request = ask_for({{kOrders, 1}});
    EXPECT_THAT(request.topics, IsEmpty());
    ASSERT_EQ(request.forgotten_topics_data.size(), 2U);
    EXPECT_EQ(request.forgotten_topics_data[0].topic_id, kOrders);
    EXPECT_THAT(request.forgotten_topics_data[0].partitions, ElementsAre(PartitionId(0)));
    EXPECT_EQ(request.forgotten_topics_data[1].topic_id, kBills);
}

TEST_F(FetchSessionReader, ATopicMadeAnewIsForgottenAndAskedForByItsNewId) {
    open(7, {{kOrders, 0, 30}});
    const FetchRequest request = ask_for({{kBills, 0}});
    EXPECT_THAT(named(request), ElementsAre("bills/0@0"));
    ASSERT_EQ(request.forgotten_topics_data.size(), 1U);
    EXPECT_EQ(request.forgotten_topics_data[0].topic_id, kOrders);
}

TEST_F(FetchSessionReader, WithoutASlotEveryRequestStaysFull) {
    open(0, {{kOrders, 0}});
    EXPECT_FALSE(session.has_partitions_to_forget());
    const FetchRequest request = ask_for({{kOrders, 0}});
    EXPECT_EQ(request.session_epoch, 0);
    EXPECT_THAT(named(request), ElementsAre("orders/0@0"));
}

TEST_F(FetchSessionReader, ASessionThatTheLeaderForgotIsBegunAnew) {
    open(7, {{kOrders, 0}});
    ask_for({{kOrders, 0}});
    EXPECT_FALSE(session.on_response(refusal(ErrorCode::kFetchSessionIdNotFound)));
    const FetchRequest request = ask_for({{kOrders, 0}});
    EXPECT_EQ(request.session_id, 0) << "there is none to close";
    EXPECT_EQ(request.session_epoch, 0);
    EXPECT_THAT(named(request), ElementsAre("orders/0@0"));
}

TEST_F(FetchSessionReader, AfterOtherErrorsTheSessionIsClosedByAFullRequest) {
    for (const ErrorCode error :
         {ErrorCode::kInvalidFetchSessionEpoch, ErrorCode::kFetchSessionTopicIdError}) {
        session = FetchSessionHandler();
        open(7, {{kOrders, 0}});
        ask_for({{kOrders, 0}});
        EXPECT_FALSE(session.on_response(refusal(error)));
        const FetchRequest request = ask_for({{kOrders, 0}});
        EXPECT_EQ(request.session_id, 7);
        EXPECT_EQ(request.session_epoch, 0);
    }
}

TEST_F(FetchSessionReader, AfterALostConnectionTheSessionIsClosedByAFullRequest) {
    open(7, {{kOrders, 0}});
    ask_for({{kOrders, 0}});
    session.on_failure();
    const FetchRequest request = ask_for({{kOrders, 0}});
    EXPECT_EQ(request.session_id, 7);
    EXPECT_EQ(request.session_epoch, 0);
    EXPECT_THAT(named(request), ElementsAre("orders/0@0"));
}

TEST_F(FetchSessionReader, ASessionThatTheLeaderClosedIsOver) {
    open(7, {{kOrders, 0}});
    ask_for({});
    EXPECT_TRUE(session.on_response(answer(0, {})));
    EXPECT_EQ(ask_for({{kOrders, 0}}).session_epoch, 0);
}

TEST_F(FetchSessionReader, AnAnswerForWhatWasNotAskedIsNotRead) {
    open(7, {{kOrders, 0}});
    ask_for({{kOrders, 0}});
    EXPECT_FALSE(session.on_response(answer(7, {{kBills, 0}})));
    const FetchRequest request = ask_for({{kOrders, 0}, {kOrders, 1}});
    EXPECT_EQ(request.session_id, 7);
    EXPECT_FALSE(session.on_response(answer(8, {{kOrders, 0}}))) << "a full answer names all";
    EXPECT_EQ(session.session_id(), 0);
}

TEST_F(FetchSessionReader, AtItsEndTheSessionIsClosedForGood) {
    open(7, {{kOrders, 0}});
    session.close_next();
    const FetchRequest request = ask_for({});
    EXPECT_EQ(request.session_id, 7);
    EXPECT_EQ(request.session_epoch, -1);
}

TEST(SessionEpoch, WrapsAroundToOneAndTheFinalOneStays) {
    EXPECT_EQ(next_session_epoch(0), 1);
    EXPECT_EQ(next_session_epoch(2'147'483'647), 1);
    EXPECT_EQ(next_session_epoch(-1), -1);
}

}  // namespace
}  // namespace brokerlab
