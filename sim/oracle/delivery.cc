#include "sim/oracle/delivery.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "sim/model/internal_topics.h"
#include "sim/oracle/replica_logs.h"

namespace brokerlab {
namespace {

constexpr std::size_t kExamples = 10;
constexpr uint64_t kNone = std::numeric_limits<uint64_t>::max();

/// Which records of one producer stand in a log.
struct Found {
    std::vector<bool> present;  ///< by n
    uint64_t first_n = kNone;   ///< the lowest n that stands there
    uint64_t highest_n = 0;     ///< so far, while reading
};
using FoundByProducer = FlatMap<uint32_t, Found>;

bool contains(const Found* found, uint64_t n) {
    return found != nullptr && n < found->present.size() && found->present[n];
}

/// What one log holds; with `report`, also counts what stands there twice or out of order.
class LogReader {
public:
    LogReader(const World& world, const TopicPartition& tp, DeliveryReport* report)
        : world_(world), tp_(tp), report_(report) {}

    FoundByProducer read(const PartitionLog& log) {
        for (const Cow<Segment>& segment : log.segments) {
            const ChunkedVector<LoggedBatch>& batches = segment->batches();
            for (std::size_t i = 0; i < batches.size(); ++i) {
                if (batches[i].last_offset >= log.log_start_offset) {
                    read_batch(batches[i]);
                }
            }
        }
        return std::move(found_);
    }

private:
    void read_batch(const LoggedBatch& logged) {
        Offset offset = logged.base_offset;
        for (const RecordIdentity& record : logged.batch->identities) {
            take(record, offset);
            ++offset;
        }
    }

    void take(const RecordIdentity& record, Offset offset) {
        Found& found = found_[record.producer];
        if (found.present.size() <= record.n) {
            found.present.resize(std::max<std::size_t>(record.n + 1, found.present.size() * 2));
        }
        if (found.present[record.n]) {
            note_duplicate(record, offset);
            return;
        }
        found.present[record.n] = true;
        found.first_n = std::min(found.first_n, record.n);
        if (record.n < found.highest_n && report_ != nullptr) {
            ++report_->reordered;
            example(report_->reordered_examples, record, offset);
        }
        found.highest_n = std::max(found.highest_n, record.n);
    }

    void note_duplicate(const RecordIdentity& record, Offset offset) {
        if (report_ == nullptr) {
            return;
        }
        ++report_->duplicated;
        const std::vector<EpochBump>& bumps = world_.outcomes->bumps;
        if (std::any_of(bumps.begin(), bumps.end(), [&](const EpochBump& bump) {
                return bump.producer == record.producer && bump.partition == tp_;
            })) {
            ++report_->duplicated_after_epoch_bump;
        }
        example(report_->duplicated_examples, record, offset);
    }

    void example(std::vector<OddRecord>& examples, const RecordIdentity& record, Offset offset) {
        if (examples.size() < kExamples) {
            examples.push_back({tp_, record, offset});
        }
    }

    const World& world_;
    const TopicPartition& tp_;
    DeliveryReport* report_;
    FoundByProducer found_;
};

/// What the logs that count hold of one partition, and what may rightly be missing.
struct Holding {
    std::vector<FoundByProducer> logs;
    Offset log_start{std::numeric_limits<int64_t>::max()};
    Offset cleaned_to{0};  ///< compaction may have removed records below

    /// Whether the acknowledged record may be gone by intent.
    [[nodiscard]] bool removed(uint32_t producer, uint64_t n, Offset offset) const {
        if (offset != kNoOffset) {
            return offset < std::max(log_start, cleaned_to);
        }
        if (log_start == Offset(0) && cleaned_to == Offset(0)) {
            return false;
        }
        // Without an offset: records before the first that is left went the same way.
        return std::any_of(logs.begin(), logs.end(), [&](const FoundByProducer& log) {
            const Found* found = log.find(producer);
            return found == nullptr || n < found->first_n || cleaned_to > Offset(0);
        });
    }
    [[nodiscard]] bool holds(uint32_t producer, uint64_t n) const {
        return std::any_of(logs.begin(), logs.end(), [&](const FoundByProducer& log) {
            return contains(log.find(producer), n);
        });
    }
};

Holding read_partition(const World& world, const TopicPartition& tp, DeliveryReport& report) {
    Holding holding;
    for (const PartitionLog* log : authoritative_logs(world, tp)) {
        // Without a leader there may be several logs: doubles are counted in the first.
        DeliveryReport* counts = holding.logs.empty() ? &report : nullptr;
        holding.logs.push_back(LogReader(world, tp, counts).read(*log));
        holding.log_start = std::min(holding.log_start, log->log_start_offset);
        holding.cleaned_to =
            std::max(holding.cleaned_to, log->cleaner_checkpoint.value_or(Offset(0)));
    }
    if (holding.logs.empty()) {
        holding.log_start = Offset(0);
    }
    return holding;
}

void judge_acked(const OutcomeLedger::Key& key, const ChunkedVector<AckedRun>& runs,
                 const Holding& holding, DeliveryReport& report) {
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const AckedRun& run = runs[i];
        for (uint64_t k = 0; k < run.count; ++k) {
            const uint64_t n = run.first_n + k;
            const Offset offset = run.base_offset == kNoOffset
                                      ? kNoOffset
                                      : run.base_offset + static_cast<int64_t>(k);
            if (holding.holds(key.producer, n) || holding.removed(key.producer, n, offset)) {
                continue;
            }
            ++report.lost_acked;
            if (report.lost_examples.size() < kExamples) {
                report.lost_examples.push_back({key.partition, {key.producer, n}, offset});
            }
        }
    }
}

}  // namespace

DeliveryReport judge_delivery(const World& world) {
    DeliveryReport report;
    for (const Cow<ClientHost>& host : world.clients) {
        const ProducerCounts counts = host->counts();
        report.sent += counts.sent;
        report.acked += counts.acked;
        report.failed += counts.failed;
    }
    const MetadataImage& image = world.committed_metadata();
    for (const TopicPartition& tp : all_partitions(image)) {
        if (is_internal_topic(tp.topic)) {
            continue;
        }
        const Holding holding = read_partition(world, tp, report);
        for (const auto& [key, runs] : world.outcomes->acked) {
            if (key.partition == tp) {
                judge_acked(key, *runs, holding, report);
            }
        }
    }
    return report;
}

}  // namespace brokerlab
