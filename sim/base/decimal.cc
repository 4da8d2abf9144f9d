#include "sim/base/decimal.h"

namespace brokerlab {

std::optional<int64_t> parse_thousandths(std::string_view text, int64_t highest) {
    if (text.empty() || text.front() == '.' || text.back() == '.') {
        return std::nullopt;
    }
    int64_t value = 0;
    int decimals = -1;
    for (const char c : text) {
        if (c == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (c < '0' || c > '9' || decimals == 3 || value > highest) {
            return std::nullopt;
        }
        value = value * 10 + (c - '0');
        decimals += decimals >= 0 ? 1 : 0;
    }
    for (int missing = 3 - (decimals < 0 ? 0 : decimals); missing > 0; --missing) {
        value *= 10;
    }
    return value <= highest ? std::optional(value) : std::nullopt;
}

}  // namespace brokerlab
