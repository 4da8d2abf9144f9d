// What of an answer is an error, for the fact that a request of a group was refused.
//
// Internal to the coordinator; group_error() and write_error() of coordinator.h stand in the same
// file.
#pragma once

#include <string>

#include "sim/group/coordinator.h"
#include "sim/model/envelope.h"

namespace brokerlab {

/// The first error that the answer carries anywhere; kNone when it carries none.
[[nodiscard]] ErrorCode error_of(const ResponseBody& body);

/// States the fact for each answer of the turn that is an error, once.
void state_refusals(const std::string& group, GroupTurn& turn);

}  // namespace brokerlab
