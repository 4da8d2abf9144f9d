// BrokerNode: a running Kafka broker. One entry for each thing that can reach a process; what is
// behind an entry is in the file of its subject.
//
// A broker observes the metadata quorum, publishes what is committed to its parts, keeps its
// registration alive by heartbeats, serves requests and follows leaders. A broker whose process is
// gone has no BrokerNode, only its BrokerDisk. [core server/BrokerServer.scala, KafkaApis.scala,
// BrokerLifecycleManager.scala, metadata/BrokerMetadataPublisher.scala]
#pragma once

#include <string>
#include <vector>

#include "sim/broker/broker_config.h"
#include "sim/broker/broker_start.h"
#include "sim/broker/controller_channel.h"
#include "sim/broker/disk.h"
#include "sim/broker/forwarding.h"
#include "sim/broker/group_coordinator.h"
#include "sim/broker/io_threads.h"
#include "sim/broker/lifecycle.h"
#include "sim/broker/metadata_loader.h"
#include "sim/broker/producer_ids.h"
#include "sim/broker/raft_channel.h"
#include "sim/broker/replica_manager.h"
#include "sim/metadata/metadata_image.h"
#include "sim/model/env.h"
#include "sim/model/facts.h"
#include "sim/network/network_client.h"
#include "sim/raft/raft_node.h"

namespace brokerlab {

class BrokerNode {
public:
    /// Starts a process on `disk`: recovers the logs, joins the quorum as an observer, registers.
    BrokerNode(const BrokerStart& start, BrokerDisk disk, const Env& env, Effects& fx);

    void on_request(Request&& request, const Env& env, Effects& fx);
    void on_response(Response&& response, const Env& env, Effects& fx);
    void on_connected(const ConnectionId& connection, const Env& env, Effects& fx);
    void on_connection_lost(const ConnectionId& connection, const Env& env, Effects& fx);
    void on_timer(const Env& env, Effects& fx);
    [[nodiscard]] SimTime next_deadline() const;

    /// `stop broker`: controlled shutdown. The process ends when has_exited() says so.
    void begin_shutdown(const Env& env, Effects& fx);
    /// The process has ended by itself: controlled shutdown is over, or it can't go on.
    [[nodiscard]] bool has_exited() const { return exited_; }
    /// Whether the broker's port is open: from the time it is unfenced first until it stops. A
    /// request that comes before closes its connection.
    [[nodiscard]] bool accepts_connections() const;
    /// `slow disk`.
    void set_disk_delay(Duration delay) { replicas_.disk_delay = delay; }
    /// The only log directory went offline: the broker halts.
    void on_disk_failed(const Env& env, Effects& fx);
    /// What a restart would find if the process ended here and now.
    [[nodiscard]] BrokerDisk take_disk() &&;
    [[nodiscard]] BrokerDisk disk() const;

    // For expressions, views and the oracle.
    [[nodiscard]] const BrokerStart& start() const { return start_; }
    [[nodiscard]] const Lifecycle& lifecycle() const { return lifecycle_; }
    [[nodiscard]] const MetadataImage& image() const { return image_; }
    [[nodiscard]] const ReplicaManager& replicas() const { return replicas_; }
    [[nodiscard]] const GroupCoordinator& groups() const { return *groups_; }
    [[nodiscard]] const RaftNode& raft() const { return *raft_; }

    bool operator==(const BrokerNode&) const = default;
    friend void digest_into(Digest& d, const BrokerNode& broker);

private:
    [[nodiscard]] const BrokerConfig& config() const { return *replicas_.config; }

    // What was in reach of one event (broker.cc).
    template <class Call>
    void drive_raft(const Env& env, Effects& fx, Call call);
    void fail_raft_requests(const std::vector<RaftFailure>& failures, const Env& env, Effects& fx);
    void pump_channels(const Env& env, Effects& fx);
    void on_channel_answer(const ControllerAnswer& answer, const Env& env, Effects& fx);
    void run_lifecycle(const Env& env, Effects& fx);
    void run_replicas(const Env& env, Effects& fx);
    void run_io_threads(const Env& env, Effects& fx);
    void settle(const Env& env, Effects& fx);
    void stop(const Env& env, Effects& fx);
    void halt(std::string why, Effects& fx);

    // New metadata (broker_metadata.cc).
    void read_metadata(const Env& env, Effects& fx);
    void publish(const MetadataDelta& delta, const Env& env, Effects& fx);

    // Requests (broker_requests.cc).
    void handle(Request&& request, const Env& env, Effects& fx);
    void handle_metadata(const Request& request, const Env& env, Effects& fx);
    void handle_init_producer_id(const Request& request, const Env& env, Effects& fx);

    // Groups (broker_groups.cc).
    [[nodiscard]] GroupHost group_host(const Env& env, Effects& fx);
    void handle_find_coordinator(const Request& request, const Env& env, Effects& fx);

    BrokerStart start_;
    Lifecycle lifecycle_;
    MetadataImage image_;    ///< as published to the parts
    MetadataLoader loader_;  ///< ahead of `image_` until the first publication
    bool published_ = false;
    ReplicaManager replicas_;
    Cow<GroupCoordinator> groups_;
    Cow<RaftNode> raft_;
    RaftChannel raft_channel_;
    ControllerChannel heartbeat_channel_;
    ControllerChannel forwarding_channel_;  ///< also for blocks of producer ids
    ControllerChannel alter_partition_channel_;
    Forwarding forwarding_;
    ProducerIds producer_ids_;
    IoThreads io_threads_;
    BrokerDisk disk_;  ///< but for its replicas and the metadata log
    bool stopped_clean_ = false;
    SimTime last_event_at_;
    bool exited_ = false;
};

}  // namespace brokerlab
