#include "sim/script/command_words.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "sim/base/nearest_word.h"
#include "sim/kernel/duration_text.h"

namespace brokerlab {

void CommandWords::fail(std::size_t offset, std::string what) {
    if (!error_) {
        error_ = TextError{offset, std::move(what)};
    }
}

std::optional<std::size_t> CommandWords::choose(std::span<const std::string_view> choices,
                                                std::string_view what) {
    const std::size_t offset = words_.offset();
    const std::string_view word = words_.take();
    const auto found = std::find(choices.begin(), choices.end(), word);
    if (found != choices.end()) {
        return static_cast<std::size_t>(found - choices.begin());
    }
    if (word.empty()) {
        fail(offset, fmt::format("{} is missing: one of {}", what, fmt::join(choices, ", ")));
        return std::nullopt;
    }
    const std::optional<std::string_view> near = nearest_word(word, choices);
    fail(offset, near ? fmt::format("'{}' is no {}; did you mean '{}'?", word, what, *near)
                      : fmt::format("'{}' is no {}; it is one of {}", word, what,
                                    fmt::join(choices, ", ")));
    return std::nullopt;
}

void CommandWords::expect(std::string_view word) {
    choose(std::array<std::string_view, 1>{word}, "word that can stand here");
}

NodeId CommandWords::node(NodeKind kind) {
    return {kind,
            number(kind == NodeKind::kController ? "controller's number" : "broker's number")};
}

std::string CommandWords::name(std::string_view what) {
    const std::size_t offset = words_.offset();
    const std::string_view word = words_.take();
    if (word.empty()) {
        fail(offset, fmt::format("the {} is missing", what));
    }
    return std::string(word);
}

int32_t CommandWords::number(std::string_view what) {
    const std::size_t offset = words_.offset();
    return number_in(words_.take(), offset, what);
}
int32_t CommandWords::number_in(std::string_view word, std::size_t offset, std::string_view what) {
    int32_t value = 0;
    const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (word.empty()) {
        fail(offset, fmt::format("the {} is missing", what));
    } else if (failed != std::errc() || end != word.data() + word.size() || value < 0) {
        fail(offset, fmt::format("'{}' is no {}", word, what));
    }
    return value;
}

Duration CommandWords::duration(std::string_view what) {
    const std::size_t offset = words_.offset();
    const std::string_view word = words_.take();
    if (word.empty()) {
        fail(offset, fmt::format("the {} is missing, as in 200ms", what));
        return {};
    }
    const Outcome<Duration> value = parse_duration(word);
    if (!value.ok()) {
        fail(offset, value.failure().what);
        return {};
    }
    return *value;
}

uint32_t CommandWords::percent() {
    const std::size_t offset = words_.offset();
    std::string_view word = words_.take();
    const std::string whole(word);
    uint64_t ppm = 0;
    uint64_t unit = 10'000;
    bool decimals = false;
    bool good = word.size() > 1 && word.back() == '%' && word.front() != '.' &&
                word[word.size() - 2] != '.';
    if (good) {
        word.remove_suffix(1);
    }
    for (const char c : word) {
        if (c == '.' && !decimals) {
            decimals = true;
            continue;
        }
        if (c < '0' || c > '9' || ppm > 1'000'000) {
            good = false;
            break;
        }
        const auto digit = static_cast<uint64_t>(c - '0');
        if (decimals) {
            unit /= 10;
            good = good && unit > 0;
            ppm += digit * unit;
        } else {
            ppm = ppm * 10 + digit * unit;
        }
    }
    if (!good || ppm > 1'000'000) {
        fail(offset, fmt::format("'{}' is no share from 0% to 100%, as in 5%", whole));
    }
    return static_cast<uint32_t>(ppm);
}

TopicPartition CommandWords::partition() {
    const std::size_t offset = words_.offset();
    const std::string_view word = words_.take();
    const std::size_t dash = word.rfind('-');
    if (word.empty()) {
        fail(offset, "the partition is missing, as in orders-0");
        return {};
    }
    if (dash == std::string_view::npos || dash == 0 || dash + 1 == word.size()) {
        fail(offset, fmt::format("'{}' is no partition; write one as orders-0", word));
        return {};
    }
    return {std::string(word.substr(0, dash)),
            PartitionId(number_in(word.substr(dash + 1), offset + dash + 1, "partition's number"))};
}

std::pair<std::string, std::string> CommandWords::setting() {
    const std::size_t offset = words_.offset();
    const std::string_view rest = words_.take_rest();
    const std::size_t equals = rest.find('=');
    if (rest.empty() || equals == std::string_view::npos || equals == 0) {
        fail(offset, rest.empty() ? std::string("the setting is missing, as in acks=1")
                                  : fmt::format("'{}' is no setting, as in acks=1", rest));
        return {};
    }
    return {std::string(rest.substr(0, equals)), std::string(rest.substr(equals + 1))};
}

LinkEnd CommandWords::end() {
    const std::size_t offset = words_.offset();
    LinkEnd result;
    if (words_.take_if("controller")) {
        result.node = node(NodeKind::kController);
        return result;
    }
    if (words_.take_if("broker")) {
        result.node = node(NodeKind::kBroker);
        return result;
    }
    const std::string_view word = words_.take();
    if (word.empty() || word == "->") {
        fail(offset,
             "an end of the link is missing: a broker's number, controller N, a "
             "client's name, brokers, controllers or clients");
    } else if (word == "brokers") {
        result.kind = LinkEnd::Kind::kBrokers;
    } else if (word == "controllers") {
        result.kind = LinkEnd::Kind::kControllers;
    } else if (word == "clients") {
        result.kind = LinkEnd::Kind::kClients;
    } else if (word.front() >= '0' && word.front() <= '9') {
        result.node = {NodeKind::kBroker, number_in(word, offset, "broker's number")};
    } else {
        result.kind = LinkEnd::Kind::kNamed;
        result.name = word;
    }
    return result;
}

}  // namespace brokerlab
