#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/client/consumer_cluster.h"

namespace brokerlab {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const TopicPartition kOrders0{"orders", PartitionId(0)};

TEST(Consumer, ReadsAllFromTheEarliestRecord) {
    ConsumerCluster cluster;
    cluster.append(0, 3);
    cluster.append(0, 4);
    cluster.run(1_s);
    EXPECT_EQ(cluster.position().next, Offset(7));
    EXPECT_EQ(cluster.position().consumed, 7U);
    EXPECT_EQ(cluster.position().high_watermark, Offset(7));
    EXPECT_EQ(cluster.position().leader_epoch, LeaderEpoch(0));
    ASSERT_EQ(cluster.resets().size(), 1U);
    EXPECT_EQ(cluster.resets().front(),
              (PositionReset{kOrders0, kNoOffset, Offset(0), "it begins at the earliest record"}));
}

TEST(Consumer, ReadsOnlyWhatComesLaterFromTheLatest) {
    ConsumerCluster cluster;
    cluster.setup().from = StartFrom::kLatest;
    cluster.append(0, 5);
    cluster.run(1_s);
    EXPECT_EQ(cluster.position().next, Offset(5));
    EXPECT_EQ(cluster.position().consumed, 0U);
    cluster.append(0, 2);
    cluster.run(10_ms);
    EXPECT_EQ(cluster.position().consumed, 2U);
}

TEST(Consumer, AsksAsAConsumerOf40Does) {
    ConsumerCluster cluster;
    cluster.append(0, 1);
    cluster.run(100_ms);
    const FetchRequest fetch = cluster.received<FetchRequest>().front();
    EXPECT_EQ(fetch.max_wait_ms, 500);
    EXPECT_EQ(fetch.min_bytes, 1);
    EXPECT_EQ(fetch.max_bytes, 52'428'800);
    EXPECT_EQ(fetch.session_epoch, -1);
    ASSERT_EQ(fetch.topics.size(), 1U);
    EXPECT_EQ(fetch.topics[0].topic_id, (Uuid{1, 2}));
    const FetchRequest::Partition& partition = fetch.topics[0].partitions[0];
    EXPECT_EQ(partition.current_leader_epoch, LeaderEpoch(0));
    EXPECT_EQ(partition.last_fetched_epoch, kNoLeaderEpoch);
    EXPECT_EQ(partition.partition_max_bytes, 1'048'576);
}

TEST(Consumer, AnIdleConsumerWakesOnlyForItsLongPolls) {
    ConsumerCluster cluster;
    cluster.run(1_s);
    const std::size_t before = cluster.requests.size();
    cluster.run(10_s);
    EXPECT_LE(cluster.requests.size() - before, 20U);
}

TEST(Consumer, OneFetchAtATimeGoesToABroker) {
    ConsumerCluster cluster(3);
    cluster.log[1].leader = BrokerId(2);
    cluster.run(400_ms);
    EXPECT_EQ(cluster.received<FetchRequest>().size(), 2U);
    cluster.append(0, 1);
    cluster.append(1, 1);
    cluster.append(2, 1);
    cluster.run(50_ms);
    EXPECT_EQ(cluster.position(0).consumed, 1U);
    EXPECT_EQ(cluster.position(1).consumed, 1U);
    EXPECT_EQ(cluster.position(2).consumed, 1U);
}

TEST(Consumer, ReturnsAtMostMaxPollRecordsAndTakesItsTimeForThem) {
    ConsumerCluster cluster;
    cluster.set("max.poll.records", "10");
    cluster.setup().process = 10_ms;
    cluster.append(0, 25);
    cluster.run(50_ms);
    EXPECT_EQ(cluster.position().next, Offset(10));
    EXPECT_EQ(cluster.received<FetchRequest>().size(), 1U) << "the rest is buffered";
    cluster.run(100_ms);
    EXPECT_EQ(cluster.position().next, Offset(20));
    cluster.run(100_ms);
    EXPECT_EQ(cluster.position().next, Offset(25));
    EXPECT_EQ(cluster.position().consumed, 25U);
}

TEST(Consumer, FetchesTheNextRecordsWhileTheApplicationWorks) {
    ConsumerCluster cluster;
    cluster.setup().process = 100_ms;
    cluster.append(0, 1);
    cluster.run(50_ms);
    ASSERT_EQ(cluster.received<FetchRequest>().size(), 2U) << "sent before poll() returned";
    cluster.append(0, 1);
    cluster.run(20_ms);
    EXPECT_EQ(cluster.position().consumed, 1U) << "still at work";
    cluster.run(60_ms);
    EXPECT_EQ(cluster.position().consumed, 2U);
}

TEST(Consumer, BeginsInTheMiddleOfABatch) {
    ConsumerCluster cluster;
    cluster.append(0, 10);
    cluster.log[0].log_start = Offset(4);
    cluster.run(1_s);
    EXPECT_EQ(cluster.position().consumed, 6U);
    EXPECT_EQ(cluster.position().next, Offset(10));
}

TEST(Consumer, CountsTheRecordsThatCompactionLeft) {
    ConsumerCluster cluster;
    cluster.set("max.poll.records", "2");
    cluster.setup().process = 1_ms;
    BatchBuilder builder(BatchSpec{});
    for (const int64_t offset : {1, 4, 5, 8}) {
        builder.append_at(Offset(offset), {Timestamp(1), std::nullopt, std::nullopt, {}});
    }
    builder.override_last_offset(Offset(9));
    cluster.append_batch(0, builder.build());
    cluster.log[0].log_start = Offset(2);
    cluster.run(1_s);
    EXPECT_EQ(cluster.position().consumed, 3U);
    EXPECT_EQ(cluster.position().next, Offset(10));
}

BatchSpec transactional(int64_t producer) {
    BatchSpec spec;
    spec.producer_id = ProducerId(producer);
    spec.producer_epoch = ProducerEpoch(0);
    spec.base_sequence = Sequence(0);
    spec.transactional = true;
    return spec;
}

void append_transactions(ConsumerCluster& cluster) {
    const auto end = [&cluster](ControlRecordType type, int64_t producer) {
        cluster.append_batch(
            0, end_transaction_batch({type, CoordinatorEpoch(0)}, ProducerId(producer),
                                     ProducerEpoch(0), Timestamp(1), cluster.log[0].end()));
    };
    cluster.append(0, 3, transactional(7));  // 0-2, aborted
    cluster.append(0, 4, transactional(8));  // 3-6, committed
    end(ControlRecordType::kAbort, 7);       // 7
    end(ControlRecordType::kCommit, 8);      // 8
    cluster.append(0, 5, transactional(7));  // 9-13, committed
    end(ControlRecordType::kCommit, 7);      // 14
    cluster.log[0].aborted = {{ProducerId(7), Offset(0)}};
}

TEST(Consumer, ReadCommittedLeavesOutWhatWasAborted) {
    ConsumerCluster cluster;
    cluster.set("isolation.level", "read_committed");
    append_transactions(cluster);
    cluster.run(1_s);
    EXPECT_EQ(cluster.position().consumed, 9U);
    EXPECT_EQ(cluster.position().next, Offset(15));
}

TEST(Consumer, ReadUncommittedLeavesOutMarkersOnly) {
    ConsumerCluster cluster;
    append_transactions(cluster);
    cluster.run(1_s);
    EXPECT_EQ(cluster.position().consumed, 12U);
    EXPECT_EQ(cluster.position().next, Offset(15));
}

TEST(Consumer, FollowsALeaderThatMoved) {
    for (const bool hint : {false, true}) {
        ConsumerCluster cluster;
        cluster.names_new_leader = hint;
        cluster.append(0, 3);
        cluster.run(1_s);
        cluster.move_leader(0, BrokerId(2));
        cluster.run(2_s);
        cluster.append(0, 3);
        cluster.run(1_s);
        EXPECT_EQ(cluster.position().consumed, 6U);
        EXPECT_EQ(cluster.position().leader_epoch, LeaderEpoch(1));
        EXPECT_EQ(cluster.received<OffsetForLeaderEpochRequest>().size(), 1U);
        EXPECT_EQ(cluster.resets().size(), 1U) << "nothing was truncated";
    }
}

TEST(Consumer, BelievesTheOldLeaderAboutTheNewOneBeforeTheMetadataKnows) {
    ConsumerCluster cluster;
    cluster.names_new_leader = true;
    cluster.append(0, 3);
    cluster.run(1_s);
    cluster.metadata_is_old = true;
    cluster.move_leader(0, BrokerId(2));
    cluster.append(0, 3);
    cluster.run(1_s);
    EXPECT_EQ(cluster.position().consumed, 6U);
}

TEST(Consumer, GoesBackToWhereTheLogDiverged) {
    ConsumerCluster cluster;
    for (int i = 0; i < 5; ++i) {
        cluster.append(0, 1);
    }
    cluster.run(1_s);
    ASSERT_EQ(cluster.position().next, Offset(5));
    cluster.move_leader(0, BrokerId(2), Offset(3));
    cluster.run(2_s);
    ASSERT_EQ(cluster.resets().size(), 2U);
    EXPECT_EQ(cluster.resets().back(), (PositionReset{kOrders0, Offset(5), Offset(3),
                                                      "the log ends there now, below offset 5"}));
    cluster.append(0, 4);
    cluster.run(1_s);
    EXPECT_EQ(cluster.position().next, Offset(7));
    EXPECT_EQ(cluster.position().consumed, 9U) << "offsets 3 and 4 twice, with other records";
}

TEST(Consumer, ResetsAPositionThatIsOutOfRange) {
    ConsumerCluster cluster;
    cluster.set("auto.offset.reset", "earliest");
    cluster.append(0, 3);
    cluster.run(1_s);
    cluster.log[0].batches.clear();
    cluster.log[0].log_start = Offset(8);
    cluster.append(0, 1);
    cluster.run(2_s);
    ASSERT_EQ(cluster.resets().size(), 2U);
    EXPECT_EQ(cluster.resets().back().from, Offset(3));
    EXPECT_EQ(cluster.resets().back().to, Offset(8));
    EXPECT_THAT(cluster.resets().back().why, HasSubstr("out of range"));
    EXPECT_EQ(cluster.position().next, Offset(9));
}

TEST(Consumer, StopsReadingOutOfRangeWithoutAResetPolicy) {
    ConsumerCluster cluster;
    cluster.set("auto.offset.reset", "none");
    cluster.append(0, 3);
    cluster.run(1_s);
    cluster.log[0].batches.clear();
    cluster.log[0].log_start = Offset(8);
    cluster.append(0, 1);
    cluster.run(1_s);
    EXPECT_EQ(cluster.position().next, Offset(3));
    ASSERT_EQ(cluster.resets().size(), 2U);
    EXPECT_EQ(cluster.resets().back().to, Offset(3));
    const std::size_t before = cluster.received<FetchRequest>().size();
    cluster.run(5_s);
    EXPECT_EQ(cluster.received<FetchRequest>().size(), before);
}

TEST(Consumer, AsksForMetadataWhenABrokerSaysItsViewIsOld) {
    for (const ErrorCode error : {ErrorCode::kNotLeaderOrFollower, ErrorCode::kFencedLeaderEpoch,
                                  ErrorCode::kReplicaNotAvailable, ErrorCode::kKafkaStorageError,
                                  ErrorCode::kUnknownTopicOrPartition, ErrorCode::kUnknownTopicId,
                                  ErrorCode::kOffsetNotAvailable}) {
        ConsumerCluster cluster;
        cluster.run(1_s);
        const std::size_t before = cluster.received<MetadataRequest>().size();
        cluster.fetch_error = error;
        cluster.run(600_ms);
        EXPECT_GT(cluster.received<MetadataRequest>().size(), before) << error_name(error);
        cluster.fetch_error.reset();
        cluster.append(0, 1);
        cluster.run(1_s);
        EXPECT_EQ(cluster.position().consumed, 1U) << error_name(error);
    }
}

TEST(Consumer, OnlyAsksAgainWhenTheBrokerIsBehind) {
    ConsumerCluster cluster;
    cluster.run(1_s);
    const std::size_t before = cluster.received<MetadataRequest>().size();
    cluster.fetch_error = ErrorCode::kUnknownLeaderEpoch;
    cluster.run(600_ms);
    EXPECT_EQ(cluster.received<MetadataRequest>().size(), before);
    cluster.fetch_error.reset();
    cluster.append(0, 1);
    cluster.run(1_s);
    EXPECT_EQ(cluster.position().consumed, 1U);
}

TEST(Consumer, FindsNewPartitionsAtTheNextMetadataRefresh) {
    ConsumerCluster cluster;
    cluster.set("metadata.max.age.ms", "10000");
    cluster.append(0, 2);
    cluster.run(1_s);
    cluster.log.emplace_back();
    cluster.append(1, 3);
    cluster.run(5_s);
    EXPECT_EQ(cluster.client().positions().size(), 1U);
    cluster.run(10_s);
    EXPECT_EQ(cluster.position(1).consumed, 3U);
    EXPECT_EQ(cluster.position(0).consumed, 2U);
}

TEST(Consumer, WaitsForATopicThatDoesNotExistYet) {
    ConsumerCluster cluster;
    cluster.topic_exists = false;
    cluster.run(10_s);
    EXPECT_THAT(cluster.client().positions(), IsEmpty());
    EXPECT_LT(cluster.received<MetadataRequest>().size(), 30U);
    cluster.topic_exists = true;
    cluster.append(0, 2);
    cluster.run(2_s);
    EXPECT_EQ(cluster.position().consumed, 2U);
}

TEST(Consumer, ADeletedTopicIsNotFetchedAnyMore) {
    ConsumerCluster cluster;
    cluster.run(1_s);
    cluster.topic_exists = false;
    cluster.fetch_error = ErrorCode::kUnknownTopicId;
    cluster.run(5_s);
    const std::size_t before = cluster.received<FetchRequest>().size();
    cluster.run(60_s);
    EXPECT_EQ(cluster.received<FetchRequest>().size(), before);
}

TEST(Consumer, ReadsOnAfterABrokerCameBack) {
    ConsumerCluster cluster;
    cluster.append(0, 1);
    cluster.run(1_s);
    cluster.stop_broker(1);
    cluster.run(10_s);
    EXPECT_THAT(cluster.facts<ConnectionLost>(), testing::Not(IsEmpty()));
    cluster.start_broker(1);
    cluster.append(0, 1);
    cluster.run(5_s);
    EXPECT_EQ(cluster.position().consumed, 2U);
}

TEST(Consumer, ClosesItsConnections) {
    ConsumerCluster cluster;
    cluster.run(1_s);
    EXPECT_GT(cluster.open_connections(), 0U);
    cluster.with_client([&](const Env& env, Effects& fx) { cluster.client().close(env, fx); });
    EXPECT_EQ(cluster.open_connections(), 0U);
    EXPECT_EQ(cluster.client().next_deadline(), kNever);
    cluster.append(0, 1);
    cluster.run(5_s);
    EXPECT_EQ(cluster.position().consumed, 0U);
}

TEST(Consumer, IsAValue) {
    ConsumerCluster cluster;
    cluster.run(1_s);
    const ConsumerClient before = cluster.client();
    const uint64_t digest = digest_of(before);
    cluster.append(0, 1);
    cluster.run(1_s);
    EXPECT_NE(before, cluster.client());
    EXPECT_NE(digest, digest_of(cluster.client()));
    EXPECT_EQ(digest, digest_of(before));
}

}  // namespace
}  // namespace brokerlab
