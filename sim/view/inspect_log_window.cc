// The logs of several replicas over one scale of offsets: which stretch is shown, and which batches
// are not what the reference has.
#include <algorithm>

#include "sim/log/record_batch.h"
#include "sim/oracle/log_agreement.h"
#include "sim/oracle/replica_logs.h"
#include "sim/view/inspect_parts.h"

namespace brokerlab {
namespace {

/// Batches of the reference that are shown, and how many at most so that a replica that lags behind
/// is still in sight.
constexpr std::size_t kWindowBatches = 28;
constexpr std::size_t kMostBatches = 112;
/// As many blocks can be told apart on the width of a panel.
constexpr std::size_t kMostBlocks = 40;

/// Base offset of the n-th batch from the end; the log's start when it has fewer.
int64_t nth_last_base(const PartitionLog& log, std::size_t n) {
    for (auto segment = log.segments.rbegin(); segment != log.segments.rend(); ++segment) {
        const auto& batches = (*segment)->batches();
        if (batches.size() >= n) {
            return batches[batches.size() - n].base_offset.value;
        }
        n -= batches.size();
    }
    return log.log_start_offset.value;
}

/// The batch that holds the offset, or the next one behind it.
const LoggedBatch* batch_at(const PartitionLog& log, Offset offset) {
    for (std::size_t i = log.segment_index(offset); i < log.segments.size(); ++i) {
        const Segment& segment = *log.segments[i];
        const std::size_t at = segment.find_batch(offset);
        if (at < segment.batches().size()) {
            return &segment.batches()[at];
        }
    }
    return nullptr;
}

/// Records are the same where offset and leader epoch are. What the reference has removed, by
/// retention or compaction, differs from nothing.
bool differs(const LoggedBatch& batch, LeaderEpoch epoch, const PartitionLog& reference) {
    if (batch.base_offset >= reference.log_end_offset) {
        return true;
    }
    if (batch.last_offset < reference.log_start_offset) {
        return false;
    }
    const LoggedBatch* there = batch_at(reference, batch.base_offset);
    return there != nullptr && there->base_offset <= batch.last_offset &&
           header_of(there->batch).partition_leader_epoch != epoch;
}

/// Neighbours of a kind become one where there are too many to be told apart. None reaches over the
/// high watermark.
void fold(std::vector<LogsSection::Batch>& batches, int64_t high_watermark) {
    const std::size_t together = (batches.size() + kMostBlocks - 1) / kMostBlocks;
    if (together < 2) {
        return;
    }
    std::vector<LogsSection::Batch> folded;
    for (LogsSection::Batch& batch : batches) {
        LogsSection::Batch* last = folded.empty() ? nullptr : &folded.back();
        if (last != nullptr && last->batches < together &&
            last->leader_epoch == batch.leader_epoch && last->diverges == batch.diverges &&
            (last->to <= high_watermark) == (batch.to <= high_watermark)) {
            last->to = batch.to;
            ++last->batches;
        } else {
            folded.push_back(std::move(batch));
        }
    }
    batches = std::move(folded);
}

void set_window(LogsSection& section, const std::vector<LogBeside>& logs,
                const PartitionLog* reference) {
    const PartitionLog* scale = reference;
    int64_t lowest_end = std::numeric_limits<int64_t>::max();
    for (const LogBeside& beside : logs) {
        const int64_t end = beside.log->log_end_offset.value;
        lowest_end = std::min(lowest_end, end);
        section.to = std::max(section.to, end);
        if (scale == nullptr || (reference == nullptr && end > scale->log_end_offset.value)) {
            scale = beside.log;
        }
    }
    const int64_t near = nth_last_base(*scale, kWindowBatches);
    const int64_t far = nth_last_base(*scale, kMostBatches);
    const int64_t wanted = lowest_end - (section.to - near) / 4;
    // One that lags too far behind would only make the others small.
    section.from = wanted < far ? near : std::min(near, wanted);
}

LogsSection::Log shown_log(const LogBeside& beside, const LogsSection& window,
                           const TopicPartition& tp, const PartitionLog* reference) {
    const PartitionLog& log = *beside.log;
    LogsSection::Log shown;
    shown.replica = beside.replica;
    shown.label = beside.label;
    shown.tone = beside.tone;
    shown.log_start = log.log_start_offset.value;
    shown.log_end = log.log_end_offset.value;
    shown.high_watermark = beside.high_watermark.value;
    for (const Cow<Segment>& segment : log.segments) {
        if (segment->base_offset().value >= window.from) {
            shown.segments.push_back(segment->base_offset().value);
        }
    }
    for (const int64_t offset : beside.truncated_to) {
        if (offset >= window.from) {
            shown.truncated_to.push_back(offset);
        }
    }
    for (BatchCursor cursor(log, Offset(window.from)); cursor.batch() != nullptr; cursor.next()) {
        const LoggedBatch& batch = *cursor.batch();
        const LeaderEpoch epoch = header_of(batch.batch).partition_leader_epoch;
        shown.batches.push_back(
            {batch.base_offset.value, batch.last_offset.value + 1, epoch.value,
             reference != nullptr && reference != &log && differs(batch, epoch, *reference),
             beside.broker == kNoBroker ? Thing()
                                        : BatchThing{tp, beside.broker, batch.base_offset},
             1});
    }
    fold(shown.batches, shown.high_watermark);
    return shown;
}

/// The logs of those by whom partition_high_watermark() goes: the leader while it runs, or the ISR.
std::vector<const PartitionLog*> judges(const World& world, const TopicPartition& tp) {
    std::vector<const PartitionLog*> logs;
    const PartitionRegistration* p = world.committed_metadata().find_partition(tp);
    if (p == nullptr) {
        return logs;
    }
    if (const Partition* leader = running_replica(world, p->leader, tp)) {
        return {&*leader->log};
    }
    for (const BrokerId member : p->isr) {
        if (const PartitionLog* log = replica_log(world, member, tp)) {
            logs.push_back(log);
        }
    }
    return logs;
}

}  // namespace

bool is_committed(const World& world, const ReplicaThing& replica, const LoggedBatch& batch) {
    const std::vector<const PartitionLog*> logs = judges(world, replica.partition);
    if (logs.empty()) {
        return batch.last_offset < replica_high_watermark(world, replica.broker, replica.partition);
    }
    const LeaderEpoch epoch = header_of(batch.batch).partition_leader_epoch;
    return batch.last_offset < partition_high_watermark(world, replica.partition) &&
           std::any_of(logs.begin(), logs.end(),
                       [&](const PartitionLog* log) { return !differs(batch, epoch, *log); });
}

LogsSection logs_beside(std::string title, const TopicPartition& tp,
                        const std::vector<LogBeside>& logs, const PartitionLog* reference,
                        Offset high_watermark) {
    LogsSection section;
    section.title = std::move(title);
    section.high_watermark = high_watermark.value;
    if (logs.empty()) {
        return section;
    }
    set_window(section, logs, reference);
    for (const LogBeside& beside : logs) {
        section.logs.push_back(shown_log(beside, section, tp, reference));
    }
    return section;
}

std::optional<int64_t> first_divergence(const LogsSection::Log& log) {
    for (const LogsSection::Batch& batch : log.batches) {
        if (batch.diverges) {
            return batch.from;
        }
    }
    return std::nullopt;
}

}  // namespace brokerlab
