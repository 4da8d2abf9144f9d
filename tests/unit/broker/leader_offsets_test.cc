// ListOffsets and OffsetForLeaderEpoch.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/broker/leader_fixture.h"

namespace brokerlab {
namespace {

using testing::kEpoch;
using testing::kOrders;
using testing::LeaderBroker;

constexpr BrokerId kConsumer{-1};
constexpr BrokerId kDebugger{-2};

struct OffsetsLeader : LeaderBroker {
    using LeaderBroker::LeaderBroker;

    /// Three records of 1.0, 1.1 and 1.2 s, of which two are committed.
    static OffsetsLeader with_records() {
        OffsetsLeader broker;
        for (int i = 0; i < 3; ++i) {
            broker.produce({"x"}, {.acks = 1});
            broker.pass(100_ms);
        }
        broker.replicate_to(2);
        return broker;
    }
    ListOffsetsResponse::Partition list(Timestamp timestamp, BrokerId who = kConsumer,
                                        LeaderEpoch epoch = kEpoch, ApiVersion version = 10,
                                        const std::string& topic = "orders",
                                        IsolationLevel isolation = {}) {
        ListOffsetsRequest request;
        request.replica_id = who;
        request.isolation_level = isolation;
        request.topics = {{topic, {{PartitionId(0), epoch, timestamp}}}};
        send(make_request(connection(NodeKind::kClient, 9), version, CorrelationId(1), "reader",
                          std::move(request)));
        return answers<ListOffsetsResponse>().at(0).topics.at(0).partitions.at(0);
    }
    OffsetForLeaderEpochResponse::Partition end_of(LeaderEpoch epoch, LeaderEpoch current = kEpoch,
                                                   const std::string& topic = "orders") {
        OffsetForLeaderEpochRequest request;
        request.replica_id = kConsumer;
        request.topics = {{topic, {{PartitionId(0), current, epoch}}}};
        send(make_request(connection(NodeKind::kClient, 9), 4, CorrelationId(1), "reader",
                          std::move(request)));
        return answers<OffsetForLeaderEpochResponse>().at(0).topics.at(0).partitions.at(0);
    }
};

Timestamp at(int64_t ms) {
    return wall_clock(SimTime::from_ms(ms));
}

TEST(LeaderListOffsets, LatestIsWhatTheReaderMaySee) {
    OffsetsLeader broker = OffsetsLeader::with_records();
    EXPECT_EQ(broker.list(kListLatest).offset, Offset(2));
    EXPECT_EQ(broker.list(kListLatest).leader_epoch, kEpoch);
    EXPECT_EQ(broker.list(kListLatest).timestamp, kNoTimestamp);
    EXPECT_EQ(broker.list(kListLatest, BrokerId(2)).offset, Offset(3)) << "a follower";
    EXPECT_EQ(broker.list(kListLatest, kDebugger).offset, Offset(3));
}

TEST(LeaderListOffsets, LatestForReadCommittedIsTheLastStableOffset) {
    OffsetsLeader broker;
    broker.set_isr({1});
    broker.produce({"a"});
    broker.produce({"b"}, {.batch = {.producer_id = ProducerId(9),
                                     .producer_epoch = ProducerEpoch(0),
                                     .base_sequence = Sequence(0),
                                     .transactional = true}});
    EXPECT_EQ(broker.list(kListLatest).offset, Offset(2));
    EXPECT_EQ(
        broker.list(kListLatest, kConsumer, kEpoch, 10, "orders", IsolationLevel::kReadCommitted)
            .offset,
        Offset(1));
}

TEST(LeaderListOffsets, EarliestIsTheLogStart) {
    OffsetsLeader broker = OffsetsLeader::with_records();
    increment_log_start(broker.edit_orders().log.edit(), Offset(1));
    EXPECT_EQ(broker.list(kListEarliest).offset, Offset(1));
    EXPECT_EQ(broker.list(kListEarliest).leader_epoch, kEpoch);
    EXPECT_EQ(broker.list(kListEarliestLocal).offset, Offset(1));
}

TEST(LeaderListOffsets, ATimeGivesTheFirstRecordFromThenOn) {
    OffsetsLeader broker = OffsetsLeader::with_records();
    EXPECT_EQ(broker.list(at(1001)).offset, Offset(1));
    EXPECT_EQ(broker.list(at(1001)).timestamp, at(1100));
    EXPECT_EQ(broker.list(at(1200)).offset, kNoOffset) << "it is not committed";
    EXPECT_EQ(broker.list(at(1200)).error_code, ErrorCode::kNone);
    EXPECT_EQ(broker.list(at(1200), BrokerId(2)).offset, Offset(2));
    EXPECT_EQ(broker.list(at(9999)).offset, kNoOffset);
}

TEST(LeaderListOffsets, TheLargestTimestampCountsOnlyWhenItIsCommitted) {
    OffsetsLeader broker = OffsetsLeader::with_records();
    EXPECT_EQ(broker.list(kListMaxTimestamp).offset, kNoOffset);
    broker.replicate_to(3);
    EXPECT_EQ(broker.list(kListMaxTimestamp).offset, Offset(2));
    EXPECT_EQ(broker.list(kListMaxTimestamp).timestamp, at(1200));
}

TEST(LeaderListOffsets, NothingIsInTieredStorage) {
    OffsetsLeader broker = OffsetsLeader::with_records();
    EXPECT_EQ(broker.list(kListLatestTiered).offset, kNoOffset);
    EXPECT_EQ(broker.list(kListLatestTiered).error_code, ErrorCode::kNone);
}

TEST(LeaderListOffsets, ANewLeaderCanNotTellTheEndYet) {
    OffsetsLeader broker = OffsetsLeader::with_records();
    broker.edit_orders().leader_epoch_start_offset = Offset(3);
    EXPECT_EQ(broker.list(kListLatest).error_code, ErrorCode::kOffsetNotAvailable);
    EXPECT_EQ(broker.facts<RequestRefused>().at(0).api, ApiKey::kListOffsets);
    EXPECT_EQ(broker.list(kListLatest, kConsumer, kEpoch, 4).error_code,
              ErrorCode::kLeaderNotAvailable);
    EXPECT_EQ(broker.list(at(1200)).error_code, ErrorCode::kOffsetNotAvailable);
    EXPECT_EQ(broker.list(at(1001)).offset, Offset(1)) << "what is committed is sure";
    EXPECT_EQ(broker.list(kListEarliest).error_code, ErrorCode::kNone);
    EXPECT_EQ(broker.list(kListLatest, BrokerId(2)).offset, Offset(3));
    broker.replicate_to(3);
    EXPECT_EQ(broker.list(kListLatest).offset, Offset(3));
}

TEST(LeaderListOffsets, RefusalsHaveTheirReasons) {
    OffsetsLeader broker = OffsetsLeader::with_records();
    EXPECT_EQ(broker.list(kListLatest, kConsumer, kEpoch - 1).error_code,
              ErrorCode::kFencedLeaderEpoch);
    EXPECT_EQ(broker.list(kListLatest, kConsumer, kEpoch + 1).error_code,
              ErrorCode::kUnknownLeaderEpoch);
    EXPECT_EQ(broker.list(kListLatest, kConsumer, kEpoch, 10, "unheard-of").error_code,
              ErrorCode::kUnknownTopicOrPartition);
    EXPECT_EQ(broker.list(Timestamp(-6)).error_code, ErrorCode::kUnsupportedVersion);
    EXPECT_EQ(broker.list(kListMaxTimestamp, kConsumer, kEpoch, 6).error_code,
              ErrorCode::kUnsupportedVersion);
    broker.lose_leadership();
    EXPECT_EQ(broker.list(kListLatest, kConsumer, kEpoch + 1).error_code,
              ErrorCode::kNotLeaderOrFollower);
    EXPECT_EQ(broker.list(kListLatest, kDebugger, kEpoch + 1).error_code, ErrorCode::kNone);
    broker.rm.partitions.erase(kOrders);
    EXPECT_EQ(broker.list(kListLatest).error_code, ErrorCode::kNotLeaderOrFollower)
        << "the metadata knows the partition";
}

TEST(LeaderOffsetForLeaderEpoch, AnEpochEndsWhereTheNextBegins) {
    OffsetsLeader broker = OffsetsLeader::with_records();
    EXPECT_EQ(broker.end_of(kEpoch).end_offset, Offset(3));
    broker.edit_orders().log.edit().leader_epochs.assign(kEpoch + 2, Offset(2));
    broker.edit_orders().leader_epoch = kEpoch + 2;
    EXPECT_EQ(broker.end_of(kEpoch + 1, kEpoch + 2).leader_epoch, kEpoch);
    EXPECT_EQ(broker.end_of(kEpoch + 1, kEpoch + 2).end_offset, Offset(2));
    EXPECT_EQ(broker.end_of(kEpoch + 3, kEpoch + 2).end_offset, kNoOffset);
    EXPECT_EQ(broker.end_of(kEpoch + 3, kEpoch + 2).error_code, ErrorCode::kNone);
}

TEST(LeaderOffsetForLeaderEpoch, RefusalsHaveTheirReasons) {
    OffsetsLeader broker = OffsetsLeader::with_records();
    EXPECT_EQ(broker.end_of(kEpoch, kEpoch - 1).error_code, ErrorCode::kFencedLeaderEpoch);
    EXPECT_EQ(broker.end_of(kEpoch, kEpoch + 1).error_code, ErrorCode::kUnknownLeaderEpoch);
    EXPECT_EQ(broker.end_of(kEpoch, kEpoch, "unheard-of").error_code,
              ErrorCode::kUnknownTopicOrPartition);
    broker.lose_leadership();
    EXPECT_EQ(broker.end_of(kEpoch, kNoLeaderEpoch).error_code, ErrorCode::kNotLeaderOrFollower);
}

}  // namespace
}  // namespace brokerlab
