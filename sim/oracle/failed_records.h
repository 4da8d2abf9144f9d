// Failed records: those that the handlers of services could not work on, gathered while a run is
// played, for its report.
//
// A record that is tried again and again, by one instance or by several, counts once. Whether a
// retry came out well is not told here: the group's processing says it (processing_report.h).
// Calls over HTTP that failed are no records, and left out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/facts.h"

namespace brokerlab {

struct FailedRecord {
    RecordPlace record;
    SimTime at;             ///< of the first attempt that failed
    uint64_t attempts = 1;  ///< that failed
    std::string reason;     ///< of the last one
    bool retried = false;   ///< after the last one; else the record was skipped

    bool operator==(const FailedRecord&) const = default;
};

inline constexpr std::size_t kMostFailedRecords = 10;

struct ServiceFailures {
    std::string service;
    uint64_t records = 0;             ///< each once
    std::vector<FailedRecord> first;  ///< by moment, at most kMostFailedRecords

    bool operator==(const ServiceFailures&) const = default;
};

class FailedRecords {
public:
    /// Takes note of a fact; others than ServiceFailed change nothing.
    void note(const Fact& fact);

    /// All zero of a service that could work on all that it got.
    [[nodiscard]] ServiceFailures of(const std::string& service) const;

private:
    struct Known {
        ServiceFailures failures;
        FlatMap<TopicPartition, FlatSet<Offset>> records;
    };
    FlatMap<std::string, Known> services_;
};

}  // namespace brokerlab
