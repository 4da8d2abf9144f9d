#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "tests/unit/client/fake_cluster.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<uint64_t> one_to(uint64_t n) {
    std::vector<uint64_t> all(n);
    std::iota(all.begin(), all.end(), uint64_t{1});
    return all;
}

TEST(Producer, SendsItsLoadOnTimeAndInOrder) {
    ProducerSetup setup = FakeCluster::setup();
    setup.rate = Rate::per_second(100);
    setup.count = 50;
    FakeCluster cluster(setup);
    cluster.run_for(2_s);
    EXPECT_EQ(cluster.log[0].ns, one_to(50));
    EXPECT_EQ(cluster.log[0].values.back(), "50");
    EXPECT_EQ(cluster.producer().counts().acked, 50U);
    EXPECT_EQ(cluster.producer().counts().sent, 50U);
    EXPECT_EQ(cluster.producer().next_n(), 51U);
    ASSERT_THAT(cluster.facts<ProducerIdAssigned>(), SizeIs(1));
    EXPECT_EQ(cluster.facts<BatchAcked>().front().attempts, 1U);
}

TEST(Producer, AKeyGoesToThePartitionOfItsHash) {
    FakeCluster cluster(FakeCluster::setup(), 3);
    for (const char* key : {"a", "b", "c", "k1", "user-1"}) {
        cluster.produce(key, key);
    }
    cluster.run_for(1_s);
    EXPECT_THAT(cluster.log[0].values, IsEmpty());
    EXPECT_THAT(cluster.log[1].values, ElementsAre("a", "c"));
    EXPECT_THAT(cluster.log[2].values, ElementsAre("b", "k1", "user-1"));
}

TEST(Producer, RecordsWithoutAKeyStayWithOnePartitionUntilABatchIsFull) {
    FakeCluster cluster(FakeCluster::setup({{"batch.size", "1000"}, {"linger.ms", "0"}}), 4);
    cluster.run_for(100_ms);
    const auto partitions_used = [&cluster] {
        return std::count_if(cluster.log.begin(), cluster.log.end(),
                             [](const auto& p) { return !p.ns.empty(); });
    };
    for (int i = 0; i < 5; ++i) {  // 5 batches of 168 bytes: below batch.size in all.
        cluster.produce(std::nullopt, std::string(100, 'x'));
        cluster.run_for(10_ms);
    }
    EXPECT_EQ(partitions_used(), 1);
    for (int i = 0; i < 60; ++i) {
        cluster.produce(std::nullopt, std::string(100, 'x'));
        cluster.run_for(10_ms);
    }
    EXPECT_GT(partitions_used(), 1);
}

TEST(Producer, LingersForCompany) {
    ProducerSetup setup = FakeCluster::setup({{"linger.ms", "50"}});
    setup.rate = Rate::per_second(100);
    setup.count = 12;
    FakeCluster cluster(setup);
    cluster.run_for(1_s);
    // Each batch is open from its first record for 50 ms, ends included: six records 10 ms apart.
    EXPECT_THAT(cluster.log[0].batch_sizes, ElementsAre(6U, 6U));
}

TEST(Producer, WithoutLingerEachRecordGoesAlone) {
    ProducerSetup setup = FakeCluster::setup({{"linger.ms", "0"}});
    setup.rate = Rate::per_second(100);
    setup.start = 1_s;
    setup.count = 3;
    FakeCluster cluster(setup);
    cluster.produce(std::nullopt, "first");  // Loads the metadata.
    cluster.run_for(2_s);
    EXPECT_THAT(cluster.log[0].batch_sizes, ElementsAre(1U, 1U, 1U, 1U));
}

TEST(Producer, BatchesBehindARefusedOneKeepTheirOrder) {
    ProducerSetup setup = FakeCluster::setup({{"linger.ms", "0"}});
    setup.rate = Rate::per_second(1'000);
    setup.count = 20;
    FakeCluster cluster(setup);
    int refusals = 2;
    cluster.judge = [&](std::size_t, const BatchHeader& batch) {
        const bool refuse = batch.base_sequence == Sequence(0) && refusals-- > 0;
        return Judgement{refuse ? ErrorCode::kNotEnoughReplicas : ErrorCode::kNone};
    };
    cluster.run_for(3_s);
    EXPECT_EQ(cluster.log[0].ns, one_to(20));
    EXPECT_EQ(cluster.producer().counts().acked, 20U);
    EXPECT_THAT(cluster.facts<ProducerEpochBumped>(), IsEmpty());
    const std::vector<BatchRetried> retried = cluster.facts<BatchRetried>();
    ASSERT_GE(retried.size(), 2U);
    EXPECT_EQ(retried[0].error, ErrorCode::kNotEnoughReplicas);
    EXPECT_EQ(cluster.facts<BatchAcked>().front().attempts, 3U);
}

/// The first answer is lost with its connection.
void lose_first_answer(FakeCluster& cluster) {
    auto first = std::make_shared<bool>(true);
    cluster.judge = [first](std::size_t, const BatchHeader&) {
        return Judgement{ErrorCode::kNone, std::exchange(*first, false)
                                               ? Judgement::Then::kDisconnect
                                               : Judgement::Then::kAnswer};
    };
}

TEST(Producer, ALostAnswerMakesADuplicateWithoutIdempotence) {
    FakeCluster cluster(FakeCluster::setup({{"acks", "1"}}));
    lose_first_answer(cluster);
    cluster.produce(std::nullopt, "once");
    cluster.run_for(2_s);
    EXPECT_THAT(cluster.log[0].ns, ElementsAre(1U, 1U));
    EXPECT_EQ(cluster.producer().counts().acked, 1U);
    EXPECT_THAT(cluster.facts<ProducerIdAssigned>(), IsEmpty());
}

TEST(Producer, ALostAnswerIsHarmlessWithIdempotence) {
    FakeCluster cluster(FakeCluster::setup());
    lose_first_answer(cluster);
    cluster.produce(std::nullopt, "once");
    cluster.run_for(2_s);
    EXPECT_THAT(cluster.log[0].ns, ElementsAre(1U));
    EXPECT_EQ(cluster.producer().counts().acked, 1U);
    ASSERT_THAT(cluster.facts<BatchRetried>(), SizeIs(1));
    EXPECT_EQ(cluster.facts<BatchRetried>()[0].error, ErrorCode::kNetworkException);
    ASSERT_THAT(cluster.facts<ConnectionLost>(), SizeIs(1));
    EXPECT_FALSE(cluster.facts<ConnectionLost>()[0].timed_out);
}

TEST(Producer, GivesUpAfterTheDeliveryTimeoutWhatWasNeverSent) {
    FakeCluster cluster(FakeCluster::setup({{"delivery.timeout.ms", "31000"}}), 1, 2);
    cluster.log[0].leader = BrokerId(2);
    cluster.stop_broker(2);
    cluster.produce(std::nullopt, "late");
    cluster.run_for(40_s);
    const std::vector<BatchFailed> failed = cluster.facts<BatchFailed>();
    ASSERT_THAT(failed, SizeIs(1));
    EXPECT_EQ(failed[0].message,
              "Expiring 1 record(s) for orders-0:31000 ms has passed since batch creation");
    EXPECT_FALSE(failed[0].maybe_appended);
    EXPECT_THAT(failed[0].ns, ElementsAre(1U));
    EXPECT_EQ(cluster.producer().counts().failed, 1U);
}

TEST(Producer, WhatWasWrittenBeforeItsBrokerLostTheLeadIsNeitherAckedNorFailed) {
    for (const Offset written_at : {Offset(17), kNoOffset}) {
        FakeCluster cluster(
            FakeCluster::setup({{"delivery.timeout.ms", "5000"}, {"request.timeout.ms", "2000"}}));
        cluster.judge = [&](std::size_t, const BatchHeader&) {
            return Judgement{ErrorCode::kNotLeaderOrFollower, Judgement::Then::kAnswer, written_at};
        };
        cluster.produce(std::nullopt, "perhaps");
        cluster.run_for(20_s);
        const bool written = written_at != kNoOffset;
        ASSERT_THAT(cluster.facts<BatchFailed>(), SizeIs(1));
        EXPECT_EQ(cluster.facts<BatchFailed>()[0].maybe_appended, written);
        EXPECT_EQ(cluster.producer().counts().acked, 0U);
        EXPECT_EQ(cluster.producer().counts().failed, written ? 0U : 1U);
    }
}

TEST(Producer, WhatHadNoAnswerIsNeitherAckedNorFailed) {
    FakeCluster cluster(
        FakeCluster::setup({{"delivery.timeout.ms", "5000"}, {"request.timeout.ms", "2000"}}));
    cluster.judge = [](std::size_t, const BatchHeader&) {
        return Judgement{ErrorCode::kNone, Judgement::Then::kSilence};
    };
    cluster.produce(std::nullopt, "who knows");
    cluster.run_for(20_s);
    ASSERT_THAT(cluster.facts<BatchFailed>(), SizeIs(1));
    EXPECT_TRUE(cluster.facts<BatchFailed>()[0].maybe_appended);
    EXPECT_EQ(cluster.producer().counts().sent, 1U);
    EXPECT_EQ(cluster.producer().counts().acked, 0U);
    EXPECT_EQ(cluster.producer().counts().failed, 0U);
    ASSERT_FALSE(cluster.facts<ConnectionLost>().empty());
    EXPECT_TRUE(cluster.facts<ConnectionLost>()[0].timed_out);
    EXPECT_EQ(cluster.facts<BatchRetried>()[0].error, ErrorCode::kRequestTimedOut);
}

TEST(Producer, AnExpiredBatchThatWasSentBreaksTheSequencesUntilTheEpochIsRaised) {
    ProducerSetup setup =
        FakeCluster::setup({{"delivery.timeout.ms", "3000"}, {"request.timeout.ms", "1000"}});
    FakeCluster cluster(setup);
    bool deaf = false;
    cluster.judge = [&](std::size_t, const BatchHeader&) {
        return deaf ? Judgement{ErrorCode::kNotEnoughReplicas} : Judgement{};
    };
    cluster.produce(std::nullopt, "1");
    cluster.run_for(1_s);
    deaf = true;
    cluster.produce(std::nullopt, "2");
    cluster.run_for(5_s);
    ASSERT_THAT(cluster.facts<BatchFailed>(), SizeIs(1));
    EXPECT_FALSE(cluster.facts<BatchFailed>()[0].maybe_appended);
    deaf = false;
    cluster.produce(std::nullopt, "3");
    cluster.run_for(5_s);
    ASSERT_THAT(cluster.facts<ProducerEpochBumped>(), SizeIs(1));
    EXPECT_EQ(cluster.facts<ProducerEpochBumped>()[0].epoch, ProducerEpoch(1));
    EXPECT_EQ(cluster.facts<ProducerEpochBumped>()[0].partition.to_string(), "orders-0");
    EXPECT_THAT(cluster.log[0].ns, ElementsAre(1U, 3U));
    EXPECT_EQ(cluster.log[0].producer_epoch, ProducerEpoch(1));
}

TEST(Producer, ARealGapRaisesTheEpochAndRetries) {
    FakeCluster cluster(FakeCluster::setup());
    cluster.produce(std::nullopt, "1");
    cluster.run_for(1_s);
    cluster.log[0].ns.clear();  // The new leader never had the record.
    cluster.log[0].recent.clear();
    cluster.produce(std::nullopt, "2");
    cluster.produce(std::nullopt, "3");
    cluster.run_for(2_s);
    EXPECT_THAT(cluster.log[0].ns, ElementsAre(2U, 3U));
    ASSERT_THAT(cluster.facts<ProducerEpochBumped>(), SizeIs(1));
    EXPECT_EQ(cluster.facts<ProducerEpochBumped>()[0].because,
              ErrorCode::kOutOfOrderSequenceNumber);
    EXPECT_EQ(cluster.producer().counts().acked, 3U);
}

/// The broker answers the second batch so, and from then on as usual.
void answer_second_batch(FakeCluster& cluster, ErrorCode error) {
    auto batches = std::make_shared<int>(0);
    cluster.judge = [batches, error](std::size_t, const BatchHeader&) {
        return ++*batches == 2 ? Judgement{error} : Judgement{};
    };
}

TEST(Producer, ADuplicateSequenceMeansThatTheBatchStandsSomewhere) {
    FakeCluster cluster(FakeCluster::setup());
    answer_second_batch(cluster, ErrorCode::kDuplicateSequenceNumber);
    cluster.produce(std::nullopt, "1");
    cluster.run_for(1_s);
    cluster.produce(std::nullopt, "2");
    cluster.run_for(1_s);
    EXPECT_EQ(cluster.producer().counts().acked, 2U);
    ASSERT_THAT(cluster.facts<BatchAcked>(), SizeIs(2));
    EXPECT_EQ(cluster.facts<BatchAcked>()[1].base_offset, kNoOffset) << "nobody says where";
    EXPECT_THAT(cluster.facts<BatchRetried>(), IsEmpty());
    EXPECT_THAT(cluster.facts<ProducerEpochBumped>(), IsEmpty());
}

TEST(Producer, ABrokerThatForgotItsIdRaisesTheEpochAndRetries) {
    FakeCluster cluster(FakeCluster::setup());
    answer_second_batch(cluster, ErrorCode::kUnknownProducerId);
    cluster.produce(std::nullopt, "1");
    cluster.run_for(1_s);
    cluster.produce(std::nullopt, "2");
    cluster.run_for(2_s);
    ASSERT_THAT(cluster.facts<ProducerEpochBumped>(), SizeIs(1));
    EXPECT_EQ(cluster.facts<ProducerEpochBumped>()[0].because, ErrorCode::kUnknownProducerId);
    EXPECT_THAT(cluster.log[0].ns, ElementsAre(1U, 2U));
    EXPECT_EQ(cluster.log[0].producer_epoch, ProducerEpoch(1));
    EXPECT_EQ(cluster.producer().counts().acked, 2U);
}

TEST(Producer, FollowsTheLeaderThatABrokerNames) {
    FakeCluster cluster(FakeCluster::setup(), 1, 2);
    cluster.names_new_leader = true;
    cluster.produce(std::nullopt, "1");
    cluster.run_for(1_s);
    cluster.log[0].leader = BrokerId(2);
    cluster.log[0].epoch = LeaderEpoch(1);
    cluster.produce(std::nullopt, "2");
    // 5 ms of linger twice, a round trip each and perhaps a new connection: no back-off of 100 ms.
    cluster.run_for(40_ms);
    EXPECT_THAT(cluster.log[0].ns, ElementsAre(1U, 2U));
}

TEST(Producer, AsksForTheLeaderWhenNobodyNamesIt) {
    FakeCluster cluster(FakeCluster::setup(), 1, 2);
    cluster.produce(std::nullopt, "1");
    cluster.run_for(1_s);
    const uint64_t asked = cluster.metadata_requests;
    cluster.log[0].leader = BrokerId(2);
    cluster.log[0].epoch = LeaderEpoch(1);
    cluster.produce(std::nullopt, "2");
    cluster.run_for(1_s);
    EXPECT_GT(cluster.metadata_requests, asked);
    EXPECT_THAT(cluster.log[0].ns, ElementsAre(1U, 2U));
}

TEST(Producer, AcksZeroIsDoneWhenItIsSent) {
    FakeCluster cluster(FakeCluster::setup({{"acks", "0"}}));
    cluster.judge = [](std::size_t, const BatchHeader&) {
        return Judgement{ErrorCode::kNotEnoughReplicas};  // Nobody will ever know.
    };
    cluster.produce(std::nullopt, "1");
    cluster.run_for(1_s);
    const std::vector<BatchAcked> acked = cluster.facts<BatchAcked>();
    ASSERT_THAT(acked, SizeIs(1));
    EXPECT_EQ(acked[0].acks, 0);
    EXPECT_EQ(acked[0].base_offset, kNoOffset);
    EXPECT_THAT(cluster.log[0].ns, IsEmpty());
}

TEST(Producer, SendBlocksWhenTheBufferIsFullAndFailsAfterMaxBlock) {
    FakeCluster cluster(FakeCluster::setup(
        {{"buffer.memory", "2000"}, {"batch.size", "1000"}, {"max.block.ms", "3000"}}));
    cluster.producer();
    cluster.run_for(1_s);
    cluster.judge = [](std::size_t, const BatchHeader&) {
        return Judgement{ErrorCode::kNotEnoughReplicas};
    };
    for (int i = 0; i < 4; ++i) {
        cluster.produce(std::nullopt, std::string(800, 'x'));
    }
    cluster.run_for(2_s);
    EXPECT_EQ(cluster.producer().counts().sent, 2U);
    cluster.run_for(2_s);
    ASSERT_THAT(cluster.facts<SendFailed>(), SizeIs(1));
    EXPECT_EQ(cluster.facts<SendFailed>()[0].n, 3U);
    EXPECT_THAT(cluster.facts<SendFailed>()[0].message,
                HasSubstr("Failed to allocate 1000 bytes within the configured max blocking time "
                          "3000 ms."));
    cluster.judge = [](std::size_t, const BatchHeader&) { return Judgement{}; };
    cluster.run_for(2_s);
    EXPECT_THAT(cluster.log[0].ns, ElementsAre(1U, 2U, 4U));  // The fourth waited its turn.
}

TEST(Producer, SendFailsWhenTheTopicDoesNotAppear) {
    FakeCluster cluster(FakeCluster::setup());
    cluster.topic_exists = false;
    cluster.produce(std::nullopt, "1");
    cluster.run_for(61_s);
    ASSERT_THAT(cluster.facts<SendFailed>(), SizeIs(1));
    EXPECT_EQ(cluster.facts<SendFailed>()[0].message,
              "Topic orders not present in metadata after 60000 ms.");
    EXPECT_EQ(cluster.producer().counts().failed, 1U);
    // The back-off grows to a second: no storm of requests.
    EXPECT_LT(cluster.metadata_requests, 80U);
    EXPECT_GT(cluster.metadata_requests, 40U);
}

TEST(Producer, ArrivalsQueueWhileSendBlocks) {
    ProducerSetup setup = FakeCluster::setup();
    setup.rate = Rate::per_second(10);
    setup.count = 30;
    FakeCluster cluster(setup);
    cluster.topic_exists = false;
    cluster.run_for(2_s);
    EXPECT_EQ(cluster.producer().counts().sent, 0U);
    cluster.topic_exists = true;
    cluster.run_for(1500_ms);
    EXPECT_EQ(cluster.log[0].ns, one_to(30));
}

TEST(Producer, SplitsABatchThatTheBrokerFindsTooLarge) {
    ProducerSetup setup = FakeCluster::setup({{"batch.size", "300"}, {"linger.ms", "100"}});
    FakeCluster cluster(setup);
    cluster.judge = [](std::size_t, const BatchHeader& batch) {
        return Judgement{batch.records_count > 1 && batch.size_in_bytes() > 300
                             ? ErrorCode::kMessageTooLarge
                             : ErrorCode::kNone};
    };
    // The first record makes room for itself, and with it for two small ones.
    cluster.produce(std::nullopt, std::string(200, 'a'));
    cluster.produce(std::nullopt, "b");
    cluster.produce(std::nullopt, "c");
    cluster.run_for(2_s);
    EXPECT_THAT(cluster.log[0].ns, ElementsAre(1U, 2U, 3U));
    EXPECT_EQ(cluster.producer().counts().acked, 3U);
}

TEST(Producer, OneBatchInFlightIsOneAtATime) {
    ProducerSetup setup = FakeCluster::setup(
        {{"max.in.flight.requests.per.connection", "1"}, {"linger.ms", "0"}, {"acks", "1"}});
    setup.rate = Rate::per_second(1'000);
    setup.count = 30;
    FakeCluster cluster(setup);
    int refusals = 3;
    cluster.judge = [&](std::size_t, const BatchHeader&) {
        return Judgement{refusals-- > 0 ? ErrorCode::kNotEnoughReplicas : ErrorCode::kNone};
    };
    cluster.run_for(3_s);
    EXPECT_EQ(cluster.log[0].ns, one_to(30));  // In order, without idempotence.
}

TEST(Producer, ClosingSendsWhatIsBufferedAndEnds) {
    FakeCluster cluster(FakeCluster::setup({{"linger.ms", "10000"}}));
    cluster.produce(std::nullopt, "1");
    cluster.run_for(1_s);
    EXPECT_THAT(cluster.log[0].ns, IsEmpty());
    cluster.close();
    EXPECT_FALSE(cluster.producer().has_closed());
    cluster.run_for(100_ms);
    EXPECT_TRUE(cluster.producer().has_closed());
    EXPECT_THAT(cluster.log[0].ns, ElementsAre(1U));
    EXPECT_EQ(cluster.producer().next_deadline(), kNever);
}

TEST(Producer, SurvivesTheLossOfAllBrokers) {
    ProducerSetup setup = FakeCluster::setup();
    setup.rate = Rate::per_second(100);
    setup.count = 500;
    FakeCluster cluster(setup, 3, 3);
    cluster.run_for(1_s);
    for (const int32_t broker : {1, 2, 3}) {
        cluster.stop_broker(broker);
    }
    cluster.run_for(10_s);
    for (const int32_t broker : {1, 2, 3}) {
        cluster.start_broker(broker);
    }
    cluster.run_for(10_s);
    EXPECT_EQ(cluster.producer().counts().acked, 500U);
    EXPECT_LT(cluster.steps, 20'000U);
}

TEST(Producer, TellsOnceThatAnIdleConnectionIsLost) {
    FakeCluster cluster(FakeCluster::setup());
    cluster.produce("a", "1");
    cluster.run_for(1_s);
    ASSERT_EQ(cluster.producer().counts().acked, 1U);
    cluster.stop_broker(1);
    cluster.run_for(10_s);  // It tries to connect again, and is refused, several times.
    ASSERT_THAT(cluster.facts<ConnectionLost>(), SizeIs(1));
    EXPECT_EQ(cluster.facts<ConnectionLost>().front().peer, (NodeId{NodeKind::kBroker, 1}));
    EXPECT_FALSE(cluster.facts<ConnectionLost>().front().timed_out);
}

TEST(Producer, IsAValue) {
    FakeCluster cluster(FakeCluster::setup(), 3);
    cluster.produce("a", "1");
    cluster.run_for(3_ms);
    const ProducerClient before = cluster.producer();
    const uint64_t digest = digest_of(before);
    EXPECT_EQ(digest, digest_of(cluster.producer()));
    cluster.run_for(1_s);
    EXPECT_EQ(digest_of(before), digest);
    EXPECT_NE(digest_of(cluster.producer()), digest);
    EXPECT_FALSE(cluster.producer() == before);
}

}  // namespace
}  // namespace brokerlab
