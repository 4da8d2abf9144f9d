// Words: a line of text, read word by word, with the place of each.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/outcome.h"

namespace brokerlab {

/// Why a line can't be read, and where: an offset in bytes from its start.
struct TextError {
    std::size_t offset = 0;
    std::string what;

    bool operator==(const TextError&) const = default;
};

/// Reads a line. Words are separated by spaces and tabs.
class Words {
public:
    explicit Words(std::string_view text) : text_(text) { skip_spaces(); }

    [[nodiscard]] bool done() const { return at_ == text_.size(); }
    /// Offset of the next word.
    [[nodiscard]] std::size_t offset() const { return at_; }
    /// The next word, which stays; empty at the end.
    [[nodiscard]] std::string_view peek() const;
    /// Takes the next word; empty at the end.
    std::string_view take();
    /// Takes the next word when it is `word`.
    bool take_if(std::string_view word);
    /// Takes all that is left, without spaces at its ends.
    std::string_view take_rest();

private:
    void skip_spaces();

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace brokerlab
