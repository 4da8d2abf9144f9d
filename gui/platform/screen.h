// Screen: where the app's frames are shown: a window, or memory.
//
// A frame: begin(), ImGui::NewFrame(), the app, ImGui::Render(), end(). An ImGui context with its
// fonts must be there before a screen is made (ui_context.h) and outlives it.
#pragma once

#include <optional>
#include <string>

#include <imgui.h>

#include "sim/base/outcome.h"

namespace brokerlab {

/// In screen pixels.
struct ScreenSize {
    int width = 1600;
    int height = 1000;

    bool operator==(const ScreenSize&) const = default;
};

/// The app can't show its parts in less.
inline constexpr ScreenSize kLeastScreen = {800, 500};

class Screen {
public:
    Screen() = default;
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;
    virtual ~Screen() = default;

    [[nodiscard]] virtual ScreenSize size() const = 0;
    /// Takes input in; where there is none, waits for it up to so many seconds. `seconds` of a
    /// frame are measured where a person watches and fixed where nobody does.
    virtual void begin(double wait_seconds) = 0;
    /// Draws what ImGui has made over the colour of the page, and shows it.
    void end(ImU32 page);
    /// Draws the last frame once more and writes it as a PNG file. To be called outside a frame, or
    /// within one before the first window of it.
    [[nodiscard]] std::optional<Failure> save_last_frame(const std::string& path);
    /// The person wants the window closed.
    [[nodiscard]] virtual bool close_wanted() const { return false; }
    /// The font atlas was made anew.
    void fonts_changed();

protected:
    virtual void show() {}

private:
    void draw();

    /// ImGui's lists of the last frame: they hold until their windows begin anew.
    ImDrawData last_;
    ImU32 page_ = 0;
    ScreenSize last_size_;
};

}  // namespace brokerlab
