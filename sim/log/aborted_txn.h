// AbortedTxn: an entry of a segment's transaction index.
//
// read_committed consumers are told which transactions of a fetched range were aborted, so that
// they can skip their records. [storage/internals/log/AbortedTxn.java, TransactionIndex.java]
#pragma once

#include <vector>

#include "sim/model/ids.h"

namespace brokerlab {

struct AbortedTxn {
    ProducerId producer_id;
    Offset first_offset;
    Offset last_offset;  ///< offset of the ABORT marker
    /// The LSO right after the marker: a search for an upper bound at or below it ends here.
    Offset last_stable_offset;

    bool operator==(const AbortedTxn&) const = default;
};
inline void digest_into(Digest& d, const AbortedTxn& t) {
    digest_fields(d, t.producer_id, t.first_offset, t.last_offset, t.last_stable_offset);
}

using TxnIndex = std::vector<AbortedTxn>;

}  // namespace brokerlab
