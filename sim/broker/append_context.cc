#include "sim/broker/append_context.h"

#include <algorithm>

namespace brokerlab {
namespace {

int64_t draw_roll_jitter(const Partition& partition, const Env& env) {
    const LogConfig& config = partition.settings.log;
    const int64_t bound = std::min(config.segment_jitter_ms, config.segment_ms);
    if (bound <= 0) {
        return 0;
    }
    const uint64_t key = draw_key(partition.id, partition.log->log_end_offset);
    return static_cast<int64_t>(
        uniform_below(env.draw(DrawPurpose::kSegmentJitter, key), static_cast<uint64_t>(bound)));
}

}  // namespace

AppendContext append_context(const Partition& partition, const Env& env) {
    return {partition.settings.log, env.now, draw_roll_jitter(partition, env)};
}

void flush_after_roll(PartitionLog& log, const AppendResult& result) {
    if (result.rolled) {
        flush_to(log, log.active_segment().base_offset());
    }
}

}  // namespace brokerlab
