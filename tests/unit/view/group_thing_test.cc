// A group as a thing: it has a text, commands, an inspection, a reason, facts of its own and a
// frame on the canvas.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/view/actions.h"
#include "sim/view/canvas.h"
#include "sim/view/fact_search.h"
#include "sim/view/group_matrix.h"
#include "sim/view/inspection.h"
#include "tests/unit/view/group_world.h"

namespace brokerlab {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kTillAndAudit;
using ::testing::Not;
using testing::play;
using ::testing::SizeIs;
using testing::stock;

const Thing kGroup = GroupThing{"stock"};

TEST(GroupThing, IsNamedAndFound) {
    const Timeline run = play(stock("range"), 8_s);
    EXPECT_EQ(thing_text(run.world(), kGroup), "group stock");
    EXPECT_EQ(parse_thing(run.world(), "group stock"), kGroup);
    EXPECT_EQ(parse_thing(run.world(), "group "), std::nullopt);
    EXPECT_TRUE(exists(run.world(), kGroup));
    EXPECT_FALSE(exists(run.world(), GroupThing{"mail"}));
}

TEST(GroupThing, IsWhatItsCoordinatorsFactsAreAbout) {
    const Timeline run = play(stock("range"), 8_s);
    std::size_t about = 0;
    for (const Fact& fact : run.facts()) {
        if (std::holds_alternative<GroupRebalanceBegan>(fact.body)) {
            EXPECT_EQ(thing_of(run.world(), fact), kGroup);
            ++about;
        }
        if (std::holds_alternative<PartitionsAssigned>(fact.body)) {
            EXPECT_TRUE(std::holds_alternative<ClientThing>(thing_of(run.world(), fact)));
            EXPECT_TRUE(concerns(run.world(), fact, kGroup));
            EXPECT_FALSE(concerns(run.world(), fact, GroupThing{"mail"}));
        }
    }
    EXPECT_EQ(about, 1U);
}

TEST(GroupThing, OffersOneMoreMemberAndWhatCanBeDoneToEach) {
    const Timeline run = play(stock("range", "  - {at: 7s, do: crash consumer stock-2}\n"), 8_s);
    const std::vector<Action> actions = actions_for(run.world(), kGroup);
    std::vector<std::string> commands;
    for (const Action& action : actions) {
        EXPECT_EQ(action.refused, std::nullopt) << action.label;
        commands.push_back(action.command);
    }
    EXPECT_THAT(commands, ElementsAre("add consumer stock", "remove consumer stock-1",
                                      "crash consumer stock-1", "pause consumer stock-1",
                                      "start consumer stock-2",
                                      HasSubstr("set consumer stock max.poll.records")));
    EXPECT_THAT(actions_for(run.world(), GroupThing{"mail"}), IsEmpty());
}

TEST(GroupThing, IsInspectedWithMembersAndPartitions) {
    const Timeline run = play(stock("range"), 12_s);
    const Inspection inspection = inspect(run.world(), run.facts(), kGroup);
    EXPECT_EQ(inspection.title, "stock");
    EXPECT_EQ(inspection.badge, "STABLE");
    EXPECT_THAT(inspection.subtitle, AllOf(HasSubstr("2 members"), HasSubstr("generation 1")));
    std::vector<Thing> links;
    for (const InspectionSection& section : inspection.sections) {
        if (const auto* table = std::get_if<TableSection>(&section)) {
            for (const TableSection::Line& line : table->lines) {
                links.push_back(line.link);
            }
        }
    }
    EXPECT_THAT(links, SizeIs(6));
    EXPECT_THAT(links, Contains(Thing(ClientThing{"stock-2"})));
    EXPECT_THAT(links, Contains(Thing(PartitionThing{{"orders", PartitionId(3)}})));
}

TEST(GroupThing, NamesTheReaderBeforeAZombie) {
    // stock-2 stands still, is put out, and still takes its partitions for its own.
    const Timeline run = play(stock("range", "  - {at: 12s, do: pause consumer stock-2}\n"), 39_s);
    const Inspection inspection = inspect(run.world(), run.facts(), kGroup);
    std::size_t lines = 0;
    for (const InspectionSection& section : inspection.sections) {
        const auto* table = std::get_if<TableSection>(&section);
        if (table == nullptr || table->title != "Partitions") {
            continue;
        }
        for (const TableSection::Line& line : table->lines) {
            EXPECT_EQ(line.cells[1], "stock-1") << line.cells[0];
            ++lines;
        }
    }
    EXPECT_EQ(lines, 4U);
}

/// The table's cells of the line whose first is `name`.
std::vector<std::string> line_of(const Inspection& inspection, std::string_view title,
                                 std::string_view name) {
    for (const InspectionSection& section : inspection.sections) {
        const auto* table = std::get_if<TableSection>(&section);
        if (table == nullptr || table->title != title) {
            continue;
        }
        for (const TableSection::Line& line : table->lines) {
            if (line.cells[0] == name) {
                return line.cells;
            }
        }
    }
    return {};
}

TEST(GroupThing, TellsWhatASilentMemberOwns) {
    const Timeline run = play(stock("range", "  - {at: 12s, do: pause consumer stock-1}\n"), 15_s);
    const Inspection inspection = inspect(run.world(), run.facts(), kGroup);
    const std::vector<std::string> silent = line_of(inspection, "Members", "stock-1");
    ASSERT_THAT(silent, SizeIs(4));
    EXPECT_EQ(silent[1], "silent");
    EXPECT_EQ(silent[2], "2");
    EXPECT_NE(silent[3], "0");
}

std::string value_of(const Inspection& inspection, std::string_view name) {
    for (const InspectionSection& section : inspection.sections) {
        if (const auto* rows = std::get_if<RowsSection>(&section)) {
            for (const Row& row : rows->rows) {
                if (row.name == name) {
                    return row.value;
                }
            }
        }
    }
    return "no such row";
}

TEST(GroupThing, SaysThatItIsUnknownWhatNoBrokerCanSay) {
    const Timeline calm = play(stock("range"), 12_s);
    const Inspection known = inspect(calm.world(), calm.facts(), kGroup);
    EXPECT_EQ(value_of(known, "Generation"), "1");
    EXPECT_EQ(value_of(known, "Assignor"), "range");
    EXPECT_NE(value_of(known, "Lag"), "unknown");
    const BrokerId coordinator = make_group_matrix(calm.world(), "stock").coordinator;
    const Timeline run = play(
        stock("range", fmt::format("  - {{at: 12s, do: kill broker {}}}\n", coordinator.value)),
        13_s);
    const Inspection lost = inspect(run.world(), run.facts(), kGroup);
    EXPECT_THAT(lost.subtitle, HasSubstr("generation unknown"));
    for (const char* name : {"Generation", "Assignor", "Lag"}) {
        EXPECT_EQ(value_of(lost, name), "unknown") << name;
    }
    const std::vector<std::string> member = line_of(lost, "Members", "stock-1");
    ASSERT_THAT(member, SizeIs(4));
    EXPECT_EQ(member[3], "unknown");
}

TEST(GroupThing, IsAsItIsBecauseOfItsAssignment) {
    const Timeline run = play(stock("range"), 12_s);
    const std::vector<Reason> reasons = why(run.world(), run.facts(), kGroup);
    ASSERT_GE(reasons.size(), 2U);
    EXPECT_EQ(reasons[0].text, "group stock is Stable, generation 1");
    EXPECT_THAT(reasons[1].text, HasSubstr("range assigns"));
    EXPECT_THAT(why(run.world(), run.facts(), GroupThing{"mail"}),
                ElementsAre(Field(&Reason::text, "there is no group mail")));
}

bool lies_in(const CanvasBox& box, const CanvasBox& frame) {
    return frame.from.x <= box.from.x && box.to.x <= frame.to.x && frame.from.y <= box.from.y &&
           box.to.y <= frame.to.y;
}

TEST(GroupThing, StandsOnTheCanvasAroundItsMembersOnly) {
    const Timeline run = play(stock("range", "  - {at: 7s, do: add consumer stock}\n"), 20_s);
    for (const float aspect : {0.8F, 1.6F, 3.5F}) {
        const Canvas canvas = make_canvas(run.world(), {.now = run.world().now, .aspect = aspect});
        ASSERT_THAT(canvas.groups, SizeIs(1));
        const GroupFrame& frame = canvas.groups[0];
        EXPECT_EQ(frame.thing, kGroup);
        EXPECT_EQ(frame.state, "Stable");
        EXPECT_EQ(frame.members, 3U);
        EXPECT_THAT(frame.detail, AllOf(HasSubstr("generation 2"), HasSubstr("lag ")));
        EXPECT_THAT(frame.detail, HasSubstr(frame.brief));
        std::size_t inside = 0;
        for (const NodeCard& card : canvas.cards) {
            const bool member = card.title.starts_with("stock-");
            EXPECT_EQ(lies_in(card.box, frame.box), member) << card.title;
            inside += member ? 1U : 0U;
            if (member) {
                EXPECT_THAT(card.subtitle, HasSubstr("assigned"));
            }
        }
        EXPECT_EQ(inside, 3U);
        EXPECT_GE(frame.box.from.x, 0);
        EXPECT_GE(frame.box.from.y, 0);
        EXPECT_LE(frame.box.to.x, canvas.size.x);
        EXPECT_LE(frame.box.to.y, canvas.size.y);
    }
}

TEST(GroupThing, HasMembersOnTheCanvasAsInItsMatrix) {
    const std::string paused = stock("range", "  - {at: 12s, do: pause consumer stock-1}\n");
    for (const Duration moment : {15_s, 39_s}) {
        const Timeline run = play(paused, moment);
        const GroupMatrix matrix = make_group_matrix(run.world(), "stock");
        const Canvas canvas = make_canvas(run.world(), {.now = run.world().now});
        EXPECT_THAT(canvas.groups[0].detail, HasSubstr(fmt::format("lag {}", matrix.lag)));
        for (const GroupMemberRow& row : matrix.members) {
            const auto card =
                std::find_if(canvas.cards.begin(), canvas.cards.end(),
                             [&](const NodeCard& one) { return one.title == row.name; });
            ASSERT_NE(card, canvas.cards.end()) << row.name;
            const bool out = row.name == "stock-1" && moment == 39_s;
            EXPECT_EQ(card->subtitle,
                      out ? std::string("out · zombie in 2 partitions")
                          : fmt::format("{} · lag {} · {} partitions", phase_word(row.phase),
                                        row.lag, row.partitions));
        }
    }
}

TEST(GroupThing, HasNoFrameForAConsumerWithoutAGroup) {
    const Timeline run = play(kTillAndAudit, 5_s);
    EXPECT_THAT(make_canvas(run.world(), {.now = run.world().now}).groups, IsEmpty());
}

}  // namespace
}  // namespace brokerlab
