// Requests to the controller: who is asked decides, and the answer goes out when the records are
// committed. [core server/ControllerApis.scala, metadata controller/QuorumController.java
// ControllerWriteEvent]
// Not served: what needs ACLs, quotas, SCRAM, features or delegation tokens, AlterConfigs,
// UnregisterBroker, ControllerRegistration and AssignReplicasToDirs: such a connection is closed.
#include <utility>

#include "sim/base/check.h"
#include "sim/controller/cluster_control.h"
#include "sim/controller/config_control.h"
#include "sim/controller/controller.h"
#include "sim/controller/forwarded_request.h"
#include "sim/controller/not_controller.h"

namespace brokerlab {
namespace {

Response to_sender(const ReturnAddress& address, ResponseBody body) {
    if (!address.forwarded) {
        return {address.connection, address.header, std::move(body)};
    }
    EnvelopeResponse envelope;
    envelope.response_data = encode_forwarded_response(*address.forwarded, body);
    return {address.connection, address.header, ResponseBody(std::move(envelope))};
}

/// A broker that forwards looks for the controller itself, so the envelope carries this error
/// rather than the answer inside [RequestChannel.buildResponse].
Response not_controller_to_sender(const ReturnAddress& address, ResponseBody body) {
    if (!address.forwarded) {
        return {address.connection, address.header, std::move(body)};
    }
    return {address.connection, address.header,
            ResponseBody(EnvelopeResponse{std::nullopt, ErrorCode::kNotController})};
}

}  // namespace

void ControllerNode::serve(const RequestBody& body, const ReturnAddress& address, const Env& env,
                           Effects& fx) {
    const std::optional<BrokerId> leader = is_active() ? std::nullopt : raft_->leader();
    const bool is_self = leader == config_.raft.id;  // It leads, but has not taken over yet.
    std::optional<ResponseBody> refusal =
        not_controller_response(body, not_controller_message(is_self ? std::nullopt : leader));
    if (!refusal) {
        fx.close(address.connection);
        return;
    }
    Response not_controller = not_controller_to_sender(address, *std::move(refusal));
    if (!is_active()) {
        fx.respond(std::move(not_controller));
        return;
    }
    Served served = decide(body, env);
    if (served.at_once) {
        fx.respond(to_sender(address, std::move(served.response)));
        return;
    }
    // An answer without records may rest on others that are not yet committed: it waits for them.
    RaftOutput out;
    const Offset offset = write(std::move(served.decision), env, out);
    if (served.shutting_down) {
        heartbeats_.edit().begin_controlled_shutdown(*served.shutting_down, offset);
    }
    deferred_.push_back(
        {offset, to_sender(address, std::move(served.response)), std::move(not_controller)});
    absorb(std::move(out), env, fx);
}

ControllerNode::Served ControllerNode::decide(const RequestBody& body, const Env& env) {
    const DecisionContext now = context(env);
    if (std::holds_alternative<BrokerHeartbeatRequest>(body) ||
        std::holds_alternative<AlterPartitionRequest>(body) ||
        std::holds_alternative<BrokerRegistrationRequest>(body) ||
        std::holds_alternative<AllocateProducerIdsRequest>(body)) {
        return decide_for_broker(body, now);
    }
    return decide_for_admin(body, now);
}

ControllerNode::Served ControllerNode::decide_for_broker(const RequestBody& body,
                                                         const DecisionContext& now) {
    const auto served = [](auto answer) {
        const bool refused = answer.response.error_code != ErrorCode::kNone;
        return Served{std::move(answer.response), std::move(answer.decision), refused};
    };
    if (const auto* heartbeat = std::get_if<BrokerHeartbeatRequest>(&body)) {
        HeartbeatAnswer answer = broker_heartbeat(now, heartbeats_.edit(), *heartbeat);
        Served result = served(std::move(answer.answer));
        if (answer.state == BrokerControlState::kControlledShutdown) {
            result.shutting_down = heartbeat->broker_id;
        }
        return result;
    }
    if (const auto* alter = std::get_if<AlterPartitionRequest>(&body)) {
        return served(alter_partition(now, *alter));
    }
    if (const auto* registration = std::get_if<BrokerRegistrationRequest>(&body)) {
        return served(register_broker(now, *heartbeats_, start_.cluster_id, *registration));
    }
    const auto* allocate = std::get_if<AllocateProducerIdsRequest>(&body);
    BL_CHECK(allocate != nullptr);
    return served(allocate_producer_ids(now, *allocate));
}

ControllerNode::Served ControllerNode::decide_for_admin(const RequestBody& body,
                                                        const DecisionContext& now) {
    const auto served = [](auto answer) {
        return Served{std::move(answer.response), std::move(answer.decision)};
    };
    if (const auto* create = std::get_if<CreateTopicsRequest>(&body)) {
        return served(create_topics(now, *create));
    }
    if (const auto* grow = std::get_if<CreatePartitionsRequest>(&body)) {
        return served(create_partitions(now, *grow));
    }
    if (const auto* remove = std::get_if<DeleteTopicsRequest>(&body)) {
        return served(delete_topics(now, *remove));
    }
    if (const auto* alter = std::get_if<IncrementalAlterConfigsRequest>(&body)) {
        return served(incremental_alter_configs(now, *alter));
    }
    if (const auto* elect = std::get_if<ElectLeadersRequest>(&body)) {
        return served(elect_leaders(now, *elect));
    }
    if (const auto* reassign = std::get_if<AlterPartitionReassignmentsRequest>(&body)) {
        return served(alter_partition_reassignments(now, *reassign));
    }
    const auto* list = std::get_if<ListPartitionReassignmentsRequest>(&body);
    BL_CHECK(list != nullptr);
    return {list_partition_reassignments(committed_, *list), {}, true};
}

}  // namespace brokerlab
