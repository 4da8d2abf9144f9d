// Records: immutable buffers of record batches, and what the lab knows about its records.
//
// A buffer is made once and then only shared: the producer's request, the leader's log, every
// follower's log and every branch of the timeline hold the same one, as Kafka's followers copy
// batches byte for byte. Beside the bytes, never in them, stands the identity of each record, by
// which the oracle tells lost, doubled and reordered records apart. What the bytes mean is the
// business of sim/log.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/base/cow.h"

namespace brokerlab {

/// Which record this is, whatever offset it gets: the n-th send() of a producer of the lab.
struct RecordIdentity {
    uint32_t producer = 0;  ///< the lab's number of the producer
    uint64_t n = 0;         ///< counts its send() calls from 1

    friend bool operator==(const RecordIdentity&, const RecordIdentity&) = default;
    friend auto operator<=>(const RecordIdentity&, const RecordIdentity&) = default;
};
inline void digest_into(Digest& d, const RecordIdentity& id) {
    digest_fields(d, id.producer, id.n);
}

/// The shared part. `identities` has one entry a record, in order, or is empty (control batches,
/// records of real clients, logs read from disk).
struct BatchBytes {
    Bytes bytes;
    std::vector<RecordIdentity> identities;

    bool operator==(const BatchBytes&) const = default;
};
inline void digest_into(Digest& d, const BatchBytes& batch) {
    digest_fields(d, batch.bytes, batch.identities);
}

using BatchRef = Cow<BatchBytes>;

/// The `records` field of a Produce, Fetch or snapshot message: batches one after the other.
struct Records {
    std::vector<BatchRef> batches;

    [[nodiscard]] std::size_t size_in_bytes() const {
        std::size_t n = 0;
        for (const BatchRef& batch : batches) {
            n += batch->bytes.size();
        }
        return n;
    }

    bool operator==(const Records&) const = default;
};
inline void digest_into(Digest& d, const Records& records) {
    digest_into(d, records.batches);
}

}  // namespace brokerlab
