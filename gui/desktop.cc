#include "gui/desktop.h"

#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>

#include <imgui.h>

#include "files/files.h"
#include "gui/app.h"
#include "gui/platform/clock.h"
#include "gui/platform/fonts.h"
#include "gui/platform/ui_context.h"
#include "gui/platform/window.h"

namespace brokerlab {
namespace {

constexpr int kBadInput = 2;
/// What the run moves on by in one frame at most: a window that hung does not leap.
constexpr double kLongestFrame = 0.1;
/// How long frames are drawn after the last input: hover cards open, scrolling ends.
constexpr double kAwakeSeconds = 0.7;
/// How long the window sleeps at a time while nothing happens; less while a cursor blinks.
constexpr double kSleepSeconds = 2;
constexpr double kBlinkSeconds = 0.2;

int failed(const Failure& failure, int status) {
    std::cerr << "brokerlab-desktop: " << failure.what << "\n";
    return status;
}

/// Where the window stood last is no preference of the person, so it has a file of its own.
std::string place_path() {
    const std::string folder = config_folder();
    return folder.empty() ? std::string() : folder + "/window.txt";
}

WindowPlace last_place() {
    const std::string path = place_path();
    if (path.empty() || !file_exists(path)) {
        return {};
    }
    const Outcome<std::string> text = read_file(path);
    return text.ok() ? read_window_place(*text) : WindowPlace();
}

std::optional<Failure> open_words(App& app, const DesktopWords& words) {
    if (!words.file.empty()) {
        return app.open_file(words.file);
    }
    if (!words.lesson.empty()) {
        return app.open_lesson(words.lesson);
    }
    return app.open_first();
}

/// Turns frames until the person has enough.
class FrameLoop {
public:
    FrameLoop(App& app, Window& window) : app_(app), window_(window) {}

    void run() {
        while (!app_.wants_quit() && !window_.close_wanted()) {
            follow_scale();
            follow_title();
            turn();
        }
    }

private:
    void follow_scale() {
        const float scale = app_.wanted_scale() * window_.display_scale();
        if (scale != scale_) {
            scale_ = scale;
            load_fonts(app_.look(), scale);
            window_.fonts_changed();
        }
    }
    void follow_title() {
        const std::string name = app_.session()->scenario().setup.name;
        if (name != title_) {
            title_ = name;
            window_.set_title(name + " - brokerlab");
        }
    }
    void turn() {
        const bool may_sleep = app_.idle() && seconds_now() > awake_until_;
        const double most = !may_sleep                     ? 0
                            : ImGui::GetIO().WantTextInput ? kBlinkSeconds
                                                           : kSleepSeconds;
        const double before = seconds_now();
        window_.begin(most);
        const double now = seconds_now();
        if (may_sleep && now - before < most * 0.95) {
            awake_until_ = now + kAwakeSeconds;  // It was woken.
        }
        const double seconds = may_sleep ? 0 : std::min(now - last_, kLongestFrame);
        last_ = now;
        ImGui::NewFrame();
        app_.frame(seconds);
        ImGui::Render();
        window_.end(app_.look().colours().page);
    }

    App& app_;
    Window& window_;
    float scale_ = 0;
    std::string title_;
    double last_ = seconds_now();
    double awake_until_ = seconds_now() + kAwakeSeconds;
};

}  // namespace

int run_desktop(const DesktopWords& words) {
    const UiContext context;
    Window* shown = nullptr;
    App app(
        {.home = find_home(),
         .config_dir = config_folder(),
         .state_dir = state_folder(),
         .data_dir = data_folder(),
         .process = 0,
         .clock = seconds_now,
         .screenshot = [&shown](const std::string& path) { return shown->save_last_frame(path); }});
    if (const auto failure = open_words(app, words)) {
        return failed(*failure, kBadInput);
    }
    // The fonts must be there before the window makes their texture; the loop makes them anew where
    // the display wants another scale.
    const FontReport fonts = load_fonts(app.look(), app.wanted_scale());
    if (!fonts.missing_packages.empty()) {
        std::cerr << "brokerlab-desktop: " << fonts.sentence() << "\n";
    }
    Outcome<std::unique_ptr<Window>> window = open_window("brokerlab", last_place());
    if (!window.ok()) {
        return failed(window.failure(), kNoWindow);
    }
    shown = window->get();
    FrameLoop(app, *shown).run();
    if (const std::string path = place_path(); !path.empty()) {
        // A window that opens at its usual place next time is not worth a sentence.
        (void)write_file(path, window_place_text(shown->place()));
    }
    app.close();
    return 0;
}

}  // namespace brokerlab
