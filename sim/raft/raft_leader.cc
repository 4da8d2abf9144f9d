// Leading: writing batches, serving fetches, the high watermark, the check of the quorum.
// [LeaderState.java, BatchAccumulator.java, KafkaRaftClient.java]
#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "sim/base/check.h"
#include "sim/log/append.h"
#include "sim/log/read.h"
#include "sim/model/wall_clock.h"
#include "sim/raft/metadata_log.h"
#include "sim/raft/raft_messages.h"
#include "sim/raft/raft_node.h"

namespace brokerlab {
namespace {

/// An observer that has not fetched for so long is no longer listed
/// [LeaderState.OBSERVER_SESSION_TIMEOUT_MS].
constexpr Duration kObserverSession = 300_s;

Timestamp timestamp_of(SimTime at) {
    return at < SimTime(0) ? kNoTimestamp : wall_clock(at);
}

/// What a peer's fetch of `offset` says about how far it is.
void note_position(RaftPeer& peer, Offset offset, Offset leader_end, SimTime now) {
    if (offset >= leader_end) {
        peer.last_caught_up = std::max(peer.last_caught_up, now);
    } else if (peer.leader_end_at_last_fetch > Offset(0) &&
               offset >= peer.leader_end_at_last_fetch) {
        peer.last_caught_up = std::max(peer.last_caught_up, peer.last_fetch);
    }
    peer.leader_end_at_last_fetch = leader_end;
    peer.last_fetch = std::max(peer.last_fetch, now);
    peer.log_end_offset = offset;
    peer.has_acknowledged = true;
}

}  // namespace

std::optional<Offset> RaftNode::append(LeaderEpoch epoch, std::vector<Bytes> values, bool flush,
                                       const Env& env, RaftOutput& out) {
    BL_CHECK(!values.empty());
    if (!is_leader() || epoch != this->epoch()) {
        return std::nullopt;
    }
    std::size_t bytes = 0;
    for (const Bytes& value : values) {
        bytes += value.size();
    }
    if (linger_.bytes + bytes > static_cast<std::size_t>(kRaftMaxBytes)) {
        write_linger(env, out);
    }
    if (linger_.values.empty()) {
        linger_.deadline = env.now + config_.append_linger;
        linger_.timestamp = wall_clock(env.now);
        linger_.values = std::move(values);
    } else {
        linger_.values.insert(linger_.values.end(), std::make_move_iterator(values.begin()),
                              std::make_move_iterator(values.end()));
    }
    linger_.bytes += bytes;
    const Offset last = disk_.log.log_end_offset + static_cast<int64_t>(linger_.values.size()) - 1;
    if (flush || linger_.deadline <= env.now) {
        write_linger(env, out);
    }
    return last;
}

void RaftNode::write_linger(const Env& env, RaftOutput& out) {
    if (linger_.values.empty()) {
        return;
    }
    const RaftLinger full = std::exchange(linger_, RaftLinger());
    write_batch(metadata_batch(full.values, {epoch(), disk_.log.log_end_offset}, full.timestamp),
                env, out);
}

/// The leader counts its own copy before it is on disk and answers who waits for it; it flushes
/// right after, in the same instant.
void RaftNode::write_batch(BatchBytes batch, const Env& env, RaftOutput& out) {
    Records records;
    records.batches.emplace_back(std::move(batch));
    const AppendResult result =
        append_as_leader(disk_.log, records, epoch(), AppendOrigin::kRaftLeader,
                         {.config = metadata_log_config(), .now = env.now});
    BL_CHECK(result.ok());
    advance_high_watermark();
    complete_waiting_fetches(env, out);
    flush_to(disk_.log, disk_.log.log_end_offset);
}

/// The offset that a majority of the voters has reached, once that holds a record of this epoch.
void RaftNode::advance_high_watermark() {
    std::vector<Offset> ends;
    ends.reserve(config_.voters.size());
    for (const BrokerId voter : config_.voters) {
        ends.push_back(voter == config_.id ? disk_.log.log_end_offset
                                           : peers_.at(voter).log_end_offset);
    }
    const auto middle = ends.begin() + static_cast<std::ptrdiff_t>(ends.size() / 2);
    std::nth_element(ends.begin(), middle, ends.end(), std::greater<>());
    if (*middle > epoch_start_offset_ && *middle > disk_.log.high_watermark) {
        set_high_watermark(disk_.log, *middle);
    }
}

/// -1 until a record of this epoch is committed: the new leader may not know yet how far the old
/// one had come.
Offset RaftNode::leader_high_watermark() const {
    return leads_and_caught_up() ? disk_.log.high_watermark : kNoOffset;
}

std::optional<ErrorCode> RaftNode::leader_only_error(LeaderEpoch epoch) const {
    if (epoch < this->epoch()) {
        return ErrorCode::kFencedLeaderEpoch;
    }
    if (epoch > this->epoch()) {
        return ErrorCode::kUnknownLeaderEpoch;
    }
    // A leader that shuts down resigns in the same step: Kafka's BROKER_NOT_AVAILABLE never comes.
    return is_leader() ? std::nullopt : std::optional(ErrorCode::kNotLeaderOrFollower);
}

FetchResponse RaftNode::empty_fetch(ErrorCode error, Offset high_watermark) const {
    FetchResponse::Partition partition;
    partition.error_code = error;
    partition.high_watermark = high_watermark;
    partition.log_start_offset = disk_.log.log_start_offset;
    partition.current_leader = {leader_id(), epoch()};
    partition.records = Records();
    return raft_fetch_response(std::move(partition));
}

void RaftNode::note_fetch(BrokerId replica, Offset offset, const Env& env) {
    if (replica < BrokerId(0) || replica == config_.id) {
        return;  // Not a member: a tool.
    }
    note_position(peers_[replica], offset, disk_.log.log_end_offset, env.now);
    if (!std::binary_search(config_.voters.begin(), config_.voters.end(), replica)) {
        return;
    }
    fetched_voters_.insert(replica);
    // With the leader itself they are a majority.
    if (fetched_voters_.size() >= config_.voters.size() / 2) {
        fetched_voters_.clear();
        check_quorum_deadline_ = env.now + config_.fetch_timeout * 3 / 2;
    }
    advance_high_watermark();
}

/// What there is for a fetch right now; notes how far the reader is.
FetchResponse RaftNode::read_for(BrokerId replica, const FetchRequest::Partition& fetch,
                                 const Env& env) {
    if (const std::optional<ErrorCode> error = leader_only_error(fetch.current_leader_epoch)) {
        return empty_fetch(*error, kNoOffset);
    }
    const std::optional<EpochEndOffset> diverging =
        divergence(disk_.log, fetch.fetch_offset, fetch.last_fetched_epoch);
    if (diverging) {
        FetchResponse response = empty_fetch(ErrorCode::kNone, leader_high_watermark());
        response.responses[0].partitions[0].diverging_epoch = {diverging->epoch,
                                                               diverging->end_offset};
        return response;
    }
    ReadResult read = read_log(disk_.log, fetch.fetch_offset, FetchIsolation::kLogEnd,
                               {.max_bytes = kRaftMaxBytes});
    if (read.error != ErrorCode::kNone) {
        return empty_fetch(ErrorCode::kUnknownServerError, kNoOffset);
    }
    note_fetch(replica, fetch.fetch_offset, env);
    FetchResponse response = empty_fetch(ErrorCode::kNone, leader_high_watermark());
    response.responses[0].partitions[0].records = std::move(read.records);
    return response;
}

void RaftNode::answer_fetch(const Request& request, const FetchRequest& fetch, const Env& env,
                            RaftOutput& out) {
    const FetchRequest::Partition* asked = metadata_partition_of(fetch);
    if (!same_cluster(fetch.cluster_id) || asked == nullptr) {
        const ErrorCode error =
            asked == nullptr ? ErrorCode::kInvalidRequest : ErrorCode::kInconsistentClusterId;
        out.responses.push_back(make_response(request, refused_as_a_whole<FetchResponse>(error)));
        return;
    }
    const bool is_malformed = fetch.max_wait_ms < 0 || asked->fetch_offset < Offset(0) ||
                              asked->last_fetched_epoch < LeaderEpoch(0) ||
                              asked->last_fetched_epoch > asked->current_leader_epoch;
    if (is_malformed) {
        out.responses.push_back(
            make_response(request, empty_fetch(ErrorCode::kInvalidRequest, kNoOffset)));
        return;
    }
    const BrokerId replica = request.header.request_api_version >= 15
                                 ? fetch.replica_state.replica_id
                                 : fetch.replica_id;
    FetchResponse response = read_for(replica, *asked, env);
    const FetchResponse::Partition& found = response.responses[0].partitions[0];
    const bool has_news = found.error_code != ErrorCode::kNone ||
                          found.diverging_epoch.epoch >= LeaderEpoch(0) ||
                          (found.records && !found.records->batches.empty());
    if (has_news || fetch.max_wait_ms == 0) {
        out.responses.push_back(make_response(request, std::move(response)));
        return;
    }
    waiting_fetches_.push_back({.connection = request.connection,
                                .header = request.header,
                                .replica = replica,
                                .partition = *asked,
                                .high_watermark = found.high_watermark,
                                .deadline = env.now + Duration::from_ms(fetch.max_wait_ms)});
}

/// A new end of the log answers them; a new high watermark alone does not: readers learn it with
/// the next data, or when their wait is over [KafkaRaftClient.updateLeaderEndOffsetAndTimestamp].
void RaftNode::complete_waiting_fetches(const Env& env, RaftOutput& out) {
    std::vector<RaftWaitingFetch> waiting = std::exchange(waiting_fetches_, {});
    for (RaftWaitingFetch& fetch : waiting) {
        if (fetch.partition.fetch_offset < disk_.log.log_end_offset) {
            out.responses.push_back({fetch.connection, std::move(fetch.header),
                                     read_for(fetch.replica, fetch.partition, env)});
        } else {
            waiting_fetches_.push_back(std::move(fetch));
        }
    }
}

/// Who waited in vain gets what there was to say when it asked.
void RaftNode::expire_waiting_fetches(const Env& env, RaftOutput& out) {
    std::erase_if(waiting_fetches_, [&](RaftWaitingFetch& fetch) {
        if (fetch.deadline > env.now) {
            return false;
        }
        out.responses.push_back({fetch.connection, std::move(fetch.header),
                                 empty_fetch(ErrorCode::kNone, fetch.high_watermark)});
        return true;
    });
}

DescribeQuorumResponse RaftNode::describe(const DescribeQuorumRequest& request, const Env& env) {
    using Answer = DescribeQuorumResponse;
    const bool is_known = metadata_partition_of(request) != nullptr;
    if (!is_known || !is_leader()) {
        Answer::Partition refused;
        refused.error_code =
            is_known ? ErrorCode::kNotLeaderOrFollower : ErrorCode::kUnknownTopicOrPartition;
        return about_metadata<Answer>(std::move(refused));
    }
    Answer::Partition state;
    state.leader_id = config_.id;
    state.leader_epoch = epoch();
    state.high_watermark = leader_high_watermark();
    const Timestamp now = wall_clock(env.now);
    for (const BrokerId voter : config_.voters) {
        Answer::Replica& replica = state.current_voters.emplace_back();
        replica.replica_id = voter;
        if (voter == config_.id) {
            replica.log_end_offset = disk_.log.log_end_offset;
            replica.last_fetch_timestamp = now;
            replica.last_caught_up_timestamp = now;
        }
    }
    peers_.erase_if([&](const auto& item) {
        return !std::binary_search(config_.voters.begin(), config_.voters.end(), item.first) &&
               env.now - item.second.last_fetch >= kObserverSession;
    });
    for (const auto& [id, peer] : peers_) {
        const auto is_it = [id = id](const Answer::Replica& r) { return r.replica_id == id; };
        auto at = std::find_if(state.current_voters.begin(), state.current_voters.end(), is_it);
        Answer::Replica& replica =
            at != state.current_voters.end() ? *at : state.observers.emplace_back();
        replica.replica_id = id;
        replica.log_end_offset = peer.log_end_offset;
        replica.last_fetch_timestamp = timestamp_of(peer.last_fetch);
        replica.last_caught_up_timestamp = timestamp_of(peer.last_caught_up);
    }
    return about_metadata<Answer>(std::move(state));
}

}  // namespace brokerlab
