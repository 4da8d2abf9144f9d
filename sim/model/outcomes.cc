#include "sim/model/outcomes.h"

#include <variant>

namespace brokerlab {
namespace {

void note_acked(OutcomeLedger& ledger, const BatchAcked& acked) {
    ChunkedVector<AckedRun>& runs = ledger.acked[{acked.producer, acked.partition}].edit();
    Offset offset = acked.base_offset;
    AckedRun run;
    for (const uint64_t n : acked.ns) {
        const bool follows_on = run.count > 0 && n == run.first_n + run.count;
        if (!follows_on) {
            if (run.count > 0) {
                runs.push_back(run);
            }
            run = {n, 0, offset};
        }
        ++run.count;
        if (offset != kNoOffset) {
            ++offset;
        }
    }
    if (run.count > 0) {
        runs.push_back(run);
    }
}

}  // namespace

bool OutcomeLedger::concerns(const FactBody& fact) {
    if (const auto* leader = std::get_if<LeaderChanged>(&fact)) {
        return leader->unclean;
    }
    return std::holds_alternative<BatchAcked>(fact) ||
           std::holds_alternative<RecordsLostOnDisk>(fact) ||
           std::holds_alternative<TopicDeleted>(fact) ||
           std::holds_alternative<ProducerEpochBumped>(fact);
}

void OutcomeLedger::note(const Fact& fact) {
    if (const auto* batch = std::get_if<BatchAcked>(&fact.body)) {
        note_acked(*this, *batch);
    } else if (const auto* leader = std::get_if<LeaderChanged>(&fact.body)) {
        if (leader->unclean) {
            voids.push_back({VoidMark::Why::kUncleanElection, leader->partition, fact.at, fact.id});
        }
    } else if (const auto* lost = std::get_if<RecordsLostOnDisk>(&fact.body)) {
        const VoidMark::Why why = lost->by == RecordsLostOnDisk::By::kPowerLoss
                                      ? VoidMark::Why::kUnflushedBytesLost
                                      : VoidMark::Why::kDiskFailed;
        voids.push_back({why, lost->partition, fact.at, fact.id});
    } else if (const auto* gone = std::get_if<TopicDeleted>(&fact.body)) {
        acked.erase_if([&](const auto& item) { return item.first.partition.topic == gone->topic; });
        deleted.insert(gone->topic);
    } else if (const auto* bump = std::get_if<ProducerEpochBumped>(&fact.body)) {
        bumps.push_back(
            {static_cast<uint32_t>(fact.node.number), bump->partition, bump->because, fact.at});
    }
}

}  // namespace brokerlab
