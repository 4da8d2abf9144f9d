// Reaching into the bytes of a batch: where each header field lies, and how to spoil one.
#pragma once

#include <string_view>
#include <utility>

#include "sim/base/bytes.h"
#include "sim/log/record_batch.h"

namespace brokerlab::testing {

/// Positions of the header's fields [DefaultRecordBatch.java].
namespace field {
inline constexpr std::size_t kBaseOffset = 0;
inline constexpr std::size_t kBatchLength = 8;
inline constexpr std::size_t kLeaderEpoch = 12;
inline constexpr std::size_t kMagic = 16;
inline constexpr std::size_t kCrc = 17;
inline constexpr std::size_t kAttributes = 21;
inline constexpr std::size_t kLastOffsetDelta = 23;
inline constexpr std::size_t kBaseTimestamp = 27;
inline constexpr std::size_t kMaxTimestamp = 35;
inline constexpr std::size_t kProducerId = 43;
inline constexpr std::size_t kProducerEpoch = 51;
inline constexpr std::size_t kBaseSequence = 53;
inline constexpr std::size_t kCount = 57;
inline constexpr std::size_t kRecords = 61;
}  // namespace field

inline Bytes from_hex(std::string_view hex) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    Bytes out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        out.push_back(static_cast<uint8_t>(digit(hex[i]) * 16 + digit(hex[i + 1])));
    }
    return out;
}

/// `batch` with `value` at `position`, big-endian.
template <class Int>
Bytes with_field(Bytes batch, std::size_t position, Int value) {
    store_be(batch.data() + position, value);
    return batch;
}

/// `batch` with the CRC that its bytes ask for: what a lying client would send.
inline Bytes with_right_crc(Bytes batch) {
    const uint32_t crc = compute_batch_crc(batch);
    return with_field(std::move(batch), field::kCrc, crc);
}

/// `batch` with `records` in place of its records section; length and CRC fit, the count stays.
inline Bytes with_records(Bytes batch, ByteSpan records) {
    batch.resize(field::kRecords);
    batch.insert(batch.end(), records.begin(), records.end());
    const auto length = static_cast<int32_t>(batch.size() - kBatchOverhead);
    return with_right_crc(with_field(std::move(batch), field::kBatchLength, length));
}

}  // namespace brokerlab::testing
