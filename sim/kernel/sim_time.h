// SimTime and Duration: the simulation's clock, in whole nanoseconds.
//
// An instant and a span are different types: instants subtract to a span, spans add to an
// instant, and nothing else mixes. Arithmetic saturates at both ends instead of overflowing, so a
// setting of Kafka's that means "never" (Long.MAX milliseconds) stays never whatever is added to
// it. Does not model a calendar: what wall-clock time a record carries is decided further up.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <string>

#include "sim/base/digest.h"

namespace brokerlab {

namespace detail {

inline constexpr int64_t kLowest = std::numeric_limits<int64_t>::min();
inline constexpr int64_t kHighest = std::numeric_limits<int64_t>::max();

constexpr int64_t saturating_add(int64_t a, int64_t b) {
    int64_t sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? (b < 0 ? kLowest : kHighest) : sum;
}
constexpr int64_t saturating_subtract(int64_t a, int64_t b) {
    int64_t difference = 0;
    return __builtin_sub_overflow(a, b, &difference) ? (b < 0 ? kHighest : kLowest) : difference;
}
constexpr int64_t saturating_multiply(int64_t a, int64_t b) {
    int64_t product = 0;
    return __builtin_mul_overflow(a, b, &product) ? ((a < 0) != (b < 0) ? kLowest : kHighest)
                                                  : product;
}
/// The quotient rounded towards minus infinity; `b` must be above zero.
constexpr int64_t floor_divide(int64_t a, int64_t b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace detail

/// A span of simulated time. May be negative.
struct Duration {
    int64_t ns = 0;

    constexpr Duration() = default;
    constexpr explicit Duration(int64_t nanoseconds) : ns(nanoseconds) {}

    static constexpr Duration from_us(int64_t us) {
        return Duration(detail::saturating_multiply(us, 1'000));
    }
    /// Saturates: Kafka writes "never" as Long.MAX milliseconds.
    static constexpr Duration from_ms(int64_t ms) {
        return Duration(detail::saturating_multiply(ms, 1'000'000));
    }
    /// Whole milliseconds, rounded towards minus infinity.
    [[nodiscard]] constexpr int64_t to_ms() const { return detail::floor_divide(ns, 1'000'000); }

    friend constexpr bool operator==(Duration, Duration) = default;
    friend constexpr auto operator<=>(Duration, Duration) = default;

    friend constexpr Duration operator+(Duration a, Duration b) {
        return Duration(detail::saturating_add(a.ns, b.ns));
    }
    friend constexpr Duration operator-(Duration a, Duration b) {
        return Duration(detail::saturating_subtract(a.ns, b.ns));
    }
    friend constexpr Duration operator-(Duration a) { return Duration() - a; }
    friend constexpr Duration operator*(Duration a, int64_t n) {
        return Duration(detail::saturating_multiply(a.ns, n));
    }
    friend constexpr Duration operator*(int64_t n, Duration a) { return a * n; }
    /// Rounds towards minus infinity; `n` must be above zero.
    friend constexpr Duration operator/(Duration a, int64_t n) {
        return Duration(detail::floor_divide(a.ns, n));
    }
    /// How often `b`, which must be above zero, fits in `a`; rounds towards minus infinity.
    friend constexpr int64_t operator/(Duration a, Duration b) {
        return detail::floor_divide(a.ns, b.ns);
    }
    /// What is left after `a / b` times `b`: never negative.
    friend constexpr Duration operator%(Duration a, Duration b) { return a - b * (a / b); }
    constexpr Duration& operator+=(Duration b) { return *this = *this + b; }
    constexpr Duration& operator-=(Duration b) { return *this = *this - b; }
};

/// An instant of simulated time. Where zero lies is the world's business.
struct SimTime {
    int64_t ns = 0;

    constexpr SimTime() = default;
    constexpr explicit SimTime(int64_t nanoseconds) : ns(nanoseconds) {}

    static constexpr SimTime from_ms(int64_t ms) { return SimTime(Duration::from_ms(ms).ns); }
    /// Whole milliseconds, rounded towards minus infinity.
    [[nodiscard]] constexpr int64_t to_ms() const { return Duration(ns).to_ms(); }

    friend constexpr bool operator==(SimTime, SimTime) = default;
    friend constexpr auto operator<=>(SimTime, SimTime) = default;

    friend constexpr SimTime operator+(SimTime t, Duration d) {
        return SimTime(detail::saturating_add(t.ns, d.ns));
    }
    friend constexpr SimTime operator+(Duration d, SimTime t) { return t + d; }
    friend constexpr SimTime operator-(SimTime t, Duration d) {
        return SimTime(detail::saturating_subtract(t.ns, d.ns));
    }
    friend constexpr Duration operator-(SimTime a, SimTime b) {
        return Duration(detail::saturating_subtract(a.ns, b.ns));
    }
    constexpr SimTime& operator+=(Duration d) { return *this = *this + d; }
    constexpr SimTime& operator-=(Duration d) { return *this = *this - d; }
};

/// Longer than any run: what "never" is as a span and as an instant.
inline constexpr Duration kForever{detail::kHighest};
inline constexpr SimTime kNever{detail::kHighest};

constexpr void digest_into(Digest& d, Duration v) {
    d.mix(static_cast<uint64_t>(v.ns));
}
constexpr void digest_into(Digest& d, SimTime v) {
    d.mix(static_cast<uint64_t>(v.ns));
}

/// "12.345 s", "-0.500 s": always whole milliseconds, rounded down as to_ms() does, so that a
/// column of times lines up.
[[nodiscard]] std::string to_string(SimTime t);
/// "9 s", "1500 ms", "400 us", "7 d": the largest unit in which the span is a whole number, as a
/// scenario would write it; kForever is "forever".
[[nodiscard]] std::string to_string(Duration d);

/// 5_s, 400_us: spans as they are spoken. Inline, so that code of the project needs no
/// using-directive.
inline namespace literals {

constexpr Duration operator""_ns(unsigned long long v) {
    return Duration(static_cast<int64_t>(v));
}
constexpr Duration operator""_us(unsigned long long v) {
    return Duration::from_us(static_cast<int64_t>(v));
}
constexpr Duration operator""_ms(unsigned long long v) {
    return Duration::from_ms(static_cast<int64_t>(v));
}
constexpr Duration operator""_s(unsigned long long v) {
    return Duration::from_ms(1'000) * static_cast<int64_t>(v);
}
constexpr Duration operator""_min(unsigned long long v) {
    return Duration::from_ms(60'000) * static_cast<int64_t>(v);
}
constexpr Duration operator""_h(unsigned long long v) {
    return Duration::from_ms(3'600'000) * static_cast<int64_t>(v);
}

}  // namespace literals

}  // namespace brokerlab
