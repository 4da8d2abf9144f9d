#include "sim/client/producer_batch.h"

#include <algorithm>

#include "sim/base/check.h"

namespace brokerlab {
namespace {

// Where the header says who wrote the batch, and its checksum (record_batch.h).
constexpr std::size_t kCrcAt = 17;
constexpr std::size_t kProducerIdAt = 43;
constexpr std::size_t kProducerEpochAt = 51;
constexpr std::size_t kBaseSequenceAt = 53;

/// Bytes of a record beside key, value and headers at most [DefaultRecord.MAX_RECORD_OVERHEAD].
constexpr std::size_t kMostRecordOverhead = 21;

std::size_t field_size(const std::optional<ByteSpan>& field) {
    return field ? varint_size(static_cast<int64_t>(field->size())) + field->size()
                 : varint_size(-1);
}

RecordContent content_of(const OutgoingRecord& record, Timestamp timestamp) {
    RecordContent content;
    content.timestamp = timestamp;
    if (record.key) {
        content.key = as_bytes(*record.key);
    }
    content.value = as_bytes(record.value);
    return content;
}

/// Appends what `content` refers to; there must be room.
void append_content(ProducerBatch& batch, uint64_t n, const RecordContent& content) {
    ProducerBatch::Record record{n, content.timestamp, -1, 0};
    if (content.key) {
        record.key_size = static_cast<int32_t>(content.key->size());
        batch.data.insert(batch.data.end(), content.key->begin(), content.key->end());
    }
    const ByteSpan value = content.value.value_or(ByteSpan());
    record.value_size = static_cast<int32_t>(value.size());
    batch.data.insert(batch.data.end(), value.begin(), value.end());
    batch.records.push_back(record);
    ++batch.count;
}

int64_t size_of_next(const ProducerBatch& batch, const RecordContent& content) {
    const int64_t delta =
        batch.records.empty() ? 0 : content.timestamp.value - batch.records.front().timestamp.value;
    return static_cast<int64_t>(record_size(content, batch.count, delta));
}

bool try_append_content(ProducerBatch& batch, uint64_t n, const RecordContent& content) {
    if (batch.is_full()) {
        return false;
    }
    const int64_t more = size_of_next(batch, content);
    if (batch.count > 0 && batch.size + more > batch.capacity) {
        return false;
    }
    append_content(batch, n, content);
    batch.size += more;
    return true;
}

BatchRef build(const ProducerBatch& batch, uint32_t producer, CompressionCodec codec) {
    BatchSpec spec;
    spec.codec = codec;
    spec.producer_id = batch.producer_id;
    spec.producer_epoch = batch.producer_epoch;
    spec.base_sequence = batch.base_sequence;
    BatchBuilder builder(spec);
    builder.reserve(batch.records.size(), static_cast<std::size_t>(batch.size) - kBatchHeaderSize);
    const ByteSpan data = batch.data;
    std::size_t at = 0;
    for (const ProducerBatch::Record& record : batch.records) {
        RecordContent content;
        content.timestamp = record.timestamp;
        if (record.key_size >= 0) {
            content.key = data.subspan(at, static_cast<std::size_t>(record.key_size));
            at += content.key->size();
        }
        content.value = data.subspan(at, static_cast<std::size_t>(record.value_size));
        at += content.value->size();
        builder.append(content);
        builder.identify({producer, record.n});
    }
    return BatchRef(builder.build());
}

/// Brings producer id, epoch and sequence of the built bytes up to date, on a copy: an earlier
/// attempt may still be on its way with the old ones.
void rewrite_header(ProducerBatch& batch) {
    uint8_t* bytes = batch.built.batches.front().edit().bytes.data();
    store_be(bytes + kProducerIdAt, batch.producer_id.value);
    store_be(bytes + kProducerEpochAt, batch.producer_epoch.value);
    store_be(bytes + kBaseSequenceAt, batch.base_sequence.value);
    store_be(bytes + kCrcAt, compute_batch_crc(batch.built.batches.front()->bytes));
}

}  // namespace

int64_t upper_bound_size(const OutgoingRecord& record) {
    const RecordContent content = content_of(record, kNoTimestamp);
    const std::size_t headers = varint_size(0);
    return static_cast<int64_t>(kBatchHeaderSize + kMostRecordOverhead + field_size(content.key) +
                                field_size(content.value) + headers);
}

void ProducerBatch::see_leader_epoch(LeaderEpoch epoch) {
    if (epoch > leader_epoch) {
        leader_epoch = epoch;
        attempts_at_leader_change = static_cast<int32_t>(attempts);
    }
}

bool ProducerBatch::try_append(const OutgoingRecord& record, Timestamp timestamp) {
    return try_append_content(*this, record.n, content_of(record, timestamp));
}

void ProducerBatch::set_sequence(ProducerId id_, ProducerEpoch epoch, Sequence base) {
    producer_id = id_;
    producer_epoch = epoch;
    base_sequence = base;
}

const Records& finish_batch(ProducerBatch& batch, uint32_t producer, CompressionCodec codec) {
    if (!batch.is_built()) {
        batch.built.batches.push_back(build(batch, producer, codec));
        batch.closed = true;
        batch.size = static_cast<int64_t>(batch.built.batches.front()->bytes.size());
        batch.records = {};
        batch.data = {};
    } else if (const BatchHeader header = header_of(batch.built.batches.front());
               header.producer_id != batch.producer_id ||
               header.producer_epoch != batch.producer_epoch ||
               header.base_sequence != batch.base_sequence) {
        rewrite_header(batch);
    }
    batch.sequence_reset = false;
    return batch.built;
}

std::vector<uint64_t> record_numbers(const ProducerBatch& batch) {
    std::vector<uint64_t> ns;
    ns.reserve(static_cast<std::size_t>(batch.count));
    if (batch.is_built()) {
        for (const RecordIdentity& identity : batch.built.batches.front()->identities) {
            ns.push_back(identity.n);
        }
    } else {
        for (const ProducerBatch::Record& record : batch.records) {
            ns.push_back(record.n);
        }
    }
    return ns;
}

std::vector<ProducerBatch> split_batch(const ProducerBatch& batch, int64_t batch_size,
                                       uint64_t& next_id) {
    BL_CHECK(batch.is_built());
    const Outcome<DecodedRecords> decoded = decode_records(batch.built.batches.front()->bytes);
    const std::vector<RecordIdentity>& identities = batch.built.batches.front()->identities;
    std::vector<ProducerBatch> pieces;
    std::size_t i = 0;
    for (const RecordView& record : decoded->records) {
        const uint64_t n = identities[i++].n;
        if (!pieces.empty() && try_append_content(pieces.back(), n, record.content)) {
            continue;
        }
        ProducerBatch piece;
        piece.id = next_id++;
        piece.created = batch.created;
        piece.last_attempt = batch.created;
        piece.split = true;
        piece.unanswered = batch.unanswered;
        piece.leader_epoch = batch.leader_epoch;
        const int64_t alone = static_cast<int64_t>(
            kBatchHeaderSize + kMostRecordOverhead + field_size(record.content.key) +
            field_size(record.content.value) + varint_size(0));
        piece.capacity = std::max(batch_size, alone);
        BL_CHECK(try_append_content(piece, n, record.content));
        pieces.push_back(std::move(piece));
    }
    Sequence sequence = batch.base_sequence;
    for (ProducerBatch& piece : pieces) {
        piece.closed = true;
        if (batch.has_sequence()) {
            piece.set_sequence(batch.producer_id, batch.producer_epoch, sequence);
            sequence = increment_sequence(sequence, piece.count);
        }
    }
    return pieces;
}

}  // namespace brokerlab
