#include "tests/gui/app_pilot.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "files/files.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

namespace brokerlab {
namespace {

constexpr double kFrameSeconds = 1.0 / 60;
/// Far more than any scenario of the lab takes: a test that never settles says so.
constexpr int kMostFrames = 100'000;

/// No process of the system has so high a number: what such an app leaves is left by a crash.
int64_t next_process() {
    static int64_t process = 500'000'000;
    return ++process;
}

AppOptions options_of(const TestFolder* folder, const std::string& home = {}) {
    const auto at = [&](const char* name) { return folder ? folder->at(name) : std::string(); };
    return {.home = home.empty() ? BROKERLAB_SOURCE_DIR : home,
            .config_dir = at("config"),
            .state_dir = at("state"),
            .data_dir = at("data"),
            .process = 0,
            .clock = nullptr,
            .screenshot = nullptr};
}

/// Time stands still within a frame, so the simulation's share of it never runs out.
AppOptions on_clock(AppOptions options, const double& seconds, int64_t process) {
    options.clock = [&seconds] { return seconds; };
    options.process = process;
    return options;
}

}  // namespace

AppPilot::AppPilot(AppOptions options, ScreenSize size)
    : process_(next_process()),
      app_(on_clock(std::move(options), seconds_, process_)),
      pilot_(app_.look(), size) {}

AppPilot::AppPilot(ScreenSize size) : AppPilot(options_of(nullptr), size) {}

AppPilot::AppPilot(const TestFolder& folder, ScreenSize size, const std::string& home)
    : AppPilot(options_of(&folder, home), size) {}

void AppPilot::fly() {
    pilot_.fly([this] {
        seconds_ += kFrameSeconds;
        app_.frame(kFrameSeconds);
    });
}

void AppPilot::wait(int seconds) {
    pilot_.frames(seconds * 60);
}

std::string AppPilot::autosave() const {
    return fmt::format("state/autosave-{}.yaml", process_);
}

void AppPilot::open_file(const std::string& path) {
    if (const auto failure = app_.open_file(path)) {
        FAIL() << failure->what;
    }
    fly();
}

void AppPilot::open_scenario(const std::string& name) {
    open_file(fmt::format("{}/scenarios/{}.yaml", BROKERLAB_SOURCE_DIR, name));
}

void AppPilot::open_lesson(const std::string& name) {
    if (const auto failure = app_.open_lesson(name)) {
        FAIL() << failure->what;
    }
    fly();
}

void AppPilot::settle() {
    for (int i = 0; i < kMostFrames; ++i) {
        pilot_.frames();
        if (app_.idle()) {
            return;
        }
    }
    ADD_FAILURE() << "the app does not come to rest";
}

void AppPilot::give(const std::string& command) {
    pilot_.key(GLFW_KEY_K, {.ctrl = true});
    ASSERT_TRUE(ui().palette.open);
    pilot_.type(command);
    pilot_.key(GLFW_KEY_ENTER);
    EXPECT_FALSE(ui().palette.open) << "the palette has nothing for '" << command << "'";
}

void AppPilot::click_in_panel(const std::string& label) {
    // A step of the wheel is less than the least height of a panel.
    constexpr int kMostSteps = 60;
    for (int i = 0; i < kMostSteps; ++i) {
        const PilotItem* item = pilot_.find(label);
        if (item == nullptr) {
            break;
        }
        // Wholly in sight, so that nothing lies over its middle.
        const bool above = item->min.y < item->clip_min.y;
        const bool below = item->max.y > item->clip_max.y;
        if (above == below) {
            break;
        }
        pilot_.wheel_at(
            {(item->clip_min.x + item->clip_max.x) / 2, (item->clip_min.y + item->clip_max.y) / 2},
            above ? 1.0F : -1.0F);
    }
    pilot_.click(label);
}

std::string AppPilot::notice() const {
    return app_.notice() ? app_.notice()->text : std::string();
}

TestFolder::TestFolder() {
    std::string pattern = testing::TempDir() + "brokerlab-XXXXXX";
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    path_ = pattern;
}

TestFolder::~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string TestFolder::text_of(const std::string& name) const {
    const Outcome<std::string> text = read_file(at(name));
    return text.ok() ? *text : std::string();
}

void TestFolder::write(const std::string& name, const std::string& text) const {
    ASSERT_FALSE(write_file(at(name), text));
}

}  // namespace brokerlab
