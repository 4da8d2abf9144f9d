#include "sim/client/offset_committer.h"

#include <algorithm>
#include <utility>

#include "sim/client/member_turn.h"

namespace brokerlab {
namespace {

using Prepare = OffsetCommitter::Prepare;
using Why = SentCommit::Why;

/// One past what poll() has returned, of all partitions with a position
/// [SubscriptionState.allConsumed].
std::vector<CommitPosition> all_consumed(const ConsumerCore& core) {
    std::vector<CommitPosition> positions;
    for (std::size_t i = 0; i < core.partitions.size(); ++i) {
        const ConsumerPosition& position =
            (core.positions.begin() + static_cast<std::ptrdiff_t>(i))->second;
        if (core.partitions[i].phase == ReadPartition::Phase::kFetch &&
            position.next != kNoOffset) {
            positions.push_back({name_at(core, i), position.next, position.leader_epoch});
        }
    }
    return positions;
}

enum class Sent : uint8_t {
    kYes,
    kNotYet,  ///< there is no connection to a coordinator
    kFailed,  ///< the member is in no generation; the fact is stated
};

/// Tells as whom it commits; false, with the fact, when it can't.
bool sign(MemberTurn& at, const ClassicMembership& m, OffsetCommitRequest& request) {
    if (m.state != MemberState::kStable) {
        const ErrorCode error = m.state == MemberState::kUnjoined ? ErrorCode::kUnknownMemberId
                                                                  : ErrorCode::kRebalanceInProgress;
        at.fx.state(CommitFailed{at.group.settings.group, error, false});
        return false;
    }
    request.generation_id_or_member_epoch = m.generation;
    request.member_id = m.member_id;
    return true;
}

/// Who is no member commits without a name, which the coordinator takes for an empty group only
/// [CommitRequestManager.onMemberEpochUpdated].
bool sign(MemberTurn& /*at*/, const ConsumerMembership& m, OffsetCommitRequest& request) {
    if (m.epoch > MemberEpoch(0)) {
        request.generation_id_or_member_epoch = GenerationId(m.epoch.value);
        request.member_id = m.member_id;
    }
    return true;
}

Sent send_commit(MemberTurn& at, Why why, std::vector<CommitPosition> positions) {
    OffsetCommitter& c = at.group.committer;
    if (!at.group.link.can_send()) {
        return Sent::kNotYet;
    }
    OffsetCommitRequest request;
    request.group_id = at.group.settings.group;
    if (!std::visit([&](const auto& m) { return sign(at, m, request); }, at.group.membership)) {
        return Sent::kFailed;
    }
    request.group_instance_id = at.group.settings.instance_id;
    for (const CommitPosition& position : positions) {
        if (request.topics.empty() || request.topics.back().name != position.partition.topic) {
            request.topics.emplace_back().name = position.partition.topic;
        }
        request.topics.back().partitions.push_back(
            {position.partition.partition, position.offset, position.leader_epoch, ""});
    }
    const uint64_t tag = send_to_coordinator(at, std::move(request));
    c.sent.insert_or_assign(tag, SentCommit{why, std::move(positions)});
    if (why == Why::kSync) {
        c.sync->tag = tag;
        c.sync->in_flight = true;
    }
    return Sent::kYes;
}

ErrorCode first_error(const OffsetCommitResponse& response) {
    for (const OffsetCommitResponse::Topic& topic : response.topics) {
        for (const OffsetCommitResponse::Partition& partition : topic.partitions) {
            if (partition.error_code != ErrorCode::kNone) {
                return partition.error_code;
            }
        }
    }
    return ErrorCode::kNone;
}

/// What the error does to the membership; true when the commit may be tried again
/// [OffsetCommitResponseHandler].
bool react(MemberTurn& at, ClassicMembership& m, ErrorCode& error, uint32_t sent_identity) {
    const bool unchanged = m.identity == sent_identity;
    switch (error) {
        case ErrorCode::kCoordinatorLoadInProgress:
        case ErrorCode::kUnknownTopicOrPartition:
            return true;
        case ErrorCode::kCoordinatorNotAvailable:
        case ErrorCode::kNotCoordinator:
        case ErrorCode::kRequestTimedOut:
            forget_coordinator(at, error);
            return true;
        case ErrorCode::kFencedInstanceId:
            if (unchanged) {
                fail_member(at, error, "another process uses its group.instance.id");
            }
            return false;
        case ErrorCode::kRebalanceInProgress:
            request_rejoin(m, "offset commit failed since group is already rebalancing");
            return false;
        case ErrorCode::kUnknownMemberId:
        case ErrorCode::kIllegalGeneration:
            if (!unchanged && m.state == MemberState::kJoining) {
                error = ErrorCode::kRebalanceInProgress;  // It is in another rebalance already.
            } else {
                reset_generation(m, error == ErrorCode::kIllegalGeneration,
                                 "encountered an error from OFFSET_COMMIT response");
            }
            return false;
        default:
            return false;
    }
}

/// No error of a commit changes the membership: heartbeats do
/// [CommitRequestManager.OffsetCommitRequestState.onResponse].
bool react(MemberTurn& at, const ConsumerMembership& m, ErrorCode error, Why why) {
    switch (error) {
        case ErrorCode::kCoordinatorLoadInProgress:
            return true;
        case ErrorCode::kUnknownTopicOrPartition:
            return why != Why::kBeforeRebalance;
        case ErrorCode::kCoordinatorNotAvailable:
        case ErrorCode::kNotCoordinator:
        case ErrorCode::kRequestTimedOut:
            forget_coordinator(at, error);
            return true;
        case ErrorCode::kStaleMemberEpoch:  // A heartbeat may have brought the new one meanwhile.
            return why == Why::kBeforeRebalance && m.epoch > MemberEpoch(0);
        default:
            return false;
    }
}

/// Before the commit ahead of a rebalance is tried again: longer each time in the consumer protocol
/// [RequestState.onFailedAttempt].
Duration back_off_before_rebalance(MemberTurn& at) {
    auto* consumer = std::get_if<ConsumerMembership>(&at.group.membership);
    return consumer != nullptr && consumer->reconciling
               ? at.back_off(consumer->reconciling->failed_commits++, ApiKey::kOffsetCommit)
               : at.group.settings.retry_backoff;
}

/// Whether the application waits for just this commit: it may have given up an earlier one.
bool is_waited_for(const OffsetCommitter& c, uint64_t tag) {
    return c.sync && c.sync->in_flight && c.sync->tag == tag;
}

void on_failure(MemberTurn& at, uint64_t tag, Why why, ErrorCode error, bool again) {
    OffsetCommitter& c = at.group.committer;
    if (why == Why::kSync && !is_waited_for(c, tag)) {
        return;  // That it failed was said when its time was over.
    }
    if (why == Why::kInterval && std::holds_alternative<ConsumerMembership>(at.group.membership)) {
        again = false;  // The next one is due soon enough [CommitRequestManager.requestAutoCommit].
    }
    at.fx.state(CommitFailed{at.group.settings.group, error, again});
    switch (why) {
        case Why::kInterval:
            if (again) {
                c.next_auto = at.now() + at.group.settings.retry_backoff;
            }
            break;
        case Why::kBeforeRebalance:
            if (c.prepare == Prepare::kWaiting) {
                c.prepare = again ? Prepare::kRetry : Prepare::kDone;
                c.prepare_retry_at = at.now() + back_off_before_rebalance(at);
            }
            break;
        case Why::kSync:
            c.sync->in_flight = false;
            c.sync->over = !again;
            c.sync->retry_at = at.now() + at.back_off(c.sync->attempts, ApiKey::kOffsetCommit);
            ++c.sync->attempts;
            break;
    }
}

void on_success(MemberTurn& at, uint64_t tag, const SentCommit& sent) {
    OffsetCommitter& c = at.group.committer;
    c.last_commit = at.now();
    for (const CommitPosition& position : sent.positions) {
        c.committed.insert_or_assign(position.partition, position.offset);
    }
    if (sent.why == Why::kBeforeRebalance && c.prepare == Prepare::kWaiting) {
        c.prepare = Prepare::kDone;
    } else if (sent.why == Why::kSync && is_waited_for(c, tag)) {
        c.sync->over = true;
    }
}

/// A member of the consumer protocol has one automatic commit in flight at most
/// [CommitRequestManager.AutoCommitState.shouldAutoCommit].
bool waits_for_automatic_commit(const MemberTurn& at) {
    const auto& sent = at.group.committer.sent;
    return std::holds_alternative<ConsumerMembership>(at.group.membership) &&
           std::any_of(sent.begin(), sent.end(),
                       [](const auto& commit) { return commit.second.why != Why::kSync; });
}

}  // namespace

void restart_auto_commit(MemberTurn& at) {
    if (at.group.settings.auto_commit) {
        at.group.committer.next_auto = at.now() + at.group.settings.auto_commit_interval;
    }
}

void maybe_auto_commit(MemberTurn& at) {
    OffsetCommitter& c = at.group.committer;
    if (c.next_auto > at.now() || waits_for_automatic_commit(at)) {
        return;
    }
    restart_auto_commit(at);
    std::vector<CommitPosition> positions = all_consumed(at.core);
    if (!positions.empty() &&
        send_commit(at, Why::kInterval, std::move(positions)) == Sent::kNotYet) {
        c.next_auto = at.now() + at.group.settings.retry_backoff;
    }
}

bool commit_before_rebalance(MemberTurn& at) {
    OffsetCommitter& c = at.group.committer;
    if (c.prepare == Prepare::kDone) {
        return true;
    }
    if (c.prepare == Prepare::kWaiting ||
        (c.prepare == Prepare::kRetry && c.prepare_retry_at > at.now())) {
        return false;
    }
    std::vector<CommitPosition> positions = all_consumed(at.core);
    if (positions.empty()) {
        return true;
    }
    switch (send_commit(at, Why::kBeforeRebalance, std::move(positions))) {
        case Sent::kYes:
            c.prepare = Prepare::kWaiting;
            return false;
        case Sent::kNotYet:
            return false;
        case Sent::kFailed:
            return true;
    }
    return true;
}

void forget_prepared_commit(MemberTurn& at) {
    OffsetCommitter& c = at.group.committer;
    c.prepare = Prepare::kNone;
    c.sent.erase_if([](const auto& sent) { return sent.second.why == Why::kBeforeRebalance; });
}

void begin_sync_commit(MemberTurn& at, SimTime deadline) {
    SyncCommit sync;
    sync.positions = all_consumed(at.core);
    sync.deadline = deadline;
    sync.over = sync.positions.empty();
    at.group.committer.sync = std::move(sync);
}

bool drive_sync_commit(MemberTurn& at) {
    std::optional<SyncCommit>& sync = at.group.committer.sync;
    if (!sync || sync->over) {
        sync.reset();
        return true;
    }
    if (sync->deadline <= at.now()) {
        at.fx.state(CommitFailed{at.group.settings.group, ErrorCode::kRequestTimedOut, false});
        sync.reset();
        return true;
    }
    if (sync->in_flight || sync->retry_at > at.now()) {
        return false;
    }
    if (!at.group.link.is_known()) {
        find_coordinator(at);
        return false;
    }
    switch (send_commit(at, Why::kSync, sync->positions)) {
        case Sent::kYes:
        case Sent::kNotYet:
            return false;
        case Sent::kFailed:
            sync.reset();
            return true;
    }
    return true;
}

void on_offset_commit(MemberTurn& at, uint64_t tag, const OffsetCommitResponse& response) {
    OffsetCommitter& c = at.group.committer;
    const SentCommit* found = c.sent.find(tag);
    if (found == nullptr) {
        return;
    }
    const SentCommit sent = *found;
    c.sent.erase(tag);
    ErrorCode error = first_error(response);
    if (error == ErrorCode::kNone) {
        on_success(at, tag, sent);
    } else {
        auto* classic = std::get_if<ClassicMembership>(&at.group.membership);
        const bool again =
            classic != nullptr
                ? react(at, *classic, error, static_cast<uint32_t>(tag))
                : react(at, std::get<ConsumerMembership>(at.group.membership), error, sent.why);
        on_failure(at, tag, sent.why, error, again);
    }
}

void on_offset_commit_failed(MemberTurn& at, uint64_t tag, ErrorCode error) {
    OffsetCommitter& c = at.group.committer;
    if (const SentCommit* sent = c.sent.find(tag)) {
        const Why why = sent->why;
        c.sent.erase(tag);
        on_failure(at, tag, why, error, true);
    }
}

SimTime next_deadline(const OffsetCommitter& committer, bool polls, SimTime now) {
    SimTime earliest = kNever;
    const auto consider = [&earliest, now](SimTime t) {
        earliest = t > now ? std::min(earliest, t) : earliest;
    };
    if (polls) {
        consider(committer.next_auto);
        if (committer.prepare == Prepare::kRetry) {
            consider(committer.prepare_retry_at);
        }
    }
    if (committer.sync) {
        consider(committer.sync->deadline);
        consider(committer.sync->retry_at);
    }
    return earliest;
}

}  // namespace brokerlab
