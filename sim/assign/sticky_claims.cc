#include "sim/assign/sticky_claims.h"

#include <algorithm>
#include <string_view>

namespace brokerlab {

StickyClaims judge_claims(const NumberedGroup& group, std::span<const MemberSubscription> members,
                          OwnedClaim (*claim_of)(const ConsumerProtocolSubscription&),
                          GenerationId& max_generation) {
    StickyClaims claims;
    claims.owners.assign(group.partition_count(), kNobody);
    claims.contested.resize(group.partition_count());
    // Who claimed it last, though the claim may not hold.
    std::vector<uint32_t> claimer(group.partition_count(), kNobody);
    for (uint32_t m = 0; m < members.size(); ++m) {
        claims.of_member.push_back(claim_of(members[m].subscription));
        const OwnedClaim& claim = claims.of_member.back();
        const GenerationId generation = claim.generation.value_or(kNoGeneration);
        max_generation = std::max(max_generation, generation);
        for_each_claimed(group, claim.partitions, [&](uint32_t p) {
            if (claimer[p] != kNobody) {
                // The other's generation is read from its subscription even where its claim came
                // as user data, as Kafka does.
                const GenerationId other =
                    std::max(members[claimer[p]].subscription.generation_id, kNoGeneration);
                if (generation < other) {
                    return;
                }
                if (generation == other) {
                    claims.contested[p] = true;
                    claims.owners[p] = kNobody;
                    claimer[p] = m;
                    return;
                }
            }
            claims.owners[p] = m;
            claimer[p] = m;
        });
    }
    return claims;
}

bool subscriptions_are_equal(std::span<const MemberSubscription> members) {
    const auto first = std::find_if(
        members.begin(), members.end(),
        [](const MemberSubscription& member) { return !member.subscription.topics.empty(); });
    if (first == members.end()) {
        return true;
    }
    std::vector<std::string_view> expected(first->subscription.topics.begin(),
                                           first->subscription.topics.end());
    std::sort(expected.begin(), expected.end());
    expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
    return std::all_of(first + 1, members.end(), [&](const MemberSubscription& member) {
        const std::vector<std::string>& topics = member.subscription.topics;
        return topics.size() == expected.size() &&
               std::all_of(topics.begin(), topics.end(), [&](const std::string& topic) {
                   return std::binary_search(expected.begin(), expected.end(),
                                             std::string_view(topic));
               });
    });
}

}  // namespace brokerlab
