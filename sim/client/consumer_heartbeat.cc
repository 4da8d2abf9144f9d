// The heartbeats of a member of the consumer protocol, and what it makes of their answers.
// [ConsumerHeartbeatRequestManager.java, AbstractHeartbeatRequestManager.java]
//
// A member that is not let in yet waits retry.backoff.ms before it asks again, where Kafka's asks
// at once; one without a topic to ask for waits for a topic, where Kafka's is refused for good.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "sim/client/member_turn.h"

namespace brokerlab {
namespace {

using State = ConsumerMemberState;

constexpr MemberEpoch kLeaves{-1};
constexpr MemberEpoch kLeavesForAWhile{-2};

std::vector<TopicIdPartitions> list_of(const LocalAssignment& assignment) {
    std::vector<TopicIdPartitions> listed;
    for (const auto& [id, partitions] : assignment.partitions) {
        listed.push_back({id, {partitions.begin(), partitions.end()}});
    }
    return listed;
}

/// In full when it asks to be let in, else only what is news [HeartbeatState.buildRequestData].
ConsumerGroupHeartbeatRequest next_heartbeat(const MemberTurn& at, ConsumerMembership& m) {
    const MemberSettings& settings = at.group.settings;
    const FlatSet<std::string>& topics = at.group.subscription.topics;
    if (m.state == State::kJoining) {
        m.sent = {};
    }
    ConsumerGroupHeartbeatRequest request;
    request.group_id = settings.group;
    request.member_id = m.member_id;
    request.member_epoch = m.epoch;
    request.instance_id = settings.instance_id;
    if (!m.sent.rebalance_timeout) {
        request.rebalance_timeout_ms = static_cast<int32_t>(settings.max_poll_interval.to_ms());
        m.sent.rebalance_timeout = true;
    }
    if (!m.sent.topics || *m.sent.topics != topics) {
        request.subscribed_topic_names.emplace(topics.begin(), topics.end());
        m.sent.topics = topics;
    }
    if (m.assignor && !m.sent.assignor) {
        request.server_assignor = m.assignor;
        m.sent.assignor = true;
    }
    if (!m.sent.owned || *m.sent.owned != m.owned) {
        request.topic_partitions = list_of(m.owned);
        m.sent.owned = m.owned;
    }
    return request;
}

bool is_due(const MemberTurn& at, const ConsumerMembership& m) {
    switch (m.state) {
        case State::kAcknowledging:
            return true;
        case State::kJoining:
            return m.retry_at <= at.now();
        case State::kReconciling:
        case State::kStable:
            return m.due <= at.now() && m.retry_at <= at.now();
        default:
            return false;
    }
}

void fail_for_good(MemberTurn& at, ConsumerMembership& m, ErrorCode error, std::string message) {
    abort_reconciliation(at, m);
    set_epoch(m, MemberEpoch(0));
    m.state = State::kFatal;
    fail_member(at, error, std::move(message));
}

void take_assignment(MemberTurn& at, ConsumerMembership& m,
                     const ConsumerGroupHeartbeatResponse::Assignment& assignment) {
    FlatMap<Uuid, FlatSet<PartitionId>> partitions;
    for (const TopicIdPartitions& topic : assignment.topic_partitions) {
        for (const PartitionId partition : topic.partitions) {
            partitions[topic.topic_id].insert(partition);
        }
    }
    if (m.target.epoch < 0 || m.target.partitions != partitions) {
        m.target = {m.target.epoch + 1, std::move(partitions)};
    }
    if (m.owned != m.target) {
        m.state = State::kReconciling;
    } else if (m.state == State::kReconciling || m.state == State::kJoining) {
        abort_reconciliation(at, m);
        m.state = State::kStable;
    }
}

void on_accepted(MemberTurn& at, ConsumerMembership& m,
                 const ConsumerGroupHeartbeatResponse& response) {
    const Duration interval = Duration::from_ms(response.heartbeat_interval_ms);
    if (m.interval != interval) {
        m.interval = interval;
        m.due = at.now() + interval;
    }
    m.failures = 0;
    m.retry_at = SimTime();
    if (!is_active(m)) {
        return;
    }
    m.member_id = response.member_id.value_or(m.member_id);
    set_epoch(m, response.member_epoch);
    if (response.assignment) {
        take_assignment(at, m, *response.assignment);
    }
}

}  // namespace

void drive_heartbeat(MemberTurn& at, ConsumerMembership& m) {
    if (m.heartbeat != 0) {
        return;
    }
    if (m.state == State::kJoining && at.group.subscription.topics.empty()) {
        m.state = State::kUnsubscribed;  // Its pattern matches nothing any more.
        return;
    }
    if (!at.group.link.can_send() || !is_due(at, m)) {
        return;
    }
    ConsumerGroupHeartbeatRequest request = next_heartbeat(at, m);
    m.due = at.now() + m.interval;
    m.heartbeat = send_to_coordinator(at, std::move(request));
    if (m.state == State::kAcknowledging) {
        m.state = m.owned == m.target ? State::kStable : State::kReconciling;
    }
}

void send_leave(MemberTurn& at, ConsumerMembership& m) {
    set_epoch(m, at.group.settings.instance_id ? kLeavesForAWhile : kLeaves);
    m.owned = {};
    (void)send_to_coordinator(at, next_heartbeat(at, m));
    m.heartbeat = 0;
    m.sent = {};
    m.failures = 0;
    m.retry_at = SimTime();
}

void on_consumer_heartbeat(MemberTurn& at, uint64_t tag,
                           const ConsumerGroupHeartbeatResponse& response) {
    auto& m = std::get<ConsumerMembership>(at.group.membership);
    if (m.heartbeat != tag) {
        return;  // It has left or was fenced since.
    }
    const ErrorCode error = response.error_code;
    if (error == ErrorCode::kNone) {
        m.heartbeat = 0;
        on_accepted(at, m, response);
        return;
    }
    on_consumer_heartbeat_failed(at, tag);
    switch (error) {
        case ErrorCode::kNotCoordinator:
        case ErrorCode::kCoordinatorNotAvailable:
            m.failures = 0;
            m.retry_at = SimTime();
            forget_coordinator(at, error);
            break;
        case ErrorCode::kCoordinatorLoadInProgress:
            break;
        case ErrorCode::kFencedMemberEpoch:
        case ErrorCode::kUnknownMemberId:
            fence(at, m);
            break;
        case ErrorCode::kFencedInstanceId:
            fail_for_good(at, m, error, "another process uses its group.instance.id");
            break;
        default:
            fail_for_good(at, m, error, response.error_message.value_or(""));
            break;
    }
}

void on_consumer_heartbeat_failed(MemberTurn& at, uint64_t tag) {
    auto& m = std::get<ConsumerMembership>(at.group.membership);
    if (m.heartbeat != tag) {
        return;
    }
    m.heartbeat = 0;
    m.sent = {};
    m.due = at.now();
    m.retry_at = at.now() + at.back_off(m.failures, ApiKey::kConsumerGroupHeartbeat);
    ++m.failures;
}

}  // namespace brokerlab
