// What makes the coordinator refuse a ConsumerGroupHeartbeat, in the order of Kafka's checks.
// [GroupMetadataManager.throwIf...]
#pragma once

#include <optional>
#include <string>

#include "sim/group/group_config.h"
#include "sim/group/groups.h"
#include "sim/model/envelope.h"
#include "sim/model/error_code.h"

namespace brokerlab {

inline constexpr MemberEpoch kJoinEpoch{0};
inline constexpr MemberEpoch kLeaveEpoch{-1};
inline constexpr MemberEpoch kStaticLeaveEpoch{-2};

struct HeartbeatRefusal {
    ErrorCode error = ErrorCode::kNone;
    std::string message;  ///< for the client's log

    bool operator==(const HeartbeatRefusal&) const = default;
};
using MaybeRefusal = std::optional<HeartbeatRefusal>;

/// What can be told from the request alone: INVALID_REQUEST, UNSUPPORTED_ASSIGNOR, or
/// UNSUPPORTED_VERSION where the broker does not speak the protocol.
[[nodiscard]] MaybeRefusal check_heartbeat(const ConsumerGroupHeartbeatRequest& request,
                                           ApiVersion version, const GroupConfig& config);
/// Whether there is a group, or may be a new one.
[[nodiscard]] MaybeRefusal check_group(const GroupShard& shard, const std::string& group,
                                       bool may_create);
/// GROUP_MAX_SIZE_REACHED
[[nodiscard]] MaybeRefusal check_size(const ConsumerGroup& group, const std::string& member_id,
                                      const GroupConfig& config);
/// A member at its epoch, or, owning nothing else than it was assigned, at the one before: the
/// answer with the new one may have been lost. Else FENCED_MEMBER_EPOCH.
[[nodiscard]] MaybeRefusal check_epoch(const ConsumerMember& member,
                                       const ConsumerGroupHeartbeatRequest& request);
/// Who may act for a member: itself; for a static one, who has both ids. UNKNOWN_MEMBER_ID or
/// FENCED_INSTANCE_ID.
[[nodiscard]] MaybeRefusal check_identity(const ConsumerGroup& group,
                                          const ConsumerGroupHeartbeatRequest& request);
/// UNRELEASED_INSTANCE_ID when a member with that instance id has not left.
[[nodiscard]] MaybeRefusal check_instance_is_free(const ConsumerGroup& group,
                                                  const ConsumerGroupHeartbeatRequest& request);

}  // namespace brokerlab
