// Names of topics: which ones Kafka takes, and which two it can't tell apart.
// [clients common/internals/Topic.java]
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace brokerlab {

/// The topic of the metadata log: nobody may create it.
inline constexpr std::string_view kClusterMetadataTopic = "__cluster_metadata";

/// What is wrong with the name, as the message of INVALID_TOPIC_EXCEPTION; nothing when it is fine:
/// 1 to 249 letters, digits, dots, underscores and dashes, not "." and not "..".
[[nodiscard]] std::optional<std::string> invalid_topic_name(std::string_view name);

/// Whether two different names become one in the names of metrics, where a dot and an underscore
/// are the same.
[[nodiscard]] bool topic_names_collide(std::string_view a, std::string_view b);

}  // namespace brokerlab
