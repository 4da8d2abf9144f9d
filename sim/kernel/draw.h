// Draws: keyed randomness in integers, the same for every compiler and machine.
//
// A draw is a pure function of (seed, purpose, entity, key). There is no generator with a state
// that a draw more or less would shift: two branches of a timeline differ in what the learner
// changed and in what follows from it, nowhere else. The distributions below turn the 64 bits of
// a draw into what a model needs; none of them uses floating point. Not for secrets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sim/base/check.h"
#include "sim/base/digest.h"
#include "sim/base/strong.h"
#include "sim/kernel/sim_time.h"

namespace brokerlab {

/// Names a whole run's randomness.
using Seed = Strong<struct SeedTag, uint64_t>;
/// The outcome of a draw: 64 bits, each fair and independent of the others.
using RandomBits = Strong<struct RandomBitsTag, uint64_t>;

/// What a draw decides. Draws of different purposes are independent even for equal keys. The
/// numbers are part of every recording: add at the end, never renumber.
enum class DrawPurpose : uint32_t {
    kNetworkJitter = 1,
    kNetworkLoss = 2,
    kElectionTimeout = 3,   ///< of a voter [QuorumState.randomElectionTimeoutMs]
    kElectionBackoff = 4,   ///< of a candidate that lost [KafkaRaftClient]
    kRetryBackoff = 5,      ///< of a request [ExponentialBackoff]
    kReconnectBackoff = 6,  ///< of a connection [ClusterConnectionStates]
    kConnectionSetup = 7,   ///< its time-out, which backs off too [ClusterConnectionStates]
    kMetadataBackoff = 8,   ///< of a metadata refresh [Metadata]
    kHeartbeatJitter = 9,   ///< of a broker that retries [BrokerLifecycleManager]
    kLeastLoadedNode = 10,  ///< where the search for an idle node begins [NetworkClient]
    kPartitioner = 11,      ///< the next sticky partition [BuiltInPartitioner]
    kPlacement = 12,        ///< of replicas [StripedReplicaPlacer]
    kUuid = 13,             ///< ids of topics, directories, incarnations, members
    kSegmentJitter = 14,    ///< segment.jitter.ms [LogConfig.randomSegmentJitter]
    kArrival = 15,          ///< of a client's records
    kProcessingTime = 16,   ///< of a consumer or service
    kTemplateValue = 17,    ///< {uuid}, {pick ..} and {int ..} in keys and values
    kExploration = 18,      ///< of a schedule that looks for trouble
    kFetchSessionId = 19,   ///< [FetchSessionCacheShard.newSessionId]
};

/// The draw itself. `entity` says whose it is, `key` which of its draws: both are usually made
/// with draw_key().
[[nodiscard]] RandomBits draw(Seed seed, DrawPurpose purpose, uint64_t entity, uint64_t key);

/// Packs what identifies a draw (ids, times, numbers, texts) into one entity or key.
template <class... Parts>
[[nodiscard]] uint64_t draw_key(const Parts&... parts) {
    Digest d;
    digest_fields(d, parts...);
    return d.value();
}

// Distributions. Where the 2^64 draws don't divide evenly, some values get one draw more than
// others: for n values a relative error of n / 2^64, less than one in four thousand million up to
// 2^32 values.

/// Uniform in [0, bound); `bound` must be above zero.
[[nodiscard]] uint64_t uniform_below(RandomBits bits, uint64_t bound);
/// Uniform in [low, high], which must not be empty.
[[nodiscard]] int64_t uniform_between(RandomBits bits, int64_t low, int64_t high);
[[nodiscard]] Duration uniform_between(RandomBits bits, Duration low, Duration high);

inline constexpr uint32_t kMillion = 1'000'000;
/// True with the given probability in parts per million; a million or more is always.
[[nodiscard]] bool chance(RandomBits bits, uint32_t parts_per_million);

/// Exponentially distributed with the given mean, which must not be negative: the time to the next
/// of independent arrivals. At most 44.4 times the mean.
[[nodiscard]] Duration exponential(RandomBits bits, Duration mean);

/// An index of `weights`, each with its share of their sum, which must be above zero.
[[nodiscard]] std::size_t weighted_pick(RandomBits bits, std::span<const uint32_t> weights);

/// How long Kafka waits before it tries again: initial, doubled for each failed attempt, spread by
/// the jitter, at most max. With max at or below initial it is max, without jitter
/// [common/utils/ExponentialBackoff.java].
struct Backoff {
    Duration initial;
    Duration max;
    uint32_t jitter_ppm = 200'000;  ///< half width of the spread [CommonClientConfigs]

    /// In whole milliseconds, rounded down. `attempts` failed before, from 0.
    [[nodiscard]] Duration after(uint32_t attempts, RandomBits bits) const;
};

/// `d`, not negative, times a factor uniform in [1 - jitter, 1 + jitter) in steps of a millionth;
/// the jitter is at most a million.
[[nodiscard]] Duration jittered(RandomBits bits, Duration d, uint32_t jitter_ppm);

/// The two words of a Kafka Uuid, most significant first.
struct UuidWords {
    uint64_t high = 0;
    uint64_t low = 0;

    friend constexpr bool operator==(UuidWords, UuidWords) = default;
};
/// A random id of version 4, variant 2, whose text does not begin with a dash
/// [Uuid.randomUuid].
[[nodiscard]] UuidWords draw_uuid(Seed seed, uint64_t entity, uint64_t key);

/// Many draws under one key, for an algorithm that takes an unknown number of them: placement,
/// shuffles.
class DrawSequence {
public:
    DrawSequence(Seed seed, DrawPurpose purpose, uint64_t entity, uint64_t key);

    [[nodiscard]] RandomBits next_bits();
    /// Uniform in [0, bound); `bound` must be above zero.
    [[nodiscard]] uint64_t next(uint64_t bound) { return uniform_below(next_bits(), bound); }

private:
    uint64_t stream_;
    uint64_t drawn_ = 0;
};

/// Shuffles in the order in which Kafka does, from the end, each element with one at or before it
/// [java.util.Collections.shuffle]. `source` has a next(bound): a DrawSequence or, in tests, what
/// Kafka drew.
template <class T, class Source>
void shuffle(std::vector<T>& items, Source& source) {
    for (std::size_t left = items.size(); left > 1; --left) {
        std::swap(items[left - 1], items[static_cast<std::size_t>(source.next(left))]);
    }
}

}  // namespace brokerlab
