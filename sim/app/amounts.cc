#include "sim/app/amounts.h"

#include <fmt/format.h>

#include "sim/base/decimal.h"

namespace brokerlab {
namespace {

constexpr int64_t kMostHundredths = 1'000'000'000'000;
constexpr int64_t kMostPieces = 1'000'000;

}  // namespace

std::optional<int64_t> parse_money(std::string_view text) {
    const std::optional<int64_t> thousandths = parse_thousandths(text, kMostHundredths * 10);
    return thousandths && *thousandths % 10 == 0 ? std::optional(*thousandths / 10) : std::nullopt;
}

std::string money_text(int64_t hundredths) {
    return fmt::format("{}.{:02}", hundredths / 100, hundredths % 100);
}

std::optional<int64_t> parse_pieces(std::string_view text) {
    const std::optional<int64_t> thousandths = parse_thousandths(text, kMostPieces * 1000);
    const bool whole = thousandths && *thousandths > 0 && *thousandths % 1000 == 0 &&
                       text.find('.') == std::string_view::npos;
    return whole ? std::optional(*thousandths / 1000) : std::nullopt;
}

}  // namespace brokerlab
