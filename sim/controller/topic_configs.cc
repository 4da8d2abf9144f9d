#include "sim/controller/topic_configs.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "sim/model/config.h"

namespace brokerlab {
namespace {

/// A broker's key that a topic's key falls back on, and how many of the topic's units its own is.
struct Synonym {
    std::string_view broker_key;
    int64_t factor = 1;
};
struct Synonyms {
    std::string_view topic_key;
    std::array<Synonym, 3> brokers;  ///< the first one that is set holds
};

constexpr int64_t kMsPerMinute = 60'000;
constexpr int64_t kMsPerHour = 3'600'000;

/// The keys whose broker's name is not `log.` with the topic's [ServerTopicConfigSynonyms.java].
constexpr Synonyms kSynonyms[] = {
    {"cleanup.policy", {{{"log.cleanup.policy"}}}},
    {"compression.gzip.level", {{{"compression.gzip.level"}}}},
    {"compression.lz4.level", {{{"compression.lz4.level"}}}},
    {"compression.type", {{{"compression.type"}}}},
    {"compression.zstd.level", {{{"compression.zstd.level"}}}},
    {"delete.retention.ms", {{{"log.cleaner.delete.retention.ms"}}}},
    {"file.delete.delay.ms", {{{"log.segment.delete.delay.ms"}}}},
    {"flush.messages", {{{"log.flush.interval.messages"}}}},
    {"flush.ms", {{{"log.flush.interval.ms"}, {"log.flush.scheduler.interval.ms"}}}},
    {"max.compaction.lag.ms", {{{"log.cleaner.max.compaction.lag.ms"}}}},
    {"max.message.bytes", {{{"message.max.bytes"}}}},
    {"min.cleanable.dirty.ratio", {{{"log.cleaner.min.cleanable.ratio"}}}},
    {"min.compaction.lag.ms", {{{"log.cleaner.min.compaction.lag.ms"}}}},
    {"min.insync.replicas", {{{"min.insync.replicas"}}}},
    {"retention.ms",
     {{{"log.retention.ms"},
       {"log.retention.minutes", kMsPerMinute},
       {"log.retention.hours", kMsPerHour}}}},
    {"segment.index.bytes", {{{"log.index.size.max.bytes"}}}},
    {"segment.jitter.ms", {{{"log.roll.jitter.ms"}, {"log.roll.jitter.hours", kMsPerHour}}}},
    {"segment.ms", {{{"log.roll.ms"}, {"log.roll.hours", kMsPerHour}}}},
    {"unclean.leader.election.enable", {{{"unclean.leader.election.enable"}}}},
};

struct Found {
    std::string value;
    ConfigSource source = ConfigSource::kDefault;
};

std::string in_units_of_topic(const std::string& value, int64_t factor) {
    return factor == 1 ? value : std::to_string(std::stoll(value) * factor);
}

/// What the brokers say of one key of theirs: this controller's dynamic value, the cluster's, and
/// what it was started with.
std::optional<Found> broker_setting(const DecisionContext& context, const std::string& key) {
    const std::pair<std::string, ConfigSource> layers[] = {
        {std::to_string(node_id_of(context.env.self).value), ConfigSource::kDynamicBroker},
        {"", ConfigSource::kDynamicDefaultBroker},
    };
    for (const auto& [name, source] : layers) {
        const std::string* value =
            context.image.configs_of({ConfigResourceType::kBroker, name}).find(key);
        if (value != nullptr) {
            return Found{*value, source};
        }
    }
    const std::string* value = context.config.values.values().find(key);
    if (value != nullptr) {
        return Found{*value, ConfigSource::kStaticBroker};
    }
    return std::nullopt;
}

Found effective(const DecisionContext& context, const FlatMap<std::string, std::string>& set,
                const ConfigDef& key) {
    if (const std::string* value = set.find(key.name)) {
        return {*value, ConfigSource::kTopic};
    }
    const auto* known = std::find_if(std::begin(kSynonyms), std::end(kSynonyms),
                                     [&](const Synonyms& s) { return s.topic_key == key.name; });
    if (known == std::end(kSynonyms)) {
        const auto found = broker_setting(context, "log." + std::string(key.name));
        return found ? *found : Found{std::string(key.fallback)};
    }
    for (const Synonym& synonym : known->brokers) {
        const auto found = broker_setting(context, std::string(synonym.broker_key));
        if (found) {
            return {in_units_of_topic(found->value, synonym.factor), found->source};
        }
    }
    return {std::string(key.fallback)};
}

}  // namespace

std::vector<CreateTopicsResponse::Config> effective_topic_configs(
    const DecisionContext& context, const FlatMap<std::string, std::string>& set) {
    std::vector<CreateTopicsResponse::Config> configs;
    for (const ConfigDef& key : config_defs(ConfigScope::kTopic)) {
        Found found = effective(context, set, key);
        CreateTopicsResponse::Config config;
        config.name = std::string(key.name);
        config.value = std::move(found.value);
        config.config_source = found.source;
        configs.push_back(std::move(config));
    }
    std::sort(configs.begin(), configs.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return configs;
}

}  // namespace brokerlab
