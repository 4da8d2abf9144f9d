// Following: what a voter or an observer makes of the leader's answer to its fetch.
//
// A voter's copy is on disk before it fetches again: its fetch offset is its acknowledgement.
// Observers don't flush. [KafkaRaftClient.handleFetchResponse]
#include <algorithm>

#include "sim/log/append.h"
#include "sim/log/truncate.h"
#include "sim/raft/metadata_log.h"
#include "sim/raft/raft_messages.h"
#include "sim/raft/raft_node.h"

namespace brokerlab {

bool RaftNode::take_fetch(BrokerId from, const FetchResponse& response, const Env& env,
                          RaftOutput& out) {
    const FetchResponse::Partition* fetched = metadata_partition_of(response);
    if (response.error_code != ErrorCode::kNone || fetched == nullptr) {
        return false;
    }
    if (const std::optional<bool> done =
            take_common(fetched->error_code, fetched->current_leader.leader_id,
                        fetched->current_leader.leader_epoch, env, out)) {
        return *done;
    }
    if (role_ != RaftRole::kFollower || leader_id() != from) {
        return false;
    }
    if (fetched->diverging_epoch.epoch >= LeaderEpoch(0)) {
        if (!truncate_as_told(fetched->diverging_epoch, env, out)) {
            return false;
        }
    } else {
        if (fetched->records && !fetched->records->batches.empty()) {
            const AppendResult appended = append_as_follower(
                disk_.log, *fetched->records, {.config = metadata_log_config(), .now = env.now});
            if (!appended.ok()) {
                return false;
            }
            if (is_voter_) {
                flush_to(disk_.log, disk_.log.log_end_offset);
            }
        }
        const Offset committed = std::min(fetched->high_watermark, disk_.log.log_end_offset);
        if (committed > disk_.log.high_watermark) {
            set_high_watermark(disk_.log, committed);
        }
    }
    fetch_deadline_ = env.now + fetch_timeout_;
    has_fetched_ = true;
    leader_is_silent_ = false;
    return true;
}

/// Cuts the log to what it shares with the leader's. What is committed is never cut: Kafka's
/// process stops rather than do that.
bool RaftNode::truncate_as_told(const FetchResponse::EpochEndOffset& diverging, const Env& env,
                                RaftOutput& out) {
    const Offset to =
        truncation_offset(disk_.log, EpochEndOffset{diverging.epoch, diverging.end_offset});
    if (std::min(diverging.end_offset, to) < disk_.log.high_watermark) {
        out.fatal = "the leader of the metadata quorum asked to truncate committed records";
        return false;
    }
    const Offset from = disk_.log.log_end_offset;
    if (truncate_to(disk_.log, to, env.now)) {
        out.facts.emplace_back(MetadataLogTruncated{from, to});
    }
    return true;
}

}  // namespace brokerlab
