#include "sim/model/processing.h"

#include <utility>
#include <variant>

namespace brokerlab {

void ProcessingLedger::note(const Fact& fact) {
    const auto* processed = std::get_if<RecordsProcessed>(&fact.body);
    if (processed == nullptr) {
        return;
    }
    ChunkedVector<ProcessedRun>& of_partition =
        runs[Key{processed->group, processed->partition}].edit();
    ProcessedRun run{fact.node,        processed->first, processed->last,
                     processed->count, fact.at,          fact.at};
    if (!of_partition.empty() && of_partition.back().member == run.member &&
        of_partition.back().last + 1 == run.first) {
        const ProcessedRun before = of_partition.back();
        of_partition.truncate(of_partition.size() - 1);
        run.first = before.first;
        run.count += before.count;
        run.from = before.from;
    }
    of_partition.push_back(run);
}

}  // namespace brokerlab
