// A segment filled with batches of a chosen size, and linear scans to compare its look-ups with.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/log/record.h"
#include "sim/log/segment.h"
#include "sim/model/wall_clock.h"
#include "tests/unit/log/log_fixture.h"

namespace brokerlab::testing {

/// A batch as a segment gets it. `times` has one entry a record.
struct PlacedBatch {
    int64_t base = 0;
    std::vector<int64_t> times = {0};
    std::size_t size = 100;  ///< in bytes, at least 80 and 10 more a record
    int64_t last = -1;       ///< last offset when records at the end were cleaned away
};

/// Builds it to the byte: the last record's value fills it up.
inline BatchRef make_batch(const PlacedBatch& spec) {
    const auto build = [&](std::size_t padding) {
        BatchBuilder builder(
            {.base_offset = Offset(spec.base), .partition_leader_epoch = LeaderEpoch(3)});
        const std::string value(padding, 'v');
        for (std::size_t i = 0; i < spec.times.size(); ++i) {
            RecordContent content{.timestamp = Timestamp(spec.times[i])};
            if (i + 1 == spec.times.size()) {
                content.value = as_bytes(value);
            }
            builder.append(content);
        }
        if (spec.last >= 0) {
            builder.override_last_offset(Offset(spec.last));
        }
        return builder.build();
    };
    for (std::size_t padding = 0; padding <= spec.size; ++padding) {
        BatchBytes batch = build(padding);
        if (batch.bytes.size() == spec.size) {
            return BatchRef(std::move(batch));
        }
    }
    check_failed("no value makes a batch of the size asked for", __FILE__, __LINE__);
}

struct TestSegment {
    LogConfig config;
    SimTime now = SimTime::from_ms(0);
    Segment segment;

    explicit TestSegment(int64_t interval, Offset base = Offset(0))
        : segment(base, kBootTimestamp, 0) {
        config.index_interval_bytes = interval;
    }
    void append(const PlacedBatch& spec) {
        BatchRef batch = make_batch(spec);
        const BatchHeader header = header_of(batch);
        segment.append(std::move(batch), header, config, now);
    }
};

template <class T>
std::vector<T> all_of(const ChunkedVector<T>& chunked) {
    std::vector<T> all;
    for (std::size_t i = 0; i < chunked.size(); ++i) {
        all.push_back(chunked[i]);
    }
    return all;
}

}  // namespace brokerlab::testing
