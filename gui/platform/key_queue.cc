#include "gui/platform/key_queue.h"

#include <algorithm>

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

namespace brokerlab {

namespace {

bool is_modifier(int key) {
    return key >= GLFW_KEY_LEFT_SHIFT && key <= GLFW_KEY_RIGHT_SUPER;
}

bool goes_down(const KeyEvent& event) {
    const auto* stroke = std::get_if<KeyStroke>(&event);
    return stroke != nullptr && stroke->action == GLFW_PRESS && !is_modifier(stroke->key);
}

}  // namespace

std::vector<KeyEvent> KeyQueue::take() {
    auto end = std::find_if(events_.begin(), events_.end(), goes_down);
    if (end != events_.end()) {
        ++end;
    }
    std::vector<KeyEvent> taken(events_.begin(), end);
    events_.erase(events_.begin(), end);
    return taken;
}

}  // namespace brokerlab
