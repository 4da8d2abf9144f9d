#include "sim/group/offsets.h"

#include <utility>

#include "sim/group/classic_group.h"
#include "sim/group/consumer_group.h"

namespace brokerlab {
namespace {

/// OffsetCommit says so when the group is unknown from this version on; before, the generation.
constexpr ApiVersion kKnowsGroupIdNotFound = 9;

/// In UTF-16 units, as Kafka measures it [String.length].
int64_t java_length(std::string_view utf8) {
    int64_t length = 0;
    for (const char c : utf8) {
        const auto byte = static_cast<uint8_t>(c);
        const bool continues = (byte & 0xC0U) == 0x80U;
        const bool two_units = (byte & 0xF8U) == 0xF0U;
        length += continues ? 0 : (two_units ? 2 : 1);
    }
    return length;
}

ErrorCode check_commit(const GroupShard& shard, const Request& request,
                       const OffsetCommitRequest& body, const RuleSet& rules) {
    if (const ClassicGroup* group = shard.find_classic(body.group_id); group != nullptr) {
        return check_classic_commit(*group, body, rules);
    }
    if (const ConsumerGroup* group = shard.find_consumer(body.group_id); group != nullptr) {
        const ErrorCode error = check_consumer_commit(*group, body);
        const bool outdated = error == ErrorCode::kStaleMemberEpoch ||
                              (error == ErrorCode::kUnknownMemberId && !body.member_id.empty());
        return outdated && !rules.on(Rule::kCommitGenerationCheck) ? ErrorCode::kNone : error;
    }
    if (body.generation_id_or_member_epoch.value < 0) {
        return ErrorCode::kNone;
    }
    return request.header.request_api_version >= kKnowsGroupIdNotFound
               ? ErrorCode::kGroupIdNotFound
               : ErrorCode::kIllegalGeneration;
}

GroupCoordinatorRecord commit_record(const OffsetCommitRequest& body, const std::string& topic,
                                     const OffsetCommitRequest::Partition& partition,
                                     Timestamp now) {
    OffsetCommitValue value;
    value.offset = partition.committed_offset;
    value.leader_epoch = partition.committed_leader_epoch;
    value.metadata = partition.committed_metadata.value_or("");
    value.commit_timestamp = now;
    if (body.retention_time_ms != -1) {
        value.expire_timestamp =
            Timestamp(detail::saturating_add(now.value, body.retention_time_ms));
    }
    return GroupRecordOf<OffsetCommitKey>{{body.group_id, topic, partition.partition_index},
                                          std::move(value)};
}

/// Takes each partition, or says why not. `group_error` is that of the whole commit.
OffsetCommitResponse take_commit(const OffsetCommitRequest& body, ErrorCode group_error,
                                 GroupTurn& turn, OffsetsWritten& written) {
    OffsetCommitResponse answer;
    for (const OffsetCommitRequest::Topic& topic : body.topics) {
        OffsetCommitResponse::Topic& taken = answer.topics.emplace_back();
        taken.name = topic.name;
        for (const OffsetCommitRequest::Partition& partition : topic.partitions) {
            ErrorCode error = group_error;
            if (error == ErrorCode::kNone && java_length(partition.committed_metadata.value_or(
                                                 "")) > turn.config.max_metadata_bytes) {
                error = ErrorCode::kOffsetMetadataTooLarge;
            }
            taken.partitions.push_back({partition.partition_index, error});
            if (error == ErrorCode::kNone) {
                turn.records.push_back(
                    commit_record(body, topic.name, partition, turn.timestamp()));
                written.positions.push_back(
                    {{topic.name, partition.partition_index}, partition.committed_offset});
            }
        }
    }
    return answer;
}

OffsetFetchResponse::Partition read_offset(const GroupOffsets* offsets, const std::string& topic,
                                           PartitionId partition) {
    const CommittedOffset* committed =
        offsets == nullptr ? nullptr : offsets->find(TopicPartition{topic, partition});
    if (committed == nullptr) {
        return {partition, kNoOffset, kNoLeaderEpoch, "", ErrorCode::kNone};
    }
    return {partition, committed->offset, committed->leader_epoch, committed->metadata,
            ErrorCode::kNone};
}

std::vector<OffsetFetchResponse::Topic> read_all(const GroupOffsets& offsets) {
    std::vector<OffsetFetchResponse::Topic> topics;
    for (const auto& [tp, committed] : offsets) {
        if (topics.empty() || topics.back().name != tp.topic) {
            topics.push_back({tp.topic, {}});
        }
        topics.back().partitions.push_back(read_offset(&offsets, tp.topic, tp.partition));
    }
    return topics;
}

OffsetFetchResponse::Group read_group(const GroupShard& shard,
                                      const OffsetFetchRequest::Group& asked) {
    OffsetFetchResponse::Group answer{asked.group_id, {}, ErrorCode::kNone};
    const ClassicGroup* classic = shard.find_classic(asked.group_id);
    const ConsumerGroup* consumer = shard.find_consumer(asked.group_id);
    if (consumer != nullptr) {
        answer.error_code = check_consumer_offset_fetch(*consumer, asked);
        if (answer.error_code != ErrorCode::kNone) {
            return answer;
        }
    }
    const bool alive =
        consumer != nullptr || (classic != nullptr && classic->state != ClassicGroupState::kDead);
    const Cow<GroupOffsets>* held = alive ? shard.offsets.find(asked.group_id) : nullptr;
    const GroupOffsets* offsets = held == nullptr ? nullptr : &**held;
    if (!asked.topics) {
        if (offsets != nullptr) {
            answer.topics = read_all(*offsets);
        }
        return answer;
    }
    for (const OffsetFetchRequest::Topic& topic : *asked.topics) {
        OffsetFetchResponse::Topic& read = answer.topics.emplace_back();
        read.name = topic.name;
        for (const PartitionId partition : topic.partition_indexes) {
            read.partitions.push_back(read_offset(offsets, topic.name, partition));
        }
    }
    return answer;
}

}  // namespace

void on_offset_commit(Cow<GroupShard>& shard, const Request& request, GroupTurn& turn) {
    const auto& body = std::get<OffsetCommitRequest>(request.body);
    const ErrorCode error = check_commit(*shard, request, body, turn.env.rules);
    OffsetsWritten written{body.group_id, "", {}};
    if (!body.member_id.empty()) {
        written.member = request.header.client_id.value_or("");
    }
    OffsetCommitResponse answer = take_commit(body, error, turn, written);
    if (error != ErrorCode::kNone) {
        turn.answers_now.push_back(make_response(request, std::move(answer)));
        return;
    }
    if (ClassicGroup* group = edit_classic(shard, body.group_id); group != nullptr) {
        note_classic_commit(*group, body.member_id, turn.env.now);
    }
    if (!written.positions.empty()) {
        turn.end = std::move(written);
    }
    turn.answers.push_back(make_response(request, std::move(answer)));
}

OffsetFetchResponse fetch_offsets(const GroupShard& shard, const Request& request) {
    constexpr ApiVersion kSeveralGroups = 8;
    const auto& body = std::get<OffsetFetchRequest>(request.body);
    OffsetFetchResponse answer;
    if (request.header.request_api_version >= kSeveralGroups) {
        for (const OffsetFetchRequest::Group& group : body.groups) {
            answer.groups.push_back(read_group(shard, group));
        }
        return answer;
    }
    OffsetFetchResponse::Group read =
        read_group(shard, {body.group_id, std::nullopt, kNoMemberEpoch, body.topics});
    if (read.error_code != ErrorCode::kNone) {
        return std::get<OffsetFetchResponse>(group_error(request, read.error_code));
    }
    answer.topics = std::move(read.topics);
    return answer;
}

void replay_offset(GroupShard& shard, const GroupRecordOf<OffsetCommitKey>& record) {
    const std::string& id = record.key.group;
    const TopicPartition tp{record.key.topic, record.key.partition};
    if (!record.value) {
        Cow<GroupOffsets>* held = shard.offsets.find(id);
        if (held != nullptr && (*held)->contains(tp)) {
            held->edit().erase(tp);
            if ((*held)->empty()) {
                shard.offsets.erase(id);
            }
        }
        return;
    }
    if (!shard.groups.contains(id)) {
        shard.groups.insert_or_assign(id, Cow(std::variant<ClassicGroup, ConsumerGroup>()));
    }
    const OffsetCommitValue& value = *record.value;
    CommittedOffset committed{value.offset, value.leader_epoch, value.metadata,
                              value.commit_timestamp, std::nullopt};
    if (value.expire_timestamp != kNoTimestamp) {
        committed.expire_timestamp = value.expire_timestamp;
    }
    shard.offsets[id].edit().insert_or_assign(tp, std::move(committed));
}

}  // namespace brokerlab
