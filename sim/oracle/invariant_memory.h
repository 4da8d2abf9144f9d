// What the monitor of the invariants remembers from check to check: the highest values so far, who
// led when, and up to where logs were found to agree.
//
// Plain values. None of it grows with the number of records, but for the committed metadata, whose
// batches are shared with the members' logs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/chunked_vector.h"
#include "sim/base/cow.h"
#include "sim/base/flat_map.h"
#include "sim/log/segment.h"
#include "sim/model/ids.h"
#include "sim/model/outcomes.h"
#include "sim/oracle/committed_offsets.h"

namespace brokerlab {

/// A leader as it was seen last.
struct LeaderSeen {
    BrokerId broker;
    uint64_t starts = 0;  ///< which process of the broker it was
    LeaderEpoch epoch = kNoLeaderEpoch;
    Offset high_watermark;
    /// Who was proposed for the ISR then, by the broker epoch in which it had fetched.
    FlatMap<BrokerId, BrokerEpoch> proposed;
};

/// Of one partition; begins anew when the topic is created anew.
struct PartitionMemory {
    Uuid topic_id;
    Offset metadata_offset = kNoOffset;  ///< of the newest committed metadata that was judged
    LeaderEpoch leader_epoch = kNoLeaderEpoch;
    PartitionEpoch partition_epoch{-1};
    FlatMap<LeaderEpoch, BrokerId> leaders;
    std::vector<LeaderSeen> leaders_seen;  ///< one a broker
    Offset highest_high_watermark = kNoOffset;
    Offset cleaned_to;  ///< logs were compacted below
    /// Below which offset two replicas, the lower id first, were found to agree.
    FlatMap<std::pair<BrokerId, BrokerId>, Offset> agreed;
};

/// Of the metadata quorum.
struct QuorumMemory {
    FlatMap<LeaderEpoch, NodeId> leaders;
    FlatMap<LeaderEpoch, NodeId> active;
    ChunkedVector<LoggedBatch> committed;  ///< as the first member that knew it had it
    FlatMap<NodeId, Offset> agreed;        ///< below which offset a member's log was compared
};

/// Of the registrations of brokers.
struct RegistrationMemory {
    Offset metadata_offset = kNoOffset;
    FlatMap<BrokerId, BrokerEpoch> epochs;
};

struct InvariantMemory {
    FlatMap<TopicPartition, Cow<PartitionMemory>> partitions;
    QuorumMemory quorum;
    RegistrationMemory registrations;
    CommitMemory commits;
    FlatMap<TopicPartition, VoidMark> voids;  ///< the first of each partition that counts
    std::size_t voids_read = 0;               ///< how many of the ledger's marks were judged
    FlatSet<std::string> deleted_topics;      ///< names, also of those created again
};

}  // namespace brokerlab
