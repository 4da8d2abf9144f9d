// The settings that a topic goes by, each with where it comes from.
#pragma once

#include <string>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/controller/replication_control.h"

namespace brokerlab {

/// Every key of a topic by name: what was set for the topic, else the brokers' setting that stands
/// in for it, else the default [ConfigurationControlManager.computeEffectiveTopicConfigs].
[[nodiscard]] std::vector<CreateTopicsResponse::Config> effective_topic_configs(
    const DecisionContext& context, const FlatMap<std::string, std::string>& set);

}  // namespace brokerlab
