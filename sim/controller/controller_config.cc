#include "sim/controller/controller_config.h"

#include <utility>

namespace brokerlab {

ControllerConfig make_controller_config(const ConfigMap& values, BrokerId id,
                                        std::vector<BrokerId> voters) {
    ControllerConfig config;
    config.values = values;
    config.raft.id = id;
    config.raft.voters = std::move(voters);
    config.raft.election_timeout = values.ms("controller.quorum.election.timeout.ms");
    config.raft.fetch_timeout = values.ms("controller.quorum.fetch.timeout.ms");
    config.raft.election_backoff_max = values.ms("controller.quorum.election.backoff.max.ms");
    config.raft.append_linger = values.ms("controller.quorum.append.linger.ms");
    config.raft.request_timeout = values.ms("controller.quorum.request.timeout.ms");
    config.raft.retry_backoff = values.ms("controller.quorum.retry.backoff.ms");
    config.session_timeout = values.ms("broker.session.timeout.ms");
    config.max_idle_interval = values.ms("metadata.max.idle.interval.ms");
    config.leader_rebalance = values.boolean("auto.leader.rebalance.enable");
    config.leader_imbalance_check = 1_s * values.integer("leader.imbalance.check.interval.seconds");
    config.unclean_election_interval = values.ms("unclean.leader.election.interval.ms");
    config.unclean_leader_election = values.boolean("unclean.leader.election.enable");
    config.num_partitions = static_cast<int32_t>(values.integer("num.partitions"));
    config.default_replication_factor =
        static_cast<int32_t>(values.integer("default.replication.factor"));
    return config;
}

}  // namespace brokerlab
