#include "sim/broker/group_writes.h"

#include <algorithm>
#include <string>
#include <utility>

#include "sim/broker/group_parts.h"
#include "sim/broker/partition_access.h"
#include "sim/broker/produce.h"
#include "sim/log/record.h"
#include "sim/model/internal_topics.h"

namespace brokerlab {
namespace {

/// The append itself asks for no other replica: with too few in sync the records lie in the log,
/// and the answer waits for a high watermark that does not come [CoordinatorPartitionWriter].
constexpr int16_t kAcks = 1;

TopicPartition offsets_partition(PartitionId number) {
    return {std::string(kOffsetsTopic), number};
}

/// The records of a turn as one batch.
Records encode(const GroupTurn& turn) {
    BatchBuilder builder{BatchSpec()};
    for (const GroupCoordinatorRecord& record : turn.records) {
        const EncodedRecord encoded = encode_group_record(record);
        RecordContent content;
        content.timestamp = turn.timestamp();
        content.key = encoded.key;
        if (encoded.value) {
            content.value = *encoded.value;
        }
        builder.append(content);
    }
    Records records;
    records.batches.emplace_back(builder.build());
    return records;
}

bool answers_request(const Response& answer, const Request& request) {
    return answer.connection == request.connection &&
           answer.request_header.correlation_id == request.header.correlation_id;
}
bool is_answered(const std::vector<Response>& answers, const Request& request) {
    return std::any_of(answers.begin(), answers.end(),
                       [&](const Response& answer) { return answers_request(answer, request); });
}

void send_all(const GroupHost& host, std::vector<Response> answers) {
    for (Response& answer : answers) {
        send_group_answer(host, std::move(answer));
    }
}
/// Sends answers that waited for a write which failed: the request that wrote is told so; what else
/// waited says nothing of the records.
void send_failed(const GroupHost& host, std::vector<Response> answers, const Request* request,
                 ErrorCode error) {
    for (Response& answer : answers) {
        if (request != nullptr && answers_request(answer, *request)) {
            refuse_group_request(host, *request, error);
        } else {
            send_group_answer(host, std::move(answer));
        }
    }
}
void state_all(const GroupHost& host, std::vector<FactBody> facts) {
    for (FactBody& fact : facts) {
        host.fx.state(std::move(fact));
    }
}

/// Tells the coordinator that a write of its own has ended.
void end_write(const GroupHost& host, PartitionId number, const GroupWriteEnd& ended,
               ErrorCode error) {
    if (std::holds_alternative<std::monostate>(ended)) {
        return;
    }
    GroupPartition& partition = edit_group_partition(host, number);
    const Cow<GroupShard> before = partition.shard;
    GroupTurn turn = new_group_turn(host);
    on_group_write_end(partition.shard, ended, error, turn);
    finish_turn(host, number, std::move(turn), before, nullptr);
}

/// Lets the answers of a turn, and what is to be done then, wait until the log is committed up to
/// `end`.
void await(const GroupHost& host, PartitionId number, Offset end, GroupTurn turn,
           const Cow<GroupShard>& before, const Request* request) {
    GroupWrite write;
    write.end = end;
    write.before = before;
    if (request != nullptr && is_answered(turn.answers, *request)) {
        write.request = *request;
    }
    write.answers = std::move(turn.answers);
    write.ended = std::move(turn.end);
    write.deadline = host.env.now + host.coordinator->config.commit_timeout;
    edit_group_partition(host, number).writes.push_back(std::move(write));
    host.coordinator.edit().writing.insert(number);
}

/// A turn without records only read, after all; but what it says may rest on writes before it.
void finish_reading_turn(const GroupHost& host, PartitionId number, GroupTurn turn,
                         const Cow<GroupShard>& before, const Request* request) {
    const std::vector<GroupWrite>& writes = edit_group_partition(host, number).writes;
    if (writes.empty()) {
        const GroupWriteEnd ended = std::move(turn.end);
        send_all(host, std::move(turn.answers));
        end_write(host, number, ended, ErrorCode::kNone);
    } else if (!turn.answers.empty() || !std::holds_alternative<std::monostate>(turn.end)) {
        const Offset end = writes.back().end;
        await(host, number, end, std::move(turn), before, request);
    }
}

/// The records of a turn are not in the log. What it did to the groups is undone, but for classic
/// groups: those have changed and put themselves right.
void fail_turn(const GroupHost& host, PartitionId number, GroupTurn turn,
               const Cow<GroupShard>& before, const Request* request, ErrorCode error) {
    GroupTurn undone = new_group_turn(host);
    revert_groups(edit_group_partition(host, number).shard, *before, error, undone);
    if (turn.replay) {
        if (request != nullptr &&
            (is_answered(turn.answers, *request) || is_answered(turn.answers_now, *request))) {
            refuse_group_request(host, *request, error);
        }
    } else {
        state_all(host, std::move(turn.facts));
        send_all(host, std::move(turn.answers_now));
        send_failed(host, std::move(turn.answers), request, error);
    }
    state_all(host, std::move(undone.facts));
    send_all(host, std::move(undone.answers_now));
    end_write(host, number, turn.end, error);
}

void fail_write(const GroupHost& host, PartitionId number, GroupWrite write, ErrorCode error) {
    const Request* request = write.request ? &*write.request : nullptr;
    send_failed(host, std::move(write.answers), request, error);
    end_write(host, number, write.ended, error);
}

/// Takes the oldest write away when the high watermark has passed it.
std::optional<GroupWrite> take_committed(const GroupHost& host, PartitionId number) {
    const std::vector<GroupWrite>& writes = host.coordinator->partitions.at(number)->writes;
    const Partition* led = find_partition(host.rm, {kOffsetsTopic, number});
    if (writes.empty() || led == nullptr || led->log->high_watermark < writes.front().end) {
        return std::nullopt;
    }
    std::vector<GroupWrite>& waiting = edit_group_partition(host, number).writes;
    GroupWrite committed = std::move(waiting.front());
    waiting.erase(waiting.begin());
    return committed;
}

}  // namespace

GroupTurn new_group_turn(const GroupHost& host) {
    return {host.coordinator->config, host.image, host.env, {}, true, {}, {}, {}, {}};
}

GroupPartition& edit_group_partition(const GroupHost& host, PartitionId partition) {
    return host.coordinator.edit().partitions.at(partition).edit();
}

void note_group_due(const GroupHost& host, PartitionId number) {
    GroupCoordinator& coordinator = host.coordinator.edit();
    GroupPartition& partition = coordinator.partitions.at(number).edit();
    if (partition.state == GroupPartition::State::kLoading) {
        partition.due = partition.read_ends;
    } else {
        partition.due = std::max(next_group_deadline(*partition.shard), partition.timers_from);
        for (const GroupWrite& write : partition.writes) {
            partition.due = std::min(partition.due, write.deadline);
        }
    }
    coordinator.due = kNever;
    for (const auto& [id, hosted] : coordinator.partitions) {
        coordinator.due = std::min(coordinator.due, hosted->due);
    }
}

bool finish_turn(const GroupHost& host, PartitionId number, GroupTurn turn,
                 const Cow<GroupShard>& before, const Request* request) {
    CoordinatorAppend append;
    if (!turn.records.empty()) {
        append = append_for_coordinator(host.rm, host.image, offsets_partition(number),
                                        encode(turn), kAcks, host.env, host.fx);
    }
    if (!append.ok()) {
        fail_turn(host, number, std::move(turn), before, request, append.error);
        return false;
    }
    state_all(host, std::move(turn.facts));
    send_all(host, std::exchange(turn.answers_now, {}));
    if (turn.records.empty()) {
        finish_reading_turn(host, number, std::move(turn), before, request);
        return true;
    }
    if (turn.replay) {
        GroupShard& shard = edit_group_partition(host, number).shard.edit();
        for (const GroupCoordinatorRecord& record : turn.records) {
            replay(shard, record, host.image);
        }
    }
    await(host, number, append.end, std::move(turn), before, request);
    return true;
}

void complete_group_writes(const GroupHost& host) {
    // Nothing is written at most times, and this is asked after every event.
    if (host.coordinator->writing.empty()) {
        return;
    }
    const FlatSet<PartitionId> writing = host.coordinator->writing;
    for (const PartitionId number : writing) {
        bool any = false;
        while (std::optional<GroupWrite> write = take_committed(host, number)) {
            any = true;
            end_write(host, number, write->ended, ErrorCode::kNone);
            send_all(host, std::move(write->answers));
        }
        if (any) {
            if (host.coordinator->partitions.at(number)->writes.empty()) {
                host.coordinator.edit().writing.erase(number);
            }
            note_group_due(host, number);
        }
    }
}

void expire_group_writes(const GroupHost& host, PartitionId number) {
    std::vector<GroupWrite> overdue;
    for (GroupWrite& write : edit_group_partition(host, number).writes) {
        if (write.deadline <= host.env.now) {
            overdue.push_back({write.end, write.before, std::exchange(write.request, std::nullopt),
                               std::exchange(write.answers, {}),
                               std::exchange(write.ended, std::monostate()), kNever});
            write.deadline = kNever;
        }
    }
    for (GroupWrite& write : overdue) {
        fail_write(host, number, std::move(write), ErrorCode::kRequestTimedOut);
    }
}

void fail_group_writes(const GroupHost& host, GroupPartition& partition) {
    for (GroupWrite& write : partition.writes) {
        GroupTurn turn = new_group_turn(host);
        if (!std::holds_alternative<std::monostate>(write.ended)) {
            on_group_write_end(partition.shard, write.ended, ErrorCode::kNotCoordinator, turn);
        }
        send_all(host, std::move(turn.answers_now));
        send_all(host, std::move(turn.answers));
        send_failed(host, std::move(write.answers), write.request ? &*write.request : nullptr,
                    ErrorCode::kNotCoordinator);
    }
    partition.writes.clear();
}

void refuse_group_request(const GroupHost& host, const Request& request, ErrorCode error) {
    const ApiKey api = request.header.request_api_key;
    const ErrorCode told = write_error(api, error);
    // A heartbeat is not refused while its group is being read, so as not to disturb the member.
    if (api != ApiKey::kHeartbeat || told != ErrorCode::kCoordinatorLoadInProgress) {
        host.fx.state(GroupRequestRefused{group_of(request), request.header.client_id.value_or(""),
                                          api, told});
    }
    Response answer{request.connection, request.header, group_error(request, told)};
    add_unknown_partitions(host.image, request, answer.body);
    send_group_answer(host, std::move(answer));
}

}  // namespace brokerlab
