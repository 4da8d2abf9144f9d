#include "sim/assign/server_range.h"

#include <vector>

namespace brokerlab {

TargetOwners assign_server_range(const NumberedTargets& targets,
                                 std::span<const uint32_t> member_order) {
    std::vector<std::vector<uint32_t>> subscribers(targets.topics.size());
    for (const uint32_t m : member_order) {
        for (const uint32_t t : targets.members[m].topics) {
            subscribers[t].push_back(m);
        }
    }
    TargetOwners owners(targets.partition_count(), kNoMember);
    for (uint32_t t = 0; t < targets.topics.size(); ++t) {
        const auto count = static_cast<uint32_t>(subscribers[t].size());
        const uint32_t quota = targets.topics[t].partition_count / count;
        const uint32_t extras = targets.topics[t].partition_count % count;
        uint32_t p = targets.topics[t].first_partition;
        for (uint32_t s = 0; s < count; ++s) {
            const uint32_t end = p + quota + (s < extras ? 1 : 0);
            for (; p < end; ++p) {
                owners[p] = subscribers[t][s];
            }
        }
    }
    return owners;
}

}  // namespace brokerlab
