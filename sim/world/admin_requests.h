// The request that `admin` sends for a command of administration. [clients/admin/KafkaAdminClient]
#pragma once

#include <optional>

#include "sim/model/commands.h"
#include "sim/model/envelope.h"

namespace brokerlab {

/// Nothing for a command that is not administration.
[[nodiscard]] std::optional<RequestBody> admin_request(const Command& command);

}  // namespace brokerlab
