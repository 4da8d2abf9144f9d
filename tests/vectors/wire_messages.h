// The kinds of wire_messages.json that the lab speaks, each with the judge of its cases.
//
// They are the alternatives of the variants in sim/model/envelope.h, so that no message of the lab
// goes untested. Requests and responses are compiled apart, since each judge instantiates a codec.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>

#include "sim/model/api_key.h"
#include "sim/model/schema.h"
#include "tests/vectors/message_case.h"

namespace brokerlab::vectors {

struct WireKind {
    ApiKey key;
    VersionRange versions;
    std::optional<Difference> (*judge)(const Json& c);
};

/// By name, e.g. "ProduceRequest".
using WireKinds = std::map<std::string, WireKind>;

[[nodiscard]] WireKinds wire_requests();
[[nodiscard]] WireKinds wire_responses();

/// One entry for each alternative of a variant of bodies; `suffix` is "Request" or "Response".
template <class... Bodies>
[[nodiscard]] WireKinds wire_kinds_of(const std::variant<Bodies...>*, const std::string& suffix) {
    return {{std::string(api_name(Bodies::kApiKey)) + suffix,
             WireKind{Bodies::kApiKey, Bodies::kVersions, judge_message<Bodies>}}...};
}

}  // namespace brokerlab::vectors
