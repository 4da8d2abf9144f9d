#include "sim/view/story_watch.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "sim/client/seek_reason.h"
#include "sim/view/lost_groups.h"
#include "sim/view/quorum_standing.h"
#include "sim/view/stalls.h"

namespace brokerlab {
namespace {

/// So long a partition has to be without acknowledgements for their return to be told, and a group
/// without a coordinator: it takes a moment to create __consumer_offsets.
constexpr Duration kWorthTelling = 1_s;
/// Stalls are looked for this often; they last for seconds.
constexpr Duration kLookEvery = 250_ms;
/// A controller that can be reached answers a proposal sooner.
constexpr Duration kUnanswered = 1_s;
/// A new leader that learns of it so much later than it was decided has waited for its fetch.
constexpr Duration kLearnedLate = 100_ms;
/// Clients that have yet to learn of a leader, each with a partition; what is beyond is not told.
constexpr std::size_t kMostUnaware = 256;

/// The kinds that come again and again while something is wrong.
bool repeats(const FactBody& fact) {
    return std::holds_alternative<BatchRetried>(fact) ||
           std::holds_alternative<RequestRefused>(fact) ||
           std::holds_alternative<BatchAcked>(fact) || std::holds_alternative<BatchFailed>(fact) ||
           std::holds_alternative<SendFailed>(fact) ||
           std::holds_alternative<ConnectionLost>(fact) ||
           std::holds_alternative<IsrChangeRefused>(fact) ||
           std::holds_alternative<CommitFailed>(fact) ||
           std::holds_alternative<GroupRequestRefused>(fact) ||
           std::holds_alternative<ServiceActed>(fact) ||
           std::holds_alternative<ServiceFailed>(fact) ||
           std::holds_alternative<HttpAnswered>(fact) ||
           std::holds_alternative<HttpUnanswered>(fact) ||
           std::holds_alternative<QuorumElectionStarted>(fact);
}

/// "7.7 s".
std::string seconds(Duration d) {
    return fmt::format("{}.{} s", d.to_ms() / 1000, d.to_ms() % 1000 / 100);
}

std::string records_text(const BatchAcked& acked) {
    return acked.ns.size() == 1 ? "1 record" : fmt::format("{} records", acked.ns.size());
}

const ClientMetadata* metadata_of(const ClientHost& host) {
    if (const ProducerClient* producer = host.producer()) {
        return &producer->core().metadata;
    }
    const ConsumerClient* consumer = host.consumer();
    return consumer == nullptr ? nullptr : &consumer->core().metadata;
}

bool names_leader_epoch(const FactBody& fact) {
    return std::holds_alternative<LeaderChanged>(fact) ||
           std::holds_alternative<ReplicaLeads>(fact);
}

}  // namespace

std::optional<Told> StoryWatch::tell(const World& world, const Fact& fact) {
    Told told{fact.node, weight_of(fact.body), repeats(fact.body), {}, std::nullopt};
    if (const TopicPartition* partition = partition_of(fact.body)) {
        told.partition = *partition;
    }
    if (const auto* acked = std::get_if<BatchAcked>(&fact.body)) {
        if (std::optional<std::string> again = works_again(world, fact, *acked)) {
            // Of each partition by itself, however many come back at once.
            return Told{fact.node, Weight::kMajor, false, *std::move(again), std::nullopt};
        }
        if (told.weight == Weight::kNoise) {
            return std::nullopt;  // Most facts are these.
        }
    } else if (const auto* changed = std::get_if<LeaderChanged>(&fact.body)) {
        note_leader(world, *changed);
    } else if (const auto* proposed = std::get_if<IsrChangeProposed>(&fact.body)) {
        static_cast<void>(take_proposal(proposed->partition));
        proposals_.push_back({fact.node, *proposed, fact.at, false});
    }
    if (const auto* deleted = std::get_if<TopicDeleted>(&fact.body)) {
        deleted_.insert(deleted->topic);
    }
    told.text = isr_text(world, fact);
    if (const auto* reset = std::get_if<PositionReset>(&fact.body)) {
        told.text += other_topic_text(*reset);
    }
    if (const auto* leads = std::get_if<ReplicaLeads>(&fact.body)) {
        told.text += delay_text(fact.at, leads->partition);
    }
    if (names_leader_epoch(fact.body) && !epoch_explained_) {
        epoch_explained_ = true;
        told.text +=
            "; the epoch counts a partition's leaders, so that one who was replaced is known by "
            "its lower number";
    }
    return told;
}

/// Of a consumer that goes back where its topic is not the one that it began to read.
std::string StoryWatch::other_topic_text(const PositionReset& reset) const {
    const bool by_the_log = reset.to < reset.from && reset.why != kSeeksBackToUndone;
    return by_the_log && deleted_.contains(reset.partition.topic)
               ? "; it is another topic of the same name, which Kafka's consumer does not ask "
                 "about: to it this is a log that was cut"
               : std::string();
}

/// Of the first leader that learns it late: why.
std::string StoryWatch::delay_text(SimTime learned_at, const TopicPartition& partition) {
    const SimTime* decided = decided_.find(partition);
    if (decided == nullptr) {
        return {};
    }
    const Duration late = learned_at - *decided;
    decided_.erase(partition);
    if (delay_explained_ || late < kLearnedLate) {
        return {};
    }
    delay_explained_ = true;
    return fmt::format(
        ", {} after the controller decided it: a broker fetches committed metadata, and where "
        "little happens it sees them up to 0.5 s late",
        seconds(late));
}

std::string StoryWatch::isr_text(const World& world, const Fact& fact) {
    std::string text = sentence(world, fact);
    if (const auto* changed = std::get_if<IsrChanged>(&fact.body)) {
        const std::optional<Proposal> proposal = take_proposal(changed->partition);
        if (proposal && changed->by_leader && proposal->proposed.to == changed->to) {
            text += fmt::format(", {}", node_name(world, proposal->leader));
            if (const std::optional<Duration>& behind = proposal->proposed.behind_for) {
                text += fmt::format(" (not caught up for {})", seconds(*behind));
            }
        }
    } else if (const auto* refused = std::get_if<IsrChangeRefused>(&fact.body)) {
        if (const std::optional<Proposal> proposal = take_proposal(refused->partition)) {
            text += fmt::format(
                " ({} proposed {{{}}} -> {{{}}})", node_name(world, proposal->leader),
                brokers_text(proposal->proposed.from), brokers_text(proposal->proposed.to));
        }
    }
    return text;
}

std::optional<StoryWatch::Proposal> StoryWatch::take_proposal(const TopicPartition& partition) {
    const auto found = std::find_if(
        proposals_.begin(), proposals_.end(),
        [&](const Proposal& proposal) { return proposal.proposed.partition == partition; });
    if (found == proposals_.end()) {
        return std::nullopt;
    }
    Proposal proposal = std::move(*found);
    proposals_.erase(found);
    return proposal;
}

void StoryWatch::note_leader(const World& world, const LeaderChanged& changed) {
    static_cast<void>(take_proposal(changed.partition));  // That of the leader before.
    std::erase_if(unaware_,
                  [&](const Unaware& unaware) { return unaware.partition == changed.partition; });
    if (changed.from == changed.to) {
        return;
    }
    decided_.erase(changed.partition);
    if (changed.to == kNoBroker) {
        return;
    }
    decided_.insert_or_assign(changed.partition, world.now);
    for (std::size_t i = 0; i < world.clients.size() && unaware_.size() < kMostUnaware; ++i) {
        const ClientMetadata* metadata = metadata_of(*world.clients[i]);
        if (metadata != nullptr && metadata->find(changed.partition) != nullptr) {
            unaware_.push_back({i, changed.partition, changed.to, changed.epoch});
        }
    }
}

std::optional<std::string> StoryWatch::works_again(const World& world, const Fact& fact,
                                                   const BatchAcked& acked) {
    if (acked.acks == 0) {
        return std::nullopt;  // No broker has said that it has them.
    }
    if (acked.acks == 1 && commits_nothing(world, acked.partition)) {
        return takes_uncommitted(world, fact, acked);
    }
    const SimTime* known = last_acked_.find(acked.partition);
    const bool is_first = known == nullptr;
    const SimTime last = is_first ? fact.at : *known;
    last_acked_.insert_or_assign(acked.partition, fact.at);
    const auto stood = std::find_if(standing_.begin(), standing_.end(), [&](const Standing& s) {
        return s.partition == acked.partition;
    });
    if (stood == standing_.end()) {
        return std::nullopt;
    }
    const Standing standing = std::move(*stood);
    standing_.erase(stood);
    if (is_first) {
        return std::nullopt;
    }
    // While there was nothing to send nothing was missing.
    const bool idle = standing.since - last >= kWorthTelling;
    const SimTime since = idle ? standing.since : last;
    if (fact.at - since < kWorthTelling) {
        return std::nullopt;
    }
    return fmt::format(
        "{} works again: {} has {} acknowledged, the first after {} without any{} (since {}{}){}",
        acked.partition.to_string(), node_name(world, fact.node), records_text(acked),
        seconds(fact.at - since),
        standing.takes_uncommitted ? " but for acks=1, which only the leader had" : "",
        moment_text(world.shown(since)), idle ? ", when a record was to be sent" : "",
        acked.attempts > 1 ? fmt::format(", in {} attempts", acked.attempts) : "");
}

std::optional<std::string> StoryWatch::takes_uncommitted(const World& world, const Fact& fact,
                                                         const BatchAcked& acked) {
    const auto known = std::find_if(
        standing_.begin(), standing_.end(),
        [&](const Standing& standing) { return standing.partition == acked.partition; });
    if (known == standing_.end() || known->takes_uncommitted) {
        return std::nullopt;  // Nobody else waits for the partition, or it was said.
    }
    known->takes_uncommitted = true;
    return fmt::format(
        "{} takes records again and commits none: {} has {} acknowledged by the leader alone "
        "(acks=1); acks=all and consumers still wait",
        acked.partition.to_string(), node_name(world, fact.node), records_text(acked));
}

std::vector<Told> StoryWatch::look(const World& world) {
    std::vector<Told> all;
    for (Proposal& proposal : proposals_) {
        if (!proposal.told && world.now - proposal.at >= kUnanswered) {
            proposal.told = true;
            all.push_back({proposal.leader, Weight::kNormal, true,
                           fmt::format("{} still asks the controller for in-sync replicas {{{}}} "
                                       "-> {{{}}} of {}: no answer for {}",
                                       node_name(world, proposal.leader),
                                       brokers_text(proposal.proposed.from),
                                       brokers_text(proposal.proposed.to),
                                       proposal.proposed.partition.to_string(),
                                       seconds(world.now - proposal.at)),
                           proposal.proposed.partition});
        }
    }
    look_at_the_quorum(world, all);
    look_for_the_aware(world, all);
    if (world.now >= next_look_) {
        next_look_ = world.now + kLookEvery;
        look_for_stalls(world, all);
        look_for_lost_groups(world, all);
    }
    return all;
}

void StoryWatch::look_at_the_quorum(const World& world, std::vector<Told>& all) {
    if (world.boot != BootPhase::kDone) {
        return;
    }
    const QuorumStanding standing = quorum_standing(world);
    const bool lost_majority = quorum_.had_majority && !standing.has_majority();
    if (quorum_.decides && !standing.decides()) {
        quorum_.undecided_since = world.now;
    }
    if (lost_majority || (quorum_.decides && !standing.decides())) {
        all.push_back({{}, Weight::kMajor, false, undecided_text(standing), std::nullopt});
    } else if (!quorum_.decides && standing.decides()) {
        all.push_back({{},
                       Weight::kMajor,
                       false,
                       fmt::format("the controllers decide again, after {} in which nothing could "
                                   "be decided",
                                   seconds(world.now - quorum_.undecided_since)),
                       std::nullopt});
    }
    quorum_.decides = standing.decides();
    quorum_.had_majority = standing.has_majority();
}

void StoryWatch::look_for_stalls(const World& world, std::vector<Told>& all) {
    for (Stall& stall : find_stalls(world, kWorthTelling)) {
        const SimTime* last = last_acked_.find(stall.partition);
        if (last != nullptr && world.now - *last < kWorthTelling) {
            continue;
        }
        auto known = std::find_if(
            standing_.begin(), standing_.end(),
            [&](const Standing& standing) { return standing.partition == stall.partition; });
        if (known == standing_.end()) {
            known = standing_.insert(standing_.end(), {stall.partition, stall.since, {}, false});
        }
        if (!stall.why.empty() &&
            std::find(known->told.begin(), known->told.end(), stall.why) == known->told.end()) {
            all.push_back(
                {{},
                 Weight::kNormal,
                 false,
                 fmt::format("{} stands still: {}", stall.partition.to_string(), stall.why),
                 std::nullopt});
            known->told.push_back(std::move(stall.why));
        }
    }
}

void StoryWatch::look_for_lost_groups(const World& world, std::vector<Told>& all) {
    const std::vector<LostGroup> now = find_lost_groups(world);
    std::erase_if(lost_, [&](const Lost& lost) {
        return std::none_of(now.begin(), now.end(),
                            [&](const LostGroup& group) { return group.group == lost.group; });
    });
    for (const LostGroup& group : now) {
        auto known = std::find_if(lost_.begin(), lost_.end(),
                                  [&](const Lost& lost) { return lost.group == group.group; });
        if (known == lost_.end()) {
            known = lost_.insert(lost_.end(), {group.group, world.now, {}});
        }
        if (world.now - known->since >= kWorthTelling && known->told != group.text) {
            known->told = group.text;
            all.push_back({{}, Weight::kMajor, false, group.text, std::nullopt});
        }
    }
}

void StoryWatch::look_for_the_aware(const World& world, std::vector<Told>& all) {
    std::erase_if(unaware_, [&](const Unaware& unaware) {
        const ClientMetadata* metadata = metadata_of(*world.clients[unaware.client]);
        if (metadata == nullptr) {
            return true;  // Its process is gone.
        }
        const PartitionInfo* info = metadata->find(unaware.partition);
        if (info == nullptr || info->leader_epoch < unaware.epoch) {
            return false;
        }
        if (info->leader == unaware.leader) {
            const NodeId node{NodeKind::kClient, static_cast<int32_t>(unaware.client) + 1};
            all.push_back(
                {node, Weight::kNormal, false,
                 fmt::format("{} learns that broker {} leads {} now", node_name(world, node),
                             unaware.leader.value, unaware.partition.to_string()),
                 unaware.partition});
        }
        return true;
    });
}

}  // namespace brokerlab
