#include "sim/broker/disk.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/log/page_cache.h"

namespace brokerlab {
namespace {

constexpr std::string_view kMetadataTopic = "__cluster_metadata";

void lose_tail(PartitionLog& log, TopicPartition partition, SimTime now,
               std::vector<LostTail>& lost) {
    const Offset log_end = log.log_end_offset;
    if (lose_page_cache(log, now) > 0) {
        lost.push_back({std::move(partition), log.log_end_offset, log_end});
    }
}

}  // namespace

BrokerDisk format_disk(const Uuid& directory_id, SimTime now) {
    BrokerDisk disk;
    disk.directory_id = directory_id;
    disk.metadata = new_raft_disk(now);
    return disk;
}

std::vector<LostTail> lose_power(BrokerDisk& disk, SimTime now) {
    std::vector<LostTail> lost;
    for (auto& [partition, replica] : disk.replicas) {
        lose_tail(replica.log.edit(), partition, now, lost);
    }
    lose_tail(disk.metadata.log, {std::string(kMetadataTopic), PartitionId(0)}, now, lost);
    return lost;
}

}  // namespace brokerlab
