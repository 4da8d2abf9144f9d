// Digest: a 64-bit fingerprint of plain data, the same for every compiler and build.
//
// Not a checksum against an adversary: it tells two simulations apart. Integers are widened to 64
// bits before they are mixed, so the width of a field does not matter, and lengths are mixed in so
// that neighbours can't run into each other. Types take part by a `digest_into(Digest&, const T&)`
// found by argument-dependent lookup; a type that describes its fields (schema.h) gets it for
// free. Floating point has no overload on purpose.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/base/strong.h"

namespace brokerlab {

class Digest {
public:
    constexpr Digest() = default;
    constexpr explicit Digest(uint64_t seed) : state_(seed ^ kStart) {}

    constexpr void mix(uint64_t v) {
        state_ ^= v * 0x9e3779b97f4a7c15U;
        state_ = ((state_ << 29) | (state_ >> 35)) * 0xbf58476d1ce4e5b9U + 0x94d049bb133111ebU;
    }
    /// Mixes the length and the bytes, eight at a time, as little-endian words.
    void mix_bytes(std::span<const uint8_t> bytes);
    void mix_text(std::string_view text);

    [[nodiscard]] constexpr uint64_t value() const {
        uint64_t v = state_;
        v = (v ^ (v >> 30)) * 0xbf58476d1ce4e5b9U;
        v = (v ^ (v >> 27)) * 0x94d049bb133111ebU;
        return v ^ (v >> 31);
    }

private:
    static constexpr uint64_t kStart = 0x6a09e667f3bcc908U;
    uint64_t state_ = kStart;
};

template <class T>
requires(std::integral<T> || std::is_enum_v<T>) constexpr void digest_into(Digest& d, T v) {
    d.mix(static_cast<uint64_t>(v));
}
template <StrongType T>
constexpr void digest_into(Digest& d, T v) {
    d.mix(static_cast<uint64_t>(v.value));
}
inline void digest_into(Digest& d, std::string_view v) {
    d.mix_text(v);
}
inline void digest_into(Digest& d, const std::vector<uint8_t>& v) {
    d.mix_bytes(v);
}
template <class T>
void digest_into(Digest& d, const std::optional<T>& v);
template <class T>
void digest_into(Digest& d, const std::vector<T>& v);
template <class A, class B>
void digest_into(Digest& d, const std::pair<A, B>& v);

template <class T>
void digest_into(Digest& d, const std::optional<T>& v) {
    d.mix(v.has_value() ? 1 : 0);
    if (v) {
        digest_into(d, *v);
    }
}
template <class T>
void digest_into(Digest& d, const std::vector<T>& v) {
    d.mix(v.size());
    for (const T& item : v) {
        digest_into(d, item);
    }
}
template <class A, class B>
void digest_into(Digest& d, const std::pair<A, B>& v) {
    digest_into(d, v.first);
    digest_into(d, v.second);
}

/// Mixes several fields in the order given: the usual body of a digest_into().
template <class... Fields>
void digest_fields(Digest& d, const Fields&... fields) {
    (digest_into(d, fields), ...);
}

/// The fingerprint of one value.
template <class T>
[[nodiscard]] uint64_t digest_of(const T& v) {
    Digest d;
    digest_into(d, v);
    return d.value();
}

}  // namespace brokerlab
