#include "sim/view/stalls.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/oracle/replica_logs.h"
#include "sim/view/quorum_standing.h"
#include "sim/view/sentences.h"
#include "sim/view/waits.h"

namespace brokerlab {
namespace {

/// When the oldest batch was begun; kNever without one.
SimTime oldest(const PartitionQueue& queue) {
    SimTime created = kNever;
    for (const std::vector<ProducerBatch>* batches : {&queue.waiting, &queue.in_flight}) {
        for (const ProducerBatch& batch : *batches) {
            created = std::min(created, batch.created);
        }
    }
    return created;
}

/// Partitions, each with the moment since when a batch should have been sent: those from `moment`
/// or before.
using WaitingSince = FlatMap<TopicPartition, SimTime>;

void add_waiting(const ProducerCore& core, SimTime moment, WaitingSince& partitions) {
    for (const TopicQueues& topic : core.accumulator.topics) {
        for (std::size_t p = 0; p < topic.partitions.size(); ++p) {
            const SimTime created = oldest(topic.partitions[p]);
            if (created == kNever || created + core.config.linger > moment) {
                continue;
            }
            const SimTime since = created + core.config.linger;
            const TopicPartition tp{topic.name, PartitionId(static_cast<int32_t>(p))};
            const SimTime* known = partitions.find(tp);
            if (known == nullptr || since < *known) {
                partitions.insert_or_assign(tp, since);
            }
        }
    }
}

/// "replica 2, which does not fetch".
std::string holder_text(const World& world, BrokerId broker, const FollowerState& follower) {
    const bool fetches = follower.last_fetch_at + kHeldUpAfter > world.now;
    return fmt::format("replica {}, which {}", broker.value,
                       fetches ? "is behind" : "does not fetch");
}

bool lacks_replicas(const Partition& leader) {
    return static_cast<int32_t>(leader.isr.size()) < leader.effective_min_isr();
}

/// The value as it was set, and what counts where that is less.
std::string min_isr_text(const Partition& leader) {
    const int32_t set = leader.settings.min_insync_replicas;
    const int32_t effective = leader.effective_min_isr();
    return set == effective
               ? fmt::format("{}", set)
               : fmt::format("{}, which counts as {}: it has no more replicas", set, effective);
}

/// Why the leader does not acknowledge what stands in its log or is sent to it.
std::string why_leader_waits(const World& world, const Partition& leader) {
    if (lacks_replicas(leader)) {
        return fmt::format("its in-sync replicas {{{}}} are fewer than min.insync.replicas, {}",
                           brokers_text(leader.isr), min_isr_text(leader));
    }
    std::string holders;
    for (const BrokerId member : leader.maximal_isr()) {
        const FollowerState* follower = leader.followers.find(member);
        if (follower != nullptr && follower->log_end_offset < leader.log->log_end_offset &&
            follower->log_end_offset <= leader.log->high_watermark) {
            holders += (holders.empty() ? "" : " and ") + holder_text(world, member, *follower);
        }
    }
    return holders.empty()
               ? holders
               : fmt::format("its high watermark waits for {} but is in its ISR", holders);
}

std::string why(const World& world, const TopicPartition& tp) {
    const PartitionRegistration* known = world.committed_metadata().find_partition(tp);
    if (known == nullptr || known->leader == kNoBroker) {
        return {};  // The story tells a topic or leader that goes.
    }
    if (const std::string absent = absence_of(world, known->leader); !absent.empty()) {
        return quorum_standing(world).decides()
                   ? fmt::format("{}, and the controller still takes it for the leader", absent)
                   : fmt::format(
                         "{}, and no controller can decide that another leads: the metadata still "
                         "name it as the leader",
                         absent);
    }
    const Partition* leader = running_replica(world, known->leader, tp);
    return leader != nullptr && leader->is_leader ? why_leader_waits(world, *leader)
                                                  : std::string();
}

}  // namespace

bool commits_nothing(const World& world, const TopicPartition& partition) {
    const PartitionRegistration* known = world.committed_metadata().find_partition(partition);
    const Partition* leader =
        known == nullptr ? nullptr : running_replica(world, known->leader, partition);
    return leader != nullptr && leader->is_leader && lacks_replicas(*leader);
}

std::vector<Stall> find_stalls(const World& world, Duration least) {
    WaitingSince waiting;
    for (const Cow<ClientHost>& host : world.clients) {
        const ProducerClient* producer = host->producer();
        if (producer != nullptr && host->state == ClientState::kRunning) {
            add_waiting(producer->core(), world.now - least, waiting);
        }
    }
    std::vector<Stall> stalls;
    for (const auto& [tp, since] : waiting) {
        stalls.push_back({tp, since, why(world, tp)});
    }
    return stalls;
}

}  // namespace brokerlab
