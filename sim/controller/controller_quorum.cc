// The controller and its raft member: carrying what raft says, following what is committed, taking
// over and being deposed. [metadata controller/QuorumController.java QuorumMetaLogListener,
// claim(), renounce(); core raft/KafkaNetworkChannel]
#include <iterator>
#include <utility>

#include "sim/base/check.h"
#include "sim/controller/activation_records.h"
#include "sim/controller/cluster_control.h"
#include "sim/controller/controller.h"
#include "sim/log/read.h"
#include "sim/log/record.h"

namespace brokerlab {
namespace {

/// How much of the log is read at a time [KafkaRaftClient.MAX_BATCH_SIZE_BYTES].
constexpr int64_t kReadBytes = int64_t{8} << 20U;

bool is_quiet(const RaftOutput& out) {
    return out.requests.empty() && out.responses.empty() && out.facts.empty();
}

template <class... Bodies>
void put_waiting(std::vector<WaitingRaftRequest>& outbox, RaftRequest& request) {
    const auto put = [&](auto* body) {
        if (body == nullptr) {
            return false;
        }
        outbox.push_back({request.to, std::move(*body)});
        return true;
    };
    const bool known = (put(std::get_if<Bodies>(&request.body)) || ...);
    BL_CHECK(known);
}

}  // namespace

void ControllerNode::absorb(RaftOutput out, const Env& env, Effects& fx) {
    // A request that can't be sent fails at once and a take-over writes records, which a lone voter
    // commits at once: all that makes raft say more, in the same event.
    for (;;) {
        for (FactBody& fact : out.facts) {
            fx.state(std::move(fact));
        }
        for (Response& response : out.responses) {
            fx.respond(std::move(response));
        }
        for (RaftRequest& request : out.requests) {
            put_waiting<FetchRequest, VoteRequest, BeginQuorumEpochRequest, EndQuorumEpochRequest>(
                raft_outbox_, request);
        }
        if (out.fatal && !fatal_) {
            fatal_ = std::move(out.fatal);
        }
        RaftOutput more;
        send_waiting(env, fx, more);
        follow_raft(env, fx, more);
        const bool all_seen = committed_.last_offset + 1 >= raft_->high_watermark();
        if (is_quiet(more) && all_seen) {
            return;
        }
        out = std::move(more);
    }
}

void ControllerNode::send_waiting(const Env& env, Effects& fx, RaftOutput& out) {
    if (raft_outbox_.empty()) {
        return;
    }
    std::vector<WaitingRaftRequest> outbox = std::exchange(raft_outbox_, {});
    for (WaitingRaftRequest& waiting : outbox) {
        const NodeId node = node_of(waiting.to);
        const bool can_send = raft_channel_.ready(node, env, fx);
        if (!can_send && !raft_channel_.is_backing_off(node, env.now)) {
            raft_outbox_.push_back(std::move(waiting));
            continue;
        }
        std::visit(
            [&](auto& body) {
                using Body = std::decay_t<decltype(body)>;
                if (can_send) {
                    raft_channel_.send(node, std::move(body), Body::kVersions.latest, 0, env, fx);
                } else {
                    raft_.edit().on_request_failed(waiting.to, Body::kApiKey, env, out);
                }
            },
            waiting.body);
    }
}

void ControllerNode::report_failed(const std::vector<FailedRequest>& failed, const Env& env,
                                   Effects& fx) {
    RaftOutput out;
    for (const FailedRequest& request : failed) {
        raft_.edit().on_request_failed(node_id_of(request.node), request.api, env, out);
    }
    absorb(std::move(out), env, fx);
}

void ControllerNode::follow_raft(const Env& env, Effects& fx, RaftOutput& out) {
    if (is_active() && (!raft_->is_leader() || raft_->epoch() != *active_epoch_)) {
        deactivate(fx);
    }
    advance_committed();
    if (is_active()) {
        complete_committed(fx);
    } else if (raft_->leads_and_caught_up()) {
        activate(env, fx, out);
    }
}

// ---- What is committed

void ControllerNode::advance_committed() {
    const Offset high_watermark = raft_->high_watermark();
    if (committed_.last_offset + 1 >= high_watermark) {
        return;
    }
    if (is_active() && image_.last_offset + 1 == high_watermark) {
        committed_ = image_;  // All that it wrote is committed: the two are the same.
        holds_records_ = true;
        return;
    }
    while (committed_.last_offset + 1 < high_watermark) {
        const ReadResult read = read_log(raft_->log(), committed_.last_offset + 1,
                                         FetchIsolation::kHighWatermark, {kReadBytes, true});
        BL_CHECK(read.error == ErrorCode::kNone);
        BL_CHECK(!read.records.batches.empty());
        for (const BatchRef& batch : read.records.batches) {
            replay_committed(batch);
        }
    }
}

void ControllerNode::replay_committed(const BatchRef& batch) {
    const BatchHeader header = header_of(batch);
    if (!header.is_control()) {
        const Outcome<DecodedRecords> decoded = decode_records(batch->bytes);
        BL_CHECK(decoded.ok());
        MetadataDelta delta;
        for (const RecordView& record : decoded->records) {
            const Outcome<VersionedMetadataRecord> metadata =
                decode_metadata_record(record.content.value.value_or(ByteSpan()));
            BL_CHECK(metadata.ok());
            replay(committed_, delta, metadata->record, record.offset);
        }
        holds_records_ = true;
    }
    committed_.last_offset = header.last_offset();
    committed_.last_epoch = header.partition_leader_epoch;
}

// ---- Taking over and being deposed

void ControllerNode::activate(const Env& env, Effects& fx, RaftOutput& out) {
    BL_CHECK(committed_.last_offset + 1 == raft_->log_end_offset());
    active_epoch_ = raft_->epoch();
    image_ = committed_;
    heartbeats_ = Cow(fresh_heartbeats(image_, env.now));
    if (config_.max_idle_interval > Duration()) {
        next_no_op_ = env.now + config_.max_idle_interval;
    }
    fx.state(ControllerActivated{*active_epoch_});
    if (!holds_records_) {
        write({bootstrap_records(), {}}, env, out);
    }
    schedule_elections(env);
}

void ControllerNode::deactivate(Effects& fx) {
    for (DeferredResponse& deferred : deferred_) {
        fx.respond(std::move(deferred.not_controller));
    }
    deferred_.clear();
    pending_facts_.clear();
    active_epoch_.reset();
    image_ = MetadataImage{};
    heartbeats_ = Cow<BrokerHeartbeats>();
    next_no_op_ = kNever;
    next_balance_ = kNever;
    next_unclean_election_ = kNever;
}

}  // namespace brokerlab
