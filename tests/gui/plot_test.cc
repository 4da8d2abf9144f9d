// Plots: axes of round values, and a click that names its moment.
#include "gui/widgets/plot.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "gui/widgets/style.h"
#include "tests/gui/pilot.h"

namespace brokerlab {
namespace {

TEST(Ticks, stand_at_round_values) {
    EXPECT_DOUBLE_EQ(tick_step(60, 4), 20);
    EXPECT_DOUBLE_EQ(tick_step(10, 5), 2);
    EXPECT_DOUBLE_EQ(tick_step(1, 4), 0.5);
    EXPECT_DOUBLE_EQ(tick_step(35'000, 5), 10'000);
    EXPECT_DOUBLE_EQ(tick_step(0, 5), 1);
    EXPECT_DOUBLE_EQ(tick_step(std::nan(""), 5), 1);
}

TEST(Ticks, of_counted_values_are_whole_from_0_to_1_on) {
    EXPECT_DOUBLE_EQ(value_step(0, true), 1);
    EXPECT_DOUBLE_EQ(value_step(1, true), 1);
    EXPECT_DOUBLE_EQ(value_step(3, true), 1);
    EXPECT_DOUBLE_EQ(value_step(40, true), 10);
    EXPECT_DOUBLE_EQ(value_step(1, false), 0.5);
    // Nothing but zeros: not three lines that all say 0.
    EXPECT_DOUBLE_EQ(value_step(0, false), 1);
}

TEST(Plot, keeps_its_last_label_within_its_edge) {
    Look look;
    Pilot pilot(look, {640, 480});
    const std::vector<PlotPoint> lag = {{0, 0}, {8, 0}};
    const std::vector<PlotSeries> series = {{"lag", look.colours().lagging, lag}};
    float edge = 0;
    float rightmost = 0;
    pilot.fly([&] {
        apply_style(look);
        ImGui::SetNextWindowPos({0, 0});
        ImGui::SetNextWindowSize({600, 400});
        ImGui::Begin("plots", nullptr, ImGuiWindowFlags_NoDecoration);
        const ImVector<ImDrawVert>& drawn = ImGui::GetWindowDrawList()->VtxBuffer;
        const int before = drawn.Size;
        edge = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
        static_cast<void>(plot(look, "Lag", series, {.x = {0, 40}, .marked_x = -1}));
        rightmost = 0;
        for (int i = before; i < drawn.Size; ++i) {
            rightmost = std::max(rightmost, drawn[i].pos.x);
        }
        ImGui::End();
    });
    pilot.frames(2);
    EXPECT_GT(rightmost, edge / 2);
    EXPECT_LE(rightmost, edge + 0.5F);
}

TEST(Plot, tells_the_moment_that_was_clicked_and_nothing_otherwise) {
    Look look;
    Pilot pilot(look, {640, 480});
    const std::vector<PlotPoint> lag = {{0, 0}, {2, 3}, {4, 40}, {4, 41}, {8, 0}};
    const std::vector<PlotPoint> none;
    const std::vector<PlotSeries> series = {{"lag", look.colours().lagging, lag},
                                            {"nothing", look.colours().client, none, false}};
    double clicked = std::nan("");
    pilot.fly([&] {
        apply_style(look);
        ImGui::SetNextWindowPos({0, 0});
        ImGui::SetNextWindowSize({600, 400});
        ImGui::Begin("plots", nullptr, ImGuiWindowFlags_NoDecoration);
        const double at = plot(look, "Lag", series, {.x = {0, 10}, .marked_x = 5});
        if (!std::isnan(at)) {
            clicked = at;
        }
        ImGui::End();
    });
    pilot.hover("Lag");
    EXPECT_TRUE(std::isnan(clicked));
    pilot.click("Lag");
    EXPECT_NEAR(clicked, 5, 0.5);
}

}  // namespace
}  // namespace brokerlab
