#include "sim/client/classic_membership.h"

#include <algorithm>
#include <utility>

#include "sim/client/member_turn.h"
#include "sim/client/rebalance.h"

namespace brokerlab {
namespace {

using Unsent = ClassicMembership::Unsent;

/// JoinGroup waits for the others, so it has more time [JOIN_GROUP_TIMEOUT_LAPSE].
constexpr Duration kJoinLapse = 5_s;

/// What changed in the metadata: topics that match the pattern, and numbers of partitions.
void follow_group_metadata(MemberTurn& at) {
    ClassicMembership& m = at.classic();
    const ClientMetadata& metadata = at.core.metadata;
    if (m.metadata_seen == metadata.version() || metadata.topics().empty()) {
        return;
    }
    m.metadata_seen = metadata.version();
    follow_pattern(at.group.subscription, metadata);
    m.counts = count_partitions(at);
}

/// [ConsumerCoordinator.rejoinNeededOrPending]
bool must_rejoin(MemberTurn& at) {
    ClassicMembership& m = at.classic();
    if (m.join_pending) {
        return true;
    }
    if (m.counts_assigned && *m.counts_assigned != m.counts) {
        if (!m.rejoin_needed) {
            request_rejoin(m, "cached metadata has changed");
        }
        return true;
    }
    if (m.joined_subscription && *m.joined_subscription != at.group.subscription.topics) {
        if (!m.rejoin_needed) {
            request_rejoin(m, "subscription has changed");
        }
        return true;
    }
    return m.rejoin_needed;
}

/// A pattern is compared with metadata that is no older than the need to join.
bool pattern_is_fresh(MemberTurn& at) {
    ClassicMembership& m = at.classic();
    if (!at.group.subscription.pattern || m.join_pending) {
        return true;
    }
    if (!m.fresh_since) {
        m.fresh_since = at.now();
        if (at.core.metadata.succeeded_at() < at.now()) {
            at.core.metadata.request_update();
        }
    }
    return at.core.metadata.succeeded_at() >= *m.fresh_since;
}

void send_join(MemberTurn& at) {
    ClassicMembership& m = at.classic();
    const MemberSettings& settings = at.group.settings;
    ConsumerProtocolSubscription subscription;
    subscription.topics.assign(at.group.subscription.topics.begin(),
                               at.group.subscription.topics.end());
    const FlatSet<TopicPartition> owned = assigned_partitions(at.core);
    const std::vector<TopicPartition> listed(owned.begin(), owned.end());
    subscription.owned_partitions = group_by_topic(listed);
    subscription.generation_id = m.generation;
    if (!at.core.config.rack.empty()) {
        subscription.rack_id = at.core.config.rack;
    }
    JoinGroupRequest request;
    request.group_id = settings.group;
    request.session_timeout_ms = static_cast<int32_t>(settings.session_timeout.to_ms());
    request.rebalance_timeout_ms = static_cast<int32_t>(settings.max_poll_interval.to_ms());
    request.member_id = m.member_id;
    request.group_instance_id = settings.instance_id;
    request.protocol_type = "consumer";
    for (std::size_t i = 0; i < settings.assignors.size(); ++i) {
        subscription.user_data = user_data_of(settings.assignors[i], m.memories[i]);
        request.protocols.push_back({std::string(client_assignor_name(settings.assignors[i])),
                                     encode_subscription(subscription)});
    }
    request.reason = m.rejoin_reason;
    m.joined_subscription = at.group.subscription.topics;
    m.unsent = Unsent::kNothing;
    const Duration timeout =
        std::max(settings.request_timeout, settings.max_poll_interval + kJoinLapse);
    (void)send_to_coordinator(at, std::move(request), timeout);
}

void send_sync(MemberTurn& at, std::vector<SyncGroupRequest::Assignment> assignments) {
    ClassicMembership& m = at.classic();
    SyncGroupRequest request;
    request.group_id = at.group.settings.group;
    request.generation_id = m.generation;
    request.member_id = m.member_id;
    request.group_instance_id = at.group.settings.instance_id;
    request.protocol_type = "consumer";
    request.protocol_name = m.assignor;
    request.assignments = std::move(assignments);
    m.unsent = Unsent::kNothing;
    (void)send_to_coordinator(at, std::move(request));
}

/// Sends what the rebalance waits for, if it can be sent.
void drive_join(MemberTurn& at) {
    ClassicMembership& m = at.classic();
    if (!at.group.link.can_send()) {
        return;
    }
    if (m.unsent == Unsent::kJoin) {
        send_join(at);
    } else if (m.unsent == Unsent::kSync) {
        if (!m.task) {
            send_sync(at, {});
        } else if (auto assignments = lead(at)) {
            m.task.reset();
            send_sync(at, std::move(*assignments));
        }
    }
}

void send_heartbeat(MemberTurn& at) {
    ClassicMembership& m = at.classic();
    HeartbeatRequest request;
    request.group_id = at.group.settings.group;
    request.generation_id = m.generation;
    request.member_id = m.member_id;
    request.group_instance_id = at.group.settings.instance_id;
    m.timers.due = at.now() + at.group.settings.heartbeat_interval;
    (void)send_to_coordinator(at, std::move(request));
}

void leave_group(MemberTurn& at, std::string reason) {
    ClassicMembership& m = at.classic();
    const bool dynamic = !at.group.settings.instance_id.has_value();
    if (dynamic && at.group.link.can_send() && m.state != MemberState::kUnjoined &&
        !m.member_id.empty()) {
        LeaveGroupRequest request;
        request.group_id = at.group.settings.group;
        request.members.push_back({m.member_id, std::nullopt, std::move(reason)});
        (void)send_to_coordinator(at, std::move(request));
    }
    reset_generation(m, false, "consumer pro-actively leaving the group");
}

}  // namespace

PartitionCounts count_partitions(const MemberTurn& at) {
    const Subscription& subscription = at.group.subscription;
    const FlatSet<std::string>& of_group = at.classic().group_topics;
    PartitionCounts counts;
    for (const auto& [name, info] : at.core.metadata.topics()) {
        const bool watched =
            !subscription.pattern || of_group.contains(name) || covers(subscription, name);
        if (watched && info.error == ErrorCode::kNone) {
            counts.insert_or_assign(name, static_cast<int32_t>(info.partitions.size()));
        }
    }
    return counts;
}

void request_rejoin(ClassicMembership& membership, std::string reason) {
    membership.rejoin_needed = true;
    membership.rejoin_reason = std::move(reason);
}

void reset_generation(ClassicMembership& membership, bool keep_id, std::string reason) {
    membership.state = MemberState::kUnjoined;
    membership.generation = kNoGeneration;
    membership.assignor.clear();
    if (!keep_id) {
        membership.member_id.clear();
    }
    ++membership.identity;
    membership.prepare_needed = true;
    membership.fresh_since.reset();
    request_rejoin(membership, std::move(reason));
}

bool is_heartbeating(const ClassicMembership& membership) {
    return membership.state == MemberState::kSyncing || membership.state == MemberState::kStable;
}

void note_poll(MemberTurn& at, ClassicMembership& m) {
    m.timers.poll_deadline = at.now() + at.group.settings.max_poll_interval;
}

bool poll_membership(MemberTurn& at, ClassicMembership& m) {
    follow_group_metadata(at);
    if (!at.group.link.is_known()) {
        find_coordinator(at);
        return false;
    }
    while (must_rejoin(at)) {
        if (!at.group.link.is_known()) {
            find_coordinator(at);
            return false;
        }
        if (at.group.failure || m.join_retry_at > at.now() || !pattern_is_fresh(at)) {
            return false;
        }
        if (m.prepare_needed) {
            if (!prepare_join(at)) {
                return false;
            }
            m.prepare_needed = false;
        }
        if (!m.join_pending) {
            m.join_pending = true;
            m.state = MemberState::kJoining;
            m.unsent = Unsent::kJoin;
        }
        drive_join(at);
        if (!m.assignment) {
            return false;
        }
        m.fresh_since.reset();
        complete_join(at);
    }
    return true;
}

void tick_membership(MemberTurn& at, ClassicMembership& m) {
    if (!is_heartbeating(m)) {
        return;
    }
    drive_join(at);  // A leader may wait for metadata.
    const CoordinatorLink& link = at.group.link;
    if (link.is_known() && m.timers.session_ends <= at.now()) {
        forget_coordinator(at, ErrorCode::kNone);
    }
    if (!link.is_known()) {
        find_coordinator(at);
    } else if (m.timers.poll_deadline <= at.now()) {
        at.fx.state(PollTimedOut{at.group.settings.group, at.group.settings.max_poll_interval});
        leave_group(at, "consumer poll timeout has expired.");
    } else if (m.timers.due <= at.now() && link.can_send()) {
        send_heartbeat(at);
    }
}

SimTime next_deadline(const ClassicMembership& membership, const CoordinatorLink& link,
                      SimTime now) {
    SimTime earliest = kNever;
    if (membership.join_retry_at > now) {
        earliest = membership.join_retry_at;
    }
    if (membership.prepare_deadline && *membership.prepare_deadline > now) {
        earliest = std::min(earliest, *membership.prepare_deadline);
    }
    if (is_heartbeating(membership) && link.is_known()) {
        const HeartbeatTimers& timers = membership.timers;
        earliest = std::min({earliest, timers.session_ends, timers.poll_deadline});
        if (link.can_send()) {
            earliest = std::min(earliest, timers.due);
        }
    }
    return earliest;
}

void on_heartbeat(MemberTurn& at, uint32_t sent_identity, const HeartbeatResponse& response) {
    ClassicMembership& m = at.classic();
    bool received = response.error_code == ErrorCode::kNone;
    switch (response.error_code) {
        case ErrorCode::kNone:
            break;
        case ErrorCode::kCoordinatorNotAvailable:
        case ErrorCode::kNotCoordinator:
            forget_coordinator(at, response.error_code);
            break;
        case ErrorCode::kRebalanceInProgress:
            if (m.state == MemberState::kStable) {
                request_rejoin(m, "group is already rebalancing");
            }
            received = true;
            break;
        case ErrorCode::kIllegalGeneration:
        case ErrorCode::kUnknownMemberId:
        case ErrorCode::kFencedInstanceId:
            if (m.identity != sent_identity) {
                received = true;  // It is about a membership that is over.
                break;
            }
            reset_generation(m, response.error_code == ErrorCode::kIllegalGeneration,
                             "encountered an error from HEARTBEAT response");
            if (response.error_code == ErrorCode::kFencedInstanceId) {
                fail_member(at, response.error_code, "another process uses its group.instance.id");
            }
            break;
        default:
            break;
    }
    if (received) {
        m.timers.failures = 0;
        m.timers.session_ends = at.now() + at.group.settings.session_timeout;
    } else {
        on_heartbeat_failed(at);
    }
}

void on_heartbeat_failed(MemberTurn& at) {
    HeartbeatTimers& timers = at.classic().timers;
    timers.due = at.now() + at.back_off(timers.failures, ApiKey::kHeartbeat);
    ++timers.failures;
}

void close_membership(MemberTurn& at, ClassicMembership& m) {
    const bool rebalances = m.state == MemberState::kJoining || m.state == MemberState::kSyncing;
    give_up_all(at, m.generation == kNoGeneration || m.member_id.empty() || rebalances);
    leave_group(at, "the consumer is being closed");
}

}  // namespace brokerlab
