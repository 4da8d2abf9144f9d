// What waits at brokers: requests in purgatory, changes of the ISR, followers that are behind.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/view/explain_text.h"
#include "sim/view/inspect_parts.h"
#include "sim/view/quorum_standing.h"
#include "sim/view/waits.h"

namespace brokerlab {
namespace {

/// A leader's broker, and where its waits go.
struct At {
    const World& world;
    const BrokerHost& host;
    const BrokerNode& broker;
    std::vector<Waiting>& waits;

    [[nodiscard]] BrokerId id() const { return host.setup.id; }
    [[nodiscard]] const ReplicaManager& replicas() const { return broker.replicas(); }
};

std::vector<Thing> things_of(const At& at, const TopicPartition& tp) {
    return {PartitionThing{tp}, TopicThing{tp.topic}, ReplicaThing{tp, at.id()},
            BrokerThing{at.id()}};
}

bool contains(const std::vector<BrokerId>& brokers, BrokerId broker) {
    return std::find(brokers.begin(), brokers.end(), broker) != brokers.end();
}

/// When a follower stops holding back the high watermark though it does not fetch.
struct LetsGo {
    SimTime at = kNever;
    std::string text;
};
LetsGo lets_go(const At& at, const Partition& partition, BrokerId follower,
               const FollowerState& state) {
    const bool asked = partition.pending_isr &&
                       partition.pending_isr->kind == PendingIsr::Kind::kShrink &&
                       contains(partition.pending_isr->changed, follower);
    const SimTime leaves = asked ? kNever : leaves_isr_at(at.replicas(), state);
    const bool decided = quorum_standing(at.world).decides();
    LetsGo end{decided ? leaves : kNever, {}};
    if (asked) {
        end.text = fmt::format(
            "replica {} leaves the ISR when {}", follower.value,
            decided ? "the controller confirms it" : "there is a controller again to confirm it");
    } else if (leaves != kNever && !decided) {
        end.text = fmt::format(
            "the leader asks {} that replica {} leaves the ISR, and no controller can confirm it",
            by_text(at.world, leaves), follower.value);
    } else if (leaves != kNever) {
        end.text =
            fmt::format("replica {} leaves the ISR {}", follower.value, by_text(at.world, leaves));
    }
    const std::optional<Session> session = session_of(at.world, follower);
    if (session && (session->silent || !absence_of(at.world, follower).empty())) {
        end.at = std::min(end.at, session->ends);
        end.text += fmt::format("{}broker {} is fenced {}", end.text.empty() ? "" : ", or ",
                                follower.value, by_text(at.world, session->ends));
    }
    return end;
}

/// Who holds back a partition's high watermark, and how long yet.
struct Holders {
    std::string text;
    std::string ends;
    SimTime until{detail::kLowest};  ///< all have let go
    std::vector<BrokerId> brokers;
};
Holders holders_below(const At& at, const Partition& partition, Offset required) {
    Holders holders;
    for (const BrokerId member : partition.maximal_isr()) {
        const FollowerState* follower = partition.followers.find(member);
        if (follower == nullptr || follower->log_end_offset >= required) {
            continue;
        }
        const LetsGo end = lets_go(at, partition, member, *follower);
        holders.text += fmt::format("{}replica {}, last fetch {}",
                                    holders.brokers.empty() ? "held by " : " and ", member.value,
                                    ago_text(at.world, follower->last_fetch_at));
        holders.ends += fmt::format("{}{}", holders.ends.empty() ? "" : "; ", end.text);
        holders.until = std::max(holders.until, end.at);
        holders.brokers.push_back(member);
    }
    return holders;
}

void add_produce(const At& at, const DelayedProduce& produce, SimTime deadline,
                 const ProduceWait& wait) {
    const Partition* partition = at.replicas().find(wait.partition);
    if (!wait.pending || partition == nullptr) {
        return;
    }
    const NodeId client = produce.request.connection.opener;
    Waiting waiting;
    waiting.wait.who = thing_of(at.world, client);
    waiting.wait.what = fmt::format("Produce of {} to {} waits for the high watermark",
                                    who_text(at.world, client), wait.partition.to_string());
    Holders holders = holders_below(at, *partition, wait.required_offset);
    const auto in_sync = static_cast<int32_t>(partition->isr.size());
    if (holders.brokers.empty()) {
        holders.text = in_sync < partition->effective_min_isr()
                           ? fmt::format("the ISR {} is smaller than min.insync.replicas, {}",
                                         set_text(partition->isr), partition->effective_min_isr())
                           : "the next fetch of a follower lets it go";
        holders.until = kNever;
    }
    waiting.wait.holds_it = fmt::format("HW {} of {}, {}", partition->log->high_watermark.value,
                                        wait.required_offset.value, holders.text);
    waiting.wait.ends = fmt::format("{}{}the broker gives the request up {}", holders.ends,
                                    holders.ends.empty() ? "" : "; ", by_text(at.world, deadline));
    waiting.wait.deadline = shown_deadline(at.world, std::min(holders.until, deadline));
    waiting.involves = things_of(at, wait.partition);
    for (const BrokerId holder : holders.brokers) {
        waiting.involves.push_back(ReplicaThing{wait.partition, holder});
        waiting.involves.push_back(BrokerThing{holder});
    }
    waiting.ordinary = at.world.now - produce.since < kHeldUpAfter / 2;
    at.waits.push_back(std::move(waiting));
}

std::vector<TopicPartition> partitions_of(const DelayedFetch& fetch) {
    std::vector<TopicPartition> partitions;
    for (const FetchedPartition& read : *fetch.context.partitions) {
        partitions.push_back({read.topic, read.asked.partition});
    }
    return partitions;
}

void add_fetch(const At& at, const DelayedFetch& fetch, SimTime deadline) {
    const std::vector<TopicPartition> partitions = partitions_of(fetch);
    if (partitions.empty()) {
        return;
    }
    const NodeId reader = fetch.connection.opener;
    const bool follower = fetch.params.follower;
    Waiting waiting;
    waiting.wait.who = thing_of(at.world, reader);
    waiting.wait.what = fmt::format("Fetch of {} at broker {} waits for new records",
                                    who_text(at.world, reader), at.id().value);
    waiting.wait.holds_it =
        fmt::format("nothing new in {}{}", partitions.front().to_string(),
                    partitions.size() > 1
                        ? fmt::format(" and {}", counted(partitions.size() - 1, "other", "others"))
                        : std::string());
    waiting.wait.ends =
        fmt::format("with the next record, or empty-handed {} ({})", by_text(at.world, deadline),
                    follower ? "replica.fetch.wait.max.ms" : "fetch.max.wait.ms");
    waiting.wait.deadline = shown_deadline(at.world, deadline);
    waiting.involves.push_back(BrokerThing{at.id()});
    for (const TopicPartition& tp : partitions) {
        waiting.involves.push_back(PartitionThing{tp});
        waiting.involves.push_back(ReplicaThing{tp, at.id()});
        if (follower) {
            waiting.involves.push_back(ReplicaThing{tp, BrokerId(reader.number)});
        }
    }
    waiting.ordinary = true;
    at.waits.push_back(std::move(waiting));
}

void add_pending_isr(const At& at, const Partition& partition) {
    const PendingIsr& pending = *partition.pending_isr;
    Waiting waiting;
    waiting.wait.who = ReplicaThing{partition.id, at.id()};
    waiting.wait.what =
        fmt::format("the leader of {} waits until the controller confirms that {} {} the ISR",
                    partition.id.to_string(), set_text(pending.changed),
                    pending.kind == PendingIsr::Kind::kExpand ? "joins" : "leaves");
    const ControllerNode* active = deciding_controller(at.world);
    const AlterPartitionQueue& queue = *at.replicas().alter_partitions;
    waiting.wait.holds_it = active == nullptr ? no_controller(at.world)
                            : pending.sent    ? "the AlterPartition request is on its way"
                            : queue.retry_at > at.world.now
                                ? fmt::format("the last attempt failed, the next comes {}",
                                              by_text(at.world, queue.retry_at))
                                : "an earlier AlterPartition request is not answered yet";
    waiting.wait.ends =
        "with the controller's answer; until then the high watermark waits for "
        "both, the old ISR and the new";
    if (!pending.sent && queue.retry_at > at.world.now) {
        waiting.wait.deadline = shown_deadline(at.world, queue.retry_at);
    }
    waiting.involves = things_of(at, partition.id);
    waiting.ordinary = active != nullptr && at.world.now - pending.since < kHeldUpAfter;
    at.waits.push_back(std::move(waiting));
}

const Fetcher* fetcher_of(const BrokerNode& broker, const TopicPartition& tp) {
    for (const auto& fetcher : broker.replicas().fetchers) {
        if (fetcher->partitions.contains(tp)) {
            return fetcher.operator->();
        }
    }
    return nullptr;
}

/// Why a follower is behind.
std::string hindrance(const At& at, const TopicPartition& tp, BrokerId follower) {
    if (std::string absent = absence_of(at.world, follower); !absent.empty()) {
        return absent;
    }
    if (!at.world.network->passes(node_of(follower), node_of(at.id())) ||
        !at.world.network->passes(node_of(at.id()), node_of(follower))) {
        return fmt::format("the link between broker {} and broker {} is cut", follower.value,
                           at.id().value);
    }
    const BrokerHost& host = *at.world.find_broker(follower);
    const Fetcher* fetcher = host.has_process() ? fetcher_of(**host.process, tp) : nullptr;
    if (fetcher == nullptr && in_controlled_shutdown(at.world, follower)) {
        return fmt::format("broker {} is in a controlled shutdown, and no longer fetches",
                           follower.value);
    }
    if (fetcher == nullptr) {
        return fmt::format("broker {} does not follow broker {} yet", follower.value,
                           at.id().value);
    }
    const FetchState& state = fetcher->partitions.at(tp);
    if (fetcher->writing) {
        return fmt::format("its disk is slow: it writes until {}",
                           instant_text(at.world, fetcher->writing_until));
    }
    if (state.delayed_until && *state.delayed_until > at.world.now) {
        return fmt::format("it pauses after an error until {} (replica.fetch.backoff.ms)",
                           instant_text(at.world, *state.delayed_until));
    }
    return fetcher->awaiting_response ? "its fetch is on its way"
                                      : "it is about to fetch, or to connect";
}

/// What a replica outside the ISR needs to come back. Who is fenced or stops can't join
/// [Partition.isReplicaIsrEligible].
std::string way_into_isr(const World& world, BrokerId follower) {
    const BrokerRegistration* registration = world.committed_metadata().find_broker(follower);
    const std::string absent = absence_of(world, follower);
    if (in_controlled_shutdown(world, follower)) {
        return fmt::format(
            "it joins the ISR again once broker {} has been started again, and it has caught up",
            follower.value);
    }
    if (!absent.empty()) {
        return fmt::format("it joins the ISR again once broker {} is back, and it has caught up",
                           follower.value);
    }
    if (registration == nullptr || registration->fenced) {
        return fmt::format(
            "it joins the ISR again once broker {} is unfenced, and it has caught up",
            follower.value);
    }
    return "it joins the ISR again once it has caught up";
}

void add_follower(const At& at, const Partition& partition, BrokerId follower,
                  const FollowerState& state) {
    const Offset end = partition.log->log_end_offset;
    const bool in_sync = partition.is_in_sync(follower);
    Waiting waiting;
    waiting.wait.who = ReplicaThing{partition.id, follower};
    waiting.wait.what =
        state.log_end_offset == kNoOffset
            ? fmt::format("replica {} of {} has not fetched from its leader yet", follower.value,
                          partition.id.to_string())
            : fmt::format("replica {} of {} is {} behind its leader", follower.value,
                          partition.id.to_string(),
                          counted(static_cast<std::size_t>(end - state.log_end_offset), "record",
                                  "records"));
    waiting.wait.holds_it = hindrance(at, partition.id, follower);
    if (in_sync) {
        const LetsGo go = lets_go(at, partition, follower, state);
        waiting.wait.ends = go.text.empty() ? "it catches up" : "it catches up, or " + go.text;
        waiting.wait.deadline = shown_deadline(at.world, go.at);
    } else {
        waiting.wait.ends = way_into_isr(at.world, follower);
    }
    waiting.involves = things_of(at, partition.id);
    waiting.involves.push_back(BrokerThing{follower});
    // A broker that is gone has a wait of its own, not one for each of its replicas.
    waiting.ordinary = !absence_of(at.world, follower).empty() ||
                       in_controlled_shutdown(at.world, follower) ||
                       at.world.now - state.last_caught_up_at < kHeldUpAfter;
    at.waits.push_back(std::move(waiting));
}

}  // namespace

void gather_broker_waits(const World& world, std::vector<Waiting>& waits) {
    for (const Cow<BrokerHost>& host : world.brokers) {
        if (!host->has_process()) {
            continue;
        }
        const At at{world, *host, **host->process, waits};
        for (const auto& [number, delayed] : at.replicas().purgatory->produces) {
            const DelayedProduce& produce = *delayed.operation;
            for (const ProduceWait& wait : produce.partitions) {
                add_produce(at, produce, delayed.deadline, wait);
            }
        }
        for (const auto& [number, delayed] : at.replicas().purgatory->fetches) {
            add_fetch(at, *delayed.operation, delayed.deadline);
        }
        for (const auto& [tp, partition] : at.replicas().partitions) {
            if (!partition->is_leader) {
                continue;
            }
            if (partition->pending_isr) {
                add_pending_isr(at, *partition);
            }
            for (const auto& [follower, state] : partition->followers) {
                if (state.log_end_offset < partition->log->log_end_offset) {
                    add_follower(at, *partition, follower, state);
                }
            }
        }
    }
}

}  // namespace brokerlab
