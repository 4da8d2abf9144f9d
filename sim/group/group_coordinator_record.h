// GroupCoordinatorRecord: any record of __consumer_offsets, and its bytes.
//
// Key and value each carry a version in front; the key's tells the kind of both
// [GroupCoordinatorRecordSerde.java]. A record without a value is a tombstone: what it names is
// gone.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "sim/base/bytes.h"
#include "sim/base/outcome.h"
#include "sim/group/consumer_group_records.h"
#include "sim/group/offset_records.h"
#include "sim/model/versioned_message.h"

namespace brokerlab {

/// A key with the value that belongs to it.
template <class Key_>
struct GroupRecordOf {
    using Key = Key_;

    Key key;
    std::optional<typename Key::Value> value;

    bool operator==(const GroupRecordOf&) const = default;
};

using GroupCoordinatorRecord =
    std::variant<GroupRecordOf<OffsetCommitKey>, GroupRecordOf<GroupMetadataKey>,
                 GroupRecordOf<ConsumerGroupMetadataKey>,
                 GroupRecordOf<ConsumerGroupPartitionMetadataKey>,
                 GroupRecordOf<ConsumerGroupMemberMetadataKey>,
                 GroupRecordOf<ConsumerGroupTargetAssignmentMetadataKey>,
                 GroupRecordOf<ConsumerGroupTargetAssignmentMemberKey>,
                 GroupRecordOf<ConsumerGroupCurrentMemberAssignmentKey>>;

/// At the versions that a 4.0 broker writes.
[[nodiscard]] EncodedRecord encode_group_record(const GroupCoordinatorRecord& record);

/// Reads every version. Fails on a kind that is not one of the above (share groups, regular
/// expressions), and on a key or value that is cut or too long.
[[nodiscard]] Outcome<GroupCoordinatorRecord> decode_group_record(ByteSpan key,
                                                                  std::optional<ByteSpan> value);

}  // namespace brokerlab
