// Committed offsets: who may move them back, and what is noticed when somebody else does.
#include "sim/oracle/committed_offsets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/oracle/group_view.h"
#include "sim/oracle/invariants.h"
#include "tests/unit/oracle/group_world.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using testing::group_world;
using ::testing::HasSubstr;

const TopicPartition kOrders0{"orders", PartitionId(0)};

StepResult event_with(FactBody body) {
    StepResult result;
    result.event.sequence = EventSequence(7);
    result.facts.push_back(
        Fact{{EventSequence(7), 0}, SimTime(), {NodeKind::kBroker, 1}, kNoEvent, std::move(body)});
    return result;
}
FactBody commit(const std::string& member, int64_t offset) {
    return OffsetsCommitted{"stock", member, {{kOrders0, Offset(offset)}}};
}

InvariantState state(const InvariantMonitor& monitor) {
    const std::vector<InvariantState>& states = monitor.states();
    const auto found = std::find_if(states.begin(), states.end(), [](const InvariantState& s) {
        return s.name == "committed-offsets-never-fall";
    });
    BL_CHECK(found != states.end());
    return *found;
}

/// The real commit of orders-0 in the World of the test.
int64_t committed() {
    return view_group(group_world(), "stock")->offset_of(kOrders0)->committed.value;
}

TEST(CommittedOffsets, AreHeldByTheMemberThatHasThePartition) {
    EXPECT_THAT(holders_of(group_world(), "stock", kOrders0).value(), ElementsAre("stock-1"));
}

TEST(CommittedOffsets, AreMovedBackByTheirHolderAndFromOutside) {
    InvariantMonitor monitor;
    monitor.note(group_world(), event_with(commit("stock-1", 60)));
    monitor.note(group_world(), event_with(commit("stock-1", 50)));
    monitor.note(group_world(), event_with(commit("", 40)));
    EXPECT_TRUE(state(monitor).held) << state(monitor).what;
}

TEST(CommittedOffsets, AreNotMovedBackByAMemberWithoutThePartition) {
    InvariantMonitor monitor;
    monitor.note(group_world(), event_with(commit("stock-1", 60)));
    monitor.note(group_world(), event_with(commit("stock-2", 61)));
    EXPECT_TRUE(state(monitor).held) << "it did no harm yet";
    monitor.note(group_world(), event_with(commit("stock-2", 41)));
    EXPECT_FALSE(state(monitor).held);
    EXPECT_EQ(state(monitor).what,
              "group stock, orders-0: stock-2, which does not have the partition, moved the "
              "committed offset back from 61 to 41");
}

TEST(CommittedOffsets, BeginAnewWhenTheyWereRemoved) {
    const FactBody reasons[] = {OffsetsRemoved{"stock", OffsetsRemoved::Why::kExpired, {kOrders0}},
                                TopicDeleted{"orders"}};
    for (const FactBody& removed : reasons) {
        InvariantMonitor monitor;
        monitor.note(group_world(), event_with(commit("stock-1", 60)));
        monitor.note(group_world(), event_with(removed));
        monitor.note(group_world(), event_with(commit("stock-2", 0)));
        EXPECT_TRUE(state(monitor).held) << state(monitor).what;
    }
}

TEST(CommittedOffsets, ThatFellWithoutACommitAreFoundAtTheCoordinator) {
    InvariantMonitor monitor;
    monitor.note(group_world(), event_with(commit("stock-1", committed())));
    monitor.check_all(group_world());
    EXPECT_TRUE(state(monitor).held) << state(monitor).what;
    monitor.note(group_world(), event_with(commit("stock-1", committed() + 1)));
    monitor.check_all(group_world());
    EXPECT_THAT(state(monitor).what, HasSubstr("and nobody committed that"));
}

TEST(CommittedOffsets, ThatAreGoneAreFoundAtTheCoordinator) {
    InvariantMonitor monitor;
    monitor.note(group_world(),
                 event_with(OffsetsCommitted{
                     "stock", "stock-1", {{{"clicks", PartitionId(0)}, Offset(3)}}}));
    monitor.check_all(group_world());
    EXPECT_EQ(state(monitor).what, "group stock, clicks-0: offset 3 was committed and is gone");
}

TEST(CommittedOffsets, AreNoLongerPromisedAfterTheGroupsRecordsMayBeLost) {
    World world = group_world();
    const PartitionId place = place_of_group(world, "stock").partition;
    world.outcomes.edit().voids.push_back(
        {VoidMark::Why::kDiskFailed, {"__consumer_offsets", place}, world.now, FactId{}});
    InvariantMonitor monitor;
    monitor.note(world, event_with(commit("stock-1", 60)));
    monitor.note(world, event_with(commit("stock-2", 41)));
    EXPECT_TRUE(state(monitor).held) << state(monitor).what;
    EXPECT_TRUE(state(monitor).voided_by.has_value());
}

}  // namespace
}  // namespace brokerlab
