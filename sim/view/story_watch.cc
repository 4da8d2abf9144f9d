#include "sim/view/story_watch.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "sim/view/stalls.h"

namespace brokerlab {
namespace {

/// So long a partition has to be without acknowledgements for their return to be told.
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
           std::holds_alternative<QuorumElectionStarted>(fact);
}

/// "7.7 s".
std::string seconds(Duration d) {
    return fmt::format("{}.{} s", d.to_ms() / 1000, d.to_ms() % 1000 / 100);
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
    } else if (const auto* retried = std::get_if<BatchRetried>(&fact.body)) {
        troubled_.insert(retried->partition);
    } else if (const auto* proposed = std::get_if<IsrChangeProposed>(&fact.body)) {
        static_cast<void>(take_proposal(proposed->partition));
        proposals_.push_back({fact.node, *proposed, fact.at, false});
    }
    told.text = isr_text(world, fact);
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
        "little "
        "happens it sees them up to 0.5 s late",
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
    troubled_.insert(changed.partition);
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
    const SimTime* last = last_acked_.find(acked.partition);
    const Duration without = last == nullptr ? Duration() : fact.at - *last;
    const std::string since = last == nullptr ? "" : moment_text(world.shown(*last));
    last_acked_.insert_or_assign(acked.partition, fact.at);
    const bool troubled = troubled_.erase(acked.partition);
    std::erase_if(standing_, [&](const Standing& s) { return s.partition == acked.partition; });
    if (!troubled || without < kWorthTelling) {
        return std::nullopt;
    }
    return fmt::format(
        "{} works again: {} has {} acknowledged, the first after {} without any "
        "(since {}){}",
        acked.partition.to_string(), node_name(world, fact.node),
        acked.ns.size() == 1 ? "1 record" : fmt::format("{} records", acked.ns.size()),
        seconds(without), since,
        acked.attempts > 1 ? fmt::format(", in {} attempts", acked.attempts) : "");
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
    look_for_the_aware(world, all);
    if (world.now >= next_look_) {
        next_look_ = world.now + kLookEvery;
        look_for_stalls(world, all);
    }
    return all;
}

void StoryWatch::look_for_stalls(const World& world, std::vector<Told>& all) {
    for (Stall& stall : find_stalls(world, kWorthTelling)) {
        const SimTime* last = last_acked_.find(stall.partition);
        if (last != nullptr && world.now - *last < kWorthTelling) {
            continue;
        }
        troubled_.insert(stall.partition);
        auto known = std::find_if(
            standing_.begin(), standing_.end(),
            [&](const Standing& standing) { return standing.partition == stall.partition; });
        if (known == standing_.end()) {
            known = standing_.insert(standing_.end(), {stall.partition, {}});
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
