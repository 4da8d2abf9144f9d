// The first lesson, played to its end at the app itself: options are clicked, commands given by
// menu and palette. Once by somebody who is right in everything, once by somebody who never is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <variant>

#include "gui/widgets/text.h"
#include "sim/script/lesson_check.h"
#include "tests/gui/app_pilot.h"

namespace brokerlab {
namespace {

using testing::HasSubstr;

constexpr int kMostBlocks = 100;

class LessonVisit : public testing::Test {
protected:
    LessonVisit() { at_.open_lesson("10-kill-a-broker"); }

    const LessonPlay& play() { return *at_.session().lesson(); }

    /// What will come true of the open prediction: a copy of the run looks ahead.
    std::vector<std::size_t> look_ahead(std::size_t block) {
        LessonPlay copy = play();
        Timeline timeline = at_.session().timeline();
        const std::size_t step = copy.step();
        while (copy.progress(step)[block].state == BlockState::kOpen ||
               copy.progress(step)[block].state == BlockState::kAnswered) {
            if (!do_open_block(copy, timeline, {0})) {
                break;
            }
        }
        return copy.progress(step)[block].right;
    }

    void predict(std::size_t block, bool rightly) {
        const std::vector<std::size_t> right = look_ahead(block);
        const BlockProgress asked = play().progress(play().step())[block];
        ASSERT_FALSE(right.empty());
        if (!asked.brokers) {
            EXPECT_TRUE(at_.pilot().find("Predict")->disabled) << "nothing is chosen yet";
        }
        for (std::size_t i = 0; i < asked.options.size(); ++i) {
            const bool comes_true = std::binary_search(right.begin(), right.end(), i);
            if (comes_true == rightly) {
                at_.click_in_panel(asked.options[i]);
                if (!asked.brokers) {
                    break;
                }
            }
        }
        at_.click_in_panel("Predict");
        EXPECT_NE(play().progress(play().step())[block].state, BlockState::kOpen);
    }

    /// By the menu of the broker that the command names, or by the palette.
    void carry_out(const std::string& command, bool by_menu) {
        const std::string broker = command.substr(command.find("broker"));
        if (by_menu && command.starts_with("kill ")) {
            at_.pilot().right_click("brokerlab//" + broker);
            at_.pilot().click("Kill " + broker);
        } else {
            at_.give(command);
        }
    }

    void do_block(std::size_t block, bool rightly) {
        const LessonBlock& what = play().lesson().steps[play().step()].blocks[block];
        if (std::holds_alternative<PredictBlock>(what)) {
            predict(block, rightly);
        } else if (std::holds_alternative<DoBlock>(what)) {
            carry_out(play().progress(play().step())[block].command, rightly);
        } else if (std::holds_alternative<RunBlock>(what)) {
            at_.click_in_panel("Run##lesson");
            at_.settle();
        } else {
            ASSERT_TRUE(std::holds_alternative<BranchBlock>(what));
            at_.click_in_panel("Go back");
        }
    }

    void play_to_the_end(bool rightly) {
        for (int i = 0; i < kMostBlocks && !play().finished(); ++i) {
            const std::optional<std::size_t> block = play().open_block();
            const std::size_t step = play().step();
            if (!block) {
                at_.pilot().click("Next");
                ASSERT_EQ(play().step(), step + 1);
                continue;
            }
            EXPECT_TRUE(at_.pilot().find("Next")->disabled);
            do_block(*block, rightly);
            if (HasFatalFailure()) {
                return;
            }
            ASSERT_NE(play().open_block(), block)
                << "step " << step + 1 << ", block " << *block + 1 << " is still open";
        }
        EXPECT_TRUE(play().finished());
        EXPECT_GT(play().predictions(), 3U);
    }

    AppPilot at_;
};

TEST_F(LessonVisit, comes_to_its_end_for_whoever_is_right_in_everything) {
    play_to_the_end(true);
    EXPECT_EQ(play().predictions_right(), play().predictions());
    EXPECT_EQ(at_.session().timeline().branches().size(), 2U);
}

TEST_F(LessonVisit, comes_to_its_end_for_whoever_is_always_wrong_and_says_where) {
    play_to_the_end(false);
    EXPECT_EQ(play().predictions_right(), 0U);
    for (std::size_t step = 0; step < play().steps_reached(); ++step) {
        for (const BlockProgress& progress : play().progress(step)) {
            if (progress.state == BlockState::kWrong) {
                EXPECT_THAT(progress.feedback, HasSubstr("It came out otherwise"));
            }
        }
    }
}

TEST_F(LessonVisit, can_be_left_and_hidden_without_losing_its_place) {
    at_.click_in_panel("Run##lesson");
    at_.settle();
    at_.pilot().click("Next");
    EXPECT_EQ(play().step(), 1U);
    at_.pilot().click("Back");
    EXPECT_EQ(play().step(), 0U);
    at_.ui().lesson_open = false;
    at_.pilot().frames(3);
    EXPECT_FALSE(at_.pilot().sees("Back"));
    at_.ui().lesson_open = true;
    at_.pilot().frames(3);
    at_.pilot().click("Next");
    EXPECT_EQ(play().step(), 1U);
}

TEST_F(LessonVisit, begins_again_with_nothing_ticked) {
    at_.click_in_panel("Run##lesson");
    at_.settle();
    at_.pilot().click("Next");
    const std::string option = play().progress(1)[play().open_block().value()].options.front();
    at_.click_in_panel(option);
    EXPECT_EQ(at_.ui().lesson_ticks.options.size(), 1U);
    at_.app().carry_out(Restart{});
    at_.pilot().frames(3);
    EXPECT_EQ(play().step(), 0U);
    EXPECT_EQ(at_.session().now(), Duration());
    EXPECT_TRUE(at_.ui().lesson_ticks.options.empty());
}

TEST_F(LessonVisit, takes_any_way_to_the_effect_for_the_deed) {
    // A learner who plays on by the space bar instead of the block's button comes along, too.
    at_.app().carry_out(GoTo{6_s});
    at_.settle();
    at_.pilot().frames(3);
    EXPECT_FALSE(play().open_block());
}

}  // namespace
}  // namespace brokerlab
