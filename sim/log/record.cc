#include "sim/log/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "sim/base/check.h"

namespace brokerlab {
namespace {

constexpr uint8_t kRecordAttributes = 0;  // Unused by v2.

std::size_t nullable_size(const std::optional<ByteSpan>& bytes) {
    return bytes ? varint_size(static_cast<int64_t>(bytes->size())) + bytes->size()
                 : varint_size(-1);
}

std::size_t body_size(const RecordContent& record, int32_t offset_delta, int64_t timestamp_delta) {
    std::size_t size = 1 + varint_size(timestamp_delta) + varint_size(offset_delta) +
                       nullable_size(record.key) + nullable_size(record.value) +
                       varint_size(static_cast<int64_t>(record.headers.size()));
    for (const HeaderView& header : record.headers) {
        size += varint_size(static_cast<int64_t>(header.key.size())) + header.key.size() +
                nullable_size(header.value);
    }
    return size;
}

void write_nullable(ByteWriter& out, const std::optional<ByteSpan>& bytes) {
    if (!bytes) {
        out.varint(-1);
        return;
    }
    out.varint(static_cast<int64_t>(bytes->size()));
    out.bytes(*bytes);
}

/// A length of -1 is null; any other negative one is bad.
std::optional<ByteSpan> read_nullable(ByteReader& in) {
    const int32_t size = in.varint32();
    if (size < -1) {
        in.fail();
    }
    if (size < 0) {
        return std::nullopt;
    }
    return in.bytes(static_cast<std::size_t>(size));
}

/// Timestamps are stored as deltas that may wrap in a hostile batch: reckon as unsigned.
int64_t plus(int64_t a, int64_t b) {
    return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}
int64_t minus(int64_t a, int64_t b) {
    return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}

Timestamp record_timestamp(const BatchHeader& header, int64_t delta) {
    if (header.timestamp_type() == TimestampType::kLogAppendTime) {
        return header.max_timestamp;
    }
    return Timestamp(plus(header.base_timestamp.value, delta));
}

void read_headers(ByteReader& in, std::vector<HeaderView>& headers) {
    const int32_t count = in.varint32();
    // A header takes at least two bytes, so a hostile count can't ask for more than there is.
    if (count < 0 || static_cast<std::size_t>(count) > in.remaining() / 2) {
        in.fail();
        return;
    }
    for (int32_t i = 0; i < count && in.ok(); ++i) {
        const std::optional<ByteSpan> key = read_nullable(in);
        if (!key) {
            in.fail();  // A header's key is never null.
            return;
        }
        headers.push_back({as_text(*key), read_nullable(in)});
    }
}

void skip_headers(ByteReader& in) {
    const int32_t count = in.varint32();
    if (count < 0) {
        in.fail();
    }
    for (int32_t i = 0; i < count && in.ok(); ++i) {
        if (!read_nullable(in)) {
            in.fail();  // A header's key is never null.
        }
        read_nullable(in);
    }
}

/// Offsets rise from record to record and stay within the batch's range.
int32_t read_offset_delta(ByteReader& in, const BatchHeader& header, int64_t& last_delta) {
    const int32_t delta = in.varint32();
    if (delta <= last_delta || delta > header.last_offset_delta) {
        in.fail();
    }
    last_delta = delta;
    return delta;
}

RecordView read_record(ByteReader& in, const BatchHeader& header, int64_t& last_delta) {
    RecordView record;
    const int32_t size = in.varint32();
    if (size < 0) {
        in.fail();
        return record;
    }
    ByteReader body(in.bytes(static_cast<std::size_t>(size)));
    body.be<uint8_t>();
    record.content.timestamp = record_timestamp(header, body.varint());
    const int32_t offset_delta = read_offset_delta(body, header, last_delta);
    record.offset = header.base_offset + offset_delta;
    if (header.base_sequence >= Sequence(0) && body.ok()) {
        record.sequence = increment_sequence(header.base_sequence, offset_delta);
    }
    record.content.key = read_nullable(body);
    record.content.value = read_nullable(body);
    read_headers(body, record.content.headers);
    if (!body.ok() || body.remaining() != 0) {
        in.fail();
    }
    return record;
}

/// Header and section as one batch; length and CRC are worked out here.
Bytes write_batch(const BatchHeader& header, ByteSpan section) {
    Bytes batch(kBatchHeaderSize + section.size());
    std::size_t at = 0;
    const auto put = [&](auto v) {
        BL_CHECK(at + sizeof v <= kBatchHeaderSize);
        store_be(batch.data() + at, v);
        at += sizeof v;
    };
    put(header.base_offset.value);
    put(static_cast<int32_t>(batch.size() - kBatchOverhead));
    put(header.partition_leader_epoch.value);
    put(kMagicV2);
    const std::size_t crc_at = at;
    put(uint32_t{0});
    put(header.attributes);
    put(header.last_offset_delta);
    put(header.base_timestamp.value);
    put(header.max_timestamp.value);
    put(header.producer_id.value);
    put(header.producer_epoch.value);
    put(header.base_sequence.value);
    put(header.records_count);
    BL_CHECK(at == kBatchHeaderSize);
    std::copy(section.begin(), section.end(), batch.begin() + kBatchHeaderSize);
    store_be(batch.data() + crc_at, compute_batch_crc(batch));
    return batch;
}

}  // namespace

std::size_t record_size(const RecordContent& record, int32_t offset_delta,
                        int64_t timestamp_delta) {
    const std::size_t body = body_size(record, offset_delta, timestamp_delta);
    return varint_size(static_cast<int64_t>(body)) + body;
}

Outcome<DecodedRecords> decode_records(ByteSpan batch) {
    const BatchHeader header = read_batch_header(batch);
    ByteSpan section = batch.subspan(kBatchHeaderSize);
    DecodedRecords decoded;
    if (header.codec() != CompressionCodec::kNone && header.records_count > 0) {
        Outcome<Bytes> inflated = decompress(header.codec(), section, kMaxInflatedBytes);
        if (!inflated) {
            return Failure{fmt::format("the {} data of the batch at offset {} is bad: {}",
                                       codec_name(header.codec()), header.base_offset.value,
                                       inflated.failure().what)};
        }
        decoded.inflated = *std::move(inflated);
        section = decoded.inflated;
    }
    ByteReader in(section);
    int64_t last_delta = -1;
    // A record takes at least 7 bytes; what a hostile count promises beyond some thousands grows
    // as it is read.
    decoded.records.reserve(std::min(
        {static_cast<std::size_t>(header.records_count), section.size() / 7, std::size_t{4096}}));
    for (int32_t i = 0; i < header.records_count; ++i) {
        const std::size_t position = in.position();
        decoded.records.push_back(read_record(in, header, last_delta));
        if (!in.ok()) {
            return Failure{
                fmt::format("record {} of {} in the batch at offset {} is cut, malformed or out of "
                            "order (byte {} "
                            "of its records section)",
                            i + 1, header.records_count, header.base_offset.value, position)};
        }
    }
    if (in.remaining() != 0) {
        return Failure{
            fmt::format("{} bytes are left over after the {} records of the batch at "
                        "offset {}",
                        in.remaining(), header.records_count, header.base_offset.value)};
    }
    return decoded;
}

void digest_compressed_batch(Digest& d, const BatchBytes& batch) {
    const BatchHeader h = read_batch_header(batch.bytes);
    const Outcome<DecodedRecords> decoded = decode_records(batch.bytes);
    BL_CHECK(decoded.ok());  // Only decoded batches enter a log.
    digest_fields(d, h.base_offset, h.partition_leader_epoch, h.attributes, h.last_offset_delta,
                  h.base_timestamp, h.max_timestamp, h.producer_id, h.producer_epoch,
                  h.base_sequence, h.records_count, decoded->inflated, batch.identities);
}

std::optional<RecordCursor::Brief> RecordCursor::next() {
    if (in_.remaining() == 0 || read_ == header_.records_count) {
        return std::nullopt;
    }
    const int32_t size = in_.varint32();
    if (size < 0) {
        in_.fail();
        return std::nullopt;
    }
    ByteReader body(in_.bytes(static_cast<std::size_t>(size)));
    Brief brief;
    body.be<uint8_t>();
    brief.timestamp = record_timestamp(header_, body.varint());
    brief.offset = header_.base_offset + read_offset_delta(body, header_, last_delta_);
    brief.has_key = read_nullable(body).has_value();
    brief.has_value = read_nullable(body).has_value();
    skip_headers(body);
    if (!body.ok() || body.remaining() != 0 || !in_.ok()) {
        in_.fail();
        return std::nullopt;
    }
    ++read_;
    return brief;
}

BatchBuilder::BatchBuilder(const BatchSpec& spec) : spec_(spec), next_offset_(spec.base_offset) {
    base_timestamp_ = spec.delete_horizon;
}

void BatchBuilder::append_at(Offset offset, const RecordContent& record) {
    BL_CHECK(offset >= next_offset_);
    BL_CHECK(offset - spec_.base_offset <= std::numeric_limits<int32_t>::max());
    if (!base_timestamp_) {
        base_timestamp_ = record.timestamp;
    }
    const auto offset_delta = static_cast<int32_t>(offset - spec_.base_offset);
    const int64_t timestamp_delta = minus(record.timestamp.value, base_timestamp_->value);
    section_.varint(static_cast<int64_t>(body_size(record, offset_delta, timestamp_delta)));
    section_.be(kRecordAttributes);
    section_.varint(timestamp_delta);
    section_.varint(offset_delta);
    write_nullable(section_, record.key);
    write_nullable(section_, record.value);
    section_.varint(static_cast<int64_t>(record.headers.size()));
    for (const HeaderView& header : record.headers) {
        write_nullable(section_, as_bytes(header.key));
        write_nullable(section_, header.value);
    }
    max_timestamp_ = std::max(max_timestamp_, record.timestamp);
    last_offset_ = offset;
    next_offset_ = offset + 1;
    ++count_;
}

BatchBytes BatchBuilder::build() {
    BL_CHECK(identities_.empty() || identities_.size() == static_cast<std::size_t>(count_));
    Bytes section = section_.take();
    if (spec_.codec != CompressionCodec::kNone && count_ > 0) {
        section = compress(spec_.codec, section);
    }
    auto attributes = static_cast<int16_t>(spec_.codec);
    attributes |= spec_.log_append_time ? batch_attributes::kLogAppendTime : int16_t{0};
    attributes |= spec_.transactional ? batch_attributes::kTransactional : int16_t{0};
    attributes |= spec_.control ? batch_attributes::kControl : int16_t{0};
    attributes |= spec_.delete_horizon ? batch_attributes::kDeleteHorizon : int16_t{0};
    const Offset last = last_offset_ == kNoOffset ? spec_.base_offset : last_offset_;

    BatchHeader header;
    header.base_offset = spec_.base_offset;
    header.partition_leader_epoch = spec_.partition_leader_epoch;
    header.attributes = attributes;
    header.last_offset_delta = static_cast<int32_t>(last - spec_.base_offset);
    header.base_timestamp = base_timestamp_.value_or(kNoTimestamp);
    header.max_timestamp = spec_.log_append_time.value_or(max_timestamp_);
    header.producer_id = spec_.producer_id;
    header.producer_epoch = spec_.producer_epoch;
    header.base_sequence = spec_.base_sequence;
    header.records_count = count_;
    return {write_batch(header, section), std::move(identities_)};
}

BatchBytes empty_batch(const BatchHeader& header) {
    BatchHeader empty = header;
    empty.attributes = static_cast<int16_t>(
        header.attributes & ~(batch_attributes::kCodecMask | batch_attributes::kDeleteHorizon));
    empty.base_timestamp = kNoTimestamp;
    empty.records_count = 0;
    return {write_batch(empty, {}), {}};
}

}  // namespace brokerlab
