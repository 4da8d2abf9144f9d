// The run that the app shows, without any window: how it plays, stops, jumps and branches, and that
// it gives the window its turn in time.
#include "gui/session.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "files/files.h"
#include "sim/query/evaluate.h"

namespace brokerlab {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr double kAllTheTime = 1e9;

double frozen_clock() {
    return 0;
}

Scenario read_file_of(const std::string& name) {
    const std::string path = fmt::format("{}/scenarios/{}.yaml", BROKERLAB_SOURCE_DIR, name);
    const Outcome<std::string> text = read_file(path);
    EXPECT_TRUE(text.ok()) << path;
    return std::get<Scenario>(read_scenario(*text));
}

Session open_session(const std::string& name = "kill-the-leader") {
    Outcome<Session> session = Session::open(read_file_of(name), std::nullopt);
    EXPECT_TRUE(session.ok());
    return *std::move(session);
}

/// Real seconds pass, in frames of a 50th, with a clock that stands still within each.
void pass(Session& session, double seconds) {
    for (int frame = 0; frame < static_cast<int>(seconds * 50 + 0.5); ++frame) {
        session.advance(0.02, kAllTheTime, frozen_clock);
    }
}

void finish(Session& session) {
    for (int i = 0; session.busy() && i < 10'000; ++i) {
        session.advance(0.02, kAllTheTime, frozen_clock);
    }
    EXPECT_FALSE(session.busy());
}

bool true_now(const Session& session, const std::string& expression) {
    const auto parsed = parse_expression(expression);
    return holds(session.timeline().world(), std::get<Expression>(parsed));
}

std::size_t fact_index(const FactBody& example) {
    return example.index();
}

TEST(Session, stands_at_time_0_when_it_opens) {
    const Session session = open_session();
    EXPECT_EQ(session.now(), Duration());
    EXPECT_FALSE(session.busy());
    EXPECT_EQ(session.end(), 60_s);
}

TEST(Session, plays_a_simulated_second_a_second) {
    Session session = open_session();
    session.play_pause();
    pass(session, 2);
    EXPECT_EQ(session.now(), 2_s);
    session.play_pause();
    pass(session, 2);
    EXPECT_EQ(session.now(), 2_s);
}

TEST(Session, plays_at_any_speed_exactly) {
    Session session = open_session();
    session.play_pause();
    session.set_speed(0.1);
    pass(session, 1);
    EXPECT_EQ(session.now(), 100_ms);
    session.set_speed(10);
    pass(session, 1);
    EXPECT_EQ(session.now(), 10'100_ms);
}

TEST(Session, keeps_speeds_within_their_bounds) {
    Session session = open_session();
    session.set_speed(1e9);
    EXPECT_EQ(session.speed(), 1000);
    session.set_speed(0);
    EXPECT_EQ(session.speed(), 0.01);
}

TEST(Session, shows_the_same_world_however_it_got_there) {
    Session played = open_session();
    played.play_pause();
    pass(played, 14);
    Session jumped = open_session();
    jumped.go_to(14_s);
    finish(jumped);
    ASSERT_EQ(played.now(), jumped.now());
    EXPECT_EQ(world_digest(played.timeline().world()), world_digest(jumped.timeline().world()));
}

TEST(Session, pauses_at_the_end_and_plays_on_when_told_to) {
    Session session = open_session();
    session.play_pause();
    session.set_speed(1000);
    pass(session, 1);
    EXPECT_EQ(session.now(), 60_s);
    EXPECT_FALSE(session.playing());
    session.play_pause();
    EXPECT_TRUE(session.playing());
    EXPECT_EQ(session.end(), 120_s);
    pass(session, 0.04);
    EXPECT_GT(session.now(), 60_s);
}

TEST(Session, looks_for_what_is_asked_past_the_end_without_moving_the_end) {
    Session session = open_session();
    session.go_to(2'435_ms);
    finish(session);
    session.run_until("broker(2) == down");
    EXPECT_EQ(session.end(), 60_s) << "the run is as long as its scenario says";
    ASSERT_TRUE(session.progress());
    EXPECT_EQ(session.progress()->to, 62'435_ms);
    finish(session);
    ASSERT_LT(session.now(), 60_s);
    EXPECT_EQ(session.end(), 60_s);
    session.run_until("offline() > 99");
    finish(session);
    EXPECT_GT(session.now(), 60_s);
    EXPECT_EQ(session.end(), session.now()) << "now it has been further";
}

TEST(Session, plays_on_past_the_end_from_wherever_it_stands) {
    Session session = open_session();
    session.go_to(200_s);
    finish(session);
    ASSERT_EQ(session.end(), 60_s);
    session.play_pause();
    pass(session, 1);
    EXPECT_TRUE(session.playing());
    EXPECT_EQ(session.now(), 201_s);
    EXPECT_EQ(session.end(), 260_s);

    Scenario brief = read_file_of("steady-state");
    brief.until = Duration();
    Outcome<Session> at_once = Session::open(brief, std::nullopt);
    ASSERT_TRUE(at_once.ok());
    at_once->play_pause();
    pass(*at_once, 1);
    EXPECT_EQ(at_once->now(), 1_s) << "a recording of nothing plays on as well";
}

TEST(Session, gives_the_window_its_turn_when_the_time_is_up) {
    Session session = open_session();
    session.go_to(60_s);
    // Every look at the clock takes a millisecond; the budget is 5.
    double seconds = 0;
    int looks = 0;
    const auto clock = [&] {
        ++looks;
        seconds += 0.001;
        return seconds;
    };
    session.advance(0.02, 0.005, clock);
    EXPECT_TRUE(session.busy());
    EXPECT_LE(looks, 7);
    EXPECT_GT(session.now(), Duration());
    EXPECT_LT(session.now(), 60_s);
    ASSERT_TRUE(session.progress());
    EXPECT_EQ(session.progress()->at, session.now());
    EXPECT_EQ(session.progress()->to, 60_s);
}

TEST(Session, reaches_the_same_world_in_small_slices) {
    Session sliced = open_session();
    sliced.go_to(20_s);
    double seconds = 0;
    for (int i = 0; sliced.busy() && i < 10'000; ++i) {
        sliced.advance(0.02, 0, [&] { return seconds += 1; });
    }
    Session whole = open_session();
    whole.go_to(20_s);
    finish(whole);
    EXPECT_EQ(sliced.now(), 20_s);
    EXPECT_EQ(world_digest(sliced.timeline().world()), world_digest(whole.timeline().world()));
}

TEST(Session, lags_rather_than_leaps_when_playing_costs_more_than_there_is_time) {
    Session session = open_session();
    session.play_pause();
    session.set_speed(1000);
    double seconds = 0;
    session.advance(0.05, 0, [&] { return seconds += 1; });
    EXPECT_GT(session.now(), Duration());
    EXPECT_LT(session.now(), 50_s);
    EXPECT_TRUE(session.playing());
    // The world and the picture agree on the moment.
    EXPECT_EQ(session.now(), session.timeline().now());
}

TEST(Session, runs_until_an_expression_holds_and_not_further) {
    Session session = open_session();
    EXPECT_FALSE(session.run_until("under_replicated() > 0"));
    EXPECT_TRUE(session.progress());
    finish(session);
    EXPECT_TRUE(true_now(session, "under_replicated() > 0"));
    EXPECT_GT(session.now(), 5_s);
    EXPECT_LT(session.now(), 15_s);
    session.step_back();
    EXPECT_FALSE(true_now(session, "under_replicated() > 0"));
}

TEST(Session, says_what_can_not_be_run_until) {
    Session session = open_session();
    const std::optional<Notice> unreadable = session.run_until("leader(orders-0 != 2");
    ASSERT_TRUE(unreadable);
    EXPECT_TRUE(unreadable->bad);
    EXPECT_THAT(unreadable->text, HasSubstr("at character"));
    const std::optional<Notice> holds_already = session.run_until("offline() == 0");
    ASSERT_TRUE(holds_already);
    EXPECT_FALSE(holds_already->bad);
    EXPECT_THAT(holds_already->text, HasSubstr("holds already"));
    EXPECT_FALSE(session.busy());
}

TEST(Session, gives_up_what_never_comes_to_hold) {
    Session session = open_session();
    EXPECT_FALSE(session.run_until("lost_acked > 0"));
    finish(session);
    EXPECT_EQ(session.now(), 60_s);
    EXPECT_FALSE(true_now(session, "lost_acked > 0"));
}

TEST(Session, steps_to_the_next_thing_worth_telling) {
    Session session = open_session();
    session.go_to(4_s);
    finish(session);
    const std::size_t before = session.timeline().branches()[0].marks.size();
    session.step_fact();
    finish(session);
    const std::vector<Fact>& marks = session.timeline().branches()[0].marks;
    ASSERT_GT(marks.size(), before);
    EXPECT_EQ(session.now(), session.timeline().world().shown(marks.back().at));
    EXPECT_TRUE(is_mark(marks.back().body));
}

TEST(Session, steps_one_event_on_and_back_to_the_same_world) {
    Session session = open_session();
    session.go_to(3_s);
    finish(session);
    session.step_event();
    const auto one = world_digest(session.timeline().world());
    const uint64_t events = session.timeline().world().events_run;
    session.step_event();
    EXPECT_EQ(session.timeline().world().events_run, events + 1);
    session.step_back();
    EXPECT_EQ(session.timeline().world().events_run, events);
    EXPECT_EQ(world_digest(session.timeline().world()), one);
}

TEST(Session, stops_at_once_when_it_is_cancelled) {
    Session session = open_session();
    session.go_to(60_s);
    double seconds = 0;
    session.advance(0.02, 0, [&] { return seconds += 1; });
    const Duration there = session.now();
    session.cancel();
    EXPECT_FALSE(session.busy());
    EXPECT_FALSE(session.progress());
    pass(session, 1);
    EXPECT_EQ(session.now(), there);
}

TEST(Session, goes_back_at_once_and_forward_again) {
    Session session = open_session();
    session.go_to(20_s);
    finish(session);
    const auto there = world_digest(session.timeline().world());
    session.go_to(2_s);
    EXPECT_FALSE(session.busy());
    EXPECT_EQ(session.now(), 2_s);
    EXPECT_TRUE(true_now(session, "broker(2) == running"));
    session.go_to(20_s);
    EXPECT_FALSE(session.busy()) << "what was played once is there at once";
    EXPECT_EQ(session.now(), 20_s);
    EXPECT_EQ(world_digest(session.timeline().world()), there);
}

TEST(Session, goes_to_the_start_for_moments_before_it) {
    Session session = open_session();
    session.go_to(2_s);
    finish(session);
    session.go_to(Duration() - 5_s);
    EXPECT_EQ(session.now(), Duration());
}

TEST(Session, goes_to_the_moment_of_a_fact) {
    Session session = open_session();
    session.go_to(20_s);
    finish(session);
    for (const Fact& fact : session.timeline().branches()[0].marks) {
        if (const auto* changed = std::get_if<LeaderChanged>(&fact.body)) {
            (void)changed;
            session.go_to_fact(fact.id);
            EXPECT_EQ(session.now(),
                      std::max(Duration(), session.timeline().world().shown(fact.at)));
            return;
        }
    }
    FAIL() << "no leader changed";
}

TEST(Session, goes_to_the_very_event_of_a_mark_where_several_share_an_instant) {
    Session session = open_session();
    session.go_to(20_s);
    finish(session);
    const Branch branch = session.timeline().branches()[0];
    ASSERT_GT(branch.marks.size(), 10U);
    for (std::size_t i = 0; i < branch.marks.size(); ++i) {
        const uint64_t first = branch.keyframes.front().world.events_run;
        if (branch.marks_after[i] > first) {
            session.go_to_fact(branch.marks[i].id);
            EXPECT_EQ(session.timeline().world().events_run, branch.marks_after[i]);
        }
    }
}

TEST(Session, carries_out_a_command_at_the_head_without_a_branch) {
    Session session = open_session("steady-state");
    session.go_to(3_s);
    finish(session);
    EXPECT_FALSE(session.give("kill broker 1"));
    EXPECT_TRUE(true_now(session, "broker(1) == down"));
    EXPECT_EQ(session.timeline().branches().size(), 1U);
    EXPECT_EQ(session.now(), 3_s);
}

TEST(Session, opens_a_branch_for_a_command_in_the_past) {
    Session session = open_session();
    session.go_to(20_s);
    finish(session);
    session.go_to(4_s);
    const std::optional<Notice> notice = session.give("set producer till acks=1");
    ASSERT_TRUE(notice);
    EXPECT_FALSE(notice->bad);
    EXPECT_THAT(notice->text, AllOf(HasSubstr("branch 1"), HasSubstr("still to come")));
    ASSERT_EQ(session.timeline().branches().size(), 2U);
    EXPECT_EQ(session.timeline().branch(), 1U);
    EXPECT_EQ(session.timeline().branches()[1].parent, 0U);
    session.switch_branch(0);
    EXPECT_EQ(session.timeline().branch(), 0U);
    session.go_to(20_s);
    finish(session);
    EXPECT_TRUE(true_now(session, "broker(2) == down")) << "the old future is as it was";
}

TEST(Session, renames_a_branch_but_not_to_nothing) {
    Session session = open_session();
    const std::string before = session.timeline().branches()[0].name;
    session.rename_branch(0, "");
    EXPECT_EQ(session.timeline().branches()[0].name, before);
    session.rename_branch(0, "acks=all");
    EXPECT_EQ(session.timeline().branches()[0].name, "acks=all");
    session.rename_branch(7, "nobody");
    session.switch_branch(7);
    EXPECT_EQ(session.timeline().branch(), 0U);
}

TEST(Session, says_where_a_command_can_not_be_read_and_why_it_is_refused) {
    Session session = open_session();
    const std::optional<Notice> unreadable = session.give("kill brker 2");
    ASSERT_TRUE(unreadable);
    EXPECT_TRUE(unreadable->bad);
    EXPECT_THAT(unreadable->text, HasSubstr("at character 6"));
    const std::optional<Notice> refused = session.give("start broker 2");
    ASSERT_TRUE(refused);
    EXPECT_TRUE(refused->bad);
    EXPECT_THAT(refused->text, AllOf(HasSubstr("start broker 2"), HasSubstr("refused")));
    EXPECT_EQ(session.timeline().branches().size(), 1U);
}

TEST(Session, stops_playing_where_a_fact_of_a_kind_happens) {
    Session session = open_session();
    session.break_at(fact_index(LeaderChanged()));
    session.go_to(4_s);
    finish(session);
    session.play_pause();
    session.set_speed(100);
    pass(session, 1);
    EXPECT_FALSE(session.playing());
    EXPECT_GT(session.now(), 11_s);
    EXPECT_LT(session.now(), 15_s);
    const std::vector<Fact>& facts = session.timeline().facts();
    ASSERT_FALSE(facts.empty());
    EXPECT_EQ(session.now(), session.timeline().world().shown(facts.back().at));
    session.break_at(std::nullopt);
    session.play_pause();
    pass(session, 0.1);
    EXPECT_TRUE(session.playing());
}

TEST(Session, is_recorded_so_that_it_plays_again_to_the_same_world) {
    Session session = open_session("steady-state");
    session.go_to(3_s);
    finish(session);
    EXPECT_FALSE(session.give("kill broker 1"));
    session.go_to(6_s);
    finish(session);
    const auto there = world_digest(session.timeline().world());

    const std::variant<Scenario, FileError> read =
        read_scenario(write_scenario(session.recording()));
    ASSERT_TRUE(std::holds_alternative<Scenario>(read)) << std::get<FileError>(read).what;
    Outcome<Session> again = Session::open(std::get<Scenario>(read), std::nullopt);
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(again->end(), 6_s);
    again->go_to_end();
    finish(*again);
    EXPECT_EQ(world_digest(again->timeline().world()), there);
}

TEST(Session, keeps_in_a_whole_recording_what_it_went_back_from) {
    Session session = open_session("steady-state");
    session.go_to(3_s);
    finish(session);
    EXPECT_FALSE(session.give("kill broker 1"));
    session.go_to(1_s);
    finish(session);
    EXPECT_TRUE(session.recording().plan.commands.empty());
    const Scenario whole = session.whole_recording();
    ASSERT_EQ(whole.plan.commands.size(), 1U);
    EXPECT_EQ(whole.plan.commands.front().text, "kill broker 1");
    EXPECT_GE(whole.until, 3_s);
}

TEST(Session, has_a_stamp_of_its_own_for_every_world_that_it_shows) {
    Session one = open_session();
    const Session two = open_session();
    EXPECT_NE(one.stamp(), two.stamp());
    const uint64_t before = one.stamp();
    one.step_event();
    EXPECT_NE(one.stamp(), before);
    EXPECT_NE(one.stamp(), two.stamp());
}

TEST(Session, fails_with_a_sentence_when_the_cluster_can_not_come_up) {
    Scenario scenario = read_file_of("steady-state");
    scenario.setup.topics.front().replication_factor = 30;
    const Outcome<Session> session = Session::open(scenario, std::nullopt);
    ASSERT_FALSE(session.ok());
    EXPECT_THAT(session.failure().what, Not(HasSubstr("\n")));
    EXPECT_FALSE(session.failure().what.empty());
}

}  // namespace
}  // namespace brokerlab
