#include "sim/oracle/committed_offsets.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/assign/consumer_protocol.h"
#include "sim/oracle/group_view.h"

namespace brokerlab {
namespace {

bool is_in(const ClassicMember& member, const TopicPartition& partition) {
    const Outcome<ConsumerProtocolAssignment> read = decode_assignment(member.assignment);
    return read.ok() &&
           std::any_of(read->assigned_partitions.begin(), read->assigned_partitions.end(),
                       [&](const ConsumerTopicPartitions& of_topic) {
                           return of_topic.topic == partition.topic &&
                                  std::find(of_topic.partitions.begin(), of_topic.partitions.end(),
                                            partition.partition) != of_topic.partitions.end();
                       });
}

bool is_in(const TopicIdAssignment& assignment, const Uuid& topic, PartitionId partition) {
    const FlatSet<PartitionId>* partitions = assignment.find(topic);
    return partitions != nullptr && partitions->contains(partition);
}

}  // namespace

std::optional<std::vector<std::string>> holders_of(const World& world, const std::string& group,
                                                   const TopicPartition& partition) {
    const GroupPlace place = place_of_group(world, group);
    if (place.held == nullptr) {
        return std::nullopt;
    }
    std::vector<std::string> holders;
    const TopicImage* topic = world.committed_metadata().find_topic(partition.topic);
    if (const ClassicGroup* classic = place.held->shard->find_classic(group)) {
        for (const ClassicMember& member : classic->members) {
            if (is_in(member, partition)) {
                holders.push_back(member.client_id);
            }
        }
    } else if (const ConsumerGroup* consumer = place.held->shard->find_consumer(group);
               consumer != nullptr && topic != nullptr) {
        for (const auto& [id, member] : consumer->members) {
            if (is_in(member->assigned, topic->id, partition.partition) ||
                is_in(member->revoking, topic->id, partition.partition)) {
                holders.push_back(member->client_id);
            }
        }
    }
    return holders;
}

std::vector<CommitView> view_commits(const World& world, const std::string& group,
                                     const CommitMemory& memory) {
    const GroupPlace place = place_of_group(world, group);
    std::vector<CommitView> views;
    if (place.held == nullptr) {
        return views;
    }
    const Cow<GroupOffsets>* offsets = place.held->committed().offsets.find(group);
    for (auto at = memory.lower_bound(std::pair(group, TopicPartition()));
         at != memory.end() && at->first.first == group; ++at) {
        const CommittedOffset* now =
            offsets == nullptr ? nullptr : (*offsets)->find(at->first.second);
        views.push_back({group,
                         at->first.second,
                         at->second,
                         now == nullptr ? std::nullopt : std::optional(now->offset),
                         std::nullopt,
                         {}});
    }
    return views;
}

std::optional<std::string> committed_offset_fell(const CommitView& commit) {
    const std::string where =
        fmt::format("group {}, {}", commit.group, commit.partition.to_string());
    if (!commit.now) {
        return fmt::format("{}: offset {} was committed and is gone", where, commit.before.value);
    }
    if (*commit.now >= commit.before) {
        return std::nullopt;
    }
    if (!commit.by) {
        return fmt::format(
            "{}: offset {} was committed, and now it is {}, and nobody committed "
            "that",
            where, commit.before.value, commit.now->value);
    }
    const bool may = commit.by->empty() || std::find(commit.holders.begin(), commit.holders.end(),
                                                     *commit.by) != commit.holders.end();
    return may ? std::nullopt
               : std::optional(fmt::format(
                     "{}: {}, which does not have the partition, moved the committed offset back "
                     "from {} to {}",
                     where, *commit.by, commit.before.value, commit.now->value));
}

}  // namespace brokerlab
