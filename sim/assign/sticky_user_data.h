// What the sticky assignors' members tell their leader about the partitions that they had.
//
// The eager one owns nothing while it joins, so it ships its last assignment and generation as user
// data; the cooperative one still owns its partitions and names them in the subscription, and
// writes its generation into the user data for leaders that read nothing else
// [StickyAssignor.java, CooperativeStickyAssignor.java].
#pragma once

#include <optional>
#include <vector>

#include "sim/assign/client_assignor.h"

namespace brokerlab {

/// What a member says it owned, and in which generation of the group.
struct OwnedClaim {
    std::vector<ConsumerTopicPartitions> partitions;
    std::optional<GenerationId> generation;  ///< nothing: an old client that doesn't tell

    bool operator==(const OwnedClaim&) const = default;
};

/// Version 1 of StickyAssignor's user data: partitions by topic, then the generation.
[[nodiscard]] Bytes encode_sticky_user_data(const std::vector<ConsumerTopicPartitions>& partitions,
                                            GenerationId generation);
/// Reads version 1, else version 0, which has no generation; what is neither claims nothing.
[[nodiscard]] OwnedClaim decode_sticky_user_data(ByteSpan bytes);

/// CooperativeStickyAssignor's: the generation alone.
[[nodiscard]] Bytes encode_cooperative_user_data(GenerationId generation);

/// What a member with this subscription claims; for the sticky assignors.
[[nodiscard]] OwnedClaim sticky_claim(const ConsumerProtocolSubscription& subscription);
[[nodiscard]] OwnedClaim cooperative_claim(const ConsumerProtocolSubscription& subscription);

}  // namespace brokerlab
