// The log: appending as the leader, against what the machine can do at best for the same bytes
// (copy them and compute their CRC), and reading a committed range, which copies no bytes.
#include <cstring>
#include <memory>
#include <vector>

#include "bench/bench.h"
#include "sim/base/check.h"
#include "sim/log/append.h"
#include "sim/log/crc32c.h"
#include "sim/log/read.h"
#include "sim/log/record.h"
#include "sim/model/wall_clock.h"

namespace brokerlab {
namespace {

constexpr std::size_t kRecordBytes = 1024;
/// What one repetition appends.
constexpr std::size_t kTotalBytes = std::size_t{64} << 20U;

/// A producer's batch of `count` records of 1 KiB.
Records batch_of(std::size_t count) {
    const Bytes value(kRecordBytes, 0x5a);
    BatchBuilder builder({});
    for (std::size_t i = 0; i < count; ++i) {
        builder.append({.timestamp = kBootTimestamp, .value = value});
    }
    Records records;
    records.batches.emplace_back(builder.build());
    return records;
}

/// A log that took `total` bytes of such batches.
PartitionLog filled_log(const Records& records, const LogConfig& config, std::size_t total) {
    PartitionLog log = new_log(SimTime());
    const std::size_t size = records.size_in_bytes();
    for (std::size_t done = 0; done < total; done += size) {
        const AppendResult result = append_as_leader(log, records, LeaderEpoch(0),
                                                     AppendOrigin::kClient, {config, SimTime()});
        BL_CHECK(result.ok());
    }
    return log;
}

/// Copies and checksums the same bytes into buffers of their own, as any log must at least.
double copy_and_crc_seconds(const Records& records, std::size_t total) {
    const Bytes& bytes = records.batches.front()->bytes;
    std::vector<Bytes> kept;
    kept.reserve(total / bytes.size() + 1);
    const Stopwatch watch;
    for (std::size_t done = 0; done < total; done += bytes.size()) {
        kept.push_back(bytes);
        keep(crc32c(kept.back()));
    }
    return watch.seconds();
}

/// The share of the machine's copy-and-checksum speed that appending reaches, in percent. Both are
/// timed one after the other, since the machine's speed changes from moment to moment, and in
/// memory that was used before: the first touch of fresh pages costs more than either.
double append_share(std::size_t records_per_batch) {
    const Records records = batch_of(records_per_batch);
    const LogConfig config;
    keep(filled_log(records, config, kTotalBytes).log_end_offset);
    const double best = copy_and_crc_seconds(records, kTotalBytes);
    const Stopwatch watch;
    const PartitionLog log = filled_log(records, config, kTotalBytes);
    const double seconds = watch.seconds();
    keep(log.log_end_offset);
    return 100 * best / seconds;
}

double append_gigabytes_a_second(std::size_t records_per_batch) {
    const Records records = batch_of(records_per_batch);
    const LogConfig config;
    const Stopwatch watch;
    const PartitionLog log = filled_log(records, config, kTotalBytes);
    keep(log.log_end_offset);
    return static_cast<double>(kTotalBytes) / 1e9 / watch.seconds();
}

/// Reads the whole committed range in fetches of 1 MiB; the figure is far above what copying could
/// reach, because only references are counted.
double read_gigabytes_a_second() {
    const Records records = batch_of(16);
    PartitionLog log = filled_log(records, LogConfig(), kTotalBytes);
    set_high_watermark(log, log.log_end_offset);
    std::size_t bytes = 0;
    const Stopwatch watch;
    for (int round = 0; round < 20; ++round) {
        for (Offset at(0); at < log.high_watermark;) {
            const ReadResult read =
                read_log(log, at, FetchIsolation::kHighWatermark, {.max_bytes = 1 << 20});
            bytes += read.records.size_in_bytes();
            at = header_of(read.records.batches.back()).next_offset();
        }
    }
    return static_cast<double>(bytes) / 1e9 / watch.seconds();
}

}  // namespace

void add_log_benchmarks(BenchmarkList& list) {
    list.push_back({.name = "log.append.16 records of 1 KiB, of memcpy + CRC",
                    .target = 50,
                    .unit = "%",
                    .measure = [] { return append_share(16); }});
    list.push_back({.name = "log.append.1 record of 1 KiB, of memcpy + CRC",
                    .target = 50,
                    .unit = "%",
                    .measure = [] { return append_share(1); }});
    list.push_back(
        {.name = "log.append.16 records of 1 KiB", .target = 1, .unit = "GB/s", .measure = [] {
             return append_gigabytes_a_second(16);
         }});
    list.push_back({.name = "log.read.committed, 1 MiB fetches",
                    .target = 10,
                    .unit = "GB/s",
                    .measure = read_gigabytes_a_second});
}

}  // namespace brokerlab
