// Lessons: what can be read and what is told with its place; and a learner's way through one: what
// opens when, how predictions are judged, what is remembered, and the branch back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/query/evaluate.h"
#include "sim/script/command_text.h"
#include "sim/script/lesson_check.h"
#include "sim/script/lesson_play.h"
#include "tests/unit/script/scenario_builder.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr uint64_t kAllEvents = UINT64_MAX;

/// Lines 1 to 5; a step's own lines follow.
const std::string kHead = "---\nname: Small\nabout: A small lesson\nscenario: scenario.yaml\n---\n";

/// A lesson of one step: the block's YAML begins in line 8.
std::string with_block(const std::string& yaml) {
    return kHead + "## Step\n```lab\n" + yaml + "\n```\n";
}

Lesson read_lesson_well(const std::string& text) {
    std::variant<Lesson, FileError> read = read_lesson(text);
    if (const auto* error = std::get_if<FileError>(&read)) {
        ADD_FAILURE() << error->line << ":" << error->column << ": " << error->what;
        return {};
    }
    return std::get<Lesson>(std::move(read));
}

// ---- Reading

TEST(ReadLesson, cuts_the_text_into_steps_and_blocks_in_their_order) {
    const Lesson lesson = read_lesson_well(kHead +
                                           "## One\nSome *prose*.\n```lab\nrun: {until: 5s}\n```\n"
                                           "More of it.\n## Two\n```lab\nexplain: Well\n```\n");
    EXPECT_EQ(lesson.name, "Small");
    EXPECT_EQ(lesson.about, "A small lesson");
    EXPECT_EQ(lesson.scenario, "scenario.yaml");
    ASSERT_THAT(lesson.steps, SizeIs(2));
    EXPECT_EQ(lesson.steps[0].title, "One");
    ASSERT_THAT(lesson.steps[0].blocks, SizeIs(3));
    EXPECT_EQ(std::get<ProseBlock>(lesson.steps[0].blocks[0]).markdown, "Some *prose*.\n");
    EXPECT_EQ(std::get<RunBlock>(lesson.steps[0].blocks[1]).until_time, 5_s);
    EXPECT_EQ(std::get<ProseBlock>(lesson.steps[0].blocks[2]).markdown, "More of it.\n");
    ASSERT_THAT(lesson.steps[1].blocks, SizeIs(1));
}

TEST(ReadLesson, takes_lines_that_end_in_the_way_of_windows) {
    std::string text = with_block("run: {until: 5s}");
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) {
        text.replace(at, 1, "\r\n");
    }
    EXPECT_THAT(read_lesson_well(text).steps, SizeIs(1));
}

TEST(ReadLesson, runs_until_a_time_or_an_expression) {
    const Lesson lesson = read_lesson_well(
        with_block("run: {until: \"leader(orders-0) != 2\", within: 30s, speed: 2.5}"));
    const auto& run = std::get<RunBlock>(lesson.steps[0].blocks[0]);
    EXPECT_FALSE(run.until_time);
    ASSERT_TRUE(run.until);
    EXPECT_EQ(run.until->text, "leader(orders-0) != 2");
    EXPECT_EQ(run.within, 30_s);
    EXPECT_EQ(run.speed_thousandths, 2500);
}

struct Mistake {
    const char* name;
    std::string text;
    int line;
    int column;
    std::string says;
};

class BadLesson : public ::testing::TestWithParam<Mistake> {};

TEST_P(BadLesson, IsToldWithPlaceAndReason) {
    const Mistake& mistake = GetParam();
    const std::variant<Lesson, FileError> read = read_lesson(mistake.text);
    ASSERT_TRUE(std::holds_alternative<FileError>(read)) << "this was taken for a good lesson";
    const FileError& error = std::get<FileError>(read);
    EXPECT_THAT(error.what, HasSubstr(mistake.says));
    EXPECT_EQ(error.line, mistake.line) << error.what;
    EXPECT_EQ(error.column, mistake.column) << error.what;
}

std::string name_of(const ::testing::TestParamInfo<Mistake>& info) {
    return info.param.name;
}

const std::string kOptions = ", options: [{say: A, that: offline() == 0}, ";

INSTANTIATE_TEST_SUITE_P(
    TheFile, BadLesson,
    ::testing::Values(
        Mistake{"Empty", "", 1, 1, "begins with a line of '---'"},
        Mistake{"NoHead", "## Step\nprose\n", 1, 1, "begins with a line of '---'"},
        Mistake{"HeadWithoutEnd", "---\nname: A\n", 1, 1, "the lesson's head has no end"},
        Mistake{"UnknownKeyOfHead", "---\nname: A\nabuot: B\n---\n## Step\n", 3, 1,
                "did you mean 'about'?"},
        Mistake{"NoSteps", kHead + "\n", 1, 1, "at least one step"},
        Mistake{"TextBeforeTheFirstStep", kHead + "\nWelcome!\n\n## Step\n", 9, 1,
                "text stands in a step"},
        Mistake{"BlockBeforeTheFirstStep", kHead + "```lab\nexplain: A\n```\n## Step\n", 6, 1,
                "a lab block stands in a step"},
        Mistake{"BlockWithoutEnd", kHead + "## Step\n```lab\nexplain: A\n\nprose\n", 7, 1,
                "this lab block has no end"},
        Mistake{"TooLarge", std::string(kMostScenarioBytes + 1, ' '), 1, 1,
                "a lesson has at most"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    TheBlock, BadLesson,
    ::testing::Values(
        Mistake{"NoYaml", with_block("run: {until: 5s"), 9, 1, ""},
        Mistake{"Empty", with_block(""), 8, 1, "exactly one of run, predict"},
        Mistake{"TwoWords", with_block("explain: A\npoint: quorum"), 8, 1, "exactly one of"},
        Mistake{"UnknownWord", with_block("explian: A"), 8, 1, "did you mean 'explain'?"},
        Mistake{"UnknownKeyOfRun", with_block("run:\n  until: 5s\n  wihtin: 3s"), 10, 3,
                "did you mean 'within'?"},
        Mistake{"RunWithoutUntil", with_block("run: {speed: 2}"), 8, 6, "'until'"},
        Mistake{"BadSpeed", with_block("run: {until: 5s, speed: fast}"), 8, 25,
                "a speed is a number from 0.01 to 1000"},
        Mistake{"BadExpression", with_block("check: {that: \"leader(orders-0) = 2\", else: B}"), 8,
                33, ""},
        Mistake{"BadExpressionOfAnOption",
                with_block("predict:\n  ask: A\n  options:\n    - {say: A, that: offline() == 0}\n"
                           "    - {say: B, that: offlin() > 0}"),
                12, 22, "offlin"},
        Mistake{"OneOption",
                with_block("predict: {ask: A, options: [{say: A, that: offline() == "
                           "0}]}"),
                8, 10, "at least two options"},
        Mistake{"OptionsAndBrokers",
                with_block("predict: {ask: A" + kOptions +
                           "{say: B, that: offline() > 0}], brokers: isr(orders-0)}"),
                8, 10, "either options"},
        Mistake{"NeitherOptionsNorBrokers", with_block("predict: {ask: A}"), 8, 10,
                "either options"},
        Mistake{"BrokersThatAreNoFunction", with_block("predict: {ask: A, brokers: 3}"), 8, 28, ""},
        Mistake{"UnknownFunctionInText", with_block("explain: \"Broker {ledaer(orders-0)} leads\""),
                8, 19, "ledaer"},
        Mistake{"UnknownRememberedName", with_block("explain: \"Broker {victim} is dead\""), 8, 19,
                "victim"},
        Mistake{"OpenBrace", with_block("explain: \"Broker {leader(orders-0) leads\""), 8, 18,
                "this '{' has no '}'"},
        Mistake{"BadCommand",
                with_block("do: {ask: A, command: kill brker 2, effect: broker(2) == down}"), 8, 23,
                "brker"},
        Mistake{"BadEffect",
                with_block("do: {ask: A, command: kill broker 2, effect: broker(2) is dead}"), 8,
                46, ""},
        Mistake{"BranchBeforeNothing",
                with_block("branch: {ask: A, before: victim, do: [kill broker 2], name: B}"), 8, 26,
                "no `do` above remembers 'victim'"}),
    name_of);

TEST(ReadLesson, knows_a_remembered_name_only_below_the_block_that_remembers_it) {
    const std::string deed =
        "```lab\ndo: {ask: A, command: kill broker 2, effect: \"broker({victim}) == down\", "
        "remember: {victim: leader(orders-0)}}\n```\n";
    const std::string quote = "```lab\nexplain: \"{victim} is dead\"\n```\n";
    EXPECT_THAT(read_lesson_well(kHead + "## A\n" + deed + quote).steps[0].blocks, SizeIs(2));
    EXPECT_TRUE(std::holds_alternative<FileError>(read_lesson(kHead + "## A\n" + quote + deed)));
}

TEST(ReadLesson, counts_columns_behind_what_a_quote_escapes) {
    // An apostrophe is doubled in single quotes; the place still lies within the text.
    const std::variant<Lesson, FileError> read =
        read_lesson(with_block("explain: 'It''s {ledaer(orders-0)}'"));
    ASSERT_TRUE(std::holds_alternative<FileError>(read));
    EXPECT_EQ(std::get<FileError>(read).line, 8);
}

// ---- Playing

const std::string kShop = R"(name: Shop
seed: 7
cluster:
  brokers: 3
topics:
  - {name: orders, partitions: 1, replication-factor: 3, config: {min.insync.replicas: 2}}
producers:
  - {name: till, topic: orders, rate: 50/s, config: {acks: all}}
until: 60s
)";

/// A learner in front of a lesson of these steps.
class Learning {
public:
    explicit Learning(const std::string& steps)
        : timeline_(make_timeline()), play(read_lesson_well(kHead + steps), timeline_) {}

    Timeline& timeline() { return timeline_; }
    [[nodiscard]] const BlockProgress& block(std::size_t number) const {
        return play.progress(play.step())[number];
    }
    [[nodiscard]] BlockState state(std::size_t number) const { return block(number).state; }
    /// What an open run block wants.
    void run() {
        const std::optional<Goal> goal = play.wanted_run(timeline_);
        ASSERT_TRUE(goal);
        timeline_.run_towards(*goal, kAllEvents);
        play.note(timeline_);
    }
    void give(const std::string& text) {
        const std::variant<Command, TextError> command = parse_command(text);
        ASSERT_FALSE(timeline_.give(std::get<Command>(command), text));
        play.note(timeline_);
    }
    void predict(std::size_t number, std::vector<std::size_t> chosen) {
        play.predict(timeline_, number, std::move(chosen));
    }
    [[nodiscard]] bool true_now(const std::string& expression) const {
        return holds(timeline_.world(), std::get<Expression>(parse_expression(expression)));
    }

private:
    static Timeline make_timeline() {
        const Scenario scenario = testing::read_good(kShop);
        Outcome<Timeline> timeline = Timeline::create(scenario.setup, scenario.plan);
        EXPECT_TRUE(timeline.ok());
        return *std::move(timeline);
    }

    Timeline timeline_;

public:
    LessonPlay play;
};

const std::string kPredict =
    "```lab\npredict:\n  ask: Where is broker 2 at 2 s?\n  options:\n"
    "    - {say: Up, that: broker(2) == running, because: It was killed.}\n"
    "    - {say: Down, that: broker(2) == down, because: Nobody touched it.}\n```\n";
const std::string kRun = "```lab\nrun: {until: 2s}\n```\n";
const std::string kDo =
    "```lab\ndo: {ask: \"Kill {leader(orders-0)}\", command: \"kill broker {leader(orders-0)}\", "
    "effect: \"broker({victim}) == down\", hint: Do it, remember: {victim: leader(orders-0)}}\n"
    "```\n";

TEST(LessonPlay, opens_one_block_after_the_other) {
    Learning learner("## A\nProse.\n" + kRun + "```lab\nexplain: \"{acked(till)}\"\n```\n");
    EXPECT_EQ(learner.state(0), BlockState::kDone);
    EXPECT_EQ(learner.state(1), BlockState::kOpen);
    EXPECT_EQ(learner.state(2), BlockState::kAhead);
    EXPECT_EQ(learner.play.open_block(), 1U);
    learner.run();
    EXPECT_EQ(learner.timeline().now(), 2_s);
    EXPECT_EQ(learner.state(1), BlockState::kDone);
    EXPECT_TRUE(learner.play.finished());
    EXPECT_NE(learner.block(2).text, "0");
}

TEST(LessonPlay, quotes_values_of_the_moment_in_which_a_block_opened) {
    Learning learner("## A\n```lab\nexplain: \"{acked(till)} so far\"\n```\n");
    EXPECT_EQ(learner.block(0).text, "0 so far");
    learner.timeline().seek(3_s);
    learner.play.note(learner.timeline());
    EXPECT_EQ(learner.block(0).text, "0 so far");
}

TEST(LessonPlay, judges_a_prediction_when_what_it_speaks_of_has_happened) {
    Learning learner("## A\n" + kPredict + kRun);
    learner.predict(0, {0});
    EXPECT_EQ(learner.state(0), BlockState::kAnswered);
    EXPECT_EQ(learner.play.predictions(), 0U);
    learner.run();
    EXPECT_EQ(learner.state(0), BlockState::kRight);
    EXPECT_EQ(learner.block(0).feedback, "");
    EXPECT_EQ(learner.play.predictions(), 1U);
    EXPECT_EQ(learner.play.predictions_right(), 1U);
}

TEST(LessonPlay, says_what_came_out_and_where_a_wrong_choice_parts_from_the_model) {
    Learning learner("## A\n" + kPredict + kRun);
    learner.predict(0, {1});
    learner.run();
    EXPECT_EQ(learner.state(0), BlockState::kWrong);
    EXPECT_THAT(learner.block(0).right, ElementsAre(0));
    EXPECT_EQ(learner.block(0).feedback, "It came out otherwise: Up. Nobody touched it.");
    EXPECT_EQ(learner.play.predictions_right(), 0U);
}

TEST(LessonPlay, judges_at_once_what_waits_for_nothing) {
    Learning learner("## A\n" + kPredict);
    learner.predict(0, {0});
    EXPECT_EQ(learner.state(0), BlockState::kRight);
    EXPECT_TRUE(learner.play.finished());
}

TEST(LessonPlay, judges_a_set_of_brokers_by_all_of_its_members) {
    const std::string ask = "## A\n```lab\npredict: {ask: A, brokers: isr(orders-0)}\n```\n";
    Learning right(ask);
    EXPECT_THAT(right.block(0).options, ElementsAre("broker 1", "broker 2", "broker 3"));
    right.predict(0, {2, 0, 1});
    EXPECT_EQ(right.state(0), BlockState::kRight);
    Learning less(ask);
    less.predict(0, {0, 1});
    EXPECT_EQ(less.state(0), BlockState::kWrong);
    EXPECT_THAT(less.block(0).feedback, HasSubstr("broker 1, broker 2, broker 3"));
    Learning nobody(ask);
    nobody.predict(0, {});
    EXPECT_EQ(nobody.state(0), BlockState::kWrong);
}

TEST(LessonPlay, takes_no_answer_that_is_none) {
    Learning learner("## A\n" + kPredict + kRun);
    learner.predict(0, {});
    EXPECT_EQ(learner.state(0), BlockState::kOpen);
    learner.predict(0, {17});
    EXPECT_EQ(learner.state(0), BlockState::kOpen);
    learner.predict(1, {0});
    EXPECT_EQ(learner.state(0), BlockState::kOpen);
    learner.predict(0, {1});
    learner.predict(0, {0});
    EXPECT_THAT(learner.block(0).chosen, ElementsAre(1)) << "who has answered can't take it back";
}

TEST(LessonPlay, accepts_a_deed_by_its_effect_and_nothing_else) {
    Learning learner("## A\n" + kRun + kDo);
    learner.run();
    ASSERT_EQ(learner.play.open_block(), 1U);
    const int victim = learner.true_now("leader(orders-0) == 1")   ? 1
                       : learner.true_now("leader(orders-0) == 2") ? 2
                                                                   : 3;
    EXPECT_EQ(learner.block(1).command, "kill broker " + std::to_string(victim));
    learner.give("kill broker " + std::to_string(victim % 3 + 1));
    EXPECT_EQ(learner.state(1), BlockState::kOpen) << "another broker's death is not asked for";
    learner.give("power-off broker " + std::to_string(victim));
    EXPECT_EQ(learner.state(1), BlockState::kDone) << "however it came about";
}

TEST(LessonPlay, waits_at_a_check_until_it_holds) {
    Learning learner("## A\n```lab\ncheck: {that: acked(till) > 0, else: Not yet}\n```\n");
    EXPECT_EQ(learner.state(0), BlockState::kOpen);
    EXPECT_EQ(learner.block(0).feedback, "Not yet");
    EXPECT_FALSE(learner.play.step_done());
    learner.timeline().seek(2_s);
    learner.play.note(learner.timeline());
    EXPECT_EQ(learner.state(0), BlockState::kDone);
    EXPECT_EQ(learner.block(0).feedback, "");
}

TEST(LessonPlay, goes_on_from_a_run_that_does_not_come_to_its_end_and_says_so) {
    Learning learner("## A\n```lab\nrun: {until: lost_acked > 0, within: 3s}\n```\n");
    learner.run();
    EXPECT_EQ(learner.timeline().now(), 3_s);
    EXPECT_EQ(learner.state(0), BlockState::kDone);
    EXPECT_THAT(learner.block(0).feedback, HasSubstr("lost_acked > 0 did not come to hold"));
}

TEST(LessonPlay, goes_to_the_next_step_only_when_this_one_is_done_and_back_at_any_time) {
    Learning learner("## A\n" + kRun + "## B\nProse.\n");
    learner.play.next(learner.timeline());
    EXPECT_EQ(learner.play.step(), 0U);
    learner.run();
    learner.play.next(learner.timeline());
    EXPECT_EQ(learner.play.step(), 1U);
    EXPECT_TRUE(learner.play.finished());
    learner.play.next(learner.timeline());
    EXPECT_EQ(learner.play.step(), 1U);
    learner.play.back();
    learner.play.back();
    EXPECT_EQ(learner.play.step(), 0U);
    EXPECT_EQ(learner.timeline().now(), 2_s) << "time does not move";
    learner.play.next(learner.timeline());
    EXPECT_EQ(learner.play.step(), 1U);
}

TEST(LessonPlay, points_at_what_the_step_speaks_of_once_it_is_there) {
    Learning learner("## A\n```lab\npoint: quorum\n```\n" + kRun +
                     "```lab\npoint: \"broker {leader(orders-0)}\"\n```\n");
    EXPECT_EQ(learner.play.pointed(), "quorum");
    learner.run();
    EXPECT_THAT(learner.play.pointed(), ::testing::StartsWith("broker "));
}

TEST(LessonPlay, goes_back_to_the_moment_that_was_remembered_and_opens_a_branch_there) {
    Learning learner("## A\n" + kRun + kDo +
                     "```lab\nrun: {until: 5s}\n```\n```lab\nbranch: {ask: Back, before: victim, "
                     "do: [set producer till acks=1], name: \"acks=1\"}\n```\n"
                     "```lab\nexplain: \"{victim} lives\"\n```\n");
    learner.run();
    const std::string victim = learner.block(1).command;  // "kill broker 2"
    learner.give(victim);
    learner.run();
    ASSERT_EQ(learner.play.open_block(), 3U);
    EXPECT_FALSE(learner.play.wanted_run(learner.timeline()));
    learner.play.go_back(learner.timeline());
    EXPECT_TRUE(learner.play.finished());
    EXPECT_EQ(learner.timeline().now(), 2_s);
    ASSERT_THAT(learner.timeline().branches(), SizeIs(2));
    EXPECT_EQ(learner.timeline().branches()[1].name, "acks=1");
    EXPECT_EQ(learner.timeline().branch(), 1U);
    EXPECT_EQ(learner.block(4).text, victim.substr(victim.size() - 1) + " lives");
    EXPECT_TRUE(learner.true_now("broker(" + victim.substr(victim.size() - 1) + ") == running"));
}

// ---- Checking

LessonResult check(const std::string& steps, Learner learner) {
    const Outcome<LessonResult> result =
        check_lesson(read_lesson_well(kHead + steps), testing::read_good(kShop), learner);
    EXPECT_TRUE(result.ok());
    return *result;
}

TEST(CheckLesson, judges_both_learners_as_they_deserve) {
    const std::string steps = "## A\n" + kPredict + kRun + kDo + "## B\n" + kPredict;
    const LessonResult perfect = check(steps, Learner::kPerfect);
    EXPECT_THAT(perfect.problems, IsEmpty());
    EXPECT_EQ(perfect.predictions, 2U);
    EXPECT_EQ(perfect.right, 2U);
    const LessonResult wrong = check(steps, Learner::kAlwaysWrong);
    EXPECT_THAT(wrong.problems, IsEmpty());
    EXPECT_EQ(wrong.predictions, 2U);
    EXPECT_EQ(wrong.right, 0U);
}

TEST(CheckLesson, finds_a_choice_of_which_two_come_true) {
    const std::string steps =
        "## A\n```lab\npredict:\n  ask: A\n  options:\n    - {say: A, that: offline() == 0}\n"
        "    - {say: B, that: lost_acked == 0}\n```\n";
    EXPECT_THAT(check(steps, Learner::kPerfect).problems,
                ::testing::Contains(HasSubstr("2 of the options come true; it must be one")));
}

TEST(CheckLesson, finds_what_can_not_be_done) {
    const std::string steps =
        "## A\n```lab\ncheck: {that: lost_acked > 0, else: Nothing is lost}\n```\n";
    EXPECT_THAT(check(steps, Learner::kPerfect).problems,
                ElementsAre(HasSubstr("step 1 ('A'), block 1 can't be done: Nothing is lost")));
}

TEST(CheckLesson, finds_a_deed_whose_command_does_not_have_its_effect) {
    const std::string steps =
        "## A\n```lab\ndo: {ask: A, command: kill broker 1, effect: broker(2) == down}\n```\n";
    EXPECT_THAT(check(steps, Learner::kPerfect).problems, ElementsAre(HasSubstr("can't be done")));
}

}  // namespace
}  // namespace brokerlab
