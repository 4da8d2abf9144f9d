// Fetches that wait: what wakes them, and what they read then.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/broker/leader_fixture.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kEpoch;
using testing::kOrders;
using testing::LeaderBroker;
using testing::texts_of;

TEST(LeaderLongPoll, AFollowerIsWokenByAnAppend) {
    LeaderBroker broker;
    EXPECT_FALSE(broker.fetch_as(2, 0));
    broker.pass(100_ms);
    broker.produce({"a"}, {.acks = 1});
    ASSERT_TRUE(broker.fetched());
    EXPECT_THAT(texts_of(*broker.fetched()->records), ElementsAre("0:-=a"));
    EXPECT_TRUE(broker.rm.purgatory->fetches.empty());
}

TEST(LeaderLongPoll, TheProducerIsAnsweredBeforeTheReaders) {
    LeaderBroker broker;
    EXPECT_FALSE(broker.fetch_as(2, 0));
    broker.produce({"a"}, {.acks = 1});
    ASSERT_EQ(broker.fx.actions().size(), 2U);
    const auto& first = std::get<Response>(broker.fx.actions()[0]);
    EXPECT_TRUE(std::holds_alternative<ProduceResponse>(first.body));
}

TEST(LeaderLongPoll, AConsumerIsWokenByTheHighWatermarkNotByTheAppend) {
    LeaderBroker broker;
    EXPECT_FALSE(broker.consume(0));
    broker.produce({"a"}, {.acks = 1});
    EXPECT_FALSE(broker.fetched());
    broker.fetch_as(2, 1);
    EXPECT_THAT(broker.answers<FetchResponse>(), IsEmpty());
    broker.fetch_as(3, 1);
    ASSERT_EQ(broker.answers<FetchResponse>().size(), 1U);
    EXPECT_THAT(texts_of(*broker.fetched()->records), ElementsAre("0:-=a"));
    EXPECT_EQ(broker.fetched()->high_watermark, Offset(1));
    EXPECT_EQ(broker.rm.purgatory->fetches.size(), 2U) << "the followers wait on";
}

TEST(LeaderLongPoll, AWaitingFollowerIsNotWokenByTheHighWatermark) {
    LeaderBroker broker;
    broker.produce({"a"}, {.acks = 1});
    EXPECT_FALSE(broker.fetch_as(2, 1));
    EXPECT_FALSE(broker.fetch_as(3, 1));
    EXPECT_EQ(broker.high_watermark(), 1);
    EXPECT_EQ(broker.rm.purgatory->fetches.size(), 2U);
}

TEST(LeaderLongPoll, TheAnswerCarriesTheHighWatermarkOfBeforeThisFetch) {
    LeaderBroker broker;
    broker.produce({"a"}, {.acks = 1});
    broker.fetch_as(2, 1, {.max_wait_ms = 0});
    EXPECT_EQ(broker.fetch_as(3, 1, {.max_wait_ms = 0})->high_watermark, Offset(0));
    EXPECT_EQ(broker.fetch_as(3, 1, {.max_wait_ms = 0})->high_watermark, Offset(1));
}

TEST(LeaderLongPoll, WithNothingNewItEndsAtItsDeadline) {
    LeaderBroker broker;
    const SimTime asked_at = broker.now;
    EXPECT_FALSE(broker.consume(0, {.max_wait_ms = 500}));
    EXPECT_EQ(broker.rm.purgatory->next_deadline(), asked_at + 500_ms);
    broker.now = asked_at + 499_ms;
    broker.clear();
    expire_fetches(broker.rm, broker.image, broker.env(), broker.fx);
    EXPECT_FALSE(broker.fetched());
    broker.pass(1_ms);
    expire_fetches(broker.rm, broker.image, broker.env(), broker.fx);
    ASSERT_TRUE(broker.fetched());
    EXPECT_THAT(broker.fetched()->records->batches, IsEmpty());
    EXPECT_EQ(broker.rm.purgatory->next_deadline(), kNever);
}

TEST(LeaderLongPoll, WaitingOnItsOwnDoesNotKeepAFollowerCaughtUp) {
    LeaderBroker broker;
    broker.fetch_as(2, 0);
    const SimTime fetched_at = broker.now;
    broker.pass(200_ms);
    broker.produce({"a"}, {.acks = 1});
    ASSERT_TRUE(broker.fetched());
    EXPECT_EQ(broker.orders().followers.at(BrokerId(2)).last_fetch_at, fetched_at)
        << "the second read is not a second fetch";
}

TEST(LeaderLongPoll, SmallRecordsAddUpToMinBytes) {
    LeaderBroker broker;
    EXPECT_FALSE(broker.fetch_as(2, 0, {.min_bytes = 200}));
    broker.produce({"a"}, {.acks = 1});
    broker.produce({"b"}, {.acks = 1});
    EXPECT_FALSE(broker.fetched()) << "two batches of about 70 bytes";
    broker.produce({"c"}, {.acks = 1});
    ASSERT_TRUE(broker.fetched());
    EXPECT_EQ(broker.fetched()->records->batches.size(), 3U);
}

TEST(LeaderLongPoll, PartitionsAddUpToMinBytes) {
    LeaderBroker broker;
    broker.add_topic("bills", Uuid{8, 80});
    broker.add_partition(1, "bills", Uuid{8, 80});
    Request request = LeaderBroker::fetch_request(LeaderBroker::connection(NodeKind::kBroker, 2),
                                                  Offset(0), {.min_bytes = 130}, BrokerId(2));
    FetchRequest& fetch = std::get<FetchRequest>(request.body);
    fetch.topics.push_back(fetch.topics.front());
    fetch.topics.back().topic_id = Uuid{8, 80};
    broker.send(request);
    broker.produce({"a"}, {.acks = 1});
    EXPECT_FALSE(broker.fetched());
    broker.produce({"b"}, {.acks = 1, .topic = "bills"});
    EXPECT_TRUE(broker.fetched());
}

TEST(LeaderLongPoll, ALargerBatchThanThePartitionLimitStillWakes) {
    LeaderBroker broker;
    EXPECT_FALSE(broker.fetch_as(2, 0, {.min_bytes = 50, .partition_max_bytes = 60}));
    broker.produce({std::string(1000, 'x')}, {.acks = 1});
    ASSERT_TRUE(broker.fetched());
    EXPECT_EQ(broker.fetched()->records->batches.size(), 1U);
}

TEST(LeaderLongPoll, ARollEndsTheWaitWhateverMinBytes) {
    LeaderBroker broker;
    broker.edit_orders().settings.log.segment_bytes = 100;
    broker.produce({"a"}, {.acks = 1});
    EXPECT_FALSE(broker.fetch_as(2, 1, {.min_bytes = 100'000}));
    broker.produce({"b"}, {.acks = 1});
    ASSERT_TRUE(broker.fetched());
    EXPECT_THAT(texts_of(*broker.fetched()->records), ElementsAre("1:-=b"));
}

TEST(LeaderLongPoll, ALostLeadEndsTheWait) {
    LeaderBroker broker;
    EXPECT_FALSE(broker.fetch_as(2, 0));
    EXPECT_FALSE(broker.consume(0));
    broker.lose_leadership(2);
    broker.clear();
    try_complete_fetches(broker.rm, broker.image, kOrders, broker.env(), broker.fx);
    const auto answers = broker.answers<FetchResponse>();
    ASSERT_EQ(answers.size(), 2U);
    for (const FetchResponse& answer : answers) {
        EXPECT_EQ(answer.responses.at(0).partitions.at(0).error_code,
                  ErrorCode::kFencedLeaderEpoch);
        EXPECT_EQ(answer.responses.at(0).partitions.at(0).current_leader.leader_id, BrokerId(2));
    }
}

TEST(LeaderLongPoll, ADeletedPartitionEndsTheWait) {
    LeaderBroker broker;
    EXPECT_FALSE(broker.consume(0));
    broker.rm.partitions.erase(kOrders);
    broker.clear();
    try_complete_fetches(broker.rm, broker.image, kOrders, broker.env(), broker.fx);
    EXPECT_EQ(broker.fetched()->error_code, ErrorCode::kNotLeaderOrFollower);
}

TEST(LeaderLongPoll, AnUnknownTopicBesideAKnownOneDoesNotEndTheWait) {
    LeaderBroker broker;
    Request request =
        LeaderBroker::fetch_request(LeaderBroker::connection(NodeKind::kClient, 9), Offset(0), {});
    FetchRequest& fetch = std::get<FetchRequest>(request.body);
    fetch.topics.push_back(fetch.topics.front());
    fetch.topics.back().topic_id = Uuid{1, 2};
    broker.send(request);
    EXPECT_FALSE(broker.fetched());
    broker.pass(500_ms);
    broker.clear();
    expire_fetches(broker.rm, broker.image, broker.env(), broker.fx);
    EXPECT_EQ(broker.answers<FetchResponse>().at(0).responses.at(1).partitions.at(0).error_code,
              ErrorCode::kUnknownTopicId);
}

TEST(LeaderLongPoll, AConsumerBeyondTheHighWatermarkDoesNotWaitUntilItIsThere) {
    LeaderBroker broker;
    broker.produce({"a"}, {.acks = 1});
    ASSERT_EQ(broker.high_watermark(), 0);
    for (int i = 0; i < 3; ++i) {
        const auto read = broker.consume(1);
        ASSERT_TRUE(read) << "at once";
        EXPECT_EQ(read->error_code, ErrorCode::kNone);
        EXPECT_THAT(read->records->batches, IsEmpty());
    }
    broker.replicate_to(1);
    ASSERT_EQ(broker.high_watermark(), 1);
    EXPECT_FALSE(broker.consume(1)) << "now it waits";
}

TEST(LeaderLongPoll, AConnectionThatIsGoneIsForgotten) {
    LeaderBroker broker;
    EXPECT_FALSE(broker.consume(0));
    forget_waiting(broker.rm, LeaderBroker::connection(NodeKind::kClient, 9));
    EXPECT_EQ(broker.rm.purgatory->next_deadline(), kNever);
}

TEST(LeaderLongPoll, WhatDoesNotWakeDoesNotTouchThePurgatory) {
    LeaderBroker broker;
    EXPECT_FALSE(broker.consume(0));
    const ReplicaManager before = broker.rm;
    broker.produce({"a"}, {.acks = 1});
    EXPECT_TRUE(before.purgatory.same(broker.rm.purgatory));
}

}  // namespace
}  // namespace brokerlab
