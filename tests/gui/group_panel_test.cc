// A person at the group panel: opens it from the canvas, reads who has what, asks why the group
// rebalanced, and gives its members commands.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/oracle/group_view.h"
#include "tests/gui/app_pilot.h"

namespace brokerlab {
namespace {

class GroupVisit : public testing::Test {
protected:
    GroupVisit() {
        at_.open_scenario("group-scales-and-loses-a-member");
        go_to(30_s);
    }
    void go_to(Duration moment) {
        at_.app().carry_out(GoTo{moment});
        at_.settle();
    }
    void open() {
        ASSERT_TRUE(at_.app().show_panel("group"));
        at_.pilot().frames(3);
    }
    GroupView group() { return *view_group(at_.world(), "stock"); }
    std::size_t cells(const std::string& member) {
        return static_cast<std::size_t>(std::count_if(
            at_.pilot().items().begin(), at_.pilot().items().end(), [&](const PilotItem& item) {
                return item.label.starts_with(member + " orders-") &&
                       item.label.ends_with("##cell");
            }));
    }

    AppPilot at_;
};

TEST_F(GroupVisit, opens_from_the_canvas) {
    EXPECT_EQ(at_.ui().drawer, "");
    at_.pilot().click("Open group stock##canvas");
    at_.pilot().frames(3);
    EXPECT_EQ(at_.ui().drawer, "group");
    EXPECT_TRUE(at_.ui().selection == Thing(GroupThing{"stock"}));
    for (const char* member : {"stock-1", "stock-2", "stock-3"}) {
        EXPECT_EQ(cells(member), 6U) << member;
    }
}

TEST_F(GroupVisit, selects_the_group_by_its_name_on_the_canvas) {
    at_.pilot().click("group stock");
    EXPECT_TRUE(at_.ui().selection == Thing(GroupThing{"stock"}));
    EXPECT_EQ(at_.ui().drawer, "");
}

TEST_F(GroupVisit, shows_members_only_once_they_are_there) {
    open();
    EXPECT_EQ(cells("stock-3"), 6U);
    go_to(15_s);
    at_.pilot().frames(3);
    EXPECT_EQ(cells("stock-2"), 6U);
    EXPECT_EQ(cells("stock-3"), 0U);
}

TEST_F(GroupVisit, selects_members_and_partitions) {
    open();
    at_.pilot().click("stock-2##member");
    EXPECT_TRUE(at_.ui().selection == Thing(ClientThing{"stock-2"}));
    at_.pilot().click("orders-3##column");
    EXPECT_TRUE(at_.ui().selection == Thing(PartitionThing{{"orders", PartitionId(3)}}));
}

TEST_F(GroupVisit, asks_why_the_group_rebalanced) {
    open();
    at_.click_in_panel("stock-3 joins##rebalance 1");
    at_.pilot().frames(3);
    const auto* fact = std::get_if<FactThing>(&at_.ui().selection);
    ASSERT_NE(fact, nullptr);
    EXPECT_EQ(at_.ui().side, "why");
    const auto& marks = at_.session().timeline().branches()[0].marks;
    const auto found = std::find_if(marks.begin(), marks.end(),
                                    [&](const Fact& one) { return one.id == fact->fact; });
    ASSERT_NE(found, marks.end());
    const auto* began = std::get_if<GroupRebalanceBegan>(&found->body);
    ASSERT_NE(began, nullptr);
    EXPECT_EQ(began->member, "stock-3");
    // The chain goes down to the command.
    EXPECT_TRUE(std::any_of(at_.pilot().items().begin(), at_.pilot().items().end(),
                            [](const PilotItem& item) {
                                return item.label.starts_with("command: add consumer stock##why");
                            }));
}

TEST_F(GroupVisit, asks_why_a_member_did_what_it_did) {
    open();
    at_.pilot().click("Whole run##stretch of the bars");
    at_.pilot().frames(3);
    EXPECT_EQ(at_.ui().group.stretch, GroupStretch::kWhole);
    const auto& items = at_.pilot().items();
    const auto bar = std::find_if(items.begin(), items.end(), [](const PilotItem& item) {
        return item.label.starts_with("stock-1 assigned##span");
    });
    ASSERT_NE(bar, items.end());
    at_.click_in_panel(std::string(bar->label));
    EXPECT_TRUE(std::holds_alternative<FactThing>(at_.ui().selection));
}

TEST_F(GroupVisit, adds_a_member_by_its_button) {
    open();
    at_.pilot().click("Add a consumer");
    at_.settle();
    go_to(40_s);
    EXPECT_EQ(group().members.size(), 4U);
}

TEST_F(GroupVisit, crashes_a_member_by_the_groups_menu) {
    open();
    at_.pilot().click("Commands of the group");
    at_.pilot().frames(3);
    at_.pilot().click("Crash stock-2");
    at_.settle();
    EXPECT_EQ(at_.world().find_client("stock-2")->state, ClientState::kCrashed);
}

TEST_F(GroupVisit, pauses_a_member_by_its_own_menu) {
    open();
    at_.pilot().right_click("stock-1##member");
    at_.pilot().frames(3);
    at_.pilot().click("Pause stock-1");
    at_.settle();
    EXPECT_EQ(at_.world().find_client("stock-1")->state, ClientState::kPaused);
}

TEST_F(GroupVisit, is_found_in_the_palette) {
    at_.give("Show Group");
    at_.pilot().frames(3);
    EXPECT_EQ(at_.ui().drawer, "group");
}

TEST_F(GroupVisit, says_what_to_do_where_there_is_no_group) {
    at_.open_scenario("kill-the-leader");
    open();
    EXPECT_FALSE(at_.pilot().sees("Add a consumer"));
    EXPECT_FALSE(at_.pilot().sees("Commands of the group"));
}

}  // namespace
}  // namespace brokerlab
