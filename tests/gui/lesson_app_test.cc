// The first lesson, played to its end at the app itself: options are clicked, commands given by
// menu and palette. Once by somebody who is right in everything, once by somebody who never is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>
#include <variant>

#include <fmt/format.h>
#include <imgui_internal.h>

#include "gui/widgets/text.h"
#include "sim/script/lesson_check.h"
#include "tests/gui/app_pilot.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

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

/// The step with the first `do`, with that open.
class LessonDeed : public LessonVisit {
protected:
    void SetUp() override {
        for (int i = 0; i < kMostBlocks; ++i) {
            const std::optional<std::size_t> block = play().open_block();
            if (!block) {
                at_.pilot().click("Next");
            } else if (std::holds_alternative<DoBlock>(
                           play().lesson().steps[play().step()].blocks[*block])) {
                return;
            } else {
                do_block(*block, true);
            }
        }
        FAIL() << "the lesson asks for no deed";
    }
};

TEST_F(LessonDeed, gives_its_hint_to_whoever_asks) {
    EXPECT_FALSE(at_.ui().lesson_hint);
    at_.click_in_panel("Hint");
    EXPECT_TRUE(at_.ui().lesson_hint);
    at_.pilot().frames(2);
    EXPECT_FALSE(at_.pilot().sees("Hint"));
}

TEST_F(LessonDeed, says_that_another_command_is_not_what_is_asked_for) {
    const std::optional<std::size_t> block = play().open_block();
    at_.give("set producer till acks=1");
    EXPECT_EQ(play().open_block(), block);
    EXPECT_THAT(at_.notice(), HasSubstr("not what is asked for yet"));
    at_.give(play().progress(play().step())[*block].command);
    EXPECT_NE(play().open_block(), block);
    EXPECT_EQ(at_.notice(), "");
}

TEST_F(LessonDeed, begins_its_step_again_where_that_began) {
    const std::size_t step = play().step();
    const uint64_t there = world_digest(at_.world());
    do_block(*play().open_block(), true);
    at_.app().carry_out(StepFact{});
    at_.settle();
    EXPECT_NE(world_digest(at_.world()), there);
    at_.pilot().click("Begin this step again##footer");
    at_.pilot().frames(3);
    EXPECT_EQ(play().step(), step);
    EXPECT_EQ(world_digest(at_.world()), there) << "nothing before the deed takes time";
    EXPECT_TRUE(at_.ui().lesson_ticks.options.empty());
    const BlockState first_asked = play().progress(step)[*play().open_block()].state;
    EXPECT_EQ(first_asked, BlockState::kOpen);
}

TEST_F(LessonVisit, plays_its_run_and_stops_it_by_the_space_bar) {
    at_.click_in_panel("Run##lesson");
    at_.pilot().frames(2);
    ASSERT_TRUE(at_.session().playing());
    EXPECT_TRUE(at_.pilot().sees("Pause"));
    at_.app().carry_out(SetSpeed{0.5});
    EXPECT_EQ(at_.session().speed(), 0.5);
    const Duration before = at_.session().now();
    at_.pilot().frames(30);
    EXPECT_LT(at_.session().now(), before + 300_ms);
    at_.pilot().key(GLFW_KEY_SPACE);
    EXPECT_FALSE(at_.session().playing());
    const Duration there = at_.session().now();
    at_.pilot().frames(30);
    EXPECT_EQ(at_.session().now(), there) << "nothing else plays instead";
    at_.click_in_panel("Run##lesson");
    at_.settle();
    EXPECT_FALSE(play().open_block());
}

TEST(LessonInASmallWindow, opens_at_its_beginning) {
    AppPilot at({800, 500});
    at.open_lesson("10-kill-a-broker");
    at.pilot().frames(3);
    const ImGuiWindow* step = nullptr;
    for (const ImGuiWindow* window : ImGui::GetCurrentContext()->Windows) {
        if (std::string_view(window->Name).find("##step") != std::string_view::npos) {
            step = window;
        }
    }
    ASSERT_NE(step, nullptr);
    ASSERT_GT(step->ScrollMax.y, 0) << "too large a window for this test";
    EXPECT_EQ(step->Scroll.y, 0);
}

TEST(LessonThatWasEdited, is_shown_as_it_is_now_when_it_is_opened_again) {
    // The second text has more blocks in its first step than the first one had.
    const TestFolder folder;
    const auto lesson_of = [](std::string_view prose) {
        return fmt::format(
            "---\nname: Mine\nabout: Short.\nscenario: cluster.yaml\n---\n"
            "## First\n\n{}\n",
            prose);
    };
    folder.write("lessons/1-mine/cluster.yaml",
                 "name: Mine\nseed: 1\ncluster:\n  brokers: 1\nuntil: 5s\n");
    folder.write("lessons/1-mine/lesson.md", lesson_of("Look [here](a)."));
    AppPilot at(folder, {1600, 1000}, folder.at(""));
    at.open_lesson("1-mine");
    EXPECT_TRUE(at.pilot().sees("here"));
    folder.write("lessons/1-mine/lesson.md",
                 lesson_of("Look.\n\n```lab\nexplain: This is new.\n```\n\nAnd [there](a)."));
    at.app().carry_out(Restart{});
    at.pilot().frames(3);
    EXPECT_TRUE(at.pilot().sees("there"));
    EXPECT_FALSE(at.pilot().sees("here"));
}

TEST(LessonThatGoesBack, has_its_commands_on_the_disk) {
    const TestFolder folder;
    AppPilot at(folder);
    at.open_lesson("10-kill-a-broker");
    for (int i = 0; i < kMostBlocks && at.session().timeline().branches().size() == 1; ++i) {
        const LessonPlay& play = *at.session().lesson();
        const std::optional<std::size_t> block = play.open_block();
        if (!block) {
            at.app().carry_out(LessonNext{});
            continue;
        }
        const LessonBlock& what = play.lesson().steps[play.step()].blocks[*block];
        if (std::holds_alternative<PredictBlock>(what)) {
            at.app().carry_out(LessonPredict{*block, {0}});
        } else if (std::holds_alternative<DoBlock>(what)) {
            at.app().carry_out(GiveCommand{play.progress(play.step())[*block].command});
        } else {
            at.app().carry_out(LessonRun{*block});
            at.settle();
        }
    }
    const Timeline& timeline = at.session().timeline();
    ASSERT_EQ(timeline.branches().size(), 2U);
    const std::vector<PlannedCommand>& commands =
        timeline.branches()[timeline.branch()].plan.commands;
    ASSERT_FALSE(commands.empty());
    EXPECT_THAT(folder.text_of(at.autosave()), HasSubstr(commands.back().text));
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
