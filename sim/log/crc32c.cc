#include "sim/log/crc32c.h"

#include <algorithm>

#include <isa-l/crc.h>

namespace brokerlab {

void Crc32c::add(ByteSpan piece) {
    constexpr std::size_t kMostPerCall = std::size_t{1} << 30;  // ISA-L takes the length as an int.
    while (!piece.empty()) {
        const std::size_t n = std::min(piece.size(), kMostPerCall);
        // ISA-L only reads the buffer; its declaration lacks the const.
        state_ = crc32_iscsi(const_cast<uint8_t*>(piece.data()), static_cast<int>(n), state_);
        piece = piece.subspan(n);
    }
}

uint32_t crc32c(ByteSpan bytes) {
    Crc32c crc;
    crc.add(bytes);
    return crc.value();
}

}  // namespace brokerlab
