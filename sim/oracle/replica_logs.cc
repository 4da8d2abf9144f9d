#include "sim/oracle/replica_logs.h"

#include <algorithm>

namespace brokerlab {
namespace {

/// What lies on the broker's disk and no process works with; nullptr when there is none.
const ReplicaOnDisk* replica_at_rest(const BrokerHost& host, const TopicPartition& tp) {
    return (host.has_process() ? (**host.process).replicas().unhosted : host.disk->replicas)
        .find(tp);
}

}  // namespace

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
    const ReplicaOnDisk* replica = replica_at_rest(*host, tp);
    return replica == nullptr ? nullptr : &*replica->log;
}

Offset replica_high_watermark(const World& world, BrokerId broker, const TopicPartition& tp) {
    const BrokerHost* host = world.find_broker(broker);
    if (host == nullptr) {
        return kNoOffset;
    }
    if (const Partition* running = running_replica(world, broker, tp)) {
        return running->log->high_watermark;
    }
    const ReplicaOnDisk* replica = replica_at_rest(*host, tp);
    return replica == nullptr
               ? kNoOffset
               : std::clamp(replica->checkpoints.high_watermark, replica->log->log_start_offset,
                            std::max(replica->log->log_start_offset, replica->log->log_end_offset));
}

Offset partition_high_watermark(const World& world, const TopicPartition& tp) {
    const PartitionRegistration* registration = world.committed_metadata().find_partition(tp);
    if (registration == nullptr) {
        return kNoOffset;
    }
    if (const Partition* leader = running_replica(world, registration->leader, tp)) {
        return leader->log->high_watermark;
    }
    Offset furthest = kNoOffset;
    for (const BrokerId member : registration->isr) {
        furthest = std::max(furthest, replica_high_watermark(world, member, tp));
    }
    return furthest;
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
