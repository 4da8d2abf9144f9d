// Every panel at every size, in both themes, with every kind of thing selected: it draws without a
// complaint of ImGui's, stays within the window, and what can be pressed can be seen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/view/canvas.h"
#include "tests/gui/app_pilot.h"

namespace brokerlab {
namespace {

constexpr ScreenSize kSizes[] = {{800, 500}, {1600, 1000}, {3840, 2160}};
constexpr float kEnoughToSee = 4;

/// One of each kind, as they are in this World.
std::vector<Thing> one_of_each(const World& world, const std::vector<Fact>& marks) {
    std::vector<Thing> things{Thing()};
    for (const char* text : {"broker 2", "controller 1", "quorum", "topic orders", "orders-0",
                             "orders-0 on 1", "till", "audit", "link broker 1 - till"}) {
        const std::optional<Thing> thing = parse_thing(world, text);
        EXPECT_TRUE(thing) << text;
        things.push_back(thing.value_or(Thing()));
    }
    things.emplace_back(BatchThing{{"orders", PartitionId(0)}, BrokerId(1), Offset(0)});
    const Canvas canvas = make_canvas(world, {.now = world.now});
    if (!canvas.messages.empty()) {
        things.push_back(canvas.messages.front().thing);
    }
    things.emplace_back(FactThing{marks.back().id});
    return things;
}

void expect_all_in_sight(AppPilot& at, ScreenSize size, const std::string& when) {
    const auto width = static_cast<float>(size.width);
    const auto height = static_cast<float>(size.height);
    for (const PilotItem& item : at.pilot().items()) {
        if (item.label.empty() || item.scrolls) {
            continue;
        }
        const float seen_x = std::min({item.max.x, item.clip_max.x, width}) -
                             std::max({item.min.x, item.clip_min.x, 0.0F});
        const float seen_y = std::min({item.max.y, item.clip_max.y, height}) -
                             std::max({item.min.y, item.clip_min.y, 0.0F});
        EXPECT_GE(seen_x, std::min(kEnoughToSee, item.max.x - item.min.x) - 0.5F)
            << "'" << item.label << "' " << when;
        EXPECT_GE(seen_y, std::min(kEnoughToSee, item.max.y - item.min.y) - 0.5F)
            << "'" << item.label << "' " << when;
    }
}

class Panels : public testing::TestWithParam<ScreenSize> {
protected:
    Panels() : at_(GetParam()) {}

    void go_to(Duration moment) {
        at_.app().carry_out(GoTo{moment});
        at_.settle();
    }
    std::string when(const std::string& what) {
        return "at " + std::to_string(GetParam().width) + "x" + std::to_string(GetParam().height) +
               ", " + what;
    }
    /// All panels one after the other, as they stand, in both themes.
    void look_at_all(const std::string& what) {
        for (const ThemeName name : {ThemeName::kLight, ThemeName::kDark}) {
            at_.app().carry_out(ChooseTheme{name});
            const char* theme = name == ThemeName::kDark ? ", dark, " : ", light, ";
            for (const Panel& panel : panels()) {
                ASSERT_TRUE(at_.app().show_panel(panel.name));
                at_.pilot().frames(3);
                ASSERT_EQ(at_.app().look().colours().name, name);
                expect_all_in_sight(at_, GetParam(), when(std::string(panel.name) + theme + what));
                at_.ui().form.open = false;
                at_.ui().palette.open = false;
                at_.ui().shortcuts_open = false;
                at_.ui().picker_open = false;
            }
        }
    }

    AppPilot at_;
};

TEST_P(Panels, draw_each_kind_of_thing) {
    at_.open_scenario("kill-the-leader");
    go_to(6_s);
    at_.ui().canvas.internal_traffic = true;
    const auto& marks = at_.session().timeline().branches()[0].marks;
    for (const Thing& thing : one_of_each(at_.world(), marks)) {
        at_.app().carry_out(Select{thing});
        const std::string text = thing_text(at_.world(), thing);
        for (const char* side : {"why", "waits", "next", "facts"}) {
            at_.app().show_panel(side);
            at_.pilot().frames(3);
            expect_all_in_sight(at_, GetParam(), when(std::string(side) + " of '" + text + "'"));
        }
    }
}

TEST_P(Panels, draw_a_broker_that_died) {
    at_.open_scenario("kill-the-leader");
    go_to(13_s);
    at_.app().carry_out(Select{BrokerThing{BrokerId(2)}});
    look_at_all("with a dead broker");
}

TEST_P(Panels, draw_racks_and_many_partitions) {
    at_.open_scenario("five-brokers-three-racks");
    go_to(2_s);
    look_at_all("with racks");
    const TestFolder folder;
    folder.write("large.yaml",
                 "name: A large cluster\nseed: 7\ncluster: {brokers: 30, controllers: 3}\n"
                 "topics:\n  - {name: orders, partitions: 200, replication-factor: 3}\n"
                 "producers:\n  - {name: till, topic: orders, rate: 10/s}\nuntil: 10s\n");
    at_.open_file(folder.at("large.yaml"));
    go_to(1_s);
    at_.app().carry_out(Select{BrokerThing{BrokerId(17)}});
    look_at_all("with 30 brokers");
}

TEST_P(Panels, draw_a_world_in_which_nothing_has_happened_yet) {
    at_.open_scenario("steady-state");
    look_at_all("at time 0");
}

TEST_P(Panels, draw_groups_before_within_and_after_a_rebalance) {
    at_.open_scenario("group-scales-and-loses-a-member");
    at_.app().carry_out(Select{GroupThing{"stock"}});
    for (const Duration moment : {Duration(), 2_s, 20_s + 500_ms, 21_s + 126_ms, 45_s, 95_s}) {
        go_to(moment);
        for (const GroupStretch stretch :
             {GroupStretch::kRebalance, GroupStretch::kRecent, GroupStretch::kWhole}) {
            at_.ui().group.stretch = stretch;
            ASSERT_TRUE(at_.app().show_panel("group"));
            at_.pilot().frames(3);
            expect_all_in_sight(at_, GetParam(),
                                when("group at " + std::to_string(moment.to_ms()) + " ms"));
        }
    }
    look_at_all("with a group");
}

TEST_P(Panels, draw_a_group_with_many_partitions) {
    const TestFolder folder;
    folder.write("wide.yaml",
                 "name: A wide group\nseed: 7\ncluster: {brokers: 3, controllers: 3}\n"
                 "topics:\n  - {name: orders, partitions: 60, replication-factor: 1}\n"
                 "producers:\n  - {name: till, topic: orders, rate: 10/s}\n"
                 "consumers:\n  - {group: stock, topics: [orders], members: 9}\nuntil: 20s\n");
    at_.open_file(folder.at("wide.yaml"));
    go_to(10_s);
    ASSERT_TRUE(at_.app().show_panel("group"));
    at_.pilot().frames(3);
    expect_all_in_sight(at_, GetParam(), when("a wide group"));
}

TEST_P(Panels, draw_a_lesson) {
    at_.open_lesson("10-kill-a-broker");
    look_at_all("in a lesson");
}

TEST_P(Panels, draw_a_cluster_without_a_leader_or_a_majority) {
    for (const char* name : {"controllers-without-majority", "power-loss-of-all",
                             "disk-failure-of-the-last-replica"}) {
        at_.open_scenario(name);
        go_to(15_s);
        look_at_all(name);
    }
}

TEST_P(Panels, draw_branches) {
    at_.open_scenario("kill-the-leader");
    go_to(8_s);
    for (int i = 0; i < 6; ++i) {
        // Each leaves the first branch, a little later than the one before.
        at_.app().carry_out(SwitchBranch{0});
        go_to(Duration(3'000'000'000 + i * 100'000'000));
        at_.app().carry_out(GiveCommand{"pause broker 1"});
        go_to(4_s);
    }
    EXPECT_EQ(at_.session().timeline().branches().size(), 7U);
    look_at_all("with branches");
}

TEST_P(Panels, keep_a_selection_that_is_not_there_at_this_moment) {
    at_.open_scenario("kill-the-leader");
    go_to(6_s);
    at_.app().carry_out(
        Select{BatchThing{{"orders", PartitionId(0)}, BrokerId(1), Offset(100'000)}});
    look_at_all("a batch that is not there yet");
    at_.app().carry_out(Select{MessageThing{123'456'789}});
    look_at_all("a message that never was");
    at_.app().carry_out(Select{FactThing{}});
    look_at_all("a fact that never was");
    at_.app().carry_out(Select{ClientThing{"nobody"}});
    look_at_all("a client that never was");
}

TEST_P(Panels, draw_at_every_scale) {
    at_.open_scenario("kill-the-leader");
    go_to(6_s);
    for (const float scale : {0.75F, 1.5F}) {
        if (static_cast<float>(GetParam().width) / scale < 800) {
            continue;  // Less than the least window.
        }
        at_.app().look().scale = scale;
        at_.pilot().frames(3);
        expect_all_in_sight(at_, GetParam(), when("at scale " + std::to_string(scale)));
    }
}

TEST_P(Panels, give_way_to_borders_that_were_drawn_too_far) {
    at_.open_scenario("kill-the-leader");
    at_.ui().drawer = "facts";
    at_.ui().side_width = 5000;
    at_.ui().lesson_width = 5000;
    at_.ui().timeline_height = 5000;
    at_.ui().drawer_height = 5000;
    at_.pilot().frames(3);
    expect_all_in_sight(at_, GetParam(), when("with borders too far"));
    EXPECT_TRUE(at_.pilot().sees("Play"));
    at_.ui().side_width = 1;
    at_.ui().timeline_height = 1;
    at_.ui().drawer_height = 1;
    at_.pilot().frames(3);
    expect_all_in_sight(at_, GetParam(), when("with borders too near"));
}

std::string size_name(const testing::TestParamInfo<ScreenSize>& info) {
    return std::to_string(info.param.width) + "x" + std::to_string(info.param.height);
}

INSTANTIATE_TEST_SUITE_P(Sizes, Panels, testing::ValuesIn(kSizes), size_name);

}  // namespace
}  // namespace brokerlab
