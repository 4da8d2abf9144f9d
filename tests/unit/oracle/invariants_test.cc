// The table, the monitor, and which void marks excuse what.
#include "sim/oracle/invariants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/oracle/fact_subjects.h"
#include "sim/oracle/void_marks.h"
#include "tests/unit/oracle/invariant_fixture.h"

namespace brokerlab {
namespace {

using ::testing::HasSubstr;
using testing::kOrders;
using testing::log_of;

constexpr NodeId controller(int32_t number) {
    return {NodeKind::kController, number};
}

StepResult event_with(NodeId node, FactBody body) {
    StepResult result;
    result.event.sequence = EventSequence(7);
    result.facts.push_back(Fact{{EventSequence(7), 0}, SimTime(), node, kNoEvent, std::move(body)});
    return result;
}

InvariantState state_of(const InvariantMonitor& monitor, std::string_view name) {
    const std::vector<InvariantState>& states = monitor.states();
    const auto at = std::find_if(states.begin(), states.end(),
                                 [&](const InvariantState& s) { return s.name == name; });
    BL_CHECK(at != states.end());
    return *at;
}

/// A controller that is down, with this log on its disk.
Cow<ControllerHost> controller_with(int32_t number, PartitionLog log) {
    ControllerHost host;
    host.number = number;
    host.disk.edit().log = std::move(log);
    return Cow<ControllerHost>(std::move(host));
}

// ---- The table

TEST(InvariantTable, EveryRowIsAWholeSentenceWithANameOfItsOwn) {
    FlatSet<std::string> names;
    for (const Invariant& row : invariants()) {
        EXPECT_TRUE(names.insert(std::string(row.name))) << row.name;
        EXPECT_TRUE(row.sentence.ends_with('.')) << row.name;
        EXPECT_TRUE(row.premise.ends_with('.')) << row.name;
        EXPECT_FALSE(invariant_subject_name(row.subject).empty()) << row.name;
    }
}

TEST(InvariantTable, TheMonitorHasOneStateForEachRowInOrder) {
    const InvariantMonitor monitor;
    ASSERT_EQ(monitor.states().size(), invariants().size());
    for (std::size_t i = 0; i < invariants().size(); ++i) {
        EXPECT_EQ(monitor.states()[i].name, invariants()[i].name);
    }
    EXPECT_TRUE(monitor.all_held());
}

// ---- The monitor

TEST(InvariantMonitor, TellsTheFirstViolationAndNoLaterOne) {
    World world;
    InvariantMonitor monitor;
    world.now = SimTime::from_ms(1);
    monitor.note(world, event_with(controller(1), QuorumLeaderElected{LeaderEpoch(3)}));
    EXPECT_TRUE(monitor.all_held());
    world.now = SimTime::from_ms(2);
    monitor.note(world, event_with(controller(2), QuorumLeaderElected{LeaderEpoch(3)}));
    world.now = SimTime::from_ms(3);
    monitor.note(world, event_with(controller(3), QuorumLeaderElected{LeaderEpoch(3)}));

    EXPECT_FALSE(monitor.all_held());
    const InvariantState state = state_of(monitor, "one-quorum-leader-per-epoch");
    EXPECT_FALSE(state.held);
    EXPECT_EQ(state.first_violation, SimTime::from_ms(2));
    EXPECT_THAT(state.what, HasSubstr("controller 1 and controller 2"));
    EXPECT_TRUE(state_of(monitor, "one-active-controller-per-epoch").held);
}

TEST(InvariantMonitor, ACopyGoesItsOwnWay) {
    World world;
    InvariantMonitor monitor;
    monitor.note(world, event_with(controller(1), QuorumLeaderElected{LeaderEpoch(3)}));
    InvariantMonitor branch = monitor;
    branch.note(world, event_with(controller(2), QuorumLeaderElected{LeaderEpoch(3)}));
    EXPECT_FALSE(branch.all_held());
    EXPECT_TRUE(monitor.all_held());
    monitor.note(world, event_with(controller(2), QuorumLeaderElected{LeaderEpoch(4)}));
    EXPECT_TRUE(monitor.all_held());
}

TEST(InvariantMonitor, ACompleteCheckReadsTheDisksOfProcessesThatAreGone) {
    World world;
    world.controllers = {controller_with(1, log_of({"a", "b"})),
                         controller_with(2, log_of({"a", "b"}))};
    InvariantMonitor monitor;
    monitor.check_all(world);
    EXPECT_TRUE(monitor.all_held());

    world.controllers.push_back(controller_with(3, log_of({"x"})));
    monitor.check_all(world);
    EXPECT_THAT(state_of(monitor, "committed-metadata-agrees").what, HasSubstr("controller 3"));
}

TEST(InvariantMonitor, ARestartHasTheLogsComparedAnew) {
    World world;
    world.controllers = {controller_with(1, log_of({"a", "b"}))};
    InvariantMonitor monitor;
    monitor.check_all(world);
    world.controllers = {controller_with(1, log_of({"a", "y"}))};
    monitor.check_all(world);
    EXPECT_TRUE(monitor.all_held());
    monitor.note(world, event_with(controller(1), NodeChanged{NodeChanged::Change::kStarted, {}}));
    EXPECT_FALSE(state_of(monitor, "committed-metadata-agrees").held);
}

TEST(FactSubjects, ClientsFactsNameNoSubject) {
    const NodeId producer{NodeKind::kClient, 2};
    EXPECT_TRUE(subjects_of({}).empty());
    EXPECT_TRUE(subjects_of(event_with(producer, BatchAcked{}).facts).empty());
    EXPECT_TRUE(subjects_of(event_with(producer, NodeChanged{}).facts).empty());
    PositionReset reset;
    reset.partition = kOrders;
    EXPECT_TRUE(subjects_of(event_with(producer, reset).facts).partitions.contains(kOrders));
}

// ---- Void marks

class VoidMarks : public ::testing::Test {
protected:
    void elect_unclean(LeaderChanged::Why why) {
        LeaderChanged change;
        change.partition = kOrders;
        change.why = why;
        change.unclean = true;
        result = event_with(controller(1), change);
        world.outcomes.edit().note(result.facts.front());
    }
    [[nodiscard]] bool excused() {
        read_void_marks(world, committed, result.facts, memory);
        return memory.voids.contains(kOrders);
    }

    World world;
    MetadataImage committed;
    StepResult result;
    InvariantMemory memory;
};

TEST_F(VoidMarks, AnUncleanElectionExcuses) {
    EXPECT_FALSE(excused());
    elect_unclean(LeaderChanged::Why::kBrokerFenced);
    EXPECT_TRUE(excused());
}

TEST_F(VoidMarks, NotWhenOnlyTheRuleThatIsOffMadeIt) {
    world.rules.set(Rule::kElectFromIsr, false);
    elect_unclean(LeaderChanged::Why::kBrokerFenced);
    EXPECT_FALSE(excused());
}

TEST_F(VoidMarks, TheTopicsOwnLeaveExcusesWithTheRuleOffToo) {
    world.rules.set(Rule::kElectFromIsr, false);
    committed.configs.edit()[{ConfigResourceType::kTopic, "orders"}].insert_or_assign(
        "unclean.leader.election.enable", "true");
    elect_unclean(LeaderChanged::Why::kBrokerFenced);
    EXPECT_TRUE(excused());
}

TEST_F(VoidMarks, AnUncleanElectionThatWasAskedForExcusesWithTheRuleOffToo) {
    world.rules.set(Rule::kElectFromIsr, false);
    elect_unclean(LeaderChanged::Why::kUnclean);
    EXPECT_TRUE(excused());
}

TEST_F(VoidMarks, LostBytesExcuseWhateverTheRule) {
    world.rules.set(Rule::kElectFromIsr, false);
    RecordsLostOnDisk lost;
    lost.partition = kOrders;
    result = event_with({NodeKind::kBroker, 1}, lost);
    world.outcomes.edit().note(result.facts.front());
    EXPECT_TRUE(excused());
}

TEST_F(VoidMarks, ALeaderThatRecoversWasElectedUncleanly) {
    PartitionRegistration registration;
    note_recovering_leader(world, kOrders, registration, memory);
    EXPECT_TRUE(memory.voids.empty());
    registration.leader_recovery_state = LeaderRecoveryState::kRecovering;
    note_recovering_leader(world, kOrders, registration, memory);
    EXPECT_EQ(memory.voids.at(kOrders).why, VoidMark::Why::kUncleanElection);
}

}  // namespace
}  // namespace brokerlab
