// MetadataRecord: any record of __cluster_metadata, and its frame in the log.
//
// A record's value is a frame version (always 1), the number of the kind, the version of the body,
// each an unsigned varint, and the body [MetadataRecordSerde.java, AbstractApiMessageSerde.java].
// The key is null. Unknown kinds are refused: a controller that can't read a record must not go on.
#pragma once

#include <string_view>
#include <variant>

#include "sim/base/bytes.h"
#include "sim/base/outcome.h"
#include "sim/metadata/broker_records.h"
#include "sim/metadata/config_records.h"
#include "sim/metadata/log_records.h"
#include "sim/metadata/security_records.h"
#include "sim/metadata/topic_records.h"

namespace brokerlab {

/// Every kind that Kafka 4.0 knows, in the order of their numbers.
using MetadataRecord =
    std::variant<RegisterBrokerRecord, UnregisterBrokerRecord, TopicRecord, PartitionRecord,
                 ConfigRecord, PartitionChangeRecord, FenceBrokerRecord, UnfenceBrokerRecord,
                 RemoveTopicRecord, DelegationTokenRecord, UserScramCredentialRecord,
                 FeatureLevelRecord, ClientQuotaRecord, ProducerIdsRecord,
                 BrokerRegistrationChangeRecord, AccessControlEntryRecord,
                 RemoveAccessControlEntryRecord, NoOpRecord, ZkMigrationStateRecord,
                 RemoveUserScramCredentialRecord, BeginTransactionRecord, EndTransactionRecord,
                 AbortTransactionRecord, RemoveDelegationTokenRecord, RegisterControllerRecord>;

/// "PartitionChangeRecord".
[[nodiscard]] std::string_view record_name(const MetadataRecord& record);

/// The version that a controller at metadata.version 4.0-IV3 writes: of every kind the latest
/// [MetadataVersion.java].
[[nodiscard]] ApiVersion written_version(const MetadataRecord& record);

/// The value of the record in the log. `version` must be one of the kind's.
[[nodiscard]] Bytes encode_metadata_record(const MetadataRecord& record, ApiVersion version);
[[nodiscard]] inline Bytes encode_metadata_record(const MetadataRecord& record) {
    return encode_metadata_record(record, written_version(record));
}

struct VersionedMetadataRecord {
    MetadataRecord record;
    ApiVersion version = 0;

    bool operator==(const VersionedMetadataRecord&) const = default;
};

/// Fails on another frame version, an unknown kind or version, a body that does not fit it, and
/// bytes after it.
[[nodiscard]] Outcome<VersionedMetadataRecord> decode_metadata_record(ByteSpan value);

}  // namespace brokerlab
