// Style: how ImGui's own widgets (menus, inputs, scroll bars, tables) look in a Look.
#pragma once

#include "gui/widgets/look.h"

namespace brokerlab {

/// Sets colours and measures of the current ImGui context. To be called again when the look
/// changes.
void apply_style(const Look& look);

}  // namespace brokerlab
