#include "sim/log/dump_log.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "sim/log/control_record.h"
#include "sim/log/log_files.h"

namespace brokerlab {
namespace {

template <class... Args>
void emit(std::string& out, fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
}

/// As Java prints an OptionalLong.
template <class T>
std::string optional_long(const std::optional<T>& v) {
    return v ? fmt::format("OptionalLong[{}]", v->value) : "OptionalLong.empty";
}

void print_batch(std::string& out, const BatchHeader& h, std::size_t position, bool valid) {
    emit(out,
         "baseOffset: {} lastOffset: {} count: {} baseSequence: {} lastSequence: {} "
         "producerId: {} producerEpoch: {} partitionLeaderEpoch: {} isTransactional: {} "
         "isControl: {} deleteHorizonMs: {}",
         h.base_offset.value, h.base_offset.value + h.last_offset_delta, h.records_count,
         h.base_sequence.value, h.last_sequence().value, h.producer_id.value,
         h.producer_epoch.value, h.partition_leader_epoch.value, h.is_transactional(),
         h.is_control(), optional_long(h.delete_horizon()));
    emit(out, " position: {} {}: {} size: {} magic: {} compresscodec: {} crc: {} isvalid: {}\n",
         position, timestamp_type_name(h.timestamp_type()), h.max_timestamp.value,
         h.size_in_bytes(), h.magic, codec_name(h.codec()), h.crc, valid);
}

void print_control(std::string& out, const RecordContent& record) {
    const Outcome<ControlRecordType> type =
        parse_control_record_key(record.key.value_or(ByteSpan()));
    if (!type) {
        emit(out, " controlType: UNKNOWN({})", -1);
    } else if (const auto marker = parse_end_transaction_marker(record)) {
        emit(out, " endTxnMarker: {} coordinatorEpoch: {}", control_record_type_name(*type),
             marker->coordinator_epoch.value);
    } else {
        emit(out, " controlType: {}({})", control_record_type_name(*type),
             static_cast<int16_t>(*type));
    }
}

int64_t size_or_minus_one(const std::optional<ByteSpan>& bytes) {
    return bytes ? static_cast<int64_t>(bytes->size()) : -1;
}

void print_record(std::string& out, const BatchHeader& h, const RecordView& record,
                  const DumpOptions& options) {
    std::string_view separator = "| ";
    if (!options.skip_record_metadata) {
        std::vector<std::string_view> header_keys;
        for (const HeaderView& header : record.content.headers) {
            header_keys.push_back(header.key);
        }
        emit(out, "| offset: {} {}: {} keySize: {} valueSize: {} sequence: {} headerKeys: [{}]",
             record.offset.value, timestamp_type_name(h.timestamp_type()),
             record.content.timestamp.value, size_or_minus_one(record.content.key),
             size_or_minus_one(record.content.value), record.sequence.value,
             fmt::join(header_keys, ","));
        if (h.is_control()) {
            print_control(out, record.content);
        }
        separator = " ";
    }
    if (options.print_data_log && !h.is_control()) {
        const DecodedPayload decoded = options.decoder(record.content);
        if (decoded.key) {
            emit(out, "{}key: {}", separator, *decoded.key);
        }
        if (decoded.payload) {
            emit(out, " payload: {}", *decoded.payload);
        }
    }
    out += '\n';
}

/// Watches for offsets that do not follow each other.
class OffsetWatch {
public:
    void see(Offset offset) {
        if (last_ != kNoOffset && offset != last_ + 1) {
            gaps_.push_back(fmt::format("  {} is followed by {}", last_.value, offset.value));
        }
        last_ = offset;
    }
    [[nodiscard]] const std::vector<std::string>& gaps() const { return gaps_; }

private:
    Offset last_ = kNoOffset;
    std::vector<std::string> gaps_;
};

/// Shows the records of a batch where that is asked for; says what is wrong with the batch.
std::optional<Failure> dump_records(ByteSpan batch, const BatchHeader& header,
                                    const DumpOptions& options, OffsetWatch& offsets,
                                    DumpText& dump) {
    const Outcome<ByteSpan> whole = next_batch(batch);
    if (!whole) {
        return whole.failure();
    }
    if (!options.deep_iteration) {
        return std::nullopt;
    }
    const Outcome<DecodedRecords> decoded = decode_records(batch);
    if (!decoded) {
        return decoded.failure();
    }
    for (const RecordView& record : decoded->records) {
        offsets.see(record.offset);
        print_record(dump.text, header, record, options);
    }
    return std::nullopt;
}

void dump_batches(const DumpInput& input, const DumpOptions& options, OffsetWatch& offsets,
                  DumpText& dump) {
    const ByteSpan bytes = input.bytes.first(static_cast<std::size_t>(
        std::min(options.max_bytes, static_cast<int64_t>(input.bytes.size()))));
    std::size_t at = 0;
    while (at < bytes.size()) {
        const Outcome<ByteSpan> batch = next_batch_unchecked(bytes.subspan(at));
        if (!batch) {
            if (bytes.size() == input.bytes.size()) {
                emit(dump.text, "Found {} invalid bytes at the end of {}\n", bytes.size() - at,
                     input.name);
                dump.findings.push_back(
                    fmt::format("{}: at byte {}: {}", input.path, at, batch.failure().what));
            }
            return;
        }
        const BatchHeader header = read_batch_header(*batch);
        print_batch(dump.text, header, at, compute_batch_crc(*batch) == header.crc);
        const std::optional<Failure> fault = dump_records(*batch, header, options, offsets, dump);
        if (fault) {
            dump.findings.push_back(fmt::format("{}: at byte {}: {}", input.path, at, fault->what));
        }
        at += batch->size();
    }
}

void dump_log(const DumpInput& input, const DumpOptions& options, DumpText& dump) {
    if (const Outcome<Offset> base = base_offset_of_file(input.name)) {
        emit(dump.text, "Log starting offset: {}\n", base->value);
    }
    OffsetWatch offsets;
    dump_batches(input, options, offsets, dump);
    if (!offsets.gaps().empty()) {
        dump.findings.push_back("Non-consecutive offsets in " + input.path);
        dump.findings.insert(dump.findings.end(), offsets.gaps().begin(), offsets.gaps().end());
    }
}

/// The last offset of the batch at `position` of a `.log` file.
std::optional<Offset> last_offset_at(ByteSpan log, int64_t position) {
    if (position < 0 || position >= static_cast<int64_t>(log.size())) {
        return std::nullopt;
    }
    const auto batch = next_batch_unchecked(log.subspan(static_cast<std::size_t>(position)));
    return batch ? std::optional(read_batch_header(*batch).last_offset()) : std::nullopt;
}

void dump_offset_index(const DumpInput& input, const DumpOptions& options, Offset base,
                       DumpText& dump) {
    const auto entries = decode_offset_index(input.bytes, base);
    if (!entries) {
        dump.findings.push_back(input.path + ": " + entries.failure().what);
        return;
    }
    if (entries->empty()) {
        emit(dump.text, "{} is empty.\n", input.path);
        return;
    }
    if (options.index_sanity_check) {
        emit(dump.text, "{} passed sanity check.\n", input.path);
        return;
    }
    bool titled = false;
    for (const OffsetIndexEntry& entry : *entries) {
        const std::optional<Offset> in_log = last_offset_at(input.log, entry.position);
        if (in_log != entry.offset) {
            if (!titled) {
                dump.findings.push_back("Mismatches in :" + input.path);
                titled = true;
            }
            dump.findings.push_back(fmt::format("  Index offset: {}, log offset: {}",
                                                entry.offset.value,
                                                in_log ? std::to_string(in_log->value) : "none"));
        }
        if (!options.verify_index_only) {
            emit(dump.text, "offset: {} position: {}\n", entry.offset.value, entry.position);
        }
    }
}

/// Finds batches of a `.log` file by the offset that they end at; quick while the offsets rise.
class LogScan {
public:
    explicit LogScan(ByteSpan log) : log_(log) {}

    /// The max timestamp of the batch that ends at `offset`, or what is wrong.
    Outcome<Timestamp> max_timestamp_at(Offset offset) {
        if (offset < passed_) {
            at_ = 0;
        }
        passed_ = offset;
        while (at_ < log_.size()) {
            const auto batch = next_batch_unchecked(log_.subspan(at_));
            if (!batch) {
                break;
            }
            const BatchHeader header = read_batch_header(*batch);
            if (header.last_offset() == offset) {
                return header.max_timestamp;
            }
            if (header.last_offset() > offset) {
                return Failure{fmt::format("found log offset: {}", header.last_offset().value)};
            }
            at_ += batch->size();
        }
        return Failure{"found log offset: -1"};
    }

private:
    ByteSpan log_;
    std::size_t at_ = 0;
    Offset passed_{0};
};

void dump_time_index(const DumpInput& input, const DumpOptions& options, Offset base,
                     DumpText& dump) {
    const auto entries = decode_time_index(input.bytes, base);
    if (!entries) {
        dump.findings.push_back(input.path + ": " + entries.failure().what);
        return;
    }
    if (options.index_sanity_check) {
        emit(dump.text, "{} passed sanity check.\n", input.path);
        return;
    }
    LogScan scan(input.log);
    Timestamp previous = kNoTimestamp;
    for (const TimeIndexEntry& entry : *entries) {
        const Outcome<Timestamp> in_log = scan.max_timestamp_at(entry.offset);
        if (!in_log) {
            dump.findings.push_back(fmt::format("{}: Indexed offset: {}, {}", input.path,
                                                entry.offset.value, in_log.failure().what));
        } else if (*in_log != entry.timestamp) {
            dump.findings.push_back(fmt::format("{}: Index timestamp: {}, log timestamp: {}",
                                                input.path, entry.timestamp.value, in_log->value));
        }
        if (previous >= entry.timestamp) {
            dump.findings.push_back(
                fmt::format("{}: Index timestamp: {}, Previously indexed timestamp: {}", input.path,
                            entry.timestamp.value, previous.value));
        }
        previous = entry.timestamp;
        if (!options.verify_index_only) {
            emit(dump.text, "timestamp: {} offset: {}\n", entry.timestamp.value,
                 entry.offset.value);
        }
    }
}

void dump_producer_snapshot(const DumpInput& input, DumpText& dump) {
    const Outcome<ProducerSnapshot> snapshot = decode_producer_snapshot(input.bytes);
    if (!snapshot) {
        dump.findings.push_back(input.path + ": " + snapshot.failure().what);
        return;
    }
    for (const auto& [id, entry] : snapshot->producers) {
        emit(dump.text,
             "producerId: {} producerEpoch: {} coordinatorEpoch: {} currentTxnFirstOffset: {} "
             "lastTimestamp: {} ",
             id.value, entry.producer_epoch.value, entry.coordinator_epoch.value,
             optional_long(entry.current_txn_first_offset), entry.last_timestamp.value);
        if (!entry.batches.empty()) {
            const BatchMetadata& batch = entry.batches.front();
            emit(dump.text,
                 "firstSequence: {} lastSequence: {} lastOffset: {} offsetDelta: {} timestamp: {}",
                 batch.first_sequence().value, batch.last_sequence.value, batch.last_offset.value,
                 batch.offset_delta, batch.timestamp.value);
        }
        dump.text += '\n';
    }
}

void dump_txn_index(const DumpInput& input, DumpText& dump) {
    const Outcome<TxnIndex> index = decode_txn_index(input.bytes);
    if (!index) {
        dump.findings.push_back(input.path + ": " + index.failure().what);
        return;
    }
    for (const AbortedTxn& txn : *index) {
        emit(dump.text,
             "version: 0 producerId: {} firstOffset: {} lastOffset: {} lastStableOffset: {}\n",
             txn.producer_id.value, txn.first_offset.value, txn.last_offset.value,
             txn.last_stable_offset.value);
    }
}

}  // namespace

DecodedPayload decode_payload_as_text(const RecordContent& record) {
    DecodedPayload decoded;
    if (record.key) {
        decoded.key = as_text(*record.key);
    }
    if (record.value) {
        decoded.payload = as_text(*record.value);
    }
    return decoded;
}

DumpText dump_log_file(const DumpInput& input, const DumpOptions& options) {
    DumpText dump;
    emit(dump.text, "Dumping {}\n", input.path);
    const std::string_view name = input.name;
    if (name.ends_with(".log") || name.ends_with(".checkpoint")) {
        dump_log(input, options, dump);
        return dump;
    }
    const bool offsets = name.ends_with(".index");
    const bool times = name.ends_with(".timeindex");
    if (offsets || times) {
        const Outcome<Offset> base = base_offset_of_file(name);
        if (!base) {
            dump.findings.push_back(input.path + ": " + base.failure().what);
        } else if (offsets) {
            dump_offset_index(input, options, *base, dump);
        } else {
            dump_time_index(input, options, *base, dump);
        }
    } else if (name.ends_with(".snapshot")) {
        dump_producer_snapshot(input, dump);
    } else if (name.ends_with(".txnindex")) {
        dump_txn_index(input, dump);
    } else {
        dump.findings.push_back("Ignoring unknown file " + input.path);
    }
    return dump;
}

}  // namespace brokerlab
