// Rebalances of a group and the phases of its members: from real runs of the classic protocol, and
// from facts as the consumer protocol (KIP-848) states them.
#include "sim/view/group_history.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/view/group_matrix.h"
#include "sim/world/names.h"
#include "tests/unit/view/group_world.h"

namespace brokerlab {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::play;
using testing::stock;

constexpr std::string_view kGrowsAndLoses =
    "  - {at: 15s, do: add consumer stock}\n"
    "  - {at: 30s, do: crash consumer stock-1}\n";

const TopicPartition kOrders0{"orders", PartitionId(0)};
const TopicPartition kOrders1{"orders", PartitionId(1)};

GroupHistory history_of(const Timeline& run) {
    return make_group_history(run.world(), run.facts(), "stock", run.now());
}

const MemberBars& bars(const GroupHistory& history, std::string_view member) {
    const auto found = std::find_if(history.members.begin(), history.members.end(),
                                    [&](const MemberBars& one) { return one.member == member; });
    EXPECT_NE(found, history.members.end()) << member;
    return *found;
}

MemberPhase phase_at(const MemberBars& member, Duration at) {
    const auto found =
        std::find_if(member.spans.begin(), member.spans.end(),
                     [&](const PhaseSpan& span) { return span.from <= at && at < span.to; });
    return found == member.spans.end() ? MemberPhase::kOut : found->phase;
}

/// The phases in a row, without those that only differ in what is read.
std::vector<MemberPhase> phases(const MemberBars& member, Duration from, Duration to) {
    std::vector<MemberPhase> all;
    for (const PhaseSpan& span : member.spans) {
        if (span.to > from && span.from < to && (all.empty() || all.back() != span.phase)) {
            all.push_back(span.phase);
        }
    }
    return all;
}

TEST(GroupHistory, TellsEachRebalanceWithItsCauseAndItsEnd) {
    const Timeline run = play(stock("cooperative-sticky", kGrowsAndLoses), 60_s);
    const GroupHistory history = history_of(run);
    // The group gathers; stock-3 joins, and who gave partitions up joins again; stock-1 is missed.
    ASSERT_GE(history.rebalances.size(), 4U);
    EXPECT_THAT(history.rebalances.front().cause, HasSubstr("joins"));
    EXPECT_EQ(history.rebalances[1].cause, "stock-3 joins");
    EXPECT_EQ(history.rebalances[1].member, "stock-3");
    EXPECT_THAT(history.rebalances[2].cause, HasSubstr("joins again"));
    EXPECT_EQ(history.rebalances.back().cause, "stock-1 was not heard of in time");
    int32_t epoch = 0;
    for (const Rebalance& rebalance : history.rebalances) {
        ASSERT_TRUE(rebalance.end) << rebalance.cause;
        EXPECT_LT(rebalance.begin, *rebalance.end);
        EXPECT_EQ(rebalance.epoch_before, epoch);
        ASSERT_TRUE(rebalance.epoch);
        EXPECT_EQ(*rebalance.epoch, epoch + 1);
        epoch = *rebalance.epoch;
        EXPECT_FALSE(rebalance.cut_short);
        // It leads to the fact that says why.
        const auto fact = std::find_if(run.facts().begin(), run.facts().end(),
                                       [&](const Fact& one) { return one.id == rebalance.fact; });
        ASSERT_NE(fact, run.facts().end());
        EXPECT_TRUE(std::holds_alternative<GroupRebalanceBegan>(fact->body));
        EXPECT_EQ(run.world().shown(fact->at), rebalance.begin);
    }
}

TEST(GroupHistory, CooperativePartitionsMoveOverNobody) {
    const GroupHistory history =
        history_of(play(stock("cooperative-sticky", kGrowsAndLoses), 28_s));
    ASSERT_EQ(history.rebalances.size(), 3U);
    EXPECT_EQ(history.rebalances[0].moved.size(), 4U);
    // First somebody gives it up, then the new one gets it.
    ASSERT_EQ(history.rebalances[1].moved.size(), 1U);
    ASSERT_EQ(history.rebalances[2].moved.size(), 1U);
    const PartitionMove& given = history.rebalances[1].moved[0];
    const PartitionMove& taken = history.rebalances[2].moved[0];
    EXPECT_EQ(given.partition, taken.partition);
    EXPECT_THAT(given.from, Not(IsEmpty()));
    EXPECT_EQ(given.to, "");
    EXPECT_EQ(taken.from, "");
    EXPECT_EQ(taken.to, "stock-3");
}

TEST(GroupHistory, EagerPartitionsMoveAtOnce) {
    const GroupHistory history = history_of(play(stock("range", kGrowsAndLoses), 28_s));
    ASSERT_EQ(history.rebalances.size(), 2U);
    EXPECT_THAT(history.rebalances[1].moved,
                Contains(AllOf(Field(&PartitionMove::from, Not(IsEmpty())),
                               Field(&PartitionMove::to, "stock-3"))));
}

TEST(GroupHistory, BarsCoverAMembersLifeWithoutGaps) {
    for (const char* strategy : {"range", "cooperative-sticky"}) {
        SCOPED_TRACE(strategy);
        const GroupHistory history = history_of(play(stock(strategy, kGrowsAndLoses), 60_s));
        ASSERT_EQ(history.members.size(), 3U);
        for (const MemberBars& member : history.members) {
            ASSERT_FALSE(member.spans.empty());
            for (std::size_t i = 0; i + 1 < member.spans.size(); ++i) {
                EXPECT_EQ(member.spans[i].to, member.spans[i + 1].from) << member.member;
                EXPECT_LT(member.spans[i].from, member.spans[i].to);
            }
        }
        EXPECT_EQ(bars(history, "stock-2").spans.back().to, 60_s);
        EXPECT_GE(bars(history, "stock-3").spans.front().from, 15_s);
    }
}

TEST(GroupHistory, AnEagerMemberReadsOnUntilItGivesUp) {
    const GroupHistory history = history_of(play(stock("range", kGrowsAndLoses), 28_s));
    const MemberBars& member = bars(history, "stock-1");
    const std::vector<MemberPhase> all = phases(member, 14_s, 28_s);
    EXPECT_THAT(all, ElementsAre(MemberPhase::kAssigned, MemberPhase::kJoining,
                                 MemberPhase::kSyncing, MemberPhase::kAssigned));
    // It hears of the rebalance with its next heartbeat, not when stock-3 joins.
    ASSERT_EQ(history.rebalances.size(), 2U);
    EXPECT_EQ(phase_at(member, history.rebalances[1].begin + 2_ms), MemberPhase::kAssigned);
    for (const PhaseSpan& span : member.spans) {
        if (span.phase == MemberPhase::kJoining || span.phase == MemberPhase::kSyncing) {
            EXPECT_THAT(span.has, IsEmpty());
        }
    }
}

/// Not while it begins or ends: a few milliseconds pass until the other end has heard of it.
bool is_settled(const MemberBars& member, Duration at) {
    return std::none_of(member.spans.begin(), member.spans.end(), [&](const PhaseSpan& span) {
        return (span.from - 30_ms <= at && at <= span.from + 30_ms) ||
               (span.to - 30_ms <= at && at <= span.to + 30_ms);
    });
}

/// The bars beside the rows of the matrix, moment after moment: how many were compared.
std::size_t compare_with_matrix(const std::string& scenario, Duration from, Duration to) {
    struct Moment {
        Duration at;
        std::vector<GroupMemberRow> rows;
    };
    std::vector<Moment> moments;
    Timeline run = play(scenario, from);
    for (Duration at = from; at < to; at = at + 50_ms) {
        run.seek(at);
        moments.push_back({at, make_group_rows(run.world(), "stock").members});
    }
    run.seek(to);
    const GroupHistory history = history_of(run);
    std::size_t compared = 0;
    for (const Moment& moment : moments) {
        for (const GroupMemberRow& row : moment.rows) {
            const MemberBars& member = bars(history, row.name);
            if (!row.earlier && is_settled(member, moment.at)) {
                EXPECT_STREQ(phase_word(phase_at(member, moment.at)), phase_word(row.phase))
                    << row.name << " at " << moment.at.to_ms() << " ms";
                ++compared;
            }
        }
    }
    return compared;
}

TEST(GroupHistory, InAnEagerRebalanceTheBarsSayWhatTheMatrixSays) {
    std::string by_hand = stock("range", "  - {at: 15s, do: add consumer stock}\n");
    by_hand.insert(by_hand.find("partition.assignment"), "enable.auto.commit: false, ");
    EXPECT_GT(compare_with_matrix(by_hand, 14_s, 28_s), 600U);
}

TEST(GroupHistory, AnEagerMemberAtWorkReadsOnWhileTheOthersWaitForIt) {
    // It has heard of the rebalance, and joins when its application polls.
    std::string slow = stock("range", "  - {at: 15s, do: add consumer stock}\n");
    slow.insert(slow.find("partition.assignment"),
                "enable.auto.commit: false, max.poll.records: 1, ");
    slow.replace(slow.find("process: 2ms"), 12, "process: 6s");
    EXPECT_GT(compare_with_matrix(slow, 14_s, 24_s), 300U);
}

TEST(GroupHistory, ACooperativeMemberReadsOnWhileItJoins) {
    const GroupHistory history =
        history_of(play(stock("cooperative-sticky", kGrowsAndLoses), 28_s));
    for (const char* name : {"stock-1", "stock-2"}) {
        for (const PhaseSpan& span : bars(history, name).spans) {
            if (span.phase == MemberPhase::kJoining && span.from > 14_s) {
                EXPECT_THAT(span.has, Not(IsEmpty())) << name;
            }
        }
        EXPECT_EQ(phase_at(bars(history, name), 14_s), MemberPhase::kAssigned);
        EXPECT_EQ(phase_at(bars(history, name), 27_s), MemberPhase::kAssigned);
    }
}

TEST(GroupHistory, ACrashedMemberIsSilentUntilItsSessionEnds) {
    const GroupHistory history = history_of(play(stock("range", kGrowsAndLoses), 60_s));
    const MemberBars& member = bars(history, "stock-1");
    EXPECT_EQ(phase_at(member, 29_s), MemberPhase::kAssigned);
    ASSERT_EQ(member.spans.back().phase, MemberPhase::kSilent);
    EXPECT_EQ(member.spans.back().from, 30_s);
    // Its last heartbeat was less than heartbeat.interval.ms before the crash.
    EXPECT_GT(member.spans.back().to, 36_s);
    EXPECT_LE(member.spans.back().to, 39_s);
    EXPECT_EQ(phase_at(member, 45_s), MemberPhase::kOut);
    EXPECT_THAT(member.spans.back().has, IsEmpty());
}

TEST(GroupHistory, AMemberWithoutAPartitionIsIdle) {
    const GroupHistory history = history_of(
        play(stock("range",
                   "  - {at: 12s, do: add consumer stock}\n  - {at: 12s, do: add consumer stock}\n"
                   "  - {at: 12s, do: add consumer stock}\n"),
             30_s));
    std::size_t idle = 0;
    for (const MemberBars& member : history.members) {
        idle += phase_at(member, 29_s) == MemberPhase::kIdle ? 1U : 0U;
    }
    EXPECT_EQ(idle, 1U);
}

TEST(GroupHistory, OfAnUnknownGroupThereIsNone) {
    const Timeline run = play(stock("range"), 10_s);
    const GroupHistory history = make_group_history(run.world(), run.facts(), "nobody", 10_s);
    EXPECT_THAT(history.rebalances, IsEmpty());
    EXPECT_THAT(history.members, IsEmpty());
}

// ---- As the consumer protocol states it

/// Facts of a group whose members were running all along.
class Told {
public:
    Told() : world_(play(stock("range"), 0_s).world()) {
        for (const char* name : {"stock-1", "stock-2"}) {
            at(0_s, *client_node(world_, name), NodeChanged{NodeChanged::Change::kStarted, ""});
        }
    }
    Told& at(Duration when, FactBody body) {
        return at(when, {NodeKind::kBroker, 1}, std::move(body));
    }
    Told& of(std::string_view member, Duration when, FactBody body) {
        return at(when, *client_node(world_, member), std::move(body));
    }
    [[nodiscard]] GroupHistory history(Duration until) const {
        return make_group_history(world_, facts_, "stock", until);
    }

private:
    Told& at(Duration when, NodeId node, FactBody body) {
        facts_.push_back({{EventSequence{next_++}, 0},
                          *world_.time_zero + when,
                          node,
                          kNoEvent,
                          std::move(body)});
        return *this;
    }

    World world_;
    FactList facts_;
    uint64_t next_ = 1;
};

GroupMemberReconciled reconciled(std::string member, int32_t epoch,
                                 GroupMemberReconciled::State state,
                                 std::vector<TopicPartition> assigned,
                                 std::vector<TopicPartition> revoking = {}) {
    return {"stock", std::move(member),   MemberEpoch(epoch),
            state,   std::move(assigned), std::move(revoking)};
}

using State = GroupMemberReconciled::State;

/// stock-1 has both partitions; stock-2 joins and gets one of them.
Told consumer_protocol() {
    Told told;
    told.at(1_s, GroupMemberJoined{"stock", "stock-1", "id-1", std::nullopt})
        .at(1_s,
            GroupRebalanceBegan{"stock", GroupRebalanceBegan::Why::kMemberJoined, "stock-1", 0, ""})
        .at(1_s,
            GroupAssignmentMade{"stock", "uniform", 1, {{"stock-1", {kOrders0, kOrders1}, "id-1"}}})
        .at(1_s, reconciled("stock-1", 1, State::kStable, {kOrders0, kOrders1}))
        .at(1_s, GroupPhaseChanged{"stock", GroupPhase::kEmpty, GroupPhase::kStable, 1})
        .of("stock-1", 2_s, PartitionsAssigned{"stock", 1, {kOrders0, kOrders1}})
        .at(5_s, GroupMemberJoined{"stock", "stock-2", "id-2", std::nullopt})
        .at(5_s,
            GroupRebalanceBegan{"stock", GroupRebalanceBegan::Why::kMemberJoined, "stock-2", 1, ""})
        .at(5_s,
            GroupAssignmentMade{"stock",
                                "uniform",
                                2,
                                {{"stock-1", {kOrders0}, "id-1"}, {"stock-2", {kOrders1}, "id-2"}}})
        .at(5_s, reconciled("stock-2", 2, State::kUnreleased, {}))
        .at(5_s, GroupPhaseChanged{"stock", GroupPhase::kStable, GroupPhase::kReconciling, 2})
        .at(6_s, reconciled("stock-1", 1, State::kUnrevoked, {kOrders0}, {kOrders1}))
        .of("stock-1", 7_s, PartitionsRevoked{"stock", {kOrders1}})
        .at(8_s, reconciled("stock-1", 2, State::kStable, {kOrders0}))
        .at(9_s, reconciled("stock-2", 2, State::kStable, {kOrders1}))
        .at(9_s, GroupPhaseChanged{"stock", GroupPhase::kReconciling, GroupPhase::kStable, 2})
        .of("stock-2", 10_s, PartitionsAssigned{"stock", 2, {kOrders1}});
    return told;
}

TEST(GroupHistory, OfTheConsumerProtocolEachMemberReconcilesByItself) {
    const GroupHistory history = consumer_protocol().history(12_s);
    const MemberBars& giver = bars(history, "stock-1");
    EXPECT_EQ(phase_at(giver, 4_s), MemberPhase::kAssigned);
    // It has not heard of it yet: no member waits for the others.
    EXPECT_EQ(phase_at(giver, 5_s + 500_ms), MemberPhase::kAssigned);
    EXPECT_EQ(phase_at(giver, 6_s + 500_ms), MemberPhase::kRevoking);
    EXPECT_EQ(phase_at(giver, 8_s + 500_ms), MemberPhase::kAssigned);
    EXPECT_THAT(giver.spans.back().has, ElementsAre(kOrders0));
    const MemberBars& taker = bars(history, "stock-2");
    EXPECT_EQ(phase_at(taker, 3_s), MemberPhase::kLooking);
    EXPECT_EQ(phase_at(taker, 6_s), MemberPhase::kReconciling);
    EXPECT_EQ(phase_at(taker, 9_s + 500_ms), MemberPhase::kSyncing);
    EXPECT_EQ(phase_at(taker, 11_s), MemberPhase::kAssigned);
}

TEST(GroupHistory, OfTheConsumerProtocolARebalanceEndsWhenAllHaveReconciled) {
    const GroupHistory history = consumer_protocol().history(12_s);
    ASSERT_EQ(history.rebalances.size(), 2U);
    const Rebalance& second = history.rebalances[1];
    EXPECT_EQ(second.begin, 5_s);
    EXPECT_EQ(second.end, 9_s);
    EXPECT_EQ(second.epoch, 2);
    EXPECT_EQ(second.assignor, "uniform");
    EXPECT_THAT(second.moved, ElementsAre(PartitionMove{kOrders1, "stock-1", "stock-2"}));
}

TEST(GroupHistory, ThatAnEarlierProcessIsPutOutSaysNothingOfTheOneThatLives) {
    Told told = consumer_protocol();
    told.of("stock-2", 12_s, NodeChanged{NodeChanged::Change::kKilled, ""})
        .of("stock-2", 13_s, NodeChanged{NodeChanged::Change::kStarted, ""})
        .at(13_s, GroupMemberJoined{"stock", "stock-2", "id-3", std::nullopt})
        .at(13_s, reconciled("stock-2", 3, State::kUnreleased, {}))
        .at(20_s, GroupMemberLeft{"stock", "stock-2", "id-2", GroupMemberLeft::Why::kSessionExpired,
                                  9_s});
    const GroupHistory history = told.history(22_s);
    const MemberBars& restarted = bars(history, "stock-2");
    EXPECT_EQ(phase_at(restarted, 12_s + 500_ms), MemberPhase::kSilent);
    EXPECT_EQ(phase_at(restarted, 14_s), MemberPhase::kReconciling);
    EXPECT_EQ(phase_at(restarted, 21_s), MemberPhase::kReconciling);
}

TEST(GroupHistory, ARebalanceIsCutShortByTheNextOne) {
    Told told;
    told.at(1_s,
            GroupRebalanceBegan{"stock", GroupRebalanceBegan::Why::kMemberJoined, "stock-1", 0, ""})
        .at(1_s, GroupPhaseChanged{"stock", GroupPhase::kEmpty, GroupPhase::kPreparingRebalance, 0})
        .at(4_s, GroupPhaseChanged{"stock", GroupPhase::kPreparingRebalance,
                                   GroupPhase::kCompletingRebalance, 1})
        .at(5_s,
            GroupRebalanceBegan{"stock", GroupRebalanceBegan::Why::kMemberLeft, "stock-2", 1, ""});
    const GroupHistory history = told.history(6_s);
    ASSERT_EQ(history.rebalances.size(), 2U);
    EXPECT_TRUE(history.rebalances[0].cut_short);
    EXPECT_EQ(history.rebalances[0].end, 5_s);
    EXPECT_FALSE(history.rebalances[1].end);
}

}  // namespace
}  // namespace brokerlab
