// The invariants about the metadata quorum and the registrations, each held and broken.
#include "sim/oracle/quorum_invariants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/oracle/invariant_fixture.h"

namespace brokerlab {
namespace {

using ::testing::HasSubstr;
using testing::log_of;
using ::testing::Optional;
using testing::with_high_watermark;

constexpr NodeId controller(int32_t number) {
    return {NodeKind::kController, number};
}

MemberView member(NodeId node, const PartitionLog& log) {
    MemberView view;
    view.node = node;
    view.log = &log;
    return view;
}

TEST(OneQuorumLeaderPerEpoch, TwoElectedAtDifferentTimesBreakIt) {
    QuorumMemory memory;
    QuorumView view;
    view.elected = {{LeaderEpoch(3), controller(1)}, {LeaderEpoch(4), controller(2)}};
    EXPECT_EQ(two_quorum_leaders(view, memory), std::nullopt);
    view.elected = {{LeaderEpoch(3), controller(2)}};
    EXPECT_THAT(two_quorum_leaders(view, memory),
                Optional(std::string(
                    "controller 1 and controller 2 both led the metadata quorum in epoch 3")));
}

TEST(OneQuorumLeaderPerEpoch, TwoThatLeadNowBreakIt) {
    const PartitionLog log = log_of({});
    QuorumMemory memory;
    QuorumView view;
    view.members = {member(controller(1), log), member(controller(2), log)};
    view.members[0].leads_in = LeaderEpoch(3);
    view.members[1].leads_in = LeaderEpoch(4);
    EXPECT_EQ(two_quorum_leaders(view, memory), std::nullopt);
    view.members[1].leads_in = LeaderEpoch(3);
    EXPECT_THAT(two_quorum_leaders(view, memory), Optional(HasSubstr("in epoch 3")));
}

TEST(OneActiveControllerPerEpoch, TwoActiveInOneEpochBreakIt) {
    const PartitionLog log = log_of({});
    QuorumMemory memory;
    QuorumView view;
    view.members = {member(controller(1), log)};
    view.members[0].active_in = LeaderEpoch(3);
    EXPECT_EQ(two_active_controllers(view, memory), std::nullopt);
    view.members[0].active_in.reset();
    view.activated = {{LeaderEpoch(3), controller(2)}};
    EXPECT_THAT(two_active_controllers(view, memory),
                Optional(std::string(
                    "controller 1 and controller 2 both were the active controller in epoch 3")));
}

TEST(CommittedMetadataAgrees, MembersMayKnowMoreOrLess) {
    const PartitionLog ahead = log_of({"a", "b", "c"});
    const PartitionLog behind = with_high_watermark(log_of({"a", "b", "x"}), 2);
    QuorumMemory memory;
    QuorumView view;
    view.members = {member(controller(1), behind), member(controller(2), ahead)};
    EXPECT_EQ(committed_metadata_differs(view, memory), std::nullopt);
    EXPECT_EQ(memory.committed.size(), 3U);
}

TEST(CommittedMetadataAgrees, AMemberWithOtherRecordsBreaksIt) {
    const PartitionLog ahead = log_of({"a", "b", "c"});
    const PartitionLog other = log_of({"a", "x"});
    QuorumMemory memory;
    QuorumView view;
    view.members = {member(controller(1), ahead), member(controller(2), other)};
    EXPECT_THAT(committed_metadata_differs(view, memory),
                Optional(std::string("controller 2 holds other metadata at offset 1 than was "
                                     "committed there before")));
}

TEST(CommittedMetadataAgrees, WhatWasCommittedStaysWhenItsHoldersAreGone) {
    const PartitionLog first = log_of({"a", "b"});
    const PartitionLog later = log_of({"a", "y", "z"});
    QuorumMemory memory;
    QuorumView view;
    view.members = {member(controller(1), first)};
    EXPECT_EQ(committed_metadata_differs(view, memory), std::nullopt);
    view.members = {member(controller(3), later)};
    EXPECT_THAT(committed_metadata_differs(view, memory), Optional(HasSubstr("at offset 1")));
}

TEST(CommittedMetadataAgrees, ALogThatWasCutIsComparedAnew) {
    const PartitionLog before = log_of({"a", "b"});
    const PartitionLog after = log_of({"a", "y"});
    QuorumMemory memory;
    QuorumView view;
    view.members = {member(controller(1), before)};
    EXPECT_EQ(committed_metadata_differs(view, memory), std::nullopt);
    view.members = {member(controller(1), after)};
    forget_agreement(memory, controller(1), Offset(1));
    EXPECT_THAT(committed_metadata_differs(view, memory), Optional(HasSubstr("at offset 1")));
}

TEST(CommittedMetadataAgrees, AnImageAheadOfTheHighWatermarkBreaksIt) {
    const PartitionLog log = with_high_watermark(log_of({"a", "b"}), 1);
    QuorumMemory memory;
    QuorumView view;
    view.members = {member({NodeKind::kBroker, 2}, log)};
    view.members[0].applied_end = Offset(1);
    EXPECT_EQ(committed_metadata_differs(view, memory), std::nullopt);
    view.members[0].applied_end = Offset(2);
    EXPECT_THAT(committed_metadata_differs(view, memory),
                Optional(HasSubstr("broker 2 has applied")));
}

TEST(BrokerEpochsRise, AFallBreaksItUnlessTheMetadataIsOlder) {
    RegistrationMemory memory;
    MetadataImage image;
    BrokerRegistration& broker = image.brokers.edit()[BrokerId(2)];
    image.last_offset = Offset(50);
    broker.epoch = BrokerEpoch(40);
    EXPECT_EQ(broker_epoch_fell(image, memory), std::nullopt);
    broker.epoch = BrokerEpoch(30);
    image.last_offset = Offset(45);
    EXPECT_EQ(broker_epoch_fell(image, memory), std::nullopt);
    image.last_offset = Offset(51);
    EXPECT_THAT(broker_epoch_fell(image, memory), Optional(HasSubstr("fell from 40 to 30")));
}

}  // namespace
}  // namespace brokerlab
