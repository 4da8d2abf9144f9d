#include "sim/client/member_turn.h"

#include "sim/base/aggregate_digest.h"

namespace brokerlab {
namespace {

uint32_t identity_of(uint64_t tag) {
    return static_cast<uint32_t>(tag);
}

}  // namespace

GroupPart make_group_part(const ConsumerSetup& setup, const std::string& name, SimTime now) {
    GroupPart made;
    made.settings = make_member_settings(setup, name);
    made.subscription = make_subscription(setup);
    made.link.client = NetworkClient(make_consumer_network_config(setup.config, name));
    made.membership.memories.resize(made.settings.assignors.size());
    made.membership.timers.poll_deadline = now + made.settings.max_poll_interval;
    if (made.settings.auto_commit) {
        made.committer.next_auto = now + made.settings.auto_commit_interval;
    }
    return made;
}

void on_group_response(MemberTurn& at, uint64_t tag, const Response& response) {
    const uint32_t identity = identity_of(tag);
    if (const auto* join = std::get_if<JoinGroupResponse>(&response.body)) {
        on_join_group(at, identity, *join);
    } else if (const auto* sync = std::get_if<SyncGroupResponse>(&response.body)) {
        on_sync_group(at, identity, *sync);
    } else if (const auto* heartbeat = std::get_if<HeartbeatResponse>(&response.body)) {
        on_heartbeat(at, identity, *heartbeat);
    } else if (const auto* commit = std::get_if<OffsetCommitResponse>(&response.body)) {
        on_offset_commit(at, tag, *commit);
    } else if (const auto* fetch = std::get_if<OffsetFetchResponse>(&response.body)) {
        on_offset_fetch(at, tag, *fetch);
    }
}

void fail_group_requests(MemberTurn& at, const std::vector<FailedRequest>& failed) {
    for (const FailedRequest& request : failed) {
        const ErrorCode error =
            request.timed_out ? ErrorCode::kRequestTimedOut : ErrorCode::kNetworkException;
        switch (request.api) {
            case ApiKey::kJoinGroup:
            case ApiKey::kSyncGroup:
                on_join_failed(at, error);
                break;
            case ApiKey::kHeartbeat:
                on_heartbeat_failed(at);
                break;
            case ApiKey::kOffsetCommit:
                on_offset_commit_failed(at, request.tag, error);
                break;
            case ApiKey::kOffsetFetch:
                on_offset_fetch_failed(at);
                break;
            default:  // LeaveGroup: the session will end.
                break;
        }
    }
}

void digest_into(Digest& d, const GroupPart& group) {
    boost::pfr::for_each_field(group, [&d](const auto& field) { digest_into(d, field); });
}

}  // namespace brokerlab
