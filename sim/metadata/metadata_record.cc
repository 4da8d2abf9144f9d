#include "sim/metadata/metadata_record.h"

#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "sim/model/message_codec.h"

namespace brokerlab {
namespace {

constexpr uint32_t kFrameVersion = 1;
constexpr uint32_t kMaxShort = 32767;  // Kafka keeps kind and version in 16 bits.

template <std::size_t... Kind>
constexpr bool numbers_rise(std::index_sequence<Kind...>) {
    return ((std::variant_alternative_t<Kind, MetadataRecord>::kApiKey <
             std::variant_alternative_t<Kind + 1, MetadataRecord>::kApiKey) &&
            ...);
}
static_assert(numbers_rise(std::make_index_sequence<std::variant_size_v<MetadataRecord> - 1>()),
              "no two kinds share a number");

template <class Kind>
Outcome<VersionedMetadataRecord> decode_kind(ByteSpan body, ApiVersion version) {
    Outcome<Kind> record = decode_message<Kind>(body, version);
    if (!record) {
        return Failure{"metadata record: " + std::string(Kind::kName) + ": " +
                       record.failure().what};
    }
    return VersionedMetadataRecord{std::move(*record), version};
}

template <std::size_t... Kind>
Outcome<VersionedMetadataRecord> decode_numbered(uint32_t number, ByteSpan body, ApiVersion version,
                                                 std::index_sequence<Kind...>) {
    std::optional<Outcome<VersionedMetadataRecord>> decoded;
    const auto try_kind = [&]<class Record>(std::type_identity<Record>) {
        if (number != static_cast<uint32_t>(Record::kApiKey)) {
            return false;
        }
        decoded = decode_kind<Record>(body, version);
        return true;
    };
    (try_kind(std::type_identity<std::variant_alternative_t<Kind, MetadataRecord>>()) || ...);
    if (!decoded) {
        return Failure{"metadata record: kind " + std::to_string(number) + " is unknown"};
    }
    return *std::move(decoded);
}

}  // namespace

std::string_view record_name(const MetadataRecord& record) {
    return std::visit([](const auto& held) { return held.kName; }, record);
}

ApiVersion written_version(const MetadataRecord& record) {
    return std::visit([](const auto& held) { return held.kVersions.latest; }, record);
}

Bytes encode_metadata_record(const MetadataRecord& record, ApiVersion version) {
    return std::visit(
        [&](const auto& held) {
            const Bytes body = encode_message(held, version);
            ByteWriter out;
            out.uvarint(kFrameVersion);
            out.uvarint(static_cast<uint64_t>(held.kApiKey));
            out.uvarint(static_cast<uint64_t>(version));
            out.bytes(body);
            return out.take();
        },
        record);
}

Outcome<VersionedMetadataRecord> decode_metadata_record(ByteSpan value) {
    ByteReader in(value);
    const uint32_t frame = in.uvarint32();
    if (in.ok() && frame != kFrameVersion) {
        return Failure{"metadata record: frame version " + std::to_string(frame) + " is not 1"};
    }
    const uint32_t number = in.uvarint32();
    const uint32_t version = in.uvarint32();
    if (!in.ok()) {
        return Failure{"metadata record: the frame ends early"};
    }
    if (number > kMaxShort || version > kMaxShort) {
        return Failure{"metadata record: the kind or version is too large"};
    }
    return decode_numbered(number, value.subspan(in.position()), static_cast<ApiVersion>(version),
                           std::make_index_sequence<std::variant_size_v<MetadataRecord>>());
}

}  // namespace brokerlab
