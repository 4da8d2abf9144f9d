// Delivery: what became of the records that producers sent, judged by what stands in the logs.
//
// acked: the callback came without error. failed: given up, and no attempt can have been appended.
// unknown: everything else that was sent. lost_acked: acked and in none of the logs that count,
// unless retention, compaction or deletion removed it. duplicated: one record at a second offset.
// reordered: a record that stands behind a later one of the same producer. All can be asked at any
// moment; none is an invariant.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/model/ids.h"
#include "sim/model/records.h"
#include "sim/world/world.h"

namespace brokerlab {

/// One record that is lost, doubled or out of order.
struct OddRecord {
    TopicPartition partition;
    RecordIdentity record;
    Offset offset = kNoOffset;  ///< where it was acknowledged, or where it stands a second time

    bool operator==(const OddRecord&) const = default;
};

struct DeliveryReport {
    uint64_t sent = 0;
    uint64_t acked = 0;
    uint64_t failed = 0;
    uint64_t lost_acked = 0;
    uint64_t duplicated = 0;
    uint64_t reordered = 0;
    /// Of those doubled, how many stand behind a fact that explains them: an idempotent producer
    /// started its sequences anew there.
    uint64_t duplicated_after_epoch_bump = 0;
    // The first few of each, by partition and offset.
    std::vector<OddRecord> lost_examples;
    std::vector<OddRecord> duplicated_examples;
    std::vector<OddRecord> reordered_examples;

    [[nodiscard]] uint64_t unknown() const { return sent - acked - failed; }
};

/// Reads all logs that count: costs time linear in their records.
[[nodiscard]] DeliveryReport judge_delivery(const World& world);

}  // namespace brokerlab
