// Between the disk and the running broker: loading logs at the start, giving them back at the end.
// [core log/LogManager.scala loadLogs, isStrayKraftReplica, shutdown; core cluster/Partition.scala
// createLog]
#include "sim/broker/apply_metadata.h"
#include "sim/log/recovery.h"

namespace brokerlab {
namespace {

LogCheckpoints checkpoints_of(const PartitionLog& log) {
    return {log.recovery_point, log.log_start_offset, log.high_watermark};
}

ReplicaOnDisk replica_on_disk(const ReplicaManager& rm, const TopicPartition& tp,
                              const Partition& partition) {
    ReplicaOnDisk replica;
    replica.topic_id = partition.topic_id;
    replica.log = partition.log;
    if (const LogCheckpoints* written = rm.checkpoints.find(tp)) {
        replica.checkpoints = *written;
    }
    return replica;
}

}  // namespace

void load_logs(ReplicaManager& rm, const BrokerDisk& disk, const Env& env, Effects& fx) {
    const Shutdown shutdown = disk.clean_shutdown ? Shutdown::kClean : Shutdown::kUnclean;
    for (const auto& [tp, on_disk] : disk.replicas) {
        ReplicaOnDisk replica = on_disk;
        PartitionLog& log = replica.log.edit();
        // No metadata is known yet, so the broker's own settings rule how the log is scanned.
        recover_log(log, rm.config->topic_defaults.log, on_disk.checkpoints, shutdown, env.now);
        if (shutdown == Shutdown::kUnclean) {
            fx.state(LogRecovered{tp, log.log_end_offset, log.high_watermark});
        }
        rm.checkpoints.insert_or_assign(tp, on_disk.checkpoints);
        rm.unhosted.insert_or_assign(tp, std::move(replica));
    }
}

void drop_strays(ReplicaManager& rm, const MetadataImage& image) {
    rm.unhosted.erase_if([&](const auto& replica) {
        const auto& [tp, on_disk] = replica;
        const TopicImage* topic = image.find_topic(on_disk.topic_id);
        const PartitionRegistration* registration =
            topic == nullptr ? nullptr : image.find_partition({topic->name, tp.partition});
        const bool stray = registration == nullptr || !registration->is_replica(rm.broker);
        if (stray) {
            rm.checkpoints.erase(tp);
        }
        return stray;
    });
}

FlatMap<TopicPartition, ReplicaOnDisk> replicas_on_disk(const ReplicaManager& rm, bool clean,
                                                        SimTime now) {
    FlatMap<TopicPartition, ReplicaOnDisk> replicas = rm.unhosted;
    for (const auto& [tp, partition] : rm.partitions) {
        replicas.insert_or_assign(tp, replica_on_disk(rm, tp, *partition));
    }
    if (clean) {
        for (auto& [tp, replica] : replicas) {
            close_cleanly(replica.log.edit(), now);
            replica.checkpoints = checkpoints_of(*replica.log);
        }
    }
    return replicas;
}

}  // namespace brokerlab
