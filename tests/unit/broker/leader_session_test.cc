// Fetch sessions as their leader keeps them: what they answer, refuse and forget.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/broker/leader_fixture.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kEpoch;
using testing::kOrders;
using testing::kOrdersId;
using testing::LeaderBroker;
using testing::texts_of;

constexpr Uuid kBillsId{8, 80};

/// Broker 1 leads orders-0 and bills-0; sessions of readers 2 (a follower) and others (consumers).
class LeaderSession : public ::testing::Test {
protected:
    LeaderSession() {
        broker.add_topic("bills", kBillsId);
        broker.add_partition(1, "bills", kBillsId);
    }

    struct Reader {
        int32_t follower = 2;  ///< 0: a consumer
        int32_t id = 0;        ///< of the session
        int32_t epoch = 0;
        int32_t max_wait_ms = 0;
        ApiVersion version = 17;
    };
    static FetchRequest::Partition at(int64_t offset) {
        FetchRequest::Partition asked;
        asked.partition = PartitionId(0);
        asked.current_leader_epoch = kEpoch;
        asked.fetch_offset = Offset(offset);
        asked.log_start_offset = Offset(0);
        asked.partition_max_bytes = 1 << 20;
        return asked;
    }
    static FetchRequest::Topic orders(int64_t offset) { return {"", kOrdersId, {at(offset)}}; }
    static FetchRequest::Topic bills(int64_t offset) { return {"", kBillsId, {at(offset)}}; }

    static Request request(const Reader& reader, std::vector<FetchRequest::Topic> topics,
                           std::vector<FetchRequest::ForgottenTopic> forgotten = {}) {
        const NodeKind kind = reader.follower > 0 ? NodeKind::kBroker : NodeKind::kClient;
        const int32_t number = reader.follower > 0 ? reader.follower : 9;
        Request request = LeaderBroker::fetch_request(
            LeaderBroker::connection(kind, number), Offset(0),
            {.max_wait_ms = reader.max_wait_ms, .version = reader.version},
            reader.follower > 0 ? BrokerId(reader.follower) : kNoBroker);
        auto& fetch = std::get<FetchRequest>(request.body);
        fetch.session_id = reader.id;
        fetch.session_epoch = reader.epoch;
        fetch.topics = std::move(topics);
        fetch.forgotten_topics_data = std::move(forgotten);
        return request;
    }
    /// Sends a fetch; its answer must come at once.
    FetchResponse fetch(const Reader& reader, std::vector<FetchRequest::Topic> topics = {},
                        std::vector<FetchRequest::ForgottenTopic> forgotten = {}) {
        broker.send(request(reader, std::move(topics), std::move(forgotten)));
        const std::vector<FetchResponse> answers = broker.answers<FetchResponse>();
        BL_CHECK(answers.size() == 1);
        return answers.front();
    }
    /// Opens a session over both partitions from their beginnings.
    int32_t open(int32_t follower = 2) {
        const FetchResponse opened = fetch({.follower = follower}, {orders(0), bills(0)});
        BL_CHECK(opened.error_code == ErrorCode::kNone);
        return opened.session_id;
    }
    [[nodiscard]] std::size_t sessions() const { return broker.rm.fetch_sessions->by_id.size(); }

    LeaderBroker broker;
};

TEST_F(LeaderSession, AFullFetchOpensOneAndIsAnsweredInFull) {
    const FetchResponse opened = fetch({}, {orders(0), bills(0)});
    EXPECT_GT(opened.session_id, 0);
    EXPECT_EQ(opened.responses.size(), 2U);
    const FetchSession& session = broker.rm.fetch_sessions->by_id.at(opened.session_id);
    EXPECT_TRUE(session.privileged);
    EXPECT_EQ(session.epoch, 1);
    EXPECT_EQ(session.partitions->size(), 2U);
}

TEST_F(LeaderSession, AnIncrementalFetchIsAnsweredWithNewsOnly) {
    const int32_t id = open();
    EXPECT_THAT(fetch({.id = id, .epoch = 1}).responses, IsEmpty());
    broker.produce({"a"}, {.acks = 1});
    const FetchResponse read = fetch({.id = id, .epoch = 2});
    EXPECT_EQ(read.session_id, id);
    ASSERT_EQ(read.responses.size(), 1U);
    EXPECT_EQ(read.responses[0].topic_id, kOrdersId);
    EXPECT_THAT(texts_of(*read.responses[0].partitions.at(0).records), ElementsAre("0:-=a"));
}

TEST_F(LeaderSession, ARaisedHighWatermarkIsNewsOnce) {
    const int32_t id = open();
    broker.produce({"a"}, {.acks = 1});
    fetch({.id = id, .epoch = 1}, {orders(1)});
    broker.fetch_as(3, 1, {.max_wait_ms = 0});
    ASSERT_EQ(broker.high_watermark(), 1);
    const FetchResponse told = fetch({.id = id, .epoch = 2});
    ASSERT_EQ(told.responses.size(), 1U);
    EXPECT_EQ(told.responses[0].partitions.at(0).high_watermark, Offset(1));
    EXPECT_THAT(fetch({.id = id, .epoch = 3}).responses, IsEmpty());
}

TEST_F(LeaderSession, ARaisedLogStartIsNews) {
    const int32_t id = open();
    broker.produce({"a"}, {.acks = 1});
    broker.replicate_to(1);
    fetch({.id = id, .epoch = 1}, {orders(1)});
    ASSERT_TRUE(increment_log_start(broker.edit_orders().log.edit(), Offset(1)));
    const FetchResponse told = fetch({.id = id, .epoch = 2});
    ASSERT_EQ(told.responses.size(), 1U);
    EXPECT_EQ(told.responses[0].partitions.at(0).log_start_offset, Offset(1));
}

TEST_F(LeaderSession, EveryPartitionCountsAsFetchedEachTime) {
    const int32_t id = open();
    broker.pass(3_s);
    fetch({.id = id, .epoch = 1});
    const FollowerState& follower = broker.orders().followers.at(BrokerId(2));
    EXPECT_EQ(follower.last_fetch_at, broker.now);
    EXPECT_EQ(follower.last_caught_up_at, broker.now);
}

TEST_F(LeaderSession, AQuietFetchWaitsAndIsAnsweredWithNothing) {
    const int32_t id = open();
    broker.send(request({.id = id, .epoch = 1, .max_wait_ms = 500}, {}));
    EXPECT_THAT(broker.answers<FetchResponse>(), IsEmpty());
    broker.pass(500_ms);
    broker.clear();
    expire_fetches(broker.rm, broker.image, broker.env(), broker.fx);
    ASSERT_EQ(broker.answers<FetchResponse>().size(), 1U);
    EXPECT_EQ(broker.answers<FetchResponse>()[0].session_id, id);
    EXPECT_THAT(broker.answers<FetchResponse>()[0].responses, IsEmpty());
}

TEST_F(LeaderSession, AWaitingFetchIsWokenByAPartitionThatItDidNotName) {
    const int32_t id = open();
    broker.send(request({.id = id, .epoch = 1, .max_wait_ms = 500}, {}));
    broker.produce({"b"}, {.acks = 1, .topic = "bills"});
    ASSERT_EQ(broker.answers<FetchResponse>().size(), 1U);
    EXPECT_EQ(broker.answers<FetchResponse>()[0].responses.at(0).topic_id, kBillsId);
}

TEST_F(LeaderSession, PartitionsComeAndGo) {
    const int32_t id = fetch({}, {orders(0)}).session_id;
    const FetchResponse added = fetch({.id = id, .epoch = 1}, {bills(0)});
    ASSERT_EQ(added.responses.size(), 1U) << "nothing was told of it yet";
    EXPECT_EQ(added.responses[0].topic_id, kBillsId);
    broker.produce({"a"}, {.acks = 1});
    const FetchResponse left =
        fetch({.id = id, .epoch = 2}, {}, {{"", kOrdersId, {PartitionId(0)}}});
    EXPECT_THAT(left.responses, IsEmpty());
    EXPECT_EQ(broker.rm.fetch_sessions->by_id.at(id).partitions->size(), 1U);
}

TEST_F(LeaderSession, WithoutPartitionsItIsOver) {
    const int32_t id = fetch({}, {orders(0)}).session_id;
    const FetchResponse ended =
        fetch({.id = id, .epoch = 1, .max_wait_ms = 500}, {}, {{"", kOrdersId, {PartitionId(0)}}});
    EXPECT_EQ(ended.session_id, 0);
    EXPECT_EQ(sessions(), 0U);
}

TEST_F(LeaderSession, AnErrorIsToldEachTimeAndItsEndToo) {
    const int32_t id = open();
    broker.edit_orders().is_leader = false;
    for (const int32_t epoch : {1, 2}) {
        const FetchResponse refused = fetch({.id = id, .epoch = epoch, .max_wait_ms = 500});
        ASSERT_EQ(refused.responses.size(), 1U);
        EXPECT_EQ(refused.responses[0].partitions.at(0).error_code,
                  ErrorCode::kNotLeaderOrFollower);
    }
    broker.edit_orders().is_leader = true;
    EXPECT_EQ(fetch({.id = id, .epoch = 3}).responses.size(), 1U);
    EXPECT_THAT(fetch({.id = id, .epoch = 4}).responses, IsEmpty());
}

TEST_F(LeaderSession, ADivergingReaderIsToldEachTime) {
    const int32_t id = open();
    FetchRequest::Topic ahead = orders(1);
    ahead.partitions[0].last_fetched_epoch = kEpoch - 1;
    for (const int32_t epoch : {1, 2}) {
        const FetchResponse told = fetch({.id = id, .epoch = epoch, .max_wait_ms = 500}, {ahead});
        ASSERT_EQ(told.responses.size(), 1U);
        EXPECT_EQ(told.responses[0].partitions.at(0).diverging_epoch.end_offset, Offset(0));
    }
}

TEST_F(LeaderSession, ATopicThatTheMetadataLearnsOfLaterIsReadThen) {
    constexpr Uuid kNewId{5, 50};
    FetchRequest::Topic unknown{"", kNewId, {at(0)}};
    const FetchResponse opened = fetch({}, {unknown});
    EXPECT_EQ(opened.responses.at(0).partitions.at(0).error_code, ErrorCode::kUnknownTopicId);
    broker.add_topic("news", kNewId);
    broker.add_partition(1, "news", kNewId);
    const FetchResponse read = fetch({.id = opened.session_id, .epoch = 1});
    ASSERT_EQ(read.responses.size(), 1U);
    EXPECT_EQ(read.responses[0].partitions.at(0).error_code, ErrorCode::kNone);
}

TEST_F(LeaderSession, PartitionsThatGaveRecordsAreReadLastTheNextTime) {
    const int32_t id = open();
    broker.produce({"a"}, {.acks = 1});
    fetch({.id = id, .epoch = 1});
    const FetchedPartitions& order = *broker.rm.fetch_sessions->by_id.at(id).partitions;
    EXPECT_EQ(order.at(0).topic, "bills");
    EXPECT_EQ(order.at(1).topic, "orders");
}

/// What an incremental fetch is told of its first partition.
ErrorCode first_error(const FetchResponse& told) {
    return told.responses.at(0).partitions.at(0).error_code;
}

TEST_F(LeaderSession, KeepsTheNameOfATopicThatIsDeleted) {
    const int32_t id = fetch({.follower = 0}, {orders(0)}).session_id;
    broker.remove_topic("orders");
    const FetchResponse told = fetch({.follower = 0, .id = id, .epoch = 1});
    EXPECT_EQ(first_error(told), ErrorCode::kUnknownTopicOrPartition);
    ASSERT_EQ(broker.facts<RequestRefused>().size(), 1U);
    EXPECT_EQ(broker.facts<RequestRefused>()[0].partition, kOrders) << "by its name, not by its id";
}

TEST_F(LeaderSession, OfADeletedTopicIsNotOfTheNextOneOfThatName) {
    const int32_t id = fetch({.follower = 0}, {orders(0)}).session_id;
    broker.remove_topic("orders");
    constexpr Uuid kNewId{5, 50};
    broker.add_topic("orders", kNewId);
    EXPECT_EQ(first_error(fetch({.follower = 0, .id = id, .epoch = 1})),
              ErrorCode::kNotLeaderOrFollower)
        << "a replica of the new one is on other brokers";
    broker.add_partition(1, "orders", kNewId);
    EXPECT_EQ(first_error(fetch({.follower = 0, .id = id, .epoch = 2})),
              ErrorCode::kInconsistentTopicId);
}

TEST_F(LeaderSession, AFullFetchOfADeletedTopicFindsNoName) {
    broker.remove_topic("orders");
    EXPECT_EQ(first_error(fetch({.follower = 0}, {orders(0)})), ErrorCode::kUnknownTopicId);
}

// ---- Refusals

TEST_F(LeaderSession, ASessionThatIsNotThereIsNotFound) {
    const FetchResponse refused = fetch({.id = 77, .epoch = 1, .max_wait_ms = 500});
    EXPECT_EQ(refused.error_code, ErrorCode::kFetchSessionIdNotFound);
    EXPECT_EQ(refused.session_id, 0);
    EXPECT_THAT(refused.responses, IsEmpty());
}

TEST_F(LeaderSession, AnEpochOutOfTurnIsInvalid) {
    const int32_t id = open();
    EXPECT_EQ(fetch({.id = id, .epoch = 2}).error_code, ErrorCode::kInvalidFetchSessionEpoch);
    EXPECT_EQ(fetch({.id = id, .epoch = 1}).error_code, ErrorCode::kNone);
    EXPECT_EQ(fetch({.id = id, .epoch = 1}).error_code, ErrorCode::kInvalidFetchSessionEpoch);
}

TEST_F(LeaderSession, ASessionByIdsTakesNoRequestByNamesAndTheOtherWayRound) {
    const int32_t by_id = open();
    EXPECT_EQ(fetch({.id = by_id, .epoch = 1, .version = 12}).error_code,
              ErrorCode::kFetchSessionTopicIdError);
    const int32_t by_name =
        fetch({.follower = 0, .version = 12}, {{"orders", Uuid{}, {at(0)}}}).session_id;
    EXPECT_EQ(fetch({.follower = 0, .id = by_name, .epoch = 1}).error_code,
              ErrorCode::kFetchSessionTopicIdError);
    EXPECT_EQ(fetch({.follower = 0, .id = by_name, .epoch = 1, .version = 12}).error_code,
              ErrorCode::kNone);
}

TEST_F(LeaderSession, ALateAnswerOfASessionThatWentOnIsRefused) {
    const int32_t id = open();
    broker.send(request({.id = id, .epoch = 1, .max_wait_ms = 500}, {}));
    fetch({.id = id, .epoch = 2});
    broker.pass(500_ms);
    broker.clear();
    expire_fetches(broker.rm, broker.image, broker.env(), broker.fx);
    ASSERT_EQ(broker.answers<FetchResponse>().size(), 1U);
    EXPECT_EQ(broker.answers<FetchResponse>()[0].error_code, ErrorCode::kInvalidFetchSessionEpoch);
}

// ---- The cache

TEST_F(LeaderSession, AFullFetchClosesTheSessionThatItNames) {
    const int32_t id = open();
    const FetchResponse anew = fetch({.id = id}, {orders(0)});
    EXPECT_NE(anew.session_id, id);
    EXPECT_EQ(sessions(), 1U);
    EXPECT_EQ(fetch({.id = anew.session_id, .epoch = -1}, {orders(0)}).session_id, 0);
    EXPECT_EQ(sessions(), 0U);
}

TEST_F(LeaderSession, WithoutSlotsNobodyGetsOne) {
    broker.rm.config.edit().fetch_session_slots = 0;
    const FetchResponse read = fetch({}, {orders(0)});
    EXPECT_EQ(read.session_id, 0);
    EXPECT_EQ(read.responses.size(), 1U);
}

/// With eight slots each of the eight shards has one; the ninth session meets the first.
class FullSessionCache : public LeaderSession {
protected:
    FullSessionCache() { broker.rm.config.edit().fetch_session_slots = 8; }
    int32_t consumer(std::vector<FetchRequest::Topic> topics) {
        return fetch({.follower = 0}, std::move(topics)).session_id;
    }
    std::vector<int32_t> fill() {
        std::vector<int32_t> ids;
        for (int i = 0; i < 8; ++i) {
            ids.push_back(consumer({orders(0)}));
        }
        return ids;
    }
    [[nodiscard]] bool holds(int32_t id) const {
        return broker.rm.fetch_sessions->by_id.contains(id);
    }
};

TEST_F(FullSessionCache, AConsumerFindsNoSlotWhileTheOthersAreInUse) {
    fill();
    EXPECT_EQ(sessions(), 8U);
    EXPECT_EQ(consumer({orders(0), bills(0)}), 0);
}

TEST_F(FullSessionCache, AFollowerTakesTheSlotOfAConsumer) {
    const std::vector<int32_t> ids = fill();
    EXPECT_NE(fetch({}, {orders(0)}).session_id, 0);
    EXPECT_FALSE(holds(ids[0]));
    EXPECT_EQ(sessions(), 8U);
}

TEST_F(FullSessionCache, ASessionUnusedForTwoMinutesGivesItsSlotToAnybody) {
    const std::vector<int32_t> ids = fill();
    broker.pass(120_s);
    EXPECT_EQ(consumer({orders(0)}), 0) << "not yet";
    broker.pass(1_ms);
    broker.rm.fetch_sessions.edit().offered = 16;  // the turn of the first shard
    EXPECT_NE(consumer({orders(0)}), 0);
    EXPECT_FALSE(holds(ids[0]));
}

TEST_F(FullSessionCache, OfOldSessionsALargerOneTakesTheSlot) {
    const std::vector<int32_t> ids = fill();
    broker.pass(121_s);
    fetch({.follower = 0, .id = ids[0], .epoch = 1});
    EXPECT_EQ(consumer({orders(0)}), 0) << "of the same size";
    broker.rm.fetch_sessions.edit().offered = 16;  // the turn of the first shard
    EXPECT_NE(consumer({orders(0), bills(0)}), 0);
    EXPECT_FALSE(holds(ids[0]));
}

TEST_F(LeaderSession, AnIdIsOfItsShard) {
    constexpr int32_t kIdsOfShard = 2'147'483'647 / 8;
    for (int32_t shard = 0; shard < 8; ++shard) {
        EXPECT_EQ(open() / kIdsOfShard, shard);
    }
}

}  // namespace
}  // namespace brokerlab
