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

/// A key that the frame has to see going down: no modifier, and none that only types.
const KeyStroke* press_to_see(const KeyEvent& event, bool typing) {
    const auto* stroke = std::get_if<KeyStroke>(&event);
    const bool seen = stroke != nullptr && stroke->action == GLFW_PRESS &&
                      !is_modifier(stroke->key) && !(typing && only_types(*stroke));
    return seen ? stroke : nullptr;
}

bool has_key(const std::vector<KeyEvent>& events, int key) {
    return std::any_of(events.begin(), events.end(), [key](const KeyEvent& event) {
        const auto* stroke = std::get_if<KeyStroke>(&event);
        return stroke != nullptr && stroke->key == key;
    });
}

}  // namespace

std::vector<KeyEvent> KeyQueue::take(bool typing) {
    std::vector<KeyEvent> taken;
    for (const KeyEvent& event : events_) {
        const KeyStroke* press = press_to_see(event, typing);
        if (press != nullptr && has_key(taken, press->key)) {
            break;  // The frame has to see it up before it goes down again.
        }
        taken.push_back(event);
        if (press != nullptr) {
            break;
        }
    }
    events_.erase(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(taken.size()));
    return taken;
}

}  // namespace brokerlab
