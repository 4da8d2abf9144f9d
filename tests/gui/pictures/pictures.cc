// Pictures of the app for people to look at: every panel at three sizes in both themes.
//
// Written to the folder that the command line names, as SIZE-THEME-PANEL.png, from one moment of
// the first lesson at which broker 2 is down and fenced; that of a group from a scenario of its
// own, while a member that has crashed still counts. Fails when a picture can't be made, when it
// shows next to nothing, or when two panels give the same picture: then one does not show. Whether
// they are beautiful it can't tell.
#include <array>
#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>
#include <imgui.h>
#include <stb_image.h>
#include <stb_image_write.h>

#include "gui/app.h"
#include "gui/platform/clock.h"
#include "gui/platform/fonts.h"
#include "gui/platform/headless.h"
#include "gui/platform/ui_context.h"

namespace brokerlab {
namespace {

/// ImGui settles sizes within a few frames; only the last is drawn.
constexpr int kSettleFrames = 5;
/// Less than these is no picture of the app: a blank window, or one without its words.
constexpr std::size_t kLeastColours = 200;
constexpr double kMostOfOneColour = 0.95;

struct Size {
    ScreenSize pixels;
    float scale = 1;
};
constexpr std::array kSizes{Size{{800, 500}, 1}, Size{{1600, 1000}, 1}, Size{{3840, 2160}, 2}};

/// What is selected while a panel is shown; each other, so that no two pictures are the same.
std::string_view selected_for(const Panel& panel) {
    switch (panel.place) {
        case PanelPlace::kLeft:
        case PanelPlace::kCentre:
            return "";
        case PanelPlace::kBottom:
            return "controller 1";
        case PanelPlace::kRight:
            return "orders-0";
        case PanelPlace::kSide:
        case PanelPlace::kDrawer:
        case PanelPlace::kOverlay:
            break;
    }
    return "broker 2";
}

void run_to(Session& session, Duration at) {
    session.go_to(at);
    while (session.busy()) {
        session.advance(1, 1, seconds_now);
    }
}

std::optional<std::string> play_the_story(App& app) {
    if (const std::optional<Failure> failure = app.open_lesson("10-kill-a-broker")) {
        return failure->what;
    }
    Session& session = *app.session();
    run_to(session, 5_s);
    if (const std::optional<Notice> notice = session.give("kill broker 2"); notice && notice->bad) {
        return notice->text;
    }
    run_to(session, 15_s);
    return std::nullopt;
}

/// A third member has joined, and the first has crashed 20 s ago.
std::optional<std::string> play_the_group(App& app) {
    if (const std::optional<Failure> failure =
            app.open_file(BROKERLAB_SOURCE_DIR "/scenarios/group-scales-and-loses-a-member.yaml")) {
        return failure->what;
    }
    run_to(*app.session(), 60_s);
    return std::nullopt;
}

/// One frame of the app, without its pixels.
void make_frame(App& app, Screen& screen) {
    screen.begin(0);
    ImGui::NewFrame();
    app.frame(0);
    ImGui::Render();
}

/// One picture: a panel, and what is selected meanwhile.
struct Shot {
    const Panel& panel;
    std::string_view name;
    std::string_view selected;
};

std::vector<Shot> all_panels() {
    std::vector<Shot> shots;
    for (const Panel& panel : panels()) {
        if (panel.name != "group") {
            shots.push_back({panel, panel.name, selected_for(panel)});
        }
    }
    return shots;
}

std::vector<Shot> of_a_group() {
    std::vector<Shot> shots;
    for (const Panel& panel : panels()) {
        if (panel.name == "group") {
            shots.push_back({panel, "group", "group stock"});
        } else if (panel.name == "cluster") {
            shots.push_back({panel, "cluster-with-a-group", "stock-2"});
        } else if (panel.name == "waits") {
            shots.push_back({panel, "waits-of-a-group", "group stock"});
        }
    }
    return shots;
}

void show(App& app, const Shot& shot) {
    app.ui() = UiState{};
    app.ui().lesson_open = shot.panel.place == PanelPlace::kLeft;
    (void)app.show_panel(shot.panel.name);
    const std::optional<Thing> thing =
        parse_thing(app.session()->timeline().world(), std::string(shot.selected));
    app.carry_out(Select{thing.value_or(Thing())});
}

/// What is wrong with a picture, if anything; else its digest is added to those of its size.
class Inspector {
public:
    std::optional<std::string> look_at(const std::string& path, ScreenSize size,
                                       std::string_view panel) {
        int width = 0;
        int height = 0;
        int channels = 0;
        const std::unique_ptr<unsigned char, void (*)(void*)> data(
            stbi_load(path.c_str(), &width, &height, &channels, 4), stbi_image_free);
        if (!data || width != size.width || height != size.height) {
            return "is no picture of its size";
        }
        const std::size_t pixels =
            static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
        std::unordered_map<uint32_t, std::size_t> colours;
        uint64_t digest = 14695981039346656037U;
        for (std::size_t i = 0; i < pixels; ++i) {
            const unsigned char* at = data.get() + i * 4;
            const uint32_t colour = static_cast<uint32_t>(at[0]) << 16U |
                                    static_cast<uint32_t>(at[1]) << 8U |
                                    static_cast<uint32_t>(at[2]);
            digest = (digest ^ colour) * 1099511628211U;
            if (i % 7 == 0) {
                ++colours[colour];
            }
        }
        if (colours.size() < kLeastColours) {
            return fmt::format("has {} colours only", colours.size());
        }
        for (const auto& [colour, count] : colours) {
            if (static_cast<double>(count) > kMostOfOneColour * static_cast<double>(pixels) / 7) {
                return fmt::format("is almost all of the colour {:06x}", colour);
            }
        }
        const auto [before, is_new] = seen_.emplace(digest, panel);
        if (!is_new) {
            return fmt::format("is the same as that of {}", before->second);
        }
        return std::nullopt;
    }

private:
    std::map<uint64_t, std::string> seen_;
};

/// How many pictures of this size are not as they should be.
int make_pictures(App& app, const Size& size, const std::vector<Shot>& shots,
                  const std::string& folder) {
    load_fonts(app.look(), size.scale);
    app.preferences().scale = size.scale;
    Outcome<std::unique_ptr<Screen>> screen = open_headless(size.pixels);
    if (!screen.ok()) {
        std::cerr << screen.failure().what << "\n";
        return 1;
    }
    int wrong = 0;
    Inspector inspector;
    for (const ThemeName theme : {ThemeName::kDark, ThemeName::kLight}) {
        app.preferences().theme = theme;
        for (const Shot& shot : shots) {
            show(app, shot);
            for (int i = 0; i < kSettleFrames; ++i) {
                make_frame(app, **screen);
            }
            (*screen)->end(app.look().colours().page);
            const std::string path =
                fmt::format("{}/{}x{}-{}-{}.png", folder, size.pixels.width, size.pixels.height,
                            theme == ThemeName::kDark ? "dark" : "light", shot.name);
            const std::optional<Failure> failure = (*screen)->save_last_frame(path);
            const std::optional<std::string> fault =
                failure ? failure->what : inspector.look_at(path, size.pixels, shot.name);
            if (fault) {
                std::cerr << path << " " << *fault << "\n";
                ++wrong;
            }
        }
    }
    return wrong;
}

int make_all_pictures(const std::string& folder) {
    const UiContext context;
    App app({.home = BROKERLAB_SOURCE_DIR,
             .config_dir = "",
             .state_dir = "",
             .data_dir = "",
             .clock = seconds_now,
             .screenshot = nullptr});
    if (const std::optional<std::string> wrong = play_the_story(app)) {
        std::cerr << *wrong << "\n";
        return 1;
    }
    // Most of the time would go into packing: larger files will do here.
    stbi_write_png_compression_level = 1;
    stbi_write_force_png_filter = 1;
    int wrong = 0;
    for (const Size& size : kSizes) {
        wrong += make_pictures(app, size, all_panels(), folder);
    }
    if (const std::optional<std::string> fault = play_the_group(app)) {
        std::cerr << *fault << "\n";
        return 1;
    }
    for (const Size& size : kSizes) {
        wrong += make_pictures(app, size, of_a_group(), folder);
    }
    return wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace brokerlab

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: gui_pictures FOLDER\n";
        return 2;
    }
    return brokerlab::make_all_pictures(argv[1]);
}
