#include "sim/controller/replica_assignment.h"

#include <algorithm>
#include <utility>

#include "sim/base/check.h"
#include "sim/controller/leader_election.h"
#include "sim/controller/striped_replica_placer.h"
#include "sim/kernel/draw.h"

namespace brokerlab {
namespace {

/// The draws of one placement.
class TopicDraws : public PlacementDraws {
public:
    explicit TopicDraws(DrawSequence sequence) : sequence_(sequence) {}
    int32_t next(int32_t bound) override {
        return static_cast<int32_t>(sequence_.next(static_cast<uint64_t>(bound)));
    }

private:
    DrawSequence sequence_;
};

/// A broker that is about to leave gets nothing new [BrokerHeartbeatManager.usableBrokers].
std::vector<UsableBroker> usable_brokers(const MetadataImage& image) {
    std::vector<UsableBroker> usable;
    for (const auto& [id, broker] : *image.brokers) {
        if (broker.fenced || !broker.in_controlled_shutdown) {
            usable.push_back({id, broker.rack, broker.fenced});
        }
    }
    return usable;
}

Refusal refuse(std::string message) {
    return {ErrorCode::kInvalidReplicaAssignment, std::move(message)};
}

}  // namespace

Outcome<std::vector<Assignment>> place_topic(const DecisionContext& context,
                                             const std::string& topic, int32_t partitions,
                                             int32_t replication_factor) {
    TopicDraws draws(DrawSequence(context.env.seed, DrawPurpose::kPlacement, draw_key(topic),
                                  draw_key(context.next_offset)));
    return place_replicas(usable_brokers(context.image), {partitions, replication_factor}, draws);
}

std::optional<Refusal> judge_assignment(const MetadataImage& image, const Assignment& assignment,
                                        std::optional<std::size_t> factor) {
    if (assignment.empty()) {
        return refuse("The manual partition assignment includes an empty replica list.");
    }
    Assignment sorted = assignment;
    std::sort(sorted.begin(), sorted.end());
    const BrokerId* previous = nullptr;
    for (const BrokerId& broker : sorted) {
        const std::string number = std::to_string(broker.value);
        if (image.find_broker(broker) == nullptr) {
            return refuse("The manual partition assignment includes broker " + number +
                          ", but no such broker is registered.");
        }
        if (previous != nullptr && *previous == broker) {
            return refuse("The manual partition assignment includes the broker " + number +
                          " more than once.");
        }
        previous = &broker;
    }
    if (factor && *factor != sorted.size()) {
        return refuse("The manual partition assignment includes a partition with " +
                      std::to_string(sorted.size()) +
                      " replica(s), but this is not consistent with previous partitions, which "
                      "have " +
                      std::to_string(*factor) + " replica(s).");
    }
    return std::nullopt;
}

std::vector<BrokerId> active_members(const MetadataImage& image, const Assignment& assignment) {
    std::vector<BrokerId> active;
    std::copy_if(assignment.begin(), assignment.end(), std::back_inserter(active),
                 [&](BrokerId broker) { return is_active(image, broker); });
    return active;
}

PartitionRecord new_partition(const MetadataImage& image, const Uuid& topic, PartitionId partition,
                              Assignment assignment) {
    PartitionRecord record;
    record.partition_id = partition;
    record.topic_id = topic;
    record.isr = active_members(image, assignment);
    BL_CHECK(!record.isr.empty());
    record.leader = record.isr.front();
    record.leader_epoch = LeaderEpoch(0);
    record.partition_epoch = PartitionEpoch(0);
    for (const BrokerId replica : assignment) {
        record.directories.push_back(default_directory(image, replica));
    }
    record.replicas = std::move(assignment);
    return record;
}

}  // namespace brokerlab
