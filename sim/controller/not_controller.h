// The answer NOT_CONTROLLER, in the way in which each response carries an error.
// [clients common/requests/*.java getErrorResponse(), controller/errors/ControllerExceptions.java]
#pragma once

#include <optional>
#include <string>

#include "sim/model/envelope.h"

namespace brokerlab {

/// "The active controller appears to be node 3002.", or that there seems to be none.
[[nodiscard]] std::string not_controller_message(std::optional<BrokerId> active);

/// Nothing for a kind of request that the controller does not serve.
[[nodiscard]] std::optional<ResponseBody> not_controller_response(const RequestBody& request,
                                                                  const std::string& message);

}  // namespace brokerlab
