// Replaying the metadata log.
//
// The records of one call are collected first, because an open or aborted metadata transaction at
// their end decides how far they count.
#include "sim/broker/metadata_loader.h"

#include <string>
#include <utility>
#include <vector>

#include "sim/base/check.h"
#include "sim/log/control_record.h"
#include "sim/log/record.h"

namespace brokerlab {
namespace {

struct CommittedRecord {
    Offset offset;
    LeaderEpoch epoch;
    MetadataRecord record;
};

struct Committed {
    std::vector<CommittedRecord> records;
    Offset last_offset = kNoOffset;
    LeaderEpoch last_epoch = kNoLeaderEpoch;
    bool leader_change = false;
};

void collect_batch(const LoggedBatch& logged, Offset from, Committed& out) {
    const BatchHeader header = header_of(logged.batch);
    const Outcome<DecodedRecords> decoded = decode_records(logged.batch->bytes);
    BL_CHECK(decoded.ok());
    for (const RecordView& view : decoded->records) {
        if (header.is_control()) {
            const Outcome<ControlRecordType> type =
                parse_control_record_key(view.content.key.value_or(ByteSpan()));
            out.leader_change |= type && *type == ControlRecordType::kLeaderChange;
        } else if (view.offset >= from) {
            BL_CHECK(view.content.value.has_value());
            Outcome<VersionedMetadataRecord> record = decode_metadata_record(*view.content.value);
            BL_CHECK(record.ok());
            out.records.push_back(
                {view.offset, header.partition_leader_epoch, std::move(record).value().record});
        }
    }
    out.last_offset = logged.last_offset;
    out.last_epoch = header.partition_leader_epoch;
}

Committed collect(const PartitionLog& log, Offset from) {
    Committed out;
    for (std::size_t s = log.segment_index(from); s < log.segments.size(); ++s) {
        const Segment& segment = *log.segments[s];
        const auto& batches = segment.batches();
        for (std::size_t b = segment.find_batch(from); b < batches.size(); ++b) {
            if (batches[b].last_offset >= log.high_watermark) {
                return out;
            }
            collect_batch(batches[b], from, out);
        }
    }
    return out;
}

/// Drops aborted transactions, and cuts at one that is still open.
void settle_transactions(Committed& committed) {
    std::vector<CommittedRecord>& records = committed.records;
    std::vector<CommittedRecord> kept;
    std::size_t begun_at = 0;  // place in `kept`
    bool open = false;
    Offset begin_offset;
    for (CommittedRecord& record : records) {
        if (std::holds_alternative<BeginTransactionRecord>(record.record)) {
            open = true;
            begun_at = kept.size();
            begin_offset = record.offset;
        } else if (std::holds_alternative<EndTransactionRecord>(record.record)) {
            open = false;
        } else if (std::holds_alternative<AbortTransactionRecord>(record.record)) {
            open = false;
            kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(begun_at), kept.end());
        } else {
            kept.push_back(std::move(record));
        }
    }
    if (open) {
        kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(begun_at), kept.end());
        committed.last_offset = Offset(begin_offset.value - 1);
        if (!kept.empty()) {
            committed.last_epoch = kept.back().epoch;
        }
    }
    records = std::move(kept);
}

}  // namespace

bool load_committed(MetadataLoader& loader, const PartitionLog& log, MetadataDelta& delta) {
    const Offset from = loader.image.last_offset + 1;
    if (from >= log.high_watermark) {
        return false;
    }
    Committed committed = collect(log, from);
    settle_transactions(committed);
    if (committed.last_offset < from) {
        return false;
    }
    for (const CommittedRecord& record : committed.records) {
        replay(loader.image, delta, record.record, record.offset);
    }
    loader.seen_leader_change |= committed.leader_change;
    // Control batches and no-ops move the image on, too.
    loader.image.last_offset = committed.last_offset;
    loader.image.last_epoch = committed.last_epoch;
    return true;
}

bool has_caught_up(const MetadataLoader& loader, const PartitionLog& log) {
    return loader.seen_leader_change && loader.image.last_offset + 1 >= log.high_watermark;
}

MetadataDelta whole_image_delta(const MetadataImage& image) {
    MetadataDelta delta;
    for (const auto& [id, registration] : *image.brokers) {
        delta.brokers.insert(id);
    }
    for (const auto& [name, topic] : *image.topics) {
        delta.created_topics.insert(name);
        for (int32_t p = 0; p < topic->partition_count(); ++p) {
            delta.partitions.insert({name, PartitionId(p)});
        }
    }
    for (const auto& [key, values] : *image.configs) {
        delta.configs.insert(key);
    }
    return delta;
}

bool changes_broker_config(const MetadataDelta& delta, BrokerId broker) {
    return delta.configs.contains(ConfigResourceKey{ConfigResourceType::kBroker, {}}) ||
           delta.configs.contains(
               ConfigResourceKey{ConfigResourceType::kBroker, std::to_string(broker.value)});
}

}  // namespace brokerlab
