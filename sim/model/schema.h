// The vocabulary in which messages describe themselves, once, for every reader and writer.
//
// A struct of Kafka's protocol or of one of its internal logs has one member
//
//     template <class Io, class Self>
//     static void describe(Io& io, Self& self) {
//         io.field("topicId", self.topic_id, {.since = 13});
//         io.field("clusterId", self.cluster_id, {.since = 12, .nullable_since = 12, .tag = 0});
//     }
//
// which names its fields in Kafka's order with Kafka's names and versions (the generator's
// JSON schemas, clients/src/main/resources/common/message). From it come the wire format
// (message_codec.h), the digest (below), and in the tests the JSON of Kafka's own converters.
// `Self` is const for those that read the struct and not for those that fill it.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

#include "sim/base/digest.h"

namespace brokerlab {

using ApiVersion = int16_t;

inline constexpr ApiVersion kNoVersion = std::numeric_limits<ApiVersion>::max();

/// In which versions a field is there, and how.
struct FieldSpec {
    ApiVersion since = 0;                    ///< first version that has the field
    ApiVersion until = kNoVersion;           ///< last version that has it
    ApiVersion nullable_since = kNoVersion;  ///< first version in which it may be null
    int tag = -1;                 ///< number of a tagged field (KIP-482), -1 for a plain one
    ApiVersion tagged_since = 0;  ///< first version in which it is tagged rather than plain
    bool compact = true;          ///< false: int16 length even where others are varints

    [[nodiscard]] constexpr bool present(ApiVersion version) const {
        return since <= version && version <= until;
    }
    [[nodiscard]] constexpr bool tagged(ApiVersion version) const {
        return tag >= 0 && version >= tagged_since;
    }
    [[nodiscard]] constexpr bool nullable(ApiVersion version) const {
        return version >= nullable_since;
    }
};

/// The versions of a message that the lab speaks, and the first that is encoded flexibly (compact
/// lengths and tagged fields, KIP-482); kNoVersion when none is.
struct VersionRange {
    ApiVersion lowest = 0;
    ApiVersion latest = 0;
    ApiVersion flexible_since = kNoVersion;

    bool operator==(const VersionRange&) const = default;
};

namespace detail {

struct AnyIo {
    template <class T>
    void field(std::string_view, T&, FieldSpec = {}) {}
};

}  // namespace detail

/// A struct that describes its fields.
template <class T>
concept Described = requires(detail::AnyIo& io, const T& v) {
    T::describe(io, v);
};

namespace detail {

struct DigestIo {
    Digest& digest;

    template <class T>
    void field(std::string_view, const T& v, FieldSpec = {}) {
        digest_into(digest, v);
    }
};

}  // namespace detail

template <Described T>
void digest_into(Digest& d, const T& message) {
    detail::DigestIo io{d};
    T::describe(io, message);
}

}  // namespace brokerlab
