#include "sim/model/rate.h"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/base/decimal.h"

namespace brokerlab {
namespace {

/// Numbers up to here are read, so that what is too high can be told from what is no number.
constexpr int64_t kReadable = 100'000'000'000'000;
constexpr int64_t kHighest = Rate::per_second(1'000'000).in_1000_hours;

/// A unit, and how many of it 3600 seconds are: thousandths of a record in one unit are as many
/// records in 1000 hours times this.
struct Unit {
    std::string_view name;
    int64_t in_an_hour;
};
/// The shortest first.
constexpr std::array<Unit, 3> kUnits{{{"s", 3600}, {"min", 60}, {"h", 1}}};

Failure not_a_rate(std::string_view text) {
    return Failure{"'" + std::string(text) + "' is not a rate; write one as 100/s, 30/min or 10/h"};
}

}  // namespace

Outcome<Rate> parse_rate(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) {
        return not_a_rate(text);
    }
    const std::optional<int64_t> number = parse_thousandths(text.substr(0, slash), kReadable);
    for (const Unit& unit : kUnits) {
        if (number && text.substr(slash + 1) == unit.name) {
            if (*number > kHighest / unit.in_an_hour) {
                return Failure{"a rate is at most 1000000/s"};
            }
            return Rate{*number * unit.in_an_hour};
        }
    }
    return not_a_rate(text);
}

std::string rate_text(Rate rate) {
    for (const Unit& unit : kUnits) {
        if (rate.in_1000_hours % unit.in_an_hour != 0) {
            continue;
        }
        const int64_t thousandths = rate.in_1000_hours / unit.in_an_hour;
        std::string text = fmt::format("{}.{:03}", thousandths / 1000, thousandths % 1000);
        while (text.back() == '0') {
            text.pop_back();
        }
        if (text.back() == '.') {
            text.pop_back();
        }
        return fmt::format("{}/{}", text, unit.name);
    }
    BL_CHECK(false);
}

}  // namespace brokerlab
