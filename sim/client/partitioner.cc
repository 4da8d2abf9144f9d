#include "sim/client/partitioner.h"

#include <algorithm>

#include "sim/base/check.h"

namespace brokerlab {
namespace {

const PartitionLoad* find_load(const StickyPartitioner& sticky, PartitionId partition) {
    const auto at = std::find_if(sticky.load.begin(), sticky.load.end(),
                                 [&](const PartitionLoad& l) { return l.partition == partition; });
    return at == sticky.load.end() ? nullptr : &*at;
}

/// The candidates of a draw and their weights: partitions with a leader, the longest queue with
/// weight 1. Empty when no queue is known to differ from the others.
std::vector<std::pair<PartitionId, uint32_t>> adaptive_weights(const StickyPartitioner& sticky,
                                                               const TopicInfo& info) {
    std::vector<std::pair<PartitionId, uint32_t>> queues;
    bool all_equal = true;
    bool some_left_out = false;
    uint32_t longest = 0;
    for (std::size_t i = 0; i < info.partitions.size(); ++i) {
        const PartitionId partition(static_cast<int32_t>(i));
        const PartitionLoad* load = find_load(sticky, partition);
        if (info.partitions[i].leader == kNoBroker || (load != nullptr && load->excluded)) {
            some_left_out = true;
            continue;
        }
        const uint32_t batches = load == nullptr ? 0 : load->batches;
        all_equal = all_equal && (queues.empty() || queues.front().second == batches);
        longest = std::max(longest, batches);
        queues.emplace_back(partition, batches);
    }
    if (info.partitions.size() < 2 || (all_equal && !some_left_out)) {
        return {};
    }
    for (auto& [partition, weight] : queues) {
        weight = longest + 1 - weight;
    }
    return queues;
}

PartitionId draw_partition(StickyPartitioner& sticky, std::string_view topic, const TopicInfo& info,
                           const Env& env) {
    BL_CHECK(!info.partitions.empty());
    const RandomBits bits =
        env.draw(DrawPurpose::kPartitioner, draw_key(topic, sticky.incarnation, sticky.switches));
    ++sticky.switches;
    if (sticky.adapts) {
        const auto weighted = adaptive_weights(sticky, info);
        if (!weighted.empty()) {
            std::vector<uint32_t> weights;
            for (const auto& [partition, weight] : weighted) {
                weights.push_back(weight);
            }
            return weighted[weighted_pick(bits, weights)].first;
        }
    }
    std::vector<PartitionId> available;
    for (std::size_t i = 0; i < info.partitions.size(); ++i) {
        if (info.partitions[i].leader != kNoBroker) {
            available.emplace_back(static_cast<int32_t>(i));
        }
    }
    if (available.empty()) {
        return PartitionId(static_cast<int32_t>(uniform_below(bits, info.partitions.size())));
    }
    return available[static_cast<std::size_t>(uniform_below(bits, available.size()))];
}

}  // namespace

PartitionId sticky_partition(StickyPartitioner& sticky, std::string_view topic,
                             const TopicInfo& info, const Env& env) {
    if (!sticky.current) {
        sticky.current = draw_partition(sticky, topic, info, env);
        sticky.produced = 0;
    }
    return *sticky.current;
}

bool count_sticky_bytes(StickyPartitioner& sticky, int64_t bytes, int64_t batch_size,
                        bool at_batch_end, std::string_view topic, const TopicInfo& info,
                        const Env& env) {
    const int64_t enough = std::max<int64_t>(batch_size, 1);
    sticky.produced += bytes;
    if ((sticky.produced >= enough && at_batch_end) || sticky.produced >= 2 * enough) {
        sticky.current = draw_partition(sticky, topic, info, env);
        sticky.produced = 0;
        return true;
    }
    return false;
}

}  // namespace brokerlab
