// An application that works on records one by one and can't work on one of them: it goes back to it
// (seek), leaves its partition alone for a while (pause), and polls on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/client/group_cluster.h"

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const TopicPartition kOrders0{"orders", PartitionId(0)};
const TopicPartition kOrders1{"orders", PartitionId(1)};

class RecordRetry : public testing::Test {
protected:
    RecordRetry() : cluster_(2) {
        cluster_.hand_over();
        cluster_.set("auto.offset.reset", "earliest");
    }
    /// Works off what is due, but for records that fail.
    void work(Duration d, const TopicPartition& failing_partition = {},
              Offset failing = Offset(-1)) {
        const SimTime end = cluster_.now + d;
        while (cluster_.now < end) {
            cluster_.run(10_ms);
            cluster_.with_client([&](const Env& env, Effects& fx) {
                while (const PolledRecord* record = cluster_.client().finished_record(env)) {
                    if (record->partition == failing_partition && record->offset == failing) {
                        cluster_.client().retry_record(env, fx);
                    } else {
                        cluster_.client().end_record(env, fx);
                    }
                }
            });
        }
    }
    [[nodiscard]] std::vector<Offset> done(const TopicPartition& partition) const {
        std::vector<Offset> offsets;
        for (const RecordsProcessed& fact : cluster_.facts<RecordsProcessed>()) {
            if (fact.partition == partition) {
                offsets.push_back(fact.first);
            }
        }
        return offsets;
    }
    [[nodiscard]] bool is_paused(const TopicPartition& partition) {
        return cluster_.client().core().paused.contains(partition);
    }

    GroupCluster cluster_;
};

TEST_F(RecordRetry, ReadsTheRecordAgainAfterASecond) {
    cluster_.append(0, 3);
    work(500_ms, kOrders0, Offset(1));
    EXPECT_THAT(done(kOrders0), ElementsAre(Offset(0)));
    EXPECT_EQ(cluster_.position(0).next, Offset(1));
    EXPECT_TRUE(is_paused(kOrders0));
    const SimTime resumed = cluster_.client().application().paused.at(kOrders0);
    EXPECT_GT(resumed, cluster_.now);
    EXPECT_LE(resumed, cluster_.now + kRetryPause);

    work(resumed - cluster_.now - 10_ms);
    EXPECT_THAT(done(kOrders0), SizeIs(1)) << "nothing while it is paused";
    work(100_ms);
    EXPECT_FALSE(is_paused(kOrders0));
    EXPECT_THAT(done(kOrders0), ElementsAre(Offset(0), Offset(1), Offset(2)));
}

TEST_F(RecordRetry, GoesOnWithOtherPartitions) {
    cluster_.append(0, 2);
    cluster_.append(1, 2);
    // The Fetch that was under way for what comes next has to end first (fetch.max.wait.ms).
    work(700_ms, kOrders0, Offset(0));
    EXPECT_THAT(done(kOrders0), IsEmpty());
    EXPECT_THAT(done(kOrders1), ElementsAre(Offset(0), Offset(1)));
    cluster_.append(1, 1);
    work(100_ms, kOrders0, Offset(0));
    EXPECT_THAT(done(kOrders1), SizeIs(3)) << "what comes while it is paused, too";
}

TEST_F(RecordRetry, GoesBackInEveryPartitionThatThePollReturnedRecordsOf) {
    cluster_.append(0, 1);
    cluster_.append(1, 1);
    work(700_ms, kOrders0, Offset(0));
    EXPECT_THAT(done(kOrders1), ElementsAre(Offset(0))) << "once: polled, given up, polled again";
    EXPECT_FALSE(is_paused(kOrders1));
}

TEST_F(RecordRetry, FetchesNothingOfAPausedPartition) {
    cluster_.append(0, 1);
    work(100_ms, kOrders0, Offset(0));
    const std::size_t before = cluster_.received<FetchRequest>().size();
    work(800_ms, kOrders0, Offset(0));
    const std::vector<FetchRequest> all = cluster_.received<FetchRequest>();
    for (std::size_t i = before; i < all.size(); ++i) {
        for (const FetchRequest::Topic& topic : all[i].topics) {
            for (const FetchRequest::Partition& partition : topic.partitions) {
                EXPECT_NE(partition.partition, PartitionId(0));
            }
        }
    }
}

TEST_F(RecordRetry, CommitsNothingBehindTheRecord) {
    cluster_.set("enable.auto.commit", "false");
    cluster_.append(0, 3);
    work(500_ms, kOrders0, Offset(1));
    EXPECT_EQ(cluster_.committed_at(0), Offset(1));
    work(2_s);
    EXPECT_EQ(cluster_.committed_at(0), Offset(3));
}

TEST_F(RecordRetry, KeepsWhatWasFetchedOfAPausedPartitionUntilItIsResumed) {
    cluster_.set("max.poll.records", "1");
    cluster_.append(0, 5);
    work(5_ms, kOrders0, Offset(0));
    work(3_s, kOrders0, Offset(3));
    EXPECT_THAT(done(kOrders0), ElementsAre(Offset(0), Offset(1), Offset(2)));
    work(2_s);
    EXPECT_THAT(done(kOrders0), ElementsAre(Offset(0), Offset(1), Offset(2), Offset(3), Offset(4)));
}

TEST_F(RecordRetry, ForgetsThePauseOfAPartitionThatGoes) {
    cluster_.append(0, 1);
    work(100_ms, kOrders0, Offset(0));
    ASSERT_TRUE(is_paused(kOrders0));
    ConsumerCore core = cluster_.client().core();
    set_assignment(core, {kOrders1});
    set_assignment(core, {kOrders0, kOrders1});
    EXPECT_THAT(core.paused, IsEmpty());
}

}  // namespace
}  // namespace brokerlab
