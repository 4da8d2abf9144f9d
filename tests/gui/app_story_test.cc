// A whole visit to the lab by mouse and keyboard: a broker is killed, its death is followed and
// explained, the past is changed, the run is saved and opened again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/query/evaluate.h"
#include "tests/gui/app_pilot.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

namespace brokerlab {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// Three brokers at work, of which nobody dies by himself.
constexpr const char* kShop = R"(name: A shop
about: Yours to break.
seed: 42
cluster:
  brokers: 3
network: {latency: 1ms, jitter: 400us}
topics:
  - {name: orders, partitions: 3, replication-factor: 3, config: {min.insync.replicas: 2}}
producers:
  - {name: till, topic: orders, rate: 100/s, key: "order-{n}", value: '{"order":{n}}', config: {acks: all}}
consumers:
  - {name: audit, topics: [orders], from: earliest}
until: 40s
)";

class Visit : public testing::Test {
protected:
    Visit() : at_(folder_) {
        folder_.write("shop.yaml", kShop);
        at_.open_file(folder_.at("shop.yaml"));
    }

    [[nodiscard]] bool true_now(const std::string& expression) {
        const auto parsed = parse_expression(expression);
        return holds(at_.world(), std::get<Expression>(parsed));
    }
    /// What of the app's items begins so.
    [[nodiscard]] std::string label_with(const std::string& text) {
        for (const PilotItem& item : at_.pilot().items()) {
            if (item.label.find(text) != std::string::npos) {
                return item.label;
            }
        }
        return {};
    }
    void run_until(const std::string& expression) {
        at_.pilot().click("##Run until");
        at_.pilot().key(GLFW_KEY_A, {.ctrl = true});
        at_.pilot().type(expression);
        at_.pilot().key(GLFW_KEY_ENTER);
        at_.settle();
    }
    /// Kills the broker by its card's menu.
    void kill(int broker) {
        const std::string name = "broker " + std::to_string(broker);
        at_.pilot().right_click(name);
        at_.pilot().click("Kill " + name);
    }
    int leader_of_first() {
        for (int broker = 1; broker <= 3; ++broker) {
            if (true_now("leader(orders-0) == " + std::to_string(broker))) {
                return broker;
            }
        }
        return -1;
    }

    TestFolder folder_;
    AppPilot at_;
};

TEST_F(Visit, kills_a_broker_by_its_menu_and_follows_its_death_to_the_new_leader) {
    at_.pilot().key(GLFW_KEY_SPACE);
    at_.pilot().frames(180);
    at_.pilot().key(GLFW_KEY_SPACE);
    ASSERT_FALSE(at_.session().playing());
    const int victim = leader_of_first();
    ASSERT_GT(victim, 0);
    kill(victim);
    const std::string is = "broker(" + std::to_string(victim) + ")";
    EXPECT_TRUE(true_now(is + " == down"));

    run_until("leader(orders-0) != " + std::to_string(victim) + " and leader(orders-0) != -1");
    EXPECT_TRUE(at_.ui().timeline.error.empty()) << at_.ui().timeline.error;
    const int heir = leader_of_first();
    EXPECT_NE(heir, victim);
    EXPECT_GT(heir, 0);
    EXPECT_GT(at_.session().now(), 7_s);
    EXPECT_TRUE(true_now("lost_acked == 0"));
}

TEST_F(Visit, reads_why_the_leader_changed_down_to_the_command_and_goes_there) {
    at_.session().go_to(3_s);
    at_.settle();
    const int victim = leader_of_first();
    kill(victim);
    run_until("leader(orders-0) != " + std::to_string(victim) + " and leader(orders-0) != -1");
    const int heir = leader_of_first();
    at_.pilot().click("Why?");
    at_.pilot().click("orders-0 on " + std::to_string(heir));
    // The chain ends with what the person did.
    const std::string command = label_with("command: kill broker " + std::to_string(victim));
    ASSERT_NE(command, "") << "no step names the command";
    at_.click_in_panel(command);
    EXPECT_EQ(at_.session().now(), 3_s);
    EXPECT_TRUE(std::holds_alternative<FactThing>(at_.ui().selection));
}

TEST_F(Visit, changes_the_past_in_a_branch_and_switches_between_both) {
    at_.session().go_to(3_s);
    at_.settle();
    const int victim = leader_of_first();
    kill(victim);
    at_.session().go_to(20_s);
    at_.settle();
    // One event before the kill.
    at_.session().go_to(3_s);
    at_.settle();
    at_.pilot().key(GLFW_KEY_LEFT);
    const std::string runs = "broker(" + std::to_string(victim) + ") == running";
    for (int i = 0; !true_now(runs) && i < 100; ++i) {
        at_.pilot().key(GLFW_KEY_LEFT);
    }
    ASSERT_TRUE(true_now(runs));

    at_.give("set producer till acks=1");
    ASSERT_EQ(at_.session().timeline().branches().size(), 2U);
    EXPECT_EQ(at_.session().timeline().branch(), 1U);
    EXPECT_THAT(at_.notice(), HasSubstr("branch 1"));
    at_.session().go_to(20_s);
    at_.settle();
    EXPECT_TRUE(true_now(runs)) << "here nobody was killed";

    const std::string first = label_with("Branch " + at_.session().timeline().branches()[0].name);
    const std::string second = label_with("Branch branch 1");
    ASSERT_NE(first, "");
    ASSERT_NE(second, "");
    at_.pilot().click(first);
    EXPECT_EQ(at_.session().timeline().branch(), 0U);
    EXPECT_FALSE(true_now(runs));
    at_.pilot().click(second);
    EXPECT_EQ(at_.session().timeline().branch(), 1U);
    EXPECT_TRUE(true_now(runs));
}

TEST_F(Visit, goes_all_the_way_from_a_death_to_its_cause_and_to_a_run_without_it) {
    run_until("acked(till) >= 300");
    const Duration moment = at_.session().now();
    const int victim = leader_of_first();
    const std::string is = "broker(" + std::to_string(victim) + ")";
    kill(victim);
    run_until("leader(orders-0) != " + std::to_string(victim) + " and leader(orders-0) != -1");
    const Duration elected = at_.session().now();
    ASSERT_GT(elected, moment);

    at_.pilot().click("orders-0 on " + std::to_string(leader_of_first()));
    at_.pilot().click("Why?");
    at_.click_in_panel(label_with("command: kill broker " + std::to_string(victim)));
    ASSERT_EQ(at_.session().now(), moment);
    EXPECT_TRUE(true_now(is + " == down")) << "the moment after the deed";
    at_.pilot().click("Step back");
    ASSERT_TRUE(true_now(is + " == running")) << "the moment before it";

    at_.give("set producer till acks=1");
    ASSERT_EQ(at_.session().timeline().branches().size(), 2U);
    at_.pilot().click("Branch main##0");
    at_.pilot().click("To end");
    at_.settle();
    EXPECT_TRUE(true_now(is + " == down"));
    at_.pilot().click("Branch branch 1##1");
    EXPECT_EQ(at_.session().now(), moment) << "it has not been further";
    at_.pilot().click("To end");
    at_.settle();
    EXPECT_TRUE(true_now(is + " == running"));
    EXPECT_EQ(at_.session().now(), at_.session().end());
    EXPECT_GT(at_.session().now(), elected);
}

TEST_F(Visit, shows_everything_again_by_a_double_click_beside_the_things_only) {
    at_.pilot().wheel("controller 2", 2);
    const float closer = at_.ui().canvas.zoom;
    ASSERT_GT(closer, 1);
    at_.pilot().double_click("controller 2");
    EXPECT_EQ(at_.ui().canvas.zoom, closer);
    at_.pilot().double_click("canvas##background");
    EXPECT_EQ(at_.ui().canvas.zoom, 1);
}

TEST_F(Visit, finds_a_topic_by_its_title_on_whichever_broker) {
    for (const std::size_t card : {0U, 1U, 2U}) {
        at_.app().carry_out(Select{});
        at_.pilot().click("topic orders", card);
        EXPECT_TRUE(at_.ui().selection == Thing(TopicThing{"orders"})) << "card " << card + 1;
    }
}

TEST_F(Visit, has_a_legend_that_goes_as_menus_do) {
    at_.pilot().click("Legend##canvas");
    EXPECT_TRUE(ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopup));
    at_.pilot().key(GLFW_KEY_ESCAPE);
    EXPECT_FALSE(ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopup));
}

TEST_F(Visit, has_a_menu_wherever_there_is_nothing_too) {
    // Its corner: in the midst of it there may be a link at any place.
    const PilotItem* canvas = at_.pilot().find("canvas##background");
    ASSERT_NE(canvas, nullptr);
    at_.pilot().right_click_at({canvas->min.x + 24, canvas->min.y + 24});
    EXPECT_NE(label_with("Create a topic"), "");
    at_.pilot().right_click("broker 1");
    EXPECT_TRUE(at_.pilot().sees("Kill broker 1")) << "one menu gives way to the next";
    EXPECT_EQ(label_with("Create a topic"), "");
}

TEST_F(Visit, leaves_one_thing_at_a_time_by_escape) {
    const Thing broker = BrokerThing{BrokerId(2)};
    at_.pilot().click("broker 2");
    at_.pilot().right_click("broker 2");
    ASSERT_TRUE(at_.pilot().sees("Kill broker 2"));
    at_.pilot().key(GLFW_KEY_ESCAPE);
    EXPECT_FALSE(at_.pilot().sees("Kill broker 2"));
    EXPECT_TRUE(at_.ui().selection == broker);

    at_.pilot().right_click("broker 2");
    at_.pilot().click("Slow the disk of broker 2 \u2026");
    ASSERT_TRUE(at_.ui().form.open);
    at_.pilot().key(GLFW_KEY_ESCAPE);
    EXPECT_FALSE(at_.ui().form.open);
    EXPECT_TRUE(at_.ui().selection == broker);

    at_.pilot().key(GLFW_KEY_ESCAPE);
    EXPECT_TRUE(at_.ui().selection == Thing());
}

TEST_F(Visit, stops_where_a_fact_of_a_kind_happens) {
    at_.pilot().click("Break on");
    at_.pilot().click("a partition's leader changes##often");
    EXPECT_TRUE(at_.session().break_on());
    at_.app().carry_out(GoTo{3_s});
    at_.settle();
    const int victim = leader_of_first();
    kill(victim);
    at_.app().carry_out(SetSpeed{10});
    at_.pilot().click("Play");
    at_.settle();
    EXPECT_FALSE(at_.session().playing());
    EXPECT_NE(leader_of_first(), victim);
    EXPECT_LT(at_.session().now(), 20_s);
    at_.pilot().click("Break on");
    at_.pilot().click("nothing: play on");
    EXPECT_FALSE(at_.session().break_on());
}

TEST_F(Visit, is_told_where_an_expression_can_not_be_read) {
    run_until("leader(orders-0");
    EXPECT_THAT(at_.ui().timeline.error, HasSubstr("At character"));
    EXPECT_EQ(at_.session().now(), Duration());
}

TEST_F(Visit, is_told_why_a_command_is_refused) {
    at_.pilot().right_click("broker 1");
    const PilotItem* start = at_.pilot().find("Start broker 1");
    ASSERT_NE(start, nullptr);
    EXPECT_TRUE(start->disabled) << "it runs already";
    at_.pilot().key(GLFW_KEY_ESCAPE);
    at_.app().carry_out(GiveCommand{"start broker 1"});
    ASSERT_TRUE(at_.app().notice());
    EXPECT_TRUE(at_.app().notice()->bad);
    EXPECT_THAT(at_.notice(), HasSubstr("refused"));
}

TEST_F(Visit, fills_in_a_form_and_gives_its_command) {
    at_.pilot().right_click("broker 2");
    at_.pilot().click("Slow the disk of broker 2 \u2026");
    ASSERT_TRUE(at_.ui().form.open);
    at_.pilot().click("##Command text");
    at_.pilot().key(GLFW_KEY_A, {.ctrl = true});
    at_.pilot().type("slow disk of brker 2 700ms");
    EXPECT_FALSE(at_.ui().form.error.empty());
    EXPECT_TRUE(at_.pilot().find("Give command")->disabled);
    at_.pilot().key(GLFW_KEY_A, {.ctrl = true});
    at_.pilot().type("kill broker 2");
    EXPECT_EQ(at_.ui().form.error, "");
    at_.pilot().click("Give command");
    EXPECT_FALSE(at_.ui().form.open);
    EXPECT_TRUE(true_now("broker(2) == down"));
}

TEST_F(Visit, saves_a_recording_and_opens_it_again) {
    at_.session().go_to(3_s);
    at_.settle();
    kill(1);
    at_.session().go_to(6_s);
    at_.settle();
    const uint64_t there = world_digest(at_.world());
    at_.pilot().key(GLFW_KEY_S, {.ctrl = true});
    const std::string path = folder_.at("data/brokerlab-1.yaml");
    EXPECT_THAT(at_.notice(), HasSubstr(path));
    EXPECT_THAT(folder_.text_of("data/brokerlab-1.yaml"), HasSubstr("kill broker 1"));

    at_.pilot().key(GLFW_KEY_O, {.ctrl = true});
    ASSERT_TRUE(at_.ui().picker_open);
    at_.pilot().click("##Search scenarios");
    at_.pilot().type(path);
    at_.pilot().click("Open this file");
    EXPECT_FALSE(at_.ui().picker_open);
    EXPECT_EQ(at_.session().now(), Duration());
    EXPECT_EQ(at_.session().end(), 6_s);
    at_.pilot().key(GLFW_KEY_END);
    at_.settle();
    EXPECT_EQ(at_.session().now(), 6_s);
    EXPECT_EQ(world_digest(at_.world()), there);

    at_.pilot().key(GLFW_KEY_S, {.ctrl = true});
    EXPECT_THAT(at_.notice(), HasSubstr("brokerlab-2.yaml")) << "nothing is written over";
}

TEST_F(Visit, opens_another_scenario_by_the_picker) {
    at_.pilot().key(GLFW_KEY_O, {.ctrl = true});
    at_.pilot().click("##Search scenarios");
    at_.pilot().type("three racks");
    at_.pilot().click("Five brokers in three racks");
    EXPECT_EQ(at_.session().scenario().setup.name, "Five brokers in three racks");
    EXPECT_TRUE(at_.pilot().sees("broker 5")) << "the canvas shows the new cluster";
    EXPECT_EQ(at_.session().now(), Duration());
}

TEST_F(Visit, changes_the_theme_and_keeps_it) {
    EXPECT_EQ(at_.app().look().colours().name, ThemeName::kDark);
    at_.pilot().key(GLFW_KEY_T, {.ctrl = true});
    EXPECT_EQ(at_.app().look().colours().name, ThemeName::kLight);
    at_.app().close();
    EXPECT_THAT(folder_.text_of("config/preferences.yaml"), HasSubstr("theme: light"));
}

TEST_F(Visit, finds_every_command_of_the_app_in_the_menus) {
    at_.pilot().click("Run");
    at_.pilot().click("Play or pause");
    EXPECT_TRUE(at_.session().playing());
    at_.pilot().click("Run");
    at_.pilot().click("Play or pause");
    EXPECT_FALSE(at_.session().playing());
    at_.pilot().click("View");
    at_.pilot().click("Fact log##panel");
    EXPECT_EQ(at_.ui().drawer, "facts");
    at_.pilot().click("Close drawer");
    EXPECT_EQ(at_.ui().drawer, "");
    at_.pilot().click("Help");
    at_.pilot().click("Keyboard shortcuts");
    EXPECT_TRUE(at_.ui().shortcuts_open);
    at_.pilot().key(GLFW_KEY_ESCAPE);
    EXPECT_FALSE(at_.ui().shortcuts_open);
}

TEST_F(Visit, types_letters_into_a_field_without_setting_off_shortcuts) {
    at_.pilot().click("##Run until");
    at_.pilot().type("w ");
    at_.pilot().key(GLFW_KEY_SPACE);
    at_.pilot().key(GLFW_KEY_N);
    EXPECT_FALSE(at_.session().playing());
    EXPECT_EQ(at_.ui().side, "why");
    EXPECT_THAT(at_.ui().timeline.until_text, StartsWith("w"));
}

TEST_F(Visit, leaves_a_field_by_escape_and_keeps_what_is_selected) {
    const Thing broker = BrokerThing{BrokerId(2)};
    at_.pilot().click("broker 2");
    at_.pilot().click("##Run until");
    at_.pilot().type("off");
    ASSERT_TRUE(ImGui::GetIO().WantTextInput);
    at_.pilot().key(GLFW_KEY_ESCAPE);
    EXPECT_FALSE(ImGui::GetIO().WantTextInput);
    EXPECT_TRUE(at_.ui().selection == broker);
    at_.pilot().key(GLFW_KEY_ESCAPE);
    EXPECT_TRUE(at_.ui().selection == Thing());
}

TEST_F(Visit, repeats_what_a_held_key_does_only_for_steps_and_speed) {
    const uint64_t before = at_.world().events_run;
    at_.pilot().hold_key(GLFW_KEY_RIGHT, 60);
    EXPECT_GT(at_.world().events_run, before + 5);
    at_.pilot().hold_key(GLFW_KEY_I, 61);
    EXPECT_TRUE(at_.ui().canvas.internal_traffic) << "once, not on and off";
    at_.app().carry_out(SetSpeed{0.01});
    at_.pilot().hold_key(GLFW_KEY_SPACE, 60);
    EXPECT_TRUE(at_.session().playing());
}

TEST_F(Visit, drops_facts_and_messages_that_are_selected_when_the_branch_changes) {
    at_.app().carry_out(GoTo{5_s});
    at_.settle();
    at_.app().carry_out(Select{BrokerThing{BrokerId(2)}});
    at_.app().carry_out(Select{MessageThing{7}});
    at_.app().carry_out(Select{FactThing{at_.session().timeline().facts().back().id}});
    at_.app().carry_out(GoTo{3_s});
    at_.app().carry_out(GiveCommand{"kill broker 1"});
    ASSERT_EQ(at_.session().timeline().branch(), 1U);
    EXPECT_TRUE(at_.ui().selection == Thing());
    at_.app().carry_out(SelectPrevious{});
    EXPECT_TRUE(at_.ui().selection == Thing(BrokerThing{BrokerId(2)})) << "a broker is the same";
    at_.app().carry_out(Select{MessageThing{7}});
    at_.app().carry_out(SwitchBranch{0});
    EXPECT_TRUE(at_.ui().selection == Thing());
}

TEST_F(Visit, finds_runs_views_and_branches_in_the_palette) {
    at_.app().carry_out(GoTo{5_s});
    at_.settle();
    at_.app().carry_out(GoTo{3_s});
    at_.give("kill broker 1");
    at_.give("switch to branch main");
    EXPECT_EQ(at_.session().timeline().branch(), 0U);
    at_.give("speed 100x");
    EXPECT_EQ(at_.session().speed(), 100);
    at_.give("break on: a partition's leader changes");
    EXPECT_TRUE(at_.session().break_on());
    at_.give("break on nothing");
    EXPECT_FALSE(at_.session().break_on());
    at_.ui().canvas.zoom = 3;
    at_.give("zoom to fit");
    EXPECT_EQ(at_.ui().canvas.zoom, 1);
    at_.give("show fact log");
    EXPECT_EQ(at_.ui().drawer, "facts");
    at_.give("show keyboard shortcuts");
    EXPECT_TRUE(at_.ui().shortcuts_open);
    at_.pilot().key(GLFW_KEY_ESCAPE);
    at_.give("acked(till) >= 400");
    at_.settle();
    EXPECT_TRUE(true_now("acked(till) >= 400"));
}

TEST_F(Visit, fills_in_the_form_of_run_until) {
    at_.give("run until \u2026");
    ASSERT_TRUE(at_.ui().form.open);
    at_.pilot().click("##Command text");
    at_.pilot().key(GLFW_KEY_A, {.ctrl = true});
    at_.pilot().type("acked(till");
    EXPECT_TRUE(at_.pilot().find("Run until it holds")->disabled);
    at_.pilot().key(GLFW_KEY_A, {.ctrl = true});
    at_.pilot().type("acked(till) >= 100");
    at_.pilot().click("Run until it holds");
    at_.settle();
    EXPECT_TRUE(true_now("acked(till) >= 100"));
    EXPECT_FALSE(true_now("acked(till) >= 300"));
}

TEST_F(Visit, drags_the_seam_between_the_inspector_and_the_panel_below_it) {
    const float before = at_.ui().inspector_share;
    at_.pilot().drag("Inspector height", {0, -120});
    EXPECT_LT(at_.ui().inspector_share, before - 0.05F);
    at_.pilot().drag("Inspector height", {0, 2000});
    EXPECT_NEAR(at_.ui().inspector_share, 0.8F, 0.01F);
}

/// 1000 pixels are too few for the canvas with a lesson at its left and the inspector at its right.
class NarrowVisit : public testing::Test {
protected:
    NarrowVisit() { at_.open_lesson("10-kill-a-broker"); }

    bool sees_lesson() { return at_.pilot().find("Begin this step again##footer") != nullptr; }
    bool sees_side() { return at_.pilot().find("Why not yet?") != nullptr; }

    AppPilot at_{ScreenSize{1000, 700}};
};

TEST_F(NarrowVisit, shows_of_lesson_and_side_what_was_asked_for_last) {
    EXPECT_TRUE(sees_lesson());
    EXPECT_FALSE(sees_side());
    at_.pilot().key(GLFW_KEY_W);
    EXPECT_FALSE(sees_lesson());
    EXPECT_TRUE(sees_side());
    at_.pilot().key(GLFW_KEY_L, {.ctrl = true});
    EXPECT_TRUE(sees_lesson());
    EXPECT_FALSE(sees_side());
    at_.pilot().key(GLFW_KEY_I, {.ctrl = true});
    EXPECT_TRUE(sees_side());
    at_.pilot().key(GLFW_KEY_I, {.ctrl = true});
    EXPECT_FALSE(sees_side());
    EXPECT_TRUE(sees_lesson()) << "the side is closed, so there is room again";
    at_.give("show why?");
    EXPECT_TRUE(sees_side());
    EXPECT_TRUE(at_.app().show_panel("lesson"));
    at_.pilot().frames(3);
    EXPECT_TRUE(sees_lesson());
    EXPECT_TRUE(at_.app().show_panel("waits"));
    at_.pilot().frames(3);
    EXPECT_TRUE(sees_side());
    EXPECT_EQ(at_.ui().side, "waits");
}

TEST_F(NarrowVisit, has_tabs_from_one_to_the_other) {
    at_.pilot().click("Inspector##aside");
    EXPECT_TRUE(sees_side());
    at_.pilot().click("Lesson##aside");
    EXPECT_TRUE(sees_lesson());
}

TEST_F(NarrowVisit, drags_a_seam_from_where_it_is_shown) {
    at_.ui().lesson_width = 640;  // Of a larger window.
    at_.pilot().frames(3);
    const float shown = at_.pilot().find("Lesson width")->min.x;
    at_.pilot().drag("Lesson width", {-40, 0});
    EXPECT_NEAR(at_.pilot().find("Lesson width")->min.x, shown - 40, 2);
}

TEST_F(Visit, cancels_a_long_run_by_escape) {
    at_.app().carry_out(SetSpeed{0.01});
    at_.pilot().key(GLFW_KEY_SPACE);
    EXPECT_TRUE(at_.session().playing());
    at_.pilot().key(GLFW_KEY_SPACE);
    EXPECT_FALSE(at_.session().playing());
    EXPECT_TRUE(at_.ui().selection == Thing());
    at_.pilot().click("broker 2");
    EXPECT_TRUE(at_.ui().selection == Thing(BrokerThing{BrokerId(2)}));
    at_.pilot().key(GLFW_KEY_ESCAPE);
    EXPECT_TRUE(at_.ui().selection == Thing());
}

TEST_F(Visit, goes_back_to_what_was_selected_before) {
    at_.pilot().click("broker 2");
    at_.pilot().click("till");
    EXPECT_TRUE(at_.ui().selection == Thing(ClientThing{"till"}));
    at_.pilot().key(GLFW_KEY_LEFT, {.alt = true});
    EXPECT_TRUE(at_.ui().selection == Thing(BrokerThing{BrokerId(2)}));
}

}  // namespace
}  // namespace brokerlab
