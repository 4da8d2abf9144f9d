// RaftNode: a member of the metadata quorum, or an observer of it, as KRaft has them.
//
// Followers and observers pull: they fetch from the leader, whose high watermark comes back with
// the data. Elections have epochs, a durable vote, a pre-vote first (KIP-996), and a leader whom a
// majority stops fetching from resigns. The log is __cluster_metadata-0 in Kafka's bytes. The host
// (controller or broker) carries requests and responses, and asks after each call what is new: the
// role, the leader and epoch, the high watermark. [raft KafkaRaftClient.java, QuorumState.java,
// LeaderState.java, RequestManager.java; KIP-595, KIP-996]
// Not modelled: changes of the voters (KIP-853), snapshots (KIP-630): the log is kept whole; the
// endpoints that messages name beside node ids: everyone knows where everyone is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/base/flat_map.h"
#include "sim/kernel/sim_time.h"
#include "sim/log/partition_log.h"
#include "sim/model/env.h"
#include "sim/model/ids.h"
#include "sim/raft/raft_records.h"

namespace brokerlab {

struct RaftConfig {
    BrokerId id;                          ///< `node.id`
    std::vector<BrokerId> voters;         ///< sorted
    Duration election_timeout = 1_s;      ///< controller.quorum.election.timeout.ms
    Duration fetch_timeout = 2_s;         ///< controller.quorum.fetch.timeout.ms
    Duration election_backoff_max = 1_s;  ///< controller.quorum.election.backoff.max.ms
    Duration append_linger = 25_ms;       ///< controller.quorum.append.linger.ms
    Duration request_timeout = 2_s;       ///< controller.quorum.request.timeout.ms
    Duration retry_backoff = 20_ms;       ///< controller.quorum.retry.backoff.ms

    [[nodiscard]] bool is_voter() const;

    bool operator==(const RaftConfig&) const = default;
};

/// What outlives the process: the log and the file quorum-state.
struct RaftDisk {
    PartitionLog log;
    QuorumStateData quorum_state;

    bool operator==(const RaftDisk&) const = default;
};
/// A disk that was formatted and never used.
[[nodiscard]] RaftDisk new_raft_disk(SimTime now);

enum class RaftRole : uint8_t {
    kUnattached,
    kProspective,
    kCandidate,
    kFollower,
    kLeader,
    kResigned,
};
[[nodiscard]] std::string_view raft_role_name(RaftRole role);

/// What the leader knows of a node that fetches from it [LeaderState.ReplicaState].
struct RaftPeer {
    Offset log_end_offset = kNoOffset;     ///< -1 before its first fetch
    SimTime last_fetch = SimTime(-1);      ///< below zero: never
    SimTime last_caught_up = SimTime(-1);  ///< below zero: never
    /// The leader's LEO when it fetched last; who reaches it was caught up at that time.
    Offset leader_end_at_last_fetch = kNoOffset;
    bool has_acknowledged = false;  ///< BeginQuorumEpoch was answered, or it fetched in this epoch

    bool operator==(const RaftPeer&) const = default;
};

/// A request to another member; the host sends it and hands back response or failure.
struct RaftRequest {
    BrokerId to;
    RequestBody body;
};

/// What came of a call, besides the state itself.
struct RaftOutput {
    std::vector<RaftRequest> requests;
    std::vector<Response> responses;  ///< also to fetches that had been waiting

    std::vector<FactBody> facts;
    /// Why Kafka's process would stop here by itself, a whole sentence: it was told of a second
    /// leader in its epoch, or to truncate what is committed. No rule of Kafka's lets it happen;
    /// with `raft-vote-durable` off it can. A node that goes on anyway refuses what it was told.
    std::optional<std::string> fatal;
};

/// A link to another member, as a requester sees it: one request at a time [RequestManager.java].
struct RaftLink {
    std::optional<ApiKey> awaiting;  ///< the request under way
    /// The role changed since it was sent: its answer frees the link and says nothing more.
    bool stale = false;
    SimTime sent_at;
    SimTime ready_at;  ///< end of the backoff after a failure

    bool operator==(const RaftLink&) const = default;
};

/// A fetch that the leader answers when its log grows or the reader's max wait is over.
struct RaftWaitingFetch {
    ConnectionId connection;
    RequestHeader header;
    BrokerId replica;
    FetchRequest::Partition partition;
    Offset high_watermark;  ///< -1 unknown; as of its arrival: what it is told if nothing comes
    SimTime deadline;

    bool operator==(const RaftWaitingFetch&) const = default;
};

/// What a leader collects during append.linger [BatchAccumulator.java].
struct RaftLinger {
    std::vector<Bytes> values;
    std::size_t bytes = 0;
    Timestamp timestamp;
    SimTime deadline = kNever;  ///< kNever while empty

    bool operator==(const RaftLinger&) const = default;
};

class RaftNode {
public:
    RaftNode() = default;
    /// A process that starts on what its disk holds.
    RaftNode(RaftConfig config, RaftDisk disk, const Env& env, RaftOutput& out);

    // What the host asks.
    [[nodiscard]] const RaftConfig& config() const { return config_; }
    [[nodiscard]] RaftRole role() const { return role_; }
    [[nodiscard]] LeaderEpoch epoch() const { return disk_.quorum_state.leader_epoch; }
    /// The leader of this epoch, as far as known.
    [[nodiscard]] std::optional<BrokerId> leader() const;
    [[nodiscard]] bool is_leader() const { return role_ == RaftRole::kLeader; }
    /// A leader that has committed the first record of its epoch: its committed log is complete.
    [[nodiscard]] bool leads_and_caught_up() const;
    [[nodiscard]] Offset high_watermark() const { return disk_.log.high_watermark; }
    [[nodiscard]] Offset log_end_offset() const { return disk_.log.log_end_offset; }
    [[nodiscard]] Offset epoch_start_offset() const { return epoch_start_offset_; }
    [[nodiscard]] const PartitionLog& log() const { return disk_.log; }
    /// What a restart would find.
    [[nodiscard]] const RaftDisk& disk() const { return disk_; }
    [[nodiscard]] const FlatMap<BrokerId, RaftPeer>& peers() const { return peers_; }
    /// When time alone changes the role: a follower's fetch time-out, an election, a leader's check
    /// of its majority; kNever when nothing does.
    [[nodiscard]] SimTime role_deadline() const;

    /// As leader: takes values for the log and returns the offset of the last of them. They are
    /// written as one batch; `flush` writes at once what waits for append.linger (atomic batches do
    /// [BatchAccumulator]). Nothing when this node does not lead in `epoch`.
    std::optional<Offset> append(LeaderEpoch epoch, std::vector<Bytes> values, bool flush,
                                 const Env& env, RaftOutput& out);

    /// Vote, BeginQuorumEpoch, EndQuorumEpoch, Fetch of the metadata log, DescribeQuorum. A fetch
    /// may be answered later.
    void on_request(const Request& request, const Env& env, RaftOutput& out);
    void on_response(BrokerId from, const ResponseBody& body, const Env& env, RaftOutput& out);
    /// A request to `to` got no answer: connection lost or time-out.
    void on_request_failed(BrokerId to, ApiKey api, const Env& env, RaftOutput& out);
    /// A connection is gone: fetches that wait on it are forgotten.
    void on_connection_lost(const ConnectionId& connection);
    /// Does what is due at env.now.
    void on_timer(const Env& env, RaftOutput& out);
    [[nodiscard]] SimTime next_deadline() const;
    /// Leaves in order: a leader resigns and names its successors (EndQuorumEpoch).
    void shut_down(const Env& env, RaftOutput& out);

    bool operator==(const RaftNode&) const = default;
    friend void digest_into(Digest& d, const RaftNode& node);

private:
    // Roles (raft_roles.cc) [QuorumState.java]. Each states who leads and whom this node voted for,
    // durably, before anything is sent that rests on it.
    void initialize(const Env& env, RaftOutput& out);
    void become_unattached(LeaderEpoch epoch, const Env& env, RaftOutput& out);
    void become_prospective(const Env& env, RaftOutput& out);
    void become_candidate(const Env& env, RaftOutput& out);
    void become_follower(LeaderEpoch epoch, BrokerId leader, const Env& env, RaftOutput& out);
    void become_leader(const Env& env, RaftOutput& out);
    void become_resigned(QuorumLeaderResigned::Why why, const Env& env, RaftOutput& out);
    void leave_role(RaftOutput& out,
                    QuorumLeaderResigned::Why why = QuorumLeaderResigned::Why::kHigherEpoch);
    void refuse_waiting_fetches(RaftOutput& out);
    void write_quorum_state(LeaderEpoch epoch, BrokerId leader, BrokerId voted);
    [[nodiscard]] SimTime random_election_deadline(const Env& env) const;
    void start_following(const Env& env);
    void learn_leader(BrokerId leader, LeaderEpoch epoch, const Env& env, RaftOutput& out);
    [[nodiscard]] bool is_observer() const { return !is_voter_; }
    [[nodiscard]] BrokerId voted() const { return disk_.quorum_state.voted_id; }
    [[nodiscard]] BrokerId leader_id() const { return disk_.quorum_state.leader_id; }

    // Elections (raft_election.cc).
    [[nodiscard]] VoteResponse answer_vote(const VoteRequest& request, const Env& env,
                                           RaftOutput& out);
    [[nodiscard]] bool can_grant_vote(BrokerId to, bool log_up_to_date, bool pre_vote) const;
    [[nodiscard]] ErrorCode hear_of_leader(BrokerId leader, LeaderEpoch leader_epoch,
                                           const Env& env, RaftOutput& out);
    [[nodiscard]] BeginQuorumEpochResponse answer_begin_epoch(
        const BeginQuorumEpochRequest& request, const Env& env, RaftOutput& out);
    [[nodiscard]] EndQuorumEpochResponse answer_end_epoch(const EndQuorumEpochRequest& request,
                                                          const Env& env, RaftOutput& out);
    bool take_vote(BrokerId from, const VoteResponse& response, const Env& env, RaftOutput& out);
    bool take_begin_epoch(BrokerId from, const BeginQuorumEpochResponse& response, const Env& env,
                          RaftOutput& out);
    bool take_end_epoch(BrokerId from, const EndQuorumEpochResponse& response, const Env& env,
                        RaftOutput& out);
    std::optional<bool> take_common(ErrorCode error, BrokerId leader, LeaderEpoch epoch,
                                    const Env& env, RaftOutput& out);
    void count_votes(const Env& env, RaftOutput& out);
    [[nodiscard]] bool vote_is_granted() const;
    [[nodiscard]] bool vote_is_rejected() const;
    void start_backing_off(const Env& env);
    [[nodiscard]] Duration successor_backoff(
        const std::vector<EndQuorumEpochRequest::Candidate>& successors) const;
    [[nodiscard]] bool same_cluster(const std::optional<std::string>& cluster_id) const;

    // Leading (raft_leader.cc) [LeaderState.java].
    void write_linger(const Env& env, RaftOutput& out);
    void write_batch(BatchBytes batch, const Env& env, RaftOutput& out);
    void advance_high_watermark();
    void answer_fetch(const Request& request, const FetchRequest& fetch, const Env& env,
                      RaftOutput& out);
    [[nodiscard]] FetchResponse read_for(BrokerId replica, const FetchRequest::Partition& fetch,
                                         const Env& env);
    void note_fetch(BrokerId replica, Offset offset, const Env& env);
    void complete_waiting_fetches(const Env& env, RaftOutput& out);
    void expire_waiting_fetches(const Env& env, RaftOutput& out);
    [[nodiscard]] std::optional<ErrorCode> leader_only_error(LeaderEpoch epoch) const;
    [[nodiscard]] FetchResponse empty_fetch(ErrorCode error, Offset high_watermark) const;
    [[nodiscard]] Offset leader_high_watermark() const;
    [[nodiscard]] DescribeQuorumResponse describe(const DescribeQuorumRequest& request,
                                                  const Env& env);

    // Following (raft_follower.cc) [FollowerState.java].
    bool take_fetch(BrokerId from, const FetchResponse& response, const Env& env, RaftOutput& out);
    bool truncate_as_told(const FetchResponse::EpochEndOffset& diverging, const Env& env,
                          RaftOutput& out);

    // Requests and time (raft_poll.cc).
    void poll(const Env& env, RaftOutput& out);
    bool pass_role_deadline(const Env& env, RaftOutput& out);
    void poll_leader(const Env& env, RaftOutput& out);
    void poll_requests(const Env& env, RaftOutput& out);
    void poll_observer(const Env& env, RaftOutput& out);
    void send_begin_epochs(const Env& env, RaftOutput& out);
    void send_begin_epoch(BrokerId voter, const Env& env, RaftOutput& out);
    template <class Visit>
    void for_each_destination(Visit visit) const;
    void send_next(BrokerId to, const Env& env, RaftOutput& out);
    void send(BrokerId to, RequestBody body, const Env& env, RaftOutput& out);
    [[nodiscard]] bool is_ready(BrokerId to, SimTime now) const;
    [[nodiscard]] bool awaits_any() const;
    void back_off(BrokerId to, SimTime now);
    void expire_links(SimTime now);
    [[nodiscard]] std::optional<std::string> cluster_id() const;

    RaftConfig config_;
    RaftDisk disk_;  ///< quorum_state says the epoch, its leader as far as known, and the vote
    bool is_voter_ = false;
    bool shutting_down_ = false;
    RaftRole role_ = RaftRole::kUnattached;
    FlatMap<BrokerId, RaftLink> links_;

    // As Unattached, Prospective, Candidate and Resigned.
    SimTime election_deadline_ = kNever;
    SimTime backoff_deadline_ = kNever;  ///< of a candidate that lost; kNever: it has not
    uint32_t election_attempts_ = 0;     ///< in a row
    FlatMap<BrokerId, bool> votes_;      ///< who granted or refused; itself included
    FlatSet<BrokerId> unaware_voters_;   ///< to be told of the resignation, or of the leader
    std::vector<BrokerId> successors_;   ///< best first

    // As follower.
    SimTime fetch_deadline_ = kNever;
    Duration fetch_timeout_;          ///< with what this voter is late by in this epoch
    bool has_fetched_ = false;        ///< from this leader, at least once: refuses pre-votes
    bool leader_is_silent_ = false;   ///< an observer's fetch time-out is over: it asks around
    std::size_t next_bootstrap_ = 0;  ///< index of the voter that an observer asks next

    // As leader.
    Offset epoch_start_offset_ = kNoOffset;
    FlatMap<BrokerId, RaftPeer> peers_;  ///< the other voters, and all observers that fetched
    FlatSet<BrokerId> fetched_voters_;   ///< since the check of the quorum was last passed
    SimTime check_quorum_deadline_ = kNever;
    SimTime begin_epoch_deadline_ = kNever;
    RaftLinger linger_;
    std::vector<RaftWaitingFetch> waiting_fetches_;
};

}  // namespace brokerlab
