// CRC-32C, the checksum of record batches, of the metadata log and of snapshots.
//
// The Castagnoli polynomial as Kafka uses it [common/utils/Crc32C.java]: reflected, all ones at
// the start, inverted at the end. Computed by ISA-L, which picks the fastest way of the machine;
// every way gives the same value.
#pragma once

#include <cstdint>

#include "sim/base/bytes.h"

namespace brokerlab {

/// A checksum over bytes that come in pieces: the pieces' borders do not matter.
class Crc32c {
public:
    void add(ByteSpan piece);
    /// The checksum of all that was added so far; more may be added after it.
    [[nodiscard]] uint32_t value() const { return ~state_; }

private:
    uint32_t state_ = 0xffffffffU;
};

[[nodiscard]] uint32_t crc32c(ByteSpan bytes);

}  // namespace brokerlab
