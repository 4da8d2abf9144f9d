// DescribeGroups, ListGroups, DeleteGroups: what the admin client does with groups.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Asks for the state of classic groups [DescribeGroupsRequest.json].
struct DescribeGroupsRequest {
    static constexpr ApiKey kApiKey = ApiKey::kDescribeGroups;
    static constexpr VersionRange kVersions{0, 6, 5};

    std::vector<std::string> groups;
    bool include_authorized_operations = false;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("groups", self.groups);
        io.field("includeAuthorizedOperations", self.include_authorized_operations, {.since = 3});
    }
    bool operator==(const DescribeGroupsRequest&) const = default;
};

/// The groups with their members [DescribeGroupsResponse.json, KIP-345, KIP-1043].
struct DescribeGroupsResponse {
    static constexpr ApiKey kApiKey = ApiKey::kDescribeGroups;
    static constexpr VersionRange kVersions{0, 6, 5};

    struct Member {
        std::string member_id;
        std::optional<std::string> group_instance_id;
        std::string client_id;
        std::string client_host;
        Bytes member_metadata;
        Bytes member_assignment;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("memberId", self.member_id);
            io.field("groupInstanceId", self.group_instance_id, {.since = 4, .nullable_since = 0});
            io.field("clientId", self.client_id);
            io.field("clientHost", self.client_host);
            io.field("memberMetadata", self.member_metadata);
            io.field("memberAssignment", self.member_assignment);
        }
        bool operator==(const Member&) const = default;
    };

    struct Group {
        ErrorCode error_code = ErrorCode::kNone;
        /// Version 6, of 4.0 final, which answers GROUP_ID_NOT_FOUND
        std::optional<std::string> error_message;
        std::string group_id;
        std::string group_state;  ///< Empty, PreparingRebalance, CompletingRebalance, Stable, Dead
        std::string protocol_type;
        std::string protocol_data;  ///< the assignor chosen, while Stable
        std::vector<Member> members;
        /// Bits; INT32_MIN when not asked for
        int32_t authorized_operations = std::numeric_limits<int32_t>::min();

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("errorCode", self.error_code);
            io.field("errorMessage", self.error_message, {.since = 6, .nullable_since = 0});
            io.field("groupId", self.group_id);
            io.field("groupState", self.group_state);
            io.field("protocolType", self.protocol_type);
            io.field("protocolData", self.protocol_data);
            io.field("members", self.members);
            io.field("authorizedOperations", self.authorized_operations, {.since = 3});
        }
        bool operator==(const Group&) const = default;
    };

    int32_t throttle_time_ms = 0;
    std::vector<Group> groups;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms, {.since = 1});
        io.field("groups", self.groups);
    }
    bool operator==(const DescribeGroupsResponse&) const = default;
};

/// Asks one coordinator for its groups [ListGroupsRequest.json, KIP-518, KIP-848].
struct ListGroupsRequest {
    static constexpr ApiKey kApiKey = ApiKey::kListGroups;
    static constexpr VersionRange kVersions{0, 5, 3};

    std::vector<std::string> states_filter;  ///< empty: all
    std::vector<std::string> types_filter;   ///< "classic", "consumer"; empty: all

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("statesFilter", self.states_filter, {.since = 4});
        io.field("typesFilter", self.types_filter, {.since = 5});
    }
    bool operator==(const ListGroupsRequest&) const = default;
};

/// The groups that the asked broker coordinates [ListGroupsResponse.json].
struct ListGroupsResponse {
    static constexpr ApiKey kApiKey = ApiKey::kListGroups;
    static constexpr VersionRange kVersions{0, 5, 3};

    struct Group {
        std::string group_id;
        std::string protocol_type;
        std::string group_state;
        std::string group_type;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("groupId", self.group_id);
            io.field("protocolType", self.protocol_type);
            io.field("groupState", self.group_state, {.since = 4});
            io.field("groupType", self.group_type, {.since = 5});
        }
        bool operator==(const Group&) const = default;
    };

    int32_t throttle_time_ms = 0;
    ErrorCode error_code = ErrorCode::kNone;
    std::vector<Group> groups;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms, {.since = 1});
        io.field("errorCode", self.error_code);
        io.field("groups", self.groups);
    }
    bool operator==(const ListGroupsResponse&) const = default;
};

/// Deletes empty groups with their offsets [DeleteGroupsRequest.json, KIP-229].
struct DeleteGroupsRequest {
    static constexpr ApiKey kApiKey = ApiKey::kDeleteGroups;
    static constexpr VersionRange kVersions{0, 2, 2};

    std::vector<std::string> groups_names;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("groupsNames", self.groups_names);
    }
    bool operator==(const DeleteGroupsRequest&) const = default;
};

/// Which groups are gone [DeleteGroupsResponse.json].
struct DeleteGroupsResponse {
    static constexpr ApiKey kApiKey = ApiKey::kDeleteGroups;
    static constexpr VersionRange kVersions{0, 2, 2};

    struct Result {
        std::string group_id;
        ErrorCode error_code = ErrorCode::kNone;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("groupId", self.group_id);
            io.field("errorCode", self.error_code);
        }
        bool operator==(const Result&) const = default;
    };

    int32_t throttle_time_ms = 0;
    std::vector<Result> results;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("results", self.results);
    }
    bool operator==(const DeleteGroupsResponse&) const = default;
};

}  // namespace brokerlab
