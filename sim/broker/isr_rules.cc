#include "sim/broker/isr_rules.h"

#include <algorithm>

namespace brokerlab {

bool is_caught_up(const FollowerState& follower, Offset leader_end, SimTime now, Duration lag_max) {
    return follower.log_end_offset == leader_end || now - follower.last_caught_up_at <= lag_max;
}

bool is_isr_eligible(const FollowerState& follower, BrokerId id, const MetadataImage& image) {
    // A follower that did not fetch from this leader has no broker epoch that could be compared.
    if (follower.log_end_offset == kNoOffset) {
        return false;
    }
    const BrokerRegistration* broker = image.find_broker(id);
    return broker != nullptr && broker->is_active() &&
           (follower.broker_epoch == kNoBrokerEpoch || follower.broker_epoch == broker->epoch);
}

bool is_stale_broker_epoch(BrokerId follower, BrokerEpoch epoch, const MetadataImage& image) {
    const BrokerRegistration* broker = image.find_broker(follower);
    return epoch != kNoBrokerEpoch && broker != nullptr && !broker->fenced && broker->epoch > epoch;
}

void note_fetch(FollowerState& follower, Offset offset, Offset log_start_offset, Offset leader_end,
                BrokerEpoch epoch, SimTime now) {
    if (offset >= leader_end) {
        follower.last_caught_up_at = std::max(follower.last_caught_up_at, now);
    } else if (offset >= follower.last_fetch_leader_log_end) {
        // It has all that there was when it fetched before: a follower keeps up under steady load
        // though every fetch finds the leader a little further on.
        follower.last_caught_up_at = std::max(follower.last_caught_up_at, follower.last_fetch_at);
    }
    follower.log_start_offset = log_start_offset;
    follower.log_end_offset = offset;
    follower.last_fetch_at = now;
    follower.last_fetch_leader_log_end = std::max(leader_end, follower.last_fetch_leader_log_end);
    follower.broker_epoch = epoch;
}

}  // namespace brokerlab
