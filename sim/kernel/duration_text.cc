#include "sim/kernel/duration_text.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace brokerlab {
namespace {

constexpr std::array<std::pair<std::string_view, int64_t>, 8> kUnits{{
    {"ns", 1},
    {"us", 1'000},
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"min", 60'000'000'000},
    {"m", 60'000'000'000},
    {"h", 3'600'000'000'000},
    {"d", 86'400'000'000'000},
}};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

Failure not_a_time(std::string_view text) {
    return Failure{"'" + std::string(text) + "' is not a time; write one as 5s, 200ms or 10min"};
}

Failure too_long(std::string_view text) {
    return Failure{"the time '" + std::string(text) + "' is too long"};
}

/// Digits before the point count whole units, those behind it parts of one.
Outcome<Duration> add_up(std::string_view number, int64_t unit, std::string_view text) {
    int64_t total = 0;
    int64_t part = 0;
    for (const char c : number) {
        if (c == '.') {
            if (part != 0) {
                return not_a_time(text);
            }
            part = unit;
            continue;
        }
        const int64_t digit = c - '0';
        int64_t worth = 0;
        if (part == 0) {
            if (__builtin_mul_overflow(total, 10, &total) ||
                __builtin_mul_overflow(digit, unit, &worth)) {
                return too_long(text);
            }
        } else {
            if (part % 10 != 0 && digit != 0) {
                return Failure{"the time '" + std::string(text) + "' is finer than a nanosecond"};
            }
            worth = digit * (part / 10);
            part = std::max<int64_t>(part / 10, 1);
        }
        if (__builtin_add_overflow(total, worth, &total)) {
            return too_long(text);
        }
    }
    const Duration sum(total);
    return sum == kForever ? Outcome<Duration>(too_long(text)) : sum;
}

}  // namespace

Outcome<Duration> parse_duration(std::string_view text) {
    std::size_t end = 0;
    while (end < text.size() && (is_digit(text[end]) || text[end] == '.')) {
        ++end;
    }
    const std::string_view number = text.substr(0, end);
    const std::string_view unit_name = text.substr(end);
    if (number.empty() || !is_digit(number.front()) || !is_digit(number.back())) {
        return not_a_time(text);
    }
    if (unit_name.empty()) {
        return Failure{"the time '" + std::string(text) + "' has no unit; write " +
                       std::string(text) + "s or " + std::string(text) + "ms"};
    }
    int64_t unit = 0;
    for (const auto& [name, ns] : kUnits) {
        unit = name == unit_name ? ns : unit;
    }
    if (unit == 0) {
        return not_a_time(text);
    }
    return add_up(number, unit, text);
}

std::string duration_text(Duration d) {
    std::string text = to_string(d);
    std::erase(text, ' ');
    return text;
}

}  // namespace brokerlab
