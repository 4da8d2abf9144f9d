// Keys while something stands above the window: letters go into its field, arrows and Enter choose,
// Escape closes, and nothing happens behind it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "files/files.h"
#include "tests/gui/app_pilot.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

namespace brokerlab {
namespace {

using testing::HasSubstr;

class Dialogs : public testing::Test {
protected:
    Dialogs() : at_(folder_) { at_.open_scenario("kill-the-leader"); }

    /// A letter as a keyboard sends it: its key and its character in the same frame.
    void press_letters(const std::string& letters) {
        for (const char letter : letters) {
            at_.pilot().type(std::string(1, letter));
            at_.pilot().key(letter - 'a' + GLFW_KEY_A);
        }
    }
    /// All that the app's keys of a single letter change.
    std::string behind() {
        const UiState& ui = at_.ui();
        return ui.side + (ui.canvas.internal_traffic ? " internal" : "") +
               (at_.session().playing() ? " playing" : "") + " " + ui.drawer +
               std::to_string(at_.session().now().ns) + " " + std::to_string(at_.session().speed());
    }
    void press_everything() {
        press_letters("wyni");
        for (const int key : {GLFW_KEY_SPACE, GLFW_KEY_RIGHT, GLFW_KEY_LEFT, GLFW_KEY_HOME,
                              GLFW_KEY_END, GLFW_KEY_LEFT_BRACKET, GLFW_KEY_RIGHT_BRACKET}) {
            at_.pilot().key(key);
        }
        for (const int key : {GLFW_KEY_S, GLFW_KEY_R, GLFW_KEY_F, GLFW_KEY_I, GLFW_KEY_L}) {
            at_.pilot().key(key, {.ctrl = true});
        }
    }
    void open_picker() { at_.pilot().key(GLFW_KEY_O, {.ctrl = true}); }
    [[nodiscard]] std::string open_scenario() { return at_.session().scenario().setup.name; }

    TestFolder folder_;
    AppPilot at_;
};

TEST_F(Dialogs, typing_into_the_picker_filters_it_and_changes_nothing_behind_it) {
    const std::string before = behind();
    open_picker();
    ASSERT_TRUE(at_.ui().picker_open);
    press_letters("why");
    EXPECT_EQ(at_.ui().picker_text, "why") << "the field has the keyboard from the start";
    press_letters("ni");
    EXPECT_EQ(at_.ui().picker_text, "whyni");
    EXPECT_EQ(behind(), before);
    at_.pilot().key(GLFW_KEY_ESCAPE);
    EXPECT_FALSE(at_.ui().picker_open);
    EXPECT_EQ(behind(), before);
}

TEST_F(Dialogs, nothing_behind_the_picker_moves_though_its_field_was_left) {
    const std::string before = behind();
    open_picker();
    at_.pilot().type("five brokers");
    at_.pilot().key(GLFW_KEY_TAB);
    press_everything();
    EXPECT_EQ(behind(), before);
    EXPECT_TRUE(at_.ui().picker_open);
    EXPECT_FALSE(file_exists(folder_.at("data/brokerlab-1.yaml")));
}

TEST_F(Dialogs, enter_opens_the_first_that_fits_and_the_arrows_choose_another) {
    open_picker();
    at_.pilot().type("three racks");
    at_.pilot().key(GLFW_KEY_ENTER);
    EXPECT_FALSE(at_.ui().picker_open);
    EXPECT_EQ(open_scenario(), "Five brokers in three racks");

    open_picker();
    EXPECT_EQ(at_.ui().picker_text, "") << "what was searched for before is over";
    at_.pilot().type("power loss of");
    at_.pilot().key(GLFW_KEY_DOWN);
    at_.pilot().key(GLFW_KEY_UP);
    at_.pilot().key(GLFW_KEY_DOWN);
    at_.pilot().key(GLFW_KEY_ENTER);
    EXPECT_THAT(open_scenario(), HasSubstr("Power loss of"));
    const std::string second = open_scenario();
    open_picker();
    at_.pilot().type("power loss of");
    at_.pilot().key(GLFW_KEY_ENTER);
    EXPECT_THAT(open_scenario(), HasSubstr("Power loss of"));
    EXPECT_NE(open_scenario(), second);
}

TEST_F(Dialogs, enter_opens_the_path_that_was_typed) {
    folder_.write("mine.yaml",
                  "name: Mine\nseed: 1\ncluster: {brokers: 1, controllers: 1}\nuntil: 5s\n");
    open_picker();
    at_.pilot().type(folder_.at("mine.yaml"));
    at_.pilot().key(GLFW_KEY_ENTER);
    EXPECT_FALSE(at_.ui().picker_open);
    EXPECT_EQ(open_scenario(), "Mine");
}

TEST_F(Dialogs, enter_opens_nothing_where_nothing_fits) {
    const std::string before = open_scenario();
    open_picker();
    at_.pilot().type("no such thing");
    at_.pilot().key(GLFW_KEY_ENTER);
    EXPECT_TRUE(at_.ui().picker_open);
    EXPECT_EQ(open_scenario(), before);
}

TEST_F(Dialogs, the_shortcut_sheet_lets_no_shortcut_through_but_its_own) {
    const std::string before = behind();
    at_.pilot().key(GLFW_KEY_F1);
    ASSERT_TRUE(at_.ui().shortcuts_open);
    press_everything();
    EXPECT_EQ(behind(), before);
    ASSERT_TRUE(at_.ui().shortcuts_open);
    at_.pilot().key(GLFW_KEY_F1);
    EXPECT_FALSE(at_.ui().shortcuts_open);
}

TEST_F(Dialogs, a_form_whose_field_was_left_lets_no_shortcut_through) {
    const std::string before = behind();
    at_.give("run until \u2026");
    ASSERT_TRUE(at_.ui().form.open);
    at_.pilot().click("Close");
    ASSERT_FALSE(at_.ui().form.open);
    at_.give("run until \u2026");
    at_.pilot().key(GLFW_KEY_TAB);
    press_everything();
    EXPECT_TRUE(at_.ui().form.open);
    at_.pilot().key(GLFW_KEY_O, {.ctrl = true});
    EXPECT_FALSE(at_.ui().picker_open) << "what was typed into the form is not lost";
    EXPECT_EQ(behind(), before);
}

TEST_F(Dialogs, a_menu_lets_no_shortcut_through) {
    const std::string before = behind();
    at_.pilot().right_click("broker 1");
    ASSERT_TRUE(at_.pilot().sees("Kill broker 1"));
    press_letters("wyni");
    EXPECT_EQ(behind(), before);
    EXPECT_TRUE(at_.pilot().sees("Kill broker 1"));
}

TEST_F(Dialogs, one_takes_the_place_of_another) {
    at_.pilot().key(GLFW_KEY_F1);
    at_.pilot().key(GLFW_KEY_K, {.ctrl = true});
    EXPECT_TRUE(at_.ui().palette.open);
    EXPECT_FALSE(at_.ui().shortcuts_open);
    open_picker();
    EXPECT_TRUE(at_.ui().picker_open);
    EXPECT_FALSE(at_.ui().palette.open);
    at_.pilot().key(GLFW_KEY_T, {.ctrl = true});
    EXPECT_EQ(at_.app().look().colours().name, ThemeName::kLight) << "how it looks goes anywhere";
}

}  // namespace
}  // namespace brokerlab
