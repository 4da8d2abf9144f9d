// ExpressionText: the characters of an expression, taken piece by piece: symbols, words, numbers.
//
// The first error is kept; what is read after it does not count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/model/ids.h"
#include "sim/query/expression.h"

namespace brokerlab {

class ExpressionText {
public:
    explicit ExpressionText(std::string_view text) : text_(text) {}

    [[nodiscard]] std::string_view text() const { return text_; }
    /// Where the next piece begins, in bytes, spaces before it left out.
    [[nodiscard]] std::size_t at() const { return at_; }
    [[nodiscard]] bool done() const { return at_ == text_.size(); }
    /// The next character; not at the end.
    [[nodiscard]] char next() const { return text_[at_]; }
    /// Whether a digit is next.
    [[nodiscard]] bool at_digit() const {
        return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9';
    }
    /// The text from here to the next space: for messages.
    [[nodiscard]] std::string_view next_word() const;

    void fail(std::size_t offset, std::string what);
    [[nodiscard]] const std::optional<ExpressionError>& error() const { return error_; }

    void skip_spaces();
    bool take(std::string_view symbol);
    /// Takes a keyword that is not the beginning of a longer name.
    bool take_keyword(std::string_view word);
    /// Takes letters, digits, dashes and dots; empty when there are none.
    std::string_view take_name();
    /// A number with its unit, if any; a digit or a minus is next.
    int64_t read_number();
    /// "orders-0"; nothing, and no error, when the next name is no partition.
    std::optional<TopicPartition> read_partition();

private:
    std::string_view text_;
    std::size_t at_ = 0;
    std::optional<ExpressionError> error_;
};

}  // namespace brokerlab
