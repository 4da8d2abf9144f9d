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
    at_.pilot().click("##search scenarios");
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
    at_.pilot().click("##search scenarios");
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
