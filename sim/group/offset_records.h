// Records of __consumer_offsets that classic and consumer groups share: committed offsets, and the
// one record of a classic group.
//
// A key carries its kind as the version in front; so each key has versions of its own. `Value` is
// what a broker writes beside it, `kWrittenVersion` the version in which a 4.0 broker does.
// [group-coordinator/src/main/resources/common/message/*.json; GroupCoordinatorRecordHelpers.java]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/model/ids.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// How far a group has read one partition.
struct OffsetCommitValue {
    static constexpr std::string_view kName = "OffsetCommitValue";
    static constexpr VersionRange kVersions{0, 4, 4};
    /// Version 1 is written instead for a commit with an expiry of its own, which only the oldest
    /// clients ask for [MetadataVersion.offsetCommitValueVersion].
    static constexpr ApiVersion kWrittenVersion = 3;

    Offset offset;  ///< of the next record to read
    LeaderEpoch leader_epoch = kNoLeaderEpoch;
    std::string metadata;
    Timestamp commit_timestamp;
    Timestamp expire_timestamp = kNoTimestamp;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("offset", self.offset);
        io.field("leaderEpoch", self.leader_epoch, {.since = 3});
        io.field("metadata", self.metadata);
        io.field("commitTimestamp", self.commit_timestamp);
        io.field("expireTimestamp", self.expire_timestamp, {.since = 1, .until = 1});
    }
    bool operator==(const OffsetCommitValue&) const = default;
};

struct OffsetCommitKey {
    using Value = OffsetCommitValue;
    static constexpr std::string_view kName = "OffsetCommitKey";
    static constexpr VersionRange kVersions{0, 1};

    std::string group;
    std::string topic;
    PartitionId partition;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("group", self.group);
        io.field("topic", self.topic);
        io.field("partition", self.partition);
    }
    bool operator==(const OffsetCommitKey&) const = default;
};

/// A classic group after a completed rebalance: its generation and every member's assignment.
struct GroupMetadataValue {
    static constexpr std::string_view kName = "GroupMetadataValue";
    static constexpr VersionRange kVersions{0, 4, 4};
    static constexpr ApiVersion kWrittenVersion = 3;

    struct MemberMetadata {
        std::string member_id;
        std::optional<std::string> group_instance_id;
        std::string client_id;
        std::string client_host;
        int32_t rebalance_timeout_ms = -1;
        int32_t session_timeout_ms = 0;
        Bytes subscription;
        Bytes assignment;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("memberId", self.member_id);
            io.field("groupInstanceId", self.group_instance_id, {.since = 3, .nullable_since = 3});
            io.field("clientId", self.client_id);
            io.field("clientHost", self.client_host);
            io.field("rebalanceTimeout", self.rebalance_timeout_ms, {.since = 1});
            io.field("sessionTimeout", self.session_timeout_ms);
            io.field("subscription", self.subscription);
            io.field("assignment", self.assignment);
        }
        bool operator==(const MemberMetadata&) const = default;
    };

    std::string protocol_type;
    GenerationId generation;
    std::optional<std::string> protocol;
    std::optional<std::string> leader;
    Timestamp current_state_timestamp = kNoTimestamp;
    std::vector<MemberMetadata> members;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("protocolType", self.protocol_type);
        io.field("generation", self.generation);
        io.field("protocol", self.protocol, {.nullable_since = 0});
        io.field("leader", self.leader, {.nullable_since = 0});
        io.field("currentStateTimestamp", self.current_state_timestamp, {.since = 2});
        io.field("members", self.members);
    }
    bool operator==(const GroupMetadataValue&) const = default;
};

struct GroupMetadataKey {
    using Value = GroupMetadataValue;
    static constexpr std::string_view kName = "GroupMetadataKey";
    static constexpr VersionRange kVersions{2, 2};

    std::string group;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("group", self.group);
    }
    bool operator==(const GroupMetadataKey&) const = default;
};

}  // namespace brokerlab
