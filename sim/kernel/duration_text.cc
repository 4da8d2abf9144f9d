#include "sim/kernel/duration_text.h"

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
    // Digits before the point count whole units, those behind it parts of one.
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
        if (part == 0) {
            if (__builtin_mul_overflow(total, 10, &total) ||
                __builtin_add_overflow(total, digit * unit, &total)) {
                return Failure{"the time '" + std::string(text) + "' is too long"};
            }
        } else {
            if (part % 10 != 0 && digit != 0) {
                return Failure{"the time '" + std::string(text) + "' is finer than a nanosecond"};
            }
            part /= 10;
            total += digit * part;
            part = part == 0 ? 1 : part;
        }
    }
    return Duration(total);
}

}  // namespace brokerlab
