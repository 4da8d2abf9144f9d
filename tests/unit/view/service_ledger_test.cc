// The ledger of a service in the inspector: what it handled, what its instances do, its database
// and its deeds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include <fmt/format.h>

#include "sim/view/inspection.h"
#include "tests/unit/view/played_world.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::play;
using ::testing::SizeIs;
using ::testing::StartsWith;

/// A shop whose second line of business fails: the word "broken" is no order.
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
    on-error: skip
    config: {auto.offset.reset: earliest}
timeline:
  - {at: 8s, do: 'post order-service /api/v1/orders {"name":"book","qty":5,"price":20}'}
  - {at: 10s, do: 'produce orders value=broken'}
  - {at: 14s, do: 'post order-service /api/v1/orders {"name":"p\u001b[2Jen","qty":1,"price":2}'}
  - {at: 18s, do: kill service stock-service-2}
until: 30s
)";

/// What an inspection of the client says.
class Ledger {
public:
    Ledger(const Timeline& timeline, const char* client)
        : inspection_(inspect(timeline.world(), timeline.facts(), ClientThing{client})) {}

    [[nodiscard]] std::string value(const std::string& name) const {
        for (const InspectionSection& section : inspection_.sections) {
            if (const auto* rows = std::get_if<RowsSection>(&section)) {
                for (const Row& row : rows->rows) {
                    if (row.name == name) {
                        return row.value;
                    }
                }
            }
        }
        return "no row";
    }
    [[nodiscard]] TableSection table(const std::string& title) const {
        for (const InspectionSection& section : inspection_.sections) {
            const auto* table = std::get_if<TableSection>(&section);
            if (table != nullptr && table->title == title) {
                return *table;
            }
        }
        return {};
    }
    [[nodiscard]] std::vector<std::string> lines(const std::string& title) const {
        std::vector<std::string> lines;
        for (const TableSection::Line& line : table(title).lines) {
            lines.push_back(fmt::format("{}", fmt::join(line.cells, " | ")));
        }
        return lines;
    }

private:
    Inspection inspection_;
};

TEST(TheLedgerOfAService, IsTheSameForAllItsInstances) {
    const Timeline at_13 = play(kShop, 13_s);
    for (const char* instance : {"stock-service-1", "stock-service-2"}) {
        const Ledger ledger(at_13, instance);
        EXPECT_EQ(ledger.value("Records handled"), "1") << instance;
        EXPECT_THAT(ledger.lines("Table stock"), ElementsAre("book | 995")) << instance;
        EXPECT_THAT(ledger.lines("Latest deeds"), SizeIs(1)) << instance;
    }
}

TEST(TheLedgerOfAService, CountsWhatItSkipped) {
    const Ledger before(play(kShop, 9500_ms), "stock-service-1");
    EXPECT_EQ(before.value("Attempts failed"), "0");
    EXPECT_EQ(before.value("Records skipped"), "0");
    const Ledger after(play(kShop, 13_s), "stock-service-1");
    EXPECT_EQ(after.value("Attempts failed"), "1");
    EXPECT_EQ(after.value("Records skipped"), "1");
}

TEST(TheLedgerOfAService, SkipsNothingThatIsTriedAgain) {
    std::string yaml(kShop);
    yaml.replace(yaml.find("on-error: skip"), 14, "on-error: retry");
    const Ledger ledger(play(yaml, 13_s), "stock-service-1");
    EXPECT_NE(ledger.value("Attempts failed"), "0");
    EXPECT_EQ(ledger.value("Records skipped"), "0");
}

TEST(TheLedgerOfAService, CountsCallsWhereItReadsNothing) {
    const Ledger ledger(play(kShop, 9500_ms), "order-service-1");
    EXPECT_EQ(ledger.value("Calls handled"), "1");
    EXPECT_EQ(ledger.value("Calls failed"), "0");
    EXPECT_EQ(ledger.value("Records skipped"), "no row");
}

TEST(TheLedgerOfAService, SaysWhatEachInstanceIsDoing) {
    const Ledger calm(play(kShop, 7900_ms), "stock-service-1");
    EXPECT_THAT(calm.lines("Instances"),
                ElementsAre("stock-service-1 | running | 0 | waits for records",
                            "stock-service-2 | running | 0 | waits for records"));
    // One partition, so one of them has the record, and works on it for a second.
    const Ledger busy(play(kShop, 8500_ms), "stock-service-1");
    EXPECT_THAT(busy.lines("Instances"),
                ::testing::Contains(HasSubstr("running | 0 | works on orders-0 at 0 until 9.")));
    EXPECT_THAT(busy.lines("Instances"), ::testing::Contains(HasSubstr("waits for records")));
    const TableSection after = Ledger(play(kShop, 20_s), "stock-service-1").table("Instances");
    ASSERT_THAT(after.lines, SizeIs(2));
    EXPECT_THAT(after.lines[1].cells, ElementsAre("stock-service-2", "crashed", "-", "nothing"));
    EXPECT_EQ(after.lines[1].tone, Tone::kBad);
    EXPECT_TRUE(after.lines[1].link == Thing(ClientThing{"stock-service-2"}));
}

TEST(TheLedgerOfAService, LeadsFromEachDeedToItsMomentNewestFirst) {
    const Timeline timeline = play(kShop, 20_s);
    const TableSection deeds = Ledger(timeline, "stock-service-1").table("Latest deeds");
    EXPECT_THAT(deeds.columns, ElementsAre("Moment", "Deed", "About", "From", "By"));
    ASSERT_THAT(deeds.lines, SizeIs(2));
    EXPECT_THAT(deeds.lines[0].cells[0], StartsWith("15."));
    EXPECT_EQ(deeds.lines[0].cells[3], "orders-0 at 2");
    EXPECT_THAT(deeds.lines[1].cells[0], StartsWith("9."));
    EXPECT_EQ(deeds.lines[1].cells[1], "stock taken");
    EXPECT_EQ(deeds.lines[1].cells[3], "orders-0 at 0");
    for (const TableSection::Line& line : deeds.lines) {
        const auto* thing = std::get_if<FactThing>(&line.link);
        ASSERT_NE(thing, nullptr);
        const auto fact = std::find_if(timeline.facts().begin(), timeline.facts().end(),
                                       [&](const Fact& one) { return one.id == thing->fact; });
        ASSERT_NE(fact, timeline.facts().end());
        const auto* acted = std::get_if<ServiceActed>(&fact->body);
        ASSERT_NE(acted, nullptr);
        EXPECT_EQ(acted->service, "stock-service");
        EXPECT_EQ(acted->subject, line.cells[2]);
    }
}

TEST(TheLedgerOfAService, NamesNoInstanceWhereThereIsButOne) {
    const TableSection deeds =
        Ledger(play(kShop, 9500_ms), "order-service-1").table("Latest deeds");
    EXPECT_THAT(deeds.columns, ElementsAre("Moment", "Deed", "About", "From"));
    ASSERT_THAT(deeds.lines, SizeIs(1));
    EXPECT_EQ(deeds.lines[0].cells[1], "placed");
    EXPECT_EQ(deeds.lines[0].cells[3], "an HTTP call");
}

TEST(TheLedgerOfAService, EscapesWhatRecordsSay) {
    const Ledger ledger(play(kShop, 20_s), "stock-service-1");
    EXPECT_THAT(ledger.lines("Table stock"), ElementsAre("book | 995", "p\\x1b[2Jen | 999"));
}

TEST(TheLedgerOfAService, ShowsTheFirstFiftyRowsOfATable) {
    std::string yaml(kShop);
    std::string orders;
    for (int i = 0; i < 55; ++i) {
        orders += fmt::format(
            "  - {{at: {}ms, do: 'post order-service /api/v1/orders "
            "{{\"name\":\"item {:02}\",\"qty\":1,\"price\":2}}'}}\n",
            7000 + i, i);
    }
    const std::size_t at = yaml.find("timeline:\n") + 10;
    yaml.insert(at, orders);
    yaml.replace(yaml.find("process: 1s"), 11, "process: 1ms");
    const Ledger ledger(play(yaml, 7900_ms), "stock-service-1");
    const std::vector<std::string> rows = ledger.lines("Table stock");
    ASSERT_THAT(rows, SizeIs(51));
    EXPECT_EQ(rows.front(), "item 00 | 999");
    EXPECT_EQ(rows[49], "item 49 | 999");
    EXPECT_EQ(rows.back(), "and 5 more | ");
    EXPECT_THAT(ledger.lines("Latest deeds"), SizeIs(20));
}

TEST(TheLedgerOfAService, IsFoundByTheNameOfTheService) {
    const Timeline timeline = play(kShop, 1_s);
    const std::optional<Thing> thing = parse_thing(timeline.world(), "stock-service");
    ASSERT_TRUE(thing);
    EXPECT_TRUE(*thing == Thing(ClientThing{"stock-service-1"}));
    EXPECT_FALSE(parse_thing(timeline.world(), "no-service"));
}

TEST(TheLedgerOfAService, IsEmptyBeforeAnythingHappened) {
    const Ledger ledger(play(kShop, 1_s), "stock-service-1");
    EXPECT_EQ(ledger.value("Records handled"), "0");
    EXPECT_THAT(ledger.lines("Latest deeds"), IsEmpty());
}

}  // namespace
}  // namespace brokerlab
