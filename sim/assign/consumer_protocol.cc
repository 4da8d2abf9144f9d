#include "sim/assign/consumer_protocol.h"

#include <algorithm>

#include "sim/model/versioned_message.h"

namespace brokerlab {
namespace {

template <Described T>
Outcome<T> decode_any_version(ByteSpan bytes) {
    ByteReader in(bytes);
    const auto version = in.be<ApiVersion>();
    Outcome<T> message = in.ok() ? read_message<T>(in, std::min(version, T::kVersions.latest))
                                 : Outcome<T>(Failure{"there is no room for a version"});
    if (!message) {
        return Failure{std::string(T::kName) + ": " + message.failure().what};
    }
    return message;
}

}  // namespace

Bytes encode_subscription(const ConsumerProtocolSubscription& subscription, ApiVersion version) {
    return encode_versioned(subscription, version);
}

Bytes encode_assignment(const ConsumerProtocolAssignment& assignment, ApiVersion version) {
    return encode_versioned(assignment, version);
}

Outcome<ConsumerProtocolSubscription> decode_subscription(ByteSpan bytes) {
    return decode_any_version<ConsumerProtocolSubscription>(bytes);
}

Outcome<ConsumerProtocolAssignment> decode_assignment(ByteSpan bytes) {
    return decode_any_version<ConsumerProtocolAssignment>(bytes);
}

}  // namespace brokerlab
