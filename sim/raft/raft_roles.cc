// The roles of a member and the ways between them [QuorumState.java, 4.0].
//
// Epoch, leader and vote are written before anything rests on them; within an epoch the vote is
// kept whatever the role, or a node could vote twice.
#include <algorithm>
#include <utility>

#include "sim/base/check.h"
#include "sim/model/wall_clock.h"
#include "sim/raft/metadata_log.h"
#include "sim/raft/raft_messages.h"
#include "sim/raft/raft_node.h"

namespace brokerlab {
namespace {

/// By how much a voter may be late to notice that its leader is silent; drawn for each epoch.
/// Kafka's time-out is the same for all voters, and what sets real processes apart (threads, disks)
/// is not simulated: without this the voters of a dead leader would nearly always split the vote.
constexpr Duration kMaxLateness = 100_ms;

}  // namespace

void RaftNode::write_quorum_state(LeaderEpoch epoch, BrokerId leader, BrokerId voted) {
    disk_.quorum_state.leader_epoch = epoch;
    disk_.quorum_state.leader_id = leader;
    disk_.quorum_state.voted_id = voted;
}

SimTime RaftNode::random_election_deadline(const Env& env) const {
    // Whole milliseconds, as Kafka draws them; never none at all, or the roles would turn in
    // circles.
    const int64_t base_ms = std::max<int64_t>(config_.election_timeout.to_ms(), 1);
    const RandomBits bits = env.draw(DrawPurpose::kElectionTimeout, draw_key(epoch(), env.now));
    const auto extra_ms = static_cast<int64_t>(uniform_below(bits, static_cast<uint64_t>(base_ms)));
    return env.now + Duration::from_ms(base_ms + extra_ms);
}

void RaftNode::start_following(const Env& env) {
    const uint64_t key = draw_key(epoch(), leader_id());
    const Duration late = is_voter_ ? uniform_between(env.draw(DrawPurpose::kElectionTimeout, key),
                                                      Duration(), kMaxLateness)
                                    : Duration();
    fetch_timeout_ = config_.fetch_timeout + late;
    fetch_deadline_ = env.now + fetch_timeout_;
}

/// Starts in the role of before the stop, except that a leader starts as one that resigned: it may
/// have lost what it wrote, and must not write other records under the same epoch.
void RaftNode::initialize(const Env& env, RaftOutput& out) {
    const LeaderEpoch last_epoch = end_position(disk_.log).epoch;
    if (epoch() < last_epoch || epoch() < LeaderEpoch(0)) {
        write_quorum_state(last_epoch, kNoBroker, kNoBroker);
    }
    election_deadline_ = is_voter_ ? random_election_deadline(env) : kNever;
    if (is_voter_ && leader_id() == config_.id) {
        role_ = RaftRole::kResigned;
        for (const BrokerId voter : config_.voters) {
            if (voter != config_.id) {
                unaware_voters_.insert(voter);
            }
        }
    } else if (leader_id() != kNoBroker && leader_id() != config_.id) {
        role_ = RaftRole::kFollower;
        election_deadline_ = kNever;
        start_following(env);
    } else if (is_voter_ && voted() == config_.id) {
        role_ = RaftRole::kCandidate;
        election_attempts_ = 1;
        votes_.insert_or_assign(config_.id, true);
        out.facts.emplace_back(QuorumElectionStarted{epoch(), false});
        count_votes(env, out);
    }
    const bool is_only_voter = is_voter_ && config_.voters.size() == 1;
    if (is_only_voter && !is_leader()) {
        become_prospective(env, out);
    }
}

/// What every change of role drops. The caller then sets what its new role needs.
void RaftNode::leave_role(RaftOutput& out, QuorumLeaderResigned::Why why) {
    if (is_leader()) {
        out.facts.emplace_back(QuorumLeaderResigned{epoch(), why});
    }
    election_deadline_ = kNever;
    backoff_deadline_ = kNever;
    votes_.clear();
    unaware_voters_.clear();
    successors_.clear();
    fetch_deadline_ = kNever;
    has_fetched_ = false;
    leader_is_silent_ = false;
    epoch_start_offset_ = kNoOffset;
    peers_.clear();
    fetched_voters_.clear();
    check_quorum_deadline_ = kNever;
    begin_epoch_deadline_ = kNever;
    linger_ = RaftLinger();
    // Nobody waits out a backoff of the old role, nor listens to its answers.
    links_.erase_if([](const auto& link) { return !link.second.awaiting; });
    for (auto& [to, link] : links_) {
        link.stale = true;
    }
}

/// Kafka leaves them waiting when it becomes Unattached; here they are always told.
void RaftNode::refuse_waiting_fetches(RaftOutput& out) {
    for (RaftWaitingFetch& fetch : waiting_fetches_) {
        out.responses.push_back({fetch.connection, std::move(fetch.header),
                                 empty_fetch(ErrorCode::kNotLeaderOrFollower, kNoOffset)});
    }
    waiting_fetches_.clear();
}

/// A higher epoch without a known leader, or the same one after a pre-vote was lost.
void RaftNode::become_unattached(LeaderEpoch epoch, const Env& env, RaftOutput& out) {
    const bool same_epoch = epoch == this->epoch();
    BL_CHECK(epoch > this->epoch() || role_ == RaftRole::kProspective);
    // Who was already waiting for an election goes on waiting for the same moment.
    const bool keeps_deadline = role_ == RaftRole::kUnattached || role_ == RaftRole::kCandidate ||
                                role_ == RaftRole::kResigned ||
                                (role_ == RaftRole::kProspective && !vote_is_rejected());
    const SimTime kept = election_deadline_;
    leave_role(out);
    write_quorum_state(epoch, kNoBroker, same_epoch ? voted() : kNoBroker);
    role_ = RaftRole::kUnattached;
    if (is_voter_) {
        election_deadline_ = keeps_deadline ? kept : random_election_deadline(env);
    }
    refuse_waiting_fetches(out);
}

/// Asks whether it could win before it disturbs anyone with a new epoch (KIP-996).
void RaftNode::become_prospective(const Env& env, RaftOutput& out) {
    BL_CHECK(is_voter_);
    election_attempts_ = role_ == RaftRole::kCandidate ? election_attempts_ + 1 : 1;
    leave_role(out);
    role_ = RaftRole::kProspective;
    election_deadline_ = random_election_deadline(env);
    votes_.insert_or_assign(config_.id, true);
    out.facts.emplace_back(QuorumElectionStarted{epoch(), true});
    count_votes(env, out);
}

void RaftNode::become_candidate(const Env& env, RaftOutput& out) {
    BL_CHECK(role_ == RaftRole::kProspective);
    leave_role(out);
    write_quorum_state(epoch() + 1, kNoBroker, config_.id);
    role_ = RaftRole::kCandidate;
    election_deadline_ = random_election_deadline(env);
    votes_.insert_or_assign(config_.id, true);
    out.facts.emplace_back(QuorumElectionStarted{epoch(), false});
    count_votes(env, out);
}

void RaftNode::become_follower(LeaderEpoch epoch, BrokerId leader, const Env& env,
                               RaftOutput& out) {
    BL_CHECK(leader != config_.id);
    BL_CHECK(epoch >= this->epoch());
    const BrokerId vote = epoch == this->epoch() ? voted() : kNoBroker;
    leave_role(out);
    write_quorum_state(epoch, leader, vote);
    role_ = RaftRole::kFollower;
    start_following(env);
    refuse_waiting_fetches(out);
}

/// Opens the epoch with a record of its own: before that is committed, nothing of older epochs
/// counts as committed either.
void RaftNode::become_leader(const Env& env, RaftOutput& out) {
    LeaderChangeMessage change;
    change.leader_id = config_.id;
    for (const BrokerId voter : config_.voters) {
        change.voters.push_back({voter, Uuid()});
        const bool* vote = votes_.find(voter);
        if (vote != nullptr && *vote) {
            change.granting_voters.push_back({voter, Uuid()});
        }
    }
    leave_role(out);
    write_quorum_state(epoch(), config_.id, voted());
    role_ = RaftRole::kLeader;
    epoch_start_offset_ = disk_.log.log_end_offset;
    for (const BrokerId voter : config_.voters) {
        if (voter != config_.id) {
            peers_.insert_or_assign(voter, RaftPeer());
        }
    }
    if (!peers_.empty()) {
        check_quorum_deadline_ = env.now + config_.fetch_timeout * 3 / 2;
        begin_epoch_deadline_ = env.now;
    }
    out.facts.emplace_back(QuorumLeaderElected{epoch()});
    write_batch(leader_change_batch(change, {epoch(), epoch_start_offset_}, wall_clock(env.now)),
                env, out);
}

void RaftNode::become_resigned(QuorumLeaderResigned::Why why, const Env& env, RaftOutput& out) {
    BL_CHECK(is_leader());
    std::vector<std::pair<Offset, BrokerId>> voters;
    for (const auto& [id, peer] : peers_) {
        if (std::binary_search(config_.voters.begin(), config_.voters.end(), id)) {
            voters.emplace_back(peer.log_end_offset, id);
        }
    }
    std::stable_sort(voters.begin(), voters.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    leave_role(out, why);
    role_ = RaftRole::kResigned;
    election_deadline_ = random_election_deadline(env);
    for (const auto& [offset, id] : voters) {
        successors_.push_back(id);
        unaware_voters_.insert(id);
    }
    refuse_waiting_fetches(out);
}

/// Takes note of what a message says about epoch and leader [KafkaRaftClient.maybeTransition].
void RaftNode::learn_leader(BrokerId leader, LeaderEpoch epoch, const Env& env, RaftOutput& out) {
    const bool is_new = epoch > this->epoch();
    const bool contradicts =
        leader != kNoBroker &&
        (leader == config_.id
             ? epoch >= this->epoch() && !(epoch == this->epoch() && leader_id() == config_.id)
             : epoch == this->epoch() && leader_id() != kNoBroker && leader_id() != leader);
    if (contradicts) {
        out.fatal = "another member names a different leader of this epoch of the metadata quorum";
        if (is_new) {
            become_unattached(epoch, env, out);
        }
        return;
    }
    if (is_new && leader == kNoBroker) {
        become_unattached(epoch, env, out);
    } else if (is_new ||
               (epoch == this->epoch() && leader != kNoBroker && leader_id() == kNoBroker)) {
        become_follower(epoch, leader, env, out);
    }
}

}  // namespace brokerlab
