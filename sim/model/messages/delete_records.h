// DeleteRecords: raises the log start offset of partitions (KIP-107).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Deletes the records below an offset [DeleteRecordsRequest.json].
struct DeleteRecordsRequest {
    static constexpr ApiKey kApiKey = ApiKey::kDeleteRecords;
    static constexpr VersionRange kVersions{0, 2, 2};

    struct Partition {
        PartitionId partition_index;
        Offset offset;  ///< the first to keep; -1 is the high watermark

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("offset", self.offset);
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

    std::vector<Topic> topics;
    int32_t timeout_ms = 0;  ///< wait for the followers to delete as well

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("topics", self.topics);
        io.field("timeoutMs", self.timeout_ms);
    }
    bool operator==(const DeleteRecordsRequest&) const = default;
};

/// The new starts [DeleteRecordsResponse.json].
struct DeleteRecordsResponse {
    static constexpr ApiKey kApiKey = ApiKey::kDeleteRecords;
    static constexpr VersionRange kVersions{0, 2, 2};

    struct Partition {
        PartitionId partition_index;
        Offset low_watermark;  ///< least log start of all live replicas
        ErrorCode error_code = ErrorCode::kNone;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("lowWatermark", self.low_watermark);
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
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("topics", self.topics);
    }
    bool operator==(const DeleteRecordsResponse&) const = default;
};

}  // namespace brokerlab
