#include "sim/client/consumer_core.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/base/aggregate_digest.h"

namespace brokerlab {
namespace {

using Phase = ReadPartition::Phase;
using Why = ReadPartition::Why;

void add_partitions(ConsumerCore& core, std::size_t topic, std::size_t count) {
    ReadTopic& grown = core.topics[topic];
    ReadPartition fresh;
    fresh.topic = static_cast<uint32_t>(topic);
    fresh.reset_to = core.config.start_from;
    const std::size_t more = count - grown.count;
    core.partitions.insert(
        core.partitions.begin() + static_cast<std::ptrdiff_t>(grown.first + grown.count), more,
        fresh);
    for (std::size_t p = grown.count; p < count; ++p) {
        grown.numbers.push_back(static_cast<uint32_t>(p));
        core.positions.insert_or_assign({grown.name, PartitionId(static_cast<int32_t>(p))}, {});
    }
    grown.count = static_cast<uint32_t>(count);
    for (std::size_t later = topic + 1; later < core.topics.size(); ++later) {
        core.topics[later].first += static_cast<uint32_t>(more);
    }
    core.unsettled = true;
}

/// [SubscriptionState.TopicPartitionState.maybeValidatePosition, validatePosition]
void follow_leader(ConsumerCore& core, std::size_t index, const PartitionInfo& info) {
    ReadPartition& partition = core.partitions[index];
    const bool has_position =
        partition.phase == Phase::kFetch || partition.phase == Phase::kValidate;
    if (!has_position || info.leader == kNoBroker ||
        (partition.leader == info.leader && partition.leader_epoch == info.leader_epoch)) {
        return;
    }
    // The committed offset may be of a later leader than the metadata: who asks the old one can be
    // told that the log was truncated. The next fetch asks for metadata instead
    // [ConsumerUtils.refreshCommittedOffsets, Metadata.updateLastSeenEpochIfNewer].
    if (info.leader_epoch != kNoLeaderEpoch &&
        info.leader_epoch < position_at(core, index).leader_epoch) {
        return;
    }
    partition.leader = info.leader;
    partition.leader_epoch = info.leader_epoch;
    partition.lookup = 0;
    partition.retry_at = SimTime();
    const bool comparable = position_at(core, index).leader_epoch != kNoLeaderEpoch &&
                            info.leader_epoch != kNoLeaderEpoch;
    partition.phase = comparable ? Phase::kValidate : Phase::kFetch;
    core.unsettled = core.unsettled || comparable;
}

/// The place of the topic in core.topics, where it is put by its name if it is new.
uint32_t place_of_topic(ConsumerCore& core, const std::string& name) {
    const auto at = std::lower_bound(
        core.topics.begin(), core.topics.end(), name,
        [](const ReadTopic& topic, const std::string& wanted) { return topic.name < wanted; });
    const auto place = static_cast<uint32_t>(at - core.topics.begin());
    if (at != core.topics.end() && at->name == name) {
        return place;
    }
    ReadTopic fresh;
    fresh.name = name;
    fresh.first =
        at == core.topics.end() ? static_cast<uint32_t>(core.partitions.size()) : at->first;
    core.topics.insert(at, std::move(fresh));
    const auto move_up = [place](uint32_t& topic) { topic += topic >= place ? 1 : 0; };
    for (ReadPartition& partition : core.partitions) {
        move_up(partition.topic);
    }
    for (CompletedFetch& fetch : core.completed) {
        move_up(fetch.place.topic);
    }
    for (auto& [tag, lookups] : core.lookups) {
        for (OffsetLookup& lookup : lookups) {
            move_up(lookup.place.topic);
        }
    }
    for (auto& [broker, fetches] : core.fetches) {
        for (SentFetch& fetch : fetches) {
            move_up(fetch.place.topic);
        }
    }
    return place;
}

void add_partition(ConsumerCore& core, const TopicPartition& name) {
    const uint32_t place = place_of_topic(core, name.topic);
    ReadTopic& topic = core.topics[place];
    const auto number = static_cast<uint32_t>(name.partition.value);
    const auto at = std::lower_bound(topic.numbers.begin(), topic.numbers.end(), number);
    const auto index = static_cast<std::ptrdiff_t>(topic.first) + (at - topic.numbers.begin());
    ReadPartition fresh;
    fresh.topic = place;
    fresh.phase = Phase::kInitializing;
    fresh.reset_to = core.config.start_from;
    core.partitions.insert(core.partitions.begin() + index, fresh);
    core.positions.insert_or_assign(name, {});
    topic.numbers.insert(at, number);
    ++topic.count;
    for (std::size_t later = place + 1; later < core.topics.size(); ++later) {
        ++core.topics[later].first;
    }
}

void remove_partition(ConsumerCore& core, std::size_t index) {
    const PartitionPlace place = place_at(core, index);
    ReadTopic& topic = core.topics[place.topic];
    std::erase_if(core.completed,
                  [place](const CompletedFetch& fetch) { return fetch.place == place; });
    core.paused.erase(name_at(core, index));
    core.stopped.erase(name_at(core, index));
    core.positions.erase(TopicPartition(name_at(core, index)));
    core.partitions.erase(core.partitions.begin() + static_cast<std::ptrdiff_t>(index));
    topic.numbers.erase(topic.numbers.begin() + static_cast<std::ptrdiff_t>(index - topic.first));
    --topic.count;
    for (std::size_t later = place.topic + 1; later < core.topics.size(); ++later) {
        --core.topics[later].first;
    }
}

std::string why_stopped(Why why, Offset at) {
    return why == Why::kTruncated
               ? fmt::format("the log ends below offset {} now and auto.offset.reset is none",
                             at.value)
               : fmt::format("offset {} is out of range and auto.offset.reset is none", at.value);
}

}  // namespace

std::size_t index_of(const ConsumerCore& core, PartitionPlace place) {
    const ReadTopic& topic = core.topics[place.topic];
    if (place.partition < topic.count && topic.numbers[place.partition] == place.partition) {
        return topic.first + place.partition;
    }
    const auto at = std::lower_bound(topic.numbers.begin(), topic.numbers.end(), place.partition);
    return at != topic.numbers.end() && *at == place.partition
               ? topic.first + static_cast<std::size_t>(at - topic.numbers.begin())
               : kNotAssigned;
}

ConsumerCore make_consumer_core(const ConsumerSetup& setup, const std::string& name,
                                const std::vector<BrokerId>& bootstrap, SimTime now) {
    ConsumerCore core;
    core.config = make_consumer_config(setup);
    core.client = NetworkClient(make_consumer_network_config(setup.config, name));
    core.metadata = ClientMetadata(make_consumer_metadata_config(setup.config), bootstrap);
    core.metadata_seen = core.metadata.version();
    FlatSet<std::string> names;
    for (const std::string& topic : setup.topics) {
        names.insert(topic);
    }
    for (const std::string& topic : names) {
        ReadTopic read;
        read.name = topic;
        core.topics.push_back(std::move(read));
        core.metadata.add_topic(topic, now);
    }
    return core;
}

void follow_metadata(ConsumerCore& core) {
    if (core.metadata_seen == core.metadata.version()) {
        return;
    }
    core.metadata_seen = core.metadata.version();
    for (std::size_t t = 0; t < core.topics.size(); ++t) {
        const TopicInfo* info = core.metadata.find_topic(core.topics[t].name);
        core.topics[t].known = info != nullptr && info->error == ErrorCode::kNone;
        if (!core.topics[t].known) {
            continue;
        }
        core.topics[t].id = info->id;
        if (core.reads_all && info->partitions.size() > core.topics[t].count) {
            add_partitions(core, t, info->partitions.size());
        }
        const ReadTopic& topic = core.topics[t];
        for (std::size_t i = 0; i < topic.count; ++i) {
            if (topic.numbers[i] < info->partitions.size()) {
                follow_leader(core, topic.first + i, info->partitions[topic.numbers[i]]);
            }
        }
    }
}

void set_assignment(ConsumerCore& core, const FlatSet<TopicPartition>& wanted) {
    for (std::size_t i = core.partitions.size(); i > 0; --i) {
        if (!wanted.contains(name_at(core, i - 1))) {
            remove_partition(core, i - 1);
        }
    }
    for (const TopicPartition& name : wanted) {
        if (!core.positions.contains(name)) {
            add_partition(core, name);
        }
    }
    core.revoking.clear();
    core.first_asked = 0;
    core.metadata_seen = core.metadata.version() - 1;  // The leaders of new ones are to be found.
    follow_metadata(core);
}

FlatSet<TopicPartition> assigned_partitions(const ConsumerCore& core) {
    FlatSet<TopicPartition> assigned;
    for (const auto& [name, position] : core.positions) {
        assigned.insert(name);
    }
    return assigned;
}

void seek_committed(ConsumerCore& core, std::size_t index, Offset to, LeaderEpoch epoch,
                    Effects& fx) {
    seek(core, index, to, epoch, "it begins at the committed offset", fx);
    core.partitions[index].leader = kNoBroker;
    core.partitions[index].leader_epoch = kNoLeaderEpoch;
    if (const PartitionInfo* info = core.metadata.find(name_at(core, index))) {
        follow_leader(core, index, *info);
    }
}

void request_reset(ConsumerCore& core, std::size_t index, Why why, Effects& fx) {
    ReadPartition& partition = core.partitions[index];
    partition.lookup = 0;
    partition.retry_at = SimTime();
    partition.why = why;
    if (core.config.reset_to) {
        partition.phase = Phase::kReset;
        partition.reset_to = *core.config.reset_to;
        core.unsettled = true;
    } else {
        partition.phase = Phase::kStopped;
        const Offset at = position_at(core, index).next;
        fx.state(PositionReset{name_at(core, index), at, at, why_stopped(why, at)});
        core.stopped.insert(name_at(core, index));
    }
}

void seek(ConsumerCore& core, std::size_t index, Offset to, LeaderEpoch epoch, std::string why,
          Effects& fx) {
    ConsumerPosition& position = position_at(core, index);
    fx.state(PositionReset{name_at(core, index), position.next, to, std::move(why)});
    position.next = to;
    position.leader_epoch = epoch;
    core.partitions[index].phase = Phase::kFetch;
    core.partitions[index].lookup = 0;
    core.stopped.erase(name_at(core, index));
}

void seek_to(ConsumerCore& core, const TopicPartition& name, Offset to, std::string why,
             Effects& fx) {
    const auto at = core.positions.lower_bound(name);
    if (at != core.positions.end() && at->first == name) {
        seek(core, static_cast<std::size_t>(at - core.positions.begin()), to, kNoLeaderEpoch,
             std::move(why), fx);
    }
}

void pause(ConsumerCore& core, const TopicPartition& name) {
    if (core.positions.contains(name)) {
        core.paused.insert(name);
    }
}

void resume(ConsumerCore& core, const TopicPartition& name) {
    core.paused.erase(name);
}

void digest_into(Digest& d, const ReadTopic& topic) {
    // The keys of the positions tell the numbers.
    digest_fields(d, topic.name, topic.id, topic.known, topic.first, topic.count);
}

void digest_into(Digest& d, const ConsumerCore& core) {
    digest_fields(d, core.config, core.client, core.metadata, core.metadata_seen, core.topics,
                  core.partitions, core.positions, core.unsettled, core.next_lookup, core.lookups,
                  core.next_tag, core.fetches, core.completed, core.first_asked);
    if (!core.reads_all) {  // Recordings of consumers without a group keep their digests.
        digest_fields(d, core.revoking, core.paused, core.stopped);
    }
}

}  // namespace brokerlab
