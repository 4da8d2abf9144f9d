// Settings by resource: a value, its source, and what would hold without it.
#include "sim/broker/describe_configs.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/broker/metadata_requests.h"

namespace brokerlab {
namespace {

using Config = DescribeConfigsResponse::Config;
using Result = DescribeConfigsResponse::Result;
using Synonym = DescribeConfigsResponse::Synonym;
using Values = FlatMap<std::string, std::string>;

/// The broker key behind a topic key where it is not just "log." and the topic key.
struct TopicSynonym {
    std::string_view topic;
    std::string_view broker;
};
constexpr std::array kTopicSynonyms{
    TopicSynonym{"compression.gzip.level", "compression.gzip.level"},
    TopicSynonym{"compression.lz4.level", "compression.lz4.level"},
    TopicSynonym{"compression.type", "compression.type"},
    TopicSynonym{"compression.zstd.level", "compression.zstd.level"},
    TopicSynonym{"delete.retention.ms", "log.cleaner.delete.retention.ms"},
    TopicSynonym{"file.delete.delay.ms", "log.segment.delete.delay.ms"},
    TopicSynonym{"flush.messages", "log.flush.interval.messages"},
    TopicSynonym{"flush.ms", "log.flush.interval.ms"},
    TopicSynonym{"max.compaction.lag.ms", "log.cleaner.max.compaction.lag.ms"},
    TopicSynonym{"max.message.bytes", "message.max.bytes"},
    TopicSynonym{"min.cleanable.dirty.ratio", "log.cleaner.min.cleanable.ratio"},
    TopicSynonym{"min.compaction.lag.ms", "log.cleaner.min.compaction.lag.ms"},
    TopicSynonym{"min.insync.replicas", "min.insync.replicas"},
    TopicSynonym{"segment.index.bytes", "log.index.size.max.bytes"},
    TopicSynonym{"segment.jitter.ms", "log.roll.jitter.ms"},
    TopicSynonym{"segment.ms", "log.roll.ms"},
    TopicSynonym{"unclean.leader.election.enable", "unclean.leader.election.enable"},
};

std::string broker_key_of(std::string_view topic_key) {
    for (const TopicSynonym& synonym : kTopicSynonyms) {
        if (synonym.topic == topic_key) {
            return std::string(synonym.broker);
        }
    }
    return "log." + std::string(topic_key);
}

ConfigType type_of(const ConfigDef& def) {
    switch (def.kind) {
        case ConfigKind::kBoolean:
            return ConfigType::kBoolean;
        case ConfigKind::kInteger:
            return def.max > 2147483647 ? ConfigType::kLong : ConfigType::kInt;
        case ConfigKind::kDecimal:
            return ConfigType::kDouble;
        case ConfigKind::kList:
            return ConfigType::kList;
        case ConfigKind::kText:
        case ConfigKind::kChoice:
            return ConfigType::kString;
    }
    return ConfigType::kUnknown;
}

std::optional<std::string> default_of(const ConfigDef& def) {
    if (def.nullable && def.fallback.empty()) {
        return std::nullopt;
    }
    return std::string(def.fallback);
}

class Describer {
public:
    Describer(const MetadataImage& image, const ConfigMap& set_at_start, BrokerId broker)
        : static_(set_at_start),
          own_(image.configs_of({ConfigResourceType::kBroker, std::to_string(broker.value)})),
          cluster_(image.configs_of({ConfigResourceType::kBroker, std::string()})) {}

    /// Where the value of a broker key comes from, the one that holds first.
    [[nodiscard]] std::vector<Synonym> broker_sources(const std::string& key) const {
        std::vector<Synonym> sources;
        const ConfigDef* def = find_config(ConfigScope::kBroker, key);
        if (def == nullptr) {
            return sources;
        }
        add(sources, own_, key, ConfigSource::kDynamicBroker);
        add(sources, cluster_, key, ConfigSource::kDynamicDefaultBroker);
        add(sources, static_.values(), key, ConfigSource::kStaticBroker);
        if (const std::optional<std::string> fallback = default_of(*def)) {
            sources.push_back({key, fallback, ConfigSource::kDefault});
        }
        return sources;
    }

    [[nodiscard]] Config topic_entry(const ConfigDef& def, const Values& topic_values,
                                     bool with_synonyms) const {
        const std::string key(def.name);
        std::vector<Synonym> sources;
        add(sources, topic_values, key, ConfigSource::kTopic);
        for (Synonym& source : broker_sources(broker_key_of(key))) {
            sources.push_back(std::move(source));
        }
        return entry(def, std::move(sources), false, with_synonyms);
    }
    [[nodiscard]] Config broker_entry(const ConfigDef& def, bool with_synonyms) const {
        return entry(def, broker_sources(std::string(def.name)), !def.dynamic, with_synonyms);
    }
    [[nodiscard]] const Values& cluster_values() const { return cluster_; }

private:
    static void add(std::vector<Synonym>& sources, const Values& values, const std::string& key,
                    ConfigSource source) {
        if (const std::string* value = values.find(key)) {
            sources.push_back({key, *value, source});
        }
    }
    static Config entry(const ConfigDef& def, std::vector<Synonym> sources, bool read_only,
                        bool with_synonyms) {
        Config config;
        config.name = std::string(def.name);
        config.value = sources.empty() ? default_of(def) : sources.front().value;
        config.read_only = read_only;
        config.config_source = sources.empty() ? ConfigSource::kDefault : sources.front().source;
        config.config_type = type_of(def);
        config.documentation = std::nullopt;
        if (with_synonyms) {
            config.synonyms = std::move(sources);
        }
        return config;
    }

    const ConfigMap& static_;
    const Values& own_;
    const Values& cluster_;
};

bool is_wanted(const DescribeConfigsRequest::Resource& resource, std::string_view key) {
    if (!resource.configuration_keys.has_value() || resource.configuration_keys->empty()) {
        return true;
    }
    const std::vector<std::string>& keys = *resource.configuration_keys;
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

void refuse(Result& result, ErrorCode error, std::string message) {
    result.error_code = error;
    result.error_message = std::move(message);
}

void describe_topic_configs(const Describer& describer, const MetadataImage& image,
                            const DescribeConfigsRequest::Resource& resource, bool with_synonyms,
                            Result& result) {
    if (!is_valid_topic_name(resource.resource_name)) {
        refuse(result, ErrorCode::kInvalidTopicException,
               "The request attempted to perform an operation on an invalid topic.");
        return;
    }
    if (image.find_topic(resource.resource_name) == nullptr) {
        result.error_code = ErrorCode::kUnknownTopicOrPartition;
        return;
    }
    const Values& values = image.configs_of({ConfigResourceType::kTopic, resource.resource_name});
    for (const ConfigDef& def : config_defs(ConfigScope::kTopic)) {
        if (is_wanted(resource, def.name)) {
            result.configs.push_back(describer.topic_entry(def, values, with_synonyms));
        }
    }
}

void describe_broker_configs(const Describer& describer, BrokerId broker,
                             const DescribeConfigsRequest::Resource& resource, bool with_synonyms,
                             Result& result) {
    const bool of_cluster = resource.resource_name.empty();
    if (!of_cluster && resource.resource_name != std::to_string(broker.value)) {
        refuse(result, ErrorCode::kInvalidRequest,
               "Unexpected broker id, expected " + std::to_string(broker.value) +
                   " or empty string, but received " + resource.resource_name);
        return;
    }
    for (const ConfigDef& def : config_defs(ConfigScope::kBroker)) {
        const std::string* dynamic = describer.cluster_values().find(std::string(def.name));
        if (!is_wanted(resource, def.name) || (of_cluster && dynamic == nullptr)) {
            continue;
        }
        Config& config = result.configs.emplace_back(describer.broker_entry(def, with_synonyms));
        if (of_cluster) {
            config.value = *dynamic;
            config.config_source = ConfigSource::kDynamicDefaultBroker;
            std::erase_if(config.synonyms, [](const Synonym& synonym) {
                return synonym.source != ConfigSource::kDynamicDefaultBroker;
            });
        }
    }
}

}  // namespace

DescribeConfigsResponse describe_configs(const MetadataImage& image, const ConfigMap& set_at_start,
                                         BrokerId broker, const DescribeConfigsRequest& request) {
    const Describer describer(image, set_at_start, broker);
    DescribeConfigsResponse response;
    for (const DescribeConfigsRequest::Resource& resource : request.resources) {
        Result& result = response.results.emplace_back();
        result.resource_type = resource.resource_type;
        result.resource_name = resource.resource_name;
        result.error_message = std::nullopt;
        switch (resource.resource_type) {
            case ConfigResourceType::kTopic:
                describe_topic_configs(describer, image, resource, request.include_synonyms,
                                       result);
                break;
            case ConfigResourceType::kBroker:
                describe_broker_configs(describer, broker, resource, request.include_synonyms,
                                        result);
                break;
            default:
                refuse(result, ErrorCode::kInvalidRequest, "Unsupported resource type");
                break;
        }
    }
    return response;
}

}  // namespace brokerlab
