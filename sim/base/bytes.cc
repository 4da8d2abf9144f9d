#include "sim/base/bytes.h"

#include <bit>

namespace brokerlab {

static_assert(std::endian::native == std::endian::little,
              "digests read little-endian words; port load_le64 first");

void ByteWriter::uvarint(uint64_t v) {
    for (; v >= 0x80; v >>= 7) {
        out_.push_back(static_cast<uint8_t>(v | 0x80));
    }
    out_.push_back(static_cast<uint8_t>(v));
}

uint64_t ByteReader::uvarint_of_at_most(std::size_t max_bytes) {
    uint64_t v = 0;
    for (std::size_t i = 0; i < max_bytes; ++i) {
        if (!need(1)) {
            return 0;
        }
        const uint8_t byte = in_[at_++];
        v |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
        if ((byte & 0x80) == 0) {
            return v;
        }
    }
    fail();
    return 0;
}

uint64_t ByteReader::uvarint() {
    return uvarint_of_at_most(10);
}

uint32_t ByteReader::uvarint32() {
    return static_cast<uint32_t>(uvarint_of_at_most(5));
}

ByteSpan ByteReader::bytes(std::size_t n) {
    if (!need(n)) {
        return {};
    }
    const ByteSpan v = in_.subspan(at_, n);
    at_ += n;
    return v;
}

}  // namespace brokerlab
