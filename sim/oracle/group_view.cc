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

struct Coordinator {
    BrokerId broker = kNoBroker;
    const GroupShard* groups = nullptr;
};

Coordinator find_coordinator(const World& world, std::string_view group) {
    const MetadataImage& image = world.committed_metadata();
    const TopicImage* topic = image.find_topic(kOffsetsTopic);
    if (topic == nullptr || topic->partitions.empty()) {
        return {};
    }
    const PartitionId partition = coordinator_partition(group, topic->partition_count());
    const BrokerId leader = topic->partitions[static_cast<std::size_t>(partition.value)]->leader;
    const BrokerHost* host = world.find_broker(leader);
    if (host == nullptr || !host->has_process()) {
        return {};
    }
    const Cow<GroupPartition>* held = (**host->process).groups().partitions.find(partition);
    if (held == nullptr || (*held)->state != GroupPartition::State::kActive) {
        return {};
    }
    return {leader, &(*held)->committed()};
}

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
    const PartitionLog* log = registration == nullptr || registration->leader == kNoBroker
                                  ? nullptr
                                  : replica_log(world, registration->leader, partition);
    return log == nullptr ? kNoOffset : log->high_watermark;
}

}  // namespace

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
        }
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

std::optional<GroupView> view_group(const World& world, std::string_view group) {
    const std::vector<std::string> names = group_names(world);
    if (!std::binary_search(names.begin(), names.end(), group)) {
        return std::nullopt;
    }
    GroupView view;
    view.group = group;
    const Coordinator coordinator = find_coordinator(world, group);
    if (coordinator.groups == nullptr) {
        return view;
    }
    view.coordinator = coordinator.broker;
    view.state = "Dead";
    if (const ClassicGroup* classic = coordinator.groups->find_classic(group)) {
        describe(view, *classic);
    } else if (const ConsumerGroup* consumer = coordinator.groups->find_consumer(group)) {
        describe(
            view, *consumer, world.committed_metadata(),
            (**world.find_broker(coordinator.broker)->process).groups().config.assignors.front());
    }
    std::sort(view.members.begin(), view.members.end(),
              [](const GroupMemberView& a, const GroupMemberView& b) {
                  return std::pair(a.name, a.id) < std::pair(b.name, b.id);
              });
    if (const Cow<GroupOffsets>* offsets = coordinator.groups->offsets.find(group)) {
        for (const auto& [partition, committed] : **offsets) {
            view.offsets.push_back(
                {partition, committed.offset, high_watermark_of_leader(world, partition)});
        }
    }
    return view;
}

}  // namespace brokerlab
