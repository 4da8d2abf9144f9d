// Reading the producers and consumers of a scenario file.
#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "sim/client/consumer_config.h"
#include "sim/client/producer_config.h"
#include "sim/client/topic_pattern.h"
#include "sim/controller/topic_names.h"
#include "sim/model/rate.h"
#include "sim/script/known_names.h"
#include "sim/script/read_setup.h"
#include "sim/script/work_time_text.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostClients = 1000;

}  // namespace

WorkTime read_work_time(const YamlNode& node) {
    if (!node.there()) {
        return {};
    }
    const Outcome<WorkTime> time = parse_work_time(node.text());
    if (!time.ok()) {
        node.fail(time.failure().what);
        return {};
    }
    return *time;
}

/// Takes a name that nothing else in the file has.
std::string ClientReader::take_name(const YamlNode& node) {
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
    static constexpr std::string_view kTaken[] = {"admin",      "console",     "broker",  "brokers",
                                                  "controller", "controllers", "clients", "all"};
    if (std::find(std::begin(kTaken), std::end(kTaken), name) != std::end(kTaken)) {
        node.fail(fmt::format("the name '{}' has a meaning of its own", name));
    }
    if (!name.empty() && name.front() >= '0' && name.front() <= '9') {
        node.fail(fmt::format("the name '{}' begins with a digit, like a broker's number", name));
    }
    take_member_name(node, name);
    return name;
}

/// Takes a name that is made, not written.
void ClientReader::take_member_name(const YamlNode& node, const std::string& name) {
    if (std::find(names_.begin(), names_.end(), name) != names_.end()) {
        node.fail(fmt::format("the name '{}' stands twice", name));
    }
    if (names_.size() == kMostClients) {
        node.fail(fmt::format("a scenario has at most {} clients", kMostClients));
    }
    names_.push_back(name);
}

/// A client may name an undeclared topic only where topics are made on demand.
void ClientReader::check_topic(const YamlNode& node, const std::string& topic) const {
    if (std::optional<std::string> wrong = invalid_topic_name(topic)) {
        node.fail(*std::move(wrong));
    }
    if (std::optional<std::string> problem = KnownNames(setup_).check_topic(topic)) {
        node.fail(*std::move(problem));
    }
}

void ClientReader::read_producer(const YamlNode& node) {
    node.expect_keys({"name", "topic", "rate", "key", "value", "start", "stop", "count", "config"});
    ProducerSetup producer;
    producer.name = take_name(node.need("name"));
    producer.topic = node.need("topic").text();
    check_topic(node.at("topic"), producer.topic);
    if (const YamlNode rate = node.at("rate"); rate.there()) {
        const Outcome<Rate> value = parse_rate(rate.text());
        if (value.ok()) {
            producer.rate = *value;
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
    read_config(node.at("config"), producer.config, errors_);
    if (std::optional<Failure> failure = check_producer_config(producer.config)) {
        node.at("config").fail(std::move(failure->what));
    }
    setup_.producers.push_back(std::move(producer));
}

void ClientReader::read_consumer(const YamlNode& node) {
    node.expect_keys(
        {"name", "group", "topics", "pattern", "members", "process", "poll", "from", "config"});
    ConsumerSetup consumer;
    if (node.at("group").there()) {
        read_membership(node, consumer);
    } else {
        consumer.name = take_name(node.need("name"));
        if (node.at("members").there() || node.at("pattern").there()) {
            node.fail("'members' and 'pattern' belong to a consumer with a group");
        }
    }
    read_subscription(node, consumer);
    consumer.process = read_work_time(node.at("process"));
    consumer.poll = node.at("poll").duration(consumer.poll);
    const std::string from = node.at("from").text("latest");
    if (from != "earliest" && from != "latest") {
        node.at("from").fail(fmt::format("'from' is earliest or latest, not '{}'", from));
    }
    if (consumer.group && node.at("from").there()) {
        node.at("from").fail(
            "'from' belongs to a consumer without a group; a group begins where it has committed, "
            "else by auto.offset.reset");
    }
    consumer.from = from == "earliest" ? StartFrom::kEarliest : StartFrom::kLatest;
    consumer.config = ConfigMap(ConfigScope::kConsumer);
    read_config(node.at("config"), consumer.config, errors_);
    if (std::optional<Failure> failure = check_consumer_config(consumer)) {
        node.at("config").fail(std::move(failure->what));
    }
    setup_.consumers.push_back(std::move(consumer));
}

/// A group, and how many members it begins with: their names are taken, too.
void ClientReader::read_membership(const YamlNode& node, ConsumerSetup& consumer) {
    if (node.at("name").there()) {
        node.at("name").fail(
            "members of a group have its name and a number, and none of their own");
    }
    consumer.group = take_name(node.at("group"));
    consumer.members =
        static_cast<int32_t>(node.at("members").integer(1, 1, static_cast<int64_t>(kMostClients)));
    for (int32_t number = 1; number <= consumer.members; ++number) {
        take_member_name(node.at("group"), member_name(*consumer.group, number));
    }
}

/// A list of topics, or of a group also a pattern.
void ClientReader::read_subscription(const YamlNode& node, ConsumerSetup& consumer) {
    if (const YamlNode pattern = node.at("pattern"); pattern.there() && consumer.group) {
        if (node.at("topics").there()) {
            pattern.fail("a consumer has 'topics' or a 'pattern', not both");
        }
        consumer.pattern = pattern.text();
        if (const Outcome<TopicPattern> read = TopicPattern::parse(*consumer.pattern); !read.ok()) {
            pattern.fail(read.failure().what);
        }
        return;
    }
    for (const YamlNode& topic : node.need("topics").items("a topic's name")) {
        consumer.topics.push_back(topic.text());
        check_topic(topic, consumer.topics.back());
    }
    if (consumer.topics.empty()) {
        node.at("topics").fail("a consumer reads at least one topic");
    }
}

}  // namespace brokerlab
