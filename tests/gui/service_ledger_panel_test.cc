// A person at a service: reads its ledger in the inspector, and goes from its deeds to their
// moments.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/gui/app_pilot.h"

namespace brokerlab {
namespace {

class ServiceVisit : public testing::Test {
protected:
    ServiceVisit() {
        at_.open_scenario("s0-order-stock-email");
        at_.app().carry_out(GoTo{20_s});
        at_.settle();
        at_.pilot().click("stock-service-1");
        at_.pilot().frames(3);
    }
    /// The whole label of the first item that ends so.
    std::string label_ending(const std::string& end) {
        const auto& items = at_.pilot().items();
        const auto found = std::find_if(items.begin(), items.end(), [&](const PilotItem& item) {
            return item.label.ends_with(end);
        });
        return found == items.end() ? std::string() : std::string(found->label);
    }

    AppPilot at_;
};

TEST_F(ServiceVisit, shows_counts_instances_and_database) {
    EXPECT_TRUE(at_.ui().selection == Thing(ClientThing{"stock-service-1"}));
    EXPECT_TRUE(at_.pilot().sees("Records handled##name"));
    EXPECT_TRUE(at_.pilot().sees("Records skipped##name"));
    EXPECT_NE(at_.pilot().find("book order##line-0"), nullptr);
    EXPECT_NE(at_.pilot().find("pencil##line-1"), nullptr);
    at_.click_in_panel("stock-service-2##line-1");
    EXPECT_TRUE(at_.ui().selection == Thing(ClientThing{"stock-service-2"}));
}

TEST_F(ServiceVisit, goes_to_the_moment_of_a_deed) {
    const std::string moment = label_ending("##at-line-1");
    ASSERT_NE(moment, "");
    at_.click_in_panel(moment);
    at_.settle();
    EXPECT_LT(at_.session().now(), 10_s);
    EXPECT_GT(at_.session().now(), 9_s);
    // The ledger is that of the new moment: the deed is its newest.
    EXPECT_TRUE(at_.ui().selection == Thing(ClientThing{"stock-service-1"}));
    at_.pilot().frames(3);
    EXPECT_EQ(label_ending("##at-line-0"), moment.substr(0, moment.find('#')) + "##at-line-0");
}

TEST_F(ServiceVisit, asks_why_a_deed_was_done) {
    at_.click_in_panel("stock taken##line-0");
    at_.pilot().frames(3);
    EXPECT_TRUE(std::holds_alternative<FactThing>(at_.ui().selection));
    EXPECT_EQ(at_.session().now(), 20_s);
}

TEST_F(ServiceVisit, reads_a_topics_whole_name_on_the_canvas) {
    at_.pilot().hover("topic order_topics");
    at_.pilot().frames(60);
    at_.pilot().click("topic order_topics");
    EXPECT_TRUE(at_.ui().selection == Thing(TopicThing{"order_topics"}));
}

}  // namespace
}  // namespace brokerlab
