// The table of the invariants.
#include <array>

#include "sim/oracle/committed_offsets.h"
#include "sim/oracle/group_ownership.h"
#include "sim/oracle/invariants.h"
#include "sim/oracle/partition_invariants.h"
#include "sim/oracle/quorum_invariants.h"

namespace brokerlab {
namespace {

using Subject = InvariantSubject;

constexpr std::string_view kAlways = "Always.";
constexpr std::string_view kUntilLoss =
    "Until an unclean election, a loss of power that takes unflushed records, or the loss of a "
    "disk.";

constexpr std::array<Invariant, 13> kInvariants{{
    {"one-leader-per-epoch", "No two brokers lead a partition in the same leader epoch.",
     Subject::kPartition, kAlways, false, &two_leaders},
    {"isr-within-replicas",
     "The committed ISR of a partition is a part of its replicas and never empty, and its leader, "
     "if it has one, is in it.",
     Subject::kPartition, kAlways, false, &isr_outside_replicas},
    {"leader-epoch-never-falls",
     "The committed leader epoch and partition epoch of a partition never fall.",
     Subject::kPartition,
     "As long as it is the same topic; a new one of the same name has another topic id.", false,
     &epoch_fell},
    {"high-watermark-below-isr",
     "When a leader moves the high watermark, it is at most the least log end that the leader "
     "knows of the in-sync replicas and of those that it has proposed for the ISR.",
     Subject::kPartition,
     "Once it has moved in this leader epoch past the log end with which the epoch began, and for "
     "replicas that have fetched in this epoch.",
     false, &high_watermark_above_isr},
    {"agreement-below-high-watermark",
     "Two replicas of a partition hold the same records wherever both take them for committed.",
     Subject::kPartition,
     "From the later log start on and behind what was compacted. Until an unclean election, a loss "
     "of power that takes unflushed records, or the loss of a disk.",
     true, &committed_records_differ},
    {"high-watermark-never-falls", "A leader's high watermark never falls within its leader epoch.",
     Subject::kPartition, kUntilLoss, true, &high_watermark_fell},
    {"one-quorum-leader-per-epoch",
     "No two controllers lead the metadata quorum in the same epoch.", Subject::kQuorum, kAlways,
     false, &two_quorum_leaders},
    {"committed-metadata-agrees",
     "Whatever a member of the metadata quorum takes for committed is the same on all members, for "
     "ever, and no member acts on metadata that is not committed.",
     Subject::kQuorum, kAlways, false, &committed_metadata_differs},
    {"one-active-controller-per-epoch", "No two controllers are active in the same epoch.",
     Subject::kController, kAlways, false, &two_active_controllers},
    {"consumers-read-committed",
     "A consumer never stands beyond the highest high watermark that the partition ever had.",
     Subject::kConsumer,
     "For topics whose name was never deleted, while the leader has committed all records with "
     "which its leader epoch began. Until an unclean election, a loss of power that takes "
     "unflushed records, or the loss of a disk.",
     true, &consumer_beyond_committed},
    {"one-owner-in-group", "No partition is owned by two members of a group's current generation.",
     Subject::kGroup,
     "For members that the coordinator counts among the group and, of a classic group, that know "
     "its generation. Until an unclean election, a loss of power that takes unflushed records, or "
     "the loss of a disk hits the group's partition of __consumer_offsets.",
     true, &two_owners},
    {"committed-offsets-never-fall",
     "The committed offset of a group in a partition never falls, and never goes, unless the "
     "member that has the partition, or somebody from outside the group, commits a lower one.",
     Subject::kGroup,
     "As long as it is not removed: with its topic, with its group, or after "
     "offsets.retention.minutes. Until an unclean election, a loss of power that takes unflushed "
     "records, or the loss of a disk hits the partition or the group's partition of "
     "__consumer_offsets.",
     true, &committed_offset_fell},
    {"broker-epochs-rise", "The epoch of a broker's registration never falls.", Subject::kBroker,
     kAlways, false, &broker_epoch_fell},
}};

}  // namespace

std::span<const Invariant> invariants() {
    return kInvariants;
}

std::string_view invariant_subject_name(InvariantSubject subject) {
    switch (subject) {
        case Subject::kPartition:
            return "partition";
        case Subject::kQuorum:
            return "quorum";
        case Subject::kBroker:
            return "broker";
        case Subject::kController:
            return "controller";
        case Subject::kConsumer:
            return "consumer";
        case Subject::kGroup:
            return "group";
    }
    return "";
}

}  // namespace brokerlab
