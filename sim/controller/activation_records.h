// What a controller writes into an empty metadata log when it takes over first: the feature levels
// of Kafka 4.0 (metadata.version 4.0-IV3), as one metadata transaction in one batch.
// [metadata controller/ActivationRecordsGenerator.java, server-common MetadataVersion.java]
#pragma once

#include <vector>

#include "sim/metadata/metadata_record.h"

namespace brokerlab {

[[nodiscard]] std::vector<MetadataRecord> bootstrap_records();

}  // namespace brokerlab
