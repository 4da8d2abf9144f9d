// What the app keeps on the disk and what it makes of broken files: nothing that was open or given
// is lost, and whatever is wrong is told with its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "files/files.h"
#include "sim/query/evaluate.h"
#include "tests/gui/app_pilot.h"

namespace brokerlab {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// What a process left that is gone.
constexpr const char* kLeftBehind = "state/autosave-499999999.yaml";

bool true_in(const World& world, const std::string& expression) {
    const auto parsed = parse_expression(expression);
    return holds(world, std::get<Expression>(parsed));
}

void go_to(AppPilot& at, Duration moment) {
    at.app().carry_out(GoTo{moment});
    at.settle();
}

// ---- Broken files

TEST(BrokenFiles, a_scenario_is_told_with_line_and_column_and_what_was_open_stays) {
    const TestFolder folder;
    folder.write("broken.yaml", "name: Broken\ncluster:\n  brokrs: 3\nuntil: 10s\n");
    AppPilot at(folder);
    at.open_scenario("steady-state");
    go_to(at, 2_s);
    at.app().carry_out(OpenFile{folder.at("broken.yaml")});
    at.pilot().frames(3);
    ASSERT_TRUE(at.app().notice());
    EXPECT_TRUE(at.app().notice()->bad);
    EXPECT_THAT(at.notice(), AllOf(HasSubstr(folder.at("broken.yaml") + ":3:3:"),
                                   HasSubstr("did you mean 'brokers'?")));
    EXPECT_EQ(at.session().scenario().setup.name, "Steady state");
    EXPECT_EQ(at.session().now(), 2_s);
    at.pilot().click("Dismiss the notice");
    EXPECT_FALSE(at.app().notice());
}

TEST(BrokenFiles, no_yaml_at_all_is_told_too) {
    const TestFolder folder;
    folder.write("a/lesson.md", "no lesson at all\n");
    folder.write("binary.yaml", std::string("\x7f\x45\x4c\x46\x00\xff\xfe: [", 10));
    AppPilot at(folder);
    at.open_scenario("steady-state");
    for (const char* name : {"binary.yaml", "missing.yaml", "a/lesson.md"}) {
        at.app().carry_out(OpenFile{folder.at(name)});
        at.pilot().frames(2);
        ASSERT_TRUE(at.app().notice()) << name;
        EXPECT_TRUE(at.app().notice()->bad) << name;
        at.app().carry_out(DismissNotice{});
        EXPECT_EQ(at.session().scenario().setup.name, "Steady state");
    }
}

TEST(BrokenFiles, a_recording_is_told_with_the_place_of_its_command) {
    const TestFolder folder;
    AppPilot at(folder);
    at.open_scenario("steady-state");
    go_to(at, 2_s);
    at.give("kill broker 1");
    at.app().carry_out(SaveRecording{folder.at("mine.yaml")});
    std::string text = folder.text_of("mine.yaml");
    const std::size_t command = text.find("kill broker 1");
    ASSERT_NE(command, std::string::npos);
    text.replace(command, 4, "kyll");
    folder.write("mine.yaml", text);
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<long>(command), '\n');

    at.app().carry_out(OpenFile{folder.at("mine.yaml")});
    at.pilot().frames(3);
    ASSERT_TRUE(at.app().notice());
    EXPECT_TRUE(at.app().notice()->bad);
    EXPECT_THAT(at.notice(),
                AllOf(HasSubstr(folder.at("mine.yaml") + ":" + std::to_string(line) + ":"),
                      HasSubstr("kyll")));
    EXPECT_EQ(at.session().now(), 2_s) << "what was open is still open";
    EXPECT_TRUE(true_in(at.world(), "broker(1) == down"));
}

TEST(BrokenFiles, preferences_are_named_with_their_place_and_the_rest_of_them_holds) {
    const TestFolder folder;
    folder.write("config/preferences.yaml", "scale-percent: 150\ntheme: pink\nrecent: []\n");
    AppPilot at(folder);
    ASSERT_TRUE(at.app().notice());
    EXPECT_TRUE(at.app().notice()->bad);
    EXPECT_THAT(at.notice(), AllOf(HasSubstr("preferences.yaml"), HasSubstr("line 2, column 8"),
                                   HasSubstr("dark or light")));
    EXPECT_EQ(at.app().preferences().theme, ThemeName::kDark);
    EXPECT_EQ(at.app().wanted_scale(), 1.5F);
}

TEST(BrokenFiles, a_broken_layout_leaves_the_usual_one) {
    const TestFolder folder;
    folder.write("config/layout.yaml", "lesson-width: 300\ntimeline-height: [\n");
    AppPilot at(folder);
    ASSERT_TRUE(at.app().notice());
    EXPECT_THAT(at.notice(), AllOf(HasSubstr("layout.yaml"), HasSubstr("line ")));
    EXPECT_EQ(at.ui().timeline_height, UiState().timeline_height);
    at.open_scenario("steady-state");
    EXPECT_TRUE(at.pilot().sees("Play"));
}

TEST(BrokenFiles, a_notice_about_them_is_still_there_when_the_first_run_has_opened) {
    const TestFolder folder;
    folder.write("config/preferences.yaml", "theme: pink\n");
    AppPilot at(folder);
    at.open_scenario("steady-state");
    EXPECT_THAT(at.notice(), HasSubstr("preferences.yaml"));
}

TEST(BrokenFiles, names_of_panels_that_are_none_are_as_good_as_closed) {
    const TestFolder folder;
    folder.write("config/layout.yaml", "drawer: no-such-panel\nside: no-such-panel\n");
    AppPilot at(folder);
    at.open_scenario("steady-state");
    EXPECT_TRUE(at.pilot().sees("Play"));
    EXPECT_TRUE(at.pilot().sees("Why?"));
}

// ---- What is remembered

TEST(Remembered, theme_scale_and_borders_come_back) {
    const TestFolder folder;
    {
        AppPilot at(folder);
        at.open_scenario("steady-state");
        at.app().carry_out(ChooseTheme{ThemeName::kLight});
        at.app().carry_out(ChooseScale{1.25F});
        at.ui().side_width = 400;
        at.ui().drawer = "facts";
        at.app().close();
    }
    AppPilot at(folder);
    EXPECT_FALSE(at.app().notice()) << at.notice();
    EXPECT_EQ(at.app().preferences().theme, ThemeName::kLight);
    EXPECT_EQ(at.app().wanted_scale(), 1.25F);
    EXPECT_EQ(at.ui().side_width, 400);
    EXPECT_EQ(at.ui().drawer, "facts");
}

TEST(Remembered, recent_files_are_the_persons_own_latest_first) {
    const TestFolder folder;
    const std::string text = "name: Mine\nseed: 1\ncluster:\n  brokers: 1\nuntil: 5s\n";
    folder.write("one \"quoted\".yaml", text);
    folder.write("two.yaml", text);
    {
        AppPilot at(folder);
        at.open_file(folder.at("one \"quoted\".yaml"));
        at.open_file(folder.at("two.yaml"));
        at.open_scenario("steady-state");
        at.app().close();
    }
    AppPilot at(folder);
    EXPECT_THAT(at.app().preferences().recent,
                testing::ElementsAre(folder.at("two.yaml"), folder.at("one \"quoted\".yaml")));
}

// ---- Autosave

TEST(AutosaveOfTheApp, has_a_command_on_the_disk_at_once) {
    const TestFolder folder;
    AppPilot at(folder);
    at.open_scenario("steady-state");
    go_to(at, 2_s);
    EXPECT_FALSE(file_exists(folder.at(at.autosave()))) << "looking leaves nothing behind";
    at.give("kill broker 1");
    EXPECT_THAT(folder.text_of(at.autosave()),
                AllOf(HasSubstr("# + 2000000000 "), HasSubstr("kill broker 1")));
    go_to(at, 3_s);
    at.give("start broker 1");
    EXPECT_THAT(folder.text_of(at.autosave()), HasSubstr("start broker 1"));
}

TEST(AutosaveOfTheApp, takes_a_run_up_after_a_crash_where_it_ended) {
    const TestFolder folder;
    uint64_t there = 0;
    {
        AppPilot at(folder);
        at.open_scenario("steady-state");
        go_to(at, 2_s);
        at.give("kill broker 1");
        there = world_digest(at.world());
        // It ends here, without close().
    }
    AppPilot at(folder);
    at.open_scenario("kill-the-leader");
    ASSERT_TRUE(at.pilot().sees("Take it up"));
    at.pilot().click("Take it up");
    at.settle();
    EXPECT_EQ(at.session().scenario().setup.name, "Steady state");
    EXPECT_EQ(at.session().now(), 2_s);
    EXPECT_EQ(world_digest(at.world()), there);
    EXPECT_FALSE(at.pilot().sees("Take it up"));
}

TEST(AutosaveOfTheApp, survives_a_second_crash_before_anything_new_was_given) {
    const TestFolder folder;
    {
        AppPilot at(folder);
        at.open_scenario("steady-state");
        go_to(at, 2_s);
        at.give("kill broker 1");
    }
    {
        AppPilot at(folder);
        at.open_scenario("steady-state");
        at.pilot().click("Take it up");
        at.settle();
    }
    AppPilot at(folder);
    at.open_scenario("steady-state");
    ASSERT_TRUE(at.pilot().sees("Take it up"));
    at.pilot().click("Take it up");
    at.settle();
    EXPECT_TRUE(true_in(at.world(), "broker(1) == down"));
}

TEST(AutosaveOfTheApp, holds_the_branch_that_was_worked_on_last) {
    const TestFolder folder;
    uint64_t there = 0;
    {
        AppPilot at(folder);
        at.open_scenario("kill-the-leader");
        go_to(at, 8_s);
        go_to(at, 3_s);
        at.give("set producer till acks=1");
        ASSERT_EQ(at.session().timeline().branches().size(), 2U);
        go_to(at, 4_s);
        at.give("kill broker 3");
        there = world_digest(at.world());
    }
    AppPilot at(folder);
    at.open_scenario("steady-state");
    at.pilot().click("Take it up");
    at.settle();
    EXPECT_EQ(at.session().now(), 4_s);
    EXPECT_EQ(world_digest(at.world()), there);
}

TEST(AutosaveOfTheApp, is_offered_after_no_ordinary_end) {
    const TestFolder folder;
    {
        AppPilot at(folder);
        at.open_scenario("steady-state");
        at.give("kill broker 1");
        at.app().close();
        EXPECT_FALSE(file_exists(folder.at(at.autosave())));
    }
    AppPilot at(folder);
    at.open_scenario("steady-state");
    EXPECT_FALSE(at.pilot().sees("Take it up"));
}

TEST(AutosaveOfTheApp, is_offered_after_no_ordinary_end_of_a_second_scenario_either) {
    const TestFolder folder;
    {
        AppPilot at(folder);
        at.open_scenario("steady-state");
        at.give("kill broker 1");
        at.open_scenario("kill-the-leader");
        at.app().close();
    }
    AppPilot at(folder);
    at.open_scenario("steady-state");
    EXPECT_FALSE(at.pilot().sees("Take it up"));
}

TEST(AutosaveOfTheApp, goes_away_when_it_is_not_wanted) {
    const TestFolder folder;
    std::string left;
    {
        AppPilot at(folder);
        at.open_scenario("steady-state");
        at.give("kill broker 1");
        left = at.autosave();
    }
    ASSERT_TRUE(file_exists(folder.at(left)));
    AppPilot at(folder);
    at.open_scenario("steady-state");
    at.pilot().click("Forget it");
    at.pilot().frames(2);
    EXPECT_FALSE(at.pilot().sees("Take it up"));
    EXPECT_FALSE(file_exists(folder.at(left)));
}

TEST(AutosaveOfTheApp, leaves_out_a_line_that_the_crash_cut_short) {
    const TestFolder folder;
    {
        AppPilot at(folder);
        at.open_scenario("steady-state");
        go_to(at, 2_s);
        at.give("kill broker 1");
        ASSERT_FALSE(append_to_file(folder.at(at.autosave()), "# + 30000000"));
    }
    AppPilot at(folder);
    at.open_scenario("steady-state");
    at.pilot().click("Take it up");
    at.settle();
    EXPECT_EQ(at.session().now(), 2_s);
    EXPECT_TRUE(true_in(at.world(), "broker(1) == down"));
}

TEST(AutosaveOfTheApp, that_is_broken_is_told_and_changes_nothing) {
    const TestFolder folder;
    folder.write(kLeftBehind, "name: [\n");
    AppPilot at(folder);
    at.open_scenario("steady-state");
    at.pilot().click("Take it up");
    at.pilot().frames(2);
    ASSERT_TRUE(at.app().notice());
    EXPECT_THAT(at.notice(), AllOf(HasSubstr("autosave"), HasSubstr("line "),
                                   HasSubstr(folder.at("state/autosave.broken.yaml"))));
    EXPECT_EQ(at.session().scenario().setup.name, "Steady state");
    EXPECT_EQ(folder.text_of("state/autosave.broken.yaml"), "name: [\n") << "nothing is lost";
    EXPECT_FALSE(at.pilot().sees("Take it up"));
}

TEST(AutosaveOfTheApp, is_not_taken_from_another_window_that_is_still_open) {
    const TestFolder folder;
    // The process of this test runs; so does one that is the system's.
    const std::string mine = fmt::format("state/autosave-{}.yaml", process_number());
    folder.write(mine, "name: [\n");
    folder.write("state/autosave-1.yaml", "name: [\n");
    AppPilot at(folder);
    at.open_scenario("steady-state");
    EXPECT_FALSE(at.pilot().sees("Take it up"));
    at.give("kill broker 1");
    at.app().close();
    EXPECT_TRUE(file_exists(folder.at(mine)));
    EXPECT_TRUE(file_exists(folder.at("state/autosave-1.yaml")));
}

TEST(AutosaveOfTheApp, offers_what_several_windows_left_one_after_the_other) {
    const TestFolder folder;
    for (const char* command : {"kill broker 1", "kill broker 2"}) {
        AppPilot at(folder);
        at.open_scenario("steady-state");
        at.give(command);
    }
    AppPilot at(folder);
    at.open_scenario("steady-state");
    at.pilot().click("Take it up");
    at.settle();
    EXPECT_TRUE(true_in(at.world(), "broker(1) == down"));
    at.pilot().click("Take it up");
    at.settle();
    EXPECT_TRUE(true_in(at.world(), "broker(2) == down"));
    at.pilot().frames(2);
    EXPECT_FALSE(at.pilot().sees("Take it up"));
}

// ---- What was done before something else is opened

TEST(PreviousRun, is_kept_as_a_recording_when_the_run_begins_again) {
    const TestFolder folder;
    AppPilot at(folder);
    at.open_scenario("steady-state");
    go_to(at, 2_s);
    at.give("kill broker 1");
    go_to(at, 4_s);
    go_to(at, 1_s);
    at.app().carry_out(Restart{});
    at.pilot().frames(3);
    const std::string path = folder.at("data/previous.yaml");
    EXPECT_THAT(at.notice(), HasSubstr(path));
    EXPECT_THAT(folder.text_of("data/previous.yaml"), HasSubstr("kill broker 1"))
        << "also what the run had gone back from";
    ASSERT_THAT(at.app().preferences().recent, Not(IsEmpty()));
    EXPECT_EQ(at.app().preferences().recent.front(), path);
    EXPECT_TRUE(true_in(at.world(), "broker(1) == running"));

    at.open_file(path);
    go_to(at, 4_s);
    EXPECT_TRUE(true_in(at.world(), "broker(1) == down"));
}

TEST(PreviousRun, is_not_kept_when_nothing_was_given) {
    const TestFolder folder;
    AppPilot at(folder);
    at.open_scenario("steady-state");
    go_to(at, 2_s);
    at.open_scenario("kill-the-leader");
    EXPECT_FALSE(at.app().notice());
    EXPECT_FALSE(file_exists(folder.at("data/previous.yaml")));
}

TEST(PreviousRun, is_not_written_over_while_it_is_what_is_open) {
    const TestFolder folder;
    AppPilot at(folder);
    at.open_scenario("steady-state");
    at.give("kill broker 1");
    at.app().carry_out(Restart{});
    const std::string path = folder.at("data/previous.yaml");
    at.open_file(path);
    const std::string before = folder.text_of("data/previous.yaml");
    go_to(at, 1_s);
    at.give("kill broker 2");
    at.app().carry_out(Restart{});
    EXPECT_EQ(folder.text_of("data/previous.yaml"), before);
    EXPECT_THAT(folder.text_of("data/brokerlab-1.yaml"), HasSubstr("kill broker 2"));
}

// ---- Notices

TEST(Notices, about_what_went_well_go_after_some_seconds) {
    const TestFolder folder;
    AppPilot at(folder);
    at.open_scenario("steady-state");
    at.app().carry_out(SaveRecording{folder.at("mine.yaml")});
    ASSERT_THAT(at.notice(), HasSubstr("Saved as"));
    at.wait(4);
    EXPECT_THAT(at.notice(), HasSubstr("Saved as"));
    at.wait(8);
    EXPECT_EQ(at.notice(), "");
}

TEST(Notices, about_what_went_wrong_stay_until_something_is_done) {
    AppPilot at;
    at.open_scenario("steady-state");
    at.app().carry_out(GiveCommand{"start broker 1"});
    at.wait(20);
    ASSERT_THAT(at.notice(), HasSubstr("refused"));
    at.app().carry_out(GiveCommand{"kill broker 1"});
    EXPECT_EQ(at.notice(), "");
    at.app().carry_out(GiveCommand{"kill broker 1"});
    ASSERT_THAT(at.notice(), HasSubstr("refused"));
    at.app().carry_out(StepEvent{});
    EXPECT_EQ(at.notice(), "");
}

TEST(AutosaveOfTheApp, says_so_once_when_nothing_can_be_written) {
    const TestFolder folder;
    folder.write("state", "a file where a folder should be");
    AppPilot at(folder);
    at.open_scenario("steady-state");
    at.give("kill broker 1");
    ASSERT_TRUE(at.app().notice());
    EXPECT_TRUE(at.app().notice()->bad);
    EXPECT_THAT(at.notice(), Not(IsEmpty()));
    EXPECT_TRUE(true_in(at.world(), "broker(1) == down")) << "the run goes on all the same";
}

}  // namespace
}  // namespace brokerlab
