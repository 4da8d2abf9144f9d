// CreateTopics, DeleteTopics, CreatePartitions: changes of topics, which brokers forward to the
// active controller.
//
// A request with `validate_only` is judged and not carried out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/protocol_enums.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Creates topics [CreateTopicsRequest.json, KIP-464, KIP-516].
struct CreateTopicsRequest {
    static constexpr ApiKey kApiKey = ApiKey::kCreateTopics;
    static constexpr VersionRange kVersions{2, 7, 5};

    /// The replicas of one partition, when the client places them.
    struct Assignment {
        PartitionId partition_index;
        std::vector<BrokerId> broker_ids;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("brokerIds", self.broker_ids);
        }
        bool operator==(const Assignment&) const = default;
    };

    struct Config {
        std::string name;
        std::optional<std::string> value = "";

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("value", self.value, {.nullable_since = 0});
        }
        bool operator==(const Config&) const = default;
    };

    struct Topic {
        std::string name;
        int32_t num_partitions = 0;      ///< -1: the broker's default
        int16_t replication_factor = 0;  ///< -1: the broker's default
        std::vector<Assignment> assignments;
        std::vector<Config> configs;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("numPartitions", self.num_partitions);
            io.field("replicationFactor", self.replication_factor);
            io.field("assignments", self.assignments);
            io.field("configs", self.configs);
        }
        bool operator==(const Topic&) const = default;
    };

    std::vector<Topic> topics;
    int32_t timeout_ms = 60000;
    bool validate_only = false;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("topics", self.topics);
        io.field("timeoutMs", self.timeout_ms);
        io.field("validateOnly", self.validate_only);
    }
    bool operator==(const CreateTopicsRequest&) const = default;
};

/// What became of each topic [CreateTopicsResponse.json, KIP-525].
struct CreateTopicsResponse {
    static constexpr ApiKey kApiKey = ApiKey::kCreateTopics;
    static constexpr VersionRange kVersions{2, 7, 5};

    struct Config {
        std::string name;
        std::optional<std::string> value = "";
        bool read_only = false;
        ConfigSource config_source = ConfigSource::kNotGiven;
        bool is_sensitive = false;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("value", self.value, {.nullable_since = 0});
            io.field("readOnly", self.read_only);
            io.field("configSource", self.config_source);
            io.field("isSensitive", self.is_sensitive);
        }
        bool operator==(const Config&) const = default;
    };

    struct Topic {
        std::string name;
        Uuid topic_id;
        ErrorCode error_code = ErrorCode::kNone;
        std::optional<std::string> error_message = "";
        ErrorCode topic_config_error_code = ErrorCode::kNone;  ///< why `configs` is left out
        int32_t num_partitions = -1;
        int16_t replication_factor = -1;
        std::optional<std::vector<Config>> configs{std::in_place};

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("topicId", self.topic_id, {.since = 7});
            io.field("errorCode", self.error_code);
            io.field("errorMessage", self.error_message, {.nullable_since = 0});
            io.field("topicConfigErrorCode", self.topic_config_error_code, {.since = 5, .tag = 0});
            io.field("numPartitions", self.num_partitions, {.since = 5});
            io.field("replicationFactor", self.replication_factor, {.since = 5});
            io.field("configs", self.configs, {.since = 5, .nullable_since = 0});
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
    bool operator==(const CreateTopicsResponse&) const = default;
};

/// Deletes topics, by id or name since version 6 [DeleteTopicsRequest.json, KIP-516].
struct DeleteTopicsRequest {
    static constexpr ApiKey kApiKey = ApiKey::kDeleteTopics;
    static constexpr VersionRange kVersions{1, 6, 4};

    /// A name, or an id with a null name.
    struct Topic {
        std::optional<std::string> name;
        Uuid topic_id;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name, {.nullable_since = 0});
            io.field("topicId", self.topic_id);
        }
        bool operator==(const Topic&) const = default;
    };

    std::vector<Topic> topics;
    std::vector<std::string> topic_names;  ///< up to version 5
    int32_t timeout_ms = 0;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("topics", self.topics, {.since = 6});
        io.field("topicNames", self.topic_names, {.until = 5});
        io.field("timeoutMs", self.timeout_ms);
    }
    bool operator==(const DeleteTopicsRequest&) const = default;
};

/// What became of each topic [DeleteTopicsResponse.json].
struct DeleteTopicsResponse {
    static constexpr ApiKey kApiKey = ApiKey::kDeleteTopics;
    static constexpr VersionRange kVersions{1, 6, 4};

    struct Result {
        std::optional<std::string> name = "";
        Uuid topic_id;
        ErrorCode error_code = ErrorCode::kNone;
        std::optional<std::string> error_message;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name, {.nullable_since = 6});
            io.field("topicId", self.topic_id, {.since = 6});
            io.field("errorCode", self.error_code);
            io.field("errorMessage", self.error_message, {.since = 5, .nullable_since = 0});
        }
        bool operator==(const Result&) const = default;
    };

    int32_t throttle_time_ms = 0;
    std::vector<Result> responses;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("responses", self.responses);
    }
    bool operator==(const DeleteTopicsResponse&) const = default;
};

/// Raises the number of partitions of topics [CreatePartitionsRequest.json, KIP-195].
struct CreatePartitionsRequest {
    static constexpr ApiKey kApiKey = ApiKey::kCreatePartitions;
    static constexpr VersionRange kVersions{0, 3, 2};

    /// The replicas of one new partition.
    struct Assignment {
        std::vector<BrokerId> broker_ids;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("brokerIds", self.broker_ids);
        }
        bool operator==(const Assignment&) const = default;
    };

    struct Topic {
        std::string name;
        int32_t count = 0;  ///< the new total
        /// Null: the controller places them
        std::optional<std::vector<Assignment>> assignments{std::in_place};

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("count", self.count);
            io.field("assignments", self.assignments, {.nullable_since = 0});
        }
        bool operator==(const Topic&) const = default;
    };

    std::vector<Topic> topics;
    int32_t timeout_ms = 0;
    bool validate_only = false;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("topics", self.topics);
        io.field("timeoutMs", self.timeout_ms);
        io.field("validateOnly", self.validate_only);
    }
    bool operator==(const CreatePartitionsRequest&) const = default;
};

/// What became of each topic [CreatePartitionsResponse.json].
struct CreatePartitionsResponse {
    static constexpr ApiKey kApiKey = ApiKey::kCreatePartitions;
    static constexpr VersionRange kVersions{0, 3, 2};

    struct Result {
        std::string name;
        ErrorCode error_code = ErrorCode::kNone;
        std::optional<std::string> error_message;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("errorCode", self.error_code);
            io.field("errorMessage", self.error_message, {.nullable_since = 0});
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
    bool operator==(const CreatePartitionsResponse&) const = default;
};

}  // namespace brokerlab
