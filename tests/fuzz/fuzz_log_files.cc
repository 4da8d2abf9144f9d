// Any bytes as the files of a log directory: nothing crashes, every problem has a place, and what
// was kept is whole: written out and read again it gives the same log without a problem.
//
// The input is a list of (file number, length as u16, bytes).
#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "sim/base/check.h"
#include "sim/log/dump_log.h"
#include "sim/log/log_files.h"
#include "sim/log/read.h"

namespace {

using namespace brokerlab;

constexpr std::array<std::string_view, 12> kNames = {"00000000000000000000.log",
                                                     "00000000000000000000.index",
                                                     "00000000000000000000.timeindex",
                                                     "00000000000000000000.txnindex",
                                                     "00000000000000000010.log",
                                                     "00000000000000000010.index",
                                                     "00000000000000000010.snapshot",
                                                     "00000000000000000020.snapshot",
                                                     "00000000000000000020.log",
                                                     "leader-epoch-checkpoint",
                                                     "partition.metadata",
                                                     "stray.file"};

/// Puts the CRC of every batch right, so that the fuzzer gets past the checksums.
void mend_batches(Bytes& bytes) {
    std::size_t at = 0;
    while (bytes.size() - at >= kBatchHeaderSize) {
        const auto batch = next_batch_unchecked(ByteSpan(bytes).subspan(at));
        if (!batch) {
            return;
        }
        store_be(bytes.data() + at + 17, compute_batch_crc(*batch));
        at += batch->size();
    }
}

std::vector<LogFile> files_of(ByteSpan input) {
    std::vector<LogFile> files;
    ByteReader in(input);
    while (in.remaining() > 3 && files.size() < kNames.size()) {
        const std::string_view name = kNames[in.be<uint8_t>() % kNames.size()];
        const std::size_t size = std::min<std::size_t>(in.be<uint16_t>(), in.remaining());
        const ByteSpan bytes = in.bytes(size);
        files.push_back({std::string(name), Bytes(bytes.begin(), bytes.end())});
        if (name.ends_with(".log")) {
            mend_batches(files.back().bytes);
        }
    }
    return files;
}

void dump_all(const std::vector<LogFile>& files) {
    for (const LogFile& file : files) {
        const DumpText dumped = dump_log_file(
            {.path = file.name, .name = file.name, .bytes = file.bytes, .log = files.front().bytes},
            {.print_data_log = true, .deep_iteration = true});
        BL_CHECK(!dumped.text.empty());
    }
}

void read_everywhere(const PartitionLog& log) {
    for (int64_t i = -1; i < 40; ++i) {
        const ReadResult read = read_log(log, log.log_start_offset + i,
                                         FetchIsolation::kTxnCommitted, {.max_bytes = 100});
        BL_CHECK(read.error == ErrorCode::kNone || read.records.batches.empty());
        (void)find_offset_by_timestamp(log, Timestamp(i * 1000));
    }
    (void)find_max_timestamp(log);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
    const std::vector<LogFile> files = files_of({data, size});
    if (files.empty()) {
        return 0;
    }
    dump_all(files);
    const Outcome<LoadedLog> loaded = from_log_files(files, LogConfig(), SimTime());
    if (!loaded) {
        return 0;
    }
    read_everywhere(loaded->log);
    const std::vector<LogFile> written = to_log_files(loaded->log, loaded->topic_id);
    const Outcome<LoadedLog> again = from_log_files(written, LogConfig(), SimTime());
    BL_CHECK(again.ok());
    BL_CHECK(again->problems.empty());
    BL_CHECK(again->log.log_end_offset == loaded->log.log_end_offset);
    BL_CHECK(again->log.segments.size() == loaded->log.segments.size());
    // The batches only: leader epochs in them are outside of the CRC and may contradict each other.
    for (std::size_t i = 0; i < again->log.segments.size(); ++i) {
        BL_CHECK(again->log.segments[i]->batches() == loaded->log.segments[i]->batches());
    }
    return 0;
}
