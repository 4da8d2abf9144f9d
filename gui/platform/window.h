// Window: the app on a display, by GLFW with OpenGL 3.3.
//
// Input reaches ImGui through its own back end. While nothing moves, begin() sleeps until there is
// input, so that an app that only shows costs nothing.
#pragma once

#include <memory>
#include <string>

#include "gui/platform/screen.h"

namespace brokerlab {

struct WindowPlace {
    ScreenSize size;
    std::optional<int> x;  ///< none: where the window system puts it
    std::optional<int> y;
    bool maximised = false;

    bool operator==(const WindowPlace&) const = default;
};

/// As one line of a file: "1600 1000 40 32 0".
[[nodiscard]] std::string window_place_text(const WindowPlace& place);
/// Reads it back; what is not such a line, or names no possible window, gives the default.
[[nodiscard]] WindowPlace read_window_place(const std::string& text);

class Window : public Screen {
public:
    /// Where it stands now: for the next start.
    [[nodiscard]] virtual WindowPlace place() const = 0;
    /// How many pixels the display has for one of a plain one: 2 on a fine display.
    [[nodiscard]] virtual float display_scale() const = 0;
    virtual void set_title(const std::string& title) = 0;
};

/// Whether the environment names a display at all.
[[nodiscard]] bool has_display();

/// Fails with a sentence: there is no display, or it has no OpenGL 3.3.
[[nodiscard]] Outcome<std::unique_ptr<Window>> open_window(const std::string& title,
                                                           const WindowPlace& place);

}  // namespace brokerlab
