// CommandWords: what the words of a command can be, read with checks.
//
// The first word that does not fit is kept as the error, with its place; after it every reader
// gives a default, so that code that reads need not look after each step.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "sim/model/commands.h"
#include "sim/script/words.h"

namespace brokerlab {

class CommandWords {
public:
    explicit CommandWords(std::string_view line) : words_(line) {}

    [[nodiscard]] const std::optional<TextError>& error() const { return error_; }
    [[nodiscard]] Words& words() { return words_; }
    /// Says that what stands at `offset` is wrong.
    void fail(std::size_t offset, std::string what);

    /// Takes a word that must be one of `choices`; its index, or nothing and an error.
    std::optional<std::size_t> choose(std::span<const std::string_view> choices,
                                      std::string_view what);
    /// Takes a word that must stand here.
    void expect(std::string_view word);

    std::string name(std::string_view what);
    int32_t number(std::string_view what);
    int32_t number_in(std::string_view word, std::size_t offset, std::string_view what);
    BrokerId broker() { return BrokerId(number("broker's number")); }
    NodeId node(NodeKind kind);
    Duration duration(std::string_view what);
    /// "5%" or "0.1%" in parts per million.
    uint32_t percent();
    /// "orders-0": the topic ends at the last dash.
    TopicPartition partition();
    /// The key=value that a `set` ends with; the value may hold spaces.
    std::pair<std::string, std::string> setting();
    /// An end of a link.
    LinkEnd end();

private:
    Words words_;
    std::optional<TextError> error_;
};

}  // namespace brokerlab
