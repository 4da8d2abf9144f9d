// What a member does by itself: pass its deadlines, and send what its role wants sent.
//
// One request at a time goes to each other member. After a failure, or an answer that was of no
// use, that member is left alone for retry.backoff; a request without answer or failure is given up
// after twice the request time-out, which the host should have reported long before.
// [KafkaRaftClient.poll*, RequestManager.java]
#include <algorithm>

#include "sim/base/check.h"
#include "sim/raft/metadata_log.h"
#include "sim/raft/raft_messages.h"
#include "sim/raft/raft_node.h"

namespace brokerlab {

std::optional<std::string> RaftNode::cluster_id() const {
    const std::string& own = disk_.quorum_state.cluster_id;
    return own.empty() ? std::nullopt : std::optional(own);
}

/// Who is shutting down starts nothing any more.
SimTime RaftNode::role_deadline() const {
    if (shutting_down_) {
        return kNever;
    }
    switch (role_) {
        case RaftRole::kUnattached:
        case RaftRole::kProspective:
        case RaftRole::kResigned:
            return election_deadline_;
        case RaftRole::kCandidate:
            return backoff_deadline_ == kNever ? election_deadline_ : backoff_deadline_;
        case RaftRole::kFollower:
            return fetch_deadline_;
        case RaftRole::kLeader:
            return check_quorum_deadline_;
    }
    return kNever;
}

/// Changes the role when its deadline is over; true when the new role should be looked at as well.
bool RaftNode::pass_role_deadline(const Env& env, RaftOutput& out) {
    if (is_leader() && shutting_down_) {
        become_resigned(QuorumLeaderResigned::Why::kShutdown, env, out);
        return true;
    }
    if (role_deadline() > env.now) {
        return false;
    }
    switch (role_) {
        case RaftRole::kUnattached:
            become_prospective(env, out);
            break;
        case RaftRole::kProspective:
            if (leader_id() != kNoBroker && leader_id() != config_.id) {
                become_follower(epoch(), leader_id(), env, out);
            } else {
                become_unattached(epoch(), env, out);
            }
            break;
        case RaftRole::kCandidate:
            if (backoff_deadline_ == kNever) {
                start_backing_off(env);
            } else {
                become_prospective(env, out);
            }
            break;
        case RaftRole::kFollower:
            if (is_voter_) {
                become_prospective(env, out);
            } else {
                leader_is_silent_ = true;
                fetch_deadline_ = kNever;
            }
            break;
        case RaftRole::kLeader:
            become_resigned(QuorumLeaderResigned::Why::kLostMajority, env, out);
            break;
        case RaftRole::kResigned:
            // A new epoch, so that nobody takes this node for the leader any more.
            become_unattached(epoch() + 1, env, out);
            break;
    }
    return true;
}

void RaftNode::poll(const Env& env, RaftOutput& out) {
    expire_links(env.now);
    while (pass_role_deadline(env, out)) {
    }
    if (is_leader()) {
        poll_leader(env, out);
    } else if (is_observer()) {
        poll_observer(env, out);
    } else {
        poll_requests(env, out);
    }
}

void RaftNode::poll_leader(const Env& env, RaftOutput& out) {
    if (linger_.deadline <= env.now) {
        write_linger(env, out);
    }
    if (begin_epoch_deadline_ <= env.now) {
        send_begin_epochs(env, out);
    }
    for (const BrokerId voter : config_.voters) {
        if (unaware_voters_.contains(voter) && is_ready(voter, env.now)) {
            unaware_voters_.erase(voter);
            send_begin_epoch(voter, env, out);
        }
    }
    expire_waiting_fetches(env, out);
}

/// Makes itself known to the voters that have not shown that they know. One whose link is still
/// taken by a request of before is told when that is answered; one that just failed, next time.
void RaftNode::send_begin_epochs(const Env& env, RaftOutput& out) {
    begin_epoch_deadline_ = kNever;
    for (const BrokerId voter : config_.voters) {
        if (voter == config_.id || peers_.at(voter).has_acknowledged) {
            continue;
        }
        begin_epoch_deadline_ = env.now + config_.fetch_timeout / 2;
        const RaftLink* link = links_.find(voter);
        if (is_ready(voter, env.now)) {
            send_begin_epoch(voter, env, out);
        } else if (link->awaiting && link->stale) {
            unaware_voters_.insert(voter);
        }
    }
}

void RaftNode::send_begin_epoch(BrokerId voter, const Env& env, RaftOutput& out) {
    BeginQuorumEpochRequest::Partition partition;
    partition.leader_id = config_.id;
    partition.leader_epoch = epoch();
    auto request = about_metadata<BeginQuorumEpochRequest>(partition);
    request.cluster_id = cluster_id();
    request.voter_id = voter;
    send(voter, std::move(request), env, out);
}

/// Whom a voter that does not lead has something to ask or tell.
template <class Visit>
void RaftNode::for_each_destination(Visit visit) const {
    switch (role_) {
        case RaftRole::kProspective:
        case RaftRole::kCandidate:
            if (backoff_deadline_ != kNever || vote_is_rejected()) {
                return;
            }
            for (const BrokerId voter : config_.voters) {
                if (!votes_.contains(voter)) {
                    visit(voter);
                }
            }
            return;
        case RaftRole::kFollower:
            if (!shutting_down_) {
                visit(leader_id());
            }
            return;
        case RaftRole::kResigned:
            for (const BrokerId voter : unaware_voters_) {
                visit(voter);
            }
            return;
        case RaftRole::kUnattached:
        case RaftRole::kLeader:
            return;
    }
}

void RaftNode::poll_requests(const Env& env, RaftOutput& out) {
    for_each_destination([&](BrokerId to) {
        if (is_ready(to, env.now)) {
            send_next(to, env, out);
        }
    });
}

/// An observer has one fetch under way, to the leader or, while it knows none or gets no answer
/// from it, to the voters in turn: any of them may know the leader.
void RaftNode::poll_observer(const Env& env, RaftOutput& out) {
    if (awaits_any() || shutting_down_) {
        return;
    }
    if (role_ == RaftRole::kFollower && !leader_is_silent_ && is_ready(leader_id(), env.now)) {
        send_next(leader_id(), env, out);
        return;
    }
    const std::size_t count = config_.voters.size();
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t index = (next_bootstrap_ + i) % count;
        if (is_ready(config_.voters[index], env.now)) {
            next_bootstrap_ = (index + 1) % count;
            send_next(config_.voters[index], env, out);
            return;
        }
    }
}

/// The request that the role has for `to`.
void RaftNode::send_next(BrokerId to, const Env& env, RaftOutput& out) {
    const LogPosition end = end_position(disk_.log);
    if (role_ == RaftRole::kProspective || role_ == RaftRole::kCandidate) {
        VoteRequest::Partition partition;
        partition.replica_epoch = epoch();
        partition.replica_id = config_.id;
        partition.last_offset_epoch = end.epoch;
        partition.last_offset = end.offset;
        partition.pre_vote = role_ == RaftRole::kProspective;
        auto request = about_metadata<VoteRequest>(partition);
        request.cluster_id = cluster_id();
        request.voter_id = to;
        send(to, std::move(request), env, out);
    } else if (role_ == RaftRole::kResigned) {
        EndQuorumEpochRequest::Partition partition;
        partition.leader_id = config_.id;
        partition.leader_epoch = epoch();
        for (const BrokerId successor : successors_) {
            partition.preferred_candidates.push_back({successor, Uuid()});
        }
        auto request = about_metadata<EndQuorumEpochRequest>(std::move(partition));
        request.cluster_id = cluster_id();
        send(to, std::move(request), env, out);
    } else {
        send(to, raft_fetch(config_.id, {epoch(), end.offset, end.epoch}, cluster_id()), env, out);
    }
}

void RaftNode::send(BrokerId to, RequestBody body, const Env& env, RaftOutput& out) {
    RaftLink& link = links_[to];
    BL_CHECK(!link.awaiting);
    link = RaftLink();
    link.awaiting = api_key_of(body);
    link.sent_at = env.now;
    out.requests.push_back({to, std::move(body)});
}

bool RaftNode::is_ready(BrokerId to, SimTime now) const {
    const RaftLink* link = links_.find(to);
    return link == nullptr || (!link->awaiting && link->ready_at <= now);
}

bool RaftNode::awaits_any() const {
    return std::any_of(links_.begin(), links_.end(),
                       [](const auto& link) { return link.second.awaiting.has_value(); });
}

void RaftNode::back_off(BrokerId to, SimTime now) {
    links_[to].ready_at = now + config_.retry_backoff;
}

void RaftNode::expire_links(SimTime now) {
    links_.erase_if([&](const auto& link) {
        return link.second.awaiting && link.second.sent_at + config_.request_timeout * 2 <= now;
    });
}

SimTime RaftNode::next_deadline() const {
    SimTime next = role_deadline();
    for (const auto& [to, link] : links_) {
        if (link.awaiting) {
            next = std::min(next, link.sent_at + config_.request_timeout * 2);
        }
    }
    if (is_leader()) {
        next = std::min({next, linger_.deadline, begin_epoch_deadline_});
        for (const RaftWaitingFetch& fetch : waiting_fetches_) {
            next = std::min(next, fetch.deadline);
        }
        return next;
    }
    const auto wait_for = [&](BrokerId to) {
        const RaftLink* link = links_.find(to);
        if (link != nullptr && !link->awaiting) {
            next = std::min(next, link->ready_at);
        }
    };
    if (!is_observer()) {
        for_each_destination(wait_for);
    } else if (!awaits_any() && !shutting_down_) {
        for (const BrokerId voter : config_.voters) {
            wait_for(voter);
        }
    }
    return next;
}

}  // namespace brokerlab
