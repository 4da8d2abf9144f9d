#include <algorithm>
#include <charconv>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/client/producer_config.h"
#include "sim/model/rate.h"
#include "sim/script/command_text.h"
#include "sim/script/known_names.h"
#include "sim/script/scenario.h"
#include "sim/script/utf8.h"

namespace brokerlab {
namespace {

constexpr int64_t kMostBrokers = 1000;
constexpr int64_t kMostPartitions = 10'000;  // of all topics together
constexpr std::size_t kMostClients = 1000;

/// Reads the file from top to bottom; errors go to `errors_`.
class ScenarioReader {
public:
    explicit ScenarioReader(const YAML::Node& root) : root_(root, "a scenario", errors_) {}

    std::variant<Scenario, FileError> read() {
        root_.expect_keys({"name", "about", "seed", "cluster", "network", "topics", "producers",
                           "consumers", "services", "timeline", "until", "expect", "recorded"});
        Setup& setup = scenario_.setup;
        setup.name = root_.need("name").text();
        setup.about = root_.at("about").text();
        setup.seed = Seed(static_cast<uint64_t>(
            root_.at("seed").integer(1, 0, std::numeric_limits<int64_t>::max())));
        read_cluster(root_.need("cluster"));
        read_network(root_.at("network"));
        for (const YamlNode& node : root_.at("topics").items("a topic")) {
            read_topic(node);
        }
        for (const YamlNode& node : root_.at("producers").items("a producer")) {
            read_producer(node);
        }
        for (const YamlNode& node : root_.at("consumers").items("a consumer")) {
            read_consumer(node);
        }
        for (const YamlNode& node : root_.at("services").items("a service")) {
            node.fail("services can't be played yet");
        }
        scenario_.until = root_.need("until").duration();
        if (errors_.any()) {
            return *errors_.first();
        }
        KnownNames known(setup);
        read_timeline(known);
        read_expectations(known);
        read_recorded();
        if (errors_.any()) {
            return *errors_.first();
        }
        return std::move(scenario_);
    }

private:
    void read_config(const YamlNode& node, ConfigMap& config) {
        for (const YamlNode::Entry& entry : node.entries()) {
            if (std::optional<Failure> failure = config.set(entry.key, entry.value.text())) {
                // An unknown key is wrong itself; else its value is.
                const bool unknown = find_config(config.scope(), entry.key) == nullptr;
                errors_.add(unknown ? entry.key_mark : entry.value.mark(), failure->what);
            }
        }
    }

    /// Takes a name that nothing else in the file has.
    std::string take_name(const YamlNode& node) {
        std::string name = node.text();
        if (name.empty() && node.there()) {
            node.fail("a name can't be empty");
        }
        const bool bad = std::any_of(name.begin(), name.end(), [](char c) {
            const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            return !letter && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.';
        });
        if (bad) {
            node.fail(
                fmt::format("the name '{}' may hold letters, digits, '-', '_' and '.' only", name));
        }
        static constexpr std::string_view kTaken[] = {
            "admin", "console", "broker", "brokers", "controller", "controllers", "clients", "all"};
        if (std::find(std::begin(kTaken), std::end(kTaken), name) != std::end(kTaken)) {
            node.fail(fmt::format("the name '{}' has a meaning of its own", name));
        }
        if (!name.empty() && name.front() >= '0' && name.front() <= '9') {
            node.fail(
                fmt::format("the name '{}' begins with a digit, like a broker's number", name));
        }
        if (std::find(names_.begin(), names_.end(), name) != names_.end()) {
            node.fail(fmt::format("the name '{}' stands twice", name));
        }
        if (names_.size() == kMostClients) {
            node.fail(fmt::format("a scenario has at most {} clients", kMostClients));
        }
        names_.push_back(name);
        return name;
    }

    void read_cluster(const YamlNode& node) {
        if (!node.there()) {
            return;
        }
        node.expect_keys({"brokers", "controllers", "config", "combined"});
        if (node.at("combined").there()) {
            node.at("combined").fail("'combined' is reserved: controllers run apart from brokers");
        }
        read_brokers(node.need("brokers"));
        scenario_.setup.controllers =
            static_cast<int32_t>(node.at("controllers").integer(3, 1, 99));
        scenario_.setup.cluster_config = ConfigMap(ConfigScope::kBroker);
        read_config(node.at("config"), scenario_.setup.cluster_config);
    }

    void read_brokers(const YamlNode& node) {
        std::vector<BrokerSetup>& brokers = scenario_.setup.brokers;
        if (!node.is_list()) {
            const int64_t count = node.integer(0, 1, kMostBrokers);
            for (int64_t id = 1; id <= count; ++id) {
                brokers.push_back({BrokerId(static_cast<int32_t>(id)), std::nullopt});
            }
            return;
        }
        for (const YamlNode& item : node.items("a broker")) {
            item.expect_keys({"id", "rack"});
            BrokerSetup broker;
            broker.id = BrokerId(static_cast<int32_t>(item.need("id").integer(1, 1, kMostBrokers)));
            if (item.at("rack").there()) {
                broker.rack = item.at("rack").text();
            }
            brokers.push_back(std::move(broker));
        }
        std::sort(brokers.begin(), brokers.end(),
                  [](const BrokerSetup& a, const BrokerSetup& b) { return a.id < b.id; });
        for (std::size_t i = 0; i < brokers.size(); ++i) {
            if (brokers[i].id.value != static_cast<int32_t>(i) + 1) {
                node.fail("the ids of brokers run from 1, each once");
                return;
            }
        }
        if (brokers.empty()) {
            node.fail("a cluster needs at least one broker");
        }
    }

    void read_network(const YamlNode& node) {
        if (!node.there()) {
            return;
        }
        node.expect_keys({"latency", "jitter", "bandwidth"});
        NetworkSetup& network = scenario_.setup.network;
        network.latency = node.at("latency").duration(network.latency);
        if (network.latency < 1_us) {
            node.at("latency").fail(
                "the latency is at least 1us: nothing arrives before it is sent");
        }
        network.jitter = node.at("jitter").duration();
        if (node.at("bandwidth").there()) {
            network.bandwidth = bandwidth(node.at("bandwidth"));
        }
    }

    /// "10MiB/s" and the like, in bytes a second.
    static std::optional<int64_t> bandwidth(const YamlNode& node) {
        static constexpr std::pair<std::string_view, int64_t> kUnits[] = {
            {"B/s", 1}, {"KiB/s", 1024}, {"MiB/s", 1024 * 1024}, {"GiB/s", 1024 * 1024 * 1024}};
        const std::string text = node.text();
        const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
        for (const auto& [unit, factor] : kUnits) {
            if (digits == 0 || text.substr(digits) != unit) {
                continue;
            }
            int64_t rate = 0;
            const std::errc failed = std::from_chars(text.data(), text.data() + digits, rate).ec;
            if (failed == std::errc() && !__builtin_mul_overflow(rate, factor, &rate) && rate > 0) {
                return rate;
            }
        }
        if (text != "unlimited") {
            node.fail(fmt::format("'{}' is no bandwidth; write one as 10MiB/s", text));
        }
        return std::nullopt;
    }

    void read_topic(const YamlNode& node) {
        node.expect_keys({"name", "partitions", "replication-factor", "config"});
        TopicSetup topic;
        topic.name = node.need("name").text();
        for (const TopicSetup& other : scenario_.setup.topics) {
            if (other.name == topic.name) {
                node.at("name").fail(fmt::format("the topic '{}' stands twice", topic.name));
            }
        }
        topic.partitions =
            static_cast<int32_t>(node.at("partitions").integer(1, 1, kMostPartitions));
        partitions_ += topic.partitions;
        if (partitions_ > kMostPartitions) {
            node.fail(fmt::format("the topics of a scenario have at most {} partitions together",
                                  kMostPartitions));
        }
        topic.replication_factor =
            static_cast<int32_t>(node.at("replication-factor").integer(1, 1, 32767));
        topic.config = ConfigMap(ConfigScope::kTopic);
        read_config(node.at("config"), topic.config);
        scenario_.setup.topics.push_back(std::move(topic));
    }

    /// A client may name an undeclared topic only where topics are made on demand.
    void check_topic(const YamlNode& node, const std::string& topic) {
        if (std::optional<std::string> problem = KnownNames(scenario_.setup).check_topic(topic)) {
            node.fail(std::move(*problem));
        }
    }

    void read_producer(const YamlNode& node) {
        node.expect_keys(
            {"name", "topic", "rate", "key", "value", "start", "stop", "count", "config"});
        ProducerSetup producer;
        producer.name = take_name(node.need("name"));
        producer.topic = node.need("topic").text();
        check_topic(node.at("topic"), producer.topic);
        if (const YamlNode rate = node.at("rate"); rate.there()) {
            const Outcome<int64_t> value = parse_rate(rate.text());
            if (value.ok()) {
                producer.rate_milli = *value;
            } else {
                rate.fail(value.failure().what);
            }
        }
        if (node.at("key").there()) {
            producer.key = node.at("key").text();
        }
        producer.value = node.at("value").text("{n}");
        producer.start = node.at("start").duration();
        if (node.at("stop").there()) {
            producer.stop = node.at("stop").duration();
        }
        if (node.at("count").there()) {
            producer.count = static_cast<uint64_t>(
                node.at("count").integer(0, 0, std::numeric_limits<int64_t>::max()));
        }
        producer.config = ConfigMap(ConfigScope::kProducer);
        read_config(node.at("config"), producer.config);
        if (std::optional<Failure> failure = check_producer_config(producer.config)) {
            node.at("config").fail(std::move(failure->what));
        }
        scenario_.setup.producers.push_back(std::move(producer));
    }

    void read_consumer(const YamlNode& node) {
        node.expect_keys(
            {"name", "group", "topics", "pattern", "members", "process", "poll", "from", "config"});
        if (node.at("group").there()) {
            node.at("group").fail(
                "consumer groups can't be played yet; a consumer with a name and "
                "without a group can");
            return;
        }
        ConsumerSetup consumer;
        consumer.name = take_name(node.need("name"));
        if (node.at("members").there() || node.at("pattern").there()) {
            node.fail("'members' and 'pattern' belong to a consumer with a group");
        }
        for (const YamlNode& topic : node.need("topics").items("a topic's name")) {
            consumer.topics.push_back(topic.text());
            check_topic(topic, consumer.topics.back());
        }
        if (consumer.topics.empty()) {
            node.at("topics").fail("a consumer reads at least one topic");
        }
        consumer.process = node.at("process").duration();
        consumer.poll = node.at("poll").duration(consumer.poll);
        const std::string from = node.at("from").text("latest");
        if (from != "earliest" && from != "latest") {
            node.at("from").fail(fmt::format("'from' is earliest or latest, not '{}'", from));
        }
        consumer.from = from == "earliest" ? StartFrom::kEarliest : StartFrom::kLatest;
        consumer.config = ConfigMap(ConfigScope::kConsumer);
        read_config(node.at("config"), consumer.config);
        scenario_.setup.consumers.push_back(std::move(consumer));
    }

    Duration read_time(const YamlNode& node) {
        const Duration at = node.duration();
        if (at > scenario_.until) {
            node.fail(fmt::format("this is after the end of the run, 'until: {}'",
                                  to_string(scenario_.until)));
        }
        return at;
    }

    void read_timeline(KnownNames& known) {
        struct Line {
            PlannedCommand command;
            YAML::Mark place;
        };
        std::vector<Line> lines;
        for (const YamlNode& node : root_.at("timeline").items("a line of the timeline")) {
            node.expect_keys({"at", "after", "do"});
            PlannedCommand planned;
            planned.at = read_time(node.need("at"));
            if (node.at("after").there()) {
                planned.after = static_cast<uint64_t>(
                    node.at("after").integer(0, 0, std::numeric_limits<int64_t>::max()));
            }
            const YamlNode text = node.need("do");
            std::variant<Command, TextError> parsed = parse_command(text.text());
            if (const auto* error = std::get_if<TextError>(&parsed)) {
                text.fail(error->what, static_cast<int>(error->offset));
                continue;
            }
            planned.command = std::get<Command>(std::move(parsed));
            planned.text = command_text(planned.command);
            lines.push_back({std::move(planned), text.mark()});
        }
        // Names count from the line that creates them on, in the order of time.
        std::stable_sort(lines.begin(), lines.end(),
                         [](const Line& a, const Line& b) { return a.command.at < b.command.at; });
        for (Line& line : lines) {
            if (std::optional<std::string> problem = known.check(line.command.command)) {
                errors_.add(line.place, std::move(*problem));
            }
            scenario_.plan.add(std::move(line.command));
        }
    }

    void read_expectations(const KnownNames& known) {
        for (const YamlNode& node : root_.at("expect").items("an expectation")) {
            node.expect_keys({"at", "that"});
            Expectation expectation;
            if (node.at("at").there()) {
                expectation.at = read_time(node.at("at"));
            }
            const YamlNode that = node.need("that");
            std::variant<Expression, ExpressionError> parsed = parse_expression(that.text());
            if (const auto* error = std::get_if<ExpressionError>(&parsed)) {
                that.fail(error->what, static_cast<int>(error->offset));
                continue;
            }
            expectation.that = std::get<Expression>(std::move(parsed));
            if (std::optional<std::string> problem = known.check(expectation.that)) {
                that.fail(std::move(*problem));
            }
            scenario_.expectations.push_back(std::move(expectation));
        }
    }

    void read_recorded() {
        const YamlNode node = root_.at("recorded");
        if (!node.there()) {
            return;
        }
        node.expect_keys({"engine", "digest", "ended_at"});
        scenario_.recorded = RecordedRun{node.need("engine").text(), node.need("digest").text(),
                                         node.need("ended_at").duration()};
    }

    FileErrors errors_;
    YamlNode root_;
    Scenario scenario_;
    std::vector<std::string> names_;
    int64_t partitions_ = 0;
};

/// The line that begins a second document; 0 when there is none. The library would read the first
/// and say nothing of the others.
int second_document(std::string_view yaml) {
    bool content = false;
    for (int line = 1; !yaml.empty(); ++line) {
        const std::size_t end = std::min(yaml.find('\n'), yaml.size());
        const std::string_view text = yaml.substr(0, end);
        yaml.remove_prefix(std::min(end + 1, yaml.size()));
        const bool marker =
            text.starts_with("---") && (text.size() == 3 || text.find_first_of(" \t\r", 3) == 3);
        if (marker && content) {
            return line;
        }
        const std::size_t first = text.find_first_not_of(" \t\r");
        const bool says_nothing =
            first == std::string_view::npos || text[first] == '#' || text.front() == '%';
        content = content || marker || !says_nothing;
    }
    return 0;
}

}  // namespace

std::variant<Scenario, FileError> read_scenario(std::string_view yaml) {
    if (yaml.size() > kMostScenarioBytes) {
        return FileError{1, 1,
                         fmt::format("a scenario has at most {} bytes, and this has {}",
                                     kMostScenarioBytes, yaml.size())};
    }
    if (const std::size_t at = first_not_utf8(yaml); at != std::string_view::npos) {
        const std::string_view before = yaml.substr(0, at);
        const auto line = std::count(before.begin(), before.end(), '\n');
        const std::size_t begin = before.rfind('\n') + 1;  // npos + 1 is the file's beginning
        return FileError{static_cast<int>(line) + 1, static_cast<int>(at - begin) + 1,
                         "a scenario file is text in UTF-8, and this byte is not"};
    }
    if (const int line = second_document(yaml); line > 0) {
        return FileError{line, 1, "a scenario file holds one document, and here begins another"};
    }
    // The library reports broken YAML by an exception.
    try {
        return ScenarioReader(YAML::Load(std::string(yaml))).read();
    } catch (const YAML::Exception& error) {
        return FileError{std::max(error.mark.line, 0) + 1, std::max(error.mark.column, 0) + 1,
                         fmt::format("this is not YAML: {}", error.msg)};
    }
}

std::optional<std::string> check_command_names(const Scenario& scenario, const Command& command,
                                               Duration at) {
    KnownNames known(scenario.setup);
    for (const PlannedCommand& planned : scenario.plan.commands) {
        if (planned.at <= at) {
            // Checked before; here it only tells what it creates.
            static_cast<void>(known.check(planned.command));
        }
    }
    return known.check(command);
}

}  // namespace brokerlab
