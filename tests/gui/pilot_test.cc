// The pilot itself: where a person's mouse would miss, a test must fail rather than press something
// else.
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <functional>
#include <utility>

#include "gui/widgets/buttons.h"
#include "gui/widgets/style.h"
#include "tests/gui/pilot.h"

namespace brokerlab {
namespace {

class PilotAtWork : public testing::Test {
protected:
    void show(std::function<void()> draw) {
        pilot_.fly([this, draw = std::move(draw)] {
            apply_style(look_);
            ImGui::SetNextWindowPos({0, 0});
            ImGui::SetNextWindowSize({400, 300});
            ImGui::Begin("below", nullptr, ImGuiWindowFlags_NoDecoration);
            draw();
            ImGui::End();
        });
    }
    /// An item of this size that lets others lie over it.
    static bool place(const char* label, ImVec2 at, ImVec2 size) {
        ImGui::SetCursorScreenPos(at);
        const bool pressed = ImGui::InvisibleButton(label, size);
        ImGui::SetItemAllowOverlap();
        return pressed;
    }

    Look look_;
    // A pilot ends with the test, which is where failures are expected.
    Pilot pilot_{look_, {640, 480}};
};

TEST_F(PilotAtWork, clicks_beside_what_covers_the_middle_of_an_item) {
    int cards = 0;
    int chips = 0;
    show([&] {
        cards += place("card", {20, 20}, {200, 100}) ? 1 : 0;
        chips += place("chip", {60, 40}, {120, 70}) ? 1 : 0;
    });
    pilot_.click("card");
    EXPECT_EQ(cards, 1);
    EXPECT_EQ(chips, 0);
    pilot_.click("chip");
    EXPECT_EQ(cards, 1);
    EXPECT_EQ(chips, 1);
}

TEST_F(PilotAtWork, goes_on_where_something_comes_under_the_mouse) {
    int cards = 0;
    int links = 0;
    show([&] {
        cards += place("card", {20, 20}, {200, 100}) ? 1 : 0;
        // Runs through the middle of the card and has its grip where the mouse touches it.
        const ImVec2 mouse = ImGui::GetIO().MousePos;
        const bool touched = mouse.x > 110 && mouse.x < 130;
        links +=
            place("link", {touched ? mouse.x - 9 : 115.F, touched ? mouse.y - 9 : 150.F}, {18, 18})
                ? 1
                : 0;
    });
    pilot_.click("card");
    EXPECT_EQ(cards, 1);
    EXPECT_EQ(links, 0);
}

TEST_F(PilotAtWork, fails_where_an_item_is_covered_all_over) {
    show([] {
        place("card", {20, 20}, {200, 100});
        place("sheet", {10, 10}, {300, 200});
    });
    EXPECT_NONFATAL_FAILURE(pilot_.click("card"), "'card' is covered all over");
}

TEST_F(PilotAtWork, fails_where_another_window_lies_over_an_item) {
    show([] {
        place("card", {20, 20}, {200, 100});
        ImGui::SetNextWindowPos({0, 0});
        ImGui::SetNextWindowSize({400, 300});
        ImGui::SetNextWindowFocus();
        ImGui::Begin("above", nullptr, ImGuiWindowFlags_NoDecoration);
        ImGui::End();
    });
    EXPECT_NONFATAL_FAILURE(pilot_.click("card"), "in its middle by 'above'");
}

TEST_F(PilotAtWork, fails_for_what_is_not_there_or_disabled) {
    show([&] { button(look_, "Kill", {.enabled = false}); });
    EXPECT_NONFATAL_FAILURE(pilot_.click("Start"), "nothing is labelled 'Start'");
    EXPECT_NONFATAL_FAILURE(pilot_.click("Kill"), "'Kill' is disabled");
}

TEST_F(PilotAtWork, fails_where_two_items_share_an_id) {
    EXPECT_NONFATAL_FAILURE(show([] {
                                place("topic", {20, 20}, {50, 20});
                                place("topic", {20, 60}, {50, 20});
                            }),
                            "several items have the id of 'topic'");
}

}  // namespace
}  // namespace brokerlab
