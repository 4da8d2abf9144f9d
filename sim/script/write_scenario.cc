#include <string>
#include <vector>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "sim/kernel/duration_text.h"
#include "sim/model/rate.h"
#include "sim/script/scenario.h"
#include "sim/script/work_time_text.h"

namespace brokerlab {
namespace {

class ScenarioWriter {
public:
    std::string write(const Scenario& scenario) {
        const Setup& setup = scenario.setup;
        out_ << YAML::BeginMap;
        text("name", setup.name);
        if (!setup.about.empty()) {
            text("about", setup.about);
        }
        key("seed") << setup.seed.value;
        cluster(setup);
        network(setup.network);
        topics(setup.topics);
        producers(setup.producers);
        consumers(setup.consumers);
        services(setup.services);
        timeline(scenario.plan);
        key("until") << duration_text(scenario.until);
        expectations(scenario.expectations);
        if (scenario.recorded) {
            key("recorded") << YAML::BeginMap;
            text("engine", scenario.recorded->engine);
            text("digest", scenario.recorded->digest);
            key("ended_at") << duration_text(scenario.recorded->ended_at);
            out_ << YAML::EndMap;
        }
        out_ << YAML::EndMap;
        return std::string(out_.c_str()) + "\n";
    }

private:
    YAML::Emitter& key(const std::string& name) {
        out_ << YAML::Key << name << YAML::Value;
        return out_;
    }
    /// Texts are quoted: `yes` and `1e3` would else be read as something else.
    void text(const std::string& name, const std::string& value) {
        key(name) << YAML::DoubleQuoted << value;
    }
    void config(const ConfigMap& values) {
        if (values.values().empty()) {
            return;
        }
        key("config") << YAML::BeginMap;
        for (const auto& [name, value] : values.values()) {
            text(name, value);
        }
        out_ << YAML::EndMap;
    }

    void cluster(const Setup& setup) {
        key("cluster") << YAML::BeginMap;
        key("brokers") << YAML::BeginSeq;
        for (const BrokerSetup& broker : setup.brokers) {
            out_ << YAML::Flow << YAML::BeginMap;
            key("id") << broker.id.value;
            if (broker.rack) {
                text("rack", *broker.rack);
            }
            out_ << YAML::EndMap;
        }
        out_ << YAML::EndSeq;
        key("controllers") << setup.controllers;
        config(setup.cluster_config);
        out_ << YAML::EndMap;
    }

    void network(const NetworkSetup& network) {
        key("network") << YAML::BeginMap;
        key("latency") << duration_text(network.latency);
        key("jitter") << duration_text(network.jitter);
        if (network.bandwidth) {
            key("bandwidth") << fmt::format("{}B/s", *network.bandwidth);
        }
        out_ << YAML::EndMap;
    }

    template <class Item, class Write>
    void list(const std::string& name, const std::vector<Item>& items, Write write) {
        if (items.empty()) {
            return;
        }
        key(name) << YAML::BeginSeq;
        for (const Item& item : items) {
            out_ << YAML::BeginMap;
            write(item);
            out_ << YAML::EndMap;
        }
        out_ << YAML::EndSeq;
    }

    void topics(const std::vector<TopicSetup>& all) {
        list("topics", all, [this](const TopicSetup& topic) {
            text("name", topic.name);
            key("partitions") << topic.partitions;
            key("replication-factor") << topic.replication_factor;
            config(topic.config);
        });
    }
    void producers(const std::vector<ProducerSetup>& all) {
        list("producers", all, [this](const ProducerSetup& producer) {
            text("name", producer.name);
            text("topic", producer.topic);
            key("rate") << rate_text(producer.rate);
            if (producer.key) {
                text("key", *producer.key);
            }
            text("value", producer.value);
            key("start") << duration_text(producer.start);
            if (producer.stop) {
                key("stop") << duration_text(*producer.stop);
            }
            if (producer.count) {
                key("count") << *producer.count;
            }
            config(producer.config);
        });
    }
    void consumers(const std::vector<ConsumerSetup>& all) {
        list("consumers", all, [this](const ConsumerSetup& consumer) {
            if (consumer.group) {
                text("group", *consumer.group);
                key("members") << consumer.members;
            } else {
                text("name", consumer.name);
                key("from") << (consumer.from == StartFrom::kEarliest ? "earliest" : "latest");
            }
            if (consumer.pattern) {
                text("pattern", *consumer.pattern);
            } else {
                key("topics") << YAML::Flow << consumer.topics;
            }
            key("process") << work_time_text(consumer.process);
            key("poll") << duration_text(consumer.poll);
            config(consumer.config);
        });
    }
    void services(const std::vector<ServiceSetup>& all) {
        list("services", all, [this](const ServiceSetup& service) {
            text("name", service.name);
            text("handler", service.handler);
            if (service.http) {
                key("http") << *service.http;
            }
            if (service.produces) {
                text("produces", *service.produces);
            }
            if (service.group) {
                text("group", *service.group);
            }
            if (service.pattern) {
                text("pattern", *service.pattern);
            } else if (!service.topics.empty()) {
                key("topics") << YAML::Flow << service.topics;
            }
            key("instances") << service.instances;
            key("process") << work_time_text(service.process);
            key("on-error") << (service.on_error == OnError::kRetry ? "retry" : "skip");
            config_of(service);
        });
    }
    /// The keys of both its clients; one that both know has one value.
    void config_of(const ServiceSetup& service) {
        FlatMap<std::string, std::string> values = service.consumer_config.values();
        for (const auto& [name, value] : service.producer_config.values()) {
            values.insert_or_assign(name, value);
        }
        if (values.empty()) {
            return;
        }
        key("config") << YAML::BeginMap;
        for (const auto& [name, value] : values) {
            text(name, value);
        }
        out_ << YAML::EndMap;
    }
    void timeline(const Plan& plan) {
        list("timeline", plan.commands, [this](const PlannedCommand& planned) {
            key("at") << duration_text(planned.at);
            if (planned.after) {
                key("after") << *planned.after;
            }
            text("do", planned.text);
        });
    }
    void expectations(const std::vector<Expectation>& all) {
        list("expect", all, [this](const Expectation& expectation) {
            if (expectation.at) {
                key("at") << duration_text(*expectation.at);
            }
            text("that", expectation.that.text);
        });
    }

    YAML::Emitter out_;
};

}  // namespace

std::string write_scenario(const Scenario& scenario) {
    return ScenarioWriter().write(scenario);
}

}  // namespace brokerlab
