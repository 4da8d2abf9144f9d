// The words in small cards of the canvas stand between the borders, however low the card is.
#include <gtest/gtest.h>

#include <cmath>

#include "gui/panels/canvas_pen.h"
#include "tests/gui/pilot.h"

namespace brokerlab {
namespace {

/// Where the capitals of a line are drawn whose middle is given.
ImVec2 capitals(const ImFont* font, float middle) {
    const ImFontGlyph* letter = font->FindGlyph('H');
    const float top = std::floor(middle - font->FontSize / 2 + 0.5F);
    return {top + letter->Y0, top + letter->Y1};
}

TEST(CardLines, capitals_stand_in_the_middle_of_a_low_card) {
    Look look;
    const Pilot pilot(look, {640, 480});
    for (float height = 12; height < 30; height += 1) {
        const CardLines lines = lines_of_card(look, "stock-3", 100, 100 + height, 200);
        EXPECT_FALSE(lines.two) << height;
        const ImVec2 drawn = capitals(lines.font, lines.first);
        const float above = drawn.x - 100;
        const float below = 100 + height - drawn.y;
        EXPECT_NEAR(above, below, 1.1F) << height;
        EXPECT_GT(below, 0) << height;
    }
}

TEST(CardLines, a_second_line_comes_only_where_both_have_room) {
    Look look;
    const Pilot pilot(look, {640, 480});
    bool two = false;
    for (float height = 12; height < 80; height += 1) {
        const CardLines lines = lines_of_card(look, "fraud-detector-1", 0, height, 200);
        EXPECT_TRUE(lines.two || !two) << height;
        two = lines.two;
        if (two) {
            const float upper = lines.first - lines.font->FontSize / 2;
            const float lower = lines.second + look.fonts.small->FontSize / 2;
            EXPECT_GE(upper, look.px(2)) << height;
            EXPECT_LE(lower, height - look.px(2)) << height;
            EXPECT_GE(lines.second - lines.first,
                      (lines.font->FontSize + look.fonts.small->FontSize) / 2 - 0.01F);
        }
    }
    EXPECT_TRUE(two);
}

TEST(CardLines, a_name_that_is_too_wide_gets_the_smaller_font) {
    Look look;
    const Pilot pilot(look, {640, 480});
    EXPECT_EQ(lines_of_card(look, "till", 0, 60, 200).font, look.fonts.strong);
    EXPECT_EQ(lines_of_card(look, "a-very-long-name-of-a-service", 0, 60, 40).font,
              look.fonts.small_strong);
}

}  // namespace
}  // namespace brokerlab
