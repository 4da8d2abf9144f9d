// The file format of producer snapshots; the state that they hold is in producer_state.h.
#include <fmt/format.h>

#include "sim/log/crc32c.h"
#include "sim/log/producer_state.h"

namespace brokerlab {
namespace {

constexpr int16_t kVersion = 1;
constexpr std::size_t kEntriesAt = 6;  // version and CRC; the CRC covers what follows
constexpr std::size_t kCrcAt = 2;
constexpr std::size_t kEntrySize = 46;

std::pair<ProducerId, ProducerStateEntry> read_entry(ByteReader& in) {
    const ProducerId id(in.be<int64_t>());
    ProducerStateEntry entry;
    entry.producer_epoch = ProducerEpoch(in.be<int16_t>());
    BatchMetadata batch;
    batch.last_sequence = Sequence(in.be<int32_t>());
    batch.last_offset = Offset(in.be<int64_t>());
    batch.offset_delta = in.be<int32_t>();
    batch.timestamp = Timestamp(in.be<int64_t>());
    entry.last_timestamp = batch.timestamp;
    entry.coordinator_epoch = CoordinatorEpoch(in.be<int32_t>());
    const Offset txn_first(in.be<int64_t>());
    if (txn_first >= Offset(0)) {
        entry.current_txn_first_offset = txn_first;
    }
    if (batch.offset_delta < 0 || batch.last_sequence < kNoSequence) {
        in.fail();
    }
    if (batch.last_offset >= Offset(0)) {
        entry.batches.push_back(batch);
    }
    return {id, entry};
}

}  // namespace

Bytes encode_producer_snapshot(const ProducerSnapshot& snapshot) {
    ByteWriter out;
    out.be(kVersion);
    out.be(uint32_t{0});
    out.be(static_cast<int32_t>(snapshot.producers.size()));
    for (const auto& [id, entry] : snapshot.producers) {
        out.be(id.value);
        out.be(entry.producer_epoch.value);
        out.be(entry.last_sequence().value);
        out.be(entry.last_data_offset().value);
        out.be(entry.batches.empty() ? int32_t{0} : entry.batches.back().offset_delta);
        out.be(entry.last_timestamp.value);
        out.be(entry.coordinator_epoch.value);
        out.be(entry.current_txn_first_offset.value_or(kNoOffset).value);
    }
    out.patch_be(kCrcAt, crc32c(out.written().subspan(kEntriesAt)));
    return out.take();
}

Outcome<ProducerSnapshot> decode_producer_snapshot(ByteSpan bytes) {
    ByteReader in(bytes);
    const auto version = in.be<int16_t>();
    const auto crc = in.be<uint32_t>();
    const auto count = in.be<int32_t>();
    if (!in.ok() || count < 0) {
        return Failure{"the snapshot ends within its header"};
    }
    if (version != kVersion) {
        return Failure{fmt::format("snapshot version {} is unknown (expected 1)", version)};
    }
    const uint32_t computed = crc32c(bytes.subspan(kEntriesAt));
    if (crc != computed) {
        return Failure{
            fmt::format("the snapshot's CRC is {}, but its bytes give {}", crc, computed)};
    }
    ProducerSnapshot snapshot;
    if (static_cast<std::size_t>(count) != in.remaining() / kEntrySize) {
        in.fail();
    }
    for (int32_t i = 0; i < count && in.ok(); ++i) {
        const auto [id, entry] = read_entry(in);
        snapshot.producers.insert_or_assign(id, entry);
    }
    if (!in.ok() || in.remaining() != 0) {
        return Failure{fmt::format(
            "the snapshot does not hold the {} producers it names, or one that can't be", count)};
    }
    return snapshot;
}

}  // namespace brokerlab
