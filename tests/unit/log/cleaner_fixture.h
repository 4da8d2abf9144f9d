// A compacted topic's log: keyed writes, a roll, a cleaning pass.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/log/cleaner.h"
#include "tests/unit/log/log_fixture.h"

namespace brokerlab::testing {

struct CompactedLog : TestLog {
    std::map<int64_t, int32_t> next_sequence;

    CompactedLog() {
        config.cleanup_compact = true;
        config.cleanup_delete = false;
    }

    void put(const std::string& key, std::optional<std::string> value) {
        BL_CHECK(append_keyed(key, std::move(value)).ok());
    }
    /// One record in a batch of a producer with epoch 0.
    void put_by(int64_t producer, const std::string& key, const std::string& value,
                bool transactional = false) {
        const Sequence sequence(next_sequence[producer]++);
        BL_CHECK(append({{key, value, wall()}}, {.producer_id = ProducerId(producer),
                                                 .producer_epoch = ProducerEpoch(0),
                                                 .base_sequence = sequence,
                                                 .transactional = transactional})
                     .ok());
    }
    void end(int64_t producer, ControlRecordType type) {
        BL_CHECK(end_txn(ProducerId(producer), ProducerEpoch(0), type).ok());
    }
    /// Ends the active segment, so that what was written can be cleaned.
    void close_segment() {
        roll(log, log.log_end_offset, now);
        commit_all();
    }
    [[nodiscard]] CleanableRange range() const { return cleanable_range(log, config, now); }
    CleanerStats clean(int64_t map_entries = kDefaultOffsetMapEntries) {
        return clean_log(log, config, range(), now, map_entries);
    }
    /// Every batch as "base-last:count", with "!" where it carries a delete horizon.
    [[nodiscard]] std::vector<std::string> batches() const {
        std::vector<std::string> all;
        for (const Cow<Segment>& segment : log.segments) {
            for (std::size_t i = 0; i < segment->batches().size(); ++i) {
                const BatchHeader h = header_of(segment->batches()[i].batch);
                all.push_back(std::to_string(h.base_offset.value) + "-" +
                              std::to_string(h.last_offset().value) + ":" +
                              std::to_string(h.records_count) + (h.delete_horizon() ? "!" : ""));
            }
        }
        return all;
    }
    [[nodiscard]] std::vector<int64_t> bases() const {
        std::vector<int64_t> all;
        for (const Cow<Segment>& segment : log.segments) {
            all.push_back(segment->base_offset().value);
        }
        return all;
    }
};

}  // namespace brokerlab::testing
