// GroupPart and MemberTurn: what a consumer has more of when it is in a group, and what a handler
// of it works on.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sim/client/committed_offsets.h"
#include "sim/client/consumer_core.h"
#include "sim/client/coordinator_link.h"
#include "sim/client/member_settings.h"
#include "sim/client/membership.h"
#include "sim/client/offset_committer.h"
#include "sim/client/subscription.h"
#include "sim/model/env.h"

namespace brokerlab {

struct GroupPart {
    MemberSettings settings;
    Subscription subscription;
    CoordinatorLink link;
    Membership membership;
    std::optional<MemberFailure> failure;
    OffsetCommitter committer;
    CommittedLookup lookup;

    bool operator==(const GroupPart&) const = default;
};
void digest_into(Digest& d, const GroupPart& group);

/// `incarnation` counts the starts of this consumer: it keys the draw of its member id.
[[nodiscard]] GroupPart make_group_part(const ConsumerSetup& setup, const std::string& name,
                                        uint64_t incarnation, const Env& env);

/// One handler's view: lives no longer than its call.
struct MemberTurn {
    ConsumerCore& core;
    GroupPart& group;
    const Env& env;
    Effects& fx;

    [[nodiscard]] SimTime now() const { return env.now; }
    /// Of a member of the classic protocol only.
    [[nodiscard]] ClassicMembership& classic() const {
        return std::get<ClassicMembership>(group.membership);
    }
    /// retry.backoff.ms and its like, after so many failures.
    [[nodiscard]] Duration back_off(uint32_t attempts, ApiKey of) const {
        const Backoff backoff{group.settings.retry_backoff, group.settings.retry_backoff_max};
        return backoff.after(attempts,
                             env.draw(DrawPurpose::kRetryBackoff, draw_key(of, attempts, env.now)));
    }
};

/// The coordinator can be sent to. The tag tells the identity that the member has now.
template <class Body>
uint64_t send_to_coordinator(MemberTurn& at, Body body,
                             std::optional<Duration> timeout = std::nullopt) {
    CoordinatorLink& link = at.group.link;
    const uint64_t tag = (uint64_t{link.next_serial++} << 32U) | identity_of(at.group.membership);
    link.client.send(node_of(link.coordinator), std::move(body), Body::kVersions.latest, tag,
                     at.env, at.fx, true, timeout);
    return tag;
}

/// An answer of the coordinator.
void on_group_response(MemberTurn& at, uint64_t tag, const Response& response);
/// Requests to the coordinator have no answer.
void fail_group_requests(MemberTurn& at, const std::vector<FailedRequest>& failed);

}  // namespace brokerlab
