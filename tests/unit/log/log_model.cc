#include "tests/unit/log/log_model.h"

#include <algorithm>

namespace brokerlab::testing {

void LogModel::append(ModelBatch batch) {
    if (epochs.empty() || epochs.back().first < batch.epoch) {
        epochs.emplace_back(batch.epoch, batch.base);
    }
    end = batch.last + 1;
    batches.push_back(std::move(batch));
}

void LogModel::end_txn(int64_t producer, Fate fate, ModelBatch marker) {
    for (ModelBatch& batch : batches) {
        if (batch.producer == producer && batch.fate == Fate::kOpen) {
            batch.fate = fate;
            batch.ended_by = marker.base;
        }
    }
    append(std::move(marker));
}

void LogModel::truncate(int64_t to) {
    const int64_t new_end = std::min(to, end);
    std::erase_if(epochs, [&](const auto& epoch) { return epoch.second >= new_end; });
    if (to >= end) {
        return;
    }
    std::erase_if(batches, [&](const ModelBatch& batch) { return batch.last >= to; });
    for (ModelBatch& batch : batches) {
        if (batch.ended_by >= to) {
            batch.fate = Fate::kOpen;
            batch.ended_by = -1;
        }
    }
    end = to;
    start = std::min(start, to);
    high_watermark = std::min(high_watermark, to);
    forgot_txns = true;
}

void LogModel::start_anew(int64_t at) {
    batches.clear();
    epochs.clear();
    start = end = high_watermark = at;
    forgot_txns = false;
}

void LogModel::raise_start(int64_t to) {
    if (to <= start) {
        return;
    }
    start = to;
    std::optional<int32_t> spans_start;
    while (!epochs.empty() && epochs.front().second <= to) {
        spans_start = epochs.front().first;
        epochs.erase(epochs.begin());
    }
    if (spans_start) {
        epochs.insert(epochs.begin(), {*spans_start, to});
    }
}

void LogModel::delete_below(int64_t first_base) {
    for (ModelBatch& batch : batches) {
        batch.deleted = batch.deleted || batch.base < first_base;
    }
    raise_start(first_base);
}

void LogModel::clean(int64_t map_end, int64_t segment_end, SimTime now, Duration delete_retention) {
    std::map<std::string, int64_t> last;
    for (const ModelBatch& batch : batches) {
        for (const ModelRecord& record : batch.records) {
            if (batch.fate != Fate::kAborted && record.offset < map_end) {
                last[record.key] = record.offset;
            }
        }
    }
    for (ModelBatch& batch : batches) {
        if (batch.marker || batch.base >= segment_end) {
            continue;
        }
        const bool expired = batch.delete_horizon && now >= *batch.delete_horizon;
        std::erase_if(batch.records, [&](const ModelRecord& record) {
            const bool replaced = record.offset < map_end && last[record.key] != record.offset;
            const bool gone = record.offset < map_end && !record.value && expired;
            return batch.fate == Fate::kAborted || replaced || gone;
        });
        const ModelBatch* kept = latest_of(batch.producer);
        batch.removed = batch.records.empty() && kept != &batch;
        const bool tombstones = std::any_of(batch.records.begin(), batch.records.end(),
                                            [](const ModelRecord& r) { return !r.value; });
        if (tombstones && !batch.delete_horizon) {
            batch.delete_horizon = now + delete_retention;
        }
    }
}

void LogModel::restart(int64_t found_end, int64_t checkpointed_high_watermark) {
    if (found_end < start) {
        start_anew(start);
        return;
    }
    truncate(found_end);
    high_watermark = std::clamp(checkpointed_high_watermark, start, end);
    forgot_txns = true;
}

void LogModel::set_high_watermark(int64_t to) {
    high_watermark = std::clamp(to, start, end);
    forgot_txns =
        forgot_txns && std::any_of(batches.begin(), batches.end(), [&](const auto& b) {
            const bool open = b.fate == Fate::kOpen;
            return b.ended_by >= high_watermark || (open && (b.base < start || b.removed));
        });
}

std::pair<int64_t, int64_t> LogModel::last_stable_offset() const {
    int64_t surely = high_watermark;
    int64_t perhaps = high_watermark;
    for (const ModelBatch& batch : batches) {
        const bool open = batch.fate == Fate::kOpen;
        if (open && batch.base >= start && !batch.removed) {
            surely = std::min(surely, batch.base);
        } else if (open || batch.ended_by >= high_watermark) {
            perhaps = std::min(perhaps, std::max(batch.base, start));
        }
    }
    const int64_t lowest = std::min(surely, perhaps);
    return {lowest, forgot_txns ? surely : lowest};
}

std::vector<std::string> LogModel::read(int64_t bound, bool committed) const {
    std::vector<std::string> texts;
    for (const ModelBatch& batch : batches) {
        if (batch.last >= bound) {
            break;
        }
        for (const ModelRecord& record : batch.records) {
            if (record.offset >= start && !(committed && batch.fate == Fate::kAborted)) {
                texts.push_back(record.text());
            }
        }
    }
    return texts;
}

std::optional<int32_t> LogModel::epoch_of(int64_t offset) const {
    std::optional<int32_t> found;
    for (const auto& [epoch, first] : epochs) {
        if (first <= offset) {
            found = epoch;
        }
    }
    return found;
}

const ModelBatch* LogModel::latest_of(int64_t producer) const {
    const ModelBatch* latest = nullptr;
    for (const ModelBatch& batch : batches) {
        if (batch.producer != producer || batch.base < start) {
            continue;
        }
        if (!batch.marker) {
            latest = &batch;
        } else if (latest != nullptr && latest->producer_epoch < batch.producer_epoch) {
            latest = nullptr;
        }
    }
    return latest != nullptr && latest->removed ? nullptr : latest;
}

const ModelBatch* LogModel::find(int64_t producer, int16_t producer_epoch, int32_t sequence,
                                 int32_t count) const {
    const ModelBatch* found = nullptr;
    for (const ModelBatch& batch : batches) {
        if (batch.producer == producer && batch.producer_epoch == producer_epoch &&
            batch.sequence == sequence && batch.count == count && !batch.marker) {
            found = &batch;
        }
    }
    return found;
}

}  // namespace brokerlab::testing
