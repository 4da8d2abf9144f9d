// OffsetCommitter: how a member's positions get into the group.
//
// Automatically: every auto.commit.interval.ms inside poll(), before a rebalance, and at the end.
// Or by the application: the lab's commits after each batch that it has worked off, and waits
// (commitSync). What is committed is one past what poll() has returned.
// [ConsumerCoordinator.java, ClassicKafkaConsumer.commitSync, CommitRequestManager.java]
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/messages/group_offsets.h"

namespace brokerlab {

struct MemberTurn;

struct CommitPosition {
    TopicPartition partition;
    Offset offset;
    LeaderEpoch leader_epoch = kNoLeaderEpoch;

    bool operator==(const CommitPosition&) const = default;
};

struct SentCommit {
    enum class Why : uint8_t { kInterval, kBeforeRebalance, kSync };
    Why why = Why::kInterval;
    std::vector<CommitPosition> positions;

    bool operator==(const SentCommit&) const = default;
};

/// A commit that the application waits for.
struct SyncCommit {
    std::vector<CommitPosition> positions;
    SimTime deadline;  ///< default.api.timeout.ms, or the end of close()
    SimTime retry_at;
    uint32_t attempts = 0;
    uint64_t tag = 0;  ///< of the last attempt: a late answer to an earlier commit is not its own
    bool in_flight = false;
    bool over = false;

    bool operator==(const SyncCommit&) const = default;
};

struct OffsetCommitter {
    /// The commit before a rebalance.
    enum class Prepare : uint8_t { kNone, kWaiting, kRetry, kDone };

    SimTime next_auto = kNever;
    FlatMap<uint64_t, SentCommit> sent;  ///< in flight, by tag
    Prepare prepare = Prepare::kNone;
    SimTime prepare_retry_at;
    std::optional<SyncCommit> sync;
    std::optional<SimTime> last_commit;         ///< when the last one was accepted
    FlatMap<TopicPartition, Offset> committed;  ///< by this member, as far as it knows

    bool operator==(const OffsetCommitter&) const = default;
};

/// The timer of automatic commits starts anew.
void restart_auto_commit(MemberTurn& at);
/// In poll(): commits if it is time.
void maybe_auto_commit(MemberTurn& at);
/// Before a rebalance; false while the answer is waited for.
[[nodiscard]] bool commit_before_rebalance(MemberTurn& at);
/// That rebalance is over, or does not come: an answer that is still under way tells nothing.
void forget_prepared_commit(MemberTurn& at);

void begin_sync_commit(MemberTurn& at, SimTime deadline);
/// True when it is over, one way or the other.
[[nodiscard]] bool drive_sync_commit(MemberTurn& at);

void on_offset_commit(MemberTurn& at, uint64_t tag, const OffsetCommitResponse& response);
void on_offset_commit_failed(MemberTurn& at, uint64_t tag, ErrorCode error);

[[nodiscard]] SimTime next_deadline(const OffsetCommitter& committer, bool polls, SimTime now);

}  // namespace brokerlab
