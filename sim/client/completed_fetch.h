// CompletedFetch: what a broker sent of one partition, until poll() has returned it all.
//
// Batches stay as they came and are counted by their headers; only a batch with gaps that is read
// in part is decoded. The CRC is not checked again: batches don't change on the way.
// [clients/consumer/internals/CompletedFetch.java]
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/model/ids.h"
#include "sim/model/messages/fetch.h"
#include "sim/model/protocol_enums.h"
#include "sim/model/records.h"

namespace brokerlab {

/// A partition by the places of its topic among the consumer's topics and of itself in the topic.
struct PartitionPlace {
    uint32_t topic = 0;
    uint32_t partition = 0;

    friend bool operator==(const PartitionPlace&, const PartitionPlace&) = default;
};

struct CompletedFetch {
    PartitionPlace place;
    Offset next;  ///< what is below was returned or is not wanted
    std::vector<BatchRef> batches;
    uint32_t at = 0;                                         ///< the batch being read
    bool opened = false;                                     ///< that batch was looked at before
    std::vector<FetchResponse::AbortedTransaction> aborted;  ///< by first offset
    uint32_t next_aborted = 0;
    FlatSet<ProducerId> aborting;  ///< whose batches are skipped now

    [[nodiscard]] bool is_over() const { return at == batches.size(); }

    bool operator==(const CompletedFetch&) const = default;
};

/// Offsets without a gap.
struct OffsetRun {
    Offset first;
    Offset last;

    friend bool operator==(const OffsetRun&, const OffsetRun&) = default;
};

/// Takes up to `most` records and moves `next` past them and what is skipped. `epoch` becomes the
/// leader epoch of the last batch that was read. `runs`, if given, gets the offsets of the records,
/// for which batches with gaps have to be decoded.
[[nodiscard]] uint32_t take_records(CompletedFetch& fetch, IsolationLevel isolation, uint32_t most,
                                    LeaderEpoch& epoch, std::vector<OffsetRun>* runs = nullptr);

}  // namespace brokerlab
