// ConsumerCore: the consumer without its application: which partitions it reads and where it stands
// in each.
//
// Every partition of its topics is assigned, from when the metadata shows it. A new leader or
// leader epoch makes the consumer ask whether the log was truncated below its position, before it
// reads on (KIP-320). [clients/consumer/internals/SubscriptionState.java]
#pragma once

#include <cstdint>
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

    bool operator==(const ReadTopic&) const = default;
};

/// What is to be done about a partition, beside its position.
struct ReadPartition {
    enum class Phase : uint8_t {
        kReset,     ///< its position is looked up by ListOffsets
        kValidate,  ///< its position is compared with the leader's epochs
        kFetch,
        kStopped,  ///< its position is no good and auto.offset.reset is none
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

    bool operator==(const ConsumerCore&) const = default;
};
void digest_into(Digest& d, const ConsumerCore& core);

[[nodiscard]] inline std::size_t index_of(const ConsumerCore& core, PartitionPlace place) {
    return core.topics[place.topic].first + place.partition;
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

/// Takes over what the metadata says now: new partitions, new leaders.
void follow_metadata(ConsumerCore& core);

/// The partition's position is no good: it is reset by the policy, or the partition stops.
void request_reset(ConsumerCore& core, std::size_t index, ReadPartition::Why why, Effects& fx);

/// Sets the position, forgets what was fetched, and states the fact.
void seek(ConsumerCore& core, std::size_t index, Offset to, LeaderEpoch epoch, std::string why,
          Effects& fx);

}  // namespace brokerlab
