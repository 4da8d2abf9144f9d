// BrokerStart: what a broker process is started with.
//
// It stays as it is while the process lives; what is settled later (the broker epoch, dynamic
// settings) lies elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/config.h"
#include "sim/model/ids.h"

namespace brokerlab {

struct BrokerStart {
    BrokerId id;
    std::optional<std::string> rack;
    ConfigMap config;              ///< of ConfigScope::kBroker
    std::vector<BrokerId> voters;  ///< node.ids of the controllers, sorted
    std::string cluster_id;
    uint64_t incarnation = 1;  ///< counts the starts of this broker: keys its draws

    bool operator==(const BrokerStart&) const = default;
};

/// Where every broker listens: the lab's one listener, "broker-N" port 9092.
[[nodiscard]] std::string broker_host(BrokerId id);
inline constexpr uint16_t kBrokerPort = 9092;
inline constexpr const char* kBrokerListener = "PLAINTEXT";

}  // namespace brokerlab
