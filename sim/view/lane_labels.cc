#include "sim/view/lane_labels.h"

#include <array>
#include <variant>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/view/group_sentences.h"
#include "sim/view/printable.h"
#include "sim/view/service_sentences.h"

namespace brokerlab {
namespace {

constexpr std::size_t kFactKinds = std::variant_size_v<FactBodies>;

struct Label : LabelGroups {
    using LabelGroups::operator();
    std::string operator()(const ServiceActed& f) const { return brokerlab::label(f); }
    std::string operator()(const ServiceFailed& f) const { return brokerlab::label(f); }
    std::string operator()(const HttpAnswered& f) const { return brokerlab::label(f); }
    std::string operator()(const HttpUnanswered& f) const { return brokerlab::label(f); }

    const World& world;
    NodeId node;

    /// On the quorum's lane the controller has to be named.
    [[nodiscard]] std::string of_node(std::string_view words) const {
        return node.kind == NodeKind::kController
                   ? fmt::format("{} {}", node_name(world, node), words)
                   : std::string(words);
    }

    std::string operator()(const CommandDone& f) const { return f.command; }
    std::string operator()(const CommandRefused& f) const { return "refused: " + f.command; }
    std::string operator()(const NodeChanged& f) const {
        static constexpr std::string_view kWords[] = {
            "starts",  "killed",   "power lost", "stopped",    "halts",    "paused",
            "goes on", "isolated", "rejoins",    "disk fails", "new disk",
        };
        return of_node(kWords[static_cast<std::size_t>(f.change)]);
    }
    std::string operator()(const RecordsLostOnDisk& f) const {
        return f.partition.topic == "__cluster_metadata"
                   ? std::string("lost the end of its metadata log")
                   : fmt::format("{} lost from {} on", f.partition.to_string(), f.first_lost.value);
    }
    std::string operator()(const QuorumElectionStarted& f) const {
        return f.pre_vote
                   ? of_node("asks for pre-votes")
                   : fmt::format("{} stands, epoch {}", node_name(world, node), f.epoch.value);
    }
    std::string operator()(const QuorumVoteGranted& f) const {
        return fmt::format("vote for controller {}", node_of(f.candidate).number);
    }
    std::string operator()(const QuorumLeaderElected& f) const {
        return fmt::format("{} elected, epoch {}", node_name(world, node), f.epoch.value);
    }
    std::string operator()(const QuorumLeaderResigned&) const { return of_node("resigns"); }
    std::string operator()(const ControllerActivated& f) const {
        return fmt::format("{} active, epoch {}", node_name(world, node), f.epoch.value);
    }
    std::string operator()(const MetadataLogTruncated&) const {
        return of_node("cuts its metadata log");
    }
    std::string operator()(const BrokerRegistered&) const { return "registered"; }
    std::string operator()(const BrokerFenced&) const { return "fenced"; }
    std::string operator()(const BrokerUnfenced&) const { return "unfenced"; }
    std::string operator()(const ControlledShutdownBegan&) const { return "controlled shutdown"; }
    std::string operator()(const TopicCreated& f) const { return f.topic + " created"; }
    std::string operator()(const PartitionsAdded& f) const {
        return fmt::format("{}: {} partitions", f.topic, f.to);
    }
    std::string operator()(const TopicDeleted& f) const { return f.topic + " deleted"; }
    std::string operator()(const ConfigChanged& f) const {
        return fmt::format("{} = {}", f.key, f.value.value_or("default"));
    }
    std::string operator()(const LeaderChanged& f) const {
        return f.to == kNoBroker ? fmt::format("{} has no leader", f.partition.to_string())
                                 : fmt::format("{}leads {}, epoch {}", f.unclean ? "unclean: " : "",
                                               f.partition.to_string(), f.epoch.value);
    }
    std::string operator()(const IsrChanged& f) const {
        return fmt::format("{}: ISR {{{}}} -> {{{}}}", f.partition.to_string(),
                           brokers_text(f.from), brokers_text(f.to));
    }
    std::string operator()(const ReassignmentChanged& f) const {
        static constexpr std::string_view kSteps[] = {"begins to move", "has moved", "stays"};
        return fmt::format("{} {}", f.partition.to_string(),
                           kSteps[static_cast<std::size_t>(f.step)]);
    }
    std::string operator()(const BrokerStateChanged& f) const {
        static constexpr std::string_view kStates[] = {"not running",         "starting",
                                                       "caught up",           "running",
                                                       "controlled shutdown", "shutting down"};
        return std::string(kStates[static_cast<std::size_t>(f.to)]);
    }
    std::string operator()(const ReplicaLeads& f) const {
        return fmt::format("takes over {}", f.partition.to_string());
    }
    std::string operator()(const ReplicaFollows& f) const {
        return f.leader == kNoBroker
                   ? fmt::format("{} without a leader", f.partition.to_string())
                   : fmt::format("{} follows {}", f.partition.to_string(), f.leader.value);
    }
    std::string operator()(const ReplicaTruncated& f) const {
        return fmt::format("{} cut to {}", f.partition.to_string(), f.to.value);
    }
    std::string operator()(const IsrChangeProposed& f) const {
        return fmt::format("{}: proposes ISR {{{}}}", f.partition.to_string(), brokers_text(f.to));
    }
    std::string operator()(const IsrChangeRefused& f) const {
        return fmt::format("{}: ISR refused", f.partition.to_string());
    }
    std::string operator()(const RequestRefused& f) const {
        return std::string(error_name(f.error));
    }
    std::string operator()(const LogRecovered& f) const {
        return f.partition.to_string() + " recovered";
    }
    std::string operator()(const RecordsRemoved& f) const {
        return fmt::format("{} starts at {}", f.partition.to_string(), f.log_start.value);
    }
    std::string operator()(const ProducerIdAssigned& f) const {
        return fmt::format("producer id {}", f.id.value);
    }
    std::string operator()(const ProducerEpochBumped& f) const {
        return fmt::format("producer epoch {}", f.epoch.value);
    }
    std::string operator()(const BatchAcked& f) const {
        return f.attempts > 1 ? fmt::format("acknowledged, attempt {}", f.attempts)
                              : std::string("acknowledged");
    }
    std::string operator()(const BatchFailed& f) const {
        return fmt::format("fails: {}", error_name(f.error));
    }
    std::string operator()(const BatchRetried& f) const {
        return fmt::format("retry: {}", error_name(f.error));
    }
    std::string operator()(const SendFailed&) const { return "send() fails"; }
    std::string operator()(const PositionReset& f) const {
        return fmt::format("{}: position {}", f.partition.to_string(), f.to.value);
    }
    std::string operator()(const ConnectionLost& f) const {
        return fmt::format("loses {}", node_name(world, f.peer));
    }
    std::string operator()(const AdminAnswered& f) const {
        return f.error == ErrorCode::kNone ? std::string("done") : std::string(error_name(f.error));
    }
};

/// In the order of FactBody; the test counts them.
constexpr std::array<std::string_view, kFactKinds> kKinds = {
    "a command is carried out",
    "a command is refused",
    "a node starts, dies, pauses or is cut off",
    "records are lost on a disk",
    "a controller stands for election",
    "a controller votes",
    "a controller wins the election",
    "the quorum's leader resigns",
    "a controller becomes active",
    "a metadata log is cut",
    "a broker is registered",
    "a broker is fenced",
    "a broker is unfenced",
    "a controlled shutdown begins",
    "a topic is created",
    "partitions are added",
    "a topic is deleted",
    "a configuration changes",
    "a partition's leader changes",
    "an ISR changes",
    "a reassignment goes on",
    "a broker's state changes",
    "a replica takes over as leader",
    "a replica follows",
    "a replica cuts its log",
    "a leader proposes another ISR",
    "another ISR is refused",
    "a broker refuses a request",
    "a log is recovered",
    "records are removed",
    "a producer id is assigned",
    "a producer epoch is bumped",
    "a batch is acknowledged",
    "a batch fails",
    "a batch is retried",
    "send() fails",
    "a consumer's position is reset",
    "a client loses a connection",
    "an administrative request is answered",
    "a group's state changes",
    "a group begins to rebalance",
    "a member joins a group",
    "a member is out of its group",
    "a group's partitions are assigned",
    "a member moves towards its target",
    "a broker becomes a group coordinator",
    "a broker is a group coordinator no more",
    "offsets are committed",
    "committed offsets are gone",
    "a group's request is refused",
    "a consumer finds its coordinator",
    "a consumer loses its coordinator",
    "a consumer gets partitions",
    "a consumer gives up partitions",
    "a consumer loses partitions",
    "a consumer does not poll in time",
    "a commit fails",
    "a consumer fails",
    "records are processed",
    "a service does its work",
    "a service fails on a record",
    "a call over HTTP is answered",
    "a call over HTTP gets no answer",
};
static_assert(!kKinds.back().empty());

}  // namespace

std::string lane_label(const World& world, const Fact& fact) {
    // What records and calls say is in some of them, whatever its bytes are.
    return printable(std::visit(Label{{}, world, fact.node}, fact.body));
}

std::string_view fact_kind_words(std::size_t fact_index) {
    BL_CHECK(fact_index < kFactKinds);
    return kKinds[fact_index];
}

}  // namespace brokerlab
