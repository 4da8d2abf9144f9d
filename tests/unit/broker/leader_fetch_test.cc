// Reading from a leader: bounds, limits, errors, epochs that diverge.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/broker/leader_fixture.h"

namespace brokerlab {
namespace {

using testing::Asked;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kEpoch;
using testing::kOrders;
using testing::kOrdersId;
using testing::LeaderBroker;
using testing::texts_of;

constexpr Asked kAtOnce{.max_wait_ms = 0};

TEST(LeaderFetch, FollowersReadToTheEndConsumersToTheHighWatermark) {
    LeaderBroker broker;
    broker.produce({"a"}, {.acks = 1});
    broker.replicate_to(1);
    broker.produce({"b"}, {.acks = 1});
    ASSERT_EQ(broker.high_watermark(), 1);
    const auto followed = broker.fetch_as(2, 0, kAtOnce);
    EXPECT_THAT(texts_of(*followed->records), ElementsAre("0:-=a", "1:-=b"));
    const auto consumed = broker.consume(0, kAtOnce);
    EXPECT_THAT(texts_of(*consumed->records), ElementsAre("0:-=a"));
    EXPECT_EQ(consumed->high_watermark, Offset(1));
    EXPECT_EQ(consumed->last_stable_offset, Offset(1));
    EXPECT_EQ(consumed->log_start_offset, Offset(0));
    EXPECT_FALSE(consumed->aborted_transactions);
}

TEST(LeaderFetch, WithoutTheRuleConsumersReadWhatIsNotCommitted) {
    LeaderBroker broker;
    broker.produce({"a"}, {.acks = 1});
    EXPECT_THAT(texts_of(*broker.consume(0, kAtOnce)->records), IsEmpty());
    broker.rules.set(Rule::kReadBelowHw, false);
    EXPECT_THAT(texts_of(*broker.consume(0, kAtOnce)->records), ElementsAre("0:-=a"));
}

TEST(LeaderFetch, ReadCommittedEndsBeforeAnOpenTransaction) {
    LeaderBroker broker;
    broker.set_isr({1});
    broker.produce({"a"});
    broker.produce({"b"}, {.batch = {.producer_id = ProducerId(9),
                                     .producer_epoch = ProducerEpoch(0),
                                     .base_sequence = Sequence(0),
                                     .transactional = true}});
    Asked committed = kAtOnce;
    committed.isolation = IsolationLevel::kReadCommitted;
    const auto read = broker.consume(0, committed);
    EXPECT_THAT(texts_of(*read->records), ElementsAre("0:-=a"));
    EXPECT_EQ(read->high_watermark, Offset(2));
    EXPECT_EQ(read->last_stable_offset, Offset(1));
    ASSERT_TRUE(read->aborted_transactions);
    EXPECT_THAT(*read->aborted_transactions, IsEmpty());
    EXPECT_THAT(texts_of(*broker.consume(0, kAtOnce)->records), ElementsAre("0:-=a", "1:-=b"));
}

TEST(LeaderFetch, ReadCommittedNamesWhatWasAborted) {
    LeaderBroker broker;
    broker.set_isr({1});
    broker.produce({"a"}, {.batch = {.producer_id = ProducerId(9),
                                     .producer_epoch = ProducerEpoch(0),
                                     .base_sequence = Sequence(0),
                                     .transactional = true}});
    Partition& partition = broker.edit_orders();
    const AppendResult marker =
        append_as_leader(partition.log.edit(),
                         testing::records_of(end_transaction_batch(
                             {ControlRecordType::kAbort, CoordinatorEpoch(0)}, ProducerId(9),
                             ProducerEpoch(0), wall_clock(broker.now))),
                         kEpoch, AppendOrigin::kCoordinator, {partition.settings.log, broker.now});
    ASSERT_TRUE(marker.ok());
    maybe_increment_high_watermark(partition, broker.rm, broker.image, broker.env());
    Asked committed = kAtOnce;
    committed.isolation = IsolationLevel::kReadCommitted;
    const auto read = broker.consume(0, committed);
    ASSERT_TRUE(read->aborted_transactions);
    EXPECT_THAT(*read->aborted_transactions,
                ElementsAre(FetchResponse::AbortedTransaction{ProducerId(9), Offset(0)}));
    EXPECT_EQ(read->last_stable_offset, Offset(2));
}

TEST(LeaderFetch, BetweenHighWatermarkAndEndAConsumerGetsNothingAtOnce) {
    LeaderBroker broker;
    broker.produce({"a"}, {.acks = 1});
    const auto read = broker.consume(1);
    ASSERT_TRUE(read) << "Kafka does not let it wait";
    EXPECT_EQ(read->error_code, ErrorCode::kNone);
    EXPECT_THAT(texts_of(*read->records), IsEmpty());
}

TEST(LeaderFetch, OffsetsOutsideOfTheLogAreRefused) {
    LeaderBroker broker;
    broker.produce({"a"}, {.acks = 1});
    EXPECT_EQ(broker.consume(2)->error_code, ErrorCode::kOffsetOutOfRange);
    EXPECT_EQ(broker.fetched()->high_watermark, kNoOffset);
    EXPECT_EQ(broker.fetch_as(2, 2)->error_code, ErrorCode::kOffsetOutOfRange);
    EXPECT_EQ(broker.orders().followers.at(BrokerId(2)).log_end_offset, kNoOffset)
        << "a follower's place that can't be is not noted";
    EXPECT_THAT(broker.facts<RequestRefused>(), IsEmpty()) << "a follower is no client";
    broker.consume(2);
    ASSERT_EQ(broker.facts<RequestRefused>().size(), 1U);
    EXPECT_EQ(broker.facts<RequestRefused>()[0].partition, kOrders);
}

TEST(LeaderFetch, UnknownTopicsAndPartitionsAreRefused) {
    LeaderBroker broker;
    EXPECT_EQ(broker.consume(0, {.topic_id = Uuid{1, 2}})->error_code, ErrorCode::kUnknownTopicId);
    EXPECT_EQ(broker.consume(0, {.partition = 1})->error_code, ErrorCode::kUnknownTopicOrPartition);
    EXPECT_EQ(broker.consume(0, {.max_wait_ms = 0, .version = 12})->error_code, ErrorCode::kNone)
        << "by name before version 13";
}

TEST(LeaderFetch, ATopicOfTheSameNameIsNotTheSameTopic) {
    LeaderBroker broker;
    broker.edit_orders().topic_id = Uuid{99, 99};
    EXPECT_EQ(broker.consume(0)->error_code, ErrorCode::kInconsistentTopicId);
}

TEST(LeaderFetch, EpochsMustBeTheLeadersOwn) {
    LeaderBroker broker;
    const auto old = broker.consume(0, {.current_epoch = kEpoch - 1});
    EXPECT_EQ(old->error_code, ErrorCode::kFencedLeaderEpoch);
    EXPECT_EQ(old->current_leader.leader_id, BrokerId(1));
    EXPECT_EQ(old->current_leader.leader_epoch, kEpoch);
    EXPECT_EQ(broker.answers<FetchResponse>().at(0).node_endpoints.at(0).host, "broker-1");
    EXPECT_EQ(broker.consume(0, {.current_epoch = kEpoch + 1})->error_code,
              ErrorCode::kUnknownLeaderEpoch);
    EXPECT_EQ(broker.fetch_as(2, 0, {.current_epoch = kEpoch - 1})->error_code,
              ErrorCode::kFencedLeaderEpoch);
    EXPECT_EQ(broker.consume(0, {.max_wait_ms = 0, .current_epoch = kNoLeaderEpoch})->error_code,
              ErrorCode::kNone);
}

TEST(LeaderFetch, WithoutTheRuleEpochsAreNotCompared) {
    LeaderBroker broker;
    broker.rules.set(Rule::kLeaderEpochCheck, false);
    EXPECT_EQ(broker.consume(0, {.max_wait_ms = 0, .current_epoch = kEpoch - 1})->error_code,
              ErrorCode::kNone);
}

TEST(LeaderFetch, FollowersOnlyReadFromTheLeader) {
    LeaderBroker broker;
    broker.lose_leadership(3);
    const auto answer = broker.fetch_as(2, 0, {.current_epoch = kEpoch + 1});
    EXPECT_EQ(answer->error_code, ErrorCode::kNotLeaderOrFollower);
    EXPECT_EQ(answer->current_leader.leader_id, BrokerId(3));
    // Consumers may read from followers (KIP-392), before version 11 they could not.
    EXPECT_EQ(broker.consume(0, {.max_wait_ms = 0, .current_epoch = kEpoch + 1})->error_code,
              ErrorCode::kNone);
    EXPECT_EQ(broker.consume(0, {.current_epoch = kEpoch + 1, .version = 10})->error_code,
              ErrorCode::kNotLeaderOrFollower);
}

TEST(LeaderFetch, APartitionThatIsElsewhereSaysWhoLeads) {
    LeaderBroker broker;
    broker.rm.partitions.erase(kOrders);
    const auto answer = broker.consume(0);
    EXPECT_EQ(answer->error_code, ErrorCode::kNotLeaderOrFollower);
    EXPECT_EQ(answer->current_leader.leader_id, BrokerId(1));
    EXPECT_EQ(answer->current_leader.leader_epoch, kEpoch);
}

TEST(LeaderFetch, ABrokerThatIsNoReplicaIsToldToWaitForTheMetadata) {
    LeaderBroker broker;
    EXPECT_EQ(broker.fetch_as(4, 0)->error_code, ErrorCode::kUnknownLeaderEpoch);
    EXPECT_EQ(broker.fetch_as(4, 0, {.current_epoch = kNoLeaderEpoch})->error_code,
              ErrorCode::kNotLeaderOrFollower);
}

TEST(LeaderFetch, AnEarlierLifeOfAFollowerDoesNotCount) {
    LeaderBroker broker;
    broker.produce({"a"}, {.acks = 1});
    const auto answer = broker.fetch_as(2, 1, {.broker_epoch = BrokerEpoch(50)});
    EXPECT_EQ(answer->error_code, ErrorCode::kNotLeaderOrFollower);
    EXPECT_EQ(broker.orders().followers.at(BrokerId(2)).log_end_offset, kNoOffset);
}

TEST(LeaderFetch, TheFirstBatchComesWhateverItsSize) {
    LeaderBroker broker;
    for (const char c : {'a', 'b', 'c'}) {
        broker.produce({std::string(1000, c)}, {.acks = 1});
    }
    const auto batches = [&](const Asked& asked) {
        return broker.fetch_as(2, 0, asked)->records->batches.size();
    };
    EXPECT_EQ(batches({.max_wait_ms = 0, .partition_max_bytes = 10}), 1U);
    EXPECT_EQ(batches({.max_wait_ms = 0, .max_bytes = 10}), 1U);
    EXPECT_EQ(batches({.max_wait_ms = 0, .partition_max_bytes = 2500}), 2U);
    EXPECT_EQ(batches({.max_wait_ms = 0}), 3U);
    broker.rm.config.edit().fetch_max_bytes = 2500;
    EXPECT_EQ(batches({.max_wait_ms = 0}), 2U) << "the broker has its own limit";
}

TEST(LeaderFetch, TheLimitIsForAllPartitionsTogether) {
    LeaderBroker broker;
    broker.add_topic("bills", Uuid{8, 80});
    broker.add_partition(1, "bills", Uuid{8, 80});
    broker.produce({std::string(1000, 'a')}, {.acks = 1});
    broker.produce({std::string(1000, 'b')}, {.acks = 1, .topic = "bills"});
    Request request =
        LeaderBroker::fetch_request(LeaderBroker::connection(NodeKind::kBroker, 2), Offset(0),
                                    {.max_wait_ms = 0, .max_bytes = 1500}, BrokerId(2));
    FetchRequest& fetch = std::get<FetchRequest>(request.body);
    fetch.topics.push_back(fetch.topics.front());
    fetch.topics.back().topic_id = Uuid{8, 80};
    broker.send(request);
    const FetchResponse response = broker.answers<FetchResponse>().at(0);
    EXPECT_EQ(response.responses.at(0).partitions.at(0).records->batches.size(), 1U);
    // What is left holds no whole batch of the second one.
    EXPECT_THAT(response.responses.at(1).partitions.at(0).records->batches, IsEmpty());
    EXPECT_EQ(response.responses.at(1).topic_id, (Uuid{8, 80}));
}

/// Epoch 1 wrote 0 to 3, epoch 5 the rest, up to 6.
LeaderBroker with_two_epochs() {
    LeaderBroker broker;
    broker.edit_orders().log.edit().leader_epochs.clear();
    broker.edit_orders().leader_epoch = LeaderEpoch(1);
    for (int i = 0; i < 4; ++i) {
        broker.produce({"old"}, {.acks = 1});
    }
    broker.edit_orders().leader_epoch = kEpoch;
    broker.produce({"new"}, {.acks = 1});
    broker.produce({"new"}, {.acks = 1});
    return broker;
}

TEST(LeaderFetch, AFollowerWhoseLogDivergesIsToldWhere) {
    LeaderBroker broker = with_two_epochs();
    const auto answer = broker.fetch_as(2, 6, {.last_fetched_epoch = LeaderEpoch(1)});
    ASSERT_TRUE(answer) << "that can't wait";
    EXPECT_EQ(answer->error_code, ErrorCode::kNone);
    EXPECT_EQ(answer->diverging_epoch.epoch, LeaderEpoch(1));
    EXPECT_EQ(answer->diverging_epoch.end_offset, Offset(4));
    EXPECT_THAT(answer->records->batches, IsEmpty());
    EXPECT_EQ(broker.orders().followers.at(BrokerId(2)).log_end_offset, kNoOffset)
        << "its place counts only once it has truncated";
    // An epoch that this log never had: the largest below it.
    EXPECT_EQ(broker.fetch_as(2, 4, {.last_fetched_epoch = LeaderEpoch(3)})->diverging_epoch.epoch,
              LeaderEpoch(1));
}

TEST(LeaderFetch, AFollowerThatAgreesGetsRecords) {
    LeaderBroker broker = with_two_epochs();
    const auto answer = broker.fetch_as(2, 4, {.last_fetched_epoch = LeaderEpoch(1)});
    EXPECT_EQ(answer->diverging_epoch.epoch, kNoLeaderEpoch);
    EXPECT_EQ(answer->records->batches.size(), 2U);
    EXPECT_EQ(broker.fetch_as(2, 5, {.last_fetched_epoch = kEpoch})->records->batches.size(), 1U);
    // Without the epoch nobody looks.
    EXPECT_EQ(broker.fetch_as(2, 6, kAtOnce)->diverging_epoch.epoch, kNoLeaderEpoch);
}

TEST(LeaderFetch, AnEpochOfTheFutureIsOutOfRange) {
    LeaderBroker broker = with_two_epochs();
    EXPECT_EQ(broker.fetch_as(2, 6, {.last_fetched_epoch = kEpoch + 1})->error_code,
              ErrorCode::kOffsetOutOfRange);
}

}  // namespace
}  // namespace brokerlab
