// TopicPattern: which names a subscription by pattern covers.
//
// A small part of Java's regular expressions, matched against the whole name: characters, `.`,
// `[a-z]` and `[^a-z]`, `\d`, `\w`, `\` before a sign, `(a|b)`, `*`, `+` and `?`. The work grows
// with the product of both lengths: no pattern runs away. Not modelled: look-ahead, counts in
// braces, back references.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "sim/base/digest.h"
#include "sim/base/outcome.h"

namespace brokerlab {

class TopicPattern {
public:
    /// Fails with a sentence when the text can't be read.
    [[nodiscard]] static Outcome<TopicPattern> parse(std::string text);

    [[nodiscard]] bool matches(std::string_view topic) const;
    [[nodiscard]] const std::string& text() const { return text_; }

    bool operator==(const TopicPattern&) const = default;
    friend void digest_into(Digest& d, const TopicPattern& pattern) {
        digest_into(d, pattern.text_);
    }

private:
    explicit TopicPattern(std::string text) : text_(std::move(text)) {}

    std::string text_;
};

}  // namespace brokerlab
