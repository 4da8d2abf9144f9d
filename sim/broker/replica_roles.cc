#include "sim/broker/replica_roles.h"

#include <algorithm>
#include <utility>

#include "sim/broker/fetchers.h"
#include "sim/broker/follower.h"
#include "sim/broker/isr.h"

namespace brokerlab {
namespace {

Partition new_partition(const ReplicaManager& rm, const MetadataImage& now,
                        const TopicPartition& tp, const Uuid& topic_id) {
    Partition partition;
    partition.id = tp;
    partition.topic_id = topic_id;
    partition.settings =
        topic_settings(*rm.config, now.configs_of({ConfigResourceType::kTopic, tp.topic}));
    return partition;
}

/// Metadata that tells what the answer to an AlterPartition told already may still bring another
/// assignment, where that change of the ISR completed a reassignment. A proposal made since then
/// stands.
void take_assignment(Partition& partition, const PartitionRegistration& registration) {
    if (registration.partition_epoch > partition.partition_epoch) {
        partition.pending_isr.reset();
    }
    partition.replicas = registration.replicas;
    partition.adding_replicas = registration.adding_replicas;
    partition.removing_replicas = registration.removing_replicas;
    partition.leader_recovery_state = registration.leader_recovery_state;
    partition.partition_epoch = registration.partition_epoch;
}

/// One entry for every other replica, and for no one else.
void keep_followers(Partition& partition, BrokerId self) {
    partition.followers.erase_if([&](const auto& follower) {
        return std::find(partition.replicas.begin(), partition.replicas.end(), follower.first) ==
               partition.replicas.end();
    });
    for (const BrokerId replica : partition.replicas) {
        if (replica != self) {
            static_cast<void>(partition.followers[replica]);
        }
    }
}

/// What is known of a follower counts anew in a new leader epoch. A leader that leads on keeps how
/// far it had come [Replica.resetReplicaState].
void reset_follower(FollowerState& follower, bool in_sync, bool new_leader, Offset log_end,
                    SimTime now) {
    const SimTime caught_up = in_sync ? now : SimTime(detail::kLowest);
    if (new_leader) {
        follower = FollowerState();
        // No fetch has seen a log end yet.
        follower.last_fetch_leader_log_end = kNoOffset;
    } else {
        follower.last_fetch_leader_log_end = log_end;
        follower.last_fetch_at = caught_up;
    }
    follower.last_caught_up_at = caught_up;
}

/// The new epoch begins at the log's end, whether or not a record is ever written in it: followers
/// that hold records of a later epoch than any record here truncate by it.
void begin_leader_epoch(Partition& partition, LeaderEpoch epoch, const Env& env, Effects& fx) {
    PartitionLog& log = partition.log.edit();
    const Offset start = log.log_end_offset;
    log.leader_epochs.assign(epoch, start);
    for (auto& [broker, follower] : partition.followers) {
        reset_follower(follower, partition.is_in_sync(broker), !partition.is_leader, start,
                       env.now);
    }
    partition.leader_epoch = epoch;
    partition.leader_epoch_start_offset = start;
    fx.state(ReplicaLeads{partition.id, epoch, start, log.high_watermark});
}

void stop_leading(Partition& partition) {
    partition.is_leader = false;
    partition.leader_epoch_start_offset = kNoOffset;
    partition.isr.clear();
    partition.followers.clear();
}

}  // namespace

void host_replica(ReplicaManager& rm, const MetadataImage& now, const TopicPartition& tp,
                  const Uuid& topic_id, const Env& env) {
    const Partition* hosted = rm.find(tp);
    if (hosted != nullptr && hosted->topic_id == topic_id) {
        return;
    }
    if (hosted != nullptr) {
        drop_replica(rm, tp);
    }
    Partition partition = new_partition(rm, now, tp, topic_id);
    ReplicaOnDisk* on_disk = rm.unhosted.find(tp);
    if (on_disk != nullptr && on_disk->topic_id == topic_id) {
        partition.log = std::move(on_disk->log);
    } else {
        partition.log = Cow<PartitionLog>(new_log(env.now));
        rm.checkpoints.erase(tp);
    }
    rm.unhosted.erase(tp);
    rm.partitions.insert_or_assign(tp, Cow<Partition>(std::move(partition)));
}

bool drop_replica(ReplicaManager& rm, const TopicPartition& tp) {
    remove_from_fetchers(rm, tp);
    rm.checkpoints.erase(tp);
    rm.unhosted.erase(tp);
    return rm.partitions.erase(tp);
}

bool become_leader(ReplicaManager& rm, const MetadataImage& now, const TopicPartition& tp,
                   const PartitionRegistration& registration, const Env& env, Effects& fx) {
    Partition& partition = rm.edit(tp);
    const bool new_epoch = registration.leader_epoch > partition.leader_epoch;
    if (registration.partition_epoch < partition.partition_epoch) {
        return false;
    }
    remove_from_fetchers(rm, tp);
    take_assignment(partition, registration);
    partition.isr = registration.isr;
    keep_followers(partition, rm.broker);
    if (new_epoch) {
        begin_leader_epoch(partition, registration.leader_epoch, env, fx);
    }
    partition.leader = rm.broker;
    partition.is_leader = true;
    return maybe_increment_high_watermark(partition, rm, now, env);
}

bool become_follower(ReplicaManager& rm, const MetadataImage& now, const TopicPartition& tp,
                     const PartitionRegistration& registration, const Env& env, Effects& fx) {
    Partition& partition = rm.edit(tp);
    const bool new_epoch = registration.leader_epoch > partition.leader_epoch;
    if (registration.partition_epoch < partition.partition_epoch) {
        return false;
    }
    take_assignment(partition, registration);
    stop_leading(partition);
    partition.pending_isr.reset();
    partition.leader = registration.leader;
    partition.leader_epoch = registration.leader_epoch;
    const BrokerRegistration* self = now.find_broker(rm.broker);
    const bool leaving = self != nullptr && self->in_controlled_shutdown &&
                         (partition.leader == kNoBroker || !registration.is_in_sync(rm.broker));
    if (leaving) {
        remove_from_fetchers(rm, tp);
    } else if (new_epoch) {
        fx.state(ReplicaFollows{tp, registration.leader, registration.leader_epoch});
        if (now.find_broker(registration.leader) != nullptr) {
            start_following(rm, tp, env, fx);
        } else {
            remove_from_fetchers(rm, tp);
        }
    }
    return new_epoch;
}

}  // namespace brokerlab
