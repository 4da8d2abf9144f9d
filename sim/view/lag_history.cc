#include "sim/view/lag_history.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "sim/base/check.h"
#include "sim/base/flat_map.h"
#include "sim/oracle/replica_logs.h"

namespace brokerlab {
namespace {

/// A committed offset from a moment on; nothing: it was removed.
struct Committed {
    SimTime at;
    std::optional<Offset> offset;
};
using Commits = FlatMap<TopicPartition, std::vector<Committed>>;

Commits commits_of(const FactList& facts, std::string_view group) {
    Commits commits;
    for (const Fact& fact : facts) {
        if (const auto* made = std::get_if<OffsetsCommitted>(&fact.body)) {
            if (made->group == group) {
                for (const CommittedPosition& position : made->positions) {
                    commits[position.partition].push_back({fact.at, position.offset});
                }
            }
        } else if (const auto* removed = std::get_if<OffsetsRemoved>(&fact.body)) {
            if (removed->group == group) {
                for (const TopicPartition& partition : removed->partitions) {
                    commits[partition].push_back({fact.at, std::nullopt});
                }
            }
        }
    }
    return commits;
}

/// Goes through a log's batches in the order of their offsets, as time passes.
class LogOverTime {
public:
    explicit LogOverTime(const PartitionLog& log) : log_(log), end_(log.log_start_offset) {}

    /// The log end at that moment; moments must not go back.
    [[nodiscard]] Offset end_at(SimTime moment) {
        while (segment_ < log_.segments.size()) {
            const auto& batches = log_.segments[segment_]->batches();
            if (batch_ == batches.size()) {
                ++segment_;
                batch_ = 0;
                continue;
            }
            const LoggedBatch& next = batches[batch_];
            if (next.written_at > moment) {
                break;
            }
            end_ = std::max(end_, next.last_offset + 1);
            ++batch_;
        }
        return end_;
    }

private:
    const PartitionLog& log_;
    std::size_t segment_ = 0;
    std::size_t batch_ = 0;
    Offset end_;
};

/// How much of it the readers could have read; the longest where the ISR differs.
const PartitionLog* log_of(const World& world, const TopicPartition& partition) {
    const std::vector<const PartitionLog*> logs = authoritative_logs(world, partition);
    const auto longest = std::max_element(logs.begin(), logs.end(),
                                          [](const PartitionLog* a, const PartitionLog* b) {
                                              return a->log_end_offset < b->log_end_offset;
                                          });
    return longest == logs.end() ? nullptr : *longest;
}

std::vector<LagPoint> lag_of(const PartitionLog& log, const std::vector<Committed>& commits,
                             const std::vector<SimTime>& moments, const World& world,
                             std::vector<std::optional<int64_t>>& total) {
    std::vector<LagPoint> points;
    LogOverTime ends(log);
    std::size_t next = 0;
    std::optional<Offset> committed;
    for (std::size_t i = 0; i < moments.size(); ++i) {
        for (; next < commits.size() && commits[next].at <= moments[i]; ++next) {
            committed = commits[next].offset;
        }
        const Offset end = ends.end_at(moments[i]);
        if (committed) {
            const int64_t lag = std::max<int64_t>(0, end.value - committed->value);
            points.push_back({world.shown(moments[i]), lag});
            total[i] = total[i].value_or(0) + lag;
        }
    }
    return points;
}

}  // namespace

LagHistory make_lag_history(const World& world, const FactList& facts, std::string_view group,
                            const LagWindow& window) {
    BL_CHECK(window.samples >= 2);
    std::vector<SimTime> moments;
    const Duration span = std::max(window.to - window.from, Duration());
    for (std::size_t i = 0; i < window.samples; ++i) {
        const auto share = static_cast<int64_t>(i);
        const auto steps = static_cast<int64_t>(window.samples - 1);
        moments.push_back(*world.time_zero + window.from +
                          Duration(span.ns / steps * share + span.ns % steps * share / steps));
    }
    LagHistory history;
    std::vector<std::optional<int64_t>> total(moments.size());
    for (const auto& [partition, commits] : commits_of(facts, group)) {
        if (const PartitionLog* log = log_of(world, partition)) {
            history.partitions.push_back({partition, lag_of(*log, commits, moments, world, total)});
        }
    }
    for (std::size_t i = 0; i < moments.size(); ++i) {
        if (total[i]) {
            history.total.push_back({world.shown(moments[i]), *total[i]});
        }
    }
    return history;
}

}  // namespace brokerlab
