// record_batches.json: record batch v2 both ways, against batches that Kafka's own code built.
//
// Every batch must decode to the content that Kafka reads from it, and building it anew from that
// content must give the very bytes where no compression library is involved; a compressed batch
// must decompress to Kafka's records section and survive our own compression.
#include "sim/log/control_record.h"
#include "sim/log/record.h"
#include "tests/vectors/vector_checks.h"

namespace brokerlab::vectors {
namespace {

using Found = std::optional<Difference>;

/// The first difference of several comparisons.
class Comparison {
public:
    template <class T>
    void expect(const std::string& where, const T& expected, const T& got) {
        if (!found_) {
            found_ = differ(where, expected, got);
        }
    }
    void fail(const std::string& where, const std::string& why) {
        if (!found_) {
            found_ = Difference{where, "success", why};
        }
    }
    [[nodiscard]] const Found& found() const { return found_; }

private:
    Found found_;
};

Json nullable_hex(const std::optional<ByteSpan>& bytes) {
    return bytes ? Json(hex_of_bytes(Bytes(bytes->begin(), bytes->end()))) : Json(nullptr);
}

/// What the vectors say of a record's value: its bytes, or how many zeros it is.
Json value_of(const Json& record) {
    if (!record.contains("value_zero_bytes")) {
        return record.at("value");
    }
    return std::string(2 * record.at("value_zero_bytes").get<std::size_t>(), '0');
}

void compare_header(const Json& expected, const BatchHeader& h, Comparison& compare) {
    const auto number = [&](const char* name, int64_t got) {
        compare.expect(name, expected.at(name), Json(got));
    };
    number("base_offset", h.base_offset.value);
    number("last_offset", h.last_offset().value);
    number("size", h.size_in_bytes());
    number("batch_length", h.batch_length);
    number("partition_leader_epoch", h.partition_leader_epoch.value);
    number("magic", h.magic);
    number("crc", h.crc);
    number("attributes", h.attributes);
    number("last_offset_delta", h.last_offset_delta);
    number("base_timestamp", h.base_timestamp.value);
    number("max_timestamp", h.max_timestamp.value);
    number("producer_id", h.producer_id.value);
    number("producer_epoch", h.producer_epoch.value);
    number("base_sequence", h.base_sequence.value);
    number("last_sequence", h.last_sequence().value);
    number("records_count", h.records_count);
    compare.expect("compression", expected.at("compression"), Json(codec_name(h.codec())));
    compare.expect("timestamp_type", expected.at("timestamp_type"),
                   Json(timestamp_type_name(h.timestamp_type())));
    compare.expect("transactional", expected.at("transactional"), Json(h.is_transactional()));
    compare.expect("control", expected.at("control"), Json(h.is_control()));
    compare.expect("delete_horizon_ms", expected.at("delete_horizon_ms"),
                   h.delete_horizon() ? Json(h.delete_horizon()->value) : Json(nullptr));
}

void compare_control(const Json& expected, const RecordContent& record, Comparison& compare) {
    const Outcome<ControlRecordType> type = parse_control_record_key(*record.key);
    if (!type) {
        compare.fail("control_type", type.failure().what);
        return;
    }
    compare.expect("control_type", expected.at("control_type"),
                   Json(control_record_type_name(*type)));
    if (expected.contains("coordinator_epoch")) {
        const Outcome<EndTransactionMarker> marker = parse_end_transaction_marker(record);
        if (!marker) {
            compare.fail("coordinator_epoch", marker.failure().what);
            return;
        }
        compare.expect("coordinator_epoch", expected.at("coordinator_epoch"),
                       Json(marker->coordinator_epoch.value));
    }
}

void compare_record(const Json& expected, const RecordView& record, Comparison& compare) {
    const std::string at = "record " + std::to_string(record.offset.value) + " ";
    compare.expect(at + "offset", expected.at("offset"), Json(record.offset.value));
    compare.expect(at + "timestamp", expected.at("timestamp"),
                   Json(record.content.timestamp.value));
    compare.expect(at + "sequence", expected.at("sequence"), Json(record.sequence.value));
    compare.expect(at + "key", expected.at("key"), nullable_hex(record.content.key));
    compare.expect(at + "value", value_of(expected), nullable_hex(record.content.value));
    Json headers = Json::array();
    for (const HeaderView& header : record.content.headers) {
        headers.push_back({header.key, nullable_hex(header.value)});
    }
    compare.expect(at + "headers", expected.value("headers", Json::array()), headers);
    if (expected.contains("control_type")) {
        compare_control(expected, record.content, compare);
    }
}

/// The content as the producer had it: with LogAppendTime every record reads as the append time,
/// but the stored deltas are the producer's, so those come from the bytes.
BatchBytes build_again(ByteSpan batch, const BatchHeader& h, const DecodedRecords& decoded) {
    if (h.records_count == 0) {
        return empty_batch(h);
    }
    BatchSpec spec{.base_offset = h.base_offset,
                   .partition_leader_epoch = h.partition_leader_epoch,
                   .codec = h.codec(),
                   .producer_id = h.producer_id,
                   .producer_epoch = h.producer_epoch,
                   .base_sequence = h.base_sequence,
                   .transactional = h.is_transactional(),
                   .control = h.is_control(),
                   .delete_horizon = h.delete_horizon()};
    Bytes as_created(batch.begin(), batch.end());
    if (h.timestamp_type() == TimestampType::kLogAppendTime) {
        spec.log_append_time = h.max_timestamp;
        as_created[22] = static_cast<uint8_t>(as_created[22] & ~batch_attributes::kLogAppendTime);
    }
    const Outcome<DecodedRecords> produced = decode_records(as_created);
    BatchBuilder builder(spec);
    for (std::size_t i = 0; i < decoded.records.size(); ++i) {
        builder.append_at(decoded.records[i].offset, produced->records[i].content);
    }
    builder.override_last_offset(h.last_offset());
    return builder.build();
}

void compare_batch(const Json& expected, ByteSpan batch, Comparison& compare) {
    const BatchHeader header = read_batch_header(batch);
    compare_header(expected, header, compare);
    const Outcome<DecodedRecords> decoded = decode_records(batch);
    if (!decoded) {
        compare.fail("records", decoded.failure().what);
        return;
    }
    const Json& records = expected.at("records");
    compare.expect("number of records", records.size(), decoded->records.size());
    for (std::size_t i = 0; i < records.size() && !compare.found(); ++i) {
        compare_record(records[i], decoded->records[i], compare);
    }
    if (expected.contains("records_uncompressed_hex")) {
        compare.expect("records_uncompressed_hex",
                       expected.at("records_uncompressed_hex").get<std::string>(),
                       hex_of_bytes(decoded->inflated));
    }
    if (expected.contains("records_uncompressed_size")) {
        compare.expect("records_uncompressed_size",
                       expected.at("records_uncompressed_size").get<std::size_t>(),
                       decoded->inflated.size());
    }
    if (compare.found()) {
        return;
    }
    const BatchBytes again = build_again(batch, header, *decoded);
    if (header.codec() == CompressionCodec::kNone) {
        compare.expect("encoded", hex_of_bytes(Bytes(batch.begin(), batch.end())),
                       hex_of_bytes(again.bytes));
        return;
    }
    const Outcome<ByteSpan> whole = next_batch(again.bytes);
    const Outcome<DecodedRecords> back = decode_records(again.bytes);
    if (!whole || !back) {
        compare.fail("our own encoding", whole ? back.failure().what : whole.failure().what);
        return;
    }
    compare.expect("our own encoding", hex_of_bytes(decoded->inflated),
                   hex_of_bytes(back->inflated));
}

/// The broker's stamp on the producer's batch must give Kafka's bytes.
void compare_stamp(const Json& c, Comparison& compare) {
    const Json& expected = c.at("batches").at(0);
    const Bytes before = bytes_of_hex(c.at("before_hex").get<std::string>());
    const bool by_broker = expected.at("timestamp_type") == "LogAppendTime";
    const BatchRef stamped = stamp_batch(
        {before, {}},
        {.base_offset = Offset(expected.at("base_offset").get<int64_t>()),
         .leader_epoch = LeaderEpoch(expected.at("partition_leader_epoch").get<int32_t>()),
         .timestamp_type = by_broker ? TimestampType::kLogAppendTime : TimestampType::kCreateTime,
         .max_timestamp = Timestamp(expected.at("max_timestamp").get<int64_t>())});
    compare.expect("stamped", c.at("hex").get<std::string>(), hex_of_bytes(stamped->bytes));
}

Found judge(const Json& c) {
    Comparison compare;
    const Bytes bytes = bytes_of_hex(c.at("hex").get<std::string>());
    const Outcome<Records> split = split_batches(bytes);
    if (!split) {
        compare.fail("batches", split.failure().what);
        return compare.found();
    }
    const Json& batches = c.at("batches");
    compare.expect("number of batches", batches.size(), split->batches.size());
    for (std::size_t i = 0; i < batches.size() && !compare.found(); ++i) {
        compare_batch(batches[i], split->batches[i]->bytes, compare);
    }
    if (c.contains("before_hex") && !compare.found()) {
        compare_stamp(c, compare);
    }
    return compare.found();
}

}  // namespace

void check_record_batches(const Json& file, Report& report) {
    for (const Json& c : file.at("cases")) {
        report.judge(c.at("name").get<std::string>(), judge(c));
    }
}

}  // namespace brokerlab::vectors
