// Marks on lanes: whose lane, which kind, which of those that stand too near to each other stays,
// and the stretches in which a node was not there.
#include "sim/view/lanes.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/view/fact_search.h"
#include "sim/view/lane_labels.h"
#include "tests/unit/world/small_world.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;
using testing::small_world;
using Change = NodeChanged::Change;

constexpr NodeId kBroker2{NodeKind::kBroker, 2};
constexpr NodeId kController{NodeKind::kController, 1};
const TopicPartition kOrders{"orders", PartitionId(0)};

/// Facts in the order of their moments.
class Told {
public:
    Told& at(Duration when, NodeId node, FactBody body) {
        const SimTime at = *small_world().time_zero + when;
        facts_.push_back({{EventSequence{next_++}, 0}, at, node, kNoEvent, std::move(body)});
        return *this;
    }
    [[nodiscard]] const FactList& facts() const { return facts_; }
    [[nodiscard]] std::vector<Lane> lanes(Duration fold = Duration(),
                                          Weight least = Weight::kDetail) const {
        return make_lanes(small_world(), facts_, {0_s, 60_s, fold, least});
    }

private:
    FactList facts_;
    uint64_t next_ = 1;
};

const Lane& lane(const std::vector<Lane>& lanes, std::string_view label) {
    const auto found = std::find_if(lanes.begin(), lanes.end(),
                                    [&](const Lane& one) { return one.label == label; });
    EXPECT_NE(found, lanes.end()) << label;
    return *found;
}

std::vector<std::string> labels(const std::vector<Lane>& lanes) {
    std::vector<std::string> names;
    for (const Lane& one : lanes) {
        names.push_back(one.label);
    }
    return names;
}

TEST(Lanes, AreTheCommandsTheQuorumTheBrokersAndTheClientsWithAMark) {
    EXPECT_THAT(labels(Told().lanes()),
                ElementsAre("commands", "quorum", "broker 1", "broker 2", "broker 3"));
    const NodeId till = [&] {
        const auto& clients = small_world().clients;
        const auto found =
            std::find_if(clients.begin(), clients.end(),
                         [](const Cow<ClientHost>& host) { return host->name == "till"; });
        return NodeId{NodeKind::kClient, static_cast<int32_t>(found - clients.begin()) + 1};
    }();
    Told told;
    told.at(90_s, till, BatchRetried{kOrders, ErrorCode::kNotLeaderOrFollower, 1, 5});
    // It has its lane though the mark is not in the stretch shown.
    EXPECT_THAT(labels(told.lanes()),
                ElementsAre("commands", "quorum", "broker 1", "broker 2", "broker 3", "till"));
    EXPECT_EQ(lane(told.lanes(), "till").thing, Thing(ClientThing{"till"}));
    EXPECT_THAT(lane(told.lanes(), "till").marks, SizeIs(0));
}

TEST(Lanes, CarryWhatTheControllerDecidedWhereItMatters) {
    Told told;
    told.at(1_s, kController,
            LeaderChanged{kOrders, BrokerId(1), BrokerId(3), LeaderEpoch(2),
                          LeaderChanged::Why::kBrokerFenced, false});
    told.at(2_s, kController, BrokerFenced{BrokerId(1), 9_s});
    told.at(
        3_s, kController,
        IsrChanged{
            kOrders, {BrokerId(1), BrokerId(2), BrokerId(3)}, {BrokerId(2), BrokerId(3)}, false});
    const std::vector<Lane> lanes = told.lanes();
    ASSERT_THAT(lane(lanes, "broker 3").marks, SizeIs(1));
    EXPECT_EQ(lane(lanes, "broker 3").marks[0].label, "leads orders-0, epoch 2");
    EXPECT_EQ(lane(lanes, "broker 3").marks[0].kind, MarkKind::kElection);
    ASSERT_THAT(lane(lanes, "broker 1").marks, SizeIs(2));
    EXPECT_EQ(lane(lanes, "broker 1").marks[0].kind, MarkKind::kFault);
    EXPECT_EQ(lane(lanes, "broker 1").marks[1].label, "orders-0: ISR {1,2,3} -> {2,3}");
    EXPECT_EQ(lane(lanes, "broker 1").marks[1].kind, MarkKind::kIsrChange);
    EXPECT_THAT(lane(lanes, "broker 2").marks, SizeIs(0));
    EXPECT_THAT(lane(lanes, "quorum").marks, SizeIs(0));
}

TEST(Lanes, LeaveOutWhatIsLighterThanAskedFor) {
    Told told;
    told.at(1_s, kBroker2, ReplicaFollows{kOrders, BrokerId(1), LeaderEpoch(1)});
    told.at(2_s, kBroker2, NodeChanged{Change::kKilled, ""});
    EXPECT_THAT(lane(told.lanes(), "broker 2").marks, SizeIs(2));
    EXPECT_THAT(lane(told.lanes({}, Weight::kMajor), "broker 2").marks, SizeIs(1));
}

TEST(Folding, KeepsTheWeightiestAtItsMomentAndCountsTheOthers) {
    Told told;
    told.at(10'000_ms, kBroker2, ReplicaFollows{kOrders, BrokerId(1), LeaderEpoch(1)});
    told.at(10'050_ms, kBroker2, NodeChanged{Change::kKilled, ""});
    told.at(10'090_ms, kBroker2, ReplicaLeads{kOrders, LeaderEpoch(1), Offset(0), Offset(0)});
    told.at(11'000_ms, kBroker2, NodeChanged{Change::kStarted, ""});
    const std::vector<Lane> lanes = told.lanes(100_ms);
    const std::vector<LaneMark>& marks = lane(lanes, "broker 2").marks;
    ASSERT_THAT(marks, SizeIs(2));
    EXPECT_EQ(marks[0].label, "killed");
    EXPECT_EQ(marks[0].at, 10'050_ms);
    EXPECT_EQ(marks[0].fact, told.facts()[1].id);
    EXPECT_EQ(marks[0].folded, 2U);
    EXPECT_EQ(marks[1].label, "starts");
    EXPECT_EQ(marks[1].folded, 0U);
}

RC_GTEST_PROP(Folding, LosesNothingAndLeavesRoomBetweenMarks, ()) {
    const auto moments = *rc::gen::container<std::vector<int64_t>>(rc::gen::inRange(0, 60'000));
    const Duration fold = Duration::from_ms(*rc::gen::inRange(0, 5'000));
    std::vector<int64_t> sorted = moments;
    std::sort(sorted.begin(), sorted.end());
    Told told;
    for (const int64_t ms : sorted) {
        if (*rc::gen::inRange(0, 2) == 0) {
            told.at(Duration::from_ms(ms), kBroker2, NodeChanged{Change::kKilled, ""});
        } else {
            told.at(Duration::from_ms(ms), kBroker2,
                    ReplicaFollows{kOrders, BrokerId(1), LeaderEpoch(1)});
        }
    }
    const std::vector<Lane> lanes = told.lanes(fold);
    const std::vector<LaneMark>& marks = lane(lanes, "broker 2").marks;
    std::size_t together = 0;
    for (std::size_t i = 0; i < marks.size(); ++i) {
        together += 1 + marks[i].folded;
        if (i > 0) {
            RC_ASSERT(marks[i].at - marks[i - 1].at >= fold);
        }
    }
    RC_ASSERT(together == sorted.size());
}

TEST(Spans, GoFromTheFaultToItsEnd) {
    Told told;
    told.at(1_s, kBroker2, NodeChanged{Change::kPaused, ""});
    told.at(2_s, kBroker2, NodeChanged{Change::kKilled, ""});
    told.at(9_s, kController, BrokerFenced{BrokerId(2), 7_s});
    told.at(20_s, kBroker2, NodeChanged{Change::kStarted, ""});
    told.at(22_s, kController, BrokerUnfenced{BrokerId(2)});
    told.at(30_s, kBroker2, NodeChanged{Change::kIsolated, ""});
    told.at(40_s, kController, TopicDeleted{"other"});
    const std::vector<Lane> lanes = told.lanes();
    std::vector<std::string> texts;
    for (const LaneSpan& span : lane(lanes, "broker 2").spans) {
        texts.push_back(span.label + " " + to_string(span.from) + " to " + to_string(span.to));
    }
    // What has no end goes on to the last that is known.
    EXPECT_THAT(texts, ElementsAre("paused 1 s to 2 s", "down 2 s to 20 s", "fenced 9 s to 22 s",
                                   "isolated 30 s to 40 s"));
}

TEST(Spans, ThatLieBesideTheStretchShownAreLeftOut) {
    Told told;
    told.at(1_s, kBroker2, NodeChanged{Change::kKilled, ""});
    told.at(2_s, kBroker2, NodeChanged{Change::kStarted, ""});
    const std::vector<Lane> lanes =
        make_lanes(small_world(), told.facts(), {10_s, 20_s, Duration(), Weight::kDetail});
    EXPECT_THAT(lane(lanes, "broker 2").spans, SizeIs(0));
}

TEST(MarkKinds, HaveEachTheirWord) {
    std::set<std::string> words;
    for (const MarkKind kind :
         {MarkKind::kCommand, MarkKind::kFault, MarkKind::kElection, MarkKind::kIsrChange,
          MarkKind::kClient, MarkKind::kQuorum, MarkKind::kOther}) {
        words.insert(mark_word(kind));
    }
    EXPECT_THAT(words, SizeIs(7));
}

TEST(FactKinds, HaveEachTheirWords) {
    std::set<std::string_view> words;
    for (std::size_t i = 0; i < std::variant_size_v<FactBodies>; ++i) {
        EXPECT_FALSE(fact_kind_words(i).empty());
        words.insert(fact_kind_words(i));
    }
    EXPECT_THAT(words, SizeIs(std::variant_size_v<FactBodies>));
    // Where the order of the kinds matters most.
    EXPECT_EQ(fact_kind_words(FactBody(LeaderChanged()).index()), "a partition's leader changes");
    EXPECT_EQ(fact_kind_words(FactBody(AdminAnswered()).index()),
              "an administrative request is answered");
}

TEST(FactSearch, FindsWhatIsAboutAThing) {
    Told told;
    told.at(1_s, kController,
            LeaderChanged{kOrders, BrokerId(1), BrokerId(3), LeaderEpoch(2),
                          LeaderChanged::Why::kBrokerFenced, false});
    const World& world = small_world();
    const Fact& fact = told.facts()[0];
    EXPECT_TRUE(concerns(world, fact, std::monostate()));
    EXPECT_TRUE(concerns(world, fact, BrokerThing{BrokerId(1)}));
    EXPECT_TRUE(concerns(world, fact, BrokerThing{BrokerId(3)}));
    EXPECT_FALSE(concerns(world, fact, BrokerThing{BrokerId(2)}));
    EXPECT_TRUE(concerns(world, fact, PartitionThing{kOrders}));
    EXPECT_TRUE(concerns(world, fact, TopicThing{"orders"}));
    EXPECT_FALSE(concerns(world, fact, TopicThing{"refunds"}));
    EXPECT_TRUE(concerns(world, fact, ControllerThing{1}));
    EXPECT_FALSE(concerns(world, fact, ClientThing{"till"}));
}

TEST(FactSearch, ForATextIgnoresCapitalLetters) {
    EXPECT_TRUE(contains_text("orders-0: broker 3 LEADS", "Leads"));
    EXPECT_TRUE(contains_text("anything", ""));
    EXPECT_FALSE(contains_text("lead", "leads"));
}

}  // namespace
}  // namespace brokerlab
