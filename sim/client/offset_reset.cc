#include "sim/client/offset_reset.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace brokerlab {
namespace {

using Phase = ReadPartition::Phase;
using Why = ReadPartition::Why;

/// What is asked of one broker: positions of its partitions, to be found or to be validated.
struct Question {
    BrokerId broker;
    bool validates = false;
    std::vector<OffsetLookup> lookups;
};

Question& question_for(std::vector<Question>& questions, BrokerId broker, bool validates) {
    const auto at = std::find_if(questions.begin(), questions.end(), [&](const Question& q) {
        return q.broker == broker && q.validates == validates;
    });
    return at != questions.end() ? *at : questions.emplace_back(Question{broker, validates, {}});
}

/// The broker to ask about the partition's position; none when the metadata names no leader.
BrokerId broker_to_ask(const ConsumerCore& core, std::size_t index) {
    const ReadPartition& partition = core.partitions[index];
    if (partition.phase == Phase::kValidate) {
        return partition.leader;
    }
    const PartitionInfo* info = core.metadata.find(name_at(core, index));
    return info == nullptr ? kNoBroker : info->leader;
}

std::vector<Question> due_questions(ConsumerCore& core, SimTime now) {
    std::vector<Question> questions;
    core.unsettled = false;
    core.next_lookup = kNever;
    for (std::size_t i = 0; i < core.partitions.size(); ++i) {
        const ReadPartition& partition = core.partitions[i];
        const bool validates = partition.phase == Phase::kValidate;
        if (!validates && partition.phase != Phase::kReset) {
            continue;
        }
        core.unsettled = true;
        if (partition.lookup != 0) {
            continue;
        }
        if (partition.retry_at > now) {
            core.next_lookup = std::min(core.next_lookup, partition.retry_at);
            continue;
        }
        const BrokerId broker = broker_to_ask(core, i);
        if (broker == kNoBroker) {
            core.metadata.request_update();
            continue;
        }
        question_for(questions, broker, validates)
            .lookups.push_back({place_at(core, i), position_at(core, i).next});
    }
    return questions;
}

/// The topic's entry, which is the last one when the partitions come in their order.
template <class Topic>
Topic& topic_entry(std::vector<Topic>& topics, std::string Topic::*name,
                   const std::string& wanted) {
    if (topics.empty() || topics.back().*name != wanted) {
        topics.emplace_back().*name = wanted;
    }
    return topics.back();
}

ListOffsetsRequest list_offsets(const ConsumerCore& core, const Question& question) {
    ListOffsetsRequest request;
    request.replica_id = kNoBroker;
    request.isolation_level = core.config.isolation;
    request.timeout_ms = static_cast<int32_t>(core.config.request_timeout.to_ms());
    for (const OffsetLookup& lookup : question.lookups) {
        const std::size_t index = index_of(core, lookup.place);
        const TopicPartition& name = name_at(core, index);
        const PartitionInfo* info = core.metadata.find(name);
        ListOffsetsRequest::Partition asked;
        asked.partition_index = name.partition;
        asked.current_leader_epoch = info->leader_epoch;
        asked.timestamp =
            core.partitions[index].reset_to == StartFrom::kEarliest ? kListEarliest : kListLatest;
        topic_entry(request.topics, &ListOffsetsRequest::Topic::name, name.topic)
            .partitions.push_back(asked);
    }
    return request;
}

OffsetForLeaderEpochRequest epoch_ends(ConsumerCore& core, const Question& question) {
    OffsetForLeaderEpochRequest request;
    request.replica_id = kNoBroker;
    for (const OffsetLookup& lookup : question.lookups) {
        const std::size_t index = index_of(core, lookup.place);
        const TopicPartition& name = name_at(core, index);
        OffsetForLeaderEpochRequest::Partition asked;
        asked.partition = name.partition;
        asked.current_leader_epoch = core.partitions[index].leader_epoch;
        asked.leader_epoch = position_at(core, index).leader_epoch;
        topic_entry(request.topics, &OffsetForLeaderEpochRequest::Topic::topic, name.topic)
            .partitions.push_back(asked);
    }
    return request;
}

void ask(ConsumerCore& core, Question question, const Env& env, Effects& fx) {
    const NodeId node = node_of(question.broker);
    if (!core.client.ready(node, env, fx)) {
        return;
    }
    const uint64_t tag = core.next_tag++;
    for (const OffsetLookup& lookup : question.lookups) {
        core.partitions[index_of(core, lookup.place)].lookup = tag;
    }
    if (question.validates) {
        core.client.send(node, epoch_ends(core, question),
                         OffsetForLeaderEpochRequest::kVersions.latest, tag, env, fx);
    } else {
        core.client.send(node, list_offsets(core, question), ListOffsetsRequest::kVersions.latest,
                         tag, env, fx);
    }
    core.lookups.insert_or_assign(tag, std::move(question.lookups));
}

void ask_later(ConsumerCore& core, std::size_t index, SimTime now) {
    core.partitions[index].lookup = 0;
    core.partitions[index].retry_at = now + core.config.retry_backoff;
    core.metadata.request_update();
}

std::string why_reset(const ReadPartition& partition, Offset from) {
    const bool earliest = partition.reset_to == StartFrom::kEarliest;
    const std::string where = earliest ? "the earliest record" : "the end of the log";
    switch (partition.why) {
        case Why::kStart:
            return "it begins at " + where;
        case Why::kOutOfRange:
            return "offset " + std::to_string(from.value) +
                   " is out of range: auto.offset.reset leads to " + where;
        case Why::kTruncated:
            return "the log ends below offset " + std::to_string(from.value) +
                   " now: auto.offset.reset leads to " + where;
    }
    return where;
}

/// Takes the lookups of a request out of those in flight.
std::vector<OffsetLookup> answered_lookups(ConsumerCore& core, uint64_t tag) {
    std::vector<OffsetLookup>* found = core.lookups.find(tag);
    if (found == nullptr) {
        return {};
    }
    std::vector<OffsetLookup> lookups = std::move(*found);
    core.lookups.erase(tag);
    return lookups;
}

/// The response's partition with that name, if it is there.
template <class Response, class Name, class Partitions, class Id>
auto find_answer(const Response& topics, Name name, Partitions partitions, Id id,
                 const TopicPartition& wanted) -> decltype(&(topics[0].*partitions)[0]) {
    for (const auto& topic : topics) {
        if (topic.*name != wanted.topic) {
            continue;
        }
        for (const auto& partition : topic.*partitions) {
            if (partition.*id == wanted.partition) {
                return &partition;
            }
        }
    }
    return nullptr;
}

void take_offset(ConsumerCore& core, std::size_t index,
                 const ListOffsetsResponse::Partition* answer, const Env& env, Effects& fx) {
    if (answer == nullptr || answer->error_code != ErrorCode::kNone ||
        answer->offset == kNoOffset) {
        ask_later(core, index, env.now);
        return;
    }
    ReadPartition& partition = core.partitions[index];
    const PartitionInfo* info = core.metadata.find(name_at(core, index));
    if (info != nullptr && info->leader != kNoBroker) {
        partition.leader = info->leader;
        partition.leader_epoch = info->leader_epoch;
    }
    std::string why = why_reset(partition, position_at(core, index).next);
    seek(core, index, answer->offset, kNoLeaderEpoch, std::move(why), fx);
}

/// [SubscriptionState.maybeCompleteValidation]
void take_epoch_end(ConsumerCore& core, std::size_t index,
                    const OffsetForLeaderEpochResponse::Partition* answer, const Env& env,
                    Effects& fx) {
    if (answer == nullptr || answer->error_code != ErrorCode::kNone) {
        ask_later(core, index, env.now);
        return;
    }
    const bool unknown = answer->end_offset == kNoOffset || answer->leader_epoch == kNoLeaderEpoch;
    const bool truncated = unknown || answer->end_offset < position_at(core, index).next;
    if (!truncated) {
        core.partitions[index].phase = Phase::kFetch;
        core.partitions[index].lookup = 0;
    } else if (unknown || !core.config.reset_to) {
        request_reset(core, index, Why::kTruncated, fx);
    } else {
        // A log that was cut, or the first log of another topic of the same name: Kafka's consumer
        // compares offsets and epochs and takes the one for the other.
        seek(core, index, answer->end_offset, answer->leader_epoch,
             "the log ends there now, below offset " +
                 std::to_string(position_at(core, index).next.value),
             fx);
    }
}

}  // namespace

void settle_positions(ConsumerCore& core, const Env& env, Effects& fx) {
    if (!core.unsettled) {
        return;
    }
    for (Question& question : due_questions(core, env.now)) {
        ask(core, std::move(question), env, fx);
    }
}

void on_list_offsets(ConsumerCore& core, uint64_t tag, const ListOffsetsResponse& response,
                     const Env& env, Effects& fx) {
    for (const OffsetLookup& lookup : answered_lookups(core, tag)) {
        const std::size_t index = index_of(core, lookup.place);
        if (index != kNotAssigned && core.partitions[index].lookup == tag) {
            take_offset(
                core, index,
                find_answer(response.topics, &ListOffsetsResponse::Topic::name,
                            &ListOffsetsResponse::Topic::partitions,
                            &ListOffsetsResponse::Partition::partition_index, name_at(core, index)),
                env, fx);
        }
    }
}

void on_epoch_ends(ConsumerCore& core, uint64_t tag, const OffsetForLeaderEpochResponse& response,
                   const Env& env, Effects& fx) {
    for (const OffsetLookup& lookup : answered_lookups(core, tag)) {
        const std::size_t index = index_of(core, lookup.place);
        if (index == kNotAssigned || core.partitions[index].lookup != tag) {
            continue;
        }
        if (position_at(core, index).next !=
            lookup.position) {  // poll() returned records meanwhile: the answer is of another
                                // position.
            core.partitions[index].lookup = 0;
            continue;
        }
        take_epoch_end(
            core, index,
            find_answer(response.topics, &OffsetForLeaderEpochResponse::Topic::topic,
                        &OffsetForLeaderEpochResponse::Topic::partitions,
                        &OffsetForLeaderEpochResponse::Partition::partition, name_at(core, index)),
            env, fx);
    }
}

void on_lookup_failed(ConsumerCore& core, uint64_t tag, const Env& env) {
    for (const OffsetLookup& lookup : answered_lookups(core, tag)) {
        const std::size_t index = index_of(core, lookup.place);
        if (index != kNotAssigned && core.partitions[index].lookup == tag) {
            ask_later(core, index, env.now);
        }
    }
}

}  // namespace brokerlab
