#include "tests/gui/app_pilot.h"

#include <gtest/gtest.h>

namespace brokerlab {
namespace {

constexpr double kFrameSeconds = 1.0 / 60;
/// Far more than any scenario of the lab takes: a test that never settles says so.
constexpr int kMostFrames = 100'000;

/// Time stands still within a frame, so the simulation's share of it never runs out.
double frozen_clock() {
    return 0;
}

}  // namespace

AppPilot::AppPilot(ScreenSize size)
    : app_({.home = BROKERLAB_SOURCE_DIR,
            .config_dir = "",
            .state_dir = "",
            .data_dir = "",
            .clock = frozen_clock,
            .screenshot = nullptr}),
      pilot_(app_.look(), size) {}

void AppPilot::open_scenario(const std::string& name) {
    const std::string path = std::string(BROKERLAB_SOURCE_DIR) + "/scenarios/" + name + ".yaml";
    if (const auto failure = app_.open_file(path)) {
        FAIL() << failure->what;
    }
    pilot_.fly([this] { app_.frame(kFrameSeconds); });
}

void AppPilot::open_lesson(const std::string& name) {
    if (const auto failure = app_.open_lesson(name)) {
        FAIL() << failure->what;
    }
    pilot_.fly([this] { app_.frame(kFrameSeconds); });
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

}  // namespace brokerlab
