// What goes before every request and response on the wire.
//
// The header has versions of its own, which follow from the body's; a response carries no key and
// no version: the client knows what it asked by the correlation id.
#pragma once

#include <optional>
#include <string>

#include "sim/model/api_key.h"
#include "sim/model/ids.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Which request this is and who sends it [RequestHeader.json, KIP-482].
struct RequestHeader {
    static constexpr VersionRange kVersions{1, 2, 2};

    ApiKey request_api_key = ApiKey::kProduce;
    ApiVersion request_api_version = 0;
    CorrelationId correlation_id;
    std::optional<std::string> client_id = "";

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("requestApiKey", self.request_api_key);
        io.field("requestApiVersion", self.request_api_version);
        io.field("correlationId", self.correlation_id);
        // A broker must be able to read the name of a client that asks for a version from the
        // future, so its form never changed.
        io.field("clientId", self.client_id, {.nullable_since = 0, .compact = false});
    }
    bool operator==(const RequestHeader&) const = default;
};

/// Which request is answered [ResponseHeader.json, KIP-482].
struct ResponseHeader {
    static constexpr VersionRange kVersions{0, 1, 1};

    CorrelationId correlation_id;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("correlationId", self.correlation_id);
    }
    bool operator==(const ResponseHeader&) const = default;
};

/// The version of the header before a request's body of `version`, one of `body`
/// [generator/ApiMessageTypeGenerator.java].
[[nodiscard]] constexpr ApiVersion request_header_version(VersionRange body, ApiVersion version) {
    return version >= body.flexible_since ? 2 : 1;
}

/// The same for a response. That of ApiVersions stays as it always was, so that a client that
/// asked for too much can read the refusal (KIP-511).
[[nodiscard]] constexpr ApiVersion response_header_version(ApiKey key, VersionRange body,
                                                           ApiVersion version) {
    return key != ApiKey::kApiVersions && version >= body.flexible_since ? 1 : 0;
}

}  // namespace brokerlab
