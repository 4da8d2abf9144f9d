// ControllerConfig: the settings that controllers act on, read once from the ConfigMap.
// [server/config/KRaftConfigs.java, raft/QuorumConfig.java, ReplicationConfigs.java]
#pragma once

#include <cstdint>
#include <vector>

#include "sim/kernel/sim_time.h"
#include "sim/model/config.h"
#include "sim/raft/raft_node.h"

namespace brokerlab {

struct ControllerConfig {
    ConfigMap values;  ///< what was set
    RaftConfig raft;
    Duration session_timeout = 9_s;       ///< broker.session.timeout.ms
    Duration max_idle_interval = 500_ms;  ///< metadata.max.idle.interval.ms; 0 writes no NoOpRecord
    bool leader_rebalance = true;         ///< auto.leader.rebalance.enable
    Duration leader_imbalance_check = 300_s;     ///< leader.imbalance.check.interval.seconds
    Duration unclean_election_interval = 300_s;  ///< unclean.leader.election.interval.ms
    bool unclean_leader_election = false;        ///< unclean.leader.election.enable
    int32_t num_partitions = 1;                  ///< num.partitions
    int32_t default_replication_factor = 1;      ///< default.replication.factor

    bool operator==(const ControllerConfig&) const = default;
};
[[nodiscard]] ControllerConfig make_controller_config(const ConfigMap& values, BrokerId id,
                                                      std::vector<BrokerId> voters);

}  // namespace brokerlab
