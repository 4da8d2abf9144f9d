// Causes: which earlier fact led to a fact, by rules about kinds of facts.
//
// A fact carries the event that scheduled its own, and that is seldom what a person asks for: a
// broker is fenced by a timer, not by the kill. So each kind has a rule (causes_*.cc) that looks
// back in the list for the fact that it follows from, and says what lies between: a silence, a
// time-out with its name. Internal to why.cc and and_then.cc. Does not model: several causes at
// once; the latest that explains a fact is taken.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "sim/model/commands.h"
#include "sim/view/explain.h"

namespace brokerlab {

/// Index of a fact in its list.
using FactIndex = std::size_t;

/// What lies behind a fact. Nothing at all: it came from outside.
struct Cause {
    std::optional<FactIndex> fact = std::nullopt;  ///< what led to it; always before it
    std::optional<Reason> between = std::nullopt;  ///< what passed from the one to the other
    std::string end = {};  ///< where no fact led to it: what did, whole words
};

template <class Body, class... Bodies>
constexpr std::size_t place_in(const std::variant<Bodies...>*) {
    std::size_t place = 0;
    static_cast<void>(((std::is_same_v<Body, Bodies> ? false : (++place, true)) && ...));
    return place;
}
/// The index of a kind of fact in FactBody.
template <class Body>
inline constexpr std::size_t kKindOf = place_in<Body>(static_cast<const FactBody*>(nullptr));

/// A list of facts that can be searched backwards by kind.
class Past {
public:
    Past(const World& world, const FactList& facts);

    [[nodiscard]] const World& world() const { return world_; }
    [[nodiscard]] const FactList& facts() const { return facts_; }

    /// The latest fact of the kind before `before` that `accept(fact, body)` takes.
    template <class Body, class Accept>
    [[nodiscard]] std::optional<FactIndex> last(FactIndex before, Accept accept) const {
        const std::vector<FactIndex>& places = by_kind_[kKindOf<Body>];
        auto place = std::lower_bound(places.begin(), places.end(), before);
        while (place != places.begin()) {
            --place;
            const Fact& fact = facts_[*place];
            if (accept(fact, std::get<Body>(fact.body))) {
                return *place;
            }
        }
        return std::nullopt;
    }
    /// The latest command carried out before `before` that `accept(command)` takes.
    template <class Accept>
    [[nodiscard]] std::optional<FactIndex> last_command(FactIndex before, Accept accept) const {
        for (auto given = commands_.rbegin(); given != commands_.rend(); ++given) {
            if (given->first < before && accept(given->second)) {
                return given->first;
            }
        }
        return std::nullopt;
    }

private:
    const World& world_;
    const FactList& facts_;
    std::array<std::vector<FactIndex>, std::variant_size_v<FactBodies>> by_kind_;
    std::vector<std::pair<FactIndex, Command>> commands_;
};

/// What led to the fact at `at`: its kind's rule; else a command of the same event, the boot, the
/// fact whose event scheduled it, or Kafka's own clockwork.
[[nodiscard]] Cause cause_of(const Past& past, FactIndex at);

/// A fact as a step of a chain.
[[nodiscard]] Reason reason_of(const World& world, const Fact& fact);

// ---- For the rules

/// The fact that a rule is asked about.
struct Asked {
    const Past& past;
    FactIndex at;
    const Fact& fact;

    [[nodiscard]] const World& world() const { return past.world(); }
    template <class Body, class Accept>
    [[nodiscard]] std::optional<FactIndex> last(Accept accept) const {
        return past.last<Body>(at, accept);
    }
    template <class Accept>
    [[nodiscard]] std::optional<FactIndex> last_command(Accept accept) const {
        return past.last_command(at, accept);
    }
    /// What lies between a fact and its cause.
    [[nodiscard]] Reason between(std::string text, Thing about = {}) const;
};

/// What a rule finds; nothing: ask the general rules.
using Found = std::optional<Cause>;

/// The later of those that are there.
[[nodiscard]] std::optional<FactIndex> latest(
    std::initializer_list<std::optional<FactIndex>> found);
/// A cause when there is one, else nothing.
[[nodiscard]] Found found(std::optional<FactIndex> fact,
                          std::optional<Reason> between = std::nullopt);

/// The latest thing that kept two nodes from hearing of each other, or slowed them: an end, a
/// pause, an isolation, a disk, a link that was cut, slowed or loses, a message dropped or held.
[[nodiscard]] std::optional<FactIndex> trouble_between(const Asked& asked, NodeId a, NodeId b);
/// The same of the node itself.
[[nodiscard]] std::optional<FactIndex> trouble_of(const Asked& asked, NodeId node);
/// The same, anywhere.
[[nodiscard]] std::optional<FactIndex> any_trouble(const Asked& asked);
/// The latest thing that let two nodes hear of each other again: a start, a resumption, a healing.
[[nodiscard]] std::optional<FactIndex> relief_between(const Asked& asked, NodeId a, NodeId b);

[[nodiscard]] bool names(const std::vector<BrokerId>& brokers, BrokerId broker);
/// Those of `from` that are not in `to`.
[[nodiscard]] std::vector<BrokerId> those_without(const std::vector<BrokerId>& from,
                                                  const std::vector<BrokerId>& to);
/// A setting in milliseconds as the broker has it, else as the cluster was set up.
[[nodiscard]] Duration broker_ms(const World& world, BrokerId broker, std::string_view key);
/// The same of a producer or consumer.
[[nodiscard]] Duration client_ms(const World& world, NodeId client, std::string_view key);

// ---- The rules, one for each kind of fact

// The lab and the quorum (causes_quorum.cc).
[[nodiscard]] Found rule(const Asked& asked, const CommandDone& fact);
[[nodiscard]] Found rule(const Asked& asked, const CommandRefused& fact);
[[nodiscard]] Found rule(const Asked& asked, const NodeChanged& fact);
[[nodiscard]] Found rule(const Asked& asked, const RecordsLostOnDisk& fact);
[[nodiscard]] Found rule(const Asked& asked, const QuorumElectionStarted& fact);
[[nodiscard]] Found rule(const Asked& asked, const QuorumVoteGranted& fact);
[[nodiscard]] Found rule(const Asked& asked, const QuorumLeaderElected& fact);
[[nodiscard]] Found rule(const Asked& asked, const QuorumLeaderResigned& fact);
[[nodiscard]] Found rule(const Asked& asked, const ControllerActivated& fact);
[[nodiscard]] Found rule(const Asked& asked, const MetadataLogTruncated& fact);
// What the controller decides (causes_controller.cc).
[[nodiscard]] Found rule(const Asked& asked, const BrokerRegistered& fact);
[[nodiscard]] Found rule(const Asked& asked, const BrokerFenced& fact);
[[nodiscard]] Found rule(const Asked& asked, const BrokerUnfenced& fact);
[[nodiscard]] Found rule(const Asked& asked, const ControlledShutdownBegan& fact);
[[nodiscard]] Found rule(const Asked& asked, const TopicCreated& fact);
[[nodiscard]] Found rule(const Asked& asked, const PartitionsAdded& fact);
[[nodiscard]] Found rule(const Asked& asked, const TopicDeleted& fact);
[[nodiscard]] Found rule(const Asked& asked, const ConfigChanged& fact);
[[nodiscard]] Found rule(const Asked& asked, const LeaderChanged& fact);
[[nodiscard]] Found rule(const Asked& asked, const IsrChanged& fact);
[[nodiscard]] Found rule(const Asked& asked, const ReassignmentChanged& fact);
// Brokers (causes_broker.cc).
[[nodiscard]] Found rule(const Asked& asked, const BrokerStateChanged& fact);
[[nodiscard]] Found rule(const Asked& asked, const ReplicaLeads& fact);
[[nodiscard]] Found rule(const Asked& asked, const ReplicaFollows& fact);
[[nodiscard]] Found rule(const Asked& asked, const ReplicaTruncated& fact);
[[nodiscard]] Found rule(const Asked& asked, const IsrChangeProposed& fact);
[[nodiscard]] Found rule(const Asked& asked, const IsrChangeRefused& fact);
[[nodiscard]] Found rule(const Asked& asked, const RequestRefused& fact);
[[nodiscard]] Found rule(const Asked& asked, const LogRecovered& fact);
[[nodiscard]] Found rule(const Asked& asked, const RecordsRemoved& fact);
// Clients (causes_client.cc).
[[nodiscard]] Found rule(const Asked& asked, const ProducerIdAssigned& fact);
[[nodiscard]] Found rule(const Asked& asked, const ProducerEpochBumped& fact);
[[nodiscard]] Found rule(const Asked& asked, const BatchAcked& fact);
[[nodiscard]] Found rule(const Asked& asked, const BatchFailed& fact);
[[nodiscard]] Found rule(const Asked& asked, const BatchRetried& fact);
[[nodiscard]] Found rule(const Asked& asked, const SendFailed& fact);
[[nodiscard]] Found rule(const Asked& asked, const PositionReset& fact);
[[nodiscard]] Found rule(const Asked& asked, const ConnectionLost& fact);
[[nodiscard]] Found rule(const Asked& asked, const AdminAnswered& fact);
// Groups (causes_group.cc).
[[nodiscard]] Found rule(const Asked& asked, const GroupPhaseChanged& fact);
[[nodiscard]] Found rule(const Asked& asked, const GroupRebalanceBegan& fact);
[[nodiscard]] Found rule(const Asked& asked, const GroupMemberJoined& fact);
[[nodiscard]] Found rule(const Asked& asked, const GroupMemberLeft& fact);
[[nodiscard]] Found rule(const Asked& asked, const GroupAssignmentMade& fact);
[[nodiscard]] Found rule(const Asked& asked, const GroupMemberReconciled& fact);
[[nodiscard]] Found rule(const Asked& asked, const GroupCoordinatorLoaded& fact);
[[nodiscard]] Found rule(const Asked& asked, const GroupCoordinatorUnloaded& fact);
[[nodiscard]] Found rule(const Asked& asked, const OffsetsCommitted& fact);
[[nodiscard]] Found rule(const Asked& asked, const OffsetsRemoved& fact);
[[nodiscard]] Found rule(const Asked& asked, const GroupRequestRefused& fact);
[[nodiscard]] Found rule(const Asked& asked, const CoordinatorFound& fact);
[[nodiscard]] Found rule(const Asked& asked, const CoordinatorLost& fact);
[[nodiscard]] Found rule(const Asked& asked, const PartitionsAssigned& fact);
[[nodiscard]] Found rule(const Asked& asked, const PartitionsRevoked& fact);
[[nodiscard]] Found rule(const Asked& asked, const PartitionsLost& fact);
[[nodiscard]] Found rule(const Asked& asked, const PollTimedOut& fact);
[[nodiscard]] Found rule(const Asked& asked, const CommitFailed& fact);
[[nodiscard]] Found rule(const Asked& asked, const ConsumerFailed& fact);
[[nodiscard]] Found rule(const Asked& asked, const RecordsProcessed& fact);
[[nodiscard]] Found rule(const Asked& asked, const ServiceActed& fact);
[[nodiscard]] Found rule(const Asked& asked, const ServiceFailed& fact);
[[nodiscard]] Found rule(const Asked& asked, const HttpAnswered& fact);
[[nodiscard]] Found rule(const Asked& asked, const HttpUnanswered& fact);

}  // namespace brokerlab
