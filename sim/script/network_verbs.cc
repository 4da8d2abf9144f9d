// Verbs of links and of single messages on the wire.
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "sim/script/command_verbs.h"

namespace brokerlab {
namespace {

std::optional<Command> read_slow(CommandWords& w) {
    const std::optional<std::size_t> what =
        w.choose(std::array<std::string_view, 2>{"disk", "link"}, "thing that can be slow");
    if (!what) {
        return std::nullopt;
    }
    if (*what == 0) {
        const BrokerId id = w.broker();
        return SlowDisk{id, w.duration("delay")};
    }
    LinkEnd a = w.end();
    LinkEnd b = w.end();
    return SlowLink{std::move(a), std::move(b), w.duration("delay")};
}

std::optional<Command> read_cut(CommandWords& w) {
    LinkEnd a = w.end();
    const bool one_way = w.words().take_if("->");
    LinkEnd b = w.end();
    return CutLink{std::move(a), std::move(b), one_way};
}

std::optional<Command> read_lose(CommandWords& w) {
    w.expect("link");
    LinkEnd a = w.end();
    LinkEnd b = w.end();
    return LoseLink{std::move(a), std::move(b), w.percent()};
}

std::optional<Command> read_heal(CommandWords& w) {
    if (w.words().take_if("all")) {
        return HealLink{};
    }
    LinkEnd a = w.end();
    LinkEnd b = w.end();
    return HealLink{std::move(a), std::move(b)};
}

std::optional<Command> read_message(CommandWords& w, MessageCommand::Verb verb) {
    w.expect("message");
    const std::size_t offset = w.words().offset();
    const std::string_view word = w.words().take();
    uint64_t message = 0;
    const auto [last, failed] = std::from_chars(word.data(), word.data() + word.size(), message);
    if (word.empty() || failed != std::errc() || last != word.data() + word.size()) {
        w.fail(offset, word.empty() ? std::string("the number of the message is missing")
                                    : fmt::format("'{}' is no number of a message", word));
    }
    return MessageCommand{verb, message,
                          verb == MessageCommand::Verb::kDelay ? w.duration("delay") : Duration()};
}

template <MessageCommand::Verb verb>
std::optional<Command> read_verb(CommandWords& w) {
    return read_message(w, verb);
}

}  // namespace

std::span<const CommandVerb> network_verbs() {
    using MessageVerb = MessageCommand::Verb;
    static constexpr std::array<CommandVerb, 8> kVerbs{
        {{"slow", read_slow},
         {"cut", read_cut},
         {"lose", read_lose},
         {"heal", read_heal},
         {"drop", read_verb<MessageVerb::kDrop>},
         {"hold", read_verb<MessageVerb::kHold>},
         {"release", read_verb<MessageVerb::kRelease>},
         {"delay", read_verb<MessageVerb::kDelay>}}};
    return kVerbs;
}

}  // namespace brokerlab
