// OffsetCommit, OffsetFetch, OffsetDelete: the committed offsets of a group.
//
// The committed offset is that of the next record to process. Members of both protocols commit:
// `generation_id_or_member_epoch` is the generation in a classic group and the member epoch in a
// consumer group; -1 with an empty member id is a client that assigns its partitions itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Commits offsets [OffsetCommitRequest.json, KIP-320, KIP-848].
struct OffsetCommitRequest {
    static constexpr ApiKey kApiKey = ApiKey::kOffsetCommit;
    static constexpr VersionRange kVersions{2, 9, 8};

    struct Partition {
        PartitionId partition_index;
        Offset committed_offset;
        LeaderEpoch committed_leader_epoch = kNoLeaderEpoch;
        std::optional<std::string> committed_metadata = "";  ///< free text of the client

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("committedOffset", self.committed_offset);
            io.field("committedLeaderEpoch", self.committed_leader_epoch, {.since = 6});
            io.field("committedMetadata", self.committed_metadata, {.nullable_since = 0});
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string name;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    std::string group_id;
    GenerationId generation_id_or_member_epoch = kNoGeneration;
    std::string member_id;
    std::optional<std::string> group_instance_id;
    int64_t retention_time_ms = -1;  ///< up to version 4; -1 is the broker's own
    std::vector<Topic> topics;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("groupId", self.group_id);
        io.field("generationIdOrMemberEpoch", self.generation_id_or_member_epoch);
        io.field("memberId", self.member_id);
        io.field("groupInstanceId", self.group_instance_id, {.since = 7, .nullable_since = 0});
        io.field("retentionTimeMs", self.retention_time_ms, {.until = 4});
        io.field("topics", self.topics);
    }
    bool operator==(const OffsetCommitRequest&) const = default;
};

/// Which commits were written [OffsetCommitResponse.json].
struct OffsetCommitResponse {
    static constexpr ApiKey kApiKey = ApiKey::kOffsetCommit;
    static constexpr VersionRange kVersions{2, 9, 8};

    struct Partition {
        PartitionId partition_index;
        ErrorCode error_code = ErrorCode::kNone;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("errorCode", self.error_code);
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string name;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    int32_t throttle_time_ms = 0;
    std::vector<Topic> topics;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms, {.since = 3});
        io.field("topics", self.topics);
    }
    bool operator==(const OffsetCommitResponse&) const = default;
};

/// Asks for committed offsets, of many groups since version 8 [OffsetFetchRequest.json, KIP-447,
/// KIP-709].
struct OffsetFetchRequest {
    static constexpr ApiKey kApiKey = ApiKey::kOffsetFetch;
    static constexpr VersionRange kVersions{1, 9, 6};

    struct Topic {
        std::string name;
        std::vector<PartitionId> partition_indexes;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("partitionIndexes", self.partition_indexes);
        }
        bool operator==(const Topic&) const = default;
    };

    /// One group, from version 8 on.
    struct Group {
        std::string group_id;
        std::optional<std::string> member_id;
        MemberEpoch member_epoch = kNoMemberEpoch;
        std::optional<std::vector<Topic>> topics{std::in_place};  ///< null is all

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("groupId", self.group_id);
            io.field("memberId", self.member_id, {.since = 9, .nullable_since = 0});
            io.field("memberEpoch", self.member_epoch, {.since = 9});
            io.field("topics", self.topics, {.nullable_since = 0});
        }
        bool operator==(const Group&) const = default;
    };

    std::string group_id;                                     ///< the one group, up to version 7
    std::optional<std::vector<Topic>> topics{std::in_place};  ///< of that group; null is all
    std::vector<Group> groups;
    bool require_stable = false;  ///< refuse while a transaction's commit is pending (KIP-447)

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("groupId", self.group_id, {.until = 7});
        io.field("topics", self.topics, {.until = 7, .nullable_since = 2});
        io.field("groups", self.groups, {.since = 8});
        io.field("requireStable", self.require_stable, {.since = 7});
    }
    bool operator==(const OffsetFetchRequest&) const = default;
};

/// The committed offsets; -1 where there is none [OffsetFetchResponse.json].
struct OffsetFetchResponse {
    static constexpr ApiKey kApiKey = ApiKey::kOffsetFetch;
    static constexpr VersionRange kVersions{1, 9, 6};

    struct Partition {
        PartitionId partition_index;
        Offset committed_offset;
        LeaderEpoch committed_leader_epoch = kNoLeaderEpoch;
        std::optional<std::string> metadata = "";
        ErrorCode error_code = ErrorCode::kNone;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("committedOffset", self.committed_offset);
            io.field("committedLeaderEpoch", self.committed_leader_epoch, {.since = 5});
            io.field("metadata", self.metadata, {.nullable_since = 0});
            io.field("errorCode", self.error_code);
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string name;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    /// One group, from version 8 on.
    struct Group {
        std::string group_id;
        std::vector<Topic> topics;
        ErrorCode error_code = ErrorCode::kNone;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("groupId", self.group_id);
            io.field("topics", self.topics);
            io.field("errorCode", self.error_code);
        }
        bool operator==(const Group&) const = default;
    };

    int32_t throttle_time_ms = 0;
    std::vector<Topic> topics;                ///< of the one group, up to version 7
    ErrorCode error_code = ErrorCode::kNone;  ///< of that group
    std::vector<Group> groups;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms, {.since = 3});
        io.field("topics", self.topics, {.until = 7});
        io.field("errorCode", self.error_code, {.since = 2, .until = 7});
        io.field("groups", self.groups, {.since = 8});
    }
    bool operator==(const OffsetFetchResponse&) const = default;
};

/// Deletes committed offsets of topics that the group no longer reads [OffsetDeleteRequest.json,
/// KIP-496].
struct OffsetDeleteRequest {
    static constexpr ApiKey kApiKey = ApiKey::kOffsetDelete;
    static constexpr VersionRange kVersions{0, 0};

    struct Partition {
        PartitionId partition_index;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string name;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    std::string group_id;
    std::vector<Topic> topics;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("groupId", self.group_id);
        io.field("topics", self.topics);
    }
    bool operator==(const OffsetDeleteRequest&) const = default;
};

/// Which offsets are gone [OffsetDeleteResponse.json].
struct OffsetDeleteResponse {
    static constexpr ApiKey kApiKey = ApiKey::kOffsetDelete;
    static constexpr VersionRange kVersions{0, 0};

    struct Partition {
        PartitionId partition_index;
        ErrorCode error_code = ErrorCode::kNone;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("errorCode", self.error_code);
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string name;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    ErrorCode error_code = ErrorCode::kNone;
    int32_t throttle_time_ms = 0;
    std::vector<Topic> topics;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("errorCode", self.error_code);
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("topics", self.topics);
    }
    bool operator==(const OffsetDeleteResponse&) const = default;
};

}  // namespace brokerlab
