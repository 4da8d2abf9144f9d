#include "sim/controller/cluster_control.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr BrokerId kOne{1};
constexpr const char* kClusterId = "the-cluster";

/// An active controller without its log: what is decided is replayed at once.
struct Cluster {
    MetadataImage image;
    BrokerHeartbeats heartbeats;
    ControllerConfig config;
    SimTime now;

    [[nodiscard]] Env env() const {
        return {now, Seed(1), NodeId{NodeKind::kController, 1}, RuleSet{}};
    }
    void apply(const Decision& decision) {
        MetadataDelta delta;
        for (const MetadataRecord& record : decision.records) {
            replay(image, delta, record, image.last_offset + 1);
            follow_record(heartbeats, record, now);
        }
    }
    Answer<BrokerRegistrationResponse> register_as(const BrokerRegistrationRequest& request) {
        const Env at = env();
        auto answer = register_broker({image, config, at, image.last_offset + 1}, heartbeats,
                                      kClusterId, request);
        apply(answer.decision);
        return answer;
    }
    HeartbeatAnswer heartbeat(const BrokerHeartbeatRequest& request) {
        const Env at = env();
        HeartbeatAnswer answer =
            broker_heartbeat({image, config, at, image.last_offset + 1}, heartbeats, request);
        apply(answer.answer.decision);
        return answer;
    }
    /// A heartbeat of broker 1, caught up.
    BrokerHeartbeatRequest caught_up() const {
        BrokerHeartbeatRequest request;
        request.broker_id = kOne;
        request.broker_epoch = image.find_broker(kOne)->epoch;
        request.current_metadata_offset = image.last_offset;
        return request;
    }
};

BrokerRegistrationRequest incarnation(uint64_t number, int32_t broker = 1) {
    BrokerRegistrationRequest request;
    request.broker_id = BrokerId(broker);
    request.cluster_id = kClusterId;
    request.incarnation_id = Uuid{77, number};
    request.rack = std::nullopt;
    request.log_dirs = {Uuid{500, static_cast<uint64_t>(broker)}};
    return request;
}

/// Broker 1 is registered and unfenced.
Cluster with_broker() {
    Cluster cluster;
    cluster.register_as(incarnation(1));
    cluster.heartbeat(cluster.caught_up());
    return cluster;
}

TEST(Registration, GivesTheOffsetOfItsRecordAsBrokerEpoch) {
    Cluster cluster;
    cluster.apply({{NoOpRecord{}, NoOpRecord{}, NoOpRecord{}}, {}});
    const auto answer = cluster.register_as(incarnation(1));
    EXPECT_EQ(answer.response.error_code, ErrorCode::kNone);
    EXPECT_EQ(answer.response.broker_epoch, BrokerEpoch(3));
    EXPECT_EQ(cluster.image.find_broker(kOne)->epoch, BrokerEpoch(3));
    EXPECT_TRUE(cluster.image.find_broker(kOne)->fenced);
    EXPECT_THAT(answer.decision.facts,
                ElementsAre(FactBody(BrokerRegistered{kOne, BrokerEpoch(3)})));
}

TEST(Registration, RefusesAnotherCluster) {
    Cluster cluster;
    BrokerRegistrationRequest request = incarnation(1);
    request.cluster_id = "another";
    const auto answer = cluster.register_as(request);
    EXPECT_EQ(answer.response.error_code, ErrorCode::kInconsistentClusterId);
    EXPECT_THAT(answer.decision.records, IsEmpty());
}

TEST(Registration, OfAnotherIncarnationWaitsUntilTheOldSessionIsOver) {
    Cluster cluster = with_broker();
    cluster.now = SimTime() + 9_s;
    EXPECT_EQ(cluster.register_as(incarnation(2)).response.error_code,
              ErrorCode::kDuplicateBrokerRegistration);
    cluster.now += 1_ns;
    const auto answer = cluster.register_as(incarnation(2));
    EXPECT_EQ(answer.response.error_code, ErrorCode::kNone);
    EXPECT_TRUE(cluster.image.find_broker(kOne)->fenced);
    EXPECT_THAT(answer.decision.facts,
                testing::Contains(FactBody(BrokerFenced{kOne, std::nullopt})));
}

TEST(Registration, OfAnotherIncarnationStandsBehindWhatEndsTheEarlierOne) {
    Cluster cluster = with_broker();
    cluster.register_as(incarnation(1, 2));
    TopicRecord topic;
    topic.name = "orders";
    topic.topic_id = Uuid{3, 3};
    PartitionRecord partition;
    partition.partition_id = PartitionId(0);
    partition.topic_id = topic.topic_id;
    partition.replicas = {kOne, BrokerId(2)};
    partition.isr = {kOne};
    partition.leader = kOne;
    partition.directories = {Uuid{500, 1}, Uuid{500, 2}};
    cluster.apply({{topic, partition}, {}});
    const Offset next = cluster.image.last_offset + 1;
    cluster.now = SimTime() + 20_s;
    BrokerRegistrationRequest request = incarnation(2);
    request.log_dirs = {Uuid{600, 1}};
    const auto answer = cluster.register_as(request);
    ASSERT_THAT(answer.decision.records, SizeIs(3));
    EXPECT_TRUE(std::holds_alternative<PartitionChangeRecord>(answer.decision.records[0]));
    EXPECT_TRUE(std::holds_alternative<RegisterBrokerRecord>(answer.decision.records[1]));
    EXPECT_TRUE(std::holds_alternative<PartitionChangeRecord>(answer.decision.records[2]));
    EXPECT_EQ(answer.response.broker_epoch, BrokerEpoch(next.value));
    EXPECT_EQ(cluster.image.find_broker(kOne)->registered_at, next + 1);
    const PartitionRegistration* now = cluster.image.find_partition({"orders", PartitionId(0)});
    EXPECT_EQ(now->leader, kNoBroker);
    EXPECT_EQ(now->directories[0], (Uuid{600, 1}));
}

TEST(Registration, OfAFencedBrokersNextIncarnationNeedsNoWait) {
    Cluster cluster;
    cluster.register_as(incarnation(1));
    EXPECT_EQ(cluster.register_as(incarnation(2)).response.error_code, ErrorCode::kNone);
}

TEST(Registration, OfTheSameIncarnationKeepsEpochAndFencing) {
    Cluster cluster = with_broker();
    const auto answer = cluster.register_as(incarnation(1));
    EXPECT_EQ(answer.response.broker_epoch, BrokerEpoch(0));
    EXPECT_FALSE(cluster.image.find_broker(kOne)->fenced);
    EXPECT_FALSE(cluster.heartbeats.brokers.at(kOne).fenced);
    EXPECT_THAT(answer.decision.facts, IsEmpty());
}

TEST(Registration, RefusesDirectoriesThatCantBe) {
    Cluster cluster = with_broker();
    const auto with_directories = [&](std::vector<Uuid> directories) {
        BrokerRegistrationRequest request = incarnation(1, 2);
        request.log_dirs = std::move(directories);
        return cluster.register_as(request).response.error_code;
    };
    EXPECT_EQ(with_directories({}), ErrorCode::kInvalidRegistration);
    EXPECT_EQ(with_directories({Uuid{0, 99}}), ErrorCode::kInvalidRegistration);
    EXPECT_EQ(with_directories({Uuid{5, 5}, Uuid{5, 5}}), ErrorCode::kInvalidRegistration);
    EXPECT_EQ(with_directories({Uuid{500, 1}}), ErrorCode::kInvalidRegistration);  // broker 1's
    EXPECT_EQ(with_directories({Uuid{500, 2}}), ErrorCode::kNone);
}

TEST(Heartbeat, OfAnUnknownBrokerOrEpochIsStale) {
    Cluster cluster = with_broker();
    BrokerHeartbeatRequest request = cluster.caught_up();
    request.broker_epoch = BrokerEpoch(17);
    EXPECT_EQ(cluster.heartbeat(request).answer.response.error_code, ErrorCode::kStaleBrokerEpoch);
    request.broker_id = BrokerId(2);
    EXPECT_EQ(cluster.heartbeat(request).answer.response.error_code, ErrorCode::kStaleBrokerEpoch);
}

TEST(Heartbeat, UnfencesABrokerThatAppliedItsRegistration) {
    Cluster cluster;
    cluster.register_as(incarnation(1));
    BrokerHeartbeatRequest request = cluster.caught_up();
    request.current_metadata_offset = kNoOffset;
    HeartbeatAnswer answer = cluster.heartbeat(request);
    EXPECT_FALSE(answer.answer.response.is_caught_up);
    EXPECT_TRUE(answer.answer.response.is_fenced);
    EXPECT_THAT(answer.answer.decision.records, IsEmpty());

    answer = cluster.heartbeat(cluster.caught_up());
    EXPECT_TRUE(answer.answer.response.is_caught_up);
    EXPECT_FALSE(answer.answer.response.is_fenced);
    EXPECT_FALSE(cluster.image.find_broker(kOne)->fenced);
    EXPECT_THAT(answer.answer.decision.facts, ElementsAre(FactBody(BrokerUnfenced{kOne})));

    EXPECT_THAT(cluster.heartbeat(cluster.caught_up()).answer.decision.records, IsEmpty());
}

TEST(Heartbeat, ABrokerWithoutLeadershipsShutsDownAtOnceAndIsFenced) {
    Cluster cluster = with_broker();
    BrokerHeartbeatRequest request = cluster.caught_up();
    request.want_shut_down = true;
    HeartbeatAnswer answer = cluster.heartbeat(request);
    EXPECT_TRUE(answer.answer.response.should_shut_down);
    EXPECT_TRUE(cluster.image.find_broker(kOne)->fenced);
    EXPECT_THAT(answer.answer.decision.facts,
                ElementsAre(FactBody(BrokerFenced{kOne, std::nullopt})));

    // Fenced already: told again, and no second fact.
    answer = cluster.heartbeat(request);
    EXPECT_TRUE(answer.answer.response.should_shut_down);
    EXPECT_THAT(answer.answer.decision.facts, IsEmpty());
}

TEST(Heartbeat, KeepsTheSessionAlive) {
    Cluster cluster = with_broker();
    cluster.now = SimTime() + 8_s;
    cluster.heartbeat(cluster.caught_up());
    EXPECT_EQ(cluster.heartbeats.next_expiry(9_s), SimTime() + 17_s + 1_ns);
}

TEST(Fencing, OfASilentBrokerSaysHowLongItWasSilent) {
    Cluster cluster = with_broker();
    cluster.now = SimTime() + 9_s;
    const Env early = cluster.env();
    EXPECT_FALSE(
        fence_one_overdue({cluster.image, cluster.config, early, Offset(9)}, cluster.heartbeats)
            .has_value());
    cluster.now = SimTime() + 9500_ms;
    const Env late = cluster.env();
    const std::optional<Decision> fencing =
        fence_one_overdue({cluster.image, cluster.config, late, Offset(9)}, cluster.heartbeats);
    ASSERT_TRUE(fencing.has_value());
    EXPECT_THAT(fencing->facts, ElementsAre(FactBody(BrokerFenced{kOne, 9500_ms})));
    EXPECT_EQ(cluster.heartbeats.next_expiry(9_s), kNever);
}

TEST(ProducerIds, ComeInBlocksOfAThousand) {
    Cluster cluster = with_broker();
    const auto allocate = [&](int64_t epoch) {
        const Env env = cluster.env();
        auto answer = allocate_producer_ids(
            {cluster.image, cluster.config, env, cluster.image.last_offset + 1},
            {kOne, BrokerEpoch(epoch)});
        cluster.apply(answer.decision);
        return answer.response;
    };
    EXPECT_EQ(allocate(0).producer_id_start, ProducerId(0));
    EXPECT_EQ(allocate(0).producer_id_start, ProducerId(1000));
    EXPECT_EQ(allocate(0).producer_id_len, 1000);
    EXPECT_EQ(allocate(7).error_code, ErrorCode::kStaleBrokerEpoch);
    EXPECT_EQ(cluster.image.next_producer_id, ProducerId(3000));
}

TEST(FreshHeartbeats, GiveEveryUnfencedBrokerAWholeSession) {
    Cluster cluster = with_broker();
    cluster.register_as(incarnation(1, 2));
    const BrokerHeartbeats heartbeats = fresh_heartbeats(cluster.image, SimTime() + 100_s);
    EXPECT_THAT(heartbeats.brokers, SizeIs(2));
    EXPECT_EQ(heartbeats.next_expiry(9_s), SimTime() + 109_s + 1_ns);
    EXPECT_FALSE(heartbeats.has_valid_session(BrokerId(2), 9_s, SimTime() + 100_s));
}

}  // namespace
}  // namespace brokerlab
