#include "sim/view/sentences.h"

#include <string_view>
#include <variant>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/view/group_sentences.h"
#include "sim/view/printable.h"
#include "sim/view/service_sentences.h"

namespace brokerlab {
namespace {

std::string broker_or_none(BrokerId broker) {
    return broker == kNoBroker ? "none" : fmt::format("broker {}", broker.value);
}

std::string_view leader_why(LeaderChanged::Why why) {
    switch (why) {
        case LeaderChanged::Why::kBrokerFenced:
            return "its leader was fenced";
        case LeaderChanged::Why::kControlledShutdown:
            return "its leader is shutting down";
        case LeaderChanged::Why::kPreferred:
            return "the preferred leader takes over again";
        case LeaderChanged::Why::kUnclean:
            return "an unclean election";
        case LeaderChanged::Why::kBrokerUnfenced:
            return "a replica that may lead came back";
        case LeaderChanged::Why::kReassignment:
            return "its replicas were reassigned";
        case LeaderChanged::Why::kOther:
            return "decided by the controller";
    }
    BL_CHECK(false);
}

std::string seconds(Duration d) {
    return fmt::format("{}.{:01} s", d.to_ms() / 1000, d.to_ms() % 1000 / 100);
}

/// How the reason ends of a consumer that reads nothing, as its position is no good [why_stopped()
/// in consumer_core.cc].
constexpr std::string_view kNoResetPolicy = "auto.offset.reset is none";

std::string records_text(std::size_t count) {
    return count == 1 ? "1 record" : fmt::format("{} records", count);
}

struct Tell : TellGroups {
    using TellGroups::operator();
    std::string operator()(const ServiceActed& f) const { return brokerlab::tell(world, node, f); }
    std::string operator()(const ServiceFailed& f) const { return brokerlab::tell(world, node, f); }
    std::string operator()(const HttpAnswered& f) const { return brokerlab::tell(world, node, f); }
    std::string operator()(const HttpUnanswered& f) const {
        return brokerlab::tell(world, node, f);
    }

    // The lab.
    std::string operator()(const CommandDone& f) const { return "> " + f.command; }
    std::string operator()(const CommandRefused& f) const {
        return fmt::format("> {}: refused, {}", f.command, f.reason);
    }
    std::string operator()(const NodeChanged& f) const {
        switch (f.change) {
            case NodeChanged::Change::kStarted:
                return fmt::format("{} starts", here());
            case NodeChanged::Change::kKilled:
                if (node.kind == NodeKind::kClient) {
                    return fmt::format(
                        "{} crashes: its connections are reset, and what it had not "
                        "sent is gone",
                        here());
                }
                return fmt::format(
                    "{} is killed: its connections are reset, its memory is gone, "
                    "its disk stays",
                    here());
            case NodeChanged::Change::kPoweredOff:
                return fmt::format(
                    "{} loses power: nothing answers any more, and what was not yet "
                    "on its disk is gone",
                    here());
            case NodeChanged::Change::kStopped:
                return fmt::format("{} has stopped", here());
            case NodeChanged::Change::kHalted:
                return fmt::format("{} halts: {}", here(), f.why);
            case NodeChanged::Change::kPaused:
                return fmt::format("{} stands still: its connections stay open, it does nothing",
                                   here());
            case NodeChanged::Change::kResumed:
                return fmt::format("{} goes on", here());
            case NodeChanged::Change::kIsolated:
                return fmt::format("{} is cut off from everyone", here());
            case NodeChanged::Change::kRejoined:
                return fmt::format("{} is back on the network", here());
            case NodeChanged::Change::kDiskFailed:
                return fmt::format("the disk of {} fails", here());
            case NodeChanged::Change::kDiskRepaired:
                return fmt::format("{} gets an empty disk", here());
        }
        BL_CHECK(false);
    }
    std::string operator()(const RecordsLostOnDisk& f) const {
        if (f.partition.topic == "__cluster_metadata") {
            return fmt::format(
                "{} lost the end of its copy of the metadata log; it will fetch it "
                "again from the controllers",
                here());
        }
        return fmt::format("{} lost {} of {} on its disk (offsets {} to {}){}", here(),
                           records_text(static_cast<std::size_t>(f.log_end - f.first_lost)),
                           f.partition.to_string(), f.first_lost.value, f.log_end.value - 1,
                           f.last_in_sync ? ", and was the last in-sync replica" : "");
    }

    // The metadata quorum.
    std::string operator()(const QuorumElectionStarted& f) const {
        return f.pre_vote
                   ? fmt::format("{} asks whether it could lead the quorum (pre-vote)", here())
                   : fmt::format("{} stands for election in epoch {}", here(), f.epoch.value);
    }
    std::string operator()(const QuorumVoteGranted& f) const {
        return fmt::format("{} {} controller {} in epoch {}", here(),
                           f.pre_vote ? "would vote for" : "votes for", node_of(f.candidate).number,
                           f.epoch.value);
    }
    std::string operator()(const QuorumLeaderElected& f) const {
        return fmt::format("{} wins the election of epoch {}", here(), f.epoch.value);
    }
    std::string operator()(const QuorumLeaderResigned& f) const {
        switch (f.why) {
            case QuorumLeaderResigned::Why::kLostMajority:
                return fmt::format("{} gives up leading: a majority no longer fetches from it",
                                   here());
            case QuorumLeaderResigned::Why::kShutdown:
                return fmt::format("{} gives up leading: it shuts down", here());
            case QuorumLeaderResigned::Why::kHigherEpoch:
                return fmt::format("{} gives up leading: it saw a newer epoch than {}", here(),
                                   f.epoch.value);
        }
        BL_CHECK(false);
    }
    std::string operator()(const ControllerActivated& f) const {
        return fmt::format("{} is the active controller now (epoch {})", here(), f.epoch.value);
    }
    std::string operator()(const MetadataLogTruncated& f) const {
        return fmt::format("{} cuts its metadata log from {} to {}, to match its leader's", here(),
                           f.from.value, f.to.value);
    }

    // The controller.
    std::string operator()(const BrokerRegistered& f) const {
        return fmt::format("broker {} is registered (broker epoch {})", f.broker.value,
                           f.epoch.value);
    }
    std::string operator()(const BrokerFenced& f) const {
        return f.silent_for
                   ? fmt::format(
                         "{} fences broker {}: no heartbeat for {} (broker.session.timeout.ms)",
                         here(), f.broker.value, seconds(*f.silent_for))
                   : fmt::format("{} fences broker {}, as it asked to", here(), f.broker.value);
    }
    std::string operator()(const BrokerUnfenced& f) const {
        return fmt::format("{} unfences broker {}: it may lead and be in sync", here(),
                           f.broker.value);
    }
    std::string operator()(const ControlledShutdownBegan& f) const {
        return fmt::format("broker {} begins its controlled shutdown", f.broker.value);
    }
    std::string operator()(const TopicCreated& f) const {
        return fmt::format("topic {} is created: {} partition{}, replication factor {}", f.topic,
                           f.partitions, f.partitions == 1 ? "" : "s", f.replication_factor);
    }
    std::string operator()(const PartitionsAdded& f) const {
        return fmt::format("topic {} grows from {} to {} partitions", f.topic, f.from, f.to);
    }
    std::string operator()(const TopicDeleted& f) const {
        return fmt::format("topic {} is deleted", f.topic);
    }
    std::string operator()(const ConfigChanged& f) const {
        return f.value ? fmt::format("{}: {} is {} now", f.resource, f.key, *f.value)
                       : fmt::format("{}: {} is back to its default", f.resource, f.key);
    }
    std::string operator()(const LeaderChanged& f) const {
        if (f.to == kNoBroker) {
            return fmt::format("{}: no leader any more, epoch {} ({})", f.partition.to_string(),
                               f.epoch.value, leader_why(f.why));
        }
        return fmt::format(
            "{}: {} leads{}, epoch {} ({})", f.partition.to_string(), broker_or_none(f.to),
            f.from == kNoBroker || f.from == f.to ? ""
                                                  : fmt::format(" instead of {}", f.from.value),
            f.epoch.value,
            f.unclean ? "an unclean election: it was not in sync" : leader_why(f.why));
    }
    std::string operator()(const IsrChanged& f) const {
        return fmt::format("{}: in-sync replicas {{{}}} -> {{{}}}{}", f.partition.to_string(),
                           brokers_text(f.from), brokers_text(f.to),
                           f.by_leader ? ", asked for by its leader" : "");
    }
    std::string operator()(const ReassignmentChanged& f) const {
        switch (f.step) {
            case ReassignmentChanged::Step::kStarted:
                return fmt::format("{} begins to move to brokers {}", f.partition.to_string(),
                                   brokers_text(f.replicas));
            case ReassignmentChanged::Step::kCompleted:
                return fmt::format("{} has moved: its replicas are {}", f.partition.to_string(),
                                   brokers_text(f.replicas));
            case ReassignmentChanged::Step::kCancelled:
                return fmt::format("{} stays on brokers {}: its move was cancelled",
                                   f.partition.to_string(), brokers_text(f.replicas));
        }
        BL_CHECK(false);
    }

    // Brokers.
    std::string operator()(const BrokerStateChanged& f) const {
        static constexpr std::string_view kStates[] = {
            "not running",
            "starting: it registers and catches up with the metadata",
            "caught up with the metadata",
            "running",
            "in controlled shutdown",
            "shutting down"};
        return fmt::format("{} is {}", here(), kStates[static_cast<std::size_t>(f.to)]);
    }
    std::string operator()(const ReplicaLeads& f) const {
        return fmt::format(
            "{} learns that it leads {}: from offset {} on, in epoch {}, with high "
            "watermark {}",
            here(), f.partition.to_string(), f.start_offset.value, f.epoch.value,
            f.high_watermark.value);
    }
    std::string operator()(const ReplicaFollows& f) const {
        if (f.leader == kNoBroker) {
            return fmt::format("{} waits for a leader of {}", here(), f.partition.to_string());
        }
        return fmt::format("{} follows {} for {} (epoch {})", here(), broker_or_none(f.leader),
                           f.partition.to_string(), f.epoch.value);
    }
    std::string operator()(const ReplicaTruncated& f) const {
        if (f.to > f.from) {
            return fmt::format(
                "{} drops its log of {} and starts at offset {}, where its leader's "
                "log begins now",
                here(), f.partition.to_string(), f.to.value);
        }
        return fmt::format("{} cuts {} from offset {} back to {}, to match its leader", here(),
                           f.partition.to_string(), f.from.value, f.to.value);
    }
    std::string operator()(const IsrChangeProposed& f) const {
        const std::string behind =
            f.behind_for ? fmt::format(" (not caught up for {})", seconds(*f.behind_for)) : "";
        return fmt::format("{} proposes in-sync replicas {{{}}} -> {{{}}} for {}{}", here(),
                           brokers_text(f.from), brokers_text(f.to), f.partition.to_string(),
                           behind);
    }
    std::string operator()(const IsrChangeRefused& f) const {
        return fmt::format("the controller refuses another ISR of {}: {}", f.partition.to_string(),
                           error_name(f.error));
    }
    std::string operator()(const RequestRefused& f) const {
        return fmt::format("{} {} {} of {} for {}: {}", here(),
                           f.error == ErrorCode::kRequestTimedOut ? "gives up on" : "refuses",
                           api_name(f.api), node_name(world, f.client), f.partition.to_string(),
                           error_text(f.error));
    }
    std::string operator()(const LogRecovered& f) const {
        return fmt::format(
            "{} recovers {} after an unclean stop: its log ends at {}, the last "
            "checkpoint of its high watermark says {}{}",
            here(), f.partition.to_string(), f.log_end.value, f.high_watermark.value,
            f.high_watermark < f.log_end ? "; nothing is lost by that, it keeps the records above"
                                         : "");
    }
    std::string operator()(const RecordsRemoved& f) const {
        static constexpr std::string_view kBy[] = {"retention", "compaction", "DeleteRecords"};
        return fmt::format("{} on {}: {} removed records; the log starts at {}",
                           f.partition.to_string(), here(), kBy[static_cast<std::size_t>(f.by)],
                           f.log_start.value);
    }

    // Clients.
    std::string operator()(const ProducerIdAssigned& f) const {
        return fmt::format("{} is given producer id {}, epoch {}", here(), f.id.value,
                           f.epoch.value);
    }
    std::string operator()(const ProducerEpochBumped& f) const {
        return fmt::format(
            "{} starts its sequences anew with producer epoch {}, because {} answered {}", here(),
            f.epoch.value, f.partition.to_string(), error_text(f.because));
    }
    std::string operator()(const BatchAcked& f) const {
        return fmt::format("{}: {} acknowledged in {}{}{}", here(), records_text(f.ns.size()),
                           f.partition.to_string(),
                           f.base_offset == kNoOffset
                               ? std::string()
                               : fmt::format(" at offset {}", f.base_offset.value),
                           f.attempts > 1 ? fmt::format(", after {} attempts", f.attempts) : "");
    }
    std::string operator()(const BatchFailed& f) const {
        return fmt::format("{} gives up {} for {}: {}{}", here(), records_text(f.ns.size()),
                           f.partition.to_string(), f.message,
                           f.maybe_appended ? "; whether it was written is unknown" : "");
    }
    std::string operator()(const BatchRetried& f) const {
        return fmt::format("{} will send {} for {} again: {}", here(), records_text(f.records),
                           f.partition.to_string(), error_text(f.error));
    }
    std::string operator()(const SendFailed& f) const {
        return fmt::format("{} can't send a record to {}: {}", here(), f.topic, f.message);
    }
    std::string operator()(const PositionReset& f) const {
        if (f.why.ends_with(kNoResetPolicy)) {
            return fmt::format("{} can't read {} at offset {}: {}", here(), f.partition.to_string(),
                               f.from.value, f.why);
        }
        return fmt::format("{} reads {} from offset {} on: {}", here(), f.partition.to_string(),
                           f.to.value, f.why);
    }
    std::string operator()(const ConnectionLost& f) const {
        return f.timed_out
                   ? fmt::format("{} gives up its connection to {}: no answer in time", here(),
                                 node_name(world, f.peer))
                   : fmt::format("{} loses its connection to {}", here(), node_name(world, f.peer));
    }
    std::string operator()(const AdminAnswered& f) const {
        if (f.error == ErrorCode::kNone) {
            return fmt::format("Kafka's answer to '{}': done", f.request);
        }
        return fmt::format("Kafka's answer to '{}': {}{}{}", f.request, error_name(f.error),
                           f.message.empty() ? "" : ", ", f.message);
    }
};

struct Weigh : WeighGroups {
    using WeighGroups::operator();

    Weight operator()(const ServiceActed&) const { return Weight::kNormal; }
    Weight operator()(const ServiceFailed&) const { return Weight::kNormal; }
    Weight operator()(const HttpAnswered&) const { return Weight::kNormal; }
    Weight operator()(const HttpUnanswered&) const { return Weight::kMajor; }

    Weight operator()(const CommandDone&) const { return Weight::kMajor; }
    Weight operator()(const CommandRefused&) const { return Weight::kMajor; }
    Weight operator()(const NodeChanged&) const { return Weight::kMajor; }
    Weight operator()(const RecordsLostOnDisk&) const { return Weight::kMajor; }
    Weight operator()(const QuorumElectionStarted& f) const {
        return f.pre_vote ? Weight::kDetail : Weight::kNormal;
    }
    Weight operator()(const QuorumVoteGranted&) const { return Weight::kDetail; }
    Weight operator()(const QuorumLeaderElected&) const { return Weight::kNormal; }
    Weight operator()(const QuorumLeaderResigned&) const { return Weight::kMajor; }
    Weight operator()(const ControllerActivated&) const { return Weight::kMajor; }
    Weight operator()(const MetadataLogTruncated&) const { return Weight::kDetail; }
    Weight operator()(const BrokerRegistered&) const { return Weight::kNormal; }
    Weight operator()(const BrokerFenced&) const { return Weight::kMajor; }
    Weight operator()(const BrokerUnfenced&) const { return Weight::kMajor; }
    Weight operator()(const ControlledShutdownBegan&) const { return Weight::kMajor; }
    Weight operator()(const TopicCreated&) const { return Weight::kMajor; }
    Weight operator()(const PartitionsAdded&) const { return Weight::kMajor; }
    Weight operator()(const TopicDeleted&) const { return Weight::kMajor; }
    Weight operator()(const ConfigChanged&) const { return Weight::kMajor; }
    Weight operator()(const LeaderChanged&) const { return Weight::kMajor; }
    Weight operator()(const IsrChanged&) const { return Weight::kNormal; }
    Weight operator()(const ReassignmentChanged&) const { return Weight::kMajor; }
    Weight operator()(const BrokerStateChanged&) const { return Weight::kDetail; }
    Weight operator()(const ReplicaLeads&) const { return Weight::kNormal; }
    Weight operator()(const ReplicaFollows&) const { return Weight::kDetail; }
    Weight operator()(const ReplicaTruncated&) const { return Weight::kMajor; }
    // Told with the change that it leads to (story_watch.h).
    Weight operator()(const IsrChangeProposed&) const { return Weight::kDetail; }
    Weight operator()(const IsrChangeRefused&) const { return Weight::kNormal; }
    Weight operator()(const RequestRefused&) const { return Weight::kNormal; }
    Weight operator()(const LogRecovered&) const { return Weight::kNormal; }
    Weight operator()(const RecordsRemoved&) const { return Weight::kNormal; }
    Weight operator()(const ProducerIdAssigned&) const { return Weight::kDetail; }
    Weight operator()(const ProducerEpochBumped&) const { return Weight::kMajor; }
    Weight operator()(const BatchAcked& f) const {
        return f.attempts > 1 ? Weight::kNormal : Weight::kNoise;
    }
    Weight operator()(const BatchFailed&) const { return Weight::kMajor; }
    Weight operator()(const BatchRetried&) const { return Weight::kNormal; }
    Weight operator()(const SendFailed&) const { return Weight::kMajor; }
    Weight operator()(const PositionReset&) const { return Weight::kNormal; }
    Weight operator()(const ConnectionLost&) const { return Weight::kNormal; }
    Weight operator()(const AdminAnswered&) const { return Weight::kNormal; }
};

}  // namespace

Weight weight_of(const FactBody& fact) {
    return std::visit(Weigh{}, fact);
}

std::string sentence(const World& world, const Fact& fact) {
    // What records and calls say is told in it, whatever its bytes are.
    return printable(std::visit(Tell{{world, fact.node}}, fact.body));
}

std::string actor_of(const World& world, const Fact& fact) {
    const bool command = std::holds_alternative<CommandDone>(fact.body) ||
                         std::holds_alternative<CommandRefused>(fact.body);
    return command ? "the lab" : node_name(world, fact.node);
}

const TopicPartition* partition_of(const FactBody& fact) {
    return std::visit(
        [](const auto& body) -> const TopicPartition* {
            if constexpr (requires { body.partition.topic; }) {
                return &body.partition;
            } else {
                return nullptr;
            }
        },
        fact);
}

std::string error_text(ErrorCode error) {
    const auto with = [error](std::string_view meaning) {
        return fmt::format("{}, {}", error_name(error), meaning);
    };
    switch (error) {
        case ErrorCode::kNotLeaderOrFollower:
            return with("the broker does not lead this partition");
        case ErrorCode::kFencedLeaderEpoch:
            return with("a newer leader epoch exists");
        case ErrorCode::kUnknownLeaderEpoch:
            return with("the broker has not heard of this leader epoch");
        case ErrorCode::kOutOfOrderSequenceNumber:
            return with(
                "not the batch that has to come next: one before it is missing here, or it came "
                "long ago and this is a late copy");
        case ErrorCode::kNetworkException:
            return with("the connection was lost");
        case ErrorCode::kRequestTimedOut:
            return with("not done in time");
        case ErrorCode::kNotEnoughReplicas:
            return with("fewer replicas are in sync than min.insync.replicas");
        case ErrorCode::kNotEnoughReplicasAfterAppend:
            return with("written, but fewer replicas are in sync than min.insync.replicas");
        case ErrorCode::kUnknownMemberId:
            return with("it is no member of the group any more");
        case ErrorCode::kIllegalGeneration:
            return with("the group is in another generation by now");
        case ErrorCode::kFencedInstanceId:
            return with("another process has taken over its group.instance.id");
        case ErrorCode::kUnreleasedInstanceId:
            return with("a member that has not left has its group.instance.id");
        case ErrorCode::kRebalanceInProgress:
            return with("the group rebalances");
        case ErrorCode::kCoordinatorNotAvailable:
            return with("no coordinator of the group can do it now");
        case ErrorCode::kNotCoordinator:
            return with("the broker does not coordinate the group");
        case ErrorCode::kFencedMemberEpoch:
            return with("the coordinator has it in another member epoch");
        case ErrorCode::kStaleMemberEpoch:
            return with("its member epoch is an old one");
        default:
            return std::string(error_name(error));
    }
}

std::string brokers_text(const std::vector<BrokerId>& brokers) {
    std::vector<int32_t> ids;
    for (const BrokerId broker : brokers) {
        ids.push_back(broker.value);
    }
    return fmt::format("{}", fmt::join(ids, ","));
}

std::string moment_text(Duration shown) {
    const int64_t ms = shown.to_ms();
    const int64_t size = ms < 0 ? -ms : ms;
    return fmt::format("{}{}.{:03}", ms < 0 ? "-" : "", size / 1000, size % 1000);
}

}  // namespace brokerlab
