// A broker as group coordinator: what of its requests and events concerns groups.
// [core server/KafkaApis.scala, BrokerServer.scala]
#include <utility>

#include "sim/broker/broker.h"
#include "sim/broker/find_coordinator.h"
#include "sim/broker/metadata_requests.h"
#include "sim/model/internal_topics.h"

namespace brokerlab {

GroupHost BrokerNode::group_host(const Env& env, Effects& fx) {
    return {groups_, replicas_, image_, env, fx};
}

void BrokerNode::handle_find_coordinator(const Request& request, const Env& env, Effects& fx) {
    FoundCoordinators found = find_coordinators(image_, groups_->partition_count, request);
    fx.respond(make_response(request, std::move(found.response)));
    if (found.offsets_topic_missing) {
        create_missing_topics(forwarding_,
                              {auto_created_topic(std::string(kOffsetsTopic), config())},
                              request.header, forwarding_channel_, env.now);
    }
}

}  // namespace brokerlab
