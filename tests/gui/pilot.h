// Pilot: a person at the app, for tests: finds what is on the screen by its label and uses mouse
// and keyboard on it, frame by frame, without a window.
//
// A label is "Play", "Window//Play" where it is ambiguous, or with its "##" suffix; of several the
// nth. What is not found, can't be seen, is covered by something else or is disabled fails the test
// with a sentence; so do two items that share an id, of which ImGui would press neither.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <imgui.h>

#include "gui/platform/screen.h"
#include "gui/platform/ui_context.h"
#include "gui/widgets/look.h"

struct ImGuiWindow;

namespace brokerlab {

/// Something that can be pressed, as it was in the last frame.
struct PilotItem {
    std::string window;  ///< name of its root window
    std::string label;
    ImVec2 min;
    ImVec2 max;
    ImVec2 clip_min;  ///< what of its window can be seen
    ImVec2 clip_max;
    bool disabled = false;
    bool scrolls = false;                ///< its window, or one around it, has more than it shows
    const ImGuiWindow* owner = nullptr;  ///< the window, or child of one, that it is in

    [[nodiscard]] ImVec2 centre() const;
    [[nodiscard]] bool visible() const;
};

/// Modifiers of a key.
struct PilotKeys {
    bool ctrl = false;
    bool shift = false;
    bool alt = false;
};

class Pilot {
public:
    /// Makes the ImGui context with the app's fonts in `look`.
    Pilot(Look& look, ScreenSize size);
    ~Pilot();
    Pilot(const Pilot&) = delete;
    Pilot& operator=(const Pilot&) = delete;

    /// What a frame is: called between ImGui::NewFrame() and ImGui::Render().
    void fly(std::function<void()> frame);
    void frames(int count = 1);

    [[nodiscard]] const std::vector<PilotItem>& items() const;
    [[nodiscard]] const PilotItem* find(std::string_view label, std::size_t nth = 0) const;
    [[nodiscard]] bool sees(std::string_view label) const;

    void hover(std::string_view label, std::size_t nth = 0);
    void click(std::string_view label, std::size_t nth = 0);
    void right_click(std::string_view label, std::size_t nth = 0);
    void double_click(std::string_view label, std::size_t nth = 0);
    /// From the item's centre, by so many pixels.
    void drag(std::string_view label, ImVec2 by);
    /// From a place within an item, as shares of its size, to another.
    void drag_within(std::string_view label, ImVec2 from, ImVec2 to);
    void click_within(std::string_view label, ImVec2 at);
    void wheel(std::string_view label, float steps, bool ctrl = false);
    void wheel_at(ImVec2 at, float steps);
    void click_at(ImVec2 at);
    void right_click_at(ImVec2 at);
    /// A key by its code of GLFW.
    void key(int glfw_key, PilotKeys with = {});
    /// Keeps it down for so many frames.
    void hold_key(int glfw_key, int frames_down);
    void type(std::string_view text);

private:
    const PilotItem* need(std::string_view label, std::size_t nth);
    /// Where the mouse reaches the item that need() finds: as near to its middle as can be.
    std::optional<ImVec2> spot(std::string_view label, std::size_t nth);
    void press(int mouse_button, ImVec2 at);

    UiContext context_;
    ScreenSize size_;
    std::function<void()> frame_;
    ImVec2 mouse_ = {-1e6F, -1e6F};
    bool down_[3] = {};
    float wheel_ = 0;
    std::optional<int> key_;
    PilotKeys with_;
    std::string typed_;
};

}  // namespace brokerlab
