// Idempotence: what a leader takes from a producer, what it refuses, and what it knows again.
#include "sim/log/producer_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include <deque>
#include <limits>

#include "tests/unit/log/producer_state_fixture.h"

namespace brokerlab {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

using brokerlab::testing::SentBatch;
using brokerlab::testing::SentMarker;
using brokerlab::testing::TestProducerStates;

constexpr int32_t kMaxInt = std::numeric_limits<int32_t>::max();

TEST(Idempotence, TakesBatchesInSequence) {
    TestProducerStates log;
    EXPECT_EQ(log.send({.offset = 0, .sequence = 0, .count = 3}), ErrorCode::kNone);
    EXPECT_EQ(log.send({.offset = 3, .sequence = 3, .count = 2, .timestamp = 2000}),
              ErrorCode::kNone);
    EXPECT_EQ(log.entry().last_sequence(), Sequence(4));
    EXPECT_EQ(log.entry().last_data_offset(), Offset(4));
    EXPECT_EQ(log.entry().last_timestamp, Timestamp(2000));
    EXPECT_EQ(log.entry().producer_epoch, ProducerEpoch(0));
    ASSERT_EQ(log.entry().batches.size(), 2U);
    EXPECT_EQ(log.entry().batches[0].first_sequence(), Sequence(0));
    EXPECT_EQ(log.entry().batches[0].first_offset(), Offset(0));
    EXPECT_EQ(log.entry().batches[0].last_offset, Offset(2));
}

TEST(Idempotence, RefusesAGapAndAStepBack) {
    TestProducerStates log;
    ASSERT_EQ(log.send({.offset = 0, .sequence = 0, .count = 3}), ErrorCode::kNone);
    const ProducerStates before = log.states;
    for (const int32_t sequence : {4, 2, 0, kMaxInt}) {
        EXPECT_EQ(log.send({.offset = 3, .sequence = sequence}),
                  ErrorCode::kOutOfOrderSequenceNumber);
        EXPECT_THAT(log.refusal, AllOf(HasSubstr(std::to_string(sequence)), HasSubstr("2")))
            << "the sentence names the sequence that came and the last one";
        EXPECT_EQ(log.states, before) << "a refused batch changes nothing";
    }
}

TEST(Idempotence, TakesAnySequenceOfAProducerItDoesNotKnow) {
    TestProducerStates log;
    EXPECT_EQ(log.send({.offset = 0, .sequence = 1234, .epoch = 5}), ErrorCode::kNone)
        << "its state may have expired or been truncated away";
    EXPECT_EQ(log.send({.offset = 1, .sequence = 1236, .epoch = 5}),
              ErrorCode::kOutOfOrderSequenceNumber);
}

TEST(Idempotence, GoesOnAtZeroAfterTheLargestSequence) {
    TestProducerStates log;
    ASSERT_EQ(log.send({.offset = 0, .sequence = kMaxInt - 1, .count = 2}), ErrorCode::kNone);
    EXPECT_EQ(log.send({.offset = 2, .sequence = 1}), ErrorCode::kOutOfOrderSequenceNumber);
    EXPECT_EQ(log.send({.offset = 2, .sequence = 0}), ErrorCode::kNone);

    TestProducerStates across;
    ASSERT_EQ(across.send({.offset = 0, .sequence = kMaxInt - 1, .count = 4}), ErrorCode::kNone);
    EXPECT_EQ(across.entry().last_sequence(), Sequence(1));
    EXPECT_EQ(across.entry().batches[0].first_sequence(), Sequence(kMaxInt - 1));
    EXPECT_EQ(across.send({.offset = 4, .sequence = 2}), ErrorCode::kNone);
}

TEST(Idempotence, KnowsTheLastFiveBatchesAgain) {
    TestProducerStates log;
    for (int32_t i = 0; i < 8; ++i) {
        ASSERT_EQ(log.send({.offset = 10 * i, .sequence = 2 * i, .count = 2}), ErrorCode::kNone);
    }
    for (int32_t i = 0; i < 8; ++i) {
        const BatchHeader retry = SentBatch{.offset = 0, .sequence = 2 * i, .count = 2}.header();
        const BatchMetadata* original = log.entry().find_duplicate(retry);
        if (i < 3) {
            EXPECT_EQ(original, nullptr) << "batch " << i << " is too old to be known";
        } else {
            ASSERT_NE(original, nullptr) << "batch " << i;
            EXPECT_EQ(original->first_offset(), Offset(10 * i));
            EXPECT_EQ(original->last_offset, Offset(10 * i + 1));
        }
    }
    EXPECT_EQ(log.send({.offset = 90, .sequence = 4, .count = 2}),
              ErrorCode::kOutOfOrderSequenceNumber)
        << "a retry older than the window looks like a step back";
}

TEST(Idempotence, KnowsOnlyTheVeryBatchAgain) {
    TestProducerStates log;
    ASSERT_EQ(log.send({.offset = 0, .sequence = 0, .count = 3, .epoch = 2}), ErrorCode::kNone);
    const auto known = [&](const SentBatch& batch) {
        return log.entry().find_duplicate(batch.header()) != nullptr;
    };
    EXPECT_TRUE(known({.sequence = 0, .count = 3, .epoch = 2}));
    EXPECT_FALSE(known({.sequence = 0, .count = 2, .epoch = 2})) << "ends elsewhere";
    EXPECT_FALSE(known({.sequence = 1, .count = 2, .epoch = 2})) << "begins elsewhere";
    EXPECT_FALSE(known({.sequence = 0, .count = 3, .epoch = 3})) << "of another epoch";
}

TEST(Idempotence, KeepsAWindowOfFiveWhateverIsSent) {
    EXPECT_TRUE(rc::check([] {
        const auto sizes = *rc::gen::container<std::vector<int32_t>>(rc::gen::inRange(1, 50));
        TestProducerStates log;
        std::deque<SentBatch> window;
        int32_t sequence = kMaxInt - 60;
        int64_t offset = 0;
        for (const int32_t count : sizes) {
            const SentBatch batch{.offset = offset, .sequence = sequence, .count = count};
            RC_ASSERT(log.send(batch) == ErrorCode::kNone);
            window.push_back(batch);
            if (window.size() > 5) {
                window.pop_front();
            }
            sequence = increment_sequence(Sequence(sequence), count).value;
            offset += count;
            RC_ASSERT(log.entry().batches.size() == window.size());
            for (const SentBatch& known : window) {
                const BatchMetadata* found = log.entry().find_duplicate(known.header());
                RC_ASSERT(found != nullptr);
                RC_ASSERT(found->first_offset() == Offset(known.offset));
            }
        }
    }));
}

// ----------------------------------------------------------------------------------------- epochs

TEST(ProducerEpoch, FencesTheOneBefore) {
    TestProducerStates log;
    ASSERT_EQ(log.send({.offset = 0, .sequence = 0, .epoch = 3}), ErrorCode::kNone);
    const ProducerStates before = log.states;
    EXPECT_EQ(log.send({.offset = 1, .sequence = 1, .epoch = 2}), ErrorCode::kInvalidProducerEpoch);
    EXPECT_THAT(log.refusal, AllOf(HasSubstr("2"), HasSubstr("3")));
    EXPECT_EQ(log.states, before);
}

TEST(ProducerEpoch, BeginsAtSequenceZeroWithAnEmptyWindow) {
    TestProducerStates log;
    ASSERT_EQ(log.send({.offset = 0, .sequence = 0, .epoch = 3}), ErrorCode::kNone);
    ASSERT_EQ(log.send({.offset = 1, .sequence = 1, .epoch = 3}), ErrorCode::kNone);
    EXPECT_EQ(log.send({.offset = 2, .sequence = 2, .epoch = 4}),
              ErrorCode::kOutOfOrderSequenceNumber);
    EXPECT_EQ(log.send({.offset = 2, .sequence = 0, .epoch = 4}), ErrorCode::kNone);
    EXPECT_EQ(log.entry().batches.size(), 1U);
    EXPECT_EQ(log.entry().producer_epoch, ProducerEpoch(4));
    EXPECT_EQ(log.entry().find_duplicate(SentBatch{.sequence = 1, .epoch = 3}.header()), nullptr);
}

TEST(ProducerEpoch, MayBeRaisedByAMarkerAlone) {
    TestProducerStates log;
    ASSERT_EQ(log.send({.offset = 0, .sequence = 0, .transactional = true}), ErrorCode::kNone);
    ASSERT_EQ(log.mark({.offset = 1, .type = ControlRecordType::kAbort, .epoch = 1}),
              ErrorCode::kNone);
    EXPECT_EQ(log.send({.offset = 2, .sequence = 1, .transactional = true}),
              ErrorCode::kInvalidProducerEpoch)
        << "the zombie is fenced";
    EXPECT_TRUE(log.entry().batches.empty());
    EXPECT_EQ(log.entry().last_sequence(), kNoSequence);
    EXPECT_EQ(log.send({.offset = 2, .sequence = 1, .epoch = 1, .transactional = true}),
              ErrorCode::kOutOfOrderSequenceNumber);
    EXPECT_EQ(log.send({.offset = 2, .sequence = 0, .epoch = 1, .transactional = true}),
              ErrorCode::kNone);
}

// ---------------------------------------------------------------------------------------- origins

TEST(AppendOrigin, DecidesWhatIsChecked) {
    TestProducerStates log;
    ASSERT_EQ(log.send({.offset = 0, .sequence = 0, .epoch = 3}), ErrorCode::kNone);
    const auto gap = [&](AppendOrigin origin) {
        TestProducerStates copy = log;
        return copy.send({.offset = 1, .sequence = 9, .epoch = 3}, origin);
    };
    EXPECT_EQ(gap(AppendOrigin::kClient), ErrorCode::kOutOfOrderSequenceNumber);
    EXPECT_EQ(gap(AppendOrigin::kCoordinator), ErrorCode::kNone)
        << "offset commits carry no sequences";
    EXPECT_EQ(gap(AppendOrigin::kReplication), ErrorCode::kNone);

    const auto old_epoch = [&](AppendOrigin origin) {
        TestProducerStates copy = log;
        return copy.send({.offset = 1, .sequence = 1, .epoch = 2}, origin);
    };
    EXPECT_EQ(old_epoch(AppendOrigin::kClient), ErrorCode::kInvalidProducerEpoch);
    EXPECT_EQ(old_epoch(AppendOrigin::kCoordinator), ErrorCode::kInvalidProducerEpoch);
    EXPECT_EQ(old_epoch(AppendOrigin::kReplication), ErrorCode::kNone);
}

TEST(AppendOrigin, OfAFollowerTakesTheLogAsItIs) {
    TestProducerStates log;
    ASSERT_EQ(log.send({.offset = 0, .sequence = 0, .epoch = 3}), ErrorCode::kNone);
    ASSERT_EQ(log.send({.offset = 1, .sequence = 40, .epoch = 2}, AppendOrigin::kReplication),
              ErrorCode::kNone);
    EXPECT_EQ(log.entry().producer_epoch, ProducerEpoch(2));
    EXPECT_EQ(log.entry().last_sequence(), Sequence(40));
}

// ----------------------------------------------------------------------------------------- expiry

TEST(ProducerExpiry, ForgetsAfterADayOfSilence) {
    constexpr int64_t kDay = ProducerStates::kExpirationMs;
    static_assert(kDay == 86'400'000);
    TestProducerStates log;
    ASSERT_EQ(log.send({.offset = 0, .producer = 1, .timestamp = 1000}), ErrorCode::kNone);
    ASSERT_EQ(log.send({.offset = 1, .producer = 2, .timestamp = 1001}), ErrorCode::kNone);
    ASSERT_EQ(log.send({.offset = 2, .transactional = true, .producer = 3, .timestamp = 1000}),
              ErrorCode::kNone);
    log.states.remove_expired(Timestamp(1000 + kDay - 1));
    EXPECT_EQ(log.states.producers.size(), 3U);
    log.states.remove_expired(Timestamp(1000 + kDay));
    EXPECT_FALSE(log.states.producers.contains(ProducerId(1)));
    EXPECT_TRUE(log.states.producers.contains(ProducerId(2)));
    EXPECT_TRUE(log.states.producers.contains(ProducerId(3))) << "its transaction is open";

    EXPECT_EQ(log.send({.offset = 3, .sequence = 77, .producer = 1}), ErrorCode::kNone);
}

TEST(ProducerStates, AreEmptyUntilSomethingIsReplayed) {
    TestProducerStates log;
    EXPECT_TRUE(log.states.empty());
    ASSERT_EQ(log.send({}), ErrorCode::kNone);
    EXPECT_FALSE(log.states.empty());
}

}  // namespace
}  // namespace brokerlab
