// MetadataImage: all that the committed records of __cluster_metadata say, as a value, and the
// delta between two of them.
//
// Brokers keep one of what is committed; the active controller one that also holds what it has
// written and not yet seen committed, and goes back to the committed one when it is deposed. Parts
// are behind Cow, so an image is copied for the price of a few counters. Records change an image by
// replay() and in no other way. [metadata image/MetadataImage.java, MetadataDelta.java,
// PartitionRegistration.java, BrokerRegistration.java]
// Not modelled: SCRAM, ACLs, delegation tokens, quotas, features: their records are read and
// skipped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/cow.h"
#include "sim/base/flat_map.h"
#include "sim/metadata/metadata_record.h"
#include "sim/model/ids.h"
#include "sim/model/protocol_enums.h"

namespace brokerlab {

struct PartitionRegistration {
    std::vector<BrokerId> replicas;  ///< the preferred leader first
    std::vector<Uuid> directories;   ///< of each replica
    std::vector<BrokerId> isr;
    std::vector<BrokerId> removing_replicas;
    std::vector<BrokerId> adding_replicas;
    BrokerId leader = kNoBroker;
    LeaderRecoveryState leader_recovery_state = LeaderRecoveryState::kRecovered;
    LeaderEpoch leader_epoch{0};
    PartitionEpoch partition_epoch{0};

    [[nodiscard]] bool is_replica(BrokerId broker) const;
    [[nodiscard]] bool is_in_sync(BrokerId broker) const;
    [[nodiscard]] BrokerId preferred_leader() const { return replicas.front(); }
    [[nodiscard]] bool is_reassigning() const {
        return !removing_replicas.empty() || !adding_replicas.empty();
    }

    bool operator==(const PartitionRegistration&) const = default;
};
void digest_into(Digest& d, const PartitionRegistration& p);

struct TopicImage {
    std::string name;
    Uuid id;
    std::vector<Cow<PartitionRegistration>> partitions;  ///< by number, from 0

    [[nodiscard]] int32_t partition_count() const {
        return static_cast<int32_t>(partitions.size());
    }

    bool operator==(const TopicImage&) const = default;
};
void digest_into(Digest& d, const TopicImage& t);

struct BrokerRegistration {
    BrokerId id;
    BrokerEpoch epoch;
    Uuid incarnation_id;
    std::optional<std::string> rack;
    std::vector<Uuid> directories;  ///< online log directories
    bool fenced = true;
    bool in_controlled_shutdown = false;
    /// Of its last RegisterBrokerRecord: above the epoch once an incarnation registered again.
    Offset registered_at = kNoOffset;

    [[nodiscard]] bool is_active() const { return !fenced && !in_controlled_shutdown; }

    bool operator==(const BrokerRegistration&) const = default;
};
void digest_into(Digest& d, const BrokerRegistration& b);

/// What a configuration belongs to; for a broker the name is its number, or empty for the default
/// of the whole cluster.
struct ConfigResourceKey {
    ConfigResourceType type = ConfigResourceType::kTopic;
    std::string name;

    friend bool operator==(const ConfigResourceKey&, const ConfigResourceKey&) = default;
    friend auto operator<=>(const ConfigResourceKey&, const ConfigResourceKey&) = default;
};
void digest_into(Digest& d, const ConfigResourceKey& key);

struct MetadataImage {
    Cow<FlatMap<BrokerId, BrokerRegistration>> brokers;
    Cow<FlatMap<std::string, Cow<TopicImage>>> topics;
    Cow<FlatMap<Uuid, std::string>> topic_names;
    Cow<FlatMap<ConfigResourceKey, FlatMap<std::string, std::string>>> configs;
    ProducerId next_producer_id{0};
    Offset last_offset = kNoOffset;  ///< of the last record replayed
    LeaderEpoch last_epoch = kNoLeaderEpoch;

    [[nodiscard]] const TopicImage* find_topic(std::string_view name) const;
    [[nodiscard]] const TopicImage* find_topic(const Uuid& id) const;
    [[nodiscard]] const PartitionRegistration* find_partition(const TopicPartition& tp) const;
    [[nodiscard]] const BrokerRegistration* find_broker(BrokerId id) const;
    /// Dynamic values of a resource; empty when it has none.
    [[nodiscard]] const FlatMap<std::string, std::string>& configs_of(
        const ConfigResourceKey& key) const;

    bool operator==(const MetadataImage&) const = default;
};
void digest_into(Digest& d, const MetadataImage& image);

/// What a stretch of records changed, by name: a reader compares the images before and after.
struct MetadataDelta {
    FlatSet<BrokerId> brokers;  ///< registered, fenced, unfenced, gone
    FlatSet<std::string> created_topics;
    FlatMap<Uuid, TopicImage> deleted_topics;  ///< as they were
    FlatSet<TopicPartition> partitions;        ///< new or changed, not those deleted
    FlatSet<ConfigResourceKey> configs;

    [[nodiscard]] bool empty() const;
};

/// Applies one record, which stands at `offset`. A record that does not fit the image (an unknown
/// topic, broker or partition) is a programmer's error: the controller would not have written it.
void replay(MetadataImage& image, MetadataDelta& delta, const MetadataRecord& record,
            Offset offset);

}  // namespace brokerlab
