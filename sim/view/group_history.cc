#include "sim/view/group_history.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "sim/assign/client_assignor.h"
#include "sim/base/check.h"
#include "sim/base/flat_map.h"
#include "sim/group/coordinator_partition.h"
#include "sim/model/internal_topics.h"
#include "sim/oracle/group_view.h"
#include "sim/view/group_sentences.h"

namespace brokerlab {
namespace {

using Partitions = std::vector<TopicPartition>;  // sorted

bool holds_all(const Partitions& all, const Partitions& some) {
    return std::includes(all.begin(), all.end(), some.begin(), some.end());
}
Partitions together(const Partitions& a, const Partitions& b) {
    Partitions all;
    std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all));
    return all;
}
Partitions without(const Partitions& a, const Partitions& b) {
    Partitions left;
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(left));
    return left;
}

/// Whether its assignors have it give up everything before it joins again.
bool is_eager(const ClientHost& host) {
    const auto* consumer = std::get_if<ConsumerSetup>(&host.setup);
    const ConfigMap& config =
        consumer != nullptr ? consumer->config : host.service()->consumer_config;
    std::vector<ClientAssignor> assignors;
    for (const std::string& word : config.list("partition.assignment.strategy")) {
        if (const std::optional<ClientAssignor> assignor = find_client_assignor(word)) {
            assignors.push_back(*assignor);
        }
    }
    return rebalance_protocol_of(assignors) == RebalanceProtocol::kEager;
}

/// A member as the facts so far have it.
struct Followed {
    std::string name;
    NodeId node;
    bool eager = true;     ///< gives up everything before it joins again
    bool process = false;  ///< there is one
    bool paused = false;
    FlatSet<std::string> ids;  ///< by which the group counts it: an old one may linger
    Partitions has;
    std::optional<GroupMemberReconciled> reconciled;  ///< consumer protocol: the last
    MemberPhase phase = MemberPhase::kOut;
    std::vector<PhaseSpan> spans;
};

/// Goes through the facts, one after the other.
class Follower {
public:
    Follower(const World& world, std::string_view group) : world_(world), group_(group) {
        for (const NodeId node : clients_of_group(world, group)) {
            const ClientHost& host = *world.clients[static_cast<std::size_t>(node.number) - 1];
            Followed& member = members_.emplace_back();
            member.name = host.name;
            member.node = node;
            member.eager = is_eager(host);
        }
        if (const TopicImage* topic = world.committed_metadata().find_topic(kOffsetsTopic)) {
            place_ = coordinator_partition(group, topic->partition_count());
        }
    }

    void take(const Fact& fact) {
        if (std::visit([&](const auto& body) { return read(fact, body); }, fact.body)) {
            settle(fact);
        }
    }

    [[nodiscard]] GroupHistory finish(Duration until) && {
        GroupHistory history;
        history.rebalances = std::move(rebalances_);
        for (Followed& member : members_) {
            if (!member.spans.empty()) {
                member.spans.back().to = std::max(until, member.spans.back().from);
            }
            std::erase_if(member.spans, [](const PhaseSpan& span) {
                return span.phase == MemberPhase::kOut || span.from == span.to;
            });
            history.members.push_back({std::move(member.name), std::move(member.spans)});
        }
        return history;
    }

private:
    // Each says whether anything may have changed.
    template <class Body>
    bool read(const Fact& /*fact*/, const Body& /*body*/) {
        return false;
    }
    bool read(const Fact& fact, const NodeChanged& f) {
        Followed* member = at(fact.node);
        if (member == nullptr) {
            return false;
        }
        using Change = NodeChanged::Change;
        switch (f.change) {
            case Change::kStarted:
                member->process = true;
                member->paused = false;
                break;
            case Change::kKilled:
            case Change::kPoweredOff:
            case Change::kStopped:
            case Change::kHalted:
                member->process = false;
                member->paused = false;
                member->has.clear();
                break;
            case Change::kPaused:
                member->paused = true;
                break;
            case Change::kResumed:
                member->paused = false;
                break;
            default:
                return false;
        }
        return true;
    }
    bool read(const Fact& fact, const GroupRebalanceBegan& f) {
        if (f.group != group_) {
            return false;
        }
        cut_short(fact);
        Rebalance& began = rebalances_.emplace_back();
        began.fact = fact.id;
        began.begin = world_.shown(fact.at);
        began.cause = rebalance_cause(f);
        began.member = f.member;
        began.epoch_before = f.epoch;
        return false;
    }
    bool read(const Fact& fact, const GroupPhaseChanged& f) {
        if (f.group != group_) {
            return false;
        }
        phase_ = f.to;
        const bool over =
            f.to == GroupPhase::kStable || f.to == GroupPhase::kEmpty || f.to == GroupPhase::kDead;
        if (over && is_open()) {
            rebalances_.back().end = world_.shown(fact.at);
        }
        return true;
    }
    bool read(const Fact& /*fact*/, const GroupMemberJoined& f) {
        Followed* member = f.group == group_ ? named(f.member) : nullptr;
        if (member != nullptr) {
            member->ids.insert(f.member_id);
        }
        return member != nullptr;
    }
    bool read(const Fact& /*fact*/, const GroupMemberLeft& f) {
        Followed* member = f.group == group_ ? named(f.member) : nullptr;
        if (member != nullptr) {
            member->ids.erase(f.member_id);
            // The id of an earlier process says nothing of the one that lives.
            if (member->ids.empty()) {
                member->reconciled.reset();
            }
        }
        return member != nullptr;
    }
    bool read(const Fact& /*fact*/, const GroupAssignmentMade& f) {
        if (f.group != group_) {
            return false;
        }
        FlatMap<TopicPartition, std::string> owners;
        targets_.clear();
        for (const MemberPartitions& of : f.members) {
            const std::string name = name_of(of);
            targets_.insert_or_assign(name, of.partitions);
            for (const TopicPartition& partition : of.partitions) {
                owners.insert_or_assign(partition, name);
            }
        }
        if (is_open()) {
            Rebalance& now = rebalances_.back();
            now.epoch = f.epoch;
            now.assignor = f.assignor;
            note_moves(owners, now.moved);
        }
        owners_ = std::move(owners);
        return true;
    }
    bool read(const Fact& /*fact*/, const GroupMemberReconciled& f) {
        Followed* member = f.group == group_ ? named(f.member) : nullptr;
        if (member != nullptr) {
            member->reconciled = f;
        }
        return member != nullptr;
    }
    /// A classic group changes at once and says little in its log: whoever reads it takes the last
    /// generation that was written for stable.
    bool read(const Fact& fact, const GroupCoordinatorLoaded& f) {
        if (f.partition != place_ || (phase_ != GroupPhase::kPreparingRebalance &&
                                      phase_ != GroupPhase::kCompletingRebalance)) {
            return false;
        }
        cut_short(fact);
        phase_ = GroupPhase::kStable;
        return true;
    }
    bool read(const Fact& fact, const PartitionsAssigned& f) {
        Followed* member = f.group == group_ ? at(fact.node) : nullptr;
        if (member != nullptr) {
            member->has = together(member->has, f.partitions);
        }
        return member != nullptr;
    }
    bool read(const Fact& fact, const PartitionsRevoked& f) {
        return give_up(fact, f.group, f.partitions);
    }
    bool read(const Fact& fact, const PartitionsLost& f) {
        return give_up(fact, f.group, f.partitions);
    }

    bool give_up(const Fact& fact, const std::string& group, const Partitions& partitions) {
        Followed* member = group == group_ ? at(fact.node) : nullptr;
        if (member != nullptr) {
            member->has = without(member->has, partitions);
        }
        return member != nullptr;
    }
    [[nodiscard]] bool is_open() const { return !rebalances_.empty() && !rebalances_.back().end; }
    void cut_short(const Fact& by) {
        if (is_open()) {
            rebalances_.back().end = world_.shown(by.at);
            rebalances_.back().cut_short = true;
        }
    }
    void note_moves(const FlatMap<TopicPartition, std::string>& owners,
                    std::vector<PartitionMove>& moved) const {
        const auto owner = [](const FlatMap<TopicPartition, std::string>& all,
                              const TopicPartition& partition) {
            const std::string* found = all.find(partition);
            return found == nullptr ? std::string() : *found;
        };
        FlatSet<TopicPartition> both;
        for (const auto* all : {&owners_, &owners}) {
            for (const auto& [partition, name] : *all) {
                both.insert(partition);
            }
        }
        for (const TopicPartition& partition : both) {
            std::string from = owner(owners_, partition);
            std::string to = owner(owners, partition);
            if (from != to) {
                moved.push_back({partition, std::move(from), std::move(to)});
            }
        }
    }
    [[nodiscard]] Followed* named(std::string_view name) {
        const auto found = std::find_if(members_.begin(), members_.end(),
                                        [&](const Followed& m) { return m.name == name; });
        return found == members_.end() ? nullptr : &*found;
    }
    /// Who joined under that id: the leading member can only guess at the names of the others.
    [[nodiscard]] std::string name_of(const MemberPartitions& of) const {
        const auto found = std::find_if(members_.begin(), members_.end(), [&](const Followed& m) {
            return m.ids.contains(of.member_id);
        });
        return found == members_.end() ? of.member : found->name;
    }
    [[nodiscard]] Followed* at(NodeId node) {
        const auto found = std::find_if(members_.begin(), members_.end(),
                                        [&](const Followed& m) { return m.node == node; });
        return found == members_.end() ? nullptr : &*found;
    }

    /// An eager member reads on until it has heard of the rebalance and its application polls; then
    /// it gives up all, and joins.
    [[nodiscard]] static bool goes_on(const Followed& member) {
        return member.eager && !member.has.empty();
    }
    [[nodiscard]] MemberPhase classic_phase(const Followed& member) const {
        switch (phase_) {
            case GroupPhase::kPreparingRebalance:
                return goes_on(member) ? MemberPhase::kAssigned : MemberPhase::kJoining;
            case GroupPhase::kCompletingRebalance:
                return goes_on(member) ? MemberPhase::kAssigned : MemberPhase::kSyncing;
            default:
                break;
        }
        const Partitions* target = targets_.find(member.name);
        if (target == nullptr) {
            return member.has.empty() ? MemberPhase::kJoining : MemberPhase::kAssigned;
        }
        if (!holds_all(*target, member.has)) {
            return MemberPhase::kRevoking;
        }
        if (!holds_all(member.has, *target)) {
            return MemberPhase::kSyncing;
        }
        return member.has.empty() ? MemberPhase::kIdle : MemberPhase::kAssigned;
    }
    [[nodiscard]] static MemberPhase reconciling_phase(const Followed& member) {
        switch (member.reconciled->state) {
            case GroupMemberReconciled::State::kUnrevoked:
                return MemberPhase::kRevoking;
            case GroupMemberReconciled::State::kUnreleased:
                return MemberPhase::kReconciling;
            case GroupMemberReconciled::State::kStable:
                break;
        }
        if (!holds_all(member.has, member.reconciled->assigned)) {
            return MemberPhase::kSyncing;
        }
        return member.has.empty() ? MemberPhase::kIdle : MemberPhase::kAssigned;
    }
    [[nodiscard]] MemberPhase phase_of(const Followed& member) const {
        if (!member.process || member.paused) {
            return member.ids.empty() ? MemberPhase::kOut : MemberPhase::kSilent;
        }
        if (member.ids.empty()) {
            return MemberPhase::kLooking;
        }
        if (member.reconciled) {
            return reconciling_phase(member);
        }
        const bool classic = phase_ != GroupPhase::kAssigning && phase_ != GroupPhase::kReconciling;
        return classic ? classic_phase(member) : MemberPhase::kJoining;
    }
    /// Ends the stretches that the fact ended and begins new ones.
    void settle(const Fact& fact) {
        const Duration now = world_.shown(fact.at);
        for (Followed& member : members_) {
            const MemberPhase phase = phase_of(member);
            if (!member.spans.empty() && member.spans.back().phase == phase &&
                member.spans.back().has == member.has) {
                continue;
            }
            if (!member.spans.empty()) {
                member.spans.back().to = now;
            }
            member.spans.push_back({now, now, phase, member.has, fact.id});
        }
    }

    const World& world_;
    std::string_view group_;
    PartitionId place_ = PartitionId(-1);
    std::vector<Followed> members_;
    GroupPhase phase_ = GroupPhase::kEmpty;
    FlatMap<std::string, Partitions> targets_;
    FlatMap<TopicPartition, std::string> owners_;
    std::vector<Rebalance> rebalances_;
};

}  // namespace

const char* phase_word(MemberPhase phase) {
    switch (phase) {
        case MemberPhase::kOut:
            return "out";
        case MemberPhase::kLooking:
            return "no member yet";
        case MemberPhase::kJoining:
            return "joining";
        case MemberPhase::kSyncing:
            return "syncing";
        case MemberPhase::kRevoking:
            return "revoking";
        case MemberPhase::kReconciling:
            return "reconciling";
        case MemberPhase::kAssigned:
            return "assigned";
        case MemberPhase::kIdle:
            return "idle";
        case MemberPhase::kSilent:
            return "silent";
    }
    BL_CHECK(false);
}

const char* phase_meaning(MemberPhase phase) {
    switch (phase) {
        case MemberPhase::kOut:
            return "It has no process, or one that stands still, and the group does not count it.";
        case MemberPhase::kLooking:
            return "It runs and is no member: it looks for the group's coordinator, or has to join "
                   "once more.";
        case MemberPhase::kJoining:
            return "The group waits until all of its members have joined (JoinGroup).";
        case MemberPhase::kSyncing:
            return "All have joined. It waits for its partitions (SyncGroup) and takes them over.";
        case MemberPhase::kRevoking:
            return "It has partitions that it must give up: its application finishes its poll(), "
                   "positions are committed, the callback runs.";
        case MemberPhase::kReconciling:
            return "It waits for partitions that other members still hold.";
        case MemberPhase::kAssigned:
            return "It has its partitions and reads them.";
        case MemberPhase::kIdle:
            return "A member without a partition: there are more members than partitions.";
        case MemberPhase::kSilent:
            return "Its process is gone or stands still, and the coordinator still counts on it: "
                   "until its session ends nobody else gets its partitions.";
    }
    BL_CHECK(false);
}

GroupHistory make_group_history(const World& world, const FactList& facts, std::string_view group,
                                Duration until) {
    Follower follower(world, group);
    for (const Fact& fact : facts) {
        follower.take(fact);
    }
    return std::move(follower).finish(until);
}

}  // namespace brokerlab
