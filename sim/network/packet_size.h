// The size of a packet on the wire, for networks with a bandwidth.
#pragma once

#include <cstdint>

#include "sim/network/message.h"

namespace brokerlab {

/// Bytes of a request or response with its length and header, as Kafka writes them; what kernels
/// say to each other counts nothing. Costs an encoding of the message.
[[nodiscard]] int64_t packet_size(const Packet& packet);

}  // namespace brokerlab
