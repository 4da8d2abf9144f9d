// Processing: which records the members of each group have worked on, kept as plain data for the
// oracle to judge: never, once, twice.
//
// Part of the World and its digest, updated by step from the facts, as the ledger of outcomes is.
// Runs are kept in the order in which they were processed; one that goes on where the last one of
// its partition ended makes that longer.
#pragma once

#include <cstdint>
#include <string>

#include "sim/base/chunked_vector.h"
#include "sim/base/cow.h"
#include "sim/base/flat_map.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/facts.h"
#include "sim/model/ids.h"

namespace brokerlab {

/// Records of one partition that one member processed one after the other.
struct ProcessedRun {
    NodeId member;
    Offset first;
    Offset last;         ///< offsets between may be missing from the log
    uint64_t count = 0;  ///< of records
    SimTime from;
    SimTime to;

    bool operator==(const ProcessedRun&) const = default;
};
inline void digest_into(Digest& d, const ProcessedRun& run) {
    digest_fields(d, run.member, run.first, run.last, run.count, run.from, run.to);
}

struct ProcessingLedger {
    struct Key {
        std::string group;
        TopicPartition partition;

        friend bool operator==(const Key&, const Key&) = default;
        friend auto operator<=>(const Key&, const Key&) = default;
        friend void digest_into(Digest& d, const Key& key) {
            digest_fields(d, key.group, key.partition);
        }
    };
    FlatMap<Key, Cow<ChunkedVector<ProcessedRun>>> runs;

    /// Takes note of a fact; others than RecordsProcessed change nothing.
    void note(const Fact& fact);

    bool operator==(const ProcessingLedger&) const = default;
};
inline void digest_into(Digest& d, const ProcessingLedger& ledger) {
    digest_fields(d, ledger.runs);
}

}  // namespace brokerlab
