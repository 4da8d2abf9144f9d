// What groups and their members wait for, and what comes next: judged by what then happens.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/oracle/group_view.h"
#include "sim/view/explain.h"
#include "sim/view/inspection.h"
#include "tests/unit/view/group_world.h"

namespace brokerlab {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::play;
using testing::stock;

auto what(std::string_view text) {
    return Field(&Wait::what, HasSubstr(std::string(text)));
}

const Wait* find(const std::vector<Wait>& all, std::string_view words) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const Wait& wait) {
        return wait.what.find(words) != std::string::npos;
    });
    return found == all.end() ? nullptr : &*found;
}

const Thing kStockGroup = GroupThing{"stock"};
const Thing kOrders = PartitionThing{{"ECOMMERCE_NEW_ORDER", PartitionId(0)}};

std::string state_of(const Timeline& run) {
    return view_group(run.world(), "stock")->state;
}

TEST(GroupWaits, NothingIsHeldUpInAStableGroup) {
    const Timeline run = play(stock("range"), 12_s);
    EXPECT_THAT(waits(run.world(), Thing()), IsEmpty());
}

TEST(GroupWaits, ANewGroupWaitsForMoreMembers) {
    Timeline run = play(stock("range"), 2_s);
    const std::vector<Wait> all = waits(run.world(), kStockGroup);
    const Wait* wait = find(all, "before its first assignment");
    ASSERT_NE(wait, nullptr);
    EXPECT_THAT(wait->holds_it, HasSubstr("group.initial.rebalance.delay.ms"));
    ASSERT_TRUE(wait->deadline);
    // Asking about a member, or about nothing, shows it too.
    EXPECT_THAT(waits(run.world(), ClientThing{"stock-1"}),
                Contains(what("before its first assignment")));
    EXPECT_THAT(waits(run.world(), Thing()), Contains(what("before its first assignment")));
    // The second member came meanwhile: the wait is put off once, and then it is over.
    const Duration first = *wait->deadline;
    run.seek(first + 1_ms);
    const std::vector<Wait> then = waits(run.world(), kStockGroup);
    const Wait* again = find(then, "before its first assignment");
    if (again != nullptr) {
        run.seek(*again->deadline + 500_ms);
    }
    EXPECT_EQ(state_of(run), "Stable");
}

TEST(GroupWaits, SaysWhoHasNotJoinedAgain) {
    Timeline run = play(stock("range", "  - {at: 12s, do: add consumer stock}\n"), 12_s);
    while (state_of(run) != "PreparingRebalance" && run.now() < 13_s) {
        run.seek(run.now() + 1_ms);
    }
    const std::vector<Wait> all = waits(run.world(), kStockGroup);
    const Wait* wait = find(all, "to join again");
    ASSERT_NE(wait, nullptr);
    EXPECT_THAT(wait->holds_it,
                AllOf(HasSubstr("stock-1"), HasSubstr("stock-2"), Not(HasSubstr("stock-3"))));
    EXPECT_THAT(wait->ends, HasSubstr("max.poll.interval.ms"));
}

TEST(GroupWaits, AnEarlierProcessIsNotTakenForTheOneThatJoined) {
    const Timeline run = play(stock("range",
                                    "  - {at: 12s, do: crash consumer stock-1}\n"
                                    "  - {at: 13s, do: start consumer stock-1}\n"),
                              18_s);
    ASSERT_EQ(state_of(run), "PreparingRebalance");
    const std::vector<Wait> all = waits(run.world(), kStockGroup);
    const Wait* wait = find(all, "to join again");
    ASSERT_NE(wait, nullptr);
    EXPECT_THAT(wait->holds_it,
                AllOf(HasSubstr("the earlier process of stock-1 still counts and can't join"),
                      Not(HasSubstr("not joined again yet"))));
    const Wait* session = find(all, "still counts on the earlier process of stock-1");
    ASSERT_NE(session, nullptr);
    EXPECT_THAT(session->holds_it, HasSubstr("it is gone"));
    EXPECT_THAT(upcoming(run.world(), 12),
                Contains(Field(&Upcoming::text,
                               HasSubstr("the earlier process of stock-1 is put out of group stock"
                                         " (session.timeout.ms)"))));
}

TEST(GroupWaits, ASilentMemberIsPutOutWhenItsSessionEnds) {
    Timeline run = play(stock("range", "  - {at: 12s, do: crash consumer stock-1}\n"), 14_s);
    const std::vector<Wait> all = waits(run.world(), Thing());
    const Wait* wait = find(all, "group stock still counts on stock-1");
    ASSERT_NE(wait, nullptr);
    EXPECT_EQ(wait->who, Thing(ClientThing{"stock-1"}));
    EXPECT_THAT(wait->holds_it, HasSubstr("crashed"));
    EXPECT_THAT(wait->ends, HasSubstr("session.timeout.ms"));
    ASSERT_TRUE(wait->deadline);
    // It comes next, among what matters.
    const std::vector<Upcoming> next = upcoming(run.world(), 12);
    EXPECT_THAT(next, Contains(AllOf(Field(&Upcoming::text, HasSubstr("stock-1 is put out")),
                                     Field(&Upcoming::at, *wait->deadline),
                                     Field(&Upcoming::deadline, true))));
    run.seek(*wait->deadline - 1_ms);
    EXPECT_EQ(view_group(run.world(), "stock")->members.size(), 2U);
    run.seek(*wait->deadline + 1_ms);
    const GroupView after = *view_group(run.world(), "stock");
    EXPECT_NE(after.state, "Stable");
}

TEST(GroupWaits, SessionsOfMembersThatAreHeardAreToldToWhoAsks) {
    const Timeline run = play(stock("range"), 12_s);
    EXPECT_THAT(waits(run.world(), ClientThing{"stock-1"}),
                Contains(what("the session of stock-1 in group stock runs")));
}

TEST(GroupWaits, ANewMemberMayWaitLongForTheOthers) {
    const Timeline run = play(stock("range"), 2_s);
    const std::vector<Wait> all = waits(run.world(), ClientThing{"stock-1"});
    const Wait* wait = find(all, "stock-1, new in group stock, waits until all have joined");
    ASSERT_NE(wait, nullptr);
    EXPECT_THAT(wait->holds_it, Not(HasSubstr("ago")));
    EXPECT_THAT(wait->ends, HasSubstr("a new member may wait 5 min for that"));
    ASSERT_TRUE(wait->deadline);
    EXPECT_GT(*wait->deadline, Duration(290_s));
    EXPECT_EQ(find(all, "the session of stock-1"), nullptr);
}

TEST(GroupWaits, AMemberOfTheNewProtocolHasItsSessionFromTheBroker) {
    std::string modern = stock("range", "  - {at: 12s, do: crash consumer stock-1}\n");
    const std::string classic = "session.timeout.ms: 9000, partition.assignment.strategy: range";
    modern.replace(modern.find(classic), classic.size(), "group.protocol: consumer");
    const Timeline run = play(modern, 14_s);
    const std::vector<Wait> all = waits(run.world(), Thing());
    const Wait* wait = find(all, "group stock still counts on stock-1");
    ASSERT_NE(wait, nullptr);
    EXPECT_THAT(wait->ends, HasSubstr("(group.consumer.session.timeout.ms)"));
    EXPECT_THAT(upcoming(run.world(), 500),
                Contains(Field(&Upcoming::text, AllOf(HasSubstr("stock-1 is put out"),
                                                      HasSubstr("(group.consumer.session.")))));
}

TEST(GroupWaits, AMemberAsksNoLeaderBeforeItKnowsItsCoordinator) {
    // The offsets lie on one broker only; it leads a partition of the orders, too.
    std::string single = stock("range");
    single.replace(single.find("controllers: 3}"), 15,
                   "controllers: 3, config: {offsets.topic.replication.factor: 1}}");
    const BrokerId coordinator = view_group(play(single, 12_s).world(), "stock")->coordinator;
    const Timeline run = play(
        single + fmt::format("timeline:\n  - {{at: 12s, do: kill broker {}}}\n", coordinator.value),
        30_s);
    const std::vector<Wait> all = waits(run.world(), Thing());
    const Wait* wait = find(all, "waits to learn whether its position still holds in orders-");
    ASSERT_NE(wait, nullptr);
    EXPECT_EQ(wait->holds_it, "it asks nobody before it knows its group's coordinator");
    EXPECT_EQ(wait->ends, "when the coordinator is found");
    EXPECT_EQ(wait->deadline, std::nullopt);
}

TEST(GroupWaits, AMemberThatWorksTooLongLeavesTheGroup) {
    std::string slow = stock("range");
    slow.replace(slow.find("process: 2ms"), 12, "process: 1s");
    slow.replace(slow.find("session.timeout.ms: 9000"), 24,
                 "session.timeout.ms: 9000, max.poll.interval.ms: 10000");
    Timeline run = play(slow, 12_s);
    const std::vector<Wait> all = waits(run.world(), Thing());
    const Wait* wait = find(all, "has to call poll()");
    ASSERT_NE(wait, nullptr);
    EXPECT_THAT(wait->ends, AllOf(HasSubstr("max.poll.interval.ms"), HasSubstr("too late")));
    ASSERT_TRUE(wait->deadline);
    const std::string member = std::get<ClientThing>(wait->who).name;
    run.seek(*wait->deadline + 100_ms);
    const auto timed_out =
        std::find_if(run.facts().begin(), run.facts().end(), [&](const Fact& fact) {
            return std::holds_alternative<PollTimedOut>(fact.body) &&
                   node_name(run.world(), fact.node) == member;
        });
    ASSERT_NE(timed_out, run.facts().end());
    EXPECT_EQ(run.world().shown(timed_out->at), *wait->deadline);
}

TEST(GroupWaits, AMemberLooksForACoordinatorThatIsGone) {
    const Timeline calm = play(stock("range"), 12_s);
    const BrokerId coordinator = view_group(calm.world(), "stock")->coordinator;
    const Timeline run = play(
        stock("range", fmt::format("  - {{at: 12s, do: kill broker {}}}\n", coordinator.value)),
        14_s);
    EXPECT_THAT(waits(run.world(), Thing()),
                Contains(AllOf(what("looks for the coordinator of group stock"),
                               Field(&Wait::holds_it, HasSubstr("is down")))));
}

/// A detector whose verdicts go to a topic that lies on broker 3 alone.
std::string detector(std::string_view commands) {
    return R"(name: Verdicts
cluster:
  brokers: 3
topics:
  - {name: ECOMMERCE_NEW_ORDER, replication-factor: 3}
  - {name: ECOMMERCE_ORDER_APPROVED, replication-factor: 1}
  - {name: ECOMMERCE_ORDER_REJECTED, replication-factor: 1}
services:
  - name: fraud-detector
    handler: fraud-detector
    group: FraudDetectorService
    topics: [ECOMMERCE_NEW_ORDER]
    on-error: retry
    config: {auto.offset.reset: earliest}
timeline:
)" + std::string(commands) +
           "until: 60s\n";
}

TEST(GroupWaits, ARecordWaitsForWhatItsHandlerSent) {
    Timeline healthy =
        play(detector("  - {at: 1s, do: elect preferred ECOMMERCE_NEW_ORDER-0}\n"), 10_s);
    const BrokerId leader = healthy.world()
                                .committed_metadata()
                                .find_partition({"ECOMMERCE_ORDER_APPROVED", PartitionId(0)})
                                ->leader;
    const Timeline run =
        play(detector(fmt::format("  - {{at: 10s, do: kill broker {}}}\n"
                                  "  - {{at: 12s, do: 'produce ECOMMERCE_NEW_ORDER key=a "
                                  "value={{\"id\":\"1\",\"email\":\"a@b.c\",\"amount\":5}}'}}\n",
                                  leader.value)),
             40_s);
    const std::vector<Wait> all = waits(run.world(), Thing());
    const Wait* wait = find(all, "is not done with ECOMMERCE_NEW_ORDER-0 at 0");
    ASSERT_NE(wait, nullptr);
    EXPECT_THAT(wait->holds_it,
                AllOf(HasSubstr("'s producer, which the handler sent, is not acknowledged yet"),
                      HasSubstr(" neither polls nor commits before")));
    // It is the only record that the producer has: the end of its patience is known.
    EXPECT_THAT(wait->ends, AllOf(HasSubstr("with the acknowledgement"), HasSubstr(", by "),
                                  HasSubstr("delivery.timeout.ms")));
    ASSERT_TRUE(wait->deadline);
    EXPECT_GT(*wait->deadline, Duration(40_s));
}

TEST(GroupWaits, APartitionIsLeftAloneWhenARecordOfItFailed) {
    Timeline run = play(
        detector("  - {at: 10s, do: produce ECOMMERCE_NEW_ORDER key=a value=nonsense}\n"), 11_s);
    const std::vector<Wait> all = waits(run.world(), kOrders);
    const Wait* wait = find(all, "leaves ECOMMERCE_NEW_ORDER-0 alone");
    ASSERT_NE(wait, nullptr);
    ASSERT_TRUE(wait->deadline);
    const Inspection detector_shown =
        inspect(run.world(), run.facts(), ClientThing{"fraud-detector-1"});
    std::vector<std::string> states;
    for (const InspectionSection& any : detector_shown.sections) {
        const auto* table = std::get_if<TableSection>(&any);
        if (table != nullptr && table->title == "Positions") {
            states.push_back(table->lines.front().cells.back());
        }
    }
    EXPECT_EQ(states, std::vector<std::string>{"paused"});
    const auto failures = [&run] {
        return std::count_if(run.facts().begin(), run.facts().end(), [](const Fact& fact) {
            return std::holds_alternative<ServiceFailed>(fact.body);
        });
    };
    const auto before = failures();
    run.seek(*wait->deadline - 1_ms);
    EXPECT_EQ(failures(), before);
    run.seek(*wait->deadline + 50_ms);
    EXPECT_EQ(failures(), before + 1);
}

}  // namespace
}  // namespace brokerlab
