#include "sim/client/member_turn.h"

#include <utility>

#include "sim/base/aggregate_digest.h"
#include "sim/kernel/draw.h"

namespace brokerlab {
namespace {

uint32_t identity_in(uint64_t tag) {
    return static_cast<uint32_t>(tag);
}

/// The member names itself [KIP-1082].
ConsumerMembership make_consumer_membership(const ConsumerSetup& setup, const std::string& name,
                                            uint64_t incarnation, const Env& env) {
    const UuidWords words =
        draw_uuid(env.seed, draw_key(env.self), draw_key("member", name, incarnation));
    ConsumerMembership made;
    made.member_id = name + "-" + Uuid{words.high, words.low}.to_string();
    if (!setup.config.text("group.remote.assignor").empty()) {
        made.assignor = setup.config.text("group.remote.assignor");
    }
    made.poll_deadline = env.now + setup.config.ms("max.poll.interval.ms");
    return made;
}

}  // namespace

GroupPart make_group_part(const ConsumerSetup& setup, const std::string& name, uint64_t incarnation,
                          const Env& env) {
    GroupPart made;
    made.settings = make_member_settings(setup, name);
    made.subscription = make_subscription(setup);
    made.link.client = NetworkClient(make_consumer_network_config(setup.config, name));
    if (setup.config.text("group.protocol") == "consumer") {
        made.membership = make_consumer_membership(setup, name, incarnation, env);
    } else {
        ClassicMembership classic;
        classic.memories.resize(made.settings.assignors.size());
        classic.timers.poll_deadline = env.now + made.settings.max_poll_interval;
        made.membership = std::move(classic);
    }
    if (made.settings.auto_commit) {
        made.committer.next_auto = env.now + made.settings.auto_commit_interval;
    }
    return made;
}

void on_group_response(MemberTurn& at, uint64_t tag, const Response& response) {
    const uint32_t identity = identity_in(tag);
    if (const auto* join = std::get_if<JoinGroupResponse>(&response.body)) {
        on_join_group(at, identity, *join);
    } else if (const auto* sync = std::get_if<SyncGroupResponse>(&response.body)) {
        on_sync_group(at, identity, *sync);
    } else if (const auto* heartbeat = std::get_if<HeartbeatResponse>(&response.body)) {
        on_heartbeat(at, identity, *heartbeat);
    } else if (const auto* beat = std::get_if<ConsumerGroupHeartbeatResponse>(&response.body)) {
        on_consumer_heartbeat(at, tag, *beat);
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
            case ApiKey::kConsumerGroupHeartbeat:
                on_consumer_heartbeat_failed(at, request.tag);
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
    digest_fields(d, group.settings, group.subscription, group.link);
    // Without the kind's number: recordings of classic groups keep their digests.
    std::visit([&d](const auto& membership) { digest_into(d, membership); }, group.membership);
    digest_fields(d, group.failure, group.committer, group.lookup);
}

}  // namespace brokerlab
