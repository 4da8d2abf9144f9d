#include "sim/log/log_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "sim/log/record.h"
#include "sim/log/recovery.h"

namespace brokerlab {
namespace {

constexpr std::string_view kLog = ".log";
constexpr std::string_view kIndex = ".index";
constexpr std::string_view kTimeIndex = ".timeindex";
constexpr std::string_view kTxnIndex = ".txnindex";
constexpr std::string_view kSnapshot = ".snapshot";
constexpr std::string_view kLeaderEpochs = "leader-epoch-checkpoint";
constexpr std::string_view kPartitionMetadata = "partition.metadata";

constexpr std::size_t kOffsetDigits = 20;

Bytes text_bytes(std::string_view text) {
    const ByteSpan bytes = as_bytes(text);
    return {bytes.begin(), bytes.end()};
}

Bytes encode_segment(const Segment& segment) {
    Bytes bytes;
    bytes.reserve(static_cast<std::size_t>(segment.size_in_bytes()));
    for (std::size_t i = 0; i < segment.batches().size(); ++i) {
        const Bytes& batch = segment.batches()[i].batch->bytes;
        bytes.insert(bytes.end(), batch.begin(), batch.end());
    }
    return bytes;
}

/// What is wrong with an offset index: an entry that falls back or points to no batch.
std::optional<std::string> offset_index_fault(ByteSpan bytes, const Segment& segment) {
    const auto entries = decode_offset_index(bytes, segment.base_offset());
    if (!entries) {
        return entries.failure().what;
    }
    Offset last = segment.base_offset() - 1;
    for (std::size_t i = 0; i < entries->size(); ++i) {
        const OffsetIndexEntry& entry = (*entries)[i];
        const std::size_t at = segment.batches().first_where(
            [&](const LoggedBatch& b) { return b.position >= entry.position; });
        const bool at_a_batch = at < segment.batches().size() &&
                                segment.batches()[at].position == entry.position &&
                                segment.batches()[at].base_offset <= entry.offset;
        if (entry.offset <= last || !at_a_batch || entry.offset >= segment.next_offset()) {
            return fmt::format("entry {}: offset {} at position {} does not fit the log", i,
                               entry.offset.value, entry.position);
        }
        last = entry.offset;
    }
    return std::nullopt;
}

/// What is wrong with a time index: an entry that falls back or names no offset of the log.
std::optional<std::string> time_index_fault(ByteSpan bytes, const Segment& segment) {
    const auto entries = decode_time_index(bytes, segment.base_offset());
    if (!entries) {
        return entries.failure().what;
    }
    Timestamp last = kNoTimestamp;
    for (std::size_t i = 0; i < entries->size(); ++i) {
        const TimeIndexEntry& entry = (*entries)[i];
        if (entry.timestamp <= last || entry.offset < segment.base_offset() ||
            entry.offset >= segment.next_offset()) {
            return fmt::format("entry {}: timestamp {} at offset {} does not fit the log", i,
                               entry.timestamp.value, entry.offset.value);
        }
        last = entry.timestamp;
    }
    return std::nullopt;
}

/// Reads the files of a directory one by one into a LoadedLog.
class Loader {
public:
    Loader(const std::vector<LogFile>& files, const LogConfig& config, SimTime now)
        : config_(config), now_(now) {
        for (const LogFile& file : files) {
            files_.push_back(&file);
        }
        std::sort(files_.begin(), files_.end(),
                  [](const LogFile* a, const LogFile* b) { return a->name < b->name; });
    }

    Outcome<LoadedLog> load() {
        for (const LogFile* file : files_) {
            load_file(*file);
        }
        if (loaded_.log.segments.empty()) {
            return Failure{"there is no segment (a file such as 00000000000000000000.log) here"};
        }
        const Offset start = loaded_.log.segments.front()->base_offset();
        const Offset end = loaded_.log.active_segment().next_offset();
        loaded_.log.leader_epochs = epochs_;
        recover_log(loaded_.log, config_,
                    {.recovery_point = start, .log_start_offset = start, .high_watermark = end},
                    Shutdown::kUnclean, now_);
        flush_to(loaded_.log, end);
        for (const LogFile* file : files_) {
            check_index(*file);
        }
        return std::move(loaded_);
    }

private:
    void problem(const LogFile& file, const std::string& what) {
        loaded_.problems.push_back({file.name + ": " + what});
    }

    void load_file(const LogFile& file) {
        const std::string_view name = file.name;
        if (name.ends_with(kLog)) {
            load_segment(file);
        } else if (name.ends_with(kSnapshot)) {
            check_snapshot(file);
        } else if (name == kLeaderEpochs) {
            if (auto epochs = decode_leader_epoch_checkpoint(as_text(file.bytes))) {
                epochs_ = *std::move(epochs);
            } else {
                problem(file, epochs.failure().what + "; the epochs are taken from the batches");
            }
        } else if (name == kPartitionMetadata) {
            if (const auto id = decode_partition_metadata(as_text(file.bytes))) {
                loaded_.topic_id = *id;
            } else {
                problem(file, id.failure().what);
            }
        } else if (!name.ends_with(kIndex) && !name.ends_with(kTimeIndex) &&
                   !name.ends_with(kTxnIndex)) {
            problem(file, "is not a file of a log directory, so it is left out");
        }
    }

    void load_segment(const LogFile& file) {
        const Outcome<Offset> base = base_offset_of_file(file.name);
        if (!base) {
            problem(file, base.failure().what);
            return;
        }
        if (cut_) {
            problem(file, "is left out, because the log was cut before it");
            return;
        }
        if (!loaded_.log.segments.empty() && loaded_.log.active_segment().next_offset() > *base) {
            cut_ = true;
            problem(file,
                    fmt::format("at byte 0: the segment starts at offset {}, but the one "
                                "before it ends at {}",
                                base->value, loaded_.log.active_segment().next_offset().value));
            return;
        }
        if (!loaded_.log.segments.empty()) {
            loaded_.log.edit_active_segment().seal();
        }
        Segment segment(*base, kNoTimestamp, 0);
        load_batches(file, segment);
        loaded_.log.segments.emplace_back(std::move(segment));
    }

    void load_batches(const LogFile& file, Segment& segment) {
        const ByteSpan bytes = file.bytes;
        std::size_t at = 0;
        while (at < bytes.size()) {
            const Outcome<ByteSpan> batch = next_batch(bytes.subspan(at));
            std::string fault = batch ? "" : batch.failure().what;
            if (batch) {
                const BatchHeader header = read_batch_header(*batch);
                fault = place_fault(header, segment);
                if (const auto decoded = decode_records(*batch); fault.empty() && !decoded) {
                    fault = decoded.failure().what;
                }
                if (fault.empty()) {
                    segment.append(BatchRef(BatchBytes{Bytes(batch->begin(), batch->end()), {}}),
                                   header, config_, now_);
                    at += batch->size();
                    continue;
                }
            }
            cut_ = true;
            problem(file, fmt::format("at byte {}: {}; the {} bytes from there on are left out", at,
                                      fault, bytes.size() - at));
            return;
        }
    }

    /// Why a batch can't follow what is in `segment`; empty when it can.
    static std::string place_fault(const BatchHeader& header, const Segment& segment) {
        if (header.base_offset < segment.next_offset()) {
            return fmt::format("the batch starts at offset {}, before {}", header.base_offset.value,
                               segment.next_offset().value);
        }
        if (header.last_offset() - segment.base_offset() > std::numeric_limits<int32_t>::max()) {
            return fmt::format("offset {} is too far from the segment's base offset {}",
                               header.last_offset().value, segment.base_offset().value);
        }
        if (segment.size_in_bytes() + header.size_in_bytes() >
            std::numeric_limits<int32_t>::max()) {
            return "a segment can't be larger than 2 GiB";
        }
        return "";
    }

    void check_snapshot(const LogFile& file) {
        const Outcome<Offset> offset = base_offset_of_file(file.name);
        if (!offset) {
            problem(file, offset.failure().what);
            return;
        }
        const Outcome<ProducerSnapshot> snapshot = decode_producer_snapshot(file.bytes);
        if (!snapshot) {
            problem(file, snapshot.failure().what + "; producers are read from the batches");
        }
    }

    /// The segment that an index file belongs to; says so when there is none.
    std::optional<std::size_t> segment_of(const LogFile& file) {
        const Outcome<Offset> base = base_offset_of_file(file.name);
        if (!base) {
            problem(file, base.failure().what);
            return std::nullopt;
        }
        const std::size_t index = loaded_.log.segment_index(*base);
        if (loaded_.log.segments[index]->base_offset() != *base) {
            problem(file, "belongs to no segment here");
            return std::nullopt;
        }
        return index;
    }

    void check_index(const LogFile& file) {
        const std::string_view name = file.name;
        if (!name.ends_with(kIndex) && !name.ends_with(kTimeIndex) && !name.ends_with(kTxnIndex)) {
            return;
        }
        const std::optional<std::size_t> index = segment_of(file);
        if (!index) {
            return;
        }
        std::optional<std::string> fault;
        if (name.ends_with(kIndex)) {
            fault = offset_index_fault(file.bytes, *loaded_.log.segments[*index]);
        } else if (name.ends_with(kTimeIndex)) {
            fault = time_index_fault(file.bytes, *loaded_.log.segments[*index]);
        } else {
            fault = adopt_txn_index(file.bytes, *index);
        }
        if (fault) {
            problem(file, *fault + "; the index is rebuilt from the batches");
        }
    }

    /// A transaction index can't be rebuilt whole once the cleaner removed what was aborted, so the
    /// file's is taken when it holds all that the batches give.
    std::optional<std::string> adopt_txn_index(ByteSpan bytes, std::size_t index) {
        const Outcome<TxnIndex> entries = decode_txn_index(bytes);
        if (!entries) {
            return entries.failure().what;
        }
        const Segment& segment = *loaded_.log.segments[index];
        Offset last = segment.base_offset() - 1;
        for (std::size_t i = 0; i < entries->size(); ++i) {
            const AbortedTxn& txn = (*entries)[i];
            if (txn.last_offset <= last || txn.last_offset >= segment.next_offset() ||
                txn.first_offset > txn.last_offset) {
                return fmt::format("entry {}: a transaction from offset {} to {} can't stand here",
                                   i, txn.first_offset.value, txn.last_offset.value);
            }
            last = txn.last_offset;
        }
        for (const AbortedTxn& txn : segment.txn_index()) {
            // Where it starts may differ: retention or a raised log start hid its first batches.
            if (std::none_of(entries->begin(), entries->end(), [&](const AbortedTxn& known) {
                    return known.producer_id == txn.producer_id &&
                           known.last_offset == txn.last_offset;
                })) {
                return fmt::format("the transaction that was aborted at offset {} is missing",
                                   txn.last_offset.value);
            }
        }
        if (*entries != segment.txn_index()) {
            loaded_.log.segments[index].edit().replace_txn_index(*entries);
        }
        return std::nullopt;
    }

    std::vector<const LogFile*> files_;
    const LogConfig& config_;
    SimTime now_;
    LoadedLog loaded_;
    LeaderEpochCache epochs_;
    bool cut_ = false;
};

}  // namespace

std::string segment_file_name(Offset base_offset, std::string_view suffix) {
    return fmt::format("{:020}{}", base_offset.value, suffix);
}

Outcome<Offset> base_offset_of_file(std::string_view name) {
    int64_t offset = 0;
    const std::string_view digits = name.substr(0, name.find('.'));
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), offset);
    if (digits.size() != kOffsetDigits || error != std::errc() ||
        end != digits.data() + digits.size() || offset < 0) {
        return Failure{"the name must begin with a base offset of 20 digits"};
    }
    return Offset(offset);
}

std::vector<LogFile> to_log_files(const PartitionLog& log, Uuid topic_id) {
    std::vector<LogFile> files;
    for (const Cow<Segment>& shared : log.segments) {
        Segment segment = *shared;
        segment.seal();  // As closing the log does for the active one.
        const Offset base = segment.base_offset();
        files.push_back({segment_file_name(base, kLog), encode_segment(segment)});
        files.push_back({segment_file_name(base, kIndex), encode_offset_index(segment)});
        files.push_back({segment_file_name(base, kTimeIndex), encode_time_index(segment)});
        if (!segment.txn_index().empty()) {
            files.push_back(
                {segment_file_name(base, kTxnIndex), encode_txn_index(segment.txn_index())});
        }
    }
    for (const auto& [offset, snapshot] : log.producers->snapshots) {
        files.push_back(
            {segment_file_name(offset, kSnapshot), encode_producer_snapshot(*snapshot)});
    }
    files.push_back({std::string(kLeaderEpochs),
                     text_bytes(encode_leader_epoch_checkpoint(log.leader_epochs))});
    files.push_back(
        {std::string(kPartitionMetadata), text_bytes(encode_partition_metadata(topic_id))});
    std::sort(files.begin(), files.end(),
              [](const LogFile& a, const LogFile& b) { return a.name < b.name; });
    return files;
}

Outcome<LoadedLog> from_log_files(const std::vector<LogFile>& files, const LogConfig& config,
                                  SimTime now) {
    return Loader(files, config, now).load();
}

}  // namespace brokerlab
