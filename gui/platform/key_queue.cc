#include "gui/platform/key_queue.h"

#include <algorithm>

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

namespace brokerlab {

namespace {

bool is_modifier(int key) {
    return key >= GLFW_KEY_LEFT_SHIFT && key <= GLFW_KEY_RIGHT_SUPER;
}

bool only_types(const KeyStroke& stroke) {
    constexpr int kCommands = GLFW_MOD_CONTROL | GLFW_MOD_ALT | GLFW_MOD_SUPER;
    return stroke.key < GLFW_KEY_ESCAPE && (stroke.modifiers & kCommands) == 0;
}

/// Whether the frame has to end with it.
bool has_to_be_seen(const KeyEvent& event, bool typing) {
    const auto* stroke = std::get_if<KeyStroke>(&event);
    return stroke != nullptr && stroke->action == GLFW_PRESS && !is_modifier(stroke->key) &&
           !(typing && only_types(*stroke));
}

}  // namespace

std::vector<KeyEvent> KeyQueue::take(bool typing) {
    auto end = std::find_if(events_.begin(), events_.end(), [typing](const KeyEvent& event) {
        return has_to_be_seen(event, typing);
    });
    if (end != events_.end()) {
        ++end;
    }
    std::vector<KeyEvent> taken(events_.begin(), end);
    events_.erase(events_.begin(), end);
    return taken;
}

}  // namespace brokerlab
