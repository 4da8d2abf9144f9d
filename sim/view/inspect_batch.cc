// A batch: the bytes of the record batch v2 with the name and value of every field, and its
// records.
//
// The places of the fields are Kafka's [common/record/DefaultRecordBatch.java, DefaultRecord.java].
// The records of a compressed batch have no place in its bytes: they are shown decoded only.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/log/record.h"
#include "sim/oracle/replica_logs.h"
#include "sim/script/utf8.h"
#include "sim/view/inspect_parts.h"
#include "sim/view/printable.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostBytes = 4096;
/// Records whose fields are named one by one; the others are a stretch each.
constexpr std::size_t kRecordsInDetail = 3;
constexpr std::size_t kMostRecords = 64;
constexpr std::size_t kMostText = 60;

const LoggedBatch* find_batch(const PartitionLog& log, Offset base) {
    const Segment& segment = *log.segments[log.segment_index(base)];
    const std::size_t at = segment.find_batch(base);
    return at < segment.batches().size() && segment.batches()[at].base_offset == base
               ? &segment.batches()[at]
               : nullptr;
}

/// Text as it is, what can't be read escaped; null as null.
std::string text_of(const std::optional<ByteSpan>& bytes) {
    if (!bytes) {
        return "null";
    }
    if (bytes->size() <= kMostText) {
        return printable(as_text(*bytes));
    }
    std::string_view text = as_text(*bytes).substr(0, kMostText);
    // Not in the middle of a character of UTF-8, which has four bytes at most.
    const std::size_t whole = first_not_utf8(text);
    if (whole != std::string_view::npos && whole + 4 > text.size()) {
        text = text.substr(0, whole);
    }
    return printable(text) + "...";
}

std::string attributes_text(const BatchHeader& h) {
    std::string text = fmt::format("{}", codec_name(h.codec()));
    text += fmt::format(", {}", timestamp_type_name(h.timestamp_type()));
    text += h.is_transactional() ? ", transactional" : "";
    text += h.is_control() ? ", control" : "";
    return text;
}

// ---- Bytes

void add_header_fields(BytesSection& section, const BatchHeader& h) {
    struct Named {
        const char* name;
        std::size_t size;
        std::string value;
    };
    const std::array<Named, 13> fields{{
        {"baseOffset", 8, fmt::format("{}", h.base_offset.value)},
        {"batchLength", 4, fmt::format("{}", h.batch_length)},
        {"partitionLeaderEpoch", 4, fmt::format("{}", h.partition_leader_epoch.value)},
        {"magic", 1, fmt::format("{}", h.magic)},
        {"crc", 4, fmt::format("0x{:08x}", h.crc)},
        {"attributes", 2,
         fmt::format("0x{:04x}: {}", static_cast<uint16_t>(h.attributes), attributes_text(h))},
        {"lastOffsetDelta", 4, fmt::format("{}", h.last_offset_delta)},
        {"baseTimestamp", 8, fmt::format("{}", h.base_timestamp.value)},
        {"maxTimestamp", 8, fmt::format("{}", h.max_timestamp.value)},
        {"producerId", 8, fmt::format("{}", h.producer_id.value)},
        {"producerEpoch", 2, fmt::format("{}", h.producer_epoch.value)},
        {"baseSequence", 4, fmt::format("{}", h.base_sequence.value)},
        {"recordsCount", 4, fmt::format("{}", h.records_count)},
    }};
    std::size_t at = 0;
    for (const Named& field : fields) {
        section.fields.push_back({at, field.size, field.name, field.value});
        at += field.size;
    }
}

/// Reads one record after the other and notes where each of its fields stands.
class RecordFields {
public:
    RecordFields(BytesSection& section, ByteSpan batch) : section_(section), batch_(batch) {}

    void read_all(int32_t count) {
        for (int32_t i = 0; i < count && in_.ok() && position() < kMostBytes; ++i) {
            read(static_cast<std::size_t>(i));
        }
    }

private:
    [[nodiscard]] std::size_t position() const { return kBatchHeaderSize + in_.position(); }

    void note(const char* name, std::size_t from, std::string value) {
        if (detailed_) {
            section_.fields.push_back({from, position() - from,
                                       fmt::format("record {}: {}", index_, name),
                                       std::move(value)});
        }
    }
    int64_t number(const char* name) {
        const std::size_t from = position();
        const int64_t value = in_.varint();
        note(name, from, fmt::format("{}", value));
        return value;
    }
    std::optional<ByteSpan> bytes(const char* length_name, const char* name) {
        const int64_t size = number(length_name);
        if (size < 0) {
            return std::nullopt;
        }
        const std::size_t from = position();
        const ByteSpan value = in_.bytes(static_cast<std::size_t>(size));
        note(name, from, text_of(value));
        return value;
    }
    void read(std::size_t index) {
        index_ = index;
        detailed_ = index < kRecordsInDetail;
        const std::size_t from = position();
        const int64_t length = number("length");
        const std::size_t end = position() + static_cast<std::size_t>(std::max<int64_t>(length, 0));
        const std::size_t attributes = position();
        note_byte("attributes", attributes);
        number("timestampDelta");
        number("offsetDelta");
        const std::optional<ByteSpan> key = bytes("keyLength", "key");
        const std::optional<ByteSpan> value = bytes("valueLength", "value");
        number("headersCount");
        if (position() < end) {
            in_.bytes(end - position());
        }
        if (!detailed_ && in_.ok()) {
            section_.fields.push_back({from, position() - from, fmt::format("record {}", index),
                                       fmt::format("{}: {}", text_of(key), text_of(value))});
        }
    }
    void note_byte(const char* name, std::size_t from) {
        const auto value = in_.be<int8_t>();
        note(name, from, fmt::format("{}", value));
    }

    BytesSection& section_;
    ByteSpan batch_;
    ByteReader in_{batch_.subspan(kBatchHeaderSize)};
    std::size_t index_ = 0;
    bool detailed_ = false;
};

BytesSection bytes_section(ByteSpan batch, const BatchHeader& header) {
    BytesSection section;
    section.title = "Bytes in the log";
    section.total = batch.size();
    section.bytes.assign(batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(
                                                            std::min(batch.size(), kMostBytes)));
    add_header_fields(section, header);
    if (header.codec() == CompressionCodec::kNone) {
        RecordFields(section, batch).read_all(header.records_count);
    } else {
        section.fields.push_back({kBatchHeaderSize, batch.size() - kBatchHeaderSize, "records",
                                  fmt::format("compressed with {}", codec_name(header.codec()))});
    }
    std::erase_if(section.fields, [&](const BytesSection::Field& field) {
        return field.offset >= section.bytes.size();
    });
    return section;
}

// ---- What it says

/// The producer whose records these are, by the lab's number.
Thing producer_of(const World& world, const BatchBytes& batch) {
    return batch.identities.empty()
               ? Thing()
               : thing_of(world, NodeId{NodeKind::kClient,
                                        static_cast<int32_t>(batch.identities.front().producer)});
}

std::string epochs_producer_text(const BatchHeader& h) {
    return h.has_producer_id()
               ? fmt::format("{}, epoch {}", h.producer_id.value, h.producer_epoch.value)
               : "none";
}

RowsSection facts_section(const World& world, const BatchThing& thing, const LoggedBatch& batch,
                          const BatchHeader& h) {
    RowsSection section;
    const Thing producer = producer_of(world, *batch.batch);
    section.rows.push_back(row("Replica",
                               thing.partition.to_string() + " on " + broker_text(thing.broker),
                               Tone::kPlain, ReplicaThing{thing.partition, thing.broker}));
    section.rows.push_back(row("Offsets", range_text(h.base_offset.value, h.last_offset().value)));
    section.rows.push_back(row("Records", grouped(h.records_count)));
    section.rows.push_back(row("Leader epoch", fmt::format("{}", h.partition_leader_epoch.value)));
    if (producer != Thing()) {
        section.rows.push_back(
            row("Sent by", thing_text(world, producer), Tone::kClient, producer));
    }
    section.rows.push_back(row("Producer id", epochs_producer_text(h)));
    if (h.base_sequence != kNoSequence) {
        section.rows.push_back(
            row("Sequences", range_text(h.base_sequence.value, h.last_sequence().value)));
    }
    section.rows.push_back(row("Compression", std::string(codec_name(h.codec()))));
    section.rows.push_back(row("Size", bytes_text(batch.size)));
    section.rows.push_back(row("Position in the segment", grouped(batch.position)));
    section.rows.push_back(row("Written", instant_text(world, batch.written_at)));
    return section;
}

TableSection records_table(const BatchBytes& batch, const DecodedRecords& decoded) {
    TableSection table{"Records", {"Offset", "n", "Timestamp", "Key", "Value"}, {}};
    for (std::size_t i = 0; i < decoded.records.size() && i < kMostRecords; ++i) {
        const RecordView& record = decoded.records[i];
        table.lines.push_back(
            {{offset_text(record.offset),
              i < batch.identities.size() ? fmt::format("{}", batch.identities[i].n) : "-",
              fmt::format("{}", record.content.timestamp.value), text_of(record.content.key),
              text_of(record.content.value)},
             Tone::kPlain,
             {}});
    }
    if (decoded.records.size() > kMostRecords) {
        table.title =
            fmt::format("Records, the first {} of {}", kMostRecords, decoded.records.size());
    }
    return table;
}

}  // namespace

Inspection inspect_batch(const InspectedWorld& in, const BatchThing& thing) {
    const World& world = in.world;
    Inspection inspection;
    inspection.title = fmt::format("Batch at {}", grouped(thing.base_offset.value));
    inspection.subtitle =
        fmt::format("{} on broker {}", thing.partition.to_string(), thing.broker.value);
    const PartitionLog* log = replica_log(world, thing.broker, thing.partition);
    const LoggedBatch* batch = log == nullptr ? nullptr : find_batch(*log, thing.base_offset);
    if (batch == nullptr) {
        inspection.badge = "NOT THERE";
        inspection.badge_tone = Tone::kWarning;
        return inspection;
    }
    const BatchHeader header = header_of(batch->batch);
    const bool committed = is_committed(world, ReplicaThing{thing.partition, thing.broker}, *batch);
    inspection.badge = committed ? "COMMITTED" : "NOT COMMITTED";
    inspection.badge_tone = committed ? Tone::kGood : Tone::kWarning;
    const ByteSpan bytes = batch->batch->bytes;
    add_section(inspection, facts_section(world, thing, *batch, header));
    if (const Outcome<DecodedRecords> decoded = decode_records(bytes); decoded.ok()) {
        add_section(inspection, records_table(*batch->batch, *decoded));
    }
    inspection.sections.emplace_back(bytes_section(bytes, header));
    return inspection;
}

}  // namespace brokerlab
