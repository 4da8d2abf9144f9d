#include "sim/client/fetcher.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace brokerlab {
namespace {

using Phase = ReadPartition::Phase;
using Why = ReadPartition::Why;

/// A Fetch in the making.
struct Parcel {
    BrokerId broker;
    bool can_go = false;
    FetchRequest request;
    std::vector<SentFetch> sent;
};

FetchRequest empty_fetch(const ConsumerConfig& config) {
    FetchRequest request;
    request.max_wait_ms = config.max_wait_ms;
    request.min_bytes = config.min_bytes;
    request.max_bytes = config.max_bytes;
    request.isolation_level = config.isolation;
    request.rack_id = config.rack;
    return request;
}

Parcel& parcel_for(std::vector<Parcel>& parcels, BrokerId broker, ConsumerCore& core,
                   const Env& env, Effects& fx) {
    for (Parcel& parcel : parcels) {
        if (parcel.broker == broker) {
            return parcel;
        }
    }
    Parcel& parcel = parcels.emplace_back();
    parcel.broker = broker;
    parcel.can_go = core.client.ready(node_of(broker), env, fx);
    if (parcel.can_go) {
        parcel.request = empty_fetch(core.config);
    }
    return parcel;
}

FetchRequest::Topic& topic_entry(FetchRequest& request, const Uuid& id) {
    for (FetchRequest::Topic& topic : request.topics) {
        if (topic.topic_id == id) {
            return topic;
        }
    }
    FetchRequest::Topic& topic = request.topics.emplace_back();
    topic.topic_id = id;
    return topic;
}

void add_partition(Parcel& parcel, ConsumerCore& core, std::size_t index) {
    const ReadPartition& partition = core.partitions[index];
    const ReadTopic& topic = core.topics[partition.topic];
    const Offset next = position_at(core, index).next;
    const PartitionPlace place = place_at(core, index);
    FetchRequest::Partition asked;
    asked.partition = PartitionId(static_cast<int32_t>(place.partition));
    asked.current_leader_epoch = partition.leader_epoch;
    asked.fetch_offset = next;
    asked.partition_max_bytes = core.config.max_partition_bytes;
    topic_entry(parcel.request, topic.id).partitions.push_back(asked);
    parcel.sent.push_back({place, next});
}

bool is_revoking(const ConsumerCore& core, std::size_t index) {
    return !core.revoking.empty() && core.revoking.contains(name_at(core, index));
}

bool is_paused(const ConsumerCore& core, std::size_t index) {
    return !core.paused.empty() && core.paused.contains(name_at(core, index));
}

bool is_fetchable(const ConsumerCore& core, std::size_t index) {
    const ReadPartition& partition = core.partitions[index];
    return partition.phase == Phase::kFetch && !partition.buffered &&
           core.topics[partition.topic].known && !core.fetches.contains(partition.leader) &&
           !is_revoking(core, index) && !is_paused(core, index);
}

/// The partition of a Fetch that is answered next: answers mostly come in the order of the request.
const SentFetch* find_sent(const std::vector<SentFetch>& sent, std::size_t& cursor,
                           PartitionPlace place) {
    for (std::size_t i = 0; i < sent.size(); ++i) {
        const std::size_t at = (cursor + i) % sent.size();
        if (sent[at].place == place) {
            cursor = at + 1;
            return &sent[at];
        }
    }
    return nullptr;
}

void learn_leader(ConsumerCore& core, std::size_t index,
                  const FetchResponse::CurrentLeader& leader) {
    if (leader.leader_id != kNoBroker && leader.leader_epoch != kNoLeaderEpoch) {
        (void)core.metadata.update_leader(name_at(core, index), leader.leader_id,
                                          leader.leader_epoch);
    }
}

/// [FetchCollector.handleInitializeErrors]
void on_partition_error(ConsumerCore& core, std::size_t index, Offset fetched_at,
                        const FetchResponse::Partition& answer, Effects& fx) {
    switch (answer.error_code) {
        case ErrorCode::kNotLeaderOrFollower:
        case ErrorCode::kFencedLeaderEpoch:
            core.metadata.request_update();
            learn_leader(core, index, answer.current_leader);
            return;
        case ErrorCode::kReplicaNotAvailable:
        case ErrorCode::kKafkaStorageError:
        case ErrorCode::kOffsetNotAvailable:
        case ErrorCode::kUnknownTopicOrPartition:
        case ErrorCode::kUnknownTopicId:
        case ErrorCode::kInconsistentTopicId:
            core.metadata.request_update();
            return;
        case ErrorCode::kOffsetOutOfRange:
            if (core.partitions[index].phase == Phase::kFetch &&
                position_at(core, index).next == fetched_at) {
                request_reset(core, index, Why::kOutOfRange, fx);
            }
            return;
        default:  // UNKNOWN_LEADER_EPOCH and the like: ask again
            return;
    }
}

void take_data(ConsumerCore& core, PartitionPlace place, Offset fetched_at,
               const FetchResponse::Partition& answer) {
    const std::size_t index = index_of(core, place);
    ReadPartition& partition = core.partitions[index];
    ConsumerPosition& position = position_at(core, index);
    if (partition.phase != Phase::kFetch || partition.buffered || position.next != fetched_at) {
        return;  // It is of a position that was given up.
    }
    position.high_watermark = answer.high_watermark;
    if (!answer.records || answer.records->batches.empty()) {
        return;
    }
    CompletedFetch& fetch = core.completed.emplace_back();
    fetch.place = place;
    fetch.next = fetched_at;
    fetch.batches = answer.records->batches;
    if (answer.aborted_transactions && core.config.isolation == IsolationLevel::kReadCommitted) {
        fetch.aborted = *answer.aborted_transactions;
        std::sort(fetch.aborted.begin(), fetch.aborted.end(), [](const auto& a, const auto& b) {
            return a.first_offset != b.first_offset ? a.first_offset < b.first_offset
                                                    : a.producer_id < b.producer_id;
        });
    }
    partition.buffered = true;
    core.first_asked = static_cast<uint32_t>((index + 1) % core.partitions.size());
}

/// Of those that were looked at, `kept` stay so far, in front; so does the one at `i`.
void keep(std::vector<CompletedFetch>& completed, std::size_t& kept, std::size_t i) {
    if (kept != i) {
        completed[kept] = std::move(completed[i]);
    }
    ++kept;
}

}  // namespace

void send_fetches(ConsumerCore& core, const Env& env, Effects& fx) {
    std::vector<Parcel> parcels;
    const std::size_t count = core.partitions.size();
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t rotated = core.first_asked + i;
        const std::size_t index = rotated < count ? rotated : rotated - count;
        const ReadPartition& partition = core.partitions[index];
        if (!is_fetchable(core, index)) {
            continue;
        }
        if (partition.leader == kNoBroker) {
            core.metadata.request_update();
            continue;
        }
        Parcel& parcel = parcel_for(parcels, partition.leader, core, env, fx);
        if (parcel.can_go) {
            add_partition(parcel, core, index);
        }
    }
    for (Parcel& parcel : parcels) {
        if (parcel.can_go) {
            core.client.send(node_of(parcel.broker), std::move(parcel.request),
                             FetchRequest::kVersions.latest, kConsumerFetchTag, env, fx);
            core.fetches.insert_or_assign(parcel.broker, std::move(parcel.sent));
        }
    }
}

void on_fetched(ConsumerCore& core, BrokerId broker, const FetchResponse& response, Effects& fx) {
    std::vector<SentFetch>* found = core.fetches.find(broker);
    if (found == nullptr) {
        return;
    }
    const std::vector<SentFetch> sent = std::move(*found);
    core.fetches.erase(broker);
    if (response.error_code != ErrorCode::kNone) {
        core.metadata.request_update();
        return;
    }
    std::size_t cursor = 0;
    for (const FetchResponse::Topic& topic : response.responses) {
        const auto read = std::find_if(core.topics.begin(), core.topics.end(),
                                       [&](const ReadTopic& t) { return t.id == topic.topic_id; });
        if (read == core.topics.end()) {
            continue;  // The topic was made anew meanwhile.
        }
        for (const FetchResponse::Partition& answer : topic.partitions) {
            const PartitionPlace place{static_cast<uint32_t>(read - core.topics.begin()),
                                       static_cast<uint32_t>(answer.partition_index.value)};
            const SentFetch* asked = find_sent(sent, cursor, place);
            const std::size_t index = index_of(core, place);
            if (asked == nullptr || index == kNotAssigned) {
                continue;
            }
            if (answer.error_code == ErrorCode::kNone) {
                take_data(core, place, asked->offset, answer);
            } else {
                on_partition_error(core, index, asked->offset, answer, fx);
            }
        }
    }
}

void on_fetch_failed(ConsumerCore& core, BrokerId broker) {
    core.fetches.erase(broker);
}

PolledRecords collect_records(ConsumerCore& core, std::vector<PolledRun>* runs,
                              std::vector<PolledRecord>* contents) {
    PolledRecords polled;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < core.completed.size(); ++i) {
        CompletedFetch& fetch = core.completed[i];
        const std::size_t index = index_of(core, fetch.place);
        if (polled.records == core.config.max_poll_records || is_paused(core, index)) {
            keep(core.completed, kept, i);
            continue;
        }
        ReadPartition& partition = core.partitions[index];
        ConsumerPosition& position = position_at(core, index);
        bool over = true;
        if (partition.phase == Phase::kFetch && position.next == fetch.next &&
            !is_revoking(core, index)) {
            std::vector<OffsetRun> offsets;
            const uint32_t first_batch = fetch.at;
            const uint32_t taken = take_records(
                fetch, core.config.isolation, core.config.max_poll_records - polled.records,
                position.leader_epoch, runs == nullptr ? nullptr : &offsets);
            for (const OffsetRun& run : offsets) {
                runs->push_back({name_at(core, index), run.first, run.last});
            }
            if (contents != nullptr) {
                append_contents(*contents, name_at(core, index), fetch.batches, first_batch,
                                offsets);
            }
            polled.records += taken;
            polled.advanced = polled.advanced || fetch.next != position.next;
            position.consumed += taken;
            position.next = fetch.next;
            over = fetch.is_over();
        }
        if (over) {
            partition.buffered = false;
        } else {
            keep(core.completed, kept, i);
        }
    }
    core.completed.resize(kept);
    return polled;
}

}  // namespace brokerlab
