// The binary index files of a segment; declared in log_files.h.
#include <fmt/format.h>

#include "sim/log/log_files.h"

namespace brokerlab {
namespace {

constexpr std::size_t kOffsetEntry = 8;
constexpr std::size_t kTimeEntry = 12;
constexpr std::size_t kTxnEntry = 34;
constexpr int16_t kTxnVersion = 0;

int32_t relative_to(Offset offset, Offset base) {
    return static_cast<int32_t>(offset - base);
}

/// The other way round, for bytes that may be anything.
Offset absolute(int32_t relative, Offset base) {
    return Offset(detail::saturating_add(base.value, relative));
}

std::optional<Failure> not_whole(ByteSpan bytes, std::size_t entry) {
    if (bytes.size() % entry == 0) {
        return std::nullopt;
    }
    return Failure{
        fmt::format("at byte {}: an index of {} bytes is not a whole number of entries "
                    "of {} bytes",
                    bytes.size() / entry * entry, bytes.size(), entry)};
}

}  // namespace

Bytes encode_offset_index(const Segment& segment) {
    ByteWriter out;
    for (std::size_t i = 0; i < segment.offset_index().size(); ++i) {
        const OffsetIndexEntry& entry = segment.offset_index()[i];
        out.be(relative_to(entry.offset, segment.base_offset()));
        out.be(entry.position);
    }
    return out.take();
}

Bytes encode_time_index(const Segment& segment) {
    ByteWriter out;
    for (std::size_t i = 0; i < segment.time_index().size(); ++i) {
        const TimeIndexEntry& entry = segment.time_index()[i];
        out.be(entry.timestamp.value);
        out.be(relative_to(entry.offset, segment.base_offset()));
    }
    return out.take();
}

Bytes encode_txn_index(const TxnIndex& index) {
    ByteWriter out;
    for (const AbortedTxn& txn : index) {
        out.be(kTxnVersion);
        out.be(txn.producer_id.value);
        out.be(txn.first_offset.value);
        out.be(txn.last_offset.value);
        out.be(txn.last_stable_offset.value);
    }
    return out.take();
}

Outcome<std::vector<OffsetIndexEntry>> decode_offset_index(ByteSpan bytes, Offset base_offset) {
    if (auto failure = not_whole(bytes, kOffsetEntry)) {
        return *failure;
    }
    std::vector<OffsetIndexEntry> entries;
    ByteReader in(bytes);
    while (in.remaining() > 0) {
        const Offset offset = absolute(in.be<int32_t>(), base_offset);
        const auto position = in.be<int32_t>();
        if (offset == base_offset && (position == 0 || !entries.empty())) {
            break;  // A running broker allocates its indexes ahead: the rest is zero.
        }
        entries.push_back({offset, position});
    }
    return entries;
}

Outcome<std::vector<TimeIndexEntry>> decode_time_index(ByteSpan bytes, Offset base_offset) {
    if (auto failure = not_whole(bytes, kTimeEntry)) {
        return *failure;
    }
    std::vector<TimeIndexEntry> entries;
    ByteReader in(bytes);
    while (in.remaining() > 0) {
        const Timestamp timestamp(in.be<int64_t>());
        const Offset offset = absolute(in.be<int32_t>(), base_offset);
        if (offset == base_offset && (timestamp == Timestamp(0) || !entries.empty())) {
            break;
        }
        entries.push_back({timestamp, offset});
    }
    return entries;
}

Outcome<TxnIndex> decode_txn_index(ByteSpan bytes) {
    if (auto failure = not_whole(bytes, kTxnEntry)) {
        return *failure;
    }
    TxnIndex index;
    ByteReader in(bytes);
    while (in.remaining() > 0) {
        const std::size_t at = in.position();
        const auto version = in.be<int16_t>();
        if (version != kTxnVersion) {
            return Failure{
                fmt::format("at byte {}: transaction index version {} is unknown "
                            "(expected 0)",
                            at, version)};
        }
        AbortedTxn txn;
        txn.producer_id = ProducerId(in.be<int64_t>());
        txn.first_offset = Offset(in.be<int64_t>());
        txn.last_offset = Offset(in.be<int64_t>());
        txn.last_stable_offset = Offset(in.be<int64_t>());
        index.push_back(txn);
    }
    return index;
}

}  // namespace brokerlab
