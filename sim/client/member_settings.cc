#include "sim/client/member_settings.h"

#include <cstddef>

#include "sim/base/check.h"

namespace brokerlab {
namespace {

/// "-2" of "stock-2"; empty where there is no dash.
std::string number_of(const std::string& name) {
    const std::size_t dash = name.rfind('-');
    return dash == std::string::npos ? "" : name.substr(dash);
}

}  // namespace

MemberSettings make_member_settings(const ConsumerSetup& setup, const std::string& name) {
    BL_CHECK(setup.group.has_value());
    const ConfigMap& config = setup.config;
    MemberSettings made;
    made.group = *setup.group;
    if (!config.text("group.instance.id").empty()) {
        made.instance_id = std::string(config.text("group.instance.id")) + number_of(name);
    }
    made.session_timeout = config.ms("session.timeout.ms");
    made.heartbeat_interval = config.ms("heartbeat.interval.ms");
    made.max_poll_interval = config.ms("max.poll.interval.ms");
    made.request_timeout = config.ms("request.timeout.ms");
    made.api_timeout = config.ms("default.api.timeout.ms");
    made.retry_backoff = config.ms("retry.backoff.ms");
    made.retry_backoff_max = config.ms("retry.backoff.max.ms");
    for (const std::string& word : config.list("partition.assignment.strategy")) {
        if (const std::optional<ClientAssignor> assignor = find_client_assignor(word)) {
            made.assignors.push_back(*assignor);
        }
    }
    made.protocol = rebalance_protocol_of(made.assignors);
    made.auto_commit = config.boolean("enable.auto.commit");
    made.auto_commit_interval = config.ms("auto.commit.interval.ms");
    return made;
}

std::string member_name(const std::string& group, const std::string& member_id,
                        const std::optional<std::string>& instance_id) {
    if (instance_id) {
        return group + number_of(*instance_id);
    }
    // The coordinator makes it of the client.id, a dash and a UUID: 36 characters, or 22 of
    // Kafka's.
    for (const std::size_t uuid : {std::size_t{36}, std::size_t{22}}) {
        const std::size_t dash = member_id.size() - uuid - 1;
        if (member_id.size() > uuid + 1 && member_id[dash] == '-' &&
            (uuid == 22 || member_id[dash + 9] == '-')) {
            return member_id.substr(0, dash);
        }
    }
    return member_id;
}

}  // namespace brokerlab
