// PolledRecord: a record that poll() returned, with its content, for an application that looks into
// it: an order service. Other consumers of the lab only count records.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sim/client/completed_fetch.h"
#include "sim/model/ids.h"
#include "sim/model/records.h"

namespace brokerlab {

struct PolledRecord {
    TopicPartition partition;
    Offset offset;
    std::optional<std::string> key;
    std::optional<std::string> value;  ///< none is null: a tombstone

    bool operator==(const PolledRecord&) const = default;
};

/// Appends the records at `offsets`, which lie in the batches from `first` on, all in order.
void append_contents(std::vector<PolledRecord>& records, const TopicPartition& partition,
                     const std::vector<BatchRef>& batches, std::size_t first,
                     const std::vector<OffsetRun>& offsets);

}  // namespace brokerlab
