// ConsumerCore: the consumer without its application: which partitions it reads and where it stands
// in each.
//
// Without a group every partition of its topics is assigned, from when the metadata shows it; with
// one, what set_assignment() says. A new leader or leader epoch makes the consumer ask whether the
// log was truncated below its position, before it reads on (KIP-320).
// [clients/consumer/internals/SubscriptionState.java]
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/client/client_metadata.h"
#include "sim/client/completed_fetch.h"
#include "sim/client/consumer_config.h"
#include "sim/model/env.h"
#include "sim/network/network_client.h"

namespace brokerlab {

/// Where a consumer stands in one partition [SubscriptionState.TopicPartitionState].
struct ConsumerPosition {
    Offset next = kNoOffset;  ///< the offset that poll() returns next; -1: not yet known
    LeaderEpoch leader_epoch = kNoLeaderEpoch;  ///< of the record before it
    Offset high_watermark = kNoOffset;
    uint64_t consumed = 0;  ///< records returned by poll()

    bool operator==(const ConsumerPosition&) const = default;
};

struct ReadTopic {
    std::string name;
    Uuid id;
    bool known = false;  ///< the metadata has it
    uint32_t first = 0;  ///< where its partitions begin among all
    uint32_t count = 0;
    std::vector<uint32_t> numbers;  ///< of its assigned partitions: `count` of them, ascending

    bool operator==(const ReadTopic&) const = default;
};
void digest_into(Digest& d, const ReadTopic& topic);

/// What is to be done about a partition, beside its position.
struct ReadPartition {
    enum class Phase : uint8_t {
        kReset,     ///< its position is looked up by ListOffsets
        kValidate,  ///< its position is compared with the leader's epochs
        kFetch,
        kStopped,       ///< its position is no good and auto.offset.reset is none
        kInitializing,  ///< newly assigned: the group's committed offset is looked up
    };
    enum class Why : uint8_t { kStart, kOutOfRange, kTruncated };

    uint32_t topic = 0;
    Phase phase = Phase::kReset;
    StartFrom reset_to = StartFrom::kLatest;
    Why why = Why::kStart;
    bool buffered = false;        ///< poll() has not returned yet all that came
    BrokerId leader = kNoBroker;  ///< that the position is meant for, with its epoch
    LeaderEpoch leader_epoch = kNoLeaderEpoch;
    uint64_t lookup = 0;  ///< the tag of the request about its position; 0 is none
    SimTime retry_at;     ///< no such request before

    bool operator==(const ReadPartition&) const = default;
};

/// A partition in a request about offsets.
struct OffsetLookup {
    PartitionPlace place;
    Offset position;  ///< when the request was sent

    bool operator==(const OffsetLookup&) const = default;
};

/// A partition in a Fetch.
struct SentFetch {
    PartitionPlace place;
    Offset offset;

    bool operator==(const SentFetch&) const = default;
};

/// Tags of a consumer's requests; those about offsets count up from kFirstLookupTag.
inline constexpr uint64_t kConsumerMetadataTag = 1;
inline constexpr uint64_t kConsumerFetchTag = 2;
inline constexpr uint64_t kFirstLookupTag = 3;
inline constexpr std::size_t kNotAssigned = std::numeric_limits<std::size_t>::max();

struct ConsumerCore {
    ConsumerConfig config;
    NetworkClient client;
    ClientMetadata metadata;
    uint32_t metadata_seen = 0;             ///< the version that the partitions know of
    std::vector<ReadTopic> topics;          ///< by name
    std::vector<ReadPartition> partitions;  ///< at the places of their positions
    FlatMap<TopicPartition, ConsumerPosition> positions;
    bool unsettled = true;  ///< a position is to be found or validated
    SimTime next_lookup = kNever;
    FlatMap<uint64_t, std::vector<OffsetLookup>> lookups;  ///< in flight, by tag
    uint64_t next_tag = kFirstLookupTag;
    FlatMap<BrokerId, std::vector<SentFetch>> fetches;  ///< in flight: one to a broker
    std::vector<CompletedFetch> completed;              ///< in the order of their coming
    uint32_t first_asked = 0;  ///< the partition that a Fetch begins with: the others had records
    bool reads_all = true;     ///< every partition of its topics is assigned: it has no group
    FlatSet<TopicPartition> revoking;  ///< assigned, but not to be fetched any more
    FlatSet<TopicPartition> paused;    ///< assigned, but not to be fetched nor returned for now
    FlatSet<TopicPartition> stopped;   ///< in ReadPartition::Phase::kStopped

    bool operator==(const ConsumerCore&) const = default;
};
void digest_into(Digest& d, const ConsumerCore& core);

/// kNotAssigned for a partition that was given up.
[[nodiscard]] std::size_t index_of(const ConsumerCore& core, PartitionPlace place);
[[nodiscard]] inline PartitionPlace place_at(const ConsumerCore& core, std::size_t index) {
    const uint32_t topic = core.partitions[index].topic;
    return {topic, core.topics[topic].numbers[index - core.topics[topic].first]};
}
[[nodiscard]] inline const TopicPartition& name_at(const ConsumerCore& core, std::size_t index) {
    return (core.positions.begin() + static_cast<std::ptrdiff_t>(index))->first;
}
[[nodiscard]] inline ConsumerPosition& position_at(ConsumerCore& core, std::size_t index) {
    return (core.positions.begin() + static_cast<std::ptrdiff_t>(index))->second;
}

/// The core of a consumer that reads `topics`, and wants their metadata from `now` on.
[[nodiscard]] ConsumerCore make_consumer_core(const ConsumerSetup& setup, const std::string& name,
                                              const std::vector<BrokerId>& bootstrap, SimTime now);

/// Takes over what the metadata says now: new leaders, and new partitions if it reads all.
void follow_metadata(ConsumerCore& core);

/// From now on exactly these are assigned. Those that stay keep their positions; of those that go
/// all is forgotten; new ones wait for their committed offset
/// [SubscriptionState.assignFromSubscribed].
void set_assignment(ConsumerCore& core, const FlatSet<TopicPartition>& wanted);
[[nodiscard]] FlatSet<TopicPartition> assigned_partitions(const ConsumerCore& core);

/// Sets a newly assigned partition to the committed offset; it is validated if the epochs tell
/// [SubscriptionState.seekUnvalidated].
void seek_committed(ConsumerCore& core, std::size_t index, Offset to, LeaderEpoch epoch,
                    Effects& fx);

/// The partition's position is no good: it is reset by the policy, or the partition stops.
void request_reset(ConsumerCore& core, std::size_t index, ReadPartition::Why why, Effects& fx);

/// Sets the position, forgets what was fetched, and states the fact.
void seek(ConsumerCore& core, std::size_t index, Offset to, LeaderEpoch epoch, std::string why,
          Effects& fx);

/// The application's seek(): poll() goes on at `to`, if the partition is still assigned
/// [SubscriptionState.seekUnvalidated].
void seek_to(ConsumerCore& core, const TopicPartition& name, Offset to, std::string why,
             Effects& fx);
/// The application's pause(): what came of the partition stays in the buffer, and no more is
/// fetched, until resume() or until the partition goes [SubscriptionState.pause].
void pause(ConsumerCore& core, const TopicPartition& name);
void resume(ConsumerCore& core, const TopicPartition& name);

}  // namespace brokerlab
