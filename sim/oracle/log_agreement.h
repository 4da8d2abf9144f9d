// Whether two logs hold the same batches over a stretch of offsets.
//
// Replicas copy batches byte for byte, so equal batches mostly are one shared buffer and cost one
// comparison of pointers.
#pragma once

#include <cstddef>
#include <optional>

#include "sim/log/partition_log.h"
#include "sim/model/ids.h"

namespace brokerlab {

/// Walks the batches of a log from the first one that begins at or after an offset.
class BatchCursor {
public:
    BatchCursor(const PartitionLog& log, Offset from);

    /// nullptr behind the last batch.
    [[nodiscard]] const LoggedBatch* batch() const;
    void next();

private:
    void skip_ended_segments();

    const PartitionLog& log_;
    std::size_t segment_ = 0;
    std::size_t batch_ = 0;
};

/// The high watermark, or the end of what is there: after a loss of power less than the log itself
/// says.
[[nodiscard]] Offset committed_end(const PartitionLog& log);

/// The same batch, byte for byte, at the same place.
[[nodiscard]] bool same_batch(const LoggedBatch& a, const LoggedBatch& b);

struct Agreement {
    Offset up_to;                      ///< the end of the last batch that both have
    std::optional<Offset> differs_at;  ///< the first offset at which they differ
};
/// Compares the batches that begin at or after `from` and end below `to`.
[[nodiscard]] Agreement compare_logs(const PartitionLog& a, const PartitionLog& b, Offset from,
                                     Offset to);

}  // namespace brokerlab
