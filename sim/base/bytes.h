// Bytes and the two cursors over them: ByteWriter and ByteReader.
//
// Everything of Kafka's is big-endian; varints are zigzag where they are signed, seven bits a
// byte, low bits first [common/utils/ByteUtils.java]. A ByteReader never reads past its end: the
// first read that would marks it as failed, and from then on it gives zeros and empty spans, so a
// decoder checks ok() once at the end instead of after each field.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace brokerlab {

using Bytes = std::vector<uint8_t>;
using ByteSpan = std::span<const uint8_t>;

inline ByteSpan as_bytes(std::string_view text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteSpan bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline uint64_t load_le64(const uint8_t* from) {
    uint64_t v = 0;
    std::memcpy(&v, from, sizeof v);  // The lab runs on little-endian machines only (bytes.cc).
    return v;
}
namespace detail {

/// To and from big-endian, on the little-endian machines that the lab runs on.
template <class Int>
constexpr Int swap_bytes(Int v) {
    if constexpr (sizeof(Int) == 1) {
        return v;
    } else if constexpr (sizeof(Int) == 2) {
        return static_cast<Int>(__builtin_bswap16(static_cast<uint16_t>(v)));
    } else if constexpr (sizeof(Int) == 4) {
        return static_cast<Int>(__builtin_bswap32(static_cast<uint32_t>(v)));
    } else {
        static_assert(sizeof(Int) == 8);
        return static_cast<Int>(__builtin_bswap64(static_cast<uint64_t>(v)));
    }
}

}  // namespace detail

template <class Int>
Int load_be(const uint8_t* from) {
    Int v{};
    std::memcpy(&v, from, sizeof v);
    return detail::swap_bytes(v);
}
template <class Int>
void store_be(uint8_t* to, Int v) {
    v = detail::swap_bytes(v);
    std::memcpy(to, &v, sizeof v);
}

/// Zigzag maps small negative numbers to small unsigned ones: 0, -1, 1, -2 -> 0, 1, 2, 3.
constexpr uint64_t zigzag(int64_t v) {
    return (static_cast<uint64_t>(v) << 1) ^ static_cast<uint64_t>(v >> 63);
}
constexpr int64_t unzigzag(uint64_t v) {
    return static_cast<int64_t>(v >> 1) ^ -static_cast<int64_t>(v & 1);
}
/// Bytes that `v` takes as an unsigned varint: 1 to 10.
constexpr std::size_t uvarint_size(uint64_t v) {
    std::size_t n = 1;
    for (; v >= 0x80; v >>= 7) {
        ++n;
    }
    return n;
}
constexpr std::size_t varint_size(int64_t v) {
    return uvarint_size(zigzag(v));
}

/// Appends to a byte vector.
class ByteWriter {
public:
    template <class Int>
    void be(Int v) {
        const std::size_t at = out_.size();
        out_.resize(at + sizeof(Int));
        store_be(out_.data() + at, v);
    }
    void uvarint(uint64_t v);
    void varint(int64_t v) { uvarint(zigzag(v)); }
    void bytes(ByteSpan v) { out_.insert(out_.end(), v.begin(), v.end()); }
    void reserve(std::size_t n) { out_.reserve(n); }

    [[nodiscard]] std::size_t size() const { return out_.size(); }
    /// Overwrites what was written at `at`, as length and checksum fields need.
    template <class Int>
    void patch_be(std::size_t at, Int v) {
        store_be(out_.data() + at, v);
    }
    [[nodiscard]] ByteSpan written() const { return out_; }
    [[nodiscard]] Bytes take() { return std::move(out_); }

private:
    Bytes out_;
};

/// Reads from a span that it does not own.
class ByteReader {
public:
    explicit ByteReader(ByteSpan in) : in_(in) {}

    template <class Int>
    Int be() {
        if (!need(sizeof(Int))) {
            return Int{};
        }
        const Int v = load_be<Int>(in_.data() + at_);
        at_ += sizeof(Int);
        return v;
    }
    /// Up to 64 bits, as Kafka's varlong.
    uint64_t uvarint();
    int64_t varint() { return unzigzag(uvarint()); }
    /// At most 5 bytes, else it fails; bits beyond the 32nd are dropped, as Kafka's varint does.
    uint32_t uvarint32();
    int32_t varint32() { return static_cast<int32_t>(unzigzag(uvarint32())); }
    ByteSpan bytes(std::size_t n);

    [[nodiscard]] std::size_t position() const { return at_; }
    [[nodiscard]] std::size_t remaining() const { return in_.size() - at_; }
    [[nodiscard]] bool ok() const { return !failed_; }
    /// Marks the input as bad: for decoders that meet a value that can't be.
    void fail() {
        failed_ = true;
        at_ = in_.size();
    }

private:
    bool need(std::size_t n) {
        if (n <= remaining()) {
            return true;
        }
        fail();
        return false;
    }
    uint64_t uvarint_of_at_most(std::size_t max_bytes);

    ByteSpan in_;
    std::size_t at_ = 0;
    bool failed_ = false;
};

}  // namespace brokerlab
