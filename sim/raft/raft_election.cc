// Elections: asking for votes, giving them, and what leaders say at the start and end of an epoch.
// [KafkaRaftClient.java, EpochElection.java, KIP-595, KIP-996]
#include <algorithm>

#include "sim/base/check.h"
#include "sim/raft/metadata_log.h"
#include "sim/raft/raft_messages.h"
#include "sim/raft/raft_node.h"

namespace brokerlab {
namespace {

/// Of the backoff after a lost election [KafkaRaftClient.RETRY_BACKOFF_BASE_MS].
constexpr int64_t kBackoffBaseMs = 100;
constexpr uint32_t kMaxBackoffDoublings = 20;

}  // namespace

bool RaftNode::same_cluster(const std::optional<std::string>& cluster_id) const {
    const std::string& own = disk_.quorum_state.cluster_id;
    return !cluster_id || own.empty() || *cluster_id == own;
}

bool RaftNode::vote_is_granted() const {
    const auto granted =
        std::count_if(votes_.begin(), votes_.end(), [](const auto& vote) { return vote.second; });
    return static_cast<std::size_t>(granted) > config_.voters.size() / 2;
}

/// Whether the votes that are still out can't make a majority any more.
bool RaftNode::vote_is_rejected() const {
    const auto refused =
        std::count_if(votes_.begin(), votes_.end(), [](const auto& vote) { return !vote.second; });
    return config_.voters.size() - static_cast<std::size_t>(refused) <= config_.voters.size() / 2;
}

void RaftNode::count_votes(const Env& env, RaftOutput& out) {
    if (vote_is_granted()) {
        if (role_ == RaftRole::kProspective) {
            become_candidate(env, out);
        } else {
            become_leader(env, out);
        }
    } else if (vote_is_rejected()) {
        if (role_ == RaftRole::kCandidate) {
            if (backoff_deadline_ == kNever) {
                start_backing_off(env);
            }
        } else if (leader_id() != kNoBroker && leader_id() != config_.id) {
            become_follower(epoch(), leader_id(), env, out);
        } else {
            become_unattached(epoch(), env, out);
        }
    }
}

void RaftNode::start_backing_off(const Env& env) {
    const uint64_t bound = uint64_t{1} << std::min(kMaxBackoffDoublings, election_attempts_);
    const RandomBits bits = env.draw(DrawPurpose::kElectionBackoff, draw_key(epoch(), env.now));
    const auto steps = static_cast<int64_t>(uniform_below(bits, bound));
    backoff_deadline_ =
        env.now + std::min(Duration::from_ms(kBackoffBaseMs * steps), config_.election_backoff_max);
}

bool RaftNode::can_grant_vote(BrokerId to, bool log_up_to_date, bool pre_vote) const {
    switch (role_) {
        case RaftRole::kUnattached:
        case RaftRole::kProspective:
            if (pre_vote) {
                return log_up_to_date;
            }
            if (voted() != kNoBroker) {
                return voted() == to;
            }
            return leader_id() == kNoBroker && log_up_to_date;
        case RaftRole::kFollower:
            return pre_vote && log_up_to_date && !has_fetched_;
        case RaftRole::kCandidate:
        case RaftRole::kResigned:
            return pre_vote && log_up_to_date;
        case RaftRole::kLeader:
            return false;
    }
    return false;
}

VoteResponse RaftNode::answer_vote(const VoteRequest& request, const Env& env, RaftOutput& out) {
    if (!same_cluster(request.cluster_id)) {
        return refused_as_a_whole<VoteResponse>(ErrorCode::kInconsistentClusterId);
    }
    const VoteRequest::Partition* asked = metadata_partition_of(request);
    if (asked == nullptr) {
        return refused_as_a_whole<VoteResponse>(ErrorCode::kInvalidRequest);
    }
    const auto refuse = [&](ErrorCode error) {
        return epoch_answer<VoteResponse>(error, epoch(), leader_id());
    };
    const bool epochs_fit = asked->pre_vote ? asked->last_offset_epoch <= asked->replica_epoch
                                            : asked->last_offset_epoch < asked->replica_epoch;
    if (asked->last_offset < Offset(0) || asked->last_offset_epoch < LeaderEpoch(0) ||
        !epochs_fit) {
        return refuse(ErrorCode::kInvalidRequest);
    }
    if (asked->replica_epoch < epoch()) {
        return refuse(ErrorCode::kFencedLeaderEpoch);
    }
    if (asked->replica_id < BrokerId(0)) {
        return refuse(ErrorCode::kInvalidRequest);
    }
    if (asked->replica_epoch > epoch()) {
        become_unattached(asked->replica_epoch, env, out);
    }
    if (request.voter_id != kNoBroker && request.voter_id != config_.id) {
        return refuse(ErrorCode::kInvalidVoterKey);
    }
    const LogPosition theirs{asked->last_offset_epoch, asked->last_offset};
    const bool granted =
        can_grant_vote(asked->replica_id, theirs >= end_position(disk_.log), asked->pre_vote);
    const bool is_news = granted && (asked->pre_vote || voted() == kNoBroker);
    if (is_news && !asked->pre_vote) {
        write_quorum_state(epoch(), leader_id(), asked->replica_id);
        // The other one has at least as good a log: let it try first.
        election_deadline_ = random_election_deadline(env);
        if (role_ == RaftRole::kProspective) {
            votes_.clear();
            votes_.insert_or_assign(config_.id, true);
        }
    }
    if (is_news) {
        out.facts.emplace_back(QuorumVoteGranted{epoch(), asked->replica_id, asked->pre_vote});
    }
    VoteResponse response = refuse(ErrorCode::kNone);
    response.topics[0].partitions[0].vote_granted = granted;
    return response;
}

/// What a leader says of itself counts when its epoch is not over.
ErrorCode RaftNode::hear_of_leader(BrokerId leader, LeaderEpoch leader_epoch, const Env& env,
                                   RaftOutput& out) {
    if (leader_epoch < epoch()) {
        return ErrorCode::kFencedLeaderEpoch;
    }
    if (leader < BrokerId(0)) {
        return ErrorCode::kInvalidRequest;
    }
    learn_leader(leader, leader_epoch, env, out);
    return ErrorCode::kNone;
}

BeginQuorumEpochResponse RaftNode::answer_begin_epoch(const BeginQuorumEpochRequest& request,
                                                      const Env& env, RaftOutput& out) {
    if (!same_cluster(request.cluster_id)) {
        return refused_as_a_whole<BeginQuorumEpochResponse>(ErrorCode::kInconsistentClusterId);
    }
    const BeginQuorumEpochRequest::Partition* told = metadata_partition_of(request);
    if (told == nullptr) {
        return refused_as_a_whole<BeginQuorumEpochResponse>(ErrorCode::kInvalidRequest);
    }
    ErrorCode error = hear_of_leader(told->leader_id, told->leader_epoch, env, out);
    if (error == ErrorCode::kNone && request.voter_id != kNoBroker &&
        request.voter_id != config_.id) {
        error = ErrorCode::kInvalidVoterKey;
    }
    return epoch_answer<BeginQuorumEpochResponse>(error, epoch(), leader_id());
}

EndQuorumEpochResponse RaftNode::answer_end_epoch(const EndQuorumEpochRequest& request,
                                                  const Env& env, RaftOutput& out) {
    if (!same_cluster(request.cluster_id)) {
        return refused_as_a_whole<EndQuorumEpochResponse>(ErrorCode::kInconsistentClusterId);
    }
    const EndQuorumEpochRequest::Partition* told = metadata_partition_of(request);
    if (told == nullptr) {
        return refused_as_a_whole<EndQuorumEpochResponse>(ErrorCode::kInvalidRequest);
    }
    const ErrorCode error = hear_of_leader(told->leader_id, told->leader_epoch, env, out);
    if (error == ErrorCode::kNone && role_ == RaftRole::kFollower &&
        leader_id() == told->leader_id) {
        fetch_deadline_ = env.now + successor_backoff(told->preferred_candidates);
    }
    return epoch_answer<EndQuorumEpochResponse>(error, epoch(), leader_id());
}

/// The best successor tries at once, each one after it waits twice as long as the one before, and
/// who is not among them the longest [KafkaRaftClient.strictExponentialElectionBackoffMs].
Duration RaftNode::successor_backoff(
    const std::vector<EndQuorumEpochRequest::Candidate>& successors) const {
    const auto self =
        std::find_if(successors.begin(), successors.end(),
                     [&](const auto& candidate) { return candidate.candidate_id == config_.id; });
    if (self == successors.end()) {
        return successors.empty() ? Duration() : config_.election_backoff_max;
    }
    const auto position = self - successors.begin();
    if (position == 0) {
        return Duration();
    }
    const auto count = static_cast<int64_t>(successors.size());
    const int64_t base_ms =
        config_.election_backoff_max.to_ms() >> std::min<int64_t>(count - 1, 62);
    const Duration wait = Duration::from_ms(base_ms << std::min<int64_t>(position - 1, 30));
    return std::min(wait, config_.election_backoff_max);
}

/// What all answers have in common: who leads, in which epoch. Decides whether the answer is dealt
/// with thereby (true: the other side may be asked again at once, false: after a backoff), or
/// whether it is for its own handler. Kafka asks again at once after a refusal that taught nothing,
/// round trip after round trip; here it backs off.
std::optional<bool> RaftNode::take_common(ErrorCode error, BrokerId leader, LeaderEpoch epoch,
                                          const Env& env, RaftOutput& out) {
    if (epoch < this->epoch() || error == ErrorCode::kUnknownLeaderEpoch) {
        return false;
    }
    if (epoch > this->epoch() || error == ErrorCode::kFencedLeaderEpoch ||
        error == ErrorCode::kNotLeaderOrFollower) {
        const LeaderEpoch epoch_before = this->epoch();
        const BrokerId leader_before = leader_id();
        learn_leader(leader, epoch, env, out);
        return epoch_before != this->epoch() || leader_before != leader_id();
    }
    if (leader != kNoBroker && leader != config_.id && leader_id() == kNoBroker) {
        become_follower(epoch, leader, env, out);
        return error == ErrorCode::kNone ? std::nullopt : std::optional(true);
    }
    return error == ErrorCode::kNone ? std::nullopt : std::optional(false);
}

bool RaftNode::take_vote(BrokerId from, const VoteResponse& response, const Env& env,
                         RaftOutput& out) {
    const VoteResponse::Partition* vote = metadata_partition_of(response);
    if (response.error_code != ErrorCode::kNone || vote == nullptr) {
        return false;
    }
    if (const std::optional<bool> done =
            take_common(vote->error_code, vote->leader_id, vote->leader_epoch, env, out)) {
        return *done;
    }
    if (role_ == RaftRole::kProspective || role_ == RaftRole::kCandidate) {
        votes_.insert_or_assign(from, vote->vote_granted);
        count_votes(env, out);
    }
    return true;
}

bool RaftNode::take_begin_epoch(BrokerId from, const BeginQuorumEpochResponse& response,
                                const Env& env, RaftOutput& out) {
    const BeginQuorumEpochResponse::Partition* told = metadata_partition_of(response);
    if (response.error_code != ErrorCode::kNone || told == nullptr) {
        return false;
    }
    if (const std::optional<bool> done =
            take_common(told->error_code, told->leader_id, told->leader_epoch, env, out)) {
        return *done;
    }
    if (RaftPeer* peer = is_leader() ? peers_.find(from) : nullptr) {
        peer->has_acknowledged = true;
    }
    return true;
}

bool RaftNode::take_end_epoch(BrokerId from, const EndQuorumEpochResponse& response, const Env& env,
                              RaftOutput& out) {
    const EndQuorumEpochResponse::Partition* told = metadata_partition_of(response);
    if (response.error_code != ErrorCode::kNone || told == nullptr) {
        return false;
    }
    if (const std::optional<bool> done =
            take_common(told->error_code, told->leader_id, told->leader_epoch, env, out)) {
        return *done;
    }
    unaware_voters_.erase(from);
    return true;
}

}  // namespace brokerlab
