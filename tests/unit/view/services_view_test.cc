// Instances of services wherever clients show: on the canvas, in the inspector, in menus.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/script/command_text.h"
#include "sim/view/actions.h"
#include "sim/view/canvas.h"
#include "sim/view/explain.h"
#include "sim/view/inspection.h"
#include "sim/view/sentences.h"
#include "tests/unit/view/played_world.h"

namespace brokerlab {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::play;
using ::testing::SizeIs;

constexpr std::string_view kShop = R"(
name: Shop
cluster: {brokers: 1, controllers: 1, config: {offsets.topic.replication.factor: 1}}
topics:
  - {name: orders}
services:
  - {name: order-service, handler: order, http: 8080, produces: orders}
  - name: stock-service
    handler: stock
    group: stock
    topics: [orders]
    instances: 2
    process: 1s
    config: {auto.offset.reset: earliest}
timeline:
  - {at: 8s, do: 'post order-service /api/v1/orders {"name":"book","qty":5,"price":20}'}
until: 30s
)";

const Timeline& shop() {
    static const Timeline kShopAt12 = play(kShop, 12_s);
    return kShopAt12;
}

/// All rows and cells, one after the other.
std::string text_of(const std::string& client) {
    const Inspection inspection = inspect(shop().world(), shop().facts(), ClientThing{client});
    std::string text = inspection.title + " " + inspection.subtitle + "\n";
    for (const InspectionSection& section : inspection.sections) {
        if (const auto* rows = std::get_if<RowsSection>(&section)) {
            text += rows->title + "\n";
            for (const Row& row : rows->rows) {
                text += row.name + ": " + row.value + "\n";
            }
        } else if (const auto* table = std::get_if<TableSection>(&section)) {
            text += table->title + "\n";
            for (const TableSection::Line& line : table->lines) {
                for (const std::string& cell : line.cells) {
                    text += cell + "|";
                }
                text += "\n";
            }
        }
    }
    return text;
}

std::string subtitle_of(const std::string& title) {
    for (const NodeCard& card : make_canvas(shop().world(), {shop().world().now}).cards) {
        if (card.title == title) {
            return card.subtitle;
        }
    }
    return "no card";
}

TEST(ServicesInViews, HaveCardsThatSayWhatTheyDo) {
    EXPECT_THAT(subtitle_of("order-service-1"), HasSubstr("1 handled"));
    // Two instances: what is counted is theirs together.
    EXPECT_THAT(subtitle_of("stock-service-1"),
                AllOf(HasSubstr("1 handled by all 2"), HasSubstr("5 of book")));
}

TEST(ServicesInViews, AreInspectedWithTheirClientsAndTheirDatabase) {
    EXPECT_THAT(
        text_of("order-service-1"),
        AllOf(HasSubstr("instance of order-service, handler order"), HasSubstr("HTTP port: 8080"),
              HasSubstr("Calls: 1"), HasSubstr("Acknowledged: 1"), Not(HasSubstr("Positions"))));
    EXPECT_THAT(text_of("stock-service-1"),
                AllOf(HasSubstr("Records handled: 1"), HasSubstr("Group: stock"),
                      HasSubstr("Table stock\nbook|995|"), HasSubstr("Positions"),
                      Not(HasSubstr("Acknowledged"))));
}

TEST(ServicesInViews, AreStartedAndKilledFromTheMenuOfTheirGroup) {
    std::vector<std::string> commands;
    for (const Action& action : actions_for(shop().world(), GroupThing{"stock"})) {
        EXPECT_FALSE(action.refused) << action.label;
        commands.push_back(action.command);
    }
    EXPECT_THAT(commands,
                ElementsAre("kill service stock-service-1", "kill service stock-service-2"));
}

TEST(ServicesInViews, AreAsTheyAreBecauseOfWhatTheyDidLast) {
    const std::vector<Reason> chain =
        why(shop().world(), shop().facts(), ClientThing{"order-service-1"});
    ASSERT_THAT(chain, SizeIs(Gt(1U)));
    EXPECT_EQ(chain[0].text, "order-service-1 runs; this happened to it last");
    ASSERT_TRUE(chain[1].fact);
    const Fact* last = nullptr;
    for (const Fact& fact : shop().facts()) {
        last = fact.id == *chain[1].fact ? &fact : last;
    }
    ASSERT_NE(last, nullptr);
    EXPECT_TRUE(std::holds_alternative<HttpAnswered>(last->body));
}

TEST(ServicesInViews, HaveActionsThatTheWorldTakes) {
    const World& world = shop().world();
    const auto labels = [&](const char* client) {
        std::vector<std::string> all;
        for (const Action& action : actions_for(world, ClientThing{client})) {
            if (!action.refused) {
                all.push_back(action.label + " = " + action.command);
            }
        }
        return all;
    };
    EXPECT_THAT(labels("stock-service-1"),
                AllOf(Contains("Kill stock-service-1 = kill service stock-service-1"),
                      Contains("Kill all of stock-service = kill service stock-service"),
                      Not(Contains(HasSubstr("Call ")))));
    EXPECT_THAT(labels("order-service-1"),
                Contains("Call order-service … = post order-service /api/v1/orders "
                         "{\"name\":\"book order\",\"qty\":5,\"price\":10000}"));
}

/// Two entries that are killed with a call each: the one still works on it, the other waits for
/// its first send() to return.
constexpr std::string_view kKilledEntries = R"(
name: Killed entries
cluster: {brokers: 1, controllers: 1}
topics:
  - {name: orders}
services:
  - {name: idle-entry, handler: order, http: 8080, produces: orders, process: 1s}
  - {name: busy-entry, handler: order, http: 8081, produces: orders}
timeline:
  - {at: 2s, do: 'post idle-entry /api/v1/orders {"name":"book","qty":5,"price":20}'}
  - {at: 2500ms, do: kill service idle-entry}
  - {at: 3s, do: 'post busy-entry /api/v1/orders {"name":"book","qty":5,"price":20}'}
  - {at: 3s, do: kill service busy-entry}
until: 5s
)";

TEST(ACallInAProcessThatIsKilled, IsToldToHaveNoAnswer) {
    const Timeline timeline = play(kKilledEntries, 5_s);
    const World& world = timeline.world();
    std::vector<std::string> told;
    std::vector<std::string> causes;
    for (const Fact& fact : timeline.facts()) {
        EXPECT_FALSE(std::holds_alternative<HttpAnswered>(fact.body));
        if (std::holds_alternative<HttpUnanswered>(fact.body)) {
            told.push_back(sentence(world, fact));
            causes.push_back(why(world, timeline.facts(), fact.id).back().text);
        }
    }
    EXPECT_THAT(told,
                ElementsAre("the caller of /api/v1/orders at idle-entry-1 gets no answer; the "
                            "handler had not written or sent anything yet",
                            "the caller of /api/v1/orders at busy-entry-1 gets no answer; the "
                            "handler had begun, and what it wrote or sent stays"));
    EXPECT_THAT(causes, ElementsAre("command: kill service idle-entry",
                                    "command: kill service busy-entry"));
    for (const char* service : {"idle-entry", "busy-entry"}) {
        EXPECT_EQ(world.business->counts.at(std::string(service)), (ServiceCounts{0, 1}));
    }
}

}  // namespace
}  // namespace brokerlab
