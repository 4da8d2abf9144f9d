// Coming to coordinate a partition's groups, and giving them up; timers and metadata.
// [runtime/CoordinatorRuntime.java CoordinatorContext, scheduleLoadOperation,
// scheduleUnloadOperation; core coordinator/group/CoordinatorLoaderImpl.scala]
#include "sim/broker/group_coordinator.h"

#include <algorithm>
#include <utility>

#include "sim/base/aggregate_digest.h"
#include "sim/base/check.h"
#include "sim/broker/group_writes.h"
#include "sim/broker/partition_access.h"
#include "sim/log/read.h"
#include "sim/log/record.h"
#include "sim/model/internal_topics.h"

namespace brokerlab {
namespace {

/// How long a timer waits whose records could not be written [CoordinatorTimer.schedule].
constexpr Duration kTimerRetry = 500_ms;

// ---- Loading

void replay_batch(GroupShard& shard, ByteSpan bytes, const MetadataImage& image) {
    const Outcome<DecodedRecords> decoded = decode_records(bytes);
    BL_CHECK(decoded.ok());
    for (const RecordView& view : decoded->records) {
        // What a newer broker wrote, or a client that is no coordinator, has no effect.
        const Outcome<GroupCoordinatorRecord> record =
            decode_group_record(view.content.key.value_or(ByteSpan()), view.content.value);
        if (record) {
            replay(shard, *record, image);
        }
    }
}

/// One read of the log; false when there was nothing more. What the high watermark has not passed
/// is loaded, too, but not shown to readers yet.
bool load_once(GroupPartition& partition, const PartitionLog& log, int32_t buffer_size,
               const MetadataImage& image) {
    partition.load_position = std::max(partition.load_position, log.log_start_offset);
    if (partition.load_position >= log.log_end_offset) {
        return false;
    }
    const ReadResult read =
        read_log(log, partition.load_position, FetchIsolation::kLogEnd, {buffer_size, true});
    for (const BatchRef& batch : read.records.batches) {
        const BatchHeader header = header_of(batch);
        partition.load_position = header.next_offset();
        if (partition.load_position > log.high_watermark) {
            GroupWrite write;
            write.end = partition.load_position;
            write.before = partition.shard;
            partition.writes.push_back(std::move(write));
        }
        if (!header.is_control()) {
            replay_batch(partition.shard.edit(), batch->bytes, image);
        }
    }
    return !read.records.batches.empty();
}

uint32_t count_offsets(const GroupShard& shard) {
    std::size_t offsets = 0;
    for (const auto& [group, committed] : shard.offsets) {
        offsets += committed->size();
    }
    return static_cast<uint32_t>(offsets);
}

void finish_loading(const GroupHost& host, PartitionId number) {
    GroupPartition& partition = edit_group_partition(host, number);
    partition.state = GroupPartition::State::kActive;
    partition.read_ends = kNever;
    if (!partition.writes.empty()) {
        host.coordinator.edit().writing.insert(number);
    }
    host.fx.state(GroupCoordinatorLoaded{number,
                                         static_cast<uint32_t>(partition.shard->groups.size()),
                                         count_offsets(*partition.shard)});
    const Cow<GroupShard> before = partition.shard;
    GroupTurn turn = new_group_turn(host);
    on_groups_loaded(partition.shard, turn);
    finish_turn(host, number, std::move(turn), before, nullptr);
}

/// Reads on: all at once, or with a slow disk one buffer for each access.
void load_on(const GroupHost& host, PartitionId number) {
    GroupPartition& partition = edit_group_partition(host, number);
    const PartitionLog& log = *find_partition(host.rm, {kOffsetsTopic, number})->log;
    const int32_t buffer_size = host.coordinator->config.load_buffer_size;
    bool more = partition.load_position < log.log_end_offset;
    while (more) {
        if (partition.read_ends == kNever && host.rm.disk_delay > Duration()) {
            partition.read_ends = host.env.now + host.rm.disk_delay;
        }
        if (partition.read_ends != kNever && partition.read_ends > host.env.now) {
            break;
        }
        partition.read_ends = kNever;
        more = load_once(partition, log, buffer_size, host.image) &&
               partition.load_position < log.log_end_offset;
    }
    if (!more) {
        finish_loading(host, number);
    }
    note_group_due(host, number);
}

void begin_loading(const GroupHost& host, PartitionId number, const Partition& led) {
    GroupPartition partition;
    partition.topic_id = led.topic_id;
    partition.epoch = led.leader_epoch;
    partition.load_position = led.log->log_start_offset;
    host.coordinator.edit().partitions.insert_or_assign(number,
                                                        Cow<GroupPartition>(std::move(partition)));
    load_on(host, number);
}

// ---- Giving up

void unload(const GroupHost& host, PartitionId number) {
    GroupCoordinator& coordinator = host.coordinator.edit();
    GroupPartition partition = *coordinator.partitions.at(number);
    coordinator.partitions.erase(number);
    coordinator.writing.erase(number);
    coordinator.due = kNever;
    for (const auto& [id, hosted] : coordinator.partitions) {
        coordinator.due = std::min(coordinator.due, hosted->due);
    }
    if (partition.state != GroupPartition::State::kActive) {
        return;
    }
    host.fx.state(GroupCoordinatorUnloaded{number});
    fail_group_writes(host, partition);
    for (Response& answer : on_groups_unloaded(*partition.shard)) {
        send_group_answer(host, std::move(answer));
    }
}

/// Those that this broker leads no more, or of a topic that is gone.
void unload_lost(const GroupHost& host) {
    std::vector<PartitionId> lost;
    for (const auto& [number, partition] : host.coordinator->partitions) {
        const Partition* led = find_partition(host.rm, {kOffsetsTopic, number});
        if (led == nullptr || !led->is_leader || led->topic_id != partition->topic_id) {
            lost.push_back(number);
        }
    }
    for (const PartitionId number : lost) {
        unload(host, number);
    }
}

/// Those that this broker leads from now on. One that goes on leading in a new epoch has all that
/// the log has.
void load_led(const GroupHost& host, const MetadataDelta& delta) {
    for (const TopicPartition& changed : delta.partitions) {
        const Partition* led = changed.topic == kOffsetsTopic ? host.rm.find(changed) : nullptr;
        if (led == nullptr || !led->is_leader) {
            continue;
        }
        const Cow<GroupPartition>* hosted = host.coordinator->partitions.find(changed.partition);
        if (hosted == nullptr) {
            begin_loading(host, changed.partition, *led);
        } else if ((*hosted)->epoch != led->leader_epoch) {
            edit_group_partition(host, changed.partition).epoch = led->leader_epoch;
        }
    }
}

void tell_metadata(const GroupHost& host, PartitionId number, const MetadataDelta& delta) {
    const GroupPartition& hosted = *host.coordinator->partitions.at(number);
    if (hosted.state != GroupPartition::State::kActive ||
        (hosted.shard->groups.empty() && hosted.shard->offsets.empty())) {
        return;
    }
    GroupPartition& partition = edit_group_partition(host, number);
    const Cow<GroupShard> before = partition.shard;
    GroupTurn turn = new_group_turn(host);
    on_group_metadata(partition.shard, delta, turn);
    finish_turn(host, number, std::move(turn), before, nullptr);
    note_group_due(host, number);
}

bool touches_topics(const MetadataDelta& delta) {
    return !delta.created_topics.empty() || !delta.deleted_topics.empty() ||
           !delta.partitions.empty();
}

std::vector<PartitionId> hosted_partitions(const GroupHost& host) {
    std::vector<PartitionId> numbers;
    for (const auto& [number, partition] : host.coordinator->partitions) {
        numbers.push_back(number);
    }
    return numbers;
}

// ---- Timers

void run_timers(const GroupHost& host, PartitionId number) {
    expire_group_writes(host, number);
    for (;;) {
        GroupPartition& partition = edit_group_partition(host, number);
        if (partition.timers_from > host.env.now ||
            next_group_deadline(*partition.shard) > host.env.now) {
            break;
        }
        const Cow<GroupShard> before = partition.shard;
        GroupTurn turn = new_group_turn(host);
        on_group_timer(partition.shard, turn);
        if (!finish_turn(host, number, std::move(turn), before, nullptr)) {
            edit_group_partition(host, number).timers_from = host.env.now + kTimerRetry;
        }
    }
    note_group_due(host, number);
}

}  // namespace

void start_groups(const GroupHost& host) {
    const TopicImage* topic = host.image.find_topic(kOffsetsTopic);
    host.coordinator.edit().partition_count =
        topic != nullptr ? topic->partition_count() : host.coordinator->config.offsets_partitions;
}

void update_groups(const GroupHost& host, const MetadataDelta& delta) {
    if (!touches_topics(delta)) {
        return;
    }
    if (!host.coordinator->partitions.empty()) {
        unload_lost(host);
        for (const PartitionId number : hosted_partitions(host)) {
            tell_metadata(host, number, delta);
        }
    }
    load_led(host, delta);
}

void run_group_timers(const GroupHost& host) {
    // What is committed at once may set a timer of this very instant.
    while (host.coordinator->due <= host.env.now) {
        for (const PartitionId number : hosted_partitions(host)) {
            const GroupPartition& partition = *host.coordinator->partitions.at(number);
            if (partition.due > host.env.now) {
                continue;
            }
            if (partition.state == GroupPartition::State::kLoading) {
                load_on(host, number);
            } else {
                run_timers(host, number);
            }
        }
        complete_group_writes(host);
    }
}

void close_groups(const GroupHost& host) {
    for (const PartitionId number : hosted_partitions(host)) {
        unload(host, number);
    }
}

// By hand: g++ 12 can't count the fields of what holds a Request or an optional one by itself.
void digest_into(Digest& d, const GroupWrite& write) {
    digest_fields(d, write.end, write.before, write.request, write.answers, write.ended,
                  write.deadline);
}
void digest_into(Digest& d, const SplitRequest& split) {
    digest_fields(d, split.connection, split.correlation_id, split.missing, split.merged);
}
void digest_into(Digest& d, const GroupPartition& p) {
    digest_fields(d, p.state, p.topic_id, p.epoch, p.shard, p.writes, p.load_position, p.read_ends,
                  p.timers_from, p.due);
}
void digest_into(Digest& d, const GroupCoordinator& c) {
    digest_fields(d, c.config, c.partition_count, c.partitions, c.writing, c.splits, c.due);
}

}  // namespace brokerlab
