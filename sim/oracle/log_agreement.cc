#include "sim/oracle/log_agreement.h"

#include <algorithm>

namespace brokerlab {

BatchCursor::BatchCursor(const PartitionLog& log, Offset from) : log_(log) {
    if (log_.segments.empty()) {
        return;
    }
    segment_ = log_.segment_index(from);
    batch_ = log_.segments[segment_]->find_batch(from);
    skip_ended_segments();
    while (batch() != nullptr && batch()->base_offset < from) {
        next();
    }
}

const LoggedBatch* BatchCursor::batch() const {
    return segment_ < log_.segments.size() ? &log_.segments[segment_]->batches()[batch_] : nullptr;
}

void BatchCursor::next() {
    ++batch_;
    skip_ended_segments();
}

void BatchCursor::skip_ended_segments() {
    while (segment_ < log_.segments.size() && batch_ >= log_.segments[segment_]->batches().size()) {
        ++segment_;
        batch_ = 0;
    }
}

Offset committed_end(const PartitionLog& log) {
    if (log.segments.empty()) {
        return log.log_start_offset;
    }
    return std::min({log.high_watermark, log.log_end_offset,
                     std::max(log.log_start_offset, log.active_segment().next_offset())});
}

bool same_batch(const LoggedBatch& a, const LoggedBatch& b) {
    return a.base_offset == b.base_offset && a.last_offset == b.last_offset &&
           (a.batch.same(b.batch) || a.batch->bytes == b.batch->bytes);
}

Agreement compare_logs(const PartitionLog& a, const PartitionLog& b, Offset from, Offset to) {
    Agreement agreement{from, std::nullopt};
    if (from >= to) {
        return agreement;
    }
    const auto is_below = [to](const LoggedBatch* batch) {
        return batch != nullptr && batch->last_offset < to;
    };
    BatchCursor in_a(a, from);
    BatchCursor in_b(b, from);
    while (is_below(in_a.batch()) || is_below(in_b.batch())) {
        const LoggedBatch* of_a = in_a.batch();
        const LoggedBatch* of_b = in_b.batch();
        if (of_a == nullptr || of_b == nullptr) {
            agreement.differs_at = (of_a == nullptr ? of_b : of_a)->base_offset;
            return agreement;
        }
        if (!same_batch(*of_a, *of_b)) {
            agreement.differs_at = std::min(of_a->base_offset, of_b->base_offset);
            return agreement;
        }
        agreement.up_to = of_a->last_offset + 1;
        in_a.next();
        in_b.next();
    }
    return agreement;
}

}  // namespace brokerlab
