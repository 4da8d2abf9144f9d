// What a leader checks in a batch before it numbers it [storage LogValidator.java].
//
// Kafka lets the offsets inside an uncompressed batch be anything; here they must rise from 0
// without a gap whatever the codec, since no producer sends others.
#pragma once

#include <optional>

#include "sim/log/append.h"

namespace brokerlab {

/// What the checks found out on the way.
struct ValidatedBatch {
    BatchHeader header;
    Timestamp max_timestamp = kNoTimestamp;  ///< of the records as the producer set them
};

/// Judges the batch in `bytes`; fills `refused` and returns nothing when it is refused.
[[nodiscard]] std::optional<ValidatedBatch> validate_batch(const Bytes& bytes, AppendOrigin origin,
                                                           const LogConfig& config, Timestamp now,
                                                           AppendResult& refused);

}  // namespace brokerlab
