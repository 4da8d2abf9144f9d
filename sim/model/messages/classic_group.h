// JoinGroup, SyncGroup, Heartbeat, LeaveGroup: membership in a group of the classic protocol.
//
// Members join and wait for each other; the coordinator makes one of them the leader, which
// computes the assignment and hands it in with its SyncGroup. `metadata` and `assignment` hold
// ConsumerProtocolSubscription and ConsumerProtocolAssignment in bytes. A group instance id makes a
// member static (KIP-345): it keeps its partitions over a restart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Joins or re-joins a group [JoinGroupRequest.json, KIP-345, KIP-394, KIP-800].
struct JoinGroupRequest {
    static constexpr ApiKey kApiKey = ApiKey::kJoinGroup;
    static constexpr VersionRange kVersions{0, 9, 6};

    /// An assignor that the member supports, in order of preference.
    struct Protocol {
        std::string name;
        Bytes metadata;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("metadata", self.metadata);
        }
        bool operator==(const Protocol&) const = default;
    };

    std::string group_id;
    int32_t session_timeout_ms = 0;
    /// How long the others wait for this member; -1 before version 1
    int32_t rebalance_timeout_ms = -1;
    std::string member_id;  ///< empty for a new member
    std::optional<std::string> group_instance_id;
    std::string protocol_type;  ///< "consumer" for consumers
    std::vector<Protocol> protocols;
    std::optional<std::string> reason;  ///< why it joins, for the coordinator's log

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("groupId", self.group_id);
        io.field("sessionTimeoutMs", self.session_timeout_ms);
        io.field("rebalanceTimeoutMs", self.rebalance_timeout_ms, {.since = 1});
        io.field("memberId", self.member_id);
        io.field("groupInstanceId", self.group_instance_id, {.since = 5, .nullable_since = 0});
        io.field("protocolType", self.protocol_type);
        io.field("protocols", self.protocols);
        io.field("reason", self.reason, {.since = 8, .nullable_since = 0});
    }
    bool operator==(const JoinGroupRequest&) const = default;
};

/// The new generation, once all members have joined [JoinGroupResponse.json, KIP-394, KIP-814].
struct JoinGroupResponse {
    static constexpr ApiKey kApiKey = ApiKey::kJoinGroup;
    static constexpr VersionRange kVersions{0, 9, 6};

    struct Member {
        std::string member_id;
        std::optional<std::string> group_instance_id;
        Bytes metadata;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("memberId", self.member_id);
            io.field("groupInstanceId", self.group_instance_id, {.since = 5, .nullable_since = 0});
            io.field("metadata", self.metadata);
        }
        bool operator==(const Member&) const = default;
    };

    int32_t throttle_time_ms = 0;
    ErrorCode error_code = ErrorCode::kNone;
    GenerationId generation_id = kNoGeneration;
    std::optional<std::string> protocol_type;
    std::optional<std::string> protocol_name = "";
    std::string leader;            ///< member id of the leader
    bool skip_assignment = false;  ///< the leader shall not compute an assignment (KIP-814)
    std::string member_id;         ///< also with MEMBER_ID_REQUIRED: join again with it
    std::vector<Member> members;   ///< all members, for the leader only

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms, {.since = 2});
        io.field("errorCode", self.error_code);
        io.field("generationId", self.generation_id);
        io.field("protocolType", self.protocol_type, {.since = 7, .nullable_since = 0});
        io.field("protocolName", self.protocol_name, {.nullable_since = 7});
        io.field("leader", self.leader);
        io.field("skipAssignment", self.skip_assignment, {.since = 9});
        io.field("memberId", self.member_id);
        io.field("members", self.members);
    }
    bool operator==(const JoinGroupResponse&) const = default;
};

/// Asks for the own assignment; the leader brings everyone's [SyncGroupRequest.json, KIP-559].
struct SyncGroupRequest {
    static constexpr ApiKey kApiKey = ApiKey::kSyncGroup;
    static constexpr VersionRange kVersions{0, 5, 4};

    struct Assignment {
        std::string member_id;
        Bytes assignment;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("memberId", self.member_id);
            io.field("assignment", self.assignment);
        }
        bool operator==(const Assignment&) const = default;
    };

    std::string group_id;
    GenerationId generation_id;
    std::string member_id;
    std::optional<std::string> group_instance_id;
    std::optional<std::string> protocol_type;
    std::optional<std::string> protocol_name;
    std::vector<Assignment> assignments;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("groupId", self.group_id);
        io.field("generationId", self.generation_id);
        io.field("memberId", self.member_id);
        io.field("groupInstanceId", self.group_instance_id, {.since = 3, .nullable_since = 0});
        io.field("protocolType", self.protocol_type, {.since = 5, .nullable_since = 0});
        io.field("protocolName", self.protocol_name, {.since = 5, .nullable_since = 0});
        io.field("assignments", self.assignments);
    }
    bool operator==(const SyncGroupRequest&) const = default;
};

/// The assignment of the member that asked [SyncGroupResponse.json].
struct SyncGroupResponse {
    static constexpr ApiKey kApiKey = ApiKey::kSyncGroup;
    static constexpr VersionRange kVersions{0, 5, 4};

    int32_t throttle_time_ms = 0;
    ErrorCode error_code = ErrorCode::kNone;
    std::optional<std::string> protocol_type;
    std::optional<std::string> protocol_name;
    Bytes assignment;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms, {.since = 1});
        io.field("errorCode", self.error_code);
        io.field("protocolType", self.protocol_type, {.since = 5, .nullable_since = 0});
        io.field("protocolName", self.protocol_name, {.since = 5, .nullable_since = 0});
        io.field("assignment", self.assignment);
    }
    bool operator==(const SyncGroupResponse&) const = default;
};

/// Keeps a member's session alive [HeartbeatRequest.json].
struct HeartbeatRequest {
    static constexpr ApiKey kApiKey = ApiKey::kHeartbeat;
    static constexpr VersionRange kVersions{0, 4, 4};

    std::string group_id;
    GenerationId generation_id;
    std::string member_id;
    std::optional<std::string> group_instance_id;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("groupId", self.group_id);
        io.field("generationId", self.generation_id);
        io.field("memberId", self.member_id);
        io.field("groupInstanceId", self.group_instance_id, {.since = 3, .nullable_since = 0});
    }
    bool operator==(const HeartbeatRequest&) const = default;
};

/// REBALANCE_IN_PROGRESS asks the member to re-join [HeartbeatResponse.json].
struct HeartbeatResponse {
    static constexpr ApiKey kApiKey = ApiKey::kHeartbeat;
    static constexpr VersionRange kVersions{0, 4, 4};

    int32_t throttle_time_ms = 0;
    ErrorCode error_code = ErrorCode::kNone;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms, {.since = 1});
        io.field("errorCode", self.error_code);
    }
    bool operator==(const HeartbeatResponse&) const = default;
};

/// Leaves at once, without waiting for a session to end [LeaveGroupRequest.json, KIP-345, KIP-800].
struct LeaveGroupRequest {
    static constexpr ApiKey kApiKey = ApiKey::kLeaveGroup;
    static constexpr VersionRange kVersions{0, 5, 4};

    struct Member {
        std::string member_id;
        std::optional<std::string> group_instance_id;
        std::optional<std::string> reason;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("memberId", self.member_id);
            io.field("groupInstanceId", self.group_instance_id, {.nullable_since = 0});
            io.field("reason", self.reason, {.since = 5, .nullable_since = 0});
        }
        bool operator==(const Member&) const = default;
    };

    std::string group_id;
    std::string member_id;        ///< the one member, up to version 2
    std::vector<Member> members;  ///< from version 3 on, for removing static members together

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("groupId", self.group_id);
        io.field("memberId", self.member_id, {.until = 2});
        io.field("members", self.members, {.since = 3});
    }
    bool operator==(const LeaveGroupRequest&) const = default;
};

/// Who left [LeaveGroupResponse.json].
struct LeaveGroupResponse {
    static constexpr ApiKey kApiKey = ApiKey::kLeaveGroup;
    static constexpr VersionRange kVersions{0, 5, 4};

    struct Member {
        std::string member_id;
        std::optional<std::string> group_instance_id = "";
        ErrorCode error_code = ErrorCode::kNone;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("memberId", self.member_id);
            io.field("groupInstanceId", self.group_instance_id, {.nullable_since = 0});
            io.field("errorCode", self.error_code);
        }
        bool operator==(const Member&) const = default;
    };

    int32_t throttle_time_ms = 0;
    ErrorCode error_code = ErrorCode::kNone;
    std::vector<Member> members;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms, {.since = 1});
        io.field("errorCode", self.error_code);
        io.field("members", self.members, {.since = 3});
    }
    bool operator==(const LeaveGroupResponse&) const = default;
};

}  // namespace brokerlab
