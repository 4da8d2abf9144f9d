#include "sim/script/known_names.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "sim/app/handler.h"
#include "sim/base/nearest_word.h"
#include "sim/model/config.h"
#include "sim/model/internal_topics.h"
#include "sim/model/rate.h"

namespace brokerlab {
namespace {

using Problem = std::optional<std::string>;

std::string with_hint(std::string what, std::string_view word,
                      const std::vector<std::string>& names) {
    const std::vector<std::string_view> views(names.begin(), names.end());
    if (const std::optional<std::string_view> near = nearest_word(word, views)) {
        return fmt::format("{}; did you mean '{}'?", what, *near);
    }
    return what;
}

Problem check_config(ConfigScope scope, const std::string& key, const std::string& value) {
    ConfigMap config(scope);
    if (std::optional<Failure> failure = config.set(key, value)) {
        return std::move(failure->what);
    }
    return std::nullopt;
}

}  // namespace

KnownNames::KnownNames(const Setup& setup)
    : brokers_(static_cast<int64_t>(setup.brokers.size())),
      controllers_(setup.controllers),
      auto_create_(setup.cluster_config.is_set("auto.create.topics.enable") &&
                   setup.cluster_config.boolean("auto.create.topics.enable")) {
    if (setup.cluster_config.is_set("num.partitions")) {
        default_partitions_ = static_cast<int32_t>(setup.cluster_config.integer("num.partitions"));
    }
    for (const TopicSetup& topic : setup.topics) {
        topics_[topic.name] = topic.partitions;
    }
    for (const ProducerSetup& producer : setup.producers) {
        producers_.push_back(producer.name);
    }
    for (const ConsumerSetup& consumer : setup.consumers) {
        if (!consumer.group) {
            consumers_.push_back(consumer.name);
            continue;
        }
        groups_[*consumer.group] = consumer.members;
        for (int32_t number = 1; number <= consumer.members; ++number) {
            consumers_.push_back(member_name(*consumer.group, number));
        }
    }
    for (const ServiceSetup& service : setup.services) {
        add_service(service);
    }
    if (!groups_.empty() || !service_groups_.empty()) {
        // Their coordinators make the topic, or are refused in the run.
        topics_[std::string(kOffsetsTopic)] =
            static_cast<int32_t>(setup.cluster_config.integer("offsets.topic.num.partitions"));
    }
}

void KnownNames::add_service(const ServiceSetup& service) {
    services_.push_back(service.name);
    if (service.group) {
        service_groups_.push_back(*service.group);
    }
    const Handler* handler = find_handler(service.handler);
    for (int32_t number = 1; number <= service.instances; ++number) {
        instances_.push_back(member_name(service.name, number));
        if (handler != nullptr && handler->sends()) {
            service_producers_.push_back(instances_.back());
        }
    }
}

bool KnownNames::has_topic(const std::string& topic) const {
    return topics_.contains(topic);
}

Problem KnownNames::check_topic(const std::string& topic) const {
    if (has_topic(topic) || auto_create_) {
        return std::nullopt;
    }
    std::vector<std::string> names;
    for (const auto& [name, partitions] : topics_) {
        names.push_back(name);
    }
    return with_hint(fmt::format("there is no topic '{}' here", topic), topic, names);
}

Problem KnownNames::check_broker(int64_t number) const {
    if (number >= 1 && number <= brokers_) {
        return std::nullopt;
    }
    return fmt::format("there is no broker {}; they are numbered from 1 to {}", number, brokers_);
}

Problem KnownNames::check_node(NodeId node) const {
    if (node.kind == NodeKind::kBroker) {
        return check_broker(node.number);
    }
    if (node.number >= 1 && node.number <= controllers_) {
        return std::nullopt;
    }
    return fmt::format("there is no controller {}; they are numbered from 1 to {}", node.number,
                       controllers_);
}

Problem KnownNames::check_name(const std::string& name, const std::vector<std::string>& names,
                               const std::string& kind) const {
    if (std::find(names.begin(), names.end(), name) != names.end()) {
        return std::nullopt;
    }
    return with_hint(fmt::format("there is no {} named '{}' here", kind, name), name, names);
}

/// All that `kill|start service NAME` may name: services and single instances.
std::vector<std::string> KnownNames::service_names() const {
    std::vector<std::string> names = services_;
    names.insert(names.end(), instances_.begin(), instances_.end());
    return names;
}

std::vector<std::string> KnownNames::group_names() const {
    std::vector<std::string> names;
    for (const auto& [name, members] : groups_) {
        names.push_back(name);
    }
    return names;
}

Problem KnownNames::check_end(const LinkEnd& end) const {
    if (end.kind == LinkEnd::Kind::kNode) {
        return check_node(end.node);
    }
    if (end.kind != LinkEnd::Kind::kNamed) {
        return std::nullopt;
    }
    std::vector<std::string> names = producers_;
    names.insert(names.end(), consumers_.begin(), consumers_.end());
    names.insert(names.end(), services_.begin(), services_.end());
    names.insert(names.end(), instances_.begin(), instances_.end());
    names.insert(names.end(), {"admin", "console"});
    return check_name(end.name, names, "client or service");
}

Problem KnownNames::check_partition(const TopicPartition& tp) const {
    if (Problem problem = check_topic(tp.topic)) {
        return problem;
    }
    const int32_t* partitions = topics_.find(tp.topic);
    if (partitions != nullptr && tp.partition.value >= *partitions) {
        return fmt::format("topic '{}' has no partition {}; they are numbered from 0 to {}",
                           tp.topic, tp.partition.value, *partitions - 1);
    }
    return std::nullopt;
}

/// What each command names, and creates.
struct CommandNames {
    KnownNames& known;

    Problem operator()(const NodeCommand& c) const { return known.check_node(c.node); }
    Problem operator()(const SlowDisk& c) const { return known.check_broker(c.broker.value); }
    Problem operator()(const FailDisk& c) const { return known.check_broker(c.broker.value); }
    Problem operator()(const RepairDisk& c) const { return known.check_broker(c.broker.value); }
    Problem operator()(const SetBroker& c) const {
        if (Problem problem = known.check_broker(c.broker.value)) {
            return problem;
        }
        return check_config(ConfigScope::kBroker, c.key, c.value);
    }
    Problem ends(const LinkEnd& a, const LinkEnd& b) const {
        const bool one = a.kind == LinkEnd::Kind::kNode || a.kind == LinkEnd::Kind::kNamed;
        if (one && a == b) {
            return fmt::format("a link has two ends, and '{}' stands at both", end_text(a));
        }
        if (Problem problem = known.check_end(a)) {
            return problem;
        }
        return known.check_end(b);
    }
    Problem operator()(const CutLink& c) const { return ends(c.a, c.b); }
    Problem operator()(const SlowLink& c) const { return ends(c.a, c.b); }
    Problem operator()(const LoseLink& c) const { return ends(c.a, c.b); }
    Problem operator()(const HealLink& c) const { return c.a ? ends(*c.a, *c.b) : std::nullopt; }
    Problem operator()(const MessageCommand&) const { return std::nullopt; }

    Problem operator()(const CreateTopic& c) const {
        int32_t& partitions = known.topics_[c.topic];
        partitions = std::max(partitions, c.partitions.value_or(known.default_partitions_));
        return std::nullopt;
    }
    Problem operator()(const AlterTopic& c) const {
        if (Problem problem = known.check_topic(c.topic)) {
            return problem;
        }
        int32_t& partitions = known.topics_[c.topic];
        partitions = std::max(partitions, c.partitions);
        return std::nullopt;
    }
    Problem operator()(const DeleteTopic& c) const { return known.check_topic(c.topic); }
    Problem operator()(const SetTopic& c) const {
        if (Problem problem = known.check_topic(c.topic)) {
            return problem;
        }
        return check_config(ConfigScope::kTopic, c.key, c.value);
    }
    Problem operator()(const ElectLeader& c) const { return known.check_partition(c.partition); }
    Problem operator()(const ReassignPartition& c) const {
        // A replica that is no broker gets Kafka's answer.
        return known.check_partition(c.partition);
    }
    Problem client(ClientCommand::Kind kind, const std::string& name) const {
        switch (kind) {
            case ClientCommand::Kind::kProducer: {
                std::vector<std::string> names = known.producers_;
                names.emplace_back("console");
                return known.check_name(name, names, "producer");
            }
            case ClientCommand::Kind::kConsumer:
                return known.check_name(name, known.consumers_, "consumer");
            case ClientCommand::Kind::kService:
                return known.check_name(name, known.service_names(), "service");
        }
        return std::nullopt;
    }
    Problem operator()(const ClientCommand& c) const {
        if (c.verb != ClientCommand::Verb::kAdd) {
            return client(c.kind, c.name);
        }
        if (Problem problem = known.check_name(c.name, known.group_names(), "group")) {
            return problem;
        }
        known.consumers_.push_back(member_name(c.name, ++known.groups_[c.name]));
        return std::nullopt;
    }
    Problem operator()(const SetClient& c) const {
        if (c.kind == ClientCommand::Kind::kConsumer && !known.groups_.contains(c.name)) {
            std::vector<std::string> names = known.group_names();
            names.insert(names.end(), known.consumers_.begin(), known.consumers_.end());
            if (Problem problem = known.check_name(c.name, names, "group or consumer")) {
                return problem;
            }
        } else if (c.kind != ClientCommand::Kind::kConsumer) {
            if (Problem problem = client(c.kind, c.name)) {
                return problem;
            }
        }
        if (c.kind == ClientCommand::Kind::kProducer && c.key == "rate") {
            const Outcome<Rate> rate = parse_rate(c.value);
            return rate.ok() ? std::nullopt : Problem(rate.failure().what);
        }
        return check_config(c.kind == ClientCommand::Kind::kProducer ? ConfigScope::kProducer
                                                                     : ConfigScope::kConsumer,
                            c.key, c.value);
    }
    Problem operator()(const ProduceOne& c) const { return known.check_topic(c.topic); }
    Problem operator()(const PostService& c) const {
        return known.check_name(c.service, known.services_, "service");
    }
    Problem operator()(const SetRule&) const { return std::nullopt; }
};

Problem KnownNames::check(const Command& command) {
    return std::visit(CommandNames{*this}, command);
}

Problem KnownNames::check(const Expression& expression) const {
    for (const Expression::Node& node : expression.nodes) {
        if (node.kind != Expression::Kind::kCall) {
            continue;
        }
        if (node.call.partition) {
            if (Problem problem = check_partition(*node.call.partition)) {
                return problem;
            }
        }
        if (node.call.number) {
            if (Problem problem = check_broker(*node.call.number)) {
                return problem;
            }
        }
        if (node.call.name) {
            const bool group = asks_group(node.call.query);
            std::vector<std::string> names = group ? group_names() : producers_;
            const std::vector<std::string>& more = group ? service_groups_ : service_producers_;
            names.insert(names.end(), more.begin(), more.end());
            if (!group) {
                names.emplace_back("console");
            }
            if (Problem problem =
                    check_name(*node.call.name, names, group ? "group" : "producer")) {
                return problem;
            }
        }
    }
    return std::nullopt;
}

}  // namespace brokerlab
