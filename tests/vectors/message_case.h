// Judges one case of record_messages.json or wire_messages.json against a described struct.
//
// A case holds only if all of this does: the bytes decode to what the JSON says; the struct filled
// from the JSON is equal to the decoded one and encodes to the same bytes; and no shorter piece of
// the bytes decodes. A case of variant "unknown_tags" carries two top-level tagged fields that a
// reader must skip, so what we encode is the body without those.
#pragma once

#include "tests/vectors/json_message.h"

namespace brokerlab::vectors {

/// "PartitionRecord v2 random #14 of cluster_metadata_records".
inline std::string case_name(const Json& c, const std::string& array, std::size_t index) {
    return c.at("message").get<std::string>() + " v" + std::to_string(c.at("version").get<int>()) +
           " " + c.at("variant").get<std::string>() + " #" + std::to_string(index) + " of " + array;
}

/// Ends the bodies of the unknown_tags cases: tag 1000 with three bytes and tag 20000 with none.
inline const Bytes& unknown_tags_suffix() {
    static const Bytes kSuffix = bytes_of_hex("e80703010203a09c0100");
    return kSuffix;
}

/// `body` is `encoded` with the two unknown tags behind it and two more in the count of the tagged
/// fields, which is then the one byte that differs.
[[nodiscard]] inline std::optional<Difference> differ_by_unknown_tags(const Bytes& body,
                                                                      const Bytes& encoded) {
    const Bytes& suffix = unknown_tags_suffix();
    Bytes expected = body;
    if (body.size() == encoded.size() + suffix.size() &&
        std::equal(suffix.rbegin(), suffix.rend(), body.rbegin())) {
        expected.resize(encoded.size());
        for (std::size_t i = 0; i < encoded.size(); ++i) {
            if (expected[i] != encoded[i]) {
                expected[i] = static_cast<uint8_t>(expected[i] - 2);
                break;
            }
        }
    }
    return differ("the encoded bytes", hex_of_bytes(expected), hex_of_bytes(encoded));
}

/// Every shorter piece of a body must be refused: nothing in Kafka's format ends early and still
/// makes sense.
template <Described T>
[[nodiscard]] std::optional<Difference> differ_when_truncated(const Bytes& body,
                                                              ApiVersion version) {
    for (std::size_t n = 0; n < body.size(); ++n) {
        if (decode_message<T>(ByteSpan(body).first(n), version).ok()) {
            return Difference{"the body cut to " + std::to_string(n) + " bytes", "a failure",
                              "a message"};
        }
    }
    return std::nullopt;
}

template <Described T>
[[nodiscard]] std::optional<Difference> judge_message(const Json& c) {
    const auto version = c.at("version").get<ApiVersion>();
    const Json& json = c.at("json");
    const Bytes body = bytes_of_hex(c.at("body").get<std::string>());

    const Outcome<T> decoded = decode_message<T>(body, version);
    if (!decoded) {
        return Difference{"decoding", "a message", decoded.failure().what};
    }
    if (auto difference = difference_from_json(*decoded, json, version)) {
        return difference;
    }
    const Outcome<T> filled = fill_from_json<T>(json, version);
    if (!filled) {
        return Difference{"the JSON", "what the struct describes", filled.failure().what};
    }
    if (!(*filled == *decoded)) {
        return Difference{"equality", "decoded and filled structs are equal", "they are not"};
    }
    const Bytes encoded = encode_message(*filled, version);
    const bool tags = c.at("variant") == "unknown_tags";
    if (auto difference =
            tags ? differ_by_unknown_tags(body, encoded)
                 : differ("the encoded bytes", hex_of_bytes(body), hex_of_bytes(encoded))) {
        return difference;
    }
    return differ_when_truncated<T>(body, version);
}

}  // namespace brokerlab::vectors
