// What new committed metadata sets going in a broker.
//
// Kafka hands each part its delta from a loader thread; here the parts run one after the other in
// the event in which the high watermark moved. [core server/metadata/BrokerMetadataPublisher.scala]
#include <utility>

#include "sim/broker/apply_metadata.h"
#include "sim/broker/broker.h"
#include "sim/broker/follower.h"
#include "sim/broker/schedule.h"

namespace brokerlab {

void BrokerNode::read_metadata(const Env& env, Effects& fx) {
    if (exited_) {
        return;
    }
    MetadataDelta delta;
    const bool moved = load_committed(loader_, raft_->log(), delta);
    if (published_) {
        if (moved) {
            publish(delta, env, fx);
        }
        return;
    }
    const BrokerRegistration* own = loader_.image.find_broker(start_.id);
    if (lifecycle_.registered && own != nullptr &&
        own->incarnation_id == lifecycle_.incarnation_id && has_caught_up(loader_, raft_->log())) {
        published_ = true;
        disk_.clean_shutdown = false;  // The logs are open: a crash from here on is unclean.
        disk_.clean_shutdown_epoch = kNoBrokerEpoch;
        start_schedule(replicas_, env.now);
        drop_strays(replicas_, loader_.image);
        publish(whole_image_delta(loader_.image), env, fx);
    }
}

void BrokerNode::publish(const MetadataDelta& delta, const Env& env, Effects& fx) {
    image_ = loader_.image;
    if (delta.empty()) {
        return;
    }
    apply_metadata(replicas_, image_, delta, env, fx);
    if (groups_->partition_count == 0) {
        start_groups(group_host(env, fx));
    }
    update_groups(group_host(env, fx), delta);
    run_fetchers(replicas_, env, fx);
}

}  // namespace brokerlab
