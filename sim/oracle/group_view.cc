#include "sim/oracle/group_view.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "sim/assign/consumer_protocol.h"
#include "sim/group/classic_members.h"
#include "sim/group/consumer_group.h"
#include "sim/group/coordinator_partition.h"
#include "sim/model/internal_topics.h"
#include "sim/oracle/replica_logs.h"

namespace brokerlab {
namespace {

std::vector<TopicPartition> partitions_of(const Bytes& assignment) {
    std::vector<TopicPartition> partitions;
    const Outcome<ConsumerProtocolAssignment> read = decode_assignment(assignment);
    if (!read.ok()) {
        return partitions;
    }
    for (const ConsumerTopicPartitions& of_topic : read->assigned_partitions) {
        for (const PartitionId partition : of_topic.partitions) {
            partitions.push_back({of_topic.topic, partition});
        }
    }
    std::sort(partitions.begin(), partitions.end());
    return partitions;
}

void describe(GroupView& view, const ClassicGroup& group) {
    view.protocol = "classic";
    view.state = state_name(group.state);
    view.epoch = group.generation.value;
    view.assignor = group.protocol.value_or("");
    const bool stable = group.state == ClassicGroupState::kStable;
    for (const ClassicMember& member : group.members) {
        view.members.push_back(
            {member.client_id, member.id, member.instance_id,
             stable ? partitions_of(member.assignment) : std::vector<TopicPartition>()});
    }
}

void describe(GroupView& view, const ConsumerGroup& group, const MetadataImage& image,
              std::string_view default_assignor) {
    view.protocol = "consumer";
    view.state = consumer_group_state_name(group);
    view.epoch = group.epoch.value;
    view.assignor = default_assignor;
    for (const auto& [id, member] : group.members) {
        GroupMemberView shown{member->client_id, id, member->instance_id, {}};
        for (const auto& [topic_id, partitions] : member->assigned) {
            const TopicImage* topic = image.find_topic(topic_id);
            for (const PartitionId partition : partitions) {
                if (topic != nullptr) {
                    shown.assigned.push_back({topic->name, partition});
                }
            }
        }
        std::sort(shown.assigned.begin(), shown.assigned.end());
        view.members.push_back(std::move(shown));
        view.assignor = member->server_assignor.value_or(view.assignor);
    }
}

Offset high_watermark_of_leader(const World& world, const TopicPartition& partition) {
    const PartitionRegistration* registration =
        world.committed_metadata().find_partition(partition);
    return registration == nullptr || registration->leader == kNoBroker
               ? kNoOffset
               : partition_high_watermark(world, partition);
}

}  // namespace

GroupPlace place_of_group(const World& world, std::string_view group) {
    const TopicImage* topic = world.committed_metadata().find_topic(kOffsetsTopic);
    if (topic == nullptr || topic->partitions.empty()) {
        return {};
    }
    GroupPlace place;
    place.partition = coordinator_partition(group, topic->partition_count());
    place.leader = topic->partitions[static_cast<std::size_t>(place.partition.value)]->leader;
    const BrokerHost* host = world.find_broker(place.leader);
    if (host == nullptr || !host->has_process()) {
        return place;
    }
    const Cow<GroupPartition>* held = (**host->process).groups().partitions.find(place.partition);
    if (held != nullptr && (*held)->state == GroupPartition::State::kActive) {
        place.held = &**held;
    } else {
        place.loading = held != nullptr;
    }
    return place;
}

const GroupMemberView* GroupView::owner_of(const TopicPartition& partition) const {
    const auto found = std::find_if(members.begin(), members.end(), [&](const auto& member) {
        return std::binary_search(member.assigned.begin(), member.assigned.end(), partition);
    });
    return found == members.end() ? nullptr : &*found;
}

const GroupOffsetView* GroupView::offset_of(const TopicPartition& partition) const {
    const auto found = std::find_if(offsets.begin(), offsets.end(), [&](const auto& offset) {
        return offset.partition == partition;
    });
    return found == offsets.end() ? nullptr : &*found;
}

std::vector<std::string> group_names(const World& world) {
    std::vector<std::string> names;
    for (const Cow<ClientHost>& host : world.clients) {
        const auto* consumer = std::get_if<ConsumerSetup>(&host->setup);
        if (consumer != nullptr && consumer->group) {
            names.push_back(*consumer->group);
        } else if (host->service() != nullptr && host->service()->group) {
            names.push_back(*host->service()->group);
        }
    }
    for (const ServiceSetup& service : world.setup->services) {
        if (service.group) {
            names.push_back(*service.group);
        }
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

const std::string* group_of(const ClientHost& host) {
    if (const auto* consumer = std::get_if<ConsumerSetup>(&host.setup)) {
        return consumer->group ? &*consumer->group : nullptr;
    }
    const ServiceSetup* service = host.service();
    return service != nullptr && service->group ? &*service->group : nullptr;
}

std::vector<NodeId> clients_of_group(const World& world, std::string_view group) {
    std::vector<NodeId> nodes;
    for (std::size_t i = 0; i < world.clients.size(); ++i) {
        const std::string* of = group_of(*world.clients[i]);
        if (of != nullptr && *of == group) {
            nodes.push_back({NodeKind::kClient, static_cast<int32_t>(i) + 1});
        }
    }
    return nodes;
}

std::optional<GroupView> view_group(const World& world, std::string_view group) {
    const std::vector<std::string> names = group_names(world);
    if (!std::binary_search(names.begin(), names.end(), group)) {
        return std::nullopt;
    }
    GroupView view;
    view.group = group;
    const GroupPlace place = place_of_group(world, group);
    if (place.held == nullptr) {
        return view;
    }
    const GroupShard& groups = place.held->committed();
    view.coordinator = place.leader;
    view.state = "Dead";
    if (const ClassicGroup* classic = groups.find_classic(group)) {
        describe(view, *classic);
    } else if (const ConsumerGroup* consumer = groups.find_consumer(group)) {
        describe(view, *consumer, world.committed_metadata(),
                 (**world.find_broker(place.leader)->process).groups().config.assignors.front());
    }
    std::sort(view.members.begin(), view.members.end(),
              [](const GroupMemberView& a, const GroupMemberView& b) {
                  return std::pair(a.name, a.id) < std::pair(b.name, b.id);
              });
    if (const Cow<GroupOffsets>* offsets = groups.offsets.find(group)) {
        for (const auto& [partition, committed] : **offsets) {
            view.offsets.push_back(
                {partition, committed.offset, high_watermark_of_leader(world, partition)});
        }
    }
    return view;
}

}  // namespace brokerlab
