#include "tests/unit/log/log_invariants.h"

#include "sim/log/record.h"

namespace brokerlab::testing {
namespace {

class Inspection {
public:
    explicit Inspection(const PartitionLog& log) : log_(log) {}

    std::vector<std::string> broken() {
        offsets();
        segments();
        epochs();
        producers();
        return std::move(broken_);
    }

private:
    void expect(bool holds, const std::string& sentence) {
        if (!holds) {
            broken_.push_back(sentence);
        }
    }
    void expect_in_order(Offset low, Offset high, const std::string& names) {
        expect(low <= high, names + ": " + std::to_string(low.value) + " is above " +
                                std::to_string(high.value));
    }

    void offsets() {
        expect_in_order(log_.log_start_offset, log_.high_watermark, "log start, high watermark");
        expect_in_order(log_.high_watermark, log_.log_end_offset, "high watermark, LEO");
        expect_in_order(log_.last_stable_offset(), log_.high_watermark, "LSO, high watermark");
        expect_in_order(log_.log_start_offset, log_.last_stable_offset(), "log start, LSO");
        expect_in_order(log_.recovery_point, log_.log_end_offset, "recovery point, LEO");
    }

    void segments() {
        expect(!log_.segments.empty(), "there is no segment");
        if (log_.segments.empty()) {
            return;
        }
        expect_in_order(log_.segments.front()->base_offset(), log_.log_start_offset,
                        "first segment's base, log start");
        expect_in_order(log_.active_segment().next_offset(), log_.log_end_offset,
                        "end of the last segment, LEO");
        int64_t size = 0;
        for (std::size_t i = 0; i < log_.segments.size(); ++i) {
            const Segment& segment = *log_.segments[i];
            where_ = "segment " + std::to_string(segment.base_offset().value) + ": ";
            batches(segment);
            offset_index(segment);
            time_index(segment);
            txn_index(segment);
            size += segment.size_in_bytes();
            if (i + 1 < log_.segments.size()) {
                expect_in_order(segment.next_offset(), log_.segments[i + 1]->base_offset(),
                                where_ + "its end, the next one's base");
                expect(segment.base_offset() < log_.segments[i + 1]->base_offset(),
                       where_ + "the next one has the same base");
            }
        }
        expect(size == log_.size_in_bytes(), "the log's size is not that of its segments");
    }

    void batches(const Segment& segment) {
        Offset next = segment.base_offset();
        int64_t position = 0;
        TimeIndexEntry latest;
        for (std::size_t b = 0; b < segment.batches().size(); ++b) {
            const LoggedBatch& logged = segment.batches()[b];
            const std::string at = where_ + "batch " + std::to_string(logged.base_offset.value);
            const BatchHeader header = header_of(logged.batch);
            expect(logged.base_offset == header.base_offset, at + ": base differs from its bytes");
            expect(logged.last_offset == header.last_offset(), at + ": end differs from its bytes");
            expect(logged.max_timestamp == header.max_timestamp, at + ": max timestamp differs");
            expect(logged.size == header.size_in_bytes(), at + ": size differs from its header");
            expect(logged.batch->bytes.size() == static_cast<std::size_t>(logged.size),
                   at + ": size differs from its bytes");
            expect(int64_t{logged.position} == position, at + ": is not behind the one before");
            expect(logged.base_offset >= next, at + ": overlaps the one before");
            expect(next_batch(logged.batch->bytes).ok(), at + ": its bytes are bad");
            expect(decode_records(logged.batch->bytes).ok(), at + ": its records are bad");
            position += logged.size;
            next = logged.last_offset + 1;
            if (logged.max_timestamp > latest.timestamp) {
                latest = {logged.max_timestamp, logged.last_offset};
            }
        }
        expect(segment.size_in_bytes() == position, where_ + "size is not that of its batches");
        expect(segment.next_offset() == next, where_ + "next offset is not behind its last batch");
        expect(segment.max_timestamp_so_far().timestamp == latest.timestamp,
               where_ + "max timestamp so far");
        expect(latest.timestamp == kNoTimestamp || segment.max_timestamp_so_far() == latest,
               where_ + "offset of the max timestamp");
    }

    void offset_index(const Segment& segment) {
        for (std::size_t i = 0; i < segment.offset_index().size(); ++i) {
            const OffsetIndexEntry& entry = segment.offset_index()[i];
            expect(i == 0 || segment.offset_index()[i - 1].offset < entry.offset,
                   where_ + "offset index does not rise");
            const std::size_t found = segment.find_batch(entry.offset);
            const bool there = found < segment.batches().size();
            expect(there && segment.batches()[found].last_offset == entry.offset &&
                       segment.batches()[found].position == entry.position,
                   where_ + "offset index entry " + std::to_string(entry.offset.value) +
                       " points to no batch's start");
        }
    }

    void time_index(const Segment& segment) {
        for (std::size_t i = 0; i < segment.time_index().size(); ++i) {
            const TimeIndexEntry& entry = segment.time_index()[i];
            if (i > 0) {
                const TimeIndexEntry& before = segment.time_index()[i - 1];
                expect(before.timestamp < entry.timestamp && before.offset < entry.offset,
                       where_ + "time index does not rise");
            }
            for (std::size_t b = 0; b < segment.batches().size(); ++b) {
                const LoggedBatch& logged = segment.batches()[b];
                expect(logged.last_offset > entry.offset || logged.max_timestamp <= entry.timestamp,
                       where_ + "time index promises less than batch " +
                           std::to_string(logged.base_offset.value) + " has");
            }
        }
    }

    void txn_index(const Segment& segment) {
        for (const AbortedTxn& txn : segment.txn_index()) {
            expect(txn.first_offset <= txn.last_offset, where_ + "aborted transaction runs back");
            expect(segment.base_offset() <= txn.last_offset && txn.last_offset < end_of(segment),
                   where_ + "aborted transaction ends in another segment");
        }
    }
    [[nodiscard]] Offset end_of(const Segment& segment) const {
        const std::size_t next = log_.segment_index(segment.base_offset()) + 1;
        return next < log_.segments.size() ? log_.segments[next]->base_offset()
                                           : log_.log_end_offset;
    }

    void epochs() {
        const std::vector<EpochEntry>& entries = log_.leader_epochs.entries();
        for (std::size_t i = 0; i < entries.size(); ++i) {
            expect(entries[i].start_offset <= log_.log_end_offset,
                   "an epoch starts beyond the LEO");
            expect(i == 0 || (entries[i - 1].epoch < entries[i].epoch &&
                              entries[i - 1].start_offset < entries[i].start_offset),
                   "the leader epochs do not rise");
        }
        for (const Cow<Segment>& segment : log_.segments) {
            for (std::size_t b = 0; b < segment->batches().size(); ++b) {
                const BatchHeader header = header_of(segment->batches()[b].batch);
                if (header.base_offset >= log_.log_start_offset) {
                    expect(log_.leader_epochs.epoch_for_offset(header.base_offset) ==
                               header.partition_leader_epoch,
                           "batch " + std::to_string(header.base_offset.value) +
                               " is of another epoch than the cache says");
                }
            }
        }
    }

    void producers() {
        const ProducerStates& states = *log_.producers;
        for (const auto& [id, entry] : states.producers) {
            const std::string who = "producer " + std::to_string(id.value) + ": ";
            expect(entry.batches.size() <= ProducerStateEntry::kBatchesRetained,
                   who + "more batches than the window holds");
            expect(entry.last_data_offset() < log_.log_end_offset, who + "wrote beyond the LEO");
            const std::optional<Offset> open = entry.current_txn_first_offset;
            expect(!open ||
                       (states.ongoing_txns.contains(*open) && states.ongoing_txns.at(*open) == id),
                   who + "its open transaction is not listed");
        }
        for (const auto& [first, id] : states.ongoing_txns) {
            const ProducerStateEntry* entry = states.producers.find(id);
            expect(entry != nullptr && entry->current_txn_first_offset == first,
                   "an open transaction is not its producer's");
        }
        for (const auto& [first, marker] : states.unreplicated_txns) {
            expect(first < marker, "a transaction's marker is not behind it");
            expect(marker >= log_.high_watermark, "a transaction below the high watermark waits");
        }
        for (const auto& [offset, snapshot] : states.snapshots) {
            expect(offset <= log_.log_end_offset, "a producer snapshot lies beyond the LEO");
            expect(offset <= states.last_snapshot_offset,
                   "a producer snapshot is later than the last");
        }
    }

    const PartitionLog& log_;
    std::vector<std::string> broken_;
    std::string where_;
};

}  // namespace

std::vector<std::string> broken_invariants(const PartitionLog& log) {
    return Inspection(log).broken();
}

}  // namespace brokerlab::testing
