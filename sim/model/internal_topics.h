// The topics that Kafka keeps for itself [common/internals/Topic.java].
#pragma once

#include <string_view>

namespace brokerlab {

inline constexpr std::string_view kOffsetsTopic = "__consumer_offsets";
inline constexpr std::string_view kTransactionsTopic = "__transaction_state";

[[nodiscard]] constexpr bool is_internal_topic(std::string_view name) {
    return name == kOffsetsTopic || name == kTransactionsTopic;
}

}  // namespace brokerlab
