// Amounts: money and pieces in the texts of records and calls.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace brokerlab {

/// "10000", "99.9" or "99.90" in hundredths, up to 10^12 of them. Nothing for a sign, for more than
/// two decimals, for what is no number.
[[nodiscard]] std::optional<int64_t> parse_money(std::string_view text);
/// "99.90".
[[nodiscard]] std::string money_text(int64_t hundredths);

/// A whole number from 1 to a million; nothing for anything else.
[[nodiscard]] std::optional<int64_t> parse_pieces(std::string_view text);

}  // namespace brokerlab
