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
    partition.leader = info.leader;
    partition.leader_epoch = info.leader_epoch;
    partition.lookup = 0;
    partition.retry_at = SimTime();
    const bool comparable = position_at(core, index).leader_epoch != kNoLeaderEpoch &&
                            info.leader_epoch != kNoLeaderEpoch;
    partition.phase = comparable ? Phase::kValidate : Phase::kFetch;
    core.unsettled = core.unsettled || comparable;
}

std::string why_stopped(Why why, Offset at) {
    return why == Why::kTruncated
               ? fmt::format("the log was truncated below offset {} and auto.offset.reset is none",
                             at.value)
               : fmt::format("offset {} is out of range and auto.offset.reset is none", at.value);
}

}  // namespace

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
        if (info->partitions.size() > core.topics[t].count) {
            add_partitions(core, t, info->partitions.size());
        }
        for (std::size_t p = 0; p < info->partitions.size(); ++p) {
            follow_leader(core, core.topics[t].first + p, info->partitions[p]);
        }
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
}

void digest_into(Digest& d, const ConsumerCore& core) {
    boost::pfr::for_each_field(core, [&d](const auto& field) { digest_into(d, field); });
}

}  // namespace brokerlab
