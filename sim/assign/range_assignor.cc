#include "sim/assign/range_assignor.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace brokerlab {
namespace {

/// How far the dealing of one topic is.
struct TopicDeal {
    const NumberedTopic* topic;
    std::vector<uint32_t> consumers;  ///< its members, in member order
    std::vector<uint32_t> dealt;      ///< how many each of them has
    std::vector<uint32_t> unassigned;
    uint32_t quota = 0;   ///< each gets as many,
    uint32_t extras = 0;  ///< and so many members one more
    bool racks_matter = false;

    [[nodiscard]] uint32_t still_takes(std::size_t consumer) const {
        const uint32_t most = quota + (extras > 0 ? 1 : 0);
        return most > dealt[consumer] ? most - dealt[consumer] : 0;
    }
    void note_dealt(std::size_t consumer, uint32_t count) {
        dealt[consumer] += count;
        if (dealt[consumer] > quota) {
            --extras;
        }
    }
};

std::vector<TopicDeal> begin_deals(const NumberedGroup& group,
                                   std::span<const uint32_t> member_order, const RackTable& racks) {
    std::vector<TopicDeal> deals;
    for (uint32_t t = 0; t < group.topics.size(); ++t) {
        const NumberedTopic& topic = group.topics[t];
        TopicDeal deal{&topic, {}, {}, {}, 0, 0, false};
        for (const uint32_t m : member_order) {
            if (group.is_subscribed(m, t)) {
                deal.consumers.push_back(m);
            }
        }
        deal.dealt.resize(deal.consumers.size());
        for (uint32_t p = topic.first_partition; p < topic.end_partition(); ++p) {
            deal.unassigned.push_back(p);
        }
        const auto consumers = static_cast<uint32_t>(deal.consumers.size());
        deal.quota = topic.partition_count / consumers;
        deal.extras = topic.partition_count % consumers;
        deal.racks_matter =
            racks_matter(racks, deal.consumers, topic.first_partition, topic.end_partition());
        deals.push_back(std::move(deal));
    }
    return deals;
}

/// A member without a rack takes any partition.
bool rack_matches(const RackTable& racks, uint32_t member, uint32_t partition) {
    const uint32_t rack = racks.of_member[member];
    return rack == kNobody || racks.has_replica_in(partition, rack);
}

/// Gives each consumer in its turn what it still takes of the partitions that it may have.
template <class MayHave>
void deal_ranges(TopicDeal& deal, PartitionOwners& owners, MayHave may_have) {
    for (std::size_t c = 0; c < deal.consumers.size() && !deal.unassigned.empty(); ++c) {
        const uint32_t most = deal.still_takes(c);
        uint32_t taken = 0;
        std::erase_if(deal.unassigned, [&](uint32_t p) {
            if (taken == most || !may_have(deal.consumers[c], p)) {
                return false;
            }
            owners[p] = deal.consumers[c];
            ++taken;
            return true;
        });
        if (taken > 0) {
            deal.note_dealt(c, taken);
        }
    }
}

/// Topics with the same consumers and as many partitions stay aligned: a partition number goes to
/// a consumer only when its rack has that partition of all of them.
void deal_aligned(std::span<TopicDeal* const> deals, const RackTable& racks,
                  PartitionOwners& owners) {
    const std::vector<uint32_t>& consumers = deals.front()->consumers;
    std::vector<std::size_t> remaining(consumers.size());
    for (std::size_t c = 0; c < remaining.size(); ++c) {
        remaining[c] = c;
    }
    for (uint32_t p = 0; p < deals.front()->topic->partition_count; ++p) {
        const auto match = std::find_if(remaining.begin(), remaining.end(), [&](std::size_t c) {
            return std::all_of(deals.begin(), deals.end(), [&](const TopicDeal* deal) {
                return deal->still_takes(c) > 0 &&
                       rack_matches(racks, consumers[c], deal->topic->first_partition + p);
            });
        });
        if (match == remaining.end()) {
            continue;
        }
        for (TopicDeal* deal : deals) {
            owners[deal->topic->first_partition + p] = consumers[*match];
            std::erase(deal->unassigned, deal->topic->first_partition + p);
            deal->note_dealt(*match, 1);
        }
        if (std::none_of(deals.begin(), deals.end(),
                         [&](const TopicDeal* deal) { return deal->still_takes(*match) > 0; })) {
            remaining.erase(match);
        }
    }
}

bool co_partitioned(const TopicDeal& a, const TopicDeal& b) {
    return a.consumers == b.consumers && a.topic->partition_count == b.topic->partition_count;
}

bool any_has_rack(const TopicDeal& deal, const RackTable& racks) {
    return std::any_of(deal.consumers.begin(), deal.consumers.end(),
                       [&](uint32_t m) { return racks.of_member[m] != kNobody; });
}

void deal_by_racks(std::vector<TopicDeal>& deals, const RackTable& racks, PartitionOwners& owners) {
    std::vector<TopicDeal*> left;
    for (TopicDeal& deal : deals) {
        left.push_back(&deal);
    }
    while (!left.empty()) {
        const TopicDeal& first = *left.front();
        const auto rest = std::stable_partition(
            left.begin(), left.end(), [&](TopicDeal* d) { return co_partitioned(first, *d); });
        const std::vector<TopicDeal*> aligned(left.begin(), rest);
        left.erase(left.begin(), rest);
        if (aligned.size() > 1) {
            if (any_has_rack(*aligned.front(), racks)) {
                deal_aligned(aligned, racks, owners);
            }
        } else if (aligned.front()->racks_matter) {
            deal_ranges(*aligned.front(), owners,
                        [&](uint32_t m, uint32_t p) { return rack_matches(racks, m, p); });
        }
    }
}

}  // namespace

PartitionOwners assign_range(const NumberedGroup& group, std::span<const uint32_t> member_order,
                             const RackTable& racks) {
    PartitionOwners owners(group.partition_count(), kNobody);
    std::vector<TopicDeal> deals = begin_deals(group, member_order, racks);
    if (std::any_of(deals.begin(), deals.end(),
                    [](const TopicDeal& deal) { return deal.racks_matter; })) {
        deal_by_racks(deals, racks, owners);
    }
    for (TopicDeal& deal : deals) {
        deal_ranges(deal, owners, [](uint32_t, uint32_t) { return true; });
    }
    return owners;
}

}  // namespace brokerlab
