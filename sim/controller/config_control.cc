#include "sim/controller/config_control.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "sim/controller/topic_names.h"
#include "sim/model/config.h"

namespace brokerlab {
namespace {

using Values = FlatMap<std::string, std::string>;
using Resource = IncrementalAlterConfigsRequest::Resource;

struct Refusal {
    ErrorCode error = ErrorCode::kNone;
    std::string message;
};
using MaybeRefusal = std::optional<Refusal>;

/// `name` as the number of a node; nothing when it is none.
std::optional<int32_t> parse_node_id(std::string_view name) {
    int32_t id = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
    if (error != std::errc() || end != name.data() + name.size()) {
        return std::nullopt;
    }
    return id;
}

/// "topic orders", "broker 2", "brokers" for the default of all of them.
std::string shown(const ConfigResourceKey& key) {
    if (key.type == ConfigResourceType::kTopic) {
        return "topic " + key.name;
    }
    return key.name.empty() ? "brokers" : "broker " + key.name;
}

// ---- Values

/// All of a topic's values together must make sense [LogConfig.validate].
MaybeRefusal check_topic_values(const Values& values) {
    ConfigMap checked(ConfigScope::kTopic);
    for (const auto& [key, value] : values) {
        if (find_config(ConfigScope::kTopic, key) == nullptr) {
            return Refusal{ErrorCode::kInvalidConfig, "Unknown topic config name: " + key};
        }
        if (const std::optional<Failure> failure = checked.set(key, value)) {
            return Refusal{ErrorCode::kInvalidConfig, failure->what};
        }
    }
    const int64_t least = checked.integer("min.compaction.lag.ms");
    const int64_t most = checked.integer("max.compaction.lag.ms");
    if (least > most) {
        return Refusal{ErrorCode::kInvalidConfig,
                       "conflict topic config setting min.compaction.lag.ms (" +
                           std::to_string(least) + ") > max.compaction.lag.ms (" +
                           std::to_string(most) + ")"};
    }
    return std::nullopt;
}

/// A broker takes what it knows and can change while it runs, and passes the rest by: Kafka's
/// brokers keep keys of plugins, too [DynamicBrokerConfig.validate].
MaybeRefusal check_broker_values(const Values& values) {
    ConfigMap checked(ConfigScope::kBroker);
    for (const auto& [key, value] : values) {
        const ConfigDef* def = find_config(ConfigScope::kBroker, key);
        if (def == nullptr) {
            continue;
        }
        if (!def->dynamic) {
            return Refusal{ErrorCode::kInvalidRequest,
                           "Cannot update these configs dynamically: Set(" + key + ")"};
        }
        if (const std::optional<Failure> failure = checked.set(key, value)) {
            return Refusal{ErrorCode::kInvalidRequest, failure->what};
        }
    }
    return std::nullopt;
}

// ---- Resources

/// [ControllerConfigurationValidator.validate]
MaybeRefusal check_name(const ConfigResourceKey& key) {
    if (key.type == ConfigResourceType::kTopic) {
        if (key.name.empty()) {
            return Refusal{ErrorCode::kInvalidRequest, "Default topic resources are not allowed."};
        }
        if (std::optional<std::string> wrong = invalid_topic_name(key.name)) {
            return Refusal{ErrorCode::kInvalidTopicException, *std::move(wrong)};
        }
        return std::nullopt;
    }
    if (key.name.empty()) {
        return std::nullopt;
    }
    const std::optional<int32_t> id = parse_node_id(key.name);
    if (!id) {
        return Refusal{ErrorCode::kInvalidRequest,
                       "Unable to parse broker name as a base 10 number."};
    }
    if (*id < 0) {
        return Refusal{ErrorCode::kInvalidRequest, "Invalid negative broker ID."};
    }
    return std::nullopt;
}

/// [QuorumController.ConfigResourceExistenceChecker]
MaybeRefusal check_existence(const DecisionContext& context, const ConfigResourceKey& key) {
    if (key.type == ConfigResourceType::kTopic) {
        if (context.image.find_topic(key.name) == nullptr) {
            return Refusal{ErrorCode::kUnknownTopicOrPartition,
                           "The topic '" + key.name + "' does not exist."};
        }
        return std::nullopt;
    }
    if (key.name.empty()) {
        return std::nullopt;
    }
    const BrokerId id(*parse_node_id(key.name));
    const std::vector<BrokerId>& voters = context.config.raft.voters;
    const bool is_controller = std::find(voters.begin(), voters.end(), id) != voters.end();
    if (!is_controller && context.image.find_broker(id) == nullptr) {
        return Refusal{ErrorCode::kBrokerIdNotRegistered,
                       "No node with id " + key.name + " found."};
    }
    return std::nullopt;
}

/// What is wrong with the request itself [ConfigAdminManager.preprocess].
MaybeRefusal check_form(const IncrementalAlterConfigsRequest& request, const Resource& resource) {
    const auto same = [&](const Resource& other) {
        return other.resource_type == resource.resource_type &&
               other.resource_name == resource.resource_name;
    };
    if (std::count_if(request.resources.begin(), request.resources.end(), same) > 1) {
        return Refusal{ErrorCode::kInvalidRequest, "Each resource must appear at most once."};
    }
    FlatSet<std::string> names;
    std::string nulls;
    for (const IncrementalAlterConfigsRequest::Config& config : resource.configs) {
        if (!names.insert(config.name)) {
            return Refusal{ErrorCode::kInvalidRequest, "Error due to duplicate config keys"};
        }
        if (config.config_operation != ConfigOperation::kDelete && !config.value) {
            nulls += (nulls.empty() ? "" : ", ") + config.name;
        }
    }
    if (!nulls.empty()) {
        return Refusal{ErrorCode::kInvalidRequest, "Null value not supported for : " + nulls};
    }
    if (resource.resource_type != ConfigResourceType::kTopic &&
        resource.resource_type != ConfigResourceType::kBroker) {
        return Refusal{
            ErrorCode::kInvalidRequest,
            "Unknown resource type " + std::to_string(static_cast<int>(resource.resource_type))};
    }
    return std::nullopt;
}

// ---- Changes

/// The words between commas; empty ones don't count.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        if (end > 0) {
            words.emplace_back(text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : ",") + word;
    }
    return text;
}

/// The list in `current` with the words of `change` added, or taken away.
std::string changed_list(std::string_view current, std::string_view change, bool append) {
    std::vector<std::string> words = words_of(current);
    for (std::string& word : words_of(change)) {
        const auto at = std::find(words.begin(), words.end(), word);
        if (append && at == words.end()) {
            words.push_back(std::move(word));
        } else if (!append && at != words.end()) {
            words.erase(at);
        }
    }
    return joined(words);
}

/// The changes of one resource, worked out one by one on a copy of its values.
struct ResourceChange {
    Values values;
    std::vector<ConfigRecord> records;
    MaybeRefusal refusal;
};

void change_one(ResourceChange& change, const ConfigResourceKey& key,
                const IncrementalAlterConfigsRequest::Config& config) {
    const std::string* held = change.values.find(config.name);
    const std::optional<std::string> current =
        held == nullptr ? std::nullopt : std::optional(*held);
    std::optional<std::string> wanted;
    if (config.config_operation == ConfigOperation::kSet) {
        wanted = config.value;
    } else if (config.config_operation != ConfigOperation::kDelete) {
        const bool append = config.config_operation == ConfigOperation::kAppend;
        const bool is_topic = key.type == ConfigResourceType::kTopic;
        const ConfigDef* def =
            find_config(is_topic ? ConfigScope::kTopic : ConfigScope::kBroker, config.name);
        if (def == nullptr || def->kind != ConfigKind::kList) {
            change.refusal =
                Refusal{ErrorCode::kInvalidConfig,
                        std::string("Can't ") + (append ? "APPEND" : "SUBTRACT") + " to key " +
                            config.name + " because its type is not LIST."};
            return;
        }
        wanted = changed_list(current.value_or(std::string(def->fallback)), *config.value, append);
    }
    // A broker reads its files again for a value that stays, so its record is always written.
    if (wanted == current && key.type != ConfigResourceType::kBroker) {
        return;
    }
    change.records.push_back({key.type, key.name, config.name, wanted});
    if (wanted) {
        change.values.insert_or_assign(config.name, *std::move(wanted));
    } else {
        change.values.erase(config.name);
    }
}

ResourceChange change_resource(const DecisionContext& context,
                               const IncrementalAlterConfigsRequest& request,
                               const Resource& resource) {
    const ConfigResourceKey key{resource.resource_type, resource.resource_name};
    ResourceChange change;
    change.refusal = check_form(request, resource);
    if (!change.refusal) {
        change.values = context.image.configs_of(key);
    }
    for (const IncrementalAlterConfigsRequest::Config& config : resource.configs) {
        if (!change.refusal) {
            change_one(change, key, config);
        }
    }
    if (!change.refusal) {
        change.refusal = check_name(key);
    }
    if (!change.refusal) {
        change.refusal = key.type == ConfigResourceType::kTopic
                             ? check_topic_values(change.values)
                             : check_broker_values(change.values);
    }
    if (!change.refusal) {
        change.refusal = check_existence(context, key);
    }
    return change;
}

}  // namespace

Answer<IncrementalAlterConfigsResponse> incremental_alter_configs(
    const DecisionContext& context, const IncrementalAlterConfigsRequest& request) {
    Answer<IncrementalAlterConfigsResponse> answer;
    for (const Resource& resource : request.resources) {
        ResourceChange change = change_resource(context, request, resource);
        IncrementalAlterConfigsResponse::Result result;
        result.resource_type = resource.resource_type;
        result.resource_name = resource.resource_name;
        result.error_message.reset();
        if (change.refusal) {
            result.error_code = change.refusal->error;
            result.error_message = std::move(change.refusal->message);
        } else if (!request.validate_only) {
            for (ConfigRecord& record : change.records) {
                answer.decision.facts.push_back(
                    ConfigChanged{shown({record.resource_type, record.resource_name}), record.name,
                                  record.value});
                answer.decision.records.emplace_back(std::move(record));
            }
        }
        answer.response.responses.push_back(std::move(result));
    }
    return answer;
}

TopicConfigRecords topic_config_records(const std::string& topic, const Values& configs) {
    TopicConfigRecords result;
    if (MaybeRefusal refusal = check_topic_values(configs)) {
        result.error = refusal->error;
        result.message = std::move(refusal->message);
        return result;
    }
    for (const auto& [key, value] : configs) {
        result.records.emplace_back(ConfigRecord{ConfigResourceType::kTopic, topic, key, value});
    }
    return result;
}

}  // namespace brokerlab
