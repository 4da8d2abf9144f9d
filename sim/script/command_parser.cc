// The reader of commands: words in, a Command out, or the place and the reason why not.
//
// One grammar for all commands; a word that does not fit is answered with what could stand there
// and the nearest valid word. Names are not looked up here.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/base/nearest_word.h"
#include "sim/kernel/duration_text.h"
#include "sim/script/command_text.h"

namespace brokerlab {
namespace {

/// The wire carries a replication factor in 16 bits.
constexpr int32_t kMostReplicas = 32'767;

/// One pass over a line; the first error ends it. Each reader returns a value that counts only
/// while there is no error.
class CommandParser {
public:
    explicit CommandParser(std::string_view text) : text_(text), words_(text) {}

    std::variant<Command, TextError> parse() {
        if (const std::size_t at = line_break(); at != std::string_view::npos) {
            return TextError{at, "a command is one line of text"};
        }
        std::optional<Command> command = read();
        if (!error_ && !words_.done()) {
            fail(words_.offset(), fmt::format("'{}' is one word too many", words_.peek()));
        }
        if (error_) {
            return *error_;
        }
        BL_CHECK(command.has_value());
        return *std::move(command);
    }

private:
    using NodeVerb = NodeCommand::Verb;
    using ClientVerb = ClientCommand::Verb;

    /// Where the line stops being one: a control character that is no tab.
    [[nodiscard]] std::size_t line_break() const {
        const auto* const found = std::find_if(text_.begin(), text_.end(), [](char c) {
            return (c >= '\0' && c < ' ' && c != '\t') || c == '\x7f';
        });
        return found == text_.end() ? std::string_view::npos
                                    : static_cast<std::size_t>(found - text_.begin());
    }

    void fail(std::size_t offset, std::string what) {
        if (!error_) {
            error_ = TextError{offset, std::move(what)};
        }
    }

    /// Takes a word that must be one of `choices`; its index, or nothing and an error.
    template <std::size_t n>
    std::optional<std::size_t> choose(const std::array<std::string_view, n>& choices,
                                      std::string_view what) {
        const std::size_t offset = words_.offset();
        const std::string_view word = words_.take();
        for (std::size_t i = 0; i < n; ++i) {
            if (choices[i] == word) {
                return i;
            }
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

    std::string name(std::string_view what) {
        const std::size_t offset = words_.offset();
        const std::string_view word = words_.take();
        if (word.empty()) {
            fail(offset, fmt::format("the {} is missing", what));
        }
        return std::string(word);
    }

    int32_t number(std::string_view what) {
        const std::size_t offset = words_.offset();
        return number_in(words_.take(), offset, what);
    }
    int32_t number_in(std::string_view word, std::size_t offset, std::string_view what) {
        int32_t value = 0;
        const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), value);
        if (word.empty()) {
            fail(offset, fmt::format("the {} is missing", what));
        } else if (failed != std::errc() || end != word.data() + word.size() || value < 0) {
            fail(offset, fmt::format("'{}' is no {}", word, what));
        }
        return value;
    }
    BrokerId broker() { return BrokerId(number("broker's number")); }

    Duration duration(std::string_view what) {
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

    /// "5%" or "0.1%" in parts per million.
    uint32_t percent() {
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

    /// "orders-0": the topic ends at the last dash.
    TopicPartition partition() {
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
        return {
            std::string(word.substr(0, dash)),
            PartitionId(number_in(word.substr(dash + 1), offset + dash + 1, "partition's number"))};
    }

    /// The key=value that a `set` ends with; the value may hold spaces.
    std::pair<std::string, std::string> setting() {
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

    LinkEnd end() {
        const std::size_t offset = words_.offset();
        LinkEnd result;
        if (words_.take_if("controller")) {
            result.node = {NodeKind::kController, number("controller's number")};
            return result;
        }
        if (words_.take_if("broker")) {
            result.node = {NodeKind::kBroker, number("broker's number")};
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

    // ---- The verbs

    std::optional<Command> read() {
        static constexpr std::array<std::string_view, 28> kVerbs{
            "kill",   "start", "stop",     "power-off", "pause", "resume", "isolate",
            "rejoin", "slow",  "fail",     "repair",    "set",   "cut",    "lose",
            "heal",   "drop",  "hold",     "release",   "delay", "create", "alter",
            "delete", "elect", "reassign", "crash",     "add",   "remove", "produce"};
        if (words_.take_if("post")) {
            return read_post();
        }
        const std::optional<std::size_t> verb = choose(kVerbs, "command");
        if (!verb) {
            return std::nullopt;
        }
        switch (*verb) {
            case 0:
                return read_process(NodeVerb::kKill, ClientVerb::kKill, "service");
            case 1:
                return read_start();
            case 2:
                return read_process(NodeVerb::kStop, ClientVerb::kStop, "producer");
            case 3:
                return read_process(NodeVerb::kPowerOff, std::nullopt, "");
            case 4:
                return read_process(NodeVerb::kPause, ClientVerb::kPause, "consumer");
            case 5:
                return read_process(NodeVerb::kResume, ClientVerb::kResume, "consumer");
            case 6:
                return read_process(NodeVerb::kIsolate, std::nullopt, "");
            case 7:
                return read_process(NodeVerb::kRejoin, std::nullopt, "");
            case 8:
                return read_slow();
            case 9:
                expect("disk");
                return FailDisk{broker()};
            case 10:
                expect("disk");
                return RepairDisk{broker()};
            case 11:
                return read_set();
            case 12:
                return read_cut();
            case 13:
                return read_lose();
            case 14:
                return read_heal();
            case 15:
            case 16:
            case 17:
            case 18:
                return read_message(static_cast<MessageCommand::Verb>(*verb - 15));
            case 19:
                return read_create();
            case 20:
                return read_alter();
            case 21:
                expect("topic");
                return DeleteTopic{name("topic")};
            case 22:
                return read_elect();
            case 23:
                return read_reassign();
            case 24:
                return read_crash();
            case 25:
                expect("consumer");
                return ClientCommand{ClientVerb::kAdd, ClientCommand::Kind::kConsumer,
                                     name("consumer group")};
            case 26:
                expect("consumer");
                return ClientCommand{ClientVerb::kRemove, ClientCommand::Kind::kConsumer,
                                     name("consumer")};
            case 27:
                return read_produce();
            default:
                BL_CHECK(false);
        }
    }

    void expect(std::string_view word) {
        choose(std::array<std::string_view, 1>{word}, "word that can stand here");
    }

    /// VERB broker N, VERB controller N, VERB <client kind> NAME.
    std::optional<Command> read_process(NodeVerb verb, std::optional<ClientVerb> client_verb,
                                        std::string_view client_kind) {
        if (client_verb && words_.peek() == client_kind) {
            words_.take();
            const ClientCommand::Kind kind =
                client_kind == "service"    ? ClientCommand::Kind::kService
                : client_kind == "producer" ? ClientCommand::Kind::kProducer
                                            : ClientCommand::Kind::kConsumer;
            return ClientCommand{*client_verb, kind, name(client_kind)};
        }
        if (verb == NodeVerb::kStop || verb == NodeVerb::kPowerOff) {
            if (client_verb) {
                choose(std::array<std::string_view, 2>{"broker", client_kind}, "thing to stop");
            } else {
                expect("broker");
            }
            return NodeCommand{verb, {NodeKind::kBroker, number("broker's number")}};
        }
        std::optional<std::size_t> what;
        if (client_verb) {
            what = choose(std::array<std::string_view, 3>{"broker", "controller", client_kind},
                          "thing that this command knows");
        } else {
            what = choose(std::array<std::string_view, 2>{"broker", "controller"},
                          "thing that this command knows");
        }
        if (what == 1) {
            return NodeCommand{verb, {NodeKind::kController, number("controller's number")}};
        }
        return NodeCommand{verb, {NodeKind::kBroker, number("broker's number")}};
    }

    std::optional<Command> read_start() {
        const std::optional<std::size_t> what =
            choose(std::array<std::string_view, 5>{"broker", "controller", "producer", "consumer",
                                                   "service"},
                   "thing to start");
        if (!what) {
            return std::nullopt;
        }
        switch (*what) {
            case 0:
                return NodeCommand{NodeVerb::kStart,
                                   {NodeKind::kBroker, number("broker's number")}};
            case 1:
                return NodeCommand{NodeVerb::kStart,
                                   {NodeKind::kController, number("controller's number")}};
            default:
                return ClientCommand{ClientVerb::kStart,
                                     static_cast<ClientCommand::Kind>(*what - 2), name("name")};
        }
    }

    std::optional<Command> read_crash() {
        const std::optional<std::size_t> what = choose(
            std::array<std::string_view, 2>{"producer", "consumer"}, "client that can crash");
        if (!what) {
            return std::nullopt;
        }
        return ClientCommand{ClientVerb::kCrash, static_cast<ClientCommand::Kind>(*what),
                             name("name")};
    }

    std::optional<Command> read_slow() {
        const std::optional<std::size_t> what =
            choose(std::array<std::string_view, 2>{"disk", "link"}, "thing that can be slow");
        if (!what) {
            return std::nullopt;
        }
        if (*what == 0) {
            const BrokerId id = broker();
            return SlowDisk{id, duration("delay")};
        }
        LinkEnd a = end();
        LinkEnd b = end();
        return SlowLink{std::move(a), std::move(b), duration("delay")};
    }

    std::optional<Command> read_cut() {
        LinkEnd a = end();
        const bool one_way = words_.take_if("->");
        LinkEnd b = end();
        return CutLink{std::move(a), std::move(b), one_way};
    }

    std::optional<Command> read_lose() {
        expect("link");
        LinkEnd a = end();
        LinkEnd b = end();
        return LoseLink{std::move(a), std::move(b), percent()};
    }

    std::optional<Command> read_heal() {
        if (words_.take_if("all")) {
            return HealLink{};
        }
        LinkEnd a = end();
        LinkEnd b = end();
        return HealLink{std::move(a), std::move(b)};
    }

    std::optional<Command> read_message(MessageCommand::Verb verb) {
        expect("message");
        const std::size_t offset = words_.offset();
        const std::string_view word = words_.take();
        uint64_t message = 0;
        const auto [last, failed] =
            std::from_chars(word.data(), word.data() + word.size(), message);
        if (word.empty() || failed != std::errc() || last != word.data() + word.size()) {
            fail(offset, word.empty() ? std::string("the number of the message is missing")
                                      : fmt::format("'{}' is no number of a message", word));
        }
        return MessageCommand{
            verb, message, verb == MessageCommand::Verb::kDelay ? duration("delay") : Duration()};
    }

    std::optional<Command> read_create() {
        expect("topic");
        CreateTopic command{name("topic"), std::nullopt, std::nullopt};
        while (!error_ && !words_.done()) {
            const std::size_t offset = words_.offset();
            const std::optional<std::size_t> what =
                choose(std::array<std::string_view, 2>{"partitions", "replication-factor"},
                       "property of a topic");
            if (!what) {
                return std::nullopt;
            }
            std::optional<int32_t>& value =
                *what == 0 ? command.partitions : command.replication_factor;
            if (value) {
                fail(offset, "a property stands twice");
            }
            const std::size_t place = words_.offset();
            value = number(*what == 0 ? "number of partitions" : "replication factor");
            if (*what == 1 && *value > kMostReplicas) {
                fail(place, fmt::format("a replication factor is at most {}", kMostReplicas));
            }
        }
        return command;
    }

    std::optional<Command> read_alter() {
        expect("topic");
        std::string topic = name("topic");
        expect("partitions");
        return AlterTopic{std::move(topic), number("number of partitions")};
    }

    std::optional<Command> read_elect() {
        const std::optional<std::size_t> type =
            choose(std::array<std::string_view, 2>{"preferred", "unclean"}, "kind of election");
        if (!type) {
            return std::nullopt;
        }
        return ElectLeader{*type == 0 ? ElectionType::kPreferred : ElectionType::kUnclean,
                           partition()};
    }

    std::optional<Command> read_reassign() {
        ReassignPartition command{partition(), {}};
        std::size_t offset = words_.offset();
        std::string_view list = words_.take();
        if (list.empty()) {
            fail(offset, "the replicas are missing, as in 3,1,2");
        }
        while (!list.empty() && !error_) {
            const std::size_t comma = std::min(list.find(','), list.size());
            command.replicas.emplace_back(
                number_in(list.substr(0, comma), offset, "broker's number"));
            const std::size_t used = std::min(comma + 1, list.size());
            if (used == list.size() && comma < list.size()) {
                fail(offset + comma, "a broker's number is missing behind the comma");
            }
            list.remove_prefix(used);
            offset += used;
        }
        return command;
    }

    std::optional<Command> read_set() {
        const std::optional<std::size_t> what = choose(
            std::array<std::string_view, 5>{"topic", "broker", "producer", "consumer", "rule"},
            "thing with settings");
        if (!what) {
            return std::nullopt;
        }
        if (*what == 4) {
            return read_rule();
        }
        if (*what == 1) {
            const BrokerId id = broker();
            auto [key, value] = setting();
            return SetBroker{id, std::move(key), std::move(value)};
        }
        std::string who = name("name");
        auto [key, value] = setting();
        if (*what == 0) {
            return SetTopic{std::move(who), std::move(key), std::move(value)};
        }
        return SetClient{static_cast<ClientCommand::Kind>(*what - 2), std::move(who),
                         std::move(key), std::move(value)};
    }

    std::optional<Command> read_rule() {
        const std::optional<std::size_t> rule = choose(kRuleNames, "rule");
        const std::optional<std::size_t> state =
            choose(std::array<std::string_view, 2>{"on", "off"}, "state of a rule");
        if (!rule || !state) {
            return std::nullopt;
        }
        return SetRule{static_cast<Rule>(*rule), *state == 0};
    }

    std::optional<Command> read_produce() {
        ProduceOne command;
        command.topic = name("topic");
        const std::size_t offset = words_.offset();
        std::string_view rest = words_.take_rest();
        constexpr std::string_view kKey = "key=";
        constexpr std::string_view kValue = "value=";
        if (rest.starts_with(kKey)) {
            const std::size_t value = rest.find(" value=");
            if (value == std::string_view::npos) {
                fail(offset, "the value is missing, as in value=v");
                return command;
            }
            command.key = std::string(rest.substr(kKey.size(), value - kKey.size()));
            rest.remove_prefix(value + 1);
        }
        if (!rest.starts_with(kValue)) {
            fail(offset, rest.empty() ? std::string("the value is missing, as in value=v")
                                      : fmt::format("'{}' is neither key= nor value=", rest));
            return command;
        }
        command.value = rest.substr(kValue.size());
        return command;
    }

    std::optional<Command> read_post() {
        PostService command;
        command.service = name("service");
        command.path = name("path");
        command.body = words_.take_rest();
        return command;
    }

    std::string_view text_;
    Words words_;
    std::optional<TextError> error_;
};

}  // namespace

std::variant<Command, TextError> parse_command(std::string_view text) {
    return CommandParser(text).parse();
}

}  // namespace brokerlab
