// ClientMetadata: what a client knows of the cluster, and when it asks again.
//
// Filled from Metadata responses and, for single leaders, from the hints of Produce and Fetch
// responses (KIP-951). Metadata of an older leader epoch is ignored. When no broker can be reached,
// the client starts over from its bootstrap servers and forgets the topics' leaders (KIP-899).
// Every request asks for all topics, where Kafka asks for new topics alone first.
// [clients/Metadata.java, MetadataSnapshot.java, producer/internals/ProducerMetadata.java,
// NetworkClient.DefaultMetadataUpdater]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/env.h"
#include "sim/model/ids.h"
#include "sim/network/network_client.h"

namespace brokerlab {

struct PartitionInfo {
    BrokerId leader = kNoBroker;
    LeaderEpoch leader_epoch = kNoLeaderEpoch;

    bool operator==(const PartitionInfo&) const = default;
};
struct TopicInfo {
    Uuid id;
    ErrorCode error = ErrorCode::kNone;  ///< of the last answer about the topic
    std::vector<PartitionInfo> partitions;

    bool operator==(const TopicInfo&) const = default;
};

struct MetadataConfig {
    Duration max_age = 300_s;  ///< metadata.max.age.ms
    /// metadata.max.idle.ms, of producers: a topic that was not asked for so long is dropped
    Duration max_idle = kForever;
    Duration retry_backoff = 100_ms;   ///< retry.backoff.ms
    Duration retry_backoff_max = 1_s;  ///< retry.backoff.max.ms

    bool operator==(const MetadataConfig&) const = default;
};

class ClientMetadata {
public:
    ClientMetadata() = default;
    ClientMetadata(MetadataConfig config, std::vector<BrokerId> bootstrap);

    [[nodiscard]] const FlatMap<std::string, TopicInfo>& topics() const { return topics_; }
    [[nodiscard]] const FlatSet<BrokerId>& brokers() const { return brokers_; }
    [[nodiscard]] const TopicInfo* find_topic(std::string_view name) const;
    [[nodiscard]] const PartitionInfo* find(const TopicPartition& tp) const;

    /// The client needs this topic from now on; asks for an update when it is new.
    void add_topic(const std::string& name, SimTime now);
    /// It needs all topics but internal ones from now on: a subscription by pattern.
    void want_all_topics();
    /// Of the topics that were asked for by name it needs only these any more.
    void keep_only(const FlatSet<std::string>& names);
    /// Whether a broker has said what it knows of the topic.
    [[nodiscard]] bool has_answer_for(std::string_view name) const;
    /// The last answer; long ago without.
    [[nodiscard]] SimTime succeeded_at() const { return succeeded_at_; }
    /// What is known may be wrong: ask again as soon as the back-off allows.
    void request_update();
    /// A newer leader named by a broker; true when it was news (KIP-951).
    bool update_leader(const TopicPartition& tp, BrokerId leader, LeaderEpoch epoch);

    /// Sends a MetadataRequest to the least loaded node when one is due and none is on its way;
    /// opens connections for that as needed. `allow_auto_creation` as in the request.
    void maybe_update(NetworkClient& client, uint64_t tag, bool allow_auto_creation, const Env& env,
                      Effects& fx);
    void on_response(const MetadataResponse& response, SimTime now);
    void on_request_failed(SimTime now);
    /// When maybe_update() would do something that it does not do now.
    [[nodiscard]] SimTime next_update(const NetworkClient& client, SimTime now) const;
    /// Counts the answers that changed something: waiters compare it.
    [[nodiscard]] uint32_t version() const { return version_; }

    bool operator==(const ClientMetadata&) const = default;
    friend void digest_into(Digest& d, const ClientMetadata& m);

private:
    /// The newest leader epochs seen, which outlive the topic's own entry.
    struct SeenEpochs {
        Uuid topic_id;
        std::vector<LeaderEpoch> epochs;  ///< by partition

        bool operator==(const SeenEpochs&) const = default;
    };

    void start_over();
    void take_topic(const MetadataResponse::Topic& topic);
    bool take_partition(const MetadataResponse::Partition& partition, SeenEpochs& seen,
                        const TopicInfo* known, TopicInfo& taken);
    void settle_back_off(const Env& env);
    [[nodiscard]] SimTime due_at() const;

    MetadataConfig config_;
    FlatSet<BrokerId> bootstrap_;
    FlatSet<BrokerId> brokers_;
    FlatMap<std::string, TopicInfo> topics_;
    FlatMap<std::string, SeenEpochs> seen_;
    FlatMap<std::string, SimTime> wanted_;  ///< topics asked for, and until when
    uint32_t version_ = 0;
    bool in_flight_ = false;
    bool requested_ = true;
    bool new_topics_ = false;                ///< came since the last request went out
    uint32_t failures_ = 0;                  ///< in a row
    uint32_t same_answers_ = 0;              ///< in a row that brought nothing new
    SimTime refreshed_at_{detail::kLowest};  ///< the last try
    SimTime succeeded_at_{detail::kLowest};
    SimTime not_before_{detail::kLowest};
    bool back_off_drawn_ = true;  ///< else not_before_ lacks its jitter
    bool wants_all_ = false;
};

}  // namespace brokerlab
