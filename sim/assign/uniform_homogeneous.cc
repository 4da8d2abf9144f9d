#include <algorithm>
#include <span>

#include "sim/assign/uniform_assignor.h"
#include "sim/base/check.h"

namespace brokerlab {
namespace {

struct Unfilled {
    uint32_t member;
    uint32_t lacks;
};

/// In the order of the first member's subscription.
std::vector<uint32_t> free_partitions(const NumberedTargets& targets) {
    std::vector<bool> taken(targets.partition_count());
    for (const TargetMember& member : targets.members) {
        for (const TargetRun& run : member.kept) {
            for (const uint32_t p : run.partitions) {
                taken[p] = true;
            }
        }
    }
    std::vector<uint32_t> free;
    for (const uint32_t t : targets.members.front().topics) {
        for (uint32_t p = targets.topics[t].first_partition; p < targets.topics[t].end_partition();
             ++p) {
            if (!taken[p]) {
                free.push_back(p);
            }
        }
    }
    return free;
}

/// Lets each member keep its quota; the last ones of its target become free.
std::vector<Unfilled> keep_quotas(const NumberedTargets& targets, TargetOwners& owners,
                                  std::vector<uint32_t>& free) {
    const auto member_count = static_cast<uint32_t>(targets.members.size());
    const uint32_t quota = targets.partition_count() / member_count;
    const uint32_t extras = targets.partition_count() % member_count;
    std::vector<Unfilled> unfilled;
    for (uint32_t m = 0; m < member_count; ++m) {
        uint32_t left = quota + (m < extras ? 1 : 0);
        for (const TargetRun& run : targets.members[m].kept) {
            for (const uint32_t p : run.partitions) {
                if (left > 0) {
                    --left;
                    BL_CHECK(owners[p] == kNoMember);
                    owners[p] = m;
                } else {
                    free.push_back(p);
                }
            }
        }
        if (left > 0) {
            unfilled.push_back({m, left});
        }
    }
    return unfilled;
}

}  // namespace

TargetOwners assign_uniform_homogeneous(const NumberedTargets& targets) {
    TargetOwners owners(targets.partition_count(), kNoMember);
    std::vector<uint32_t> free = free_partitions(targets);
    std::size_t next = 0;
    for (const Unfilled& unfilled : keep_quotas(targets, owners, free)) {
        for (uint32_t i = 0; i < unfilled.lacks; ++i) {
            owners[free[next++]] = unfilled.member;
        }
    }
    BL_CHECK(next == free.size());
    return owners;
}

}  // namespace brokerlab
