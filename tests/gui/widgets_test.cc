// Widgets: pressed, typed into and dragged as a person would, found by their labels.
#include <gtest/gtest.h>
#include <imgui_internal.h>

#include <array>
#include <functional>
#include <string>
#include <utility>

#include "gui/widgets/buttons.h"
#include "gui/widgets/fields.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/menu.h"
#include "gui/widgets/shapes.h"
#include "gui/widgets/style.h"
#include "gui/widgets/text.h"
#include "tests/gui/pilot.h"

namespace brokerlab {
namespace {

class Widgets : public testing::Test {
protected:
    /// Shows what `draw` makes, in one window.
    void show(std::function<void()> draw) {
        pilot_.fly([this, draw = std::move(draw)] {
            apply_style(look_);
            ImGui::SetNextWindowPos({0, 0});
            ImGui::SetNextWindowSize({500, 400});
            ImGui::Begin("widgets", nullptr, ImGuiWindowFlags_NoDecoration);
            draw();
            ImGui::End();
        });
    }

    Look look_;
    Pilot pilot_{look_, {640, 480}};
};

TEST_F(Widgets, a_button_is_pressed_once_for_each_click) {
    int pressed = 0;
    show([&] { pressed += button(look_, "Restart##run", {.icon = kIconRestart}) ? 1 : 0; });
    EXPECT_EQ(pressed, 0);
    pilot_.click("Restart");
    EXPECT_EQ(pressed, 1);
    pilot_.click("Restart##run");
    EXPECT_EQ(pressed, 2);
}

TEST_F(Widgets, a_disabled_button_does_nothing) {
    int pressed = 0;
    show([&] {
        pressed += button(look_, "Kill", {.enabled = false, .why_not = "It is down"}) ? 1 : 0;
    });
    const PilotItem* item = pilot_.find("Kill");
    ASSERT_NE(item, nullptr);
    EXPECT_TRUE(item->disabled);
    pilot_.click_at(item->centre());
    EXPECT_EQ(pressed, 0);
}

TEST_F(Widgets, an_icon_button_is_found_by_its_label) {
    int pressed = 0;
    show([&] { pressed += icon_button(look_, "Step back", kIconSkipBack) ? 1 : 0; });
    pilot_.click("Step back");
    EXPECT_EQ(pressed, 1);
}

TEST_F(Widgets, a_segmented_choice_tells_what_was_chosen) {
    constexpr std::array<const char*, 3> kSpeeds = {"0.1x", "1x", "10x"};
    std::size_t chosen = 1;
    show([&] {
        if (const auto other = segmented(look_, "speed", kSpeeds, chosen)) {
            chosen = *other;
        }
    });
    pilot_.click("10x");
    EXPECT_EQ(chosen, 2U);
    pilot_.click("0.1x##speed");
    EXPECT_EQ(chosen, 0U);
}

TEST_F(Widgets, a_toggle_turns_on_and_off) {
    bool on = false;
    show([&] { toggle(look_, "Internal traffic", on); });
    pilot_.click("Internal traffic");
    EXPECT_TRUE(on);
    pilot_.click("Internal traffic");
    EXPECT_FALSE(on);
}

TEST_F(Widgets, a_search_field_takes_text_and_is_emptied_by_its_cross) {
    std::string text;
    int changes = 0;
    show([&] { changes += search_field(look_, "Find", "Find a fact", text) ? 1 : 0; });
    EXPECT_FALSE(pilot_.sees("Clear"));
    pilot_.click("##Find");
    pilot_.type("leader");
    EXPECT_EQ(text, "leader");
    EXPECT_EQ(changes, 1);
    pilot_.click("Clear");
    EXPECT_EQ(text, "");
    EXPECT_EQ(changes, 2);
}

TEST_F(Widgets, a_splitter_moves_within_its_bounds) {
    float width = 200;
    show([&] { splitter(look_, "edge", true, {width, 20}, {width + 8, 300}, width, 1, 100, 300); });
    pilot_.drag("edge", {40, 0});
    EXPECT_NEAR(width, 240, 1);
    pilot_.drag("edge", {400, 0});
    EXPECT_EQ(width, 300);
    pilot_.drag("edge", {-400, 0});
    EXPECT_EQ(width, 100);
}

TEST_F(Widgets, a_row_is_pressed_anywhere) {
    int pressed = 0;
    show([&] {
        pressed += row_button(look_, "Kill broker 2", {.icon = kIconKill, .detail = "At once"});
    });
    pilot_.click_within("Kill broker 2", {0.95F, 0.5F});
    EXPECT_EQ(pressed, 1);
}

TEST_F(Widgets, a_menu_closes_when_one_of_its_rows_is_pressed) {
    int killed = 0;
    int started = 0;
    show([&] {
        if (button(look_, "Broker")) {
            ImGui::OpenPopup("menu");
        }
        Menu menu(look_, "menu");
        if (menu) {
            menu.title("broker 2");
            killed += menu.row("Kill", {.icon = kIconKill, .keys = "K", .danger = true}) ? 1 : 0;
            menu.line();
            started += menu.row("Start", {.enabled = false}) ? 1 : 0;
        }
    });
    EXPECT_FALSE(pilot_.sees("Kill"));
    pilot_.click("Broker");
    const PilotItem* start = pilot_.find("Start");
    ASSERT_NE(start, nullptr);
    EXPECT_TRUE(start->disabled);
    pilot_.click_at(start->centre());
    EXPECT_EQ(started, 0);
    ASSERT_TRUE(pilot_.sees("Kill")) << "what can't be done leaves it open";
    EXPECT_EQ(pilot_.find("Kill")->max.x, start->max.x) << "rows are equally wide";
    pilot_.click("Kill");
    EXPECT_EQ(killed, 1);
    EXPECT_FALSE(pilot_.sees("Kill"));
}

TEST_F(Widgets, the_keyboards_modifiers_and_keys_make_a_hint_with_a_plus_in_it) {
    show([] {});
    const float one = key_hint_width(look_, "Ctrl");
    EXPECT_GT(key_hint_width(look_, "Ctrl+K"), one);
    // The plus at the end is a key, not a seam.
    EXPECT_GT(key_hint_width(look_, "Ctrl++"), one);
    EXPECT_EQ(key_hint_width(look_, "+"), key_hint_width(look_, "-"));
    EXPECT_EQ(key_hint_width(look_, ""), 0);
}

TEST_F(Widgets, text_is_cut_with_an_ellipsis_only_where_it_must_be) {
    bool cut_short = true;
    bool cut_long = false;
    show([&] {
        ImDrawList& list = *ImGui::GetWindowDrawList();
        const ImU32 ink = look_.colours().text;
        cut_short = draw_text_fitted(list, look_.fonts.text, ink, {0, 20}, 200, "short");
        cut_long = draw_text_fitted(list, look_.fonts.text, ink, {0, 40}, 40, "much too long");
        // Room for nothing must not fail either.
        draw_text_fitted(list, look_.fonts.text, ink, {0, 60}, 0, "\u2026\u2026\u2026");
        draw_text_fitted(list, look_.fonts.text, ink, {0, 60}, -5, "text", Align::kRight);
    });
    EXPECT_FALSE(cut_short);
    EXPECT_TRUE(cut_long);
}

TEST_F(Widgets, a_name_that_is_too_wide_keeps_the_number_at_its_end) {
    const ImFont* font = look_.fonts.text;
    const std::string name = "ECOMMERCE_NEW_ORDER-1 at 12";
    const float width = text_width(font, name);
    EXPECT_EQ(shortened(font, name, width), name);
    const std::string cut = shortened(font, name, width * 0.6F);
    EXPECT_TRUE(cut.starts_with("ECO")) << cut;
    EXPECT_TRUE(cut.ends_with("\u2026-1 at 12")) << cut;
    EXPECT_LE(text_width(font, cut), width * 0.6F + 0.5F);
    // Nothing would be left of it, or there is no number to keep.
    EXPECT_EQ(shortened(font, name, 20), name);
    EXPECT_EQ(shortened(font, "9 handled by http-ecommerce", 40), "9 handled by http-ecommerce");
    EXPECT_EQ(shortened(font, "a dash at the end-", 40), "a dash at the end-");
}

TEST_F(Widgets, every_icon_has_a_glyph_of_its_own_in_the_fonts_that_promise_it) {
    show([] {});
    for (const ImFont* font : {look_.fonts.text, look_.fonts.strong, look_.fonts.title,
                               look_.fonts.heading, look_.fonts.small, look_.fonts.small_strong}) {
        for (const char* icon : kAllIcons) {
            unsigned int code = 0;
            ImTextCharFromUtf8(&code, icon, nullptr);
            EXPECT_NE(font->FindGlyphNoFallback(static_cast<ImWchar>(code)), nullptr)
                << std::hex << code;
        }
    }
}

}  // namespace
}  // namespace brokerlab
