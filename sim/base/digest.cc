#include "sim/base/digest.h"

#include "sim/base/bytes.h"

namespace brokerlab {

void Digest::mix_bytes(std::span<const uint8_t> bytes) {
    mix(bytes.size());
    const std::size_t whole = bytes.size() / 8 * 8;
    for (std::size_t at = 0; at < whole; at += 8) {
        mix(load_le64(bytes.data() + at));
    }
    if (whole < bytes.size()) {
        uint64_t last = 0;
        for (std::size_t at = whole; at < bytes.size(); ++at) {
            last |= static_cast<uint64_t>(bytes[at]) << (8 * (at - whole));
        }
        mix(last);
    }
}

void Digest::mix_text(std::string_view text) {
    mix_bytes(as_bytes(text));
}

}  // namespace brokerlab
