// What a message is, in a few words: "Produce orders-0, 12 records".
#pragma once

#include <string>

#include "sim/network/message.h"
#include "sim/world/world.h"

namespace brokerlab {

/// Its kind as Kafka names it, and the partitions, records and nodes that it is about.
[[nodiscard]] std::string message_label(const World& world, const Message& message);

}  // namespace brokerlab
