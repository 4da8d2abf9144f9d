// Sentences about groups: why they rebalance, which of two processes of one name is meant, what an
// error says.
#include "sim/view/group_sentences.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/view/group_world.h"

namespace brokerlab {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::kTillAndAudit;
using ::testing::Not;
using testing::play;
using ::testing::SizeIs;
using ::testing::StartsWith;
using testing::stock;

using Began = GroupRebalanceBegan;

std::string cause(std::string reason) {
    return rebalance_cause({"stock", Began::Why::kMemberRejoined, "stock-1", 3, std::move(reason)});
}

/// As the run's facts of that kind are told now.
template <class Body>
std::vector<std::string> told(const Timeline& run) {
    std::vector<std::string> sentences;
    for (const Fact& fact : run.facts()) {
        if (std::holds_alternative<Body>(fact.body)) {
            sentences.push_back(sentence(run.world(), fact));
        }
    }
    return sentences;
}

/// What the first client of a small world would be told to have done.
std::string told_of_a_client(FactBody body) {
    const Timeline run = play(kTillAndAudit, 100_ms);
    return sentence(run.world(),
                    {{}, run.world().now, {NodeKind::kClient, 1}, kNoEvent, std::move(body)});
}

TEST(RebalanceCause, SaysWhyAMemberJoinsAgain) {
    EXPECT_EQ(cause("cached metadata has changed"),
              "stock-1 joins again: its metadata shows other partitions of its topics");
    EXPECT_EQ(cause("need to revoke partitions and re-join"),
              "stock-1 joins again: it has given up partitions for others to take");
    EXPECT_EQ(cause("rebalance failed due to REBALANCE_IN_PROGRESS"),
              "stock-1 joins again: the rebalance before failed for it: REBALANCE_IN_PROGRESS");
    EXPECT_EQ(cause("encountered UNKNOWN_MEMBER_ID from SYNC_GROUP response"),
              "stock-1 joins again: its SYNC_GROUP was answered with UNKNOWN_MEMBER_ID");
}

TEST(RebalanceCause, RepeatsAReasonThatItDoesNotKnow) {
    EXPECT_EQ(cause("the operator wanted it"), "stock-1 joins again: the operator wanted it");
    EXPECT_EQ(cause("encountered from"), "stock-1 joins again: encountered from");
}

TEST(RebalanceCause, AddsNothingWhereTheMemberSaysNothing) {
    EXPECT_EQ(cause(""), "stock-1 joins again");
    EXPECT_EQ(rebalance_cause({"stock", Began::Why::kMemberJoined, "stock-1", 3,
                               "need to re-join with the given member-id: stock-1-abc"}),
              "stock-1 joins");
}

TEST(RebalanceCause, IsTheGroupsSizeWhereNoMemberBeganIt) {
    EXPECT_EQ(rebalance_cause({"stock", Began::Why::kMemberRejoined, "", 3, ""}),
              "it has more members than group.max.size");
}

TEST(EarlierProcess, IsPutOutAndNotTheOneThatIsThere) {
    const Timeline run = play(stock("range",
                                    "  - {at: 12s, do: crash consumer stock-1}\n"
                                    "  - {at: 13s, do: start consumer stock-1}\n"),
                              24_s);
    EXPECT_THAT(
        told<GroupMemberLeft>(run),
        Contains(StartsWith("the earlier process of stock-1 is no member of group stock any "
                            "more: no heartbeat for 9.0 s")));
}

TEST(EarlierProcess, IsNoneOfAProcessThatOnlyGotAnotherId) {
    // It is put out while it stands still, and joins anew.
    const Timeline run = play(stock("range",
                                    "  - {at: 12s, do: pause consumer stock-2}\n"
                                    "  - {at: 30s, do: resume consumer stock-2}\n"),
                              50_s);
    EXPECT_THAT(told<GroupMemberLeft>(run),
                Contains(StartsWith("stock-2 is no member of group stock any more: no heartbeat")));
    EXPECT_THAT(told<GroupMemberLeft>(run), Each(Not(HasSubstr("earlier process"))));
}

TEST(EarlierProcess, IsToldApartInAnAssignmentToBoth) {
    std::string modern = stock("range",
                               "  - {at: 12s, do: crash consumer stock-1}\n"
                               "  - {at: 13s, do: start consumer stock-1}\n");
    const std::string classic = "session.timeout.ms: 9000, partition.assignment.strategy: range";
    modern.replace(modern.find(classic), classic.size(), "group.protocol: consumer");
    const Timeline run = play(modern, 16_s);
    const std::vector<std::string> assignments = told<GroupAssignmentMade>(run);
    ASSERT_FALSE(assignments.empty());
    EXPECT_THAT(assignments.back(), AllOf(HasSubstr(" to the earlier process of stock-1"),
                                          HasSubstr(" to stock-1"), HasSubstr(" to stock-2")));
    EXPECT_THAT(assignments.front(), Not(HasSubstr("earlier process")));
}

/// Two services share a group, each with a group.instance.id of its own.
constexpr std::string_view kStaticServices = R"(
name: Static services
cluster: {brokers: 3}
topics:
  - {name: orders, partitions: 2, replication-factor: 3}
services:
  - name: alpha
    handler: product
    group: stock
    topics: [orders]
    config: {auto.offset.reset: earliest, group.instance.id: shelf}
  - name: beta
    handler: product
    group: stock
    topics: [orders]
    config: {auto.offset.reset: earliest, group.instance.id: rack}
timeline:
  - {at: 15s, do: kill service alpha-1}
  - {at: 17s, do: start service alpha-1}
until: 60s
)";

TEST(Assignment, NamesTheClientsAndNotTheGroup) {
    const Timeline run = play(kStaticServices, 14_s);
    const std::vector<std::string> assignments = told<GroupAssignmentMade>(run);
    ASSERT_FALSE(assignments.empty());
    EXPECT_THAT(assignments.back(), AllOf(HasSubstr(" to alpha-1"), HasSubstr(" to beta-1"),
                                          Not(HasSubstr("stock-1"))));
}

TEST(Assignment, KeepsTheNamesWhenAMemberIdIsGone) {
    // The new process of alpha-1 has another member id.
    const Timeline run = play(kStaticServices, 25_s);
    const std::vector<std::string> replaced = told<GroupMemberLeft>(run);
    ASSERT_THAT(replaced, SizeIs(1));
    EXPECT_EQ(replaced[0],
              "a new process takes the place of alpha-1 in group stock (group.instance.id)");
    EXPECT_THAT(told<GroupAssignmentMade>(run), Each(Not(HasSubstr("stock-1"))));
}

TEST(GroupErrors, SayWhatTheyMean) {
    EXPECT_THAT(told_of_a_client(CommitFailed{"stock", ErrorCode::kUnknownMemberId, false}),
                EndsWith(" can't commit to group stock: UNKNOWN_MEMBER_ID, it is no member of the "
                         "group any more"));
    for (const ErrorCode error : {ErrorCode::kIllegalGeneration, ErrorCode::kFencedInstanceId,
                                  ErrorCode::kRebalanceInProgress, ErrorCode::kUnreleasedInstanceId,
                                  ErrorCode::kCoordinatorNotAvailable, ErrorCode::kNotCoordinator,
                                  ErrorCode::kFencedMemberEpoch, ErrorCode::kStaleMemberEpoch}) {
        EXPECT_THAT(error_text(error), StartsWith(fmt::format("{}, ", error_name(error))));
    }
}

TEST(GroupErrors, AreNotExplainedTwice) {
    const std::string failed = told_of_a_client(
        ConsumerFailed{"stock", ErrorCode::kFencedInstanceId, "another process uses it"});
    EXPECT_THAT(failed, EndsWith(": FENCED_INSTANCE_ID, another process uses it"));
}

TEST(LostPartitions, AreOneOrSeveral) {
    const TopicPartition first{"orders", PartitionId(0)};
    const TopicPartition second{"orders", PartitionId(1)};
    EXPECT_THAT(told_of_a_client(PartitionsLost{"stock", {first}}),
                HasSubstr(" has lost orders-0: another member may have it already, and nothing "
                          "more can be committed for it"));
    EXPECT_THAT(told_of_a_client(PartitionsLost{"stock", {first, second}}),
                HasSubstr("another member may have them already"));
}

TEST(APositionThatIsNoGood, IsNotReadFromWhereThereIsNoPolicy) {
    const TopicPartition orders{"orders", PartitionId(0)};
    const std::string why = "offset 162 is out of range and auto.offset.reset is none";
    EXPECT_THAT(told_of_a_client(PositionReset{orders, Offset(162), Offset(162), why}),
                EndsWith(" can't read orders-0 at offset 162: " + why));
    EXPECT_THAT(told_of_a_client(
                    PositionReset{orders, Offset(162), Offset(40), "offset 162 is out of range"}),
                HasSubstr(" reads orders-0 from offset 40 on: "));
}

TEST(ALeaderThatIsGone, IsToldInWordsForAnyNumberOfPartitions) {
    LeaderChanged changed;
    changed.partition = {"orders", PartitionId(0)};
    changed.from = BrokerId(2);
    changed.to = kNoBroker;
    changed.epoch = LeaderEpoch(1);
    changed.why = LeaderChanged::Why::kBrokerFenced;
    EXPECT_EQ(told_of_a_client(changed),
              "orders-0: no leader any more, epoch 1 (its leader was fenced)");
}

}  // namespace
}  // namespace brokerlab
