// Mark look: how the kinds of marks look everywhere: a colour, an icon and a shape.
#pragma once

#include <imgui.h>

#include "gui/widgets/look.h"
#include "sim/view/lanes.h"

namespace brokerlab {

[[nodiscard]] ImU32 mark_colour(const Theme& theme, MarkKind kind);
[[nodiscard]] const char* mark_icon(MarkKind kind);
/// Draws the kind's shape. `radius` in screen pixels.
void draw_mark(ImDrawList& list, ImVec2 centre, float radius, MarkKind kind, ImU32 colour);

}  // namespace brokerlab
