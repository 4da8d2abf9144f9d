// Inspect group: what the inspections of a group and of its members share.
#pragma once

#include "sim/view/group_matrix.h"
#include "sim/view/inspection.h"

namespace brokerlab {

[[nodiscard]] Tone phase_tone(MemberPhase phase);
[[nodiscard]] Tone cell_tone(GroupCellState state);
/// Of a group's state as Kafka names it.
[[nodiscard]] Tone group_tone(std::string_view state);

}  // namespace brokerlab
