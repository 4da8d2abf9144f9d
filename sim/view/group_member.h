// Whom a group counts: a client's process of now, or an earlier one of the same name.
//
// A process that is killed and started again joins with a member id of its own. Until the session
// of the earlier process ends its coordinator counts both, with one client.id. A static member's
// new process takes the place of its earlier one, so those are never told apart. Does not model: a
// client that was started again and since then got another member id; its first one is taken for
// its earlier process's.
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

/// The client that has or had that member id: as the group's coordinator has it now, or the one
/// whose group.instance.id begins the id; `otherwise` where neither tells.
[[nodiscard]] std::string client_of_member(const World& world, std::string_view group,
                                           std::string_view member_id, std::string otherwise);

/// "stock-3", or "the earlier process of stock-3".
[[nodiscard]] std::string member_text(const World& world, std::string_view client,
                                      std::string_view member_id,
                                      const std::optional<std::string>& instance_id);

}  // namespace brokerlab
