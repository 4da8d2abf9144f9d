// Membership: a consumer as a member of its group, of one protocol or the other.
//
// What both kinds offer to the consumer around them; the rest of each is in its own header.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "sim/client/classic_membership.h"
#include "sim/client/consumer_membership.h"

namespace brokerlab {

struct GroupPart;

using Membership = std::variant<ClassicMembership, ConsumerMembership>;

/// Why the consumer can't go on.
struct MemberFailure {
    ErrorCode error = ErrorCode::kNone;
    std::string message;

    bool operator==(const MemberFailure&) const = default;
};

/// In poll(): does what can be done for the membership. True when the member is in its group and
/// the rest of poll() may go on.
[[nodiscard]] bool poll_membership(MemberTurn& at);
/// poll() was called, or still waits.
void note_poll(MemberTurn& at);
/// Heartbeats and time-outs, which need no poll(). Nothing any more when it can't go on.
void tick_membership(MemberTurn& at);
/// Whether a thread beside the application works: answers are read even while that is busy.
[[nodiscard]] bool is_heartbeating(const Membership& membership);
/// When tick_membership() is to be called, or poll_membership() if it polls.
[[nodiscard]] SimTime next_deadline(const GroupPart& group, SimTime now);
/// close(): gives up its partitions and leaves.
void close_membership(MemberTurn& at);

/// Counts the changes of who it is for its group: answers to requests of before are told apart.
[[nodiscard]] uint32_t identity_of(const Membership& membership);
/// The consumer can't go on, for the first of such reasons.
void fail_member(MemberTurn& at, ErrorCode error, std::string message);
/// The same, if there is a partition that `what` holds for while auto.offset.reset is none
/// [NoOffsetForPartitionException].
void fail_without_reset_policy(MemberTurn& at, std::string_view what,
                               const FlatSet<TopicPartition>& partitions);

}  // namespace brokerlab
