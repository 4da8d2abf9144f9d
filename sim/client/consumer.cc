#include "sim/client/consumer.h"

#include <algorithm>

#include "sim/base/aggregate_digest.h"
#include "sim/client/fetcher.h"
#include "sim/client/lost_connections.h"
#include "sim/client/offset_reset.h"

namespace brokerlab {

ConsumerClient::ConsumerClient(const ConsumerStart& start, const Env& env, Effects& fx)
    : start_(start),
      core_(make_consumer_core(start.setup, start.name, start.bootstrap, env.now)),
      busy_until_(env.now) {
    if (start.setup.group) {
        group_ = make_group_part(start.setup, start.name, start.incarnation, env);
        core_.reads_all = false;
        application_.hands_over = start.hands_over;
        want_topics(group_->subscription, core_.metadata, env.now);
        advance(env, fx);
    } else {
        poll(env, fx);
    }
}

/// The application's loop: one poll() after the other until one has to wait, or the records that
/// one returned take time.
void ConsumerClient::poll(const Env& env, Effects& fx) {
    if (core_.client.next_timeout() <= env.now) {
        core_.metadata.request_update();
        on_failed_requests(core_.client.expire(env, fx), env, fx);
    }
    while (true) {
        follow_metadata(core_);
        settle_positions(core_, env, fx);
        std::vector<PolledRun> records;
        const PolledRecords polled = collect_records(core_, &records);
        send_fetches(core_, env, fx);
        core_.metadata.maybe_update(core_.client, kConsumerMetadataTag,
                                    core_.config.auto_create_topics, env, fx);
        if (polled.records > 0 && start_.setup.process.most > Duration()) {
            busy_until_ = env.now + work_time(records, start_.setup.process, env);
            due_ = busy_until_;
            return;
        }
        if (polled.records == 0 && !polled.advanced) {
            break;
        }
    }
    due_ = find_deadline(env.now);
}

void ConsumerClient::poll_unless_busy(const Env& env, Effects& fx) {
    if (busy_until_ <= env.now) {
        poll(env, fx);
    }
}

SimTime ConsumerClient::find_deadline(SimTime now) const {
    SimTime earliest = std::min(core_.client.next_timeout(), core_.next_lookup);
    earliest = std::min(earliest, core_.metadata.next_update(core_.client, now));
    for (const auto& [node, connection] : core_.client.connections()) {
        if (connection.state == NodeConnection::State::kDisconnected && connection.retry_at > now) {
            earliest = std::min(earliest, connection.retry_at);
        }
    }
    // A time-out of 0 ms is over at once; Kafka's own loop comes round in whole milliseconds too.
    return earliest <= now ? now + 1_ms : earliest;
}

SimTime ConsumerClient::next_deadline() const {
    return due_;
}

void ConsumerClient::on_timer(const Env& env, Effects& fx) {
    if (closed_) {
        return;
    }
    if (group_) {
        advance(env, fx);
    } else {
        poll_unless_busy(env, fx);
    }
}

void ConsumerClient::on_connected(const ConnectionId& connection, const Env& env, Effects& fx) {
    if (closed_) {
        return;
    }
    core_.client.on_connected(connection);
    if (group_) {
        MemberTurn at{core_, *group_, env, fx};
        on_coordinator_connected(at, connection);
        advance(env, fx);
    } else {
        poll_unless_busy(env, fx);
    }
}

void ConsumerClient::on_connection_lost(const ConnectionId& connection, const Env& env,
                                        Effects& fx) {
    if (closed_) {
        return;
    }
    if (group_ && group_->link.client.owns(connection)) {
        MemberTurn at{core_, *group_, env, fx};
        on_coordinator_connection_lost(at, connection);
    }
    on_failed_requests(lose_connection(core_.client, core_.metadata, connection, env, fx), env, fx);
    if (group_) {
        advance(env, fx);
    } else {
        poll_unless_busy(env, fx);
    }
}

void ConsumerClient::on_failed_requests(const std::vector<FailedRequest>& failed, const Env& env,
                                        Effects& fx) {
    for (std::size_t i = 0; i < failed.size(); ++i) {
        state_lost_connection(failed, i, fx);
        if (failed[i].tag == kConsumerMetadataTag) {
            core_.metadata.on_request_failed(env.now);
        } else if (failed[i].tag == kConsumerFetchTag) {
            on_fetch_failed(core_, node_id_of(failed[i].node));
        } else if (failed[i].tag == kFindCoordinatorTag) {
            MemberTurn at{core_, *group_, env, fx};
            on_find_coordinator_failed(at);
        } else {
            on_lookup_failed(core_, failed[i].tag, env);
        }
    }
}

void ConsumerClient::on_response(const Response& response, const Env& env, Effects& fx) {
    if (closed_) {
        return;
    }
    if (group_) {
        if (is_awake()) {
            take_response(response, env, fx);
            advance(env, fx);
        } else {
            unread_.push_back(response);
        }
        return;
    }
    take_response(response, env, fx);
    poll_unless_busy(env, fx);
}

void ConsumerClient::take_response(const Response& response, const Env& env, Effects& fx) {
    if (group_ && group_->link.client.owns(response.connection)) {
        MemberTurn at{core_, *group_, env, fx};
        if (const auto answered = group_->link.client.on_response(response)) {
            on_group_response(at, answered->tag, response);
        }
        return;
    }
    const std::optional<InFlightRequest> answered = core_.client.on_response(response);
    if (!answered) {
        return;
    }
    if (const auto* fetch = std::get_if<FetchResponse>(&response.body)) {
        on_fetched(core_, node_id_of(response.connection.peer), *fetch, fx);
    } else if (const auto* metadata = std::get_if<MetadataResponse>(&response.body)) {
        core_.metadata.on_response(*metadata, env.now);
    } else if (const auto* offsets = std::get_if<ListOffsetsResponse>(&response.body)) {
        on_list_offsets(core_, answered->tag, *offsets, env, fx);
    } else if (const auto* ends = std::get_if<OffsetForLeaderEpochResponse>(&response.body)) {
        on_epoch_ends(core_, answered->tag, *ends, env, fx);
    } else if (const auto* found = std::get_if<FindCoordinatorResponse>(&response.body)) {
        MemberTurn at{core_, *group_, env, fx};
        on_find_coordinator(at, *found);
    }
}

void ConsumerClient::close(const Env& env, Effects& fx) {
    if (group_ && !closed_) {
        application_.asked_to_close = true;
        advance(env, fx);
        return;
    }
    core_.client.close_all(fx);
    closed_ = true;
    due_ = kNever;
}

void digest_into(Digest& d, const ConsumerClient& consumer) {
    digest_fields(d, consumer.start_, consumer.core_, consumer.busy_until_, consumer.due_,
                  consumer.closed_);
    if (consumer.group_) {  // Recordings of consumers without a group keep their digests.
        digest_fields(d, consumer.group_, consumer.application_, consumer.unread_);
    }
}

}  // namespace brokerlab
