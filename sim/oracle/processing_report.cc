#include "sim/oracle/processing_report.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "sim/log/record_batch.h"
#include "sim/oracle/group_view.h"
#include "sim/oracle/replica_logs.h"

namespace brokerlab {
namespace {

/// Of the repeated ones, and of the skipped ones.
constexpr std::size_t kMostExamples = 20;
constexpr std::string_view kOffsetReset = "auto.offset.reset";

using Runs = ChunkedVector<ProcessedRun>;

/// Where the number of runs that cover an offset changes.
struct Edge {
    Offset at;
    int32_t change = 0;
};

std::vector<Edge> edges_of(const Runs& runs) {
    std::vector<Edge> edges;
    edges.reserve(runs.size() * 2);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        edges.push_back({runs[i].first, 1});
        edges.push_back({runs[i].last + 1, -1});
    }
    std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return a.at < b.at; });
    return edges;
}

/// The records of a log with offsets in [from, to). Below its start they count as many as offsets:
/// they were there once.
uint64_t records_between(const PartitionLog& log, Offset from, Offset to) {
    uint64_t records = 0;
    if (from < log.log_start_offset) {
        const Offset gone = std::min(to, log.log_start_offset);
        records = static_cast<uint64_t>(gone.value - from.value);
        from = gone;
    }
    for (const Cow<Segment>& segment : log.segments) {
        const ChunkedVector<LoggedBatch>& batches = segment->batches();
        for (std::size_t i = segment->find_batch(from); i < batches.size(); ++i) {
            const LoggedBatch& batch = batches[i];
            if (batch.base_offset >= to || from >= to) {
                return records;
            }
            const int64_t span =
                std::min(batch.last_offset + 1, to).value - std::max(batch.base_offset, from).value;
            // Of a batch that compaction thinned out and that the stretch cuts, this may count
            // a few too many.
            records += static_cast<uint64_t>(
                std::min<int64_t>(span, header_of(batch.batch).records_count));
        }
    }
    return records;
}

/// Judges the runs of one partition.
class PartitionJudge {
public:
    PartitionJudge(const World& world, const TopicPartition& partition, const Runs& runs,
                   ProcessingReport& report)
        : world_(world), partition_(partition), runs_(runs), report_(report) {}

    /// The stretches between the edges, in order; `begins` is where the group began to read, if
    /// that is known.
    void judge(Offset committed, std::optional<Offset> begins) {
        int32_t times = 0;
        std::optional<Offset> from = begins;
        for (const Edge& edge : edges_of(runs_)) {
            if (from && times > 0) {
                take_processed(*from, edge.at, static_cast<uint32_t>(times));
            } else if (from) {
                take_skipped(*from, std::min(edge.at, committed));
            }
            times += edge.change;
            from = edge.at;
        }
        if (from) {
            take_skipped(*from, committed);
        }
        tell();
    }

private:
    void take_processed(Offset from, Offset to, uint32_t times) {
        if (from >= to) {
            return;
        }
        const auto count = static_cast<uint64_t>(to.value - from.value);
        report_.processed += count;
        report_.most_times = std::max(report_.most_times, times);
        if (times > 1) {
            report_.repeated += count;
            note({partition_, from, to - 1, count, times, SimTime(), {}, false});
        }
    }

    void take_skipped(Offset from, Offset to) {
        if (from >= to) {
            return;
        }
        const std::vector<const PartitionLog*> logs = authoritative_logs(world_, partition_);
        const uint64_t count = logs.empty() ? static_cast<uint64_t>(to.value - from.value)
                                            : records_between(*logs.front(), from, to);
        report_.skipped += count;
        if (count > 0) {
            note({partition_, from, to - 1, count, 0, SimTime(), {}, false});
        }
    }

    /// Stretches that touch become one when they are odd in the same way.
    void note(OddlyProcessed odd) {
        if (last_ && last_->last + 1 == odd.first && last_->times == odd.times) {
            last_->last = odd.last;
            last_->count += odd.count;
            return;
        }
        tell();
        last_ = std::move(odd);
    }

    void tell() {
        if (last_ && examples_like(*last_) < kMostExamples) {
            name_members(*last_);
            report_.examples.push_back(std::move(*last_));
        }
        last_.reset();
    }

    /// How many examples of its kind there are: repeated, or skipped.
    [[nodiscard]] std::size_t examples_like(const OddlyProcessed& odd) const {
        const auto like = std::count_if(
            report_.examples.begin(), report_.examples.end(),
            [&](const OddlyProcessed& other) { return (other.times == 0) == (odd.times == 0); });
        return static_cast<std::size_t>(like);
    }

    void name_members(OddlyProcessed& odd) const {
        const ProcessedRun* before = nullptr;
        bool in_turn = true;
        for (std::size_t i = 0; i < runs_.size(); ++i) {
            const ProcessedRun& run = runs_[i];
            if (run.first > odd.last || run.last < odd.first) {
                continue;
            }
            odd.at = std::max(odd.at, run.to);
            // A member that only read on was at other records.
            in_turn = in_turn && (before == nullptr || before->member != run.member ||
                                  before->last < run.first || run.last < before->first);
            before = &run;
            std::string name = node_name(world_, run.member);
            if (std::find(odd.members.begin(), odd.members.end(), name) == odd.members.end()) {
                odd.members.push_back(std::move(name));
            }
        }
        odd.in_turn = in_turn && odd.members.size() > 1;
    }

    const World& world_;
    const TopicPartition& partition_;
    const Runs& runs_;
    ProcessingReport& report_;
    std::optional<OddlyProcessed> last_;
};

bool resets_to_earliest(const ConfigMap& config) {
    const std::string* reset = config.values().find(kOffsetReset);
    return reset != nullptr && *reset == "earliest";
}

/// Whether a group without a committed offset begins at the start of the log.
bool begins_at_start(const World& world, const std::string& group) {
    for (const ConsumerSetup& consumer : world.setup->consumers) {
        if (consumer.group == group) {
            return resets_to_earliest(consumer.config);
        }
    }
    for (const ServiceSetup& service : world.setup->services) {
        if (service.group == group) {
            return resets_to_earliest(service.consumer_config);
        }
    }
    return false;
}

void count_only(const Runs& runs, ProcessingReport& report) {
    for (std::size_t i = 0; i < runs.size(); ++i) {
        report.processed += runs[i].count;
    }
}

}  // namespace

ProcessingReport judge_processing(const World& world, const std::string& group) {
    ProcessingReport report;
    report.group = group;
    const std::optional<GroupView> view = view_group(world, group);
    FlatMap<TopicPartition, Offset> committed;
    if (view) {
        for (const GroupOffsetView& offset : view->offsets) {
            committed.insert_or_assign(offset.partition, offset.committed);
        }
    }
    const std::optional<Offset> begins =
        begins_at_start(world, group) ? std::optional(Offset(0)) : std::nullopt;
    for (const auto& [key, runs] : world.processing->runs) {
        if (key.group != group) {
            continue;
        }
        if (world.outcomes->deleted.contains(key.partition.topic)) {
            count_only(*runs, report);
        } else {
            const Offset* offset = committed.find(key.partition);
            PartitionJudge(world, key.partition, *runs, report)
                .judge(offset == nullptr ? Offset(0) : *offset, begins);
        }
        committed.erase(key.partition);
    }
    // Nobody has processed anything of the others.
    for (const auto& [partition, offset] : committed) {
        if (!world.outcomes->deleted.contains(partition.topic)) {
            PartitionJudge(world, partition, Runs(), report).judge(offset, begins);
        }
    }
    return report;
}

}  // namespace brokerlab
