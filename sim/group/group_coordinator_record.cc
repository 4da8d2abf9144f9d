#include "sim/group/group_coordinator_record.h"

#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

namespace brokerlab {
namespace {

Failure failure_in(std::string_view name, const Failure& failure) {
    return Failure{"record of __consumer_offsets: " + std::string(name) + ": " + failure.what};
}

template <class Key>
Outcome<GroupCoordinatorRecord> decode_kind(ByteSpan key_bytes,
                                            std::optional<ByteSpan> value_bytes) {
    Outcome<Key> key = decode_versioned<Key>(key_bytes);
    if (!key) {
        return failure_in(Key::kName, key.failure());
    }
    GroupRecordOf<Key> record{std::move(*key), std::nullopt};
    if (value_bytes) {
        Outcome<typename Key::Value> value = decode_versioned<typename Key::Value>(*value_bytes);
        if (!value) {
            return failure_in(Key::Value::kName, value.failure());
        }
        record.value = std::move(*value);
    }
    return GroupCoordinatorRecord(std::move(record));
}

template <std::size_t... Kind>
Outcome<GroupCoordinatorRecord> decode_numbered(ApiVersion number, ByteSpan key,
                                                std::optional<ByteSpan> value,
                                                std::index_sequence<Kind...>) {
    std::optional<Outcome<GroupCoordinatorRecord>> decoded;
    const auto try_kind = [&]<class Record>(std::type_identity<Record>) {
        using Key = typename Record::Key;
        if (number < Key::kVersions.lowest || number > Key::kVersions.latest) {
            return false;
        }
        decoded = decode_kind<Key>(key, value);
        return true;
    };
    (try_kind(std::type_identity<std::variant_alternative_t<Kind, GroupCoordinatorRecord>>()) ||
     ...);
    if (!decoded) {
        return Failure{"record of __consumer_offsets: kind " + std::to_string(number) +
                       " is unknown"};
    }
    return *std::move(decoded);
}

}  // namespace

EncodedRecord encode_group_record(const GroupCoordinatorRecord& record) {
    return std::visit(
        [](const auto& held) {
            using Key = typename std::decay_t<decltype(held)>::Key;
            EncodedRecord encoded{encode_versioned(held.key, Key::kVersions.latest), std::nullopt};
            if (held.value) {
                encoded.value = encode_versioned(*held.value, Key::Value::kWrittenVersion);
            }
            return encoded;
        },
        record);
}

Outcome<GroupCoordinatorRecord> decode_group_record(ByteSpan key, std::optional<ByteSpan> value) {
    const Outcome<ApiVersion> number = peek_version(key);
    if (!number) {
        return failure_in("key", number.failure());
    }
    return decode_numbered(*number, key, value,
                           std::make_index_sequence<std::variant_size_v<GroupCoordinatorRecord>>());
}

}  // namespace brokerlab
