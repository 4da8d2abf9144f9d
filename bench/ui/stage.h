// Stage: the desktop app without a window, for the benchmarks: frames are built as in the window,
// and drawn into memory where a benchmark wants pixels.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <imgui.h>

#include "gui/app.h"
#include "gui/platform/fonts.h"
#include "gui/platform/gl.h"
#include "gui/platform/headless.h"
#include "gui/platform/ui_context.h"
#include "sim/base/check.h"

namespace brokerlab {

inline constexpr ScreenSize kStageSize{1600, 1000};
inline constexpr double kStageFrame = 1.0 / 60;

/// Seconds of a clock on the wall.
inline double wall_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

class Stage {
public:
    /// Opens a scenario file or a lesson by its name.
    Stage(const std::string& what, bool pixels) {
        const bool file = what.ends_with(".yaml");
        BL_CHECK(!(file ? app_.open_file(what) : app_.open_lesson(what)));
        load_fonts(app_.look(), 1);
        if (pixels) {
            Outcome<std::unique_ptr<Screen>> screen = open_headless(kStageSize);
            BL_CHECK(screen.ok());
            screen_ = *std::move(screen);
        }
    }

    [[nodiscard]] App& app() { return app_; }
    [[nodiscard]] Session& session() { return *app_.session(); }

    void go_to(Duration at) {
        session().go_to(at);
        while (session().busy()) {
            session().advance(1, 1, wall_seconds);
        }
    }
    /// Moves the run on by a frame's time, as far as that takes.
    void play_a_frame() { session().advance(kStageFrame, 10, wall_seconds); }

    /// Builds a frame; `seconds` of the run pass in it.
    void build(double seconds) {
        if (screen_) {
            screen_->begin(0);
        } else {
            ImGuiIO& io = ImGui::GetIO();
            // As the app's own back end can: more corners than 16 bits count.
            io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
            io.DisplaySize = {static_cast<float>(kStageSize.width),
                              static_cast<float>(kStageSize.height)};
            io.DeltaTime = static_cast<float>(kStageFrame);
        }
        ImGui::NewFrame();
        app_.frame(seconds);
        ImGui::Render();
    }
    /// Draws the frame and waits until its pixels are there.
    void draw() {
        screen_->end(app_.look().colours().page);
        uint32_t pixel = 0;
        gl::ReadPixels(0, 0, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, &pixel);
    }

private:
    UiContext context_;
    App app_{AppOptions{.home = BROKERLAB_SOURCE_DIR,
                        .config_dir = "",
                        .state_dir = "",
                        .data_dir = "",
                        .clock = wall_seconds,
                        .screenshot = nullptr}};
    std::unique_ptr<Screen> screen_;
};

}  // namespace brokerlab
