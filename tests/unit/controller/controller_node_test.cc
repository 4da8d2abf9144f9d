#include "sim/controller/controller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/controller/forwarded_request.h"
#include "sim/model/message_codec.h"
#include "tests/unit/controller/controller_quorum.h"

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// A heartbeat of a broker that has applied all that is committed.
BrokerHeartbeatRequest heartbeat_of(ControllerQuorum& quorum, int32_t controller, int32_t broker) {
    const MetadataImage& image = quorum.at(controller).committed();
    BrokerHeartbeatRequest request;
    request.broker_id = BrokerId(broker);
    request.broker_epoch = image.find_broker(BrokerId(broker))->epoch;
    request.current_metadata_offset = image.last_offset;
    return request;
}

void bring_up(ControllerQuorum& quorum, int32_t controller, int32_t broker) {
    const auto registered =
        quorum.ask_and_wait<BrokerRegistrationResponse>(controller, registration_of(broker));
    ASSERT_EQ(registered.error_code, ErrorCode::kNone);
    const auto beat = quorum.ask_and_wait<BrokerHeartbeatResponse>(
        controller, heartbeat_of(quorum, controller, broker));
    ASSERT_FALSE(beat.is_fenced);
}

/// One controller, active, and brokers 1 to n, unfenced.
ControllerQuorum lone_with_brokers(int32_t n) {
    ControllerQuorum quorum(1);
    BL_CHECK(quorum.run_until_active());
    for (int32_t broker = 1; broker <= n; ++broker) {
        bring_up(quorum, 1, broker);
    }
    return quorum;
}

TEST(Controller, ALoneVoterTakesOverAndWritesTheFeatureLevels) {
    ControllerQuorum quorum(1);
    ASSERT_TRUE(quorum.run_until_active());
    quorum.run_for(100_ms);
    EXPECT_THAT(quorum.facts_of<ControllerActivated>(), SizeIs(1));
    // The control record of the epoch, then the bootstrap.
    EXPECT_EQ(quorum.at(1).committed().last_offset, Offset(6));
    EXPECT_EQ(quorum.at(1).latest(), quorum.at(1).committed());
}

TEST(Controller, WritesARecordEveryHalfSecondWhenNothingHappens) {
    ControllerQuorum quorum(1);
    ASSERT_TRUE(quorum.run_until_active());
    quorum.run_for(100_ms);
    const Offset before = quorum.at(1).committed().last_offset;
    quorum.run_for(10_s);
    EXPECT_EQ(quorum.at(1).committed().last_offset, before + 20);
}

TEST(Controller, AnswersARegistrationWhenItIsCommitted) {
    ControllerQuorum quorum(1);
    ASSERT_TRUE(quorum.run_until_active());
    const auto answer = quorum.ask_and_wait<BrokerRegistrationResponse>(1, registration_of(1));
    const BrokerRegistration* broker = quorum.at(1).committed().find_broker(BrokerId(1));
    ASSERT_NE(broker, nullptr);
    EXPECT_EQ(answer.broker_epoch, broker->epoch);
    EXPECT_EQ(BrokerEpoch(broker->registered_at.value), broker->epoch);
    EXPECT_THAT(quorum.facts_of<BrokerRegistered>(),
                ElementsAre(BrokerRegistered{BrokerId(1), broker->epoch}));
}

TEST(Controller, RegistersUnfencesCreatesATopicAndFencesWhoFallsSilent) {
    ControllerQuorum quorum = lone_with_brokers(3);
    EXPECT_THAT(quorum.facts_of<BrokerUnfenced>(), SizeIs(3));
    const auto created = quorum.ask_and_wait<CreateTopicsResponse>(1, creation_of("orders", 3, 3));
    ASSERT_EQ(created.topics.front().error_code, ErrorCode::kNone);
    EXPECT_THAT(quorum.facts_of<TopicCreated>(), SizeIs(1));
    ASSERT_NE(quorum.at(1).committed().find_topic("orders"), nullptr);

    // Brokers 2 and 3 go on; broker 1 is not heard of again.
    const SimTime last_heard = quorum.now();
    quorum.ask_and_wait<BrokerHeartbeatResponse>(1, heartbeat_of(quorum, 1, 1));
    for (int i = 0; i < 5; ++i) {
        EXPECT_THAT(quorum.facts_of<BrokerFenced>(), IsEmpty());
        quorum.ask_and_wait<BrokerHeartbeatResponse>(1, heartbeat_of(quorum, 1, 2));
        quorum.ask_and_wait<BrokerHeartbeatResponse>(1, heartbeat_of(quorum, 1, 3));
        quorum.run_until(last_heard + 2_s * (i + 1));
    }
    ASSERT_THAT(quorum.facts_of<BrokerFenced>(), SizeIs(1));
    const BrokerFenced fenced = quorum.facts_of<BrokerFenced>().front();
    EXPECT_EQ(fenced.broker, BrokerId(1));
    EXPECT_EQ(fenced.silent_for, 9_s + 1_ns);
    for (const auto& partition : quorum.at(1).committed().find_topic("orders")->partitions) {
        EXPECT_NE(partition->leader, BrokerId(1));
        EXPECT_NE(partition->leader, kNoBroker);
        EXPECT_FALSE(partition->is_in_sync(BrokerId(1)));
    }
}

TEST(Controller, LetsALeaderGoOnlyWhenTheOthersKnowTheirNewLeaderships) {
    ControllerQuorum quorum = lone_with_brokers(2);
    quorum.ask_and_wait<CreateTopicsResponse>(1, creation_of("orders", 2, 2));
    const auto stop_one = [&] {
        BrokerHeartbeatRequest request = heartbeat_of(quorum, 1, 1);
        request.want_shut_down = true;
        return quorum.ask_and_wait<BrokerHeartbeatResponse>(1, request).should_shut_down;
    };
    EXPECT_FALSE(stop_one());
    EXPECT_THAT(quorum.facts_of<ControlledShutdownBegan>(), SizeIs(1));
    EXPECT_FALSE(stop_one());  // Broker 2 has not said that it applied the change.
    quorum.ask_and_wait<BrokerHeartbeatResponse>(1, heartbeat_of(quorum, 1, 2));
    EXPECT_TRUE(stop_one());
    EXPECT_THAT(quorum.facts_of<ControlledShutdownBegan>(), SizeIs(1));
    EXPECT_TRUE(quorum.at(1).committed().find_broker(BrokerId(1))->fenced);
}

TEST(Controller, MovesLeadershipsBackThreeHundredSecondsAfterTheyMoved) {
    ControllerQuorum quorum = lone_with_brokers(2);
    quorum.ask_and_wait<CreateTopicsResponse>(1, creation_of("orders", 2, 2));
    const auto beat = [&](int32_t broker) {
        return quorum.ask_and_wait<BrokerHeartbeatResponse>(1, heartbeat_of(quorum, 1, broker));
    };
    const auto wanted = [&] {
        const TopicImage* topic = quorum.at(1).committed().find_topic("orders");
        return std::count_if(topic->partitions.begin(), topic->partitions.end(),
                             [](const auto& p) { return p->leader == p->preferred_leader(); });
    };
    ASSERT_EQ(wanted(), 2);
    BrokerHeartbeatRequest fence_me = heartbeat_of(quorum, 1, 1);
    fence_me.want_fence = true;
    quorum.ask_and_wait<BrokerHeartbeatResponse>(1, fence_me);
    const SimTime moved = quorum.now();
    ASSERT_EQ(wanted(), 1);

    // Broker 1 returns, and its replicas rejoin the ISRs.
    beat(1);
    AlterPartitionRequest rejoin;
    rejoin.broker_id = BrokerId(2);
    rejoin.broker_epoch = quorum.at(1).committed().find_broker(BrokerId(2))->epoch;
    const TopicImage* topic = quorum.at(1).committed().find_topic("orders");
    AlterPartitionRequest::Topic changes;
    changes.topic_id = topic->id;
    for (int32_t n = 0; n < 2; ++n) {
        const PartitionRegistration& p = *topic->partitions[static_cast<std::size_t>(n)];
        AlterPartitionRequest::Partition change;
        change.partition_index = PartitionId(n);
        change.leader_epoch = p.leader_epoch;
        change.partition_epoch = p.partition_epoch;
        for (const int32_t id : {1, 2}) {
            const BrokerEpoch epoch = quorum.at(1).committed().find_broker(BrokerId(id))->epoch;
            change.new_isr_with_epochs.push_back({BrokerId(id), epoch});
        }
        changes.partitions.push_back(change);
    }
    rejoin.topics.push_back(changes);
    ASSERT_EQ(quorum.ask_and_wait<AlterPartitionResponse>(1, rejoin).error_code, ErrorCode::kNone);
    EXPECT_EQ(wanted(), 1);
    while (quorum.now() < moved + 299_s) {
        quorum.run_for(2_s);
        beat(1);
        beat(2);
        if (quorum.now() < moved + 299_s) {
            ASSERT_EQ(wanted(), 1);
        }
    }
    quorum.run_for(3_s);
    EXPECT_EQ(wanted(), 2);
}

TEST(Controller, GivesABrokerBlocksOfProducerIds) {
    ControllerQuorum quorum = lone_with_brokers(1);
    const BrokerEpoch epoch = quorum.at(1).committed().find_broker(BrokerId(1))->epoch;
    const AllocateProducerIdsRequest request{BrokerId(1), epoch};
    EXPECT_EQ(quorum.ask_and_wait<AllocateProducerIdsResponse>(1, request).producer_id_start,
              ProducerId(0));
    EXPECT_EQ(quorum.ask_and_wait<AllocateProducerIdsResponse>(1, request).producer_id_start,
              ProducerId(1000));
}

TEST(Controller, RefusesAStaleEpochAtOnce) {
    ControllerQuorum quorum = lone_with_brokers(1);
    BrokerHeartbeatRequest request = heartbeat_of(quorum, 1, 1);
    request.broker_epoch = BrokerEpoch(request.broker_epoch.value + 1);
    const ConnectionId connection = quorum.ask(1, request);
    ASSERT_TRUE(quorum.answer<BrokerHeartbeatResponse>(connection));
    EXPECT_EQ(quorum.answer<BrokerHeartbeatResponse>(connection)->error_code,
              ErrorCode::kStaleBrokerEpoch);
}

TEST(Controller, ServesWhatABrokerForwardsAndAnswersInTheSameForm) {
    ControllerQuorum quorum = lone_with_brokers(1);
    const ApiVersion version = CreateTopicsRequest::kVersions.latest;
    const RequestHeader header =
        make_header(ApiKey::kCreateTopics, version, CorrelationId(42), "admin");
    ByteWriter inner;
    inner.bytes(encode_message(header, 2));
    inner.bytes(encode_message(creation_of("orders", 1, 1), version));
    EnvelopeRequest envelope;
    envelope.request_data = inner.take();

    const auto answer = quorum.ask_and_wait<EnvelopeResponse>(1, envelope);
    ASSERT_EQ(answer.error_code, ErrorCode::kNone);
    ByteReader in(*answer.response_data);
    EXPECT_EQ(read_message<ResponseHeader>(in, 1).value().correlation_id, CorrelationId(42));
    const auto created = read_message<CreateTopicsResponse>(in, version).value();
    EXPECT_EQ(created.topics.front().name, "orders");
    EXPECT_EQ(created.topics.front().error_code, ErrorCode::kNone);
    EXPECT_NE(quorum.at(1).committed().find_topic("orders"), nullptr);

    envelope.request_data = {0, 19, 0};
    EXPECT_EQ(quorum.ask_and_wait<EnvelopeResponse>(1, envelope).error_code,
              ErrorCode::kUnsupportedVersion);
}

TEST(Controller, KeepsAForwardersConnectionWhenAnEnvelopeHoldsWhatItDoesNotServe) {
    ControllerQuorum quorum = lone_with_brokers(1);
    const ApiVersion version = DescribeQuorumRequest::kVersions.latest;
    const RequestHeader header =
        make_header(ApiKey::kDescribeQuorum, version, CorrelationId(42), "admin");
    ByteWriter inner;
    inner.bytes(encode_message(header, 2));
    inner.bytes(encode_message(DescribeQuorumRequest{}, version));
    EnvelopeRequest envelope;
    envelope.request_data = inner.take();
    const ConnectionId connection = quorum.ask(1, envelope);
    EXPECT_FALSE(quorum.was_closed(connection));
    ASSERT_TRUE(quorum.answer<EnvelopeResponse>(connection));
    EXPECT_EQ(quorum.answer<EnvelopeResponse>(connection)->error_code,
              ErrorCode::kUnsupportedVersion);
}

TEST(Controller, ClosesTheConnectionOfWhoAsksForWhatItDoesNotServe) {
    ControllerQuorum quorum = lone_with_brokers(0);
    EXPECT_TRUE(quorum.was_closed(quorum.ask(1, JoinGroupRequest{})));
}

TEST(Controller, IsAValue) {
    ControllerQuorum quorum = lone_with_brokers(2);
    const ControllerNode copy = quorum.at(1);
    const uint64_t digest = digest_of(copy);
    EXPECT_TRUE(copy == quorum.at(1));
    quorum.ask_and_wait<CreateTopicsResponse>(1, creation_of("orders", 1, 2));
    EXPECT_FALSE(copy == quorum.at(1));
    EXPECT_EQ(digest_of(copy), digest);
    EXPECT_NE(digest_of(quorum.at(1)), digest);
}

// ---- Three of them
// -------------------------------------------------------------------------------

TEST(Controllers, AllComeToTheSameImage) {
    ControllerQuorum quorum(3);
    ASSERT_TRUE(quorum.run_until_active());
    const int32_t active = quorum.active();
    bring_up(quorum, active, 1);
    quorum.ask_and_wait<CreateTopicsResponse>(active, creation_of("orders", 4, 1));
    quorum.run_for(2_s);
    for (int32_t n = 1; n <= 3; ++n) {
        ASSERT_NE(quorum.at(n).committed().find_topic("orders"), nullptr) << n;
        EXPECT_EQ(*quorum.at(n).committed().topics, *quorum.at(active).committed().topics) << n;
        EXPECT_EQ(*quorum.at(n).committed().brokers, *quorum.at(active).committed().brokers) << n;
        EXPECT_EQ(quorum.at(n).is_active(), n == active);
    }
}

TEST(Controllers, AStandbyAnswersNotController) {
    ControllerQuorum quorum(3);
    ASSERT_TRUE(quorum.run_until_active());
    const int32_t standby = quorum.active() == 1 ? 2 : 1;
    EXPECT_EQ(
        quorum.ask_and_wait<BrokerRegistrationResponse>(standby, registration_of(1)).error_code,
        ErrorCode::kNotController);
    const auto created =
        quorum.ask_and_wait<CreateTopicsResponse>(standby, creation_of("orders", 1, 1));
    EXPECT_EQ(created.topics.front().error_code, ErrorCode::kNotController);
    EXPECT_EQ(created.topics.front().error_message,
              "The active controller appears to be node " +
                  std::to_string(kControllerIdBase + quorum.active()) + ".");
}

TEST(Controllers, ADeposedOneFailsWhatWaitsAndGoesBackToWhatIsCommitted) {
    ControllerQuorum quorum(3);
    ASSERT_TRUE(quorum.run_until_active());
    const int32_t deposed = quorum.active();
    bring_up(quorum, deposed, 1);
    quorum.cut(deposed);
    const ConnectionId waiting = quorum.ask(deposed, creation_of("orders", 1, 1));
    quorum.run_for(500_ms);
    EXPECT_FALSE(quorum.answer<CreateTopicsResponse>(waiting));
    EXPECT_NE(quorum.at(deposed).latest().find_topic("orders"), nullptr);
    EXPECT_EQ(quorum.at(deposed).committed().find_topic("orders"), nullptr);

    quorum.run_for(10_s);
    ASSERT_FALSE(quorum.at(deposed).is_active());
    ASSERT_TRUE(quorum.answer<CreateTopicsResponse>(waiting));
    EXPECT_EQ(quorum.answer<CreateTopicsResponse>(waiting)->topics.front().error_code,
              ErrorCode::kNotController);
    EXPECT_EQ(quorum.at(deposed).latest().find_topic("orders"), nullptr);
    EXPECT_THAT(quorum.facts_of<TopicCreated>(), IsEmpty());

    const int32_t successor = quorum.active();
    ASSERT_NE(successor, 0);
    quorum.heal();
    quorum.run_for(10_s);
    EXPECT_EQ(*quorum.at(deposed).committed().brokers, *quorum.at(successor).committed().brokers);
    EXPECT_EQ(quorum.at(deposed).committed().find_topic("orders"), nullptr);
}

TEST(Controllers, ANewOneGivesEveryBrokerAWholeSessionBeforeItFences) {
    ControllerQuorum quorum(3);
    ASSERT_TRUE(quorum.run_until_active());
    const int32_t first = quorum.active();
    bring_up(quorum, first, 1);
    quorum.kill(first);
    quorum.run_for(100_ms);
    ASSERT_TRUE(quorum.run_until_active());
    const SimTime taken_over = quorum.now();
    quorum.run_until(taken_over + 8900_ms);
    EXPECT_THAT(quorum.facts_of<BrokerFenced>(), IsEmpty());
    quorum.run_until(taken_over + 9500_ms);
    ASSERT_THAT(quorum.facts_of<BrokerFenced>(), SizeIs(1));
}

TEST(Controllers, OneThatStartsAgainReplaysItsLog) {
    ControllerQuorum quorum = lone_with_brokers(2);
    quorum.ask_and_wait<CreateTopicsResponse>(1, creation_of("orders", 1, 2));
    const MetadataImage before = quorum.at(1).committed();
    RaftDisk disk = quorum.at(1).disk();
    quorum.kill(1);
    quorum.start(1, std::move(disk));
    ASSERT_TRUE(quorum.run_until_active());
    EXPECT_EQ(*quorum.at(1).committed().topics, *before.topics);
    EXPECT_EQ(*quorum.at(1).committed().brokers, *before.brokers);
    // A log with records gets no second bootstrap: only the control record of the new epoch.
    EXPECT_EQ(quorum.at(1).latest().last_offset, before.last_offset + 1);
}

}  // namespace
}  // namespace brokerlab
