#include "sim/model/rate.h"

#include <array>
#include <optional>
#include <string>
#include <utility>

namespace brokerlab {
namespace {

constexpr int64_t kHighest = 1'000'000'000;  // a million a second, in records per 1000 s

Failure not_a_rate(std::string_view text) {
    return Failure{"'" + std::string(text) + "' is not a rate; write one as 100/s, 30/min or 10/h"};
}

/// A decimal number in thousandths.
std::optional<int64_t> thousandths(std::string_view text) {
    int64_t value = 0;
    int decimals = -1;
    for (const char c : text) {
        if (c == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (c < '0' || c > '9' || decimals == 3 || value > kHighest) {
            return std::nullopt;
        }
        value = value * 10 + (c - '0');
        decimals += decimals >= 0 ? 1 : 0;
    }
    if (text.empty() || text.front() == '.' || text.back() == '.') {
        return std::nullopt;
    }
    for (int missing = 3 - (decimals < 0 ? 0 : decimals); missing > 0; --missing) {
        value *= 10;
    }
    return value;
}

}  // namespace

Outcome<int64_t> parse_rate(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, int64_t>, 3> kUnits{
        {{"s", 1}, {"min", 60}, {"h", 3600}}};
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) {
        return not_a_rate(text);
    }
    const std::optional<int64_t> number = thousandths(text.substr(0, slash));
    for (const auto& [unit, seconds] : kUnits) {
        if (number && text.substr(slash + 1) == unit) {
            const int64_t rate = *number / seconds;
            if (rate == 0 && *number > 0) {
                return Failure{"a rate other than 0/s is at least one record in 1000 s"};
            }
            if (rate > kHighest) {
                return Failure{"a rate is at most 1000000/s"};
            }
            return rate;
        }
    }
    return not_a_rate(text);
}

}  // namespace brokerlab
