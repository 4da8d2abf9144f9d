// Messages that carry their version in front: an int16, then the body at that version.
//
// So are the keys and values of __consumer_offsets and __transaction_state and the embedded
// consumer protocol written [common/protocol/MessageUtil.java, toVersionPrefixedByteBuffer].
#pragma once

#include <optional>

#include "sim/model/message_codec.h"

namespace brokerlab {

/// What a coordinator appends to its topic. No value is a tombstone.
struct EncodedRecord {
    Bytes key;
    std::optional<Bytes> value;

    bool operator==(const EncodedRecord&) const = default;
};

/// `version` must be one of T::kVersions.
template <Described T>
[[nodiscard]] Bytes encode_versioned(const T& message, ApiVersion version) {
    ByteWriter out;
    out.be(version);
    out.bytes(encode_message(message, version));
    return out.take();
}

/// The version that `bytes` begin with.
[[nodiscard]] inline Outcome<ApiVersion> peek_version(ByteSpan bytes) {
    ByteReader in(bytes);
    const auto version = in.be<ApiVersion>();
    if (!in.ok()) {
        return Failure{"there is no room for a version"};
    }
    return version;
}

/// Fails on a version that is not one of T::kVersions and on a body that does not fill `bytes`
/// exactly.
template <Described T>
[[nodiscard]] Outcome<T> decode_versioned(ByteSpan bytes) {
    const Outcome<ApiVersion> version = peek_version(bytes);
    if (!version) {
        return version.failure();
    }
    return decode_message<T>(bytes.subspan(sizeof(ApiVersion)), *version);
}

}  // namespace brokerlab
