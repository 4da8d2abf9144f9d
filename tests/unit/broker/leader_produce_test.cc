// A leader and its producers: what is appended, what is refused, when the answer comes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/broker/apply_metadata.h"
#include "tests/unit/broker/leader_fixture.h"
#include "tests/unit/log/batch_bytes.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using testing::ids;
using ::testing::IsEmpty;
using testing::kEpoch;
using testing::kOrders;
using testing::kOrdersId;
using testing::LeaderBroker;
using testing::Sent;

BatchSpec idempotent(int32_t sequence, int16_t epoch = 0) {
    return {.producer_id = ProducerId(9),
            .producer_epoch = ProducerEpoch(epoch),
            .base_sequence = Sequence(sequence)};
}

TEST(LeaderProduce, AcksOneIsAnsweredAtOnceWithTheOffsets) {
    LeaderBroker broker;
    EXPECT_EQ(broker.produce({"a", "b"}, {.acks = 1})->base_offset, Offset(0));
    const auto second = broker.produce({"c"}, {.acks = 1});
    EXPECT_EQ(second->error_code, ErrorCode::kNone);
    EXPECT_EQ(second->base_offset, Offset(2));
    EXPECT_EQ(second->log_start_offset, Offset(0));
    EXPECT_EQ(broker.log_end(), 3);
    EXPECT_EQ(broker.high_watermark(), 0);
    EXPECT_TRUE(broker.rm.purgatory->produces.empty());
}

TEST(LeaderProduce, AcksAllWaitsUntilEveryFollowerAsksForWhatComesNext) {
    LeaderBroker broker;
    EXPECT_FALSE(broker.produce({"a"}));
    ASSERT_EQ(broker.rm.purgatory->produces.size(), 1U);
    // Fetching the record is not having it.
    broker.replicate_to(0);
    EXPECT_FALSE(broker.produced());
    broker.fetch_as(2, 1, {.max_wait_ms = 0});
    EXPECT_FALSE(broker.produced());
    broker.fetch_as(3, 1, {.max_wait_ms = 0});
    ASSERT_TRUE(broker.produced());
    EXPECT_EQ(broker.produced()->error_code, ErrorCode::kNone);
    EXPECT_EQ(broker.produced()->base_offset, Offset(0));
    EXPECT_TRUE(broker.rm.purgatory->produces.empty());
}

TEST(LeaderProduce, AWaitingProduceLetsGoOfItsRecords) {
    LeaderBroker broker;
    EXPECT_FALSE(broker.produce({"a"}));
    const DelayedProduce& waiting = *broker.rm.purgatory->produces.begin()->second.operation;
    EXPECT_THAT(std::get<ProduceRequest>(waiting.request.body).topic_data, IsEmpty());
    EXPECT_EQ(waiting.partitions.at(0).required_offset, Offset(1));
}

TEST(LeaderProduce, AcksAllWithAnIsrOfOneIsAnsweredAtOnce) {
    LeaderBroker broker;
    broker.set_isr({1});
    EXPECT_EQ(broker.produce({"a"})->error_code, ErrorCode::kNone);
    EXPECT_EQ(broker.high_watermark(), 1);
}

TEST(LeaderProduce, AcksZeroIsNeverAnswered) {
    LeaderBroker broker;
    EXPECT_FALSE(broker.produce({"a"}, {.acks = 0}));
    EXPECT_TRUE(broker.wants<FinishRequest>());
    EXPECT_EQ(broker.log_end(), 1);
}

TEST(LeaderProduce, AcksZeroWithAnErrorClosesTheConnection) {
    LeaderBroker broker;
    EXPECT_FALSE(broker.produce({"a"}, {.acks = 0, .topic = "unheard-of"}));
    EXPECT_TRUE(broker.wants<CloseConnection>());
    EXPECT_FALSE(broker.wants<FinishRequest>());
    ASSERT_EQ(broker.facts<RequestRefused>().size(), 1U);
    EXPECT_EQ(broker.facts<RequestRefused>()[0].client, (NodeId{NodeKind::kClient, 1}));
}

TEST(LeaderProduce, OtherAcksAreRefused) {
    LeaderBroker broker;
    EXPECT_EQ(broker.produce({"a"}, {.acks = 2})->error_code, ErrorCode::kInvalidRequiredAcks);
    EXPECT_EQ(broker.produce({"a"}, {.acks = -2})->error_code, ErrorCode::kInvalidRequiredAcks);
    EXPECT_EQ(broker.log_end(), 0);
}

TEST(LeaderProduce, UnknownTopicsAndPartitionsAreRefused) {
    LeaderBroker broker;
    EXPECT_EQ(broker.produce({"a"}, {.topic = "unheard-of"})->error_code,
              ErrorCode::kUnknownTopicOrPartition);
    EXPECT_EQ(broker.produce({"a"}, {.partition = 1})->error_code,
              ErrorCode::kUnknownTopicOrPartition);
    EXPECT_EQ(broker.produced()->base_offset, kNoOffset);
}

TEST(LeaderProduce, InternalTopicsAreForTheCoordinators) {
    LeaderBroker broker;
    broker.add_topic("__consumer_offsets", Uuid{8, 80});
    broker.add_partition(1, "__consumer_offsets", Uuid{8, 80});
    EXPECT_EQ(broker.produce({"a"}, {.topic = "__consumer_offsets"})->error_code,
              ErrorCode::kInvalidTopicException);
    EXPECT_EQ(
        broker
            .produce({"a"},
                     {.acks = 1, .topic = "__consumer_offsets", .client_id = "__admin_client"})
            ->error_code,
        ErrorCode::kNone);
}

TEST(LeaderProduce, AFollowerSaysWhoLeads) {
    LeaderBroker broker;
    broker.lose_leadership(3);
    const auto answer = broker.produce({"a"});
    EXPECT_EQ(answer->error_code, ErrorCode::kNotLeaderOrFollower);
    EXPECT_EQ(answer->current_leader.leader_id, BrokerId(3));
    EXPECT_EQ(answer->current_leader.leader_epoch, kEpoch + 1);
    const ProduceResponse response = broker.answers<ProduceResponse>().at(0);
    EXPECT_THAT(response.node_endpoints,
                ElementsAre(NodeEndpoint{BrokerId(3), "broker-3", 9092, std::nullopt}));
}

TEST(LeaderProduce, ABrokerWithoutTheReplicaSaysWhoLeadsByTheMetadata) {
    LeaderBroker broker;
    broker.rm.partitions.erase(kOrders);
    const auto answer = broker.produce({"a"});
    EXPECT_EQ(answer->error_code, ErrorCode::kNotLeaderOrFollower);
    EXPECT_EQ(answer->current_leader.leader_id, BrokerId(1));
}

TEST(LeaderProduce, TooSmallAnIsrTakesNothingWithAcksAll) {
    LeaderBroker broker(2);
    broker.set_isr({1});
    EXPECT_EQ(broker.produce({"a"})->error_code, ErrorCode::kNotEnoughReplicas);
    EXPECT_EQ(broker.log_end(), 0);
    // acks=1 does not ask for replicas.
    EXPECT_EQ(broker.produce({"a"}, {.acks = 1})->error_code, ErrorCode::kNone);
    EXPECT_EQ(broker.high_watermark(), 0) << "nor does that commit anything";
}

TEST(LeaderProduce, WithoutTheRuleTooSmallAnIsrCommits) {
    LeaderBroker broker(2);
    broker.set_isr({1});
    broker.rules.set(Rule::kMinIsrCheck, false);
    EXPECT_EQ(broker.produce({"a"})->error_code, ErrorCode::kNone);
    EXPECT_EQ(broker.high_watermark(), 1);
}

TEST(LeaderProduce, MinIsrIsAtMostTheNumberOfReplicas) {
    LeaderBroker broker(5);
    EXPECT_EQ(broker.orders().effective_min_isr(), 3);
    EXPECT_FALSE(broker.produce({"a"})) << "it is taken, and waits";
}

TEST(LeaderProduce, AnIsrThatShrankAfterTheHighWatermarkPassedIsToldAfterTheAppend) {
    LeaderBroker broker(2);
    EXPECT_FALSE(broker.produce({"a"}));
    broker.edit_orders().log.edit().high_watermark = Offset(1);
    broker.set_isr({1});
    broker.clear();
    try_complete_produces(broker.rm, broker.image, kOrders, broker.env(), broker.fx);
    ASSERT_TRUE(broker.produced());
    EXPECT_EQ(broker.produced()->error_code, ErrorCode::kNotEnoughReplicasAfterAppend);
    EXPECT_EQ(broker.log_end(), 1) << "the record stays in the log";
}

TEST(LeaderProduce, AnIsrUnderTheMinimumLetsTheWaitingTimeOut) {
    LeaderBroker broker(2);
    EXPECT_FALSE(broker.produce({"a"}, {.timeout_ms = 30'000}));
    broker.set_isr({1});
    broker.replicate_to(1);
    EXPECT_FALSE(broker.produced()) << "the high watermark can't move under the minimum";
    broker.pass(30_s);
    broker.clear();
    expire_produces(broker.rm, broker.image, broker.env(), broker.fx);
    EXPECT_EQ(broker.produced()->error_code, ErrorCode::kRequestTimedOut);
}

TEST(LeaderProduce, TheTimeoutIsTheRequestsOwn) {
    LeaderBroker broker;
    const SimTime sent_at = broker.now;
    EXPECT_FALSE(broker.produce({"a"}, {.timeout_ms = 1'500}));
    EXPECT_EQ(broker.rm.purgatory->next_deadline(), sent_at + 1500_ms);
    broker.now = sent_at + 1500_ms - 1_ns;
    broker.clear();
    expire_produces(broker.rm, broker.image, broker.env(), broker.fx);
    EXPECT_FALSE(broker.produced());
    broker.pass(1_ns);
    expire_produces(broker.rm, broker.image, broker.env(), broker.fx);
    EXPECT_EQ(broker.produced()->error_code, ErrorCode::kRequestTimedOut);
    ASSERT_EQ(broker.facts<RequestRefused>().size(), 1U);
    EXPECT_EQ(broker.facts<RequestRefused>()[0].error, ErrorCode::kRequestTimedOut);
    EXPECT_EQ(broker.rm.purgatory->next_deadline(), kNever);
    EXPECT_EQ(broker.log_end(), 1) << "it may still be committed later";
}

TEST(LeaderProduce, WithoutTimeToWaitItTimesOutAtOnce) {
    LeaderBroker broker;
    EXPECT_EQ(broker.produce({"a"}, {.timeout_ms = 0})->error_code, ErrorCode::kRequestTimedOut);
    EXPECT_TRUE(broker.rm.purgatory->produces.empty());
}

TEST(LeaderProduce, WhoeverWaitsHearsThatTheLeadIsLost) {
    LeaderBroker broker;
    EXPECT_FALSE(broker.produce({"a"}));
    broker.lose_leadership(2);
    broker.clear();
    try_complete_produces(broker.rm, broker.image, kOrders, broker.env(), broker.fx);
    ASSERT_TRUE(broker.produced());
    EXPECT_EQ(broker.produced()->error_code, ErrorCode::kNotLeaderOrFollower);
    EXPECT_EQ(broker.produced()->current_leader.leader_id, BrokerId(2));
}

TEST(LeaderProduce, WhoeverWaitsHearsThatTheReplicaWasReassigned) {
    LeaderBroker broker;
    EXPECT_FALSE(broker.produce({"a"}));
    // The replica went to broker 4 and its lead to broker 2.
    PartitionRegistration moved = *broker.image.find_partition(kOrders);
    moved.replicas = ids({2, 3, 4});
    moved.leader = BrokerId(2);
    moved.leader_epoch = kEpoch + 1;
    MetadataDelta delta;
    delta.partitions.insert(kOrders);
    broker.image.topics.edit().at("orders").edit().partitions.at(0) =
        Cow<PartitionRegistration>(moved);
    broker.clear();
    apply_metadata(broker.rm, broker.image, delta, broker.env(), broker.fx);
    ASSERT_TRUE(broker.produced());
    EXPECT_EQ(broker.produced()->error_code, ErrorCode::kNotLeaderOrFollower);
    EXPECT_EQ(broker.produced()->current_leader.leader_id, BrokerId(2));
    EXPECT_EQ(broker.produced()->current_leader.leader_epoch, kEpoch + 1);
    EXPECT_THAT(broker.answers<ProduceResponse>().at(0).node_endpoints,
                ElementsAre(NodeEndpoint{BrokerId(2), "broker-2", 9092, std::nullopt}));
}

TEST(LeaderProduce, WhoeverWaitsHearsThatTheTopicWasDeleted) {
    LeaderBroker broker;
    EXPECT_FALSE(broker.produce({"a"}));
    MetadataDelta delta;
    delta.deleted_topics.insert_or_assign(kOrdersId, *broker.image.find_topic(kOrdersId));
    broker.image.topics.edit().erase("orders");
    broker.image.topic_names.edit().erase(kOrdersId);
    broker.clear();
    apply_metadata(broker.rm, broker.image, delta, broker.env(), broker.fx);
    ASSERT_TRUE(broker.produced());
    EXPECT_EQ(broker.produced()->error_code, ErrorCode::kUnknownTopicOrPartition);
    EXPECT_EQ(broker.produced()->current_leader.leader_id, kNoBroker);
}

TEST(LeaderProduce, ARetryOfABatchGetsItsOldOffsets) {
    LeaderBroker broker;
    broker.produce({"a", "b"}, {.acks = 1, .batch = idempotent(0)});
    broker.produce({"c"}, {.acks = 1, .batch = idempotent(2)});
    const auto retry = broker.produce({"a", "b"}, {.acks = 1, .batch = idempotent(0)});
    EXPECT_EQ(retry->error_code, ErrorCode::kNone);
    EXPECT_EQ(retry->base_offset, Offset(0));
    EXPECT_EQ(broker.log_end(), 3);
}

TEST(LeaderProduce, ARetryWithAcksAllWaitsForTheReplicasOfTheFirstTry) {
    LeaderBroker broker;
    EXPECT_FALSE(broker.produce({"a"}, {.batch = idempotent(0)}));
    EXPECT_FALSE(broker.produce({"a"}, {.batch = idempotent(0), .client = 2}));
    broker.replicate_to(1);
    EXPECT_EQ(broker.answers<ProduceResponse>().size(), 2U);
    EXPECT_EQ(broker.log_end(), 1);
}

TEST(LeaderProduce, GapsAndOldEpochsOfAProducerAreRefused) {
    LeaderBroker broker;
    broker.produce({"a"}, {.acks = 1, .batch = idempotent(0, 1)});
    EXPECT_EQ(broker.produce({"b"}, {.acks = 1, .batch = idempotent(5, 1)})->error_code,
              ErrorCode::kOutOfOrderSequenceNumber);
    EXPECT_EQ(broker.produced()->log_start_offset, Offset(0));
    EXPECT_EQ(broker.produce({"b"}, {.acks = 1, .batch = idempotent(1, 0)})->error_code,
              ErrorCode::kInvalidProducerEpoch);
    EXPECT_EQ(broker.log_end(), 1);
}

TEST(LeaderProduce, WithoutTheRuleRetriesAndGapsAreAppended) {
    LeaderBroker broker;
    broker.rules.set(Rule::kSequenceCheck, false);
    broker.produce({"a"}, {.acks = 1, .batch = idempotent(0)});
    const auto again = broker.produce({"a"}, {.acks = 1, .batch = idempotent(0)});
    EXPECT_EQ(again->base_offset, Offset(1)) << "a duplicate";
    EXPECT_EQ(broker.produce({"b"}, {.acks = 1, .batch = idempotent(7)})->error_code,
              ErrorCode::kNone);
    EXPECT_EQ(broker.log_end(), 3);
}

TEST(LeaderProduce, BadBatchesAreRefused) {
    LeaderBroker broker;
    EXPECT_EQ(broker.produce({std::string(2 << 20U, 'x')})->error_code,
              ErrorCode::kMessageTooLarge);
    EXPECT_EQ(broker.produced()->log_start_offset, kNoOffset);
    BatchBytes broken = testing::batch_of({{std::nullopt, "a", wall_clock(broker.now)}});
    broken.bytes = testing::with_field(broken.bytes, testing::field::kCrc, uint32_t{1});
    broker.send(LeaderBroker::produce_request(testing::records_of(std::move(broken)), Sent{}));
    EXPECT_EQ(broker.produced()->error_code, ErrorCode::kCorruptMessage);
    broker.send(LeaderBroker::produce_request(std::nullopt, Sent{}));
    EXPECT_EQ(broker.produced()->error_code, ErrorCode::kInvalidRecord);
    broker.edit_orders().settings.log.segment_bytes = 100;
    EXPECT_EQ(broker.produce({std::string(200, 'x')})->error_code, ErrorCode::kRecordListTooLarge);
    EXPECT_EQ(broker.log_end(), 0);
}

TEST(LeaderProduce, ACompactedTopicNamesTheRecordsWithoutKey) {
    LeaderBroker broker;
    broker.edit_orders().settings.log.cleanup_compact = true;
    const auto answer = broker.produce({"a"});
    EXPECT_EQ(answer->error_code, ErrorCode::kInvalidRecord);
    ASSERT_EQ(answer->record_errors.size(), 1U);
    EXPECT_EQ(answer->record_errors[0].batch_index, 0);
    EXPECT_TRUE(answer->error_message);
}

TEST(LeaderProduce, RecordsOfAnotherTimeAreRefused) {
    LeaderBroker broker;
    broker.edit_orders().settings.log.message_timestamp_before_max_ms = 1'000;
    broker.send(LeaderBroker::produce_request(
        testing::records_of(
            testing::batch_of({{std::nullopt, "a", Timestamp(kBootTimestamp.value - 60'000)}})),
        Sent{}));
    EXPECT_EQ(broker.produced()->error_code, ErrorCode::kInvalidTimestamp);
}

TEST(LeaderProduce, OneBadPartitionDoesNotStopTheOthers) {
    LeaderBroker broker;
    broker.set_isr({1});
    const auto batch = [&] {
        return testing::records_of(
            testing::batch_of({{std::nullopt, "a", wall_clock(broker.now)}}));
    };
    ProduceRequest produce;
    produce.acks = -1;
    produce.timeout_ms = 1'000;
    produce.topic_data = {{"unheard-of", {{PartitionId(0), batch()}}},
                          {"orders", {{PartitionId(4), batch()}, {PartitionId(0), batch()}}}};
    broker.send(make_request(LeaderBroker::connection(NodeKind::kClient, 1), 12, CorrelationId(1),
                             "till", std::move(produce)));
    const ProduceResponse response = broker.answers<ProduceResponse>().at(0);
    ASSERT_EQ(response.responses.size(), 2U);
    EXPECT_EQ(response.responses[0].name, "unheard-of");
    EXPECT_EQ(response.responses[1].partition_responses.at(0).error_code,
              ErrorCode::kUnknownTopicOrPartition);
    EXPECT_EQ(response.responses[1].partition_responses.at(1).error_code, ErrorCode::kNone);
    EXPECT_EQ(broker.facts<RequestRefused>().size(), 2U);
}

TEST(LeaderProduce, ARollFlushesTheSegmentThatIsFull) {
    LeaderBroker broker;
    broker.edit_orders().settings.log.segment_bytes = 200;
    broker.produce({std::string(100, 'x')}, {.acks = 1});
    EXPECT_EQ(broker.orders().log->recovery_point, Offset(0));
    broker.produce({std::string(100, 'y')}, {.acks = 1});
    EXPECT_EQ(broker.orders().log->segments.size(), 2U);
    EXPECT_EQ(broker.orders().log->recovery_point, Offset(1));
}

TEST(LeaderProduce, AConnectionThatIsGoneWaitsForNothing) {
    LeaderBroker broker;
    EXPECT_FALSE(broker.produce({"a"}));
    EXPECT_FALSE(broker.produce({"b"}, {.client = 2}));
    forget_waiting(broker.rm, LeaderBroker::connection(NodeKind::kClient, 1));
    EXPECT_EQ(broker.rm.purgatory->produces.size(), 1U);
    broker.replicate_to(2);
    EXPECT_EQ(broker.answers<ProduceResponse>().size(), 1U);
}

TEST(LeaderProduce, ACopyOfTheBrokerIsLeftAlone) {
    LeaderBroker broker;
    EXPECT_FALSE(broker.produce({"a"}));
    const ReplicaManager before = broker.rm;
    const uint64_t digest = digest_of(before);
    broker.produce({"b"});
    broker.replicate_to(2);
    EXPECT_NE(digest_of(broker.rm), digest);
    EXPECT_FALSE(broker.rm == before);
    EXPECT_EQ(digest_of(before), digest);
    EXPECT_EQ(before.purgatory->produces.size(), 1U);
}

}  // namespace
}  // namespace brokerlab
