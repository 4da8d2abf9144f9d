// What travels inside an Envelope: header and body of the client's request, and of the answer, byte
// for byte as on the wire without the length in front (KIP-590).
//
// Only the kinds that a broker forwards to the controller are read.
// [core server/EnvelopeUtils.scala, clients common/requests/RequestUtils.java]
#pragma once

#include "sim/base/bytes.h"
#include "sim/base/outcome.h"
#include "sim/model/envelope.h"

namespace brokerlab {

struct ForwardedInner {
    RequestHeader header;
    RequestBody body;
};
/// Fails on a kind that is not forwarded, an unknown version, and bytes that don't fit.
[[nodiscard]] Outcome<ForwardedInner> decode_forwarded(ByteSpan request_data);

/// `response` must be the answer of the kind that the header names.
[[nodiscard]] Bytes encode_forwarded_response(const RequestHeader& header,
                                              const ResponseBody& response);

}  // namespace brokerlab
