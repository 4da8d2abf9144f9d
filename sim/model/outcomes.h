// Outcomes: what producers were told, kept as plain data for the oracle to judge.
//
// Part of the World and its digest, updated by step from the facts. Acknowledged records are kept
// as runs: consecutive records of one producer at consecutive offsets of one partition. Void marks
// are the events after which records may be missing for a reason that Kafka does not promise to
// survive. What was acknowledged in a topic is forgotten with the topic. The definitions of acked,
// failed, unknown, lost, duplicated and reordered are the oracle's (oracle/).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/chunked_vector.h"
#include "sim/base/cow.h"
#include "sim/base/flat_map.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/facts.h"
#include "sim/model/ids.h"

namespace brokerlab {

/// Records first_n, first_n + 1 ... acknowledged at base_offset, base_offset + 1 ...
struct AckedRun {
    uint64_t first_n = 0;
    uint64_t count = 0;
    Offset base_offset = kNoOffset;  ///< -1: the offsets are not known (acks=0, a late duplicate)

    bool operator==(const AckedRun&) const = default;
};
inline void digest_into(Digest& d, const AckedRun& run) {
    digest_fields(d, run.first_n, run.count, run.base_offset);
}

/// Why something that Kafka promises no longer holds for a partition.
struct VoidMark {
    enum class Why : uint8_t { kUncleanElection, kUnflushedBytesLost, kDiskFailed };
    Why why = Why::kUncleanElection;
    TopicPartition partition;
    SimTime at;
    FactId fact;

    bool operator==(const VoidMark&) const = default;
};
inline void digest_into(Digest& d, const VoidMark& mark) {
    digest_fields(d, mark.why, mark.partition, mark.at, mark.fact.event, mark.fact.ordinal);
}

/// An idempotent producer that started its sequences anew: a retry that the old sequences would
/// have removed may stand twice.
struct EpochBump {
    uint32_t producer = 0;
    TopicPartition partition;
    ErrorCode because = ErrorCode::kNone;
    SimTime at;

    bool operator==(const EpochBump&) const = default;
};
inline void digest_into(Digest& d, const EpochBump& bump) {
    digest_fields(d, bump.producer, bump.partition, bump.because, bump.at);
}

struct OutcomeLedger {
    struct Key {
        uint32_t producer = 0;
        TopicPartition partition;

        friend bool operator==(const Key&, const Key&) = default;
        friend auto operator<=>(const Key&, const Key&) = default;
        friend void digest_into(Digest& d, const Key& key) {
            digest_fields(d, key.producer, key.partition);
        }
    };
    FlatMap<Key, Cow<ChunkedVector<AckedRun>>> acked;
    std::vector<VoidMark> voids;
    std::vector<EpochBump> bumps;
    /// Topics that were deleted at least once. An acknowledgement that names one may be of records
    /// that went with it: whoever notes it has to know (see Turn::state).
    FlatSet<std::string> deleted;

    /// Whether note() would change anything.
    [[nodiscard]] static bool concerns(const FactBody& fact);
    /// Takes note of a fact.
    void note(const Fact& fact);

    bool operator==(const OutcomeLedger&) const = default;
};
inline void digest_into(Digest& d, const OutcomeLedger& ledger) {
    digest_fields(d, ledger.acked, ledger.voids, ledger.bumps);
    // Mostly there is none, and then it mixes nothing.
    for (const std::string& topic : ledger.deleted) {
        digest_fields(d, topic);
    }
}

}  // namespace brokerlab
