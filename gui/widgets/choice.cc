#include "gui/widgets/choice.h"

#include <algorithm>

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <imgui.h>

namespace brokerlab {

ChoiceKeys choose_by_keys(int& chosen, int count) {
    ChoiceKeys keys;
    const int before = chosen;
    if (!ImGui::IsWindowAppearing()) {
        const bool down = ImGui::IsKeyPressed(GLFW_KEY_DOWN);
        const bool up = ImGui::IsKeyPressed(GLFW_KEY_UP);
        chosen += (down ? 1 : 0) - (up ? 1 : 0);
        keys.entered = count > 0 && (ImGui::IsKeyPressed(GLFW_KEY_ENTER, false) ||
                                     ImGui::IsKeyPressed(GLFW_KEY_KP_ENTER, false));
    }
    chosen = std::clamp(chosen, 0, std::max(0, count - 1));
    keys.moved = chosen != before;
    return keys;
}

}  // namespace brokerlab
