// Message fields: a request or response field by field, as Kafka names them, for people to read.
#pragma once

#include "sim/network/message.h"
#include "sim/view/inspection.h"

namespace brokerlab {

/// Every field that the message has in its version, those of a structure below it, indented; long
/// lists are cut. Empty for what kernels say about a connection.
[[nodiscard]] TableSection message_fields(const Packet& packet);

}  // namespace brokerlab
