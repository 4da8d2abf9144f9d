// Reading the services of a scenario file.
//
// What a service needs follows from its handler: an HTTP entry, a group with topics, a topic to
// write to. What it would have no use for is a mistake as well.
#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sim/base/nearest_word.h"
#include "sim/client/consumer_config.h"
#include "sim/client/producer_config.h"
#include "sim/model/config.h"
#include "sim/script/read_setup.h"

namespace brokerlab {
namespace {

constexpr int64_t kMostInstances = 1000;
constexpr int64_t kHighestPort = 65'535;

const Handler* read_handler(const YamlNode& node) {
    const std::string name = node.text();
    const Handler* handler = find_handler(name);
    if (handler == nullptr && node.there()) {
        std::vector<std::string_view> names;
        for (const Handler& known : handlers()) {
            names.push_back(known.name);
        }
        std::string what = fmt::format("there is no handler '{}'", name);
        if (const std::optional<std::string_view> near = nearest_word(name, names)) {
            what += fmt::format("; did you mean '{}'?", *near);
        } else {
            what += fmt::format("; there are {}", fmt::join(names, ", "));
        }
        node.fail(std::move(what));
    }
    return handler;
}

void refuse_keys(const YamlNode& node, std::initializer_list<const char*> keys,
                 std::string_view why) {
    for (const char* const key : keys) {
        if (node.at(key).there()) {
            node.at(key).fail(fmt::format("'{}' has no place here: {}", key, why));
        }
    }
}

/// Why neither the consumer nor the producer of a service takes the key.
Failure unknown_key(const std::string& key, ConfigMap first, ConfigMap last,
                    const Handler& handler) {
    if (handler.on_record == nullptr && find_config(ConfigScope::kConsumer, key) != nullptr) {
        return {fmt::format("{} is a setting of consumers, and the handler '{}' has none", key,
                            handler.name)};
    }
    if (!handler.sends() && find_config(ConfigScope::kProducer, key) != nullptr) {
        return {fmt::format("{} is a setting of producers, and the handler '{}' has none", key,
                            handler.name)};
    }
    const bool near_first = nearest_config(first.scope(), key).has_value();
    return *(near_first ? first : last).set(key, "");
}

}  // namespace

void ClientReader::read_service(const YamlNode& node) {
    node.expect_keys({"name", "handler", "http", "produces", "group", "topics", "pattern",
                      "instances", "process", "on-error", "config"});
    ServiceSetup service;
    service.name = take_name(node.need("name"));
    const Handler* handler = read_handler(node.need("handler"));
    if (handler == nullptr) {
        return;
    }
    service.handler = handler->name;
    service.instances = static_cast<int32_t>(node.at("instances").integer(1, 1, kMostInstances));
    for (int32_t number = 1; number <= service.instances; ++number) {
        take_member_name(node.at("name"), member_name(service.name, number));
    }
    service.process = read_work_time(node.at("process"));
    const std::string on_error = node.at("on-error").text("skip");
    if (on_error != "skip" && on_error != "retry") {
        node.at("on-error").fail(fmt::format("'on-error' is skip or retry, not '{}'", on_error));
    }
    service.on_error = on_error == "retry" ? OnError::kRetry : OnError::kSkip;
    read_entry(node, service, *handler);
    read_reading(node, service, *handler);
    read_writing(node, service, *handler);
    read_service_config(node.at("config"), service, *handler);
    setup_.services.push_back(std::move(service));
}

void ClientReader::read_entry(const YamlNode& node, ServiceSetup& service, const Handler& handler) {
    if (handler.on_call == nullptr) {
        refuse_keys(node, {"http"},
                    fmt::format("the handler '{}' is not called over HTTP", handler.name));
        return;
    }
    const YamlNode port = node.at("http");
    if (!port.there()) {
        node.fail(
            fmt::format("the handler '{}' is called over HTTP and needs a port, as in "
                        "'http: 8080'",
                        handler.name));
        return;
    }
    service.http = static_cast<int32_t>(port.integer(1, 1, kHighestPort));
    for (const ServiceSetup& other : setup_.services) {
        if (other.http == service.http) {
            port.fail(fmt::format("port {} is taken by {}", *service.http, other.name));
        }
    }
}

/// Services may share a group, and a service may be named like its group.
std::string ClientReader::take_service_group(const YamlNode& node, const std::string& service) {
    std::string group = node.text();
    const bool shared = std::any_of(
        setup_.services.begin(), setup_.services.end(),
        [&group](const ServiceSetup& other) { return other.group && *other.group == group; });
    return shared || group == service ? group : take_name(node);
}

void ClientReader::read_reading(const YamlNode& node, ServiceSetup& service,
                                const Handler& handler) {
    if (handler.on_record == nullptr) {
        refuse_keys(node, {"group", "topics", "pattern"},
                    fmt::format("the handler '{}' reads no records", handler.name));
        return;
    }
    if (!node.at("group").there()) {
        node.fail(fmt::format("the handler '{}' reads records and needs a 'group'", handler.name));
        return;
    }
    if (!node.at("topics").there() && !node.at("pattern").there()) {
        node.fail(fmt::format("the handler '{}' reads records and needs 'topics' or a 'pattern'",
                              handler.name));
        return;
    }
    ConsumerSetup consumer;
    consumer.group = take_service_group(node.at("group"), service.name);
    read_subscription(node, consumer);
    service.group = std::move(consumer.group);
    service.topics = std::move(consumer.topics);
    service.pattern = std::move(consumer.pattern);
}

void ClientReader::read_writing(const YamlNode& node, ServiceSetup& service,
                                const Handler& handler) const {
    const YamlNode produces = node.at("produces");
    if (!handler.produces) {
        refuse_keys(node, {"produces"},
                    handler.sends()
                        ? fmt::format("the handler '{}' names its topics itself", handler.name)
                        : fmt::format("the handler '{}' writes no records", handler.name));
    } else if (!produces.there()) {
        node.fail(fmt::format("the handler '{}' writes records and needs a topic in 'produces'",
                              handler.name));
    } else {
        service.produces = produces.text();
        check_topic(produces, *service.produces);
    }
    for (const std::string_view topic : handler.writes) {
        if (!topic.empty()) {
            check_topic(node.at("handler"), std::string(topic));
        }
    }
}

/// A key belongs to the consumer or to the producer; one that both know, to both.
void ClientReader::read_service_config(const YamlNode& node, ServiceSetup& service,
                                       const Handler& handler) {
    service.consumer_config = ConfigMap(ConfigScope::kConsumer);
    service.producer_config = ConfigMap(ConfigScope::kProducer);
    std::vector<ConfigMap*> configs;
    if (handler.on_record != nullptr) {
        configs.push_back(&service.consumer_config);
    }
    if (handler.sends()) {
        configs.push_back(&service.producer_config);
    }
    for (const YamlNode::Entry& entry : node.entries()) {
        std::optional<Failure> failure;
        bool known = false;
        for (ConfigMap* config : configs) {
            if (find_config(config->scope(), entry.key) != nullptr) {
                known = true;
                failure = failure ? failure : config->set(entry.key, entry.value.text());
            }
        }
        if (!known) {
            failure = unknown_key(entry.key, *configs.front(), *configs.back(), handler);
        }
        if (failure) {
            errors_.add(known ? entry.value.mark() : entry.key_mark, failure->what);
        }
    }
    ConsumerSetup consumer;
    consumer.group = service.group;
    consumer.config = service.consumer_config;
    if (std::optional<Failure> failure = check_consumer_config(consumer);
        failure && service.group) {
        node.fail(std::move(failure->what));
    }
    if (std::optional<Failure> failure = check_producer_config(service.producer_config)) {
        node.fail(std::move(failure->what));
    }
}

}  // namespace brokerlab
