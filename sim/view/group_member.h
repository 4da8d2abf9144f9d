// Whom a group counts: a client's process of now, or an earlier one of the same name.
//
// A process that is killed and started again joins with a member id of its own. Until the session
// of the earlier process ends its coordinator counts both, with one client.id. A static member's
// new process takes the place of its earlier one, so those are never told apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/world/world.h"

namespace brokerlab {

/// Whether the member that is counted under that id is of a process of the client that is gone,
/// while another one of it is there.
[[nodiscard]] bool is_of_earlier_process(const World& world, std::string_view client,
                                         std::string_view member_id,
                                         const std::optional<std::string>& instance_id);

/// "stock-3", or "the earlier process of stock-3".
[[nodiscard]] std::string member_text(const World& world, std::string_view client,
                                      std::string_view member_id,
                                      const std::optional<std::string>& instance_id);

}  // namespace brokerlab
