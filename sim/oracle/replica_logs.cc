#include "sim/oracle/replica_logs.h"

namespace brokerlab {

const Partition* running_replica(const World& world, BrokerId broker, const TopicPartition& tp) {
    const BrokerHost* host = world.find_broker(broker);
    if (host == nullptr || !host->has_process()) {
        return nullptr;
    }
    return (**host->process).replicas().find(tp);
}

const PartitionLog* replica_log(const World& world, BrokerId broker, const TopicPartition& tp) {
    const BrokerHost* host = world.find_broker(broker);
    if (host == nullptr) {
        return nullptr;
    }
    if (const Partition* running = running_replica(world, broker, tp)) {
        return &*running->log;
    }
    const FlatMap<TopicPartition, ReplicaOnDisk>& on_disk =
        host->has_process() ? (**host->process).replicas().unhosted : host->disk->replicas;
    const ReplicaOnDisk* replica = on_disk.find(tp);
    return replica == nullptr ? nullptr : &*replica->log;
}

std::vector<const PartitionLog*> authoritative_logs(const World& world, const TopicPartition& tp) {
    std::vector<const PartitionLog*> logs;
    const PartitionRegistration* registration = world.committed_metadata().find_partition(tp);
    if (registration == nullptr) {
        return logs;
    }
    const auto add = [&](BrokerId broker) {
        if (const PartitionLog* log = replica_log(world, broker, tp)) {
            logs.push_back(log);
        }
    };
    if (registration->leader != kNoBroker) {
        add(registration->leader);
    } else {
        for (const BrokerId broker : registration->isr) {
            add(broker);
        }
    }
    return logs;
}

std::vector<TopicPartition> all_partitions(const MetadataImage& image) {
    std::vector<TopicPartition> partitions;
    for (const auto& [name, topic] : *image.topics) {
        for (int32_t p = 0; p < topic->partition_count(); ++p) {
            partitions.push_back({name, PartitionId(p)});
        }
    }
    return partitions;
}

}  // namespace brokerlab
