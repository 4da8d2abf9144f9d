// Any bytes as record batches: nothing crashes, and what decodes survives being built again.
#include <cstdint>

#include "sim/base/check.h"
#include "sim/log/record.h"

namespace {

using namespace brokerlab;

/// The input with length, magic and CRC put right, so that the fuzzer gets past the checksum.
Bytes mended(ByteSpan input) {
    Bytes bytes(input.begin(), input.end());
    if (bytes.size() >= kBatchHeaderSize) {
        store_be(bytes.data() + 8, static_cast<int32_t>(bytes.size() - kBatchOverhead));
        bytes[16] = static_cast<uint8_t>(kMagicV2);
        store_be(bytes.data() + 17, compute_batch_crc(bytes));
    }
    return bytes;
}

void check_round_trip(const BatchHeader& header, const DecodedRecords& decoded) {
    BatchBuilder builder({.base_offset = header.base_offset,
                          .producer_id = header.producer_id,
                          .producer_epoch = header.producer_epoch,
                          .base_sequence = header.base_sequence});
    for (const RecordView& record : decoded.records) {
        builder.append_at(record.offset, record.content);
    }
    builder.override_last_offset(header.last_offset());
    const BatchBytes again = builder.build();
    const Outcome<ByteSpan> batch = next_batch(again.bytes);
    BL_CHECK(batch.ok());
    const Outcome<DecodedRecords> back = decode_records(*batch);
    BL_CHECK(back.ok());
    BL_CHECK(back->records.size() == decoded.records.size());
    for (std::size_t i = 0; i < back->records.size(); ++i) {
        const RecordView& a = decoded.records[i];
        const RecordView& b = back->records[i];
        BL_CHECK(a.offset == b.offset);
        BL_CHECK(a.sequence == b.sequence);
        BL_CHECK(a.content.timestamp == b.content.timestamp);
        BL_CHECK(a.content.key.has_value() == b.content.key.has_value());
        BL_CHECK(a.content.value.has_value() == b.content.value.has_value());
        BL_CHECK(a.content.headers.size() == b.content.headers.size());
    }
}

void look_at(ByteSpan bytes) {
    const Outcome<Records> split = split_batches(bytes);
    if (!split) {
        BL_CHECK(!split.failure().what.empty());
        return;
    }
    for (const BatchRef& batch : split->batches) {
        const BatchHeader header = header_of(batch);
        RecordCursor cursor(header, ByteSpan(batch->bytes).subspan(kBatchHeaderSize));
        while (cursor.next()) {
        }
        const Outcome<DecodedRecords> decoded = decode_records(batch->bytes);
        // What the leader's validation lets through, every later reader must be able to decode.
        BL_CHECK(header.codec() != CompressionCodec::kNone || cursor.complete() == decoded.ok());
        if (decoded) {
            check_round_trip(header, *decoded);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
    const ByteSpan input(data, size);
    look_at(input);
    look_at(mended(input));
    return 0;
}
