// KeyQueue: keys and characters between GLFW's callbacks, which come as the user types, and the
// frames, which may be slow.
#pragma once

#include <variant>
#include <vector>

namespace brokerlab {

/// A key that went down or up, as GLFW reports it.
struct KeyStroke {
    int key = 0;  ///< GLFW_KEY_*
    int scan_code = 0;
    int action = 0;     ///< GLFW_PRESS or GLFW_RELEASE
    int modifiers = 0;  ///< GLFW_MOD_*
};

/// A character that was typed: a code point.
struct TypedCharacter {
    unsigned int code_point = 0;
};

using KeyEvent = std::variant<KeyStroke, TypedCharacter>;

/// Hands what was typed to ImGui frame by frame, in its order. ImGui 1.86 looks at the state of the
/// keys once a frame: of a Ctrl+Q that was pressed and let go within one slow frame it would see
/// nothing, and of one whose Ctrl was let go in that frame only a Q.
class KeyQueue {
public:
    void push(KeyEvent event) { events_.push_back(event); }
    /// What the next frame is to see: the oldest events, to the first key that goes down and is no
    /// modifier, and short of one that was let go among them. While a text is being typed, keys
    /// that only type are no reason to stop: a text field looks at the characters.
    std::vector<KeyEvent> take(bool typing);
    /// Whether no frame has anything left to see.
    [[nodiscard]] bool empty() const { return events_.empty(); }

private:
    std::vector<KeyEvent> events_;
};

}  // namespace brokerlab
