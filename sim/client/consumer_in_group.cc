// The loop of a consumer that is a member of a group: poll(), work, perhaps commitSync(), and what
// goes on beside it.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/client/consumer.h"
#include "sim/client/fetcher.h"
#include "sim/client/offset_reset.h"
#include "sim/client/seek_reason.h"

namespace brokerlab {
namespace {

using Phase = Application::Phase;

/// [ConsumerUtils.DEFAULT_CLOSE_TIMEOUT_MS]
constexpr Duration kCloseTimeout = 30_s;

/// Of the first partition that can't be read, as auto.offset.reset is none
/// [FetchCollector.handleInitializeErrors, LogTruncationException].
std::string why_not_read(const ConsumerCore& core) {
    const TopicPartition& name = *core.stopped.begin();
    const auto at = core.positions.lower_bound(name);
    const auto index = static_cast<std::size_t>(at - core.positions.begin());
    return core.partitions[index].why == ReadPartition::Why::kTruncated
               ? fmt::format("Log truncation detected for partition {}", name.to_string())
               : fmt::format("Fetch position {} is out of range for partition {}",
                             at->second.next.value, name.to_string());
}

}  // namespace

/// Whether somebody reads what comes: the application in a call of the consumer's, or the heartbeat
/// thread, which sleeps while a member of the classic protocol joins.
bool ConsumerClient::is_awake() const {
    return application_.phase != Phase::kWorking || is_heartbeating(group_->membership);
}

void ConsumerClient::advance(const Env& env, Effects& fx) {
    MemberTurn at{core_, *group_, env, fx};
    if (is_awake()) {
        if (core_.client.next_timeout() <= env.now) {
            core_.metadata.request_update();
        }
        on_failed_requests(core_.client.expire(env, fx), env, fx);
        expire_coordinator(at);
    }
    if (application_.phase == Phase::kPolling) {
        note_poll(at);
    }
    tick_membership(at);
    while (!closed_ && step(at)) {
    }
    if (closed_) {
        due_ = kNever;
        return;
    }
    if (is_awake()) {
        core_.metadata.maybe_update(core_.client, kConsumerMetadataTag,
                                    core_.config.auto_create_topics, env, fx);
    }
    due_ = find_group_deadline(env.now);
}

/// What the application does next; false when it has to wait.
bool ConsumerClient::step(MemberTurn& at) {
    switch (application_.phase) {
        case Phase::kWorking:
            if (!work_off(application_, start_.setup.process, group_->settings.group, at.env,
                          at.fx)) {
                return false;
            }
            // Its next call, poll(), commitSync() or close(), reads what came meanwhile.
            for (const Response& response : std::exchange(unread_, {})) {
                take_response(response, at.env, at.fx);
            }
            if (group_->settings.auto_commit) {
                application_.phase = Phase::kPolling;
            } else {
                application_.phase = Phase::kCommitting;
                begin_sync_commit(at, at.now() + group_->settings.api_timeout);
            }
            return true;
        case Phase::kCommitting:
            if (!drive_sync_commit(at)) {
                return false;
            }
            application_.phase = Phase::kPolling;
            return true;
        case Phase::kPolling:
            if (application_.asked_to_close) {
                begin_close(at, true);
                return true;
            }
            return poll_in_group(at);
        case Phase::kClosing:
            close_further(at);
            return false;
    }
    return false;
}

/// One poll(). True when it returned something, so that the application goes on.
bool ConsumerClient::poll_in_group(MemberTurn& at) {
    note_poll(at);
    resume_what_is_due(at.now());
    follow_metadata(core_);
    const bool in_group = group_->failure ? false : poll_membership(at);
    if (in_group) {
        maybe_auto_commit(at);
        fetch_committed(at);
        settle_positions(core_, at.env, at.fx);
    }
    if (const std::optional<MemberFailure>& failure = group_->failure) {
        at.fx.state(ConsumerFailed{group_->settings.group, failure->error, failure->message});
        begin_close(at, false);
        return true;
    }
    std::vector<PolledRun> records;
    const PolledRecords polled =
        collect_records(core_, &records, application_.hands_over ? &application_.records : nullptr);
    send_fetches(core_, at.env, at.fx);
    if (polled.records == 0) {
        if (!core_.stopped.empty() && !group_->failure) {  // The next poll() ends it.
            fail_member(at, ErrorCode::kOffsetOutOfRange, why_not_read(core_));
            return true;
        }
        return polled.advanced;
    }
    busy_until_ = at.now() + work_time(records, start_.setup.process, at.env);
    begin_work(application_, std::move(records), start_.setup.process, group_->settings.group,
               at.env, at.fx);
    return true;
}

void ConsumerClient::end_record(const Env& env, Effects& fx) {
    busy_until_ = busy_until_ + (env.now - application_.done_at);
    brokerlab::end_record(application_, start_.setup.process, group_->settings.group, env, fx);
    advance(env, fx);
}

void ConsumerClient::retry_record(const Env& env, Effects& fx) {
    const TopicPartition failed = application_.records[application_.record].partition;
    application_.paused.insert_or_assign(failed, env.now + kRetryPause);
    pause(core_, failed);
    for (const auto& [partition, first] : give_up_work(application_)) {
        seek_to(core_, partition, first, std::string(kSeeksBackToUndone), fx);
    }
    busy_until_ = env.now;
    advance(env, fx);
}

void ConsumerClient::resume_what_is_due(SimTime now) {
    for (const TopicPartition& partition : take_resumed(application_, now)) {
        resume(core_, partition);
    }
}

void ConsumerClient::begin_close(MemberTurn& at, bool commits) {
    application_.phase = Phase::kClosing;
    application_.close_deadline = at.now() + kCloseTimeout;
    if (commits && group_->settings.auto_commit) {
        begin_sync_commit(at, application_.close_deadline);
    }
}

void ConsumerClient::close_further(MemberTurn& at) {
    if (!application_.left) {
        if (!drive_sync_commit(at)) {
            return;
        }
        close_membership(at);
        application_.left = true;
    }
    if (group_->link.in_flight() > 0 && at.now() < application_.close_deadline) {
        return;
    }
    core_.client.close_all(at.fx);
    group_->link.client.close_all(at.fx);
    closed_ = true;
}

SimTime ConsumerClient::find_group_deadline(SimTime now) const {
    const bool polls = application_.phase == Phase::kPolling;
    SimTime earliest = kNever;
    const auto consider = [&earliest, now](SimTime t) {
        earliest = t > now ? std::min(earliest, t) : earliest;
    };
    consider(application_.done_at);
    if (!is_awake()) {
        return earliest;
    }
    consider(application_.close_deadline);
    consider(brokerlab::next_deadline(group_->committer, polls, now));
    if (polls) {
        consider(core_.next_lookup);
        consider(group_->lookup.retry_at);
        for (const auto& [partition, until] : application_.paused) {
            consider(until);
        }
        for (const auto& [node, connection] : core_.client.connections()) {
            if (connection.state == NodeConnection::State::kDisconnected) {
                consider(connection.retry_at);
            }
        }
    }
    // These are never in the past for long: see ConsumerClient::find_deadline.
    earliest = std::min(
        {earliest, core_.client.next_timeout(), core_.metadata.next_update(core_.client, now),
         brokerlab::next_deadline(group_->link, now), brokerlab::next_deadline(*group_, now)});
    return earliest <= now ? now + 1_ms : earliest;
}

}  // namespace brokerlab
