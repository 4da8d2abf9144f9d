// Explain text: wordings that the explanations share.
#pragma once

#include <string>

#include "sim/network/message.h"
#include "sim/world/world.h"

namespace brokerlab {

/// "message 17, Produce request from till to broker 1".
[[nodiscard]] std::string message_text(const World& world, const Message& message);

/// The same without its number: "Produce request from till to broker 1".
[[nodiscard]] std::string packet_text(const World& world, const Message& message);

/// "till", "broker 2": whoever it is, also one that is not there.
[[nodiscard]] std::string who_text(const World& world, NodeId node);

}  // namespace brokerlab
