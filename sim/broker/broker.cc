// BrokerNode's entries, the order in which its parts run, and how it starts and ends.
//
// The order of a start follows Kafka's: logs, quorum, registration; parts see metadata once the
// loader has caught up and found this incarnation registered; then the broker asks to be unfenced,
// and its port opens when the controller has done so. Kafka's parts see metadata a little earlier,
// without waiting for the registration. A stop that the controller allowed, or did not allow within
// five minutes, leaves a clean disk. [core server/BrokerServer.scala]
// Connections that clients opened end with the process: the world breaks them.
#include "sim/broker/broker.h"

#include <algorithm>
#include <utility>

#include "sim/base/aggregate_digest.h"
#include "sim/broker/apply_metadata.h"
#include "sim/broker/fetch.h"
#include "sim/broker/follower.h"
#include "sim/broker/isr.h"
#include "sim/broker/produce.h"
#include "sim/broker/schedule.h"

namespace brokerlab {
namespace {

RaftConfig raft_config(const BrokerStart& start) {
    const ConfigMap& values = start.config;
    RaftConfig config;
    config.id = start.id;
    config.voters = start.voters;
    config.election_timeout = values.ms("controller.quorum.election.timeout.ms");
    config.fetch_timeout = values.ms("controller.quorum.fetch.timeout.ms");
    config.election_backoff_max = values.ms("controller.quorum.election.backoff.max.ms");
    config.append_linger = values.ms("controller.quorum.append.linger.ms");
    config.request_timeout = values.ms("controller.quorum.request.timeout.ms");
    config.retry_backoff = values.ms("controller.quorum.retry.backoff.ms");
    return config;
}

}  // namespace

BrokerNode::BrokerNode(const BrokerStart& start, BrokerDisk disk, const Env& env, Effects& fx)
    : start_(start), last_event_at_(env.now) {
    replicas_.broker = start.id;
    replicas_.config = Cow<BrokerConfig>(make_broker_config(start.config));
    groups_.edit().config = make_group_config(start.config);
    load_logs(replicas_, disk, env, fx);
    disk.replicas.clear();
    RaftDisk metadata = std::exchange(disk.metadata, RaftDisk());
    disk_ = std::move(disk);

    const std::string client_id = std::to_string(start.id.value);
    const Duration socket_timeout = config().controller_socket_timeout;
    heartbeat_channel_ = ControllerChannel(client_id, socket_timeout, config().session_timeout / 2);
    forwarding_channel_ = ControllerChannel(client_id, socket_timeout, kForwardingTimeout);
    alter_partition_channel_ = ControllerChannel(client_id, socket_timeout, kForever);

    const RaftConfig quorum = raft_config(start);
    raft_channel_ = RaftChannel(start.id, quorum.request_timeout);
    drive_raft(env, fx, [&](RaftNode& raft, RaftOutput& out) {
        raft = RaftNode(quorum, std::move(metadata), env, out);
    });
    const BrokerEpoch previous_epoch =
        disk_.clean_shutdown ? disk_.clean_shutdown_epoch : kNoBrokerEpoch;
    start_lifecycle(lifecycle_, start_, previous_epoch, config(), env, fx);
    run_lifecycle(env, fx);
}

bool BrokerNode::accepts_connections() const {
    return !exited_ && (lifecycle_.state == BrokerState::kRunning ||
                        lifecycle_.state == BrokerState::kPendingControlledShutdown);
}

// ---- Entries

void BrokerNode::on_request(Request&& request, const Env& env, Effects& fx) {
    last_event_at_ = env.now;
    if (!accepts_connections()) {
        fx.close(request.connection);
        return;
    }
    if (replicas_.disk_delay <= Duration() && io_threads_.idle()) {
        handle(std::move(request), env, fx);
    } else if (std::optional<Request> now =
                   admit(io_threads_, std::move(request), config().num_io_threads,
                         replicas_.disk_delay, env.now)) {
        handle(*std::move(now), env, fx);
    }
    settle(env, fx);
}

void BrokerNode::on_response(Response&& response, const Env& env, Effects& fx) {
    last_event_at_ = env.now;
    if (exited_) {
        return;
    }
    if (response.connection.peer.kind == NodeKind::kBroker) {
        on_fetcher_response(replicas_, image_, response, env, fx);
        settle(env, fx);
        return;
    }
    if (raft_channel_.owns(response.connection)) {
        if (raft_channel_.on_response(response)) {
            const BrokerId from = node_id_of(response.connection.peer);
            drive_raft(env, fx, [&](RaftNode& raft, RaftOutput& out) {
                raft.on_response(from, response.body, env, out);
            });
        }
    } else {
        for (ControllerChannel* channel :
             {&heartbeat_channel_, &forwarding_channel_, &alter_partition_channel_}) {
            if (channel->owns(response.connection)) {
                if (const auto answer = channel->on_response(std::move(response), env, fx)) {
                    on_channel_answer(*answer, env, fx);
                }
                break;
            }
        }
    }
    run_lifecycle(env, fx);
    settle(env, fx);
}

void BrokerNode::on_connected(const ConnectionId& connection, const Env& env, Effects& fx) {
    last_event_at_ = env.now;
    if (exited_) {
        return;
    }
    if (connection.peer.kind == NodeKind::kBroker) {
        on_fetcher_connected(replicas_, connection, env, fx);
    } else if (raft_channel_.owns(connection)) {
        raft_channel_.on_connected(connection, env, fx);
    } else {
        heartbeat_channel_.on_connected(connection);
        forwarding_channel_.on_connected(connection);
        alter_partition_channel_.on_connected(connection);
    }
    settle(env, fx);
}

void BrokerNode::on_connection_lost(const ConnectionId& connection, const Env& env, Effects& fx) {
    last_event_at_ = env.now;
    if (exited_) {
        return;
    }
    if (connection.opener != env.self) {
        forget_waiting(replicas_, connection);
        forget_forwarded(forwarding_, connection);
        forget_group_requests(groups_, connection);
        forget_io_tasks(io_threads_, connection);
        run_io_threads(env, fx);  // It may have held the threads that others wait for.
    } else if (connection.peer.kind == NodeKind::kBroker) {
        on_fetcher_connection_lost(replicas_, connection, env, fx);
    } else if (raft_channel_.owns(connection)) {
        fail_raft_requests(raft_channel_.on_connection_lost(connection, env), env, fx);
    } else {
        for (ControllerChannel* channel :
             {&heartbeat_channel_, &forwarding_channel_, &alter_partition_channel_}) {
            if (channel->owns(connection)) {
                channel->on_connection_lost(connection, env);
            }
        }
    }
    settle(env, fx);
}

void BrokerNode::on_timer(const Env& env, Effects& fx) {
    last_event_at_ = env.now;
    if (exited_) {
        return;
    }
    if (raft_channel_.next_deadline() <= env.now) {
        fail_raft_requests(raft_channel_.on_timer(env, fx), env, fx);
    }
    if (!exited_ && raft_->next_deadline() <= env.now) {
        drive_raft(env, fx, [&](RaftNode& raft, RaftOutput& out) { raft.on_timer(env, out); });
    }
    for (ControllerChannel* channel :
         {&heartbeat_channel_, &forwarding_channel_, &alter_partition_channel_}) {
        if (channel->next_deadline() <= env.now) {
            for (const ControllerAnswer& given_up : channel->on_timer(env, fx)) {
                on_channel_answer(given_up, env, fx);
            }
        }
    }
    run_lifecycle(env, fx);
    if (exited_) {
        return;
    }
    if (published_) {
        run_replicas(env, fx);
    }
    if (io_threads_.next_deadline() <= env.now) {
        run_io_threads(env, fx);
    }
    settle(env, fx);
}

SimTime BrokerNode::next_deadline() const {
    if (exited_) {
        return kNever;
    }
    SimTime next = std::min(
        {next_lifecycle_deadline(lifecycle_), raft_->next_deadline(), raft_channel_.next_deadline(),
         heartbeat_channel_.next_deadline(), forwarding_channel_.next_deadline(),
         alter_partition_channel_.next_deadline(), io_threads_.next_deadline()});
    if (published_) {
        next = std::min({next, replicas_.purgatory->next_deadline(), next_scheduled(replicas_),
                         next_fetcher_deadline(replicas_), next_alter_partition_at(replicas_),
                         groups_->due});
    }
    return next;
}

void BrokerNode::begin_shutdown(const Env& env, Effects& fx) {
    last_event_at_ = env.now;
    if (exited_) {
        return;
    }
    begin_controlled_shutdown(lifecycle_, env, fx);
    run_lifecycle(env, fx);
    settle(env, fx);
}

void BrokerNode::on_disk_failed(const Env& env, Effects& fx) {
    last_event_at_ = env.now;
    disk_.failed = true;
    if (!exited_) {
        halt("the only log directory is offline", fx);
    }
}

// ---- Between the parts

template <class Call>
void BrokerNode::drive_raft(const Env& env, Effects& fx, Call call) {
    RaftOutput out;
    call(raft_.edit(), out);
    for (FactBody& fact : out.facts) {
        fx.state(std::move(fact));
    }
    for (Response& response : out.responses) {
        fx.respond(std::move(response));
    }
    if (!out.requests.empty()) {
        raft_channel_.send(std::move(out.requests), env, fx);
    }
    if (out.fatal.has_value()) {
        halt(*std::move(out.fatal), fx);
        return;
    }
    read_metadata(env, fx);
}

void BrokerNode::fail_raft_requests(const std::vector<RaftFailure>& failures, const Env& env,
                                    Effects& fx) {
    for (const RaftFailure& failure : failures) {
        if (exited_) {
            return;
        }
        drive_raft(env, fx, [&](RaftNode& raft, RaftOutput& out) {
            raft.on_request_failed(failure.to, failure.api, env, out);
        });
    }
}

void BrokerNode::pump_channels(const Env& env, Effects& fx) {
    const std::optional<BrokerId> leader = raft_->leader();
    heartbeat_channel_.pump(leader, env, fx);
    forwarding_channel_.pump(leader, env, fx);
    alter_partition_channel_.pump(leader, env, fx);
}

void BrokerNode::on_channel_answer(const ControllerAnswer& answer, const Env& env, Effects& fx) {
    switch (answer.api) {
        case ApiKey::kBrokerRegistration:
        case ApiKey::kBrokerHeartbeat:
            on_lifecycle_answer(lifecycle_, answer, start_, config(), env, fx);
            replicas_.broker_epoch = lifecycle_.epoch;
            read_metadata(env, fx);
            return;
        case ApiKey::kEnvelope:
            on_forwarding_answer(forwarding_, answer, fx);
            return;
        case ApiKey::kAllocateProducerIds:
            on_producer_ids_answer(producer_ids_, answer, env.now);
            return;
        default:
            break;
    }
    const auto* altered = answer.response.has_value()
                              ? std::get_if<AlterPartitionResponse>(&answer.response->body)
                              : nullptr;
    if (altered != nullptr) {
        on_alter_partition_response(replicas_, image_, *altered, env, fx);
    } else {
        on_alter_partition_failed(replicas_, env.now);
    }
}

void BrokerNode::run_lifecycle(const Env& env, Effects& fx) {
    if (exited_) {
        return;
    }
    if (published_ && lifecycle_.state == BrokerState::kRecovery && !lifecycle_.ready_to_unfence) {
        set_ready_to_unfence(lifecycle_, env.now);
    }
    switch (lifecycle_end(lifecycle_, env.now)) {
        case LifecycleEnd::kShutDown:
            stop(env, fx);
            return;
        case LifecycleEnd::kNotRegistered:
            halt("it could not register with the controller quorum in time", fx);
            return;
        case LifecycleEnd::kNone:
            break;
    }
    communicate_if_due(lifecycle_, start_, disk_.directory_id, image_.last_offset,
                       heartbeat_channel_, env.now);
    pump_channels(env, fx);
}

void BrokerNode::run_replicas(const Env& env, Effects& fx) {
    if (replicas_.purgatory->next_deadline() <= env.now) {
        expire_produces(replicas_, image_, env, fx);
        expire_fetches(replicas_, image_, env, fx);
    }
    if (next_scheduled(replicas_) <= env.now) {
        run_schedule(replicas_, env, fx);
    }
    if (next_fetcher_deadline(replicas_) <= env.now) {
        on_fetcher_timer(replicas_, image_, env, fx);
    }
    if (groups_->due <= env.now) {
        run_group_timers(group_host(env, fx));
    }
}

void BrokerNode::run_io_threads(const Env& env, Effects& fx) {
    while (std::optional<Request> request =
               next_ready(io_threads_, config().num_io_threads, replicas_.disk_delay, env.now)) {
        handle(*std::move(request), env, fx);
    }
}

/// What any event may have made possible: a proposal for the controller, a request on its way.
void BrokerNode::settle(const Env& env, Effects& fx) {
    if (exited_) {
        return;
    }
    if (published_) {
        complete_group_writes(group_host(env, fx));
        if (std::optional<AlterPartitionRequest> request =
                next_alter_partition(replicas_, image_, env.now)) {
            alter_partition_channel_.enqueue(*std::move(request), 0, env.now);
        }
    }
    pump_channels(env, fx);
}

// ---- The end

void BrokerNode::stop(const Env& env, Effects& fx) {
    change_state(lifecycle_, BrokerState::kShuttingDown, fx);
    close_groups(group_host(env, fx));
    for (FetcherSlot& fetcher : replicas_.fetchers) {
        fetcher.edit().client.close_all(fx);
    }
    heartbeat_channel_.close(fx);
    forwarding_channel_.close(fx);
    alter_partition_channel_.close(fx);
    RaftOutput out;
    raft_.edit().shut_down(env, out);
    raft_channel_.close(fx);
    // A process that never opened its logs leaves the marker as it found it.
    stopped_clean_ = published_ || disk_.clean_shutdown;
    change_state(lifecycle_, BrokerState::kNotRunning, fx);
    exited_ = true;
}

void BrokerNode::halt(std::string why, Effects& fx) {
    if (exited_) {
        return;
    }
    fx.state(NodeChanged{NodeChanged::Change::kHalted, std::move(why)});
    change_state(lifecycle_, BrokerState::kNotRunning, fx);
    exited_ = true;
}

BrokerDisk BrokerNode::disk() const {
    BrokerDisk disk = disk_;
    disk.replicas = replicas_on_disk(replicas_, stopped_clean_, last_event_at_);
    disk.metadata = raft_->disk();
    if (stopped_clean_) {
        disk.clean_shutdown = true;
        if (published_) {
            disk.clean_shutdown_epoch = lifecycle_.epoch;
        }
    }
    return disk;
}

BrokerDisk BrokerNode::take_disk() && {
    return disk();
}

void digest_into(Digest& d, const BrokerNode& b) {
    digest_fields(d, b.start_, b.lifecycle_, b.image_, b.loader_, b.published_, b.replicas_,
                  b.groups_, b.raft_, b.raft_channel_, b.heartbeat_channel_, b.forwarding_channel_,
                  b.alter_partition_channel_, b.forwarding_, b.producer_ids_, b.io_threads_,
                  b.disk_, b.stopped_clean_, b.last_event_at_, b.exited_);
}

}  // namespace brokerlab
