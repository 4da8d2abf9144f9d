// MemberSettings: what a consumer's configuration says about its group and its commits.
//
// group.instance.id is the lab's base name for all members: member GROUP-N is static member
// BASE-N, so that one set-up can have several. [CommonClientConfigs.java,
// GroupRebalanceConfig.java]
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/assign/client_assignor.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/setup.h"

namespace brokerlab {

struct MemberSettings {
    std::string group;
    std::optional<std::string> instance_id;  ///< of a static member, with its number
    Duration session_timeout;                ///< session.timeout.ms
    Duration heartbeat_interval;             ///< heartbeat.interval.ms
    Duration max_poll_interval;              ///< max.poll.interval.ms: also the rebalance time-out
    Duration request_timeout;                ///< request.timeout.ms
    Duration api_timeout;                    ///< default.api.timeout.ms
    Duration retry_backoff;                  ///< retry.backoff.ms
    Duration retry_backoff_max;              ///< retry.backoff.max.ms
    std::vector<ClientAssignor> assignors;   ///< partition.assignment.strategy, by preference
    RebalanceProtocol protocol = RebalanceProtocol::kEager;
    bool auto_commit = true;        ///< enable.auto.commit
    Duration auto_commit_interval;  ///< auto.commit.interval.ms

    bool operator==(const MemberSettings&) const = default;
};

/// `name` is the member's, GROUP-N; the setup has a group.
[[nodiscard]] MemberSettings make_member_settings(const ConsumerSetup& setup,
                                                  const std::string& name);

/// The lab's name of a member: its id is that name, or a static member's instance id, and a UUID.
[[nodiscard]] std::string member_name(const std::string& group, const std::string& member_id,
                                      const std::optional<std::string>& instance_id);

}  // namespace brokerlab
