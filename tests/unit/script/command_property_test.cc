// Any command prints as one line that reads back as the same command.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "sim/script/command_text.h"

namespace brokerlab {
namespace {

rc::Gen<std::string> any_name() {
    return rc::gen::map(rc::gen::nonEmpty(rc::gen::container<std::string>(
                            rc::gen::elementOf(std::string("abcxyzABC019-_.")))),
                        [](std::string name) { return "n" + std::move(name); });
}

/// A text as a command may hold it: no control characters, no space at its ends.
rc::Gen<std::string> any_text() {
    return rc::gen::map(
        rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab {}\":=,%->\xC3\xA9"))),
        [](std::string text) {
            const std::size_t first = text.find_first_not_of(' ');
            const std::size_t last = text.find_last_not_of(' ');
            return first == std::string::npos ? std::string()
                                              : text.substr(first, last - first + 1);
        });
}

rc::Gen<int32_t> any_number() {
    return rc::gen::inRange(0, std::numeric_limits<int32_t>::max());
}
rc::Gen<BrokerId> any_broker() {
    return rc::gen::map(any_number(), [](int32_t n) { return BrokerId(n); });
}
rc::Gen<Duration> any_delay() {
    return rc::gen::map(
        rc::gen::pair(
            rc::gen::inRange<int64_t>(0, 100'000),
            rc::gen::element<int64_t>(1, 1'000, 1'000'000, 1'000'000'000, 60'000'000'000)),
        [](const std::pair<int64_t, int64_t>& p) { return Duration(p.first * p.second); });
}
rc::Gen<TopicPartition> any_partition() {
    return rc::gen::map(rc::gen::pair(any_name(), any_number()),
                        [](const std::pair<std::string, int32_t>& p) {
                            return TopicPartition{p.first, PartitionId(p.second)};
                        });
}
LinkEnd any_end() {
    switch (*rc::gen::inRange(0, 6)) {
        case 0:
            return {LinkEnd::Kind::kNode, {NodeKind::kBroker, *any_number()}, {}};
        case 1:
            return {LinkEnd::Kind::kNode, {NodeKind::kController, *any_number()}, {}};
        case 2:
            return {LinkEnd::Kind::kNamed, {}, *any_name()};
        case 3:
            return {LinkEnd::Kind::kBrokers, {}, {}};
        case 4:
            return {LinkEnd::Kind::kControllers, {}, {}};
        default:
            return {LinkEnd::Kind::kClients, {}, {}};
    }
}

NodeCommand any_node_command() {
    using Verb = NodeCommand::Verb;
    const auto verb = static_cast<Verb>(*rc::gen::inRange(0, 8));
    const bool broker_only = verb == Verb::kStop || verb == Verb::kPowerOff;
    const bool broker = broker_only || *rc::gen::arbitrary<bool>();
    return {verb, {broker ? NodeKind::kBroker : NodeKind::kController, *any_number()}};
}

ClientCommand any_client_command() {
    using Verb = ClientCommand::Verb;
    using Kind = ClientCommand::Kind;
    const auto [verb, kind] = *rc::gen::element<std::pair<Verb, Kind>>(
        std::pair(Verb::kStart, Kind::kProducer), std::pair(Verb::kStop, Kind::kProducer),
        std::pair(Verb::kCrash, Kind::kProducer), std::pair(Verb::kAdd, Kind::kConsumer),
        std::pair(Verb::kRemove, Kind::kConsumer), std::pair(Verb::kCrash, Kind::kConsumer),
        std::pair(Verb::kPause, Kind::kConsumer), std::pair(Verb::kResume, Kind::kConsumer),
        std::pair(Verb::kStart, Kind::kConsumer), std::pair(Verb::kKill, Kind::kService),
        std::pair(Verb::kStart, Kind::kService));
    return {verb, kind, *any_name()};
}

Command any_topic_command() {
    switch (*rc::gen::inRange(0, 6)) {
        case 0: {
            CreateTopic command{*any_name(), std::nullopt, std::nullopt};
            if (*rc::gen::arbitrary<bool>()) {
                command.partitions = *any_number();
            }
            if (*rc::gen::arbitrary<bool>()) {
                command.replication_factor = *rc::gen::inRange(0, 32'768);
            }
            return command;
        }
        case 1:
            return AlterTopic{*any_name(), *any_number()};
        case 2:
            return DeleteTopic{*any_name()};
        case 3:
            return SetTopic{*any_name(), *any_name(), *any_text()};
        case 4:
            return ElectLeader{*rc::gen::element(ElectionType::kPreferred, ElectionType::kUnclean),
                               *any_partition()};
        default:
            return ReassignPartition{
                *any_partition(),
                *rc::gen::nonEmpty(rc::gen::container<std::vector<BrokerId>>(any_broker()))};
    }
}

Command any_link_command() {
    switch (*rc::gen::inRange(0, 5)) {
        case 0:
            return CutLink{any_end(), any_end(), *rc::gen::arbitrary<bool>()};
        case 1:
            return SlowLink{any_end(), any_end(), *any_delay()};
        case 2:
            return LoseLink{any_end(), any_end(), *rc::gen::inRange<uint32_t>(0, 1'000'001)};
        case 3:
            return HealLink{any_end(), any_end()};
        default:
            return HealLink{};
    }
}

Command any_command() {
    switch (*rc::gen::inRange(0, 12)) {
        case 0:
            return any_node_command();
        case 1:
            return SlowDisk{*any_broker(), *any_delay()};
        case 2:
            return *rc::gen::element<Command>(FailDisk{*any_broker()}, RepairDisk{*any_broker()});
        case 3:
            return SetBroker{*any_broker(), *any_name(), *any_text()};
        case 4:
        case 5:
            return any_link_command();
        case 6: {
            MessageCommand command;
            command.verb = static_cast<MessageCommand::Verb>(*rc::gen::inRange(0, 4));
            command.message = *rc::gen::arbitrary<uint64_t>();
            if (command.verb == MessageCommand::Verb::kDelay) {
                command.delay = *any_delay();
            }
            return command;
        }
        case 7:
            return any_topic_command();
        case 8:
            return any_client_command();
        case 9:
            return SetClient{
                *rc::gen::element(ClientCommand::Kind::kProducer, ClientCommand::Kind::kConsumer),
                *any_name(), *any_name(), *any_text()};
        case 10: {
            ProduceOne command{*any_name(), std::nullopt, *any_text()};
            if (*rc::gen::arbitrary<bool>()) {
                command.key = *any_text();
            }
            return command;
        }
        default:
            if (*rc::gen::arbitrary<bool>()) {
                return PostService{*any_name(), "/" + *any_name(), *any_text()};
            }
            return SetRule{static_cast<Rule>(*rc::gen::inRange<int>(0, kRuleCount)),
                           *rc::gen::arbitrary<bool>()};
    }
}

RC_GTEST_PROP(CommandText, ReadsBackAsTheSameCommand, ()) {
    const Command command = any_command();
    const std::string text = command_text(command);
    const std::variant<Command, TextError> parsed = parse_command(text);
    if (const auto* error = std::get_if<TextError>(&parsed)) {
        RC_FAIL(text + ": " + error->what);
    }
    RC_ASSERT(std::get<Command>(parsed) == command);
    RC_ASSERT(command_text(std::get<Command>(parsed)) == text);
}

RC_GTEST_PROP(CommandText, AnyPlaceOfAMistakeLiesInTheLine, (const std::string& text)) {
    const std::variant<Command, TextError> parsed = parse_command(text);
    if (const auto* error = std::get_if<TextError>(&parsed)) {
        RC_ASSERT(error->offset <= text.size());
        RC_ASSERT(!error->what.empty());
    }
}

}  // namespace
}  // namespace brokerlab
