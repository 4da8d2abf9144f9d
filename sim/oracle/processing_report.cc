#include "sim/oracle/processing_report.h"

#include <algorithm>

#include "sim/oracle/group_view.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostExamples = 20;

/// Where the number of runs that cover an offset changes.
struct Edge {
    Offset at;
    int32_t change = 0;
};

std::vector<Edge> edges_of(const ChunkedVector<ProcessedRun>& runs) {
    std::vector<Edge> edges;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        edges.push_back({runs[i].first, 1});
        edges.push_back({runs[i].last + 1, -1});
    }
    std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return a.at < b.at; });
    return edges;
}

SimTime last_time(const ChunkedVector<ProcessedRun>& runs, Offset offset) {
    SimTime at;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (runs[i].first <= offset && offset <= runs[i].last) {
            at = std::max(at, runs[i].to);
        }
    }
    return at;
}

void judge_partition(const TopicPartition& partition, const ChunkedVector<ProcessedRun>& runs,
                     Offset committed, ProcessingReport& report) {
    int32_t times = 0;
    Offset from;
    bool told = false;
    for (const Edge& edge : edges_of(runs)) {
        const Offset until = times == 0 ? std::min(edge.at, committed) : edge.at;
        const uint64_t count =
            until > from ? static_cast<uint64_t>(until.value - from.value) : uint64_t{0};
        if (times > 0) {
            report.processed += count;
            report.repeated += times > 1 ? count : 0;
        } else if (from > Offset(0)) {
            report.skipped += count;
        }
        const bool odd = count > 0 && (times > 1 || (times == 0 && from > Offset(0)));
        if (odd && !told && report.examples.size() < kMostExamples) {
            told = true;
            report.examples.push_back({partition, from, static_cast<uint32_t>(times),
                                       times == 0 ? SimTime() : last_time(runs, from)});
        }
        times += edge.change;
        from = edge.at;
    }
}

}  // namespace

ProcessingReport judge_processing(const World& world, const std::string& group) {
    ProcessingReport report;
    report.group = group;
    const std::optional<GroupView> view = view_group(world, group);
    for (const auto& [key, runs] : world.processing->runs) {
        if (key.group != group) {
            continue;
        }
        const GroupOffsetView* offset = view ? view->offset_of(key.partition) : nullptr;
        judge_partition(key.partition, *runs, offset == nullptr ? Offset(0) : offset->committed,
                        report);
    }
    return report;
}

}  // namespace brokerlab
