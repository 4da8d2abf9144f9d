// Actions: what can be done to a thing, and why some of it can't be done now.
#include "sim/view/actions.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/script/command_text.h"
#include "sim/world/admit.h"
#include "tests/unit/view/played_world.h"

namespace brokerlab {
namespace {

using ::testing::Contains;
using ::testing::IsSupersetOf;
using testing::kTillAndAudit;
using ::testing::Not;
using testing::play;

const Thing kBroker2 = BrokerThing{BrokerId(2)};
const TopicPartition kOrders0{"orders", PartitionId(0)};

std::vector<std::string> commands_of(const std::vector<Action>& actions) {
    std::vector<std::string> commands;
    for (const Action& action : actions) {
        commands.push_back(action.command);
    }
    return commands;
}
const Action& action_of(const std::vector<Action>& actions, const std::string& command) {
    const auto found = std::find_if(actions.begin(), actions.end(), [&](const Action& action) {
        return action.command == command;
    });
    EXPECT_NE(found, actions.end()) << command;
    return *found;
}
Command parsed(const std::string& text) {
    return std::get<Command>(parse_command(text));
}

TEST(Actions, OfABrokerAreAllThatTheLabCanDoToIt) {
    const Timeline timeline = play(kTillAndAudit, 1_s);
    EXPECT_THAT(
        commands_of(actions_for(timeline.world(), kBroker2)),
        IsSupersetOf({"kill broker 2", "power-off broker 2", "stop broker 2", "start broker 2",
                      "pause broker 2", "resume broker 2", "isolate broker 2", "rejoin broker 2",
                      "slow disk 2 500ms", "fail disk 2", "repair disk 2"}));
}

TEST(Actions, ThatWouldBeRefusedSayWhyInAdmitsWords) {
    Timeline timeline = play(kTillAndAudit, 1_s);
    EXPECT_EQ(action_of(actions_for(timeline.world(), kBroker2), "start broker 2").refused,
              "broker 2 is already running");
    EXPECT_EQ(action_of(actions_for(timeline.world(), kBroker2), "kill broker 2").refused,
              std::nullopt);
    ASSERT_FALSE(timeline.give(parsed("kill broker 2"), "kill broker 2").has_value());
    const std::vector<Action> after = actions_for(timeline.world(), kBroker2);
    EXPECT_EQ(action_of(after, "kill broker 2").refused, "broker 2 is not running");
    EXPECT_EQ(action_of(after, "start broker 2").refused, std::nullopt);
}

/// Everything that is offered anywhere can be read as a command, says what it does, and is refused
/// exactly where admit() refuses it.
TEST(Actions, AreWholeCommandsAndAgreeWithAdmit) {
    Timeline timeline = play(kTillAndAudit, 1_s);
    for (const char* text : {"", "kill broker 2", "pause broker 1", "crash producer till",
                             "isolate controller 1", "pause consumer audit"}) {
        SCOPED_TRACE(text);
        if (*text != '\0') {
            ASSERT_FALSE(timeline.give(parsed(text), text).has_value());
        }
        const World& world = timeline.world();
        std::vector<Action> actions = all_actions(world);
        for (const Thing& thing :
             std::vector<Thing>{QuorumThing{}, ReplicaThing{kOrders0, BrokerId(1)},
                                LinkThing{{NodeKind::kBroker, 1}, {NodeKind::kClient, 2}},
                                LinkThing{{NodeKind::kController, 1}, {NodeKind::kBroker, 2}},
                                MessageThing{1}, ClientThing{"admin"}}) {
            const std::vector<Action> more = actions_for(world, thing);
            actions.insert(actions.end(), more.begin(), more.end());
        }
        for (const Action& action : actions) {
            const auto read = parse_command(action.command);
            ASSERT_TRUE(std::holds_alternative<Command>(read)) << action.command;
            const std::optional<Refusal> refusal = admit(world, std::get<Command>(read));
            EXPECT_EQ(action.refused.has_value(), refusal.has_value()) << action.command;
            EXPECT_EQ(action.refused.value_or(""), refusal ? refusal->reason : "");
            EXPECT_FALSE(action.label.empty());
            EXPECT_FALSE(action.explains.empty()) << action.label;
        }
    }
}

TEST(Actions, OfAMenuHaveLabelsOfTheirOwn) {
    const Timeline timeline = play(kTillAndAudit, 1_s);
    for (const Thing& thing :
         std::vector<Thing>{Thing(), kBroker2, ControllerThing{1}, TopicThing{"orders"},
                            PartitionThing{kOrders0}, ClientThing{"till"}, ClientThing{"audit"},
                            LinkThing{{NodeKind::kBroker, 1}, {NodeKind::kBroker, 2}}}) {
        std::set<std::string> labels;
        int32_t group = 0;
        for (const Action& action : actions_for(timeline.world(), thing)) {
            EXPECT_TRUE(labels.insert(action.label).second) << action.label;
            EXPECT_GE(action.group, group);
            group = action.group;
        }
        EXPECT_FALSE(labels.empty());
    }
}

TEST(Actions, OfALinkNameItsEndsAsCommandsDo) {
    const Timeline timeline = play(kTillAndAudit, 1_s);
    const std::vector<std::string> commands = commands_of(
        actions_for(timeline.world(), LinkThing{{NodeKind::kBroker, 1}, {NodeKind::kClient, 2}}));
    EXPECT_THAT(commands,
                IsSupersetOf({"cut 1 till", "cut 1 -> till", "cut till -> 1",
                              "slow link 1 till 200ms", "lose link 1 till 5%", "heal 1 till"}));
}

TEST(Actions, OfAReassignmentProposeBrokersThatAreThere) {
    Timeline timeline = play(kTillAndAudit, 1_s);
    const PartitionRegistration now =
        *timeline.world().committed_metadata().find_partition(kOrders0);
    const std::vector<Action> actions = actions_for(timeline.world(), PartitionThing{kOrders0});
    const auto reassign = std::find_if(actions.begin(), actions.end(), [](const Action& action) {
        return action.command.starts_with("reassign");
    });
    ASSERT_NE(reassign, actions.end());
    EXPECT_TRUE(reassign->form);
    const auto command = std::get<ReassignPartition>(parsed(reassign->command));
    EXPECT_NE(command.replicas, now.replicas);
    EXPECT_EQ(command.replicas.size(), now.replicas.size());
    for (const BrokerId id : command.replicas) {
        EXPECT_NE(timeline.world().find_broker(id), nullptr);
    }
}

TEST(Actions, OfAMessageOnItsWayCanBeGivenAndOfOneThatArrivedNot) {
    Timeline timeline = play(kTillAndAudit, 1_s);
    Move move;
    while (timeline.world().network->in_flight().empty()) {
        timeline.step_event(move);
    }
    const uint64_t number = timeline.world().network->in_flight().front()->number;
    const std::vector<Action> flying = actions_for(timeline.world(), MessageThing{number});
    const std::string drop = fmt::format("drop message {}", number);
    EXPECT_EQ(action_of(flying, drop).refused, std::nullopt);
    EXPECT_TRUE(action_of(flying, drop).destructive);
    EXPECT_TRUE(action_of(flying, fmt::format("release message {}", number)).refused.has_value());
    timeline.seek(timeline.now() + 1_s);
    const std::vector<Action> gone = actions_for(timeline.world(), MessageThing{number});
    EXPECT_EQ(action_of(gone, drop).refused, fmt::format("message {} is not on its way", number));
}

TEST(Actions, OfTheLabSwitchRulesTheOtherWay) {
    Timeline timeline = play(kTillAndAudit, 1_s);
    EXPECT_THAT(commands_of(actions_for(timeline.world(), Thing())),
                Contains("set rule min-isr-check off"));
    ASSERT_FALSE(timeline.give(parsed("set rule min-isr-check off"), "").has_value());
    const std::vector<std::string> after = commands_of(actions_for(timeline.world(), Thing()));
    EXPECT_THAT(after, Contains("set rule min-isr-check on"));
    EXPECT_THAT(after, Not(Contains("set rule min-isr-check off")));
}

}  // namespace
}  // namespace brokerlab
