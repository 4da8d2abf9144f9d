// The reader of commands: words in, a Command out, or the place and the reason why not.
//
// One grammar for all commands; a word that does not fit is answered with what could stand there
// and the nearest valid word. Names are not looked up here.
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/script/command_text.h"
#include "sim/script/command_verbs.h"

namespace brokerlab {
namespace {

/// Where the line stops being one: a control character that is no tab.
std::size_t line_break(std::string_view text) {
    const auto* const found = std::find_if(text.begin(), text.end(), [](char c) {
        return (c >= '\0' && c < ' ' && c != '\t') || c == '\x7f';
    });
    return found == text.end() ? std::string_view::npos
                               : static_cast<std::size_t>(found - text.begin());
}

std::optional<Command> read_command(CommandWords& words) {
    std::vector<CommandVerb> verbs;
    for (const std::span<const CommandVerb> some :
         {process_verbs(), network_verbs(), cluster_verbs()}) {
        verbs.insert(verbs.end(), some.begin(), some.end());
    }
    std::vector<std::string_view> known;
    for (const CommandVerb& verb : verbs) {
        known.push_back(verb.word);
    }
    const std::optional<std::size_t> chosen = words.choose(known, "command");
    return chosen ? verbs[*chosen].read(words) : std::nullopt;
}

}  // namespace

std::variant<Command, TextError> parse_command(std::string_view text) {
    if (const std::size_t at = line_break(text); at != std::string_view::npos) {
        return TextError{at, "a command is one line of text"};
    }
    CommandWords words(text);
    std::optional<Command> command = read_command(words);
    if (!words.error() && !words.words().done()) {
        words.fail(words.words().offset(),
                   fmt::format("'{}' is one word too many", words.words().peek()));
    }
    if (words.error()) {
        return *words.error();
    }
    BL_CHECK(command.has_value());
    return *std::move(command);
}

}  // namespace brokerlab
