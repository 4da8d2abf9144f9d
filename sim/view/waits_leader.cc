// Partitions that wait for a leader: that have none, or one that is gone while nobody can elect
// another.
//
// With unclean.leader.election.enable a partition without a leader waits for the controller's look
// at all of them, which goes on all the time and is not hurried by the change of the configuration.
// [metadata controller/QuorumController.java maybeScheduleNextElectUncleanLeaders,
// ReplicationControlManager.maybeElectUncleanLeaders]
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/controller/leader_election.h"
#include "sim/oracle/void_marks.h"
#include "sim/view/inspect_parts.h"
#include "sim/view/quorum_standing.h"
#include "sim/view/waits.h"

namespace brokerlab {
namespace {

/// Why a broker that runs and is connected does not lead.
std::string no_leader_text(const World& world, BrokerId broker) {
    if (in_controlled_shutdown(world, broker)) {
        return "is in a controlled shutdown";
    }
    const BrokerRegistration* known = world.committed_metadata().find_broker(broker);
    return known == nullptr || known->fenced ? "is fenced" : "is not elected";
}

/// "broker 1 is down, broker 2 is fenced".
std::string absences(const World& world, const std::vector<BrokerId>& brokers) {
    std::string text;
    for (const BrokerId broker : brokers) {
        std::string absent = absence_of(world, broker);
        if (absent.empty()) {
            absent = fmt::format("broker {} {}", broker.value, no_leader_text(world, broker));
        }
        text += (text.empty() ? "" : ", ") + absent;
    }
    return text;
}

/// The first in the list of replicas whose broker counts as alive: whom an unclean election takes.
BrokerId first_alive(const World& world, const PartitionRegistration& partition) {
    for (std::size_t i = 0; i < partition.replicas.size(); ++i) {
        const BrokerRegistration* broker =
            world.committed_metadata().find_broker(partition.replicas[i]);
        if (broker != nullptr && broker->is_active() &&
            has_online_directory(*broker, partition.directories[i])) {
            return partition.replicas[i];
        }
    }
    return kNoBroker;
}

/// What may end the wait of a partition whose topic allows unclean elections.
void tell_unclean(const World& world, const PartitionRegistration& partition, Wait& wait) {
    const BrokerId next = first_alive(world, partition);
    if (next == kNoBroker) {
        wait.holds_it =
            fmt::format("none of its replicas can lead: {}", absences(world, partition.replicas));
        wait.ends =
            "with the first of them that is unfenced, in the ISR or not: its topic allows unclean "
            "elections (unclean.leader.election.enable)";
        return;
    }
    const ControllerNode* active = deciding_controller(world);
    if (active == nullptr) {
        wait.holds_it = fmt::format(
            "nobody of its ISR {} can lead: {}. Its topic allows unclean elections "
            "(unclean.leader.election.enable), and broker {} counts as alive and could lead, but "
            "a controller has to elect it",
            set_text(partition.isr), absences(world, partition.isr), next.value);
        wait.ends = fmt::format(
            "when there is a controller that decides: broker {} leads then unless one of the ISR "
            "is back, and records that it does not have are lost",
            next.value);
        return;
    }
    const SimTime look = active->next_unclean_election();
    wait.holds_it = fmt::format(
        "nobody of its ISR {} can lead: {}. Its topic allows unclean elections "
        "(unclean.leader.election.enable), but allowing it elects nobody by itself",
        set_text(partition.isr), absences(world, partition.isr));
    wait.ends = fmt::format(
        "the controller looks for such partitions {} (unclean.leader.election.interval.ms): broker "
        "{} leads then, and records that it does not have are lost; earlier when a broker with a "
        "replica is unfenced, or with 'elect unclean'",
        look == kNever ? "later" : by_text(world, look), next.value);
    wait.deadline = shown_deadline(world, look);
}

void add_leaderless(const World& world, const TopicPartition& tp,
                    const PartitionRegistration& partition, std::vector<Waiting>& waits) {
    Waiting waiting;
    waiting.wait.who = PartitionThing{tp};
    waiting.wait.what = fmt::format("{} waits for a leader", tp.to_string());
    if (allows_unclean_election(world, world.committed_metadata(), tp.topic)) {
        tell_unclean(world, partition, waiting.wait);
    } else {
        waiting.wait.holds_it =
            fmt::format("only a replica of its ISR {} may lead, and {}", set_text(partition.isr),
                        absences(world, partition.isr));
        waiting.wait.ends =
            "when one of them is back, or with an unclean election, which may lose "
            "records";
    }
    if (const std::string nobody = no_controller(world); !nobody.empty()) {
        waiting.wait.holds_it += "; " + nobody;
    }
    waiting.involves.push_back(TopicThing{tp.topic});
    for (const BrokerId replica : partition.replicas) {
        waiting.involves.push_back(ReplicaThing{tp, replica});
        waiting.involves.push_back(BrokerThing{replica});
    }
    waits.push_back(std::move(waiting));
}

/// Its leader is gone, and nobody can elect another. What the broker itself waits for tells of all
/// its partitions at once, so this is for who asks about this one.
void add_led_by_nobody(const World& world, const TopicPartition& tp,
                       const PartitionRegistration& partition, const std::string& nobody,
                       std::vector<Waiting>& waits) {
    const std::string absent = absence_of(world, partition.leader);
    if (absent.empty()) {
        return;
    }
    Waiting waiting;
    waiting.wait.who = PartitionThing{tp};
    waiting.wait.what = fmt::format("{} waits for another leader than broker {}", tp.to_string(),
                                    partition.leader.value);
    waiting.wait.holds_it = fmt::format("{}, and {}", absent, nobody);
    waiting.wait.ends = fmt::format(
        "when broker {} is back; or a controller fences it, and elects another of the ISR {}",
        partition.leader.value, set_text(partition.isr));
    waiting.involves.push_back(ReplicaThing{tp, partition.leader});
    waiting.ordinary = true;
    waits.push_back(std::move(waiting));
}

}  // namespace

void gather_leader_waits(const World& world, std::vector<Waiting>& waits) {
    const std::string nobody = no_controller(world);
    for (const auto& [name, topic] : *world.committed_metadata().topics) {
        for (int32_t i = 0; i < topic->partition_count(); ++i) {
            const PartitionRegistration& partition =
                *topic->partitions[static_cast<std::size_t>(i)];
            if (partition.leader == kNoBroker) {
                add_leaderless(world, {name, PartitionId(i)}, partition, waits);
            } else if (!nobody.empty()) {
                add_led_by_nobody(world, {name, PartitionId(i)}, partition, nobody, waits);
            }
        }
    }
}

}  // namespace brokerlab
