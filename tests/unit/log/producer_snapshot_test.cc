// Producer snapshots: when they are taken, which one is loaded, and their bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include "sim/log/crc32c.h"
#include "sim/log/producer_state.h"
#include "tests/unit/log/batch_bytes.h"
#include "tests/unit/log/producer_state_fixture.h"

namespace brokerlab {
namespace {

using ::testing::HasSubstr;

using brokerlab::testing::from_hex;
using brokerlab::testing::TestProducerStates;
using brokerlab::testing::with_field;

constexpr SimTime kNow = SimTime::from_ms(0);

/// A producer of three batches (the last with sequences 10 to 14 at offsets 100 to 104), and one
/// with an open transaction from offset 90 of which only the coordinator's last marker is known.
ProducerStates two_producers() {
    ProducerStates states;
    ProducerStateEntry& idempotent = states.producers[ProducerId(4000)];
    idempotent.producer_epoch = ProducerEpoch(2);
    idempotent.last_timestamp = Timestamp(1'700'000'000'123);
    idempotent.batches = {{Sequence(4), Offset(50), 4, Timestamp(1)},
                          {Sequence(9), Offset(60), 4, Timestamp(2)},
                          {Sequence(14), Offset(104), 4, Timestamp(1'700'000'000'123)}};
    ProducerStateEntry& open = states.producers[ProducerId(4001)];
    open.producer_epoch = ProducerEpoch(0);
    open.coordinator_epoch = CoordinatorEpoch(7);
    open.last_timestamp = Timestamp(1'700'000'000'500);
    open.current_txn_first_offset = Offset(90);
    states.ongoing_txns[Offset(90)] = ProducerId(4001);
    return states;
}

constexpr const char* kTwoProducers =
    "0001"      // version
    "522326d7"  // CRC-32C of what follows
    "00000002"  // entries
    // id, epoch, last sequence, last offset, offset delta, timestamp, coordinator epoch, txn start
    "0000000000000fa0"
    "0002"
    "0000000e"
    "0000000000000068"
    "00000004"
    "0000018bcfe5687b"
    "ffffffff"
    "ffffffffffffffff"
    "0000000000000fa1"
    "0000"
    "ffffffff"
    "ffffffffffffffff"
    "00000000"
    "0000018bcfe569f4"
    "00000007"
    "000000000000005a";

const ProducerSnapshot& snapshot_at(const ProducerStates& states, int64_t offset) {
    return *states.snapshots.at(Offset(offset));
}

TEST(ProducerSnapshot, HasKafkasBytes) {
    ProducerStates states = two_producers();
    ASSERT_TRUE(states.take_snapshot(Offset(105), kNow));
    EXPECT_EQ(encode_producer_snapshot(snapshot_at(states, 105)), from_hex(kTwoProducers));
}

TEST(ProducerSnapshot, KeepsOnlyTheLatestBatchOfAProducer) {
    const Outcome<ProducerSnapshot> read = decode_producer_snapshot(from_hex(kTwoProducers));
    ASSERT_TRUE(read.ok()) << read.failure().what;
    ProducerStates written = two_producers();
    ASSERT_TRUE(written.take_snapshot(Offset(105), kNow));
    EXPECT_EQ(read->producers, snapshot_at(written, 105).producers);

    const ProducerStateEntry& producer = read->producers.at(ProducerId(4000));
    ASSERT_EQ(producer.batches.size(), 1U);
    EXPECT_EQ(producer.batches[0].first_sequence(), Sequence(10));
    EXPECT_EQ(producer.batches[0].first_offset(), Offset(100));
    EXPECT_EQ(producer.producer_epoch, ProducerEpoch(2));
    EXPECT_EQ(producer.coordinator_epoch, kNoCoordinatorEpoch);
    EXPECT_EQ(producer.current_txn_first_offset, std::nullopt);
    const ProducerStateEntry& open = read->producers.at(ProducerId(4001));
    EXPECT_TRUE(open.batches.empty());
    EXPECT_EQ(open.coordinator_epoch, CoordinatorEpoch(7));
    EXPECT_EQ(open.current_txn_first_offset, Offset(90));
}

TEST(ProducerSnapshot, OfNobodyIsTenBytes) {
    const Bytes empty = encode_producer_snapshot({});
    EXPECT_EQ(empty.size(), 10U);
    const Outcome<ProducerSnapshot> read = decode_producer_snapshot(empty);
    ASSERT_TRUE(read.ok());
    EXPECT_TRUE(read->producers.empty());
}

TEST(ProducerSnapshot, IsInMemoryWhatItsFileSays) {
    TestProducerStates log;
    ASSERT_EQ(log.send({.offset = 0, .sequence = 0, .transactional = true, .timestamp = 1000}),
              ErrorCode::kNone);
    // The file has one timestamp for the producer and its batch: that of the marker.
    ASSERT_EQ(log.mark({.offset = 1, .timestamp = 2000}), ErrorCode::kNone);
    ASSERT_TRUE(log.states.take_snapshot(Offset(2), kNow));
    const ProducerSnapshot& taken = snapshot_at(log.states, 2);
    EXPECT_EQ(decode_producer_snapshot(encode_producer_snapshot(taken))->producers,
              taken.producers);
}

TEST(ProducerSnapshot, IsRefusedWhenCutOrChanged) {
    const Bytes good = from_hex(kTwoProducers);
    for (std::size_t size = 0; size < good.size(); ++size) {
        const Outcome<ProducerSnapshot> read = decode_producer_snapshot(ByteSpan(good).first(size));
        ASSERT_FALSE(read.ok()) << size;
        EXPECT_FALSE(read.failure().what.empty());
    }
    for (std::size_t at = 0; at < good.size(); ++at) {
        Bytes changed = good;
        changed[at] ^= 0x20;
        EXPECT_FALSE(decode_producer_snapshot(changed).ok()) << "byte " << at;
    }
    const Bytes later = with_field(good, 0, int16_t{2});
    EXPECT_THAT(decode_producer_snapshot(later).failure().what, HasSubstr("version 2"));
    const Bytes wrong = with_field(good, 20, int8_t{1});
    EXPECT_THAT(decode_producer_snapshot(wrong).failure().what, HasSubstr("CRC"));
}

TEST(ProducerSnapshot, WithACountThatLiesIsRefusedUnderARightCrc) {
    for (const int32_t count : {-1, 1, 3, 2'147'483'647}) {
        Bytes bytes = with_field(from_hex(kTwoProducers), 6, count);
        bytes = with_field(bytes, 2, crc32c(ByteSpan(bytes).subspan(6)));
        EXPECT_FALSE(decode_producer_snapshot(bytes).ok()) << count;
    }
}

TEST(ProducerSnapshot, SurvivesItsBytes) {
    EXPECT_TRUE(rc::check([] {
        ProducerSnapshot snapshot;
        const auto ids = *rc::gen::container<std::vector<int16_t>>(rc::gen::positive<int16_t>());
        for (const int16_t id : ids) {
            ProducerStateEntry entry;
            entry.producer_epoch = ProducerEpoch(*rc::gen::inRange<int16_t>(0, 32767));
            entry.coordinator_epoch = CoordinatorEpoch(*rc::gen::inRange(-1, 1000));
            entry.last_timestamp = Timestamp(*rc::gen::inRange<int64_t>(0, 1'700'000'000'000));
            if (*rc::gen::arbitrary<bool>()) {
                entry.current_txn_first_offset = Offset(*rc::gen::inRange<int64_t>(0, 1 << 30));
            }
            if (*rc::gen::arbitrary<bool>()) {
                entry.batches = {{Sequence(*rc::gen::inRange(0, 1 << 30)),
                                  Offset(*rc::gen::inRange<int64_t>(0, 1 << 30)),
                                  *rc::gen::inRange(0, 100), entry.last_timestamp}};
            }
            snapshot.producers[ProducerId(id)] = entry;
        }
        const Outcome<ProducerSnapshot> read =
            decode_producer_snapshot(encode_producer_snapshot(snapshot));
        RC_ASSERT(read.ok());
        RC_ASSERT(read->producers == snapshot.producers);
    }));
}

// ------------------------------------------------------------------------------ taking, loading

TEST(TakingASnapshot, HappensOncePerOffset) {
    ProducerStates states = two_producers();
    EXPECT_FALSE(states.take_snapshot(Offset(0), kNow)) << "nothing lies below 0";
    EXPECT_TRUE(states.take_snapshot(Offset(10), kNow));
    EXPECT_FALSE(states.take_snapshot(Offset(10), kNow));
    EXPECT_FALSE(states.take_snapshot(Offset(9), kNow));
    EXPECT_TRUE(states.take_snapshot(Offset(11), SimTime::from_ms(7)));
    EXPECT_EQ(states.snapshots.size(), 2U);
    EXPECT_EQ(states.last_snapshot_offset, Offset(11));
    EXPECT_EQ(snapshot_at(states, 11).written_at, SimTime::from_ms(7));
}

TEST(TakingASnapshot, DeletesThemByRange) {
    ProducerStates states = two_producers();
    for (const int64_t offset : {10, 20, 30}) {
        ASSERT_TRUE(states.take_snapshot(Offset(offset), kNow));
    }
    states.delete_snapshots(Offset(10), Offset(30));
    ASSERT_EQ(states.snapshots.size(), 1U);
    EXPECT_TRUE(states.snapshots.contains(Offset(30)));
}

TEST(Reloading, TakesTheLatestSnapshotInRange) {
    TestProducerStates log;
    ASSERT_EQ(log.send({.offset = 0, .sequence = 0}), ErrorCode::kNone);
    ASSERT_TRUE(log.states.take_snapshot(Offset(1), kNow));
    ASSERT_EQ(log.send({.offset = 1, .sequence = 1}), ErrorCode::kNone);
    ASSERT_EQ(log.send({.offset = 2, .sequence = 0, .transactional = true, .producer = 2}),
              ErrorCode::kNone);
    ASSERT_TRUE(log.states.take_snapshot(Offset(3), kNow));
    ASSERT_EQ(log.send({.offset = 3, .sequence = 2}), ErrorCode::kNone);
    ASSERT_TRUE(log.states.take_snapshot(Offset(4), kNow));

    ProducerStates cut = log.states;
    EXPECT_EQ(cut.reload(Offset(0), Offset(3), Timestamp(1000)), Offset(3));
    EXPECT_EQ(cut.producers.at(ProducerId(1)).last_sequence(), Sequence(1));
    EXPECT_EQ(cut.producers.at(ProducerId(1)).batches.size(), 1U);
    EXPECT_EQ(cut.ongoing_txns.at(Offset(2)), ProducerId(2)) << "the open transaction is back";
    EXPECT_FALSE(cut.snapshots.contains(Offset(4))) << "it lies beyond the end";
    EXPECT_TRUE(cut.snapshots.contains(Offset(1)));
    EXPECT_EQ(cut.last_snapshot_offset, Offset(3));
}

TEST(Reloading, StartsFromNothingWhereNoSnapshotIsLeft) {
    TestProducerStates log;
    ASSERT_EQ(log.send({.offset = 0, .sequence = 0, .transactional = true}), ErrorCode::kNone);
    ASSERT_EQ(log.mark({.offset = 1}), ErrorCode::kNone);
    ASSERT_TRUE(log.states.take_snapshot(Offset(2), kNow));

    ProducerStates before_it = log.states;
    EXPECT_EQ(before_it.reload(Offset(0), Offset(1), Timestamp(1000)), Offset(0));
    EXPECT_TRUE(before_it.empty());
    EXPECT_TRUE(before_it.ongoing_txns.empty());
    EXPECT_TRUE(before_it.snapshots.empty());

    ProducerStates at_the_start = log.states;
    EXPECT_EQ(at_the_start.reload(Offset(2), Offset(9), Timestamp(1000)), Offset(2))
        << "a snapshot at the log start tells of records that are gone";
    EXPECT_TRUE(at_the_start.snapshots.empty());
    EXPECT_TRUE(at_the_start.producers.empty());
}

TEST(Reloading, LeavesOutProducersThatExpiredMeanwhile) {
    TestProducerStates log;
    ASSERT_EQ(log.send({.offset = 0, .producer = 1, .timestamp = 1000}), ErrorCode::kNone);
    ASSERT_EQ(log.send({.offset = 1, .producer = 2, .timestamp = 9000}), ErrorCode::kNone);
    ASSERT_TRUE(log.states.take_snapshot(Offset(2), kNow));
    EXPECT_EQ(
        log.states.reload(Offset(0), Offset(2), Timestamp(1000 + ProducerStates::kExpirationMs)),
        Offset(2));
    EXPECT_FALSE(log.states.producers.contains(ProducerId(1)));
    EXPECT_TRUE(log.states.producers.contains(ProducerId(2)));
}

TEST(LogStart, MovesTheLastSnapshotOffsetAlong) {
    ProducerStates states = two_producers();
    states.on_log_start_incremented(Offset(40));
    EXPECT_EQ(states.last_snapshot_offset, Offset(40)) << "no snapshot is left, none is needed";
    ASSERT_TRUE(states.take_snapshot(Offset(50), kNow));
    states.on_log_start_incremented(Offset(45));
    EXPECT_EQ(states.last_snapshot_offset, Offset(50));
}

}  // namespace
}  // namespace brokerlab
