// ReplicaManager: all replicas of a broker, what waits on them, and the fetchers that follow
// others.
//
// State only; what is done to it stands in produce.h and fetch.h (requests), isr.h (in-sync
// replicas, high watermark, AlterPartition), follower.h (fetchers and truncation),
// apply_metadata.h (becoming leader and follower), schedule.h (checkpoints, retention, cleaner).
// [core server/ReplicaManager.scala, AlterPartitionManager.scala, ReplicaFetcherManager.scala]
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/cow.h"
#include "sim/base/flat_map.h"
#include "sim/broker/broker_config.h"
#include "sim/broker/disk.h"
#include "sim/broker/fetch_sessions.h"
#include "sim/broker/partition.h"
#include "sim/broker/purgatory.h"
#include "sim/metadata/metadata_image.h"
#include "sim/model/ids.h"
#include "sim/network/fetch_session_handler.h"
#include "sim/network/network_client.h"

namespace brokerlab {

/// How a fetcher treats one partition [PartitionFetchState.java].
struct FetchState {
    enum class State : uint8_t { kTruncating, kFetching };
    /// After OFFSET_OUT_OF_RANGE: which end of the leader's log is to be asked for.
    enum class Reset : uint8_t { kNone, kLatest, kEarliest };
    State state = State::kFetching;
    Reset reset = Reset::kNone;
    Uuid topic_id;
    Offset fetch_offset;
    LeaderEpoch current_leader_epoch;
    LeaderEpoch last_fetched_epoch = kNoLeaderEpoch;
    Offset log_start_offset;               ///< of the own log: sent along with each fetch
    std::optional<SimTime> delayed_until;  ///< paused after an error
    std::optional<SimTime> lagging_since;  ///< when it last was not caught up
    uint64_t asked_in = 0;  ///< the fetcher's request that last asked for this very state
    // What the leader last said, so that an answer without news costs nothing.
    Offset leader_high_watermark = kNoOffset;
    Offset leader_log_start_offset = kNoOffset;

    bool operator==(const FetchState&) const = default;
};

/// One fetcher thread: it follows one leader for its share of the partitions
/// [AbstractFetcherThread.scala].
struct Fetcher {
    BrokerId leader;
    int32_t id = 0;  ///< below num.replica.fetchers
    FlatMap<TopicPartition, FetchState> partitions;
    NetworkClient client;
    FetchSessionHandler session;
    bool awaiting_response = false;  ///< of a Fetch, ListOffsets or OffsetForLeaderEpoch
    uint64_t requests = 0;           ///< sent so far: tells which answer a partition waits for
    uint32_t first = 0;              ///< the partition that the next Fetch begins with, in turn
    /// Nothing to do before: all partitions are paused, or the connection is being set up.
    SimTime next_fetch_at{detail::kLowest};
    /// With a slow disk: a response whose records are being written until then.
    std::optional<Response> writing;
    SimTime writing_until;

    bool operator==(const Fetcher&) const = default;
};

/// A fetcher, and beside it when it wants to run: the broker asks that of all of them after every
/// event.
struct FetcherSlot {
    Cow<Fetcher> fetcher;
    SimTime due{detail::kLowest};  ///< as note_due() found it last

    const Fetcher* operator->() const { return &*fetcher; }
    [[nodiscard]] Fetcher& edit() { return fetcher.edit(); }
    [[nodiscard]] bool same(const FetcherSlot& other) const { return fetcher.same(other.fetcher); }
    /// To be called when the fetcher's client, response or pauses have changed.
    void note_due();

    bool operator==(const FetcherSlot&) const = default;
};

/// The queue of ISR changes on their way to the controller: one request at a time
/// [AlterPartitionManager.scala].
struct AlterPartitionQueue {
    std::vector<TopicPartition> waiting;    ///< with a PendingIsr that was not sent
    std::vector<TopicPartition> in_flight;  ///< in the request that awaits its answer
    SimTime retry_at{detail::kLowest};      ///< after a failure: not before

    bool operator==(const AlterPartitionQueue&) const = default;
};

struct ReplicaManager {
    BrokerId broker;
    BrokerEpoch broker_epoch = kNoBrokerEpoch;
    Cow<BrokerConfig> config;
    FlatMap<TopicPartition, Cow<Partition>> partitions;
    /// Logs that were on the disk at the start and that no metadata has claimed yet.
    FlatMap<TopicPartition, ReplicaOnDisk> unhosted;
    Cow<Purgatory> purgatory;
    Cow<AlterPartitionQueue> alter_partitions;
    Cow<FetchSessions> fetch_sessions;
    std::vector<FetcherSlot> fetchers;                    ///< by (leader, id)
    FlatMap<TopicPartition, LogCheckpoints> checkpoints;  ///< the files as last written
    Duration disk_delay;                                  ///< `slow disk`: of each append and read

    // The next run of each scheduled pass.
    SimTime next_isr_shrink;
    SimTime next_high_watermark_checkpoint;
    SimTime next_recovery_point_checkpoint;
    SimTime next_log_start_checkpoint;
    SimTime next_retention;
    SimTime next_cleaning;
    SimTime next_producer_expiry;

    [[nodiscard]] const Partition* find(const TopicPartition& tp) const;
    /// The partition for writing; it must be hosted here.
    [[nodiscard]] Partition& edit(const TopicPartition& tp);

    bool operator==(const ReplicaManager&) const = default;
};
void digest_into(Digest& d, const ReplicaManager& rm);

}  // namespace brokerlab
