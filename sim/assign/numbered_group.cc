#include "sim/assign/numbered_group.h"

#include <algorithm>
#include <numeric>
#include <string>

namespace brokerlab {
namespace {

void number_topics(NumberedGroup& group, const AssignableTopics& topics,
                   std::span<const MemberSubscription> members) {
    for (const MemberSubscription& member : members) {
        for (const std::string& name : member.subscription.topics) {
            const AssignableTopic* topic = topics.find(name);
            if (topic != nullptr && topic->partition_count > 0) {
                const auto count = static_cast<uint32_t>(topic->partition_count);
                group.topics.push_back({name, 0, count, {}});
            }
        }
    }
    const auto by_name = [](const NumberedTopic& a, const NumberedTopic& b) {
        return a.name < b.name;
    };
    const auto same_name = [](const NumberedTopic& a, const NumberedTopic& b) {
        return a.name == b.name;
    };
    std::sort(group.topics.begin(), group.topics.end(), by_name);
    group.topics.erase(std::unique(group.topics.begin(), group.topics.end(), same_name),
                       group.topics.end());
    for (uint32_t t = 0; t < group.topics.size(); ++t) {
        group.topics[t].first_partition = group.partition_count();
        group.topic_of.resize(group.topic_of.size() + group.topics[t].partition_count, t);
    }
}

void number_subscriptions(NumberedGroup& group, std::span<const MemberSubscription> members) {
    group.topics_of.resize(members.size());
    group.subscribed.resize(members.size() * group.topics.size());
    for (uint32_t m = 0; m < members.size(); ++m) {
        for (const std::string& name : members[m].subscription.topics) {
            const std::optional<uint32_t> t = group.find_topic(name);
            if (t && !group.is_subscribed(m, *t)) {
                group.subscribed[std::size_t{m} * group.topics.size() + *t] = true;
                group.topics_of[m].push_back(*t);
                group.topics[*t].members.push_back(m);
            }
        }
        std::sort(group.topics_of[m].begin(), group.topics_of[m].end());
    }
}

std::vector<uint32_t> id_ranks(std::span<const MemberSubscription> members) {
    std::vector<uint32_t> by_id(members.size());
    std::iota(by_id.begin(), by_id.end(), 0U);
    std::sort(by_id.begin(), by_id.end(),
              [&](uint32_t a, uint32_t b) { return members[a].member_id < members[b].member_id; });
    std::vector<uint32_t> rank(members.size());
    for (uint32_t i = 0; i < by_id.size(); ++i) {
        rank[by_id[i]] = i;
    }
    return rank;
}

/// The racks' names, sorted; a rack's number is its place.
std::vector<std::string_view> rack_names(const NumberedGroup& group, const AssignableTopics& topics,
                                         std::span<const MemberSubscription> members) {
    std::vector<std::string_view> names;
    for (const MemberSubscription& member : members) {
        if (member.subscription.rack_id && !member.subscription.rack_id->empty()) {
            names.push_back(*member.subscription.rack_id);
        }
    }
    if (names.empty()) {
        return names;
    }
    for (const NumberedTopic& topic : group.topics) {
        for (const std::vector<std::string>& racks : topics.at(topic.name).replica_racks) {
            names.insert(names.end(), racks.begin(), racks.end());
        }
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

void sort_unique(std::vector<uint32_t>& numbers) {
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

}  // namespace

std::optional<uint32_t> NumberedGroup::find_topic(std::string_view name) const {
    const auto at = std::lower_bound(
        topics.begin(), topics.end(), name,
        [](const NumberedTopic& topic, std::string_view key) { return topic.name < key; });
    if (at == topics.end() || at->name != name) {
        return std::nullopt;
    }
    return static_cast<uint32_t>(at - topics.begin());
}

NumberedGroup number_group(const AssignableTopics& topics,
                           std::span<const MemberSubscription> members) {
    NumberedGroup group;
    group.member_count = static_cast<uint32_t>(members.size());
    number_topics(group, topics, members);
    number_subscriptions(group, members);
    group.id_rank = id_ranks(members);
    return group;
}

bool RackTable::has_replica_in(uint32_t partition, uint32_t rack) const {
    const std::vector<uint32_t>& racks = of_partition[partition];
    return std::binary_search(racks.begin(), racks.end(), rack);
}

RackTable number_racks(const NumberedGroup& group, const AssignableTopics& topics,
                       std::span<const MemberSubscription> members) {
    RackTable table;
    const std::vector<std::string_view> names = rack_names(group, topics, members);
    if (names.empty()) {
        return table;
    }
    const auto number = [&](std::string_view name) {
        const auto at = std::lower_bound(names.begin(), names.end(), name);
        return static_cast<uint32_t>(at - names.begin());
    };
    for (const MemberSubscription& member : members) {
        const std::optional<std::string>& rack = member.subscription.rack_id;
        table.of_member.push_back(rack && !rack->empty() ? number(*rack) : kNobody);
    }
    table.of_partition.resize(group.partition_count());
    for (const NumberedTopic& topic : group.topics) {
        const auto& replica_racks = topics.at(topic.name).replica_racks;
        for (uint32_t p = 0; p < topic.partition_count && p < replica_racks.size(); ++p) {
            std::vector<uint32_t>& racks = table.of_partition[topic.first_partition + p];
            for (const std::string& rack : replica_racks[p]) {
                racks.push_back(number(rack));
            }
            sort_unique(racks);
        }
    }
    return table;
}

bool racks_matter(const RackTable& racks, std::span<const uint32_t> members, uint32_t first,
                  uint32_t end) {
    if (racks.empty()) {
        return false;
    }
    std::vector<uint32_t> of_partitions;
    for (uint32_t p = first; p < end; ++p) {
        of_partitions.insert(of_partitions.end(), racks.of_partition[p].begin(),
                             racks.of_partition[p].end());
    }
    sort_unique(of_partitions);
    const bool shared = std::any_of(members.begin(), members.end(), [&](uint32_t m) {
        return std::binary_search(of_partitions.begin(), of_partitions.end(), racks.of_member[m]);
    });
    const auto on_all = [&](const std::vector<uint32_t>& of_one) {
        return of_one == of_partitions;
    };
    return shared && !std::all_of(racks.of_partition.begin() + first,
                                  racks.of_partition.begin() + end, on_all);
}

}  // namespace brokerlab
