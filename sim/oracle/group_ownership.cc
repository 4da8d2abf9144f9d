#include "sim/oracle/group_ownership.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "sim/base/flat_map.h"
#include "sim/oracle/group_view.h"

namespace brokerlab {
namespace {

/// Whether the coordinator takes the consumer for a member of the current generation, and so does
/// the consumer. One that waits for SyncGroup has no partitions of it yet: its generation may be
/// one that a coordinator which is gone never wrote.
bool is_current(const ClassicGroup& group, const ClassicMembership& member) {
    return member.state == MemberState::kStable && member.generation == group.generation &&
           group.find(member.member_id) != nullptr;
}
/// The consumer protocol has no generation of all: whoever is in the group owns what it has.
bool is_current(const ConsumerGroup& group, const ConsumerMembership& member) {
    return group.members.contains(member.member_id) &&
           member.state != ConsumerMemberState::kFenced &&
           member.state != ConsumerMemberState::kStale;
}
template <class Group, class Member>
bool is_current(const Group&, const Member&) {
    return false;  // It asks in the wrong protocol.
}

bool is_current(const GroupShard& groups, const std::string& group, const GroupPart& consumer) {
    const auto* held = groups.groups.find(group);
    return held != nullptr &&
           std::visit([](const auto& g, const auto& m) { return is_current(g, m); }, **held,
                      consumer.membership);
}

std::vector<TopicPartition> fetchable(const ConsumerCore& core) {
    std::vector<TopicPartition> partitions;
    for (const auto& [partition, position] : core.positions) {
        if (!core.revoking.contains(partition)) {
            partitions.push_back(partition);
        }
    }
    return partitions;
}

/// What the coordinator holds for a member until it says that it has given it up, besides what it
/// may read: nothing in the classic protocol.
std::vector<TopicPartition> revoking(const GroupShard& groups, const std::string& group,
                                     const std::string& member, const MetadataImage& image) {
    std::vector<TopicPartition> partitions;
    const ConsumerGroup* consumer = groups.find_consumer(group);
    const Cow<ConsumerMember>* found =
        consumer == nullptr ? nullptr : consumer->members.find(member);
    if (found == nullptr) {
        return partitions;
    }
    for (const auto& [topic_id, of_topic] : (*found)->revoking) {
        const TopicImage* topic = image.find_topic(topic_id);
        for (const PartitionId partition : of_topic) {
            if (topic != nullptr) {
                partitions.push_back({topic->name, partition});
            }
        }
    }
    return partitions;
}

int32_t epoch_of(const GroupShard& groups, std::string_view group) {
    if (const ClassicGroup* classic = groups.find_classic(group)) {
        return classic->generation.value;
    }
    const ConsumerGroup* consumer = groups.find_consumer(group);
    return consumer == nullptr ? 0 : consumer->epoch.value;
}

std::optional<std::string> shared(const std::vector<OwnedPartitions>& owners,
                                  const GroupOwnership& ownership, std::string_view verb) {
    FlatMap<TopicPartition, std::string> owner_of;
    for (const OwnedPartitions& owner : owners) {
        for (const TopicPartition& partition : owner.partitions) {
            const std::string* other = owner_of.find(partition);
            if (other != nullptr) {
                return fmt::format("{} {} both {} and {} in epoch {} of group {}",
                                   partition.to_string(), verb, *other, owner.member,
                                   ownership.epoch, ownership.group);
            }
            owner_of.insert_or_assign(partition, owner.member);
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<GroupOwnership> view_ownership(const World& world, std::string_view group) {
    const GroupPlace place = place_of_group(world, group);
    const std::optional<GroupView> view = view_group(world, group);
    if (place.held == nullptr || !view) {
        return std::nullopt;
    }
    GroupOwnership ownership;
    ownership.group = group;
    ownership.epoch = epoch_of(*place.held->shard, group);
    for (const GroupMemberView& member : view->members) {
        std::vector<TopicPartition> held = revoking(place.held->committed(), ownership.group,
                                                    member.id, world.committed_metadata());
        held.insert(held.end(), member.assigned.begin(), member.assigned.end());
        std::sort(held.begin(), held.end());
        ownership.assigned.push_back({member.name, std::move(held)});
    }
    for (const Cow<ClientHost>& host : world.clients) {
        const ConsumerClient* consumer = host->consumer();
        if (consumer != nullptr && consumer->group() &&
            consumer->group()->settings.group == group &&
            is_current(*place.held->shard, ownership.group, *consumer->group())) {
            ownership.owned.push_back({host->name, fetchable(consumer->core())});
        }
    }
    return ownership;
}

std::optional<std::string> two_owners(const GroupOwnership& ownership) {
    if (std::optional<std::string> twice = shared(ownership.assigned, ownership, "is given to")) {
        return twice;
    }
    return shared(ownership.owned, ownership, "is fetched by");
}

}  // namespace brokerlab
