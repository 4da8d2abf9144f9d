#include "sim/client/membership.h"

#include <utility>

#include <fmt/format.h>

#include "sim/client/member_turn.h"

namespace brokerlab {

bool poll_membership(MemberTurn& at) {
    return std::visit([&at](auto& m) { return poll_membership(at, m); }, at.group.membership);
}

void note_poll(MemberTurn& at) {
    std::visit([&at](auto& m) { note_poll(at, m); }, at.group.membership);
}

void tick_membership(MemberTurn& at) {
    if (!at.group.failure) {
        std::visit([&at](auto& m) { tick_membership(at, m); }, at.group.membership);
    }
}

bool is_heartbeating(const Membership& membership) {
    return std::visit([](const auto& m) { return is_heartbeating(m); }, membership);
}

SimTime next_deadline(const GroupPart& group, SimTime now) {
    return group.failure
               ? kNever
               : std::visit([&](const auto& m) { return next_deadline(m, group.link, now); },
                            group.membership);
}

void close_membership(MemberTurn& at) {
    std::visit([&at](auto& m) { close_membership(at, m); }, at.group.membership);
}

uint32_t identity_of(const Membership& membership) {
    return std::visit([](const auto& m) { return m.identity; }, membership);
}

void fail_member(MemberTurn& at, ErrorCode error, std::string message) {
    if (!at.group.failure) {
        at.group.failure = MemberFailure{error, std::move(message)};
    }
}

void fail_without_reset_policy(MemberTurn& at, std::string_view what,
                               const FlatSet<TopicPartition>& partitions) {
    std::string names;
    for (const TopicPartition& partition : partitions) {
        names += (names.empty() ? "" : ", ") + partition.to_string();
    }
    if (!names.empty()) {
        fail_member(at, ErrorCode::kNone, fmt::format("{} for partitions: [{}]", what, names));
    }
}

}  // namespace brokerlab
