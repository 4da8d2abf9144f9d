#include "sim/query/expression_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace brokerlab {
namespace {

constexpr std::array<std::pair<std::string_view, int64_t>, 9> kUnits{{{"ms", 1},
                                                                      {"s", 1000},
                                                                      {"min", 60'000},
                                                                      {"m", 60'000},
                                                                      {"h", 3'600'000},
                                                                      {"d", 86'400'000},
                                                                      {"B", 1},
                                                                      {"KiB", 1024},
                                                                      {"MiB", 1024 * 1024}}};

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name(char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

}  // namespace

void ExpressionText::fail(std::size_t offset, std::string what) {
    if (!error_) {
        error_ = ExpressionError{offset, std::move(what)};
    }
}

void ExpressionText::skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) {
        ++at_;
    }
}

std::string_view ExpressionText::next_word() const {
    const std::size_t end = std::min(text_.find(' ', at_), text_.size());
    return text_.substr(at_, std::min<std::size_t>(end - at_, 40));
}

bool ExpressionText::take(std::string_view symbol) {
    skip_spaces();
    if (!text_.substr(at_).starts_with(symbol)) {
        return false;
    }
    at_ += symbol.size();
    return true;
}

bool ExpressionText::take_keyword(std::string_view word) {
    skip_spaces();
    const std::size_t end = at_ + word.size();
    if (!text_.substr(at_).starts_with(word) || (end < text_.size() && is_name(text_[end]))) {
        return false;
    }
    at_ = end;
    return true;
}

std::string_view ExpressionText::take_name() {
    skip_spaces();
    const std::size_t start = at_;
    while (at_ < text_.size() && is_name(text_[at_])) {
        ++at_;
    }
    return text_.substr(start, at_ - start);
}

int64_t ExpressionText::read_number() {
    const std::size_t start = at_;
    if (text_[at_] == '-') {
        ++at_;
    }
    while (at_digit()) {
        ++at_;
    }
    int64_t value = 0;
    const auto [end, failed] = std::from_chars(text_.data() + start, text_.data() + at_, value);
    if (failed != std::errc() || end != text_.data() + at_) {
        fail(start, fmt::format("'{}' is no number", text_.substr(start, at_ - start)));
        return 0;
    }
    const std::size_t unit_start = at_;
    while (at_ < text_.size() && is_letter(text_[at_])) {
        ++at_;
    }
    const std::string_view unit = text_.substr(unit_start, at_ - unit_start);
    if (unit.empty()) {
        return value;
    }
    for (const auto& [name, factor] : kUnits) {
        if (name == unit) {
            if (__builtin_mul_overflow(value, factor, &value)) {
                fail(start, "this number is too large");
            }
            return value;
        }
    }
    fail(unit_start,
         fmt::format("'{}' is no unit; there are ms, s, min, h, d, B, KiB and MiB", unit));
    return 0;
}

std::optional<TopicPartition> ExpressionText::read_partition() {
    const std::string_view name = take_name();
    const std::size_t dash = name.rfind('-');
    if (dash == std::string_view::npos || dash == 0 || dash + 1 == name.size()) {
        return std::nullopt;
    }
    int32_t number = 0;
    const char* end = name.data() + name.size();
    const auto [last, failed] = std::from_chars(name.data() + dash + 1, end, number);
    if (failed != std::errc() || last != end || number < 0) {
        return std::nullopt;
    }
    return TopicPartition{std::string(name.substr(0, dash)), PartitionId(number)};
}

}  // namespace brokerlab
