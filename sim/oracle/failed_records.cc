#include "sim/oracle/failed_records.h"

#include <algorithm>
#include <variant>

namespace brokerlab {

void FailedRecords::note(const Fact& fact) {
    const auto* failed = std::get_if<ServiceFailed>(&fact.body);
    if (failed == nullptr) {
        return;
    }
    Known& known = services_[failed->service];
    ServiceFailures& failures = known.failures;
    failures.service = failed->service;
    if (known.records[failed->record.partition].insert(failed->record.offset)) {
        ++failures.records;
        if (failures.first.size() < kMostFailedRecords) {
            failures.first.push_back({failed->record, fact.at, 1, failed->reason, failed->retried});
        }
        return;
    }
    const auto again =
        std::find_if(failures.first.begin(), failures.first.end(),
                     [&](const FailedRecord& other) { return other.record == failed->record; });
    if (again != failures.first.end()) {
        ++again->attempts;
        again->reason = failed->reason;
        again->retried = failed->retried;
    }
}

ServiceFailures FailedRecords::of(const std::string& service) const {
    const Known* known = services_.find(service);
    return known == nullptr ? ServiceFailures{service, 0, {}} : known->failures;
}

}  // namespace brokerlab
