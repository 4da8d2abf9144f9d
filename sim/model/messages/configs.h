// DescribeConfigs, IncrementalAlterConfigs, AlterConfigs: the configuration of topics, brokers and
// groups.
//
// AlterConfigs replaces a resource's whole configuration and is deprecated since KIP-339, which
// changes single keys. A null value means: back to the default.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/protocol_enums.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Asks for configurations [DescribeConfigsRequest.json, KIP-226, KIP-569].
struct DescribeConfigsRequest {
    static constexpr ApiKey kApiKey = ApiKey::kDescribeConfigs;
    static constexpr VersionRange kVersions{1, 4, 4};

    struct Resource {
        ConfigResourceType resource_type = ConfigResourceType::kUnknown;
        std::string resource_name;
        std::optional<std::vector<std::string>> configuration_keys{std::in_place};  ///< null is all

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("resourceType", self.resource_type);
            io.field("resourceName", self.resource_name);
            io.field("configurationKeys", self.configuration_keys, {.nullable_since = 0});
        }
        bool operator==(const Resource&) const = default;
    };

    std::vector<Resource> resources;
    bool include_synonyms = false;
    bool include_documentation = false;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("resources", self.resources);
        io.field("includeSynonyms", self.include_synonyms);
        io.field("includeDocumentation", self.include_documentation, {.since = 3});
    }
    bool operator==(const DescribeConfigsRequest&) const = default;
};

/// The configurations with where each value comes from [DescribeConfigsResponse.json].
struct DescribeConfigsResponse {
    static constexpr ApiKey kApiKey = ApiKey::kDescribeConfigs;
    static constexpr VersionRange kVersions{1, 4, 4};

    /// A value that would hold if the ones before it were unset.
    struct Synonym {
        std::string name;
        std::optional<std::string> value = "";
        ConfigSource source = ConfigSource::kUnknown;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("value", self.value, {.nullable_since = 0});
            io.field("source", self.source);
        }
        bool operator==(const Synonym&) const = default;
    };

    struct Config {
        std::string name;
        std::optional<std::string> value = "";  ///< null when sensitive
        bool read_only = false;
        ConfigSource config_source = ConfigSource::kNotGiven;
        bool is_sensitive = false;
        std::vector<Synonym> synonyms;
        ConfigType config_type = ConfigType::kUnknown;
        std::optional<std::string> documentation = "";

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("value", self.value, {.nullable_since = 0});
            io.field("readOnly", self.read_only);
            io.field("configSource", self.config_source);
            io.field("isSensitive", self.is_sensitive);
            io.field("synonyms", self.synonyms);
            io.field("configType", self.config_type, {.since = 3});
            io.field("documentation", self.documentation, {.since = 3, .nullable_since = 0});
        }
        bool operator==(const Config&) const = default;
    };

    struct Result {
        ErrorCode error_code = ErrorCode::kNone;
        std::optional<std::string> error_message = "";
        ConfigResourceType resource_type = ConfigResourceType::kUnknown;
        std::string resource_name;
        std::vector<Config> configs;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("errorCode", self.error_code);
            io.field("errorMessage", self.error_message, {.nullable_since = 0});
            io.field("resourceType", self.resource_type);
            io.field("resourceName", self.resource_name);
            io.field("configs", self.configs);
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
    bool operator==(const DescribeConfigsResponse&) const = default;
};

/// Changes single keys [IncrementalAlterConfigsRequest.json, KIP-339].
struct IncrementalAlterConfigsRequest {
    static constexpr ApiKey kApiKey = ApiKey::kIncrementalAlterConfigs;
    static constexpr VersionRange kVersions{0, 1, 1};

    struct Config {
        std::string name;
        ConfigOperation config_operation = ConfigOperation::kSet;
        std::optional<std::string> value = "";

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("configOperation", self.config_operation);
            io.field("value", self.value, {.nullable_since = 0});
        }
        bool operator==(const Config&) const = default;
    };

    struct Resource {
        ConfigResourceType resource_type = ConfigResourceType::kUnknown;
        std::string resource_name;
        std::vector<Config> configs;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("resourceType", self.resource_type);
            io.field("resourceName", self.resource_name);
            io.field("configs", self.configs);
        }
        bool operator==(const Resource&) const = default;
    };

    std::vector<Resource> resources;
    bool validate_only = false;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("resources", self.resources);
        io.field("validateOnly", self.validate_only);
    }
    bool operator==(const IncrementalAlterConfigsRequest&) const = default;
};

/// What became of each resource [IncrementalAlterConfigsResponse.json].
struct IncrementalAlterConfigsResponse {
    static constexpr ApiKey kApiKey = ApiKey::kIncrementalAlterConfigs;
    static constexpr VersionRange kVersions{0, 1, 1};

    struct Result {
        ErrorCode error_code = ErrorCode::kNone;
        std::optional<std::string> error_message = "";
        ConfigResourceType resource_type = ConfigResourceType::kUnknown;
        std::string resource_name;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("errorCode", self.error_code);
            io.field("errorMessage", self.error_message, {.nullable_since = 0});
            io.field("resourceType", self.resource_type);
            io.field("resourceName", self.resource_name);
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
    bool operator==(const IncrementalAlterConfigsResponse&) const = default;
};

/// Replaces whole configurations [AlterConfigsRequest.json, KIP-133].
struct AlterConfigsRequest {
    static constexpr ApiKey kApiKey = ApiKey::kAlterConfigs;
    static constexpr VersionRange kVersions{0, 2, 2};

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

    struct Resource {
        ConfigResourceType resource_type = ConfigResourceType::kUnknown;
        std::string resource_name;
        std::vector<Config> configs;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("resourceType", self.resource_type);
            io.field("resourceName", self.resource_name);
            io.field("configs", self.configs);
        }
        bool operator==(const Resource&) const = default;
    };

    std::vector<Resource> resources;
    bool validate_only = false;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("resources", self.resources);
        io.field("validateOnly", self.validate_only);
    }
    bool operator==(const AlterConfigsRequest&) const = default;
};

/// What became of each resource [AlterConfigsResponse.json].
struct AlterConfigsResponse {
    static constexpr ApiKey kApiKey = ApiKey::kAlterConfigs;
    static constexpr VersionRange kVersions{0, 2, 2};

    struct Result {
        ErrorCode error_code = ErrorCode::kNone;
        std::optional<std::string> error_message = "";
        ConfigResourceType resource_type = ConfigResourceType::kUnknown;
        std::string resource_name;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("errorCode", self.error_code);
            io.field("errorMessage", self.error_message, {.nullable_since = 0});
            io.field("resourceType", self.resource_type);
            io.field("resourceName", self.resource_name);
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
    bool operator==(const AlterConfigsResponse&) const = default;
};

}  // namespace brokerlab
