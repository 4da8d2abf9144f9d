// Colours: everything that is read can be read, in both themes.
#include "gui/widgets/look.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace brokerlab {
namespace {

constexpr float kReadable = 4.5F;  // WCAG 2, AA for text
constexpr float kPillTint = 0.16F;

class EachTheme : public testing::TestWithParam<ThemeName> {
protected:
    using Named = std::vector<std::pair<std::string, ImU32>>;

    const Theme& theme_ = theme(GetParam());
    const Named meanings_ = {{"leader", theme_.leader},   {"in_sync", theme_.in_sync},
                             {"lagging", theme_.lagging}, {"offline", theme_.offline},
                             {"client", theme_.client},   {"replication", theme_.replication},
                             {"accent", theme_.accent}};
    const Named grounds_ = {{"card", theme_.card}, {"canvas", theme_.canvas}};
};

TEST_P(EachTheme, shows_text_that_can_be_read_on_card_and_canvas) {
    for (const auto& [ground, colour] : grounds_) {
        EXPECT_GE(contrast(theme_.text, colour), kReadable) << ground;
        EXPECT_GE(contrast(theme_.muted, colour), kReadable) << ground;
    }
}

TEST_P(EachTheme, shows_every_meaning_so_that_it_can_be_read) {
    for (const auto& [ground, below] : grounds_) {
        for (const auto& [meaning, colour] : meanings_) {
            EXPECT_GE(contrast(colour, below), kReadable) << meaning << " on " << ground;
        }
    }
}

TEST_P(EachTheme, shows_the_word_of_a_pill_on_its_tint) {
    for (const auto& [meaning, colour] : meanings_) {
        const ImU32 tinted = blended(theme_.card, faded(colour, kPillTint));
        EXPECT_GE(contrast(colour, tinted), kReadable) << meaning;
        EXPECT_GE(contrast(theme_.on_accent, colour), kReadable) << "solid " << meaning;
    }
}

TEST_P(EachTheme, shows_buttons_that_can_be_read) {
    EXPECT_GE(contrast(theme_.on_accent, theme_.accent), kReadable);
    EXPECT_GE(contrast(theme_.text, theme_.raised), kReadable);
    EXPECT_GE(contrast(theme_.text, theme_.hovered), kReadable);
    EXPECT_GE(contrast(theme_.muted, theme_.raised), kReadable);
    EXPECT_GE(contrast(theme_.muted, theme_.page), kReadable);
}

TEST_P(EachTheme, gives_each_meaning_a_colour_of_its_own) {
    for (std::size_t i = 0; i + 1 < meanings_.size(); ++i) {
        for (std::size_t other = 0; other < i; ++other) {
            EXPECT_NE(meanings_[i].second, meanings_[other].second)
                << meanings_[i].first << " and " << meanings_[other].first;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(both, EachTheme, testing::Values(ThemeName::kDark, ThemeName::kLight),
                         [](const auto& chosen) {
                             return chosen.param == ThemeName::kDark ? "dark" : "light";
                         });

TEST(Contrast, is_21_between_black_and_white_and_1_between_equals) {
    EXPECT_NEAR(contrast(IM_COL32_BLACK, IM_COL32_WHITE), 21, 0.01);
    EXPECT_NEAR(contrast(IM_COL32_WHITE, IM_COL32_BLACK), 21, 0.01);
    EXPECT_NEAR(contrast(IM_COL32(10, 20, 30, 255), IM_COL32(10, 20, 30, 255)), 1, 0.001);
}

TEST(Blending, mixes_by_opacity) {
    EXPECT_EQ(blended(IM_COL32_BLACK, faded(IM_COL32_WHITE, 0)), IM_COL32_BLACK);
    EXPECT_EQ(blended(IM_COL32_BLACK, IM_COL32_WHITE), IM_COL32_WHITE);
    EXPECT_EQ(blended(IM_COL32_BLACK, IM_COL32(255, 255, 255, 51)), IM_COL32(51, 51, 51, 255));
}

}  // namespace
}  // namespace brokerlab
