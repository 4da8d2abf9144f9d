#include "sim/raft/raft_node.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "sim/base/aggregate_digest.h"
#include "sim/base/check.h"
#include "sim/log/recovery.h"
#include "sim/raft/metadata_log.h"
#include "sim/raft/raft_messages.h"

namespace brokerlab {

bool RaftConfig::is_voter() const {
    return std::binary_search(voters.begin(), voters.end(), id);
}

RaftDisk new_raft_disk(SimTime now) {
    RaftDisk disk;
    disk.log = new_log(now);
    return disk;
}

std::string_view raft_role_name(RaftRole role) {
    switch (role) {
        case RaftRole::kUnattached:
            return "Unattached";
        case RaftRole::kProspective:
            return "Prospective";
        case RaftRole::kCandidate:
            return "Candidate";
        case RaftRole::kFollower:
            return "Follower";
        case RaftRole::kLeader:
            return "Leader";
        case RaftRole::kResigned:
            return "Resigned";
    }
    return "?";
}

RaftNode::RaftNode(RaftConfig config, RaftDisk disk, const Env& env, RaftOutput& out)
    : config_(std::move(config)), disk_(std::move(disk)), is_voter_(config_.is_voter()) {
    BL_CHECK(std::is_sorted(config_.voters.begin(), config_.voters.end()));
    // The high watermark is not on disk: it comes back with the first fetch.
    const LogCheckpoints checkpoints{.recovery_point = disk_.log.recovery_point,
                                     .log_start_offset = disk_.log.log_start_offset,
                                     .high_watermark = disk_.log.log_start_offset};
    recover_log(disk_.log, metadata_log_config(), checkpoints, Shutdown::kUnclean, env.now);
    if (is_voter_ && !env.rules.on(Rule::kRaftVoteDurable)) {
        write_quorum_state(LeaderEpoch(0), kNoBroker, kNoBroker);
    }
    initialize(env, out);
    poll(env, out);
}

std::optional<BrokerId> RaftNode::leader() const {
    return leader_id() == kNoBroker ? std::nullopt : std::optional(leader_id());
}

bool RaftNode::leads_and_caught_up() const {
    return is_leader() && disk_.log.high_watermark > epoch_start_offset_;
}

void RaftNode::on_request(const Request& request, const Env& env, RaftOutput& out) {
    if (const auto* fetch = std::get_if<FetchRequest>(&request.body)) {
        answer_fetch(request, *fetch, env, out);
    } else if (const auto* vote = std::get_if<VoteRequest>(&request.body)) {
        out.responses.push_back(make_response(request, answer_vote(*vote, env, out)));
    } else if (const auto* begin = std::get_if<BeginQuorumEpochRequest>(&request.body)) {
        out.responses.push_back(make_response(request, answer_begin_epoch(*begin, env, out)));
    } else if (const auto* end = std::get_if<EndQuorumEpochRequest>(&request.body)) {
        out.responses.push_back(make_response(request, answer_end_epoch(*end, env, out)));
    } else {
        const auto* about = std::get_if<DescribeQuorumRequest>(&request.body);
        BL_CHECK(about != nullptr);
        out.responses.push_back(make_response(request, describe(*about, env)));
    }
    poll(env, out);
}

void RaftNode::on_response(BrokerId from, const ResponseBody& body, const Env& env,
                           RaftOutput& out) {
    RaftLink* link = links_.find(from);
    const bool expected = link != nullptr && link->awaiting == api_key_of(body);
    if (!expected) {
        return;  // It was given up.
    }
    const bool stale = link->stale;
    links_.erase(from);
    bool handled = true;
    if (stale) {
        // The role has changed since it was asked.
    } else if (const auto* fetch = std::get_if<FetchResponse>(&body)) {
        handled = take_fetch(from, *fetch, env, out);
    } else if (const auto* vote = std::get_if<VoteResponse>(&body)) {
        handled = take_vote(from, *vote, env, out);
    } else if (const auto* begin = std::get_if<BeginQuorumEpochResponse>(&body)) {
        handled = take_begin_epoch(from, *begin, env, out);
    } else {
        const auto* end = std::get_if<EndQuorumEpochResponse>(&body);
        BL_CHECK(end != nullptr);
        handled = take_end_epoch(from, *end, env, out);
    }
    if (!handled) {
        back_off(from, env.now);
    }
    poll(env, out);
}

void RaftNode::on_request_failed(BrokerId to, ApiKey api, const Env& env, RaftOutput& out) {
    const RaftLink* link = links_.find(to);
    if (link == nullptr || link->awaiting != api) {
        return;
    }
    const bool stale = link->stale;
    links_.erase(to);
    if (!stale) {
        back_off(to, env.now);
    }
    poll(env, out);
}

void RaftNode::on_connection_lost(const ConnectionId& connection) {
    std::erase_if(waiting_fetches_,
                  [&](const RaftWaitingFetch& fetch) { return fetch.connection == connection; });
}

void RaftNode::on_timer(const Env& env, RaftOutput& out) {
    poll(env, out);
}

void RaftNode::shut_down(const Env& env, RaftOutput& out) {
    shutting_down_ = true;
    poll(env, out);
}

void digest_into(Digest& d, const RaftNode& node) {
    digest_fields(d, node.config_, node.disk_, node.is_voter_, node.shutting_down_, node.role_,
                  node.links_, node.election_deadline_, node.backoff_deadline_,
                  node.election_attempts_, node.votes_, node.unaware_voters_, node.successors_,
                  node.fetch_deadline_, node.fetch_timeout_, node.has_fetched_,
                  node.leader_is_silent_, node.next_bootstrap_, node.epoch_start_offset_,
                  node.peers_, node.fetched_voters_, node.check_quorum_deadline_,
                  node.begin_epoch_deadline_, node.linger_, node.waiting_fetches_);
}

}  // namespace brokerlab
