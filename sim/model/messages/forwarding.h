// Envelope: a broker forwards a client's request to the active controller (KIP-590).
//
// The inner request travels as its bytes, header and all, with the name of the client; the inner
// response comes back the same way.
#pragma once

#include <optional>

#include "sim/base/bytes.h"
#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// A request inside a request [EnvelopeRequest.json].
struct EnvelopeRequest {
    static constexpr ApiKey kApiKey = ApiKey::kEnvelope;
    static constexpr VersionRange kVersions{0, 0, 0};

    Bytes request_data;
    /// Who asks, as the authentication named them
    std::optional<Bytes> request_principal = Bytes{};
    Bytes client_host_address;  ///< 4 or 16 bytes

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("requestData", self.request_data);
        io.field("requestPrincipal", self.request_principal, {.nullable_since = 0});
        io.field("clientHostAddress", self.client_host_address);
    }
    bool operator==(const EnvelopeRequest&) const = default;
};

/// The response inside the response [EnvelopeResponse.json].
struct EnvelopeResponse {
    static constexpr ApiKey kApiKey = ApiKey::kEnvelope;
    static constexpr VersionRange kVersions{0, 0, 0};

    std::optional<Bytes> response_data;       ///< null with an error
    ErrorCode error_code = ErrorCode::kNone;  ///< of the forwarding, not of the inner request

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("responseData", self.response_data, {.nullable_since = 0});
        io.field("errorCode", self.error_code);
    }
    bool operator==(const EnvelopeResponse&) const = default;
};

}  // namespace brokerlab
