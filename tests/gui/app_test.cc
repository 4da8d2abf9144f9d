// The app as a whole: it opens, plays and closes by keyboard, and never loses what was open.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/gui/app_pilot.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

namespace brokerlab {
namespace {

using testing::HasSubstr;

TEST(App, opens_a_scenario_at_time_0_and_rests) {
    AppPilot at;
    at.open_scenario("kill-the-leader");
    at.settle();
    EXPECT_EQ(at.session().now(), Duration());
    EXPECT_FALSE(at.session().playing());
    EXPECT_TRUE(at.app().idle());
}

TEST(App, plays_and_pauses_with_the_space_bar) {
    AppPilot at;
    at.open_scenario("kill-the-leader");
    at.pilot().key(GLFW_KEY_SPACE);
    EXPECT_TRUE(at.session().playing());
    at.pilot().frames(60);
    EXPECT_GT(at.session().now(), Duration(900'000'000));
    at.pilot().key(GLFW_KEY_SPACE);
    EXPECT_FALSE(at.session().playing());
}

TEST(App, keeps_what_is_open_when_another_file_can_not_be_read) {
    AppPilot at;
    at.open_scenario("kill-the-leader");
    at.app().carry_out(OpenFile{"/nowhere/at-all.yaml"});
    at.pilot().frames(3);
    ASSERT_TRUE(at.app().notice());
    EXPECT_TRUE(at.app().notice()->bad);
    EXPECT_THAT(at.app().notice()->text, HasSubstr("/nowhere/at-all.yaml"));
    EXPECT_EQ(at.session().scenario().setup.name, "Kill the leader");
}

TEST(App, shows_every_panel_that_it_lists) {
    AppPilot at;
    at.open_scenario("kill-the-leader");
    for (const Panel& panel : panels()) {
        EXPECT_TRUE(at.app().show_panel(panel.name)) << panel.name;
        at.pilot().frames(3);
    }
    EXPECT_FALSE(at.app().show_panel("no-such-panel"));
}

TEST(App, fits_into_small_and_large_windows) {
    for (const ScreenSize size : {ScreenSize{800, 500}, ScreenSize{3840, 2160}}) {
        AppPilot at(size);
        at.open_scenario("kill-the-leader");
        at.pilot().frames(5);
        for (const char* label : {"File", "Help", "Play", "Step fact"}) {
            const PilotItem* item = at.pilot().find(label);
            ASSERT_NE(item, nullptr) << label << " at " << size.width << " pixels";
            EXPECT_GE(item->min.x, item->clip_min.x) << label;
            EXPECT_LE(item->max.x, std::min(item->clip_max.x, static_cast<float>(size.width)))
                << label;
            EXPECT_LE(item->max.y, std::min(item->clip_max.y, static_cast<float>(size.height)))
                << label;
        }
    }
}

}  // namespace
}  // namespace brokerlab
