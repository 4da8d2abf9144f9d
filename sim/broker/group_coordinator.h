// GroupCoordinator: the consumer groups that a broker coordinates, by the partitions of
// __consumer_offsets that it leads. What becomes of a request is decided by sim/group; here it is
// loaded, written, committed and answered.
//
// A partition is loaded from its log when the broker begins to lead it, and dropped when another
// does. The records of a turn are appended as one batch and applied at once; answers wait until the
// high watermark has passed them, in order. Reads see the groups as they were before the first
// record that is not committed.
// [coordinator-common runtime/CoordinatorRuntime.java, core coordinator/group/
// CoordinatorLoaderImpl.scala, CoordinatorPartitionWriter.scala, group-coordinator
// GroupCoordinatorService.java]
// Not modelled: group.coordinator.append.linger.ms and threads (a turn is written at once), and a
// slow disk under an append of the coordinator.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/cow.h"
#include "sim/base/flat_map.h"
#include "sim/broker/replica_manager.h"
#include "sim/group/coordinator.h"
#include "sim/group/group_config.h"
#include "sim/group/groups.h"
#include "sim/metadata/metadata_image.h"
#include "sim/model/env.h"

namespace brokerlab {

/// What waits for the high watermark: records of one turn, or answers that must not overtake them.
struct GroupWrite {
    Offset end;                      ///< committed once the high watermark is there
    Cow<GroupShard> before;          ///< the groups as they were before the records
    std::optional<Request> request;  ///< whose turn it was; none: a timer's, or given up already
    std::vector<Response> answers;   ///< when it is committed
    GroupWriteEnd ended;             ///< what the coordinator does then
    SimTime deadline = kNever;       ///< offsets.commit.timeout.ms; kNever: nobody waits any more

    bool operator==(const GroupWrite&) const = default;
};

void digest_into(Digest& d, const GroupWrite& write);

/// One partition of __consumer_offsets that this broker leads.
struct GroupPartition {
    enum class State : uint8_t { kLoading, kActive };
    State state = State::kLoading;
    Uuid topic_id;
    LeaderEpoch epoch = kNoLeaderEpoch;  ///< in which it was loaded, or led since
    Cow<GroupShard> shard;
    std::vector<GroupWrite> writes;  ///< that are not committed, oldest first

    Offset load_position;                  ///< while loading: what was read so far
    SimTime read_ends = kNever;            ///< while loading from a slow disk: the next read
    SimTime timers_from{detail::kLowest};  ///< what a timer wanted could not be written: not before
    SimTime due = kNever;                  ///< the earliest of all deadlines in here

    /// The groups without what is not committed.
    [[nodiscard]] const GroupShard& committed() const {
        return writes.empty() ? *shard : *writes.front().before;
    }

    bool operator==(const GroupPartition&) const = default;
};
void digest_into(Digest& d, const GroupPartition& partition);

/// A request about several groups, which may be in several partitions: its answer is sent when all
/// of them have given theirs.
struct SplitRequest {
    ConnectionId connection;
    CorrelationId correlation_id;
    uint32_t missing = 0;  ///< groups without an answer
    ResponseBody merged;   ///< one place for each group, in the order of the request

    bool operator==(const SplitRequest&) const = default;
};

void digest_into(Digest& d, const SplitRequest& split);

struct GroupCoordinator {
    GroupConfig config;
    /// Of __consumer_offsets, fixed when the broker sees its first metadata, as in Kafka; 0 before.
    int32_t partition_count = 0;
    FlatMap<PartitionId, Cow<GroupPartition>> partitions;
    FlatSet<PartitionId> writing;  ///< those with writes that are not committed
    std::vector<SplitRequest> splits;
    SimTime due = kNever;  ///< the earliest deadline of the partitions

    bool operator==(const GroupCoordinator&) const = default;
};
void digest_into(Digest& d, const GroupCoordinator& coordinator);

/// The coordinator in the hands of one event of its broker.
struct GroupHost {
    Cow<GroupCoordinator>& coordinator;
    ReplicaManager& rm;
    const MetadataImage& image;  ///< as published
    const Env& env;
    Effects& fx;
};

/// Whether requests of this kind go to the group coordinator. FindCoordinator does not: every
/// broker answers it (find_coordinator.h).
[[nodiscard]] bool is_group_request(ApiKey api);
/// Handles a request of such a kind; the answer may come in a later event. Partitions that this
/// broker does not lead are NOT_COORDINATOR, those it still reads COORDINATOR_LOAD_IN_PROGRESS.
void handle_group_request(const GroupHost& host, const Request& request);

/// The number of partitions is settled: the first metadata is there [BrokerMetadataPublisher
/// initializeManagers].
void start_groups(const GroupHost& host);
/// After the replicas have taken over new metadata: loads partitions that are led here now, gives
/// up those that are not, tells the others what changed.
void update_groups(const GroupHost& host, const MetadataDelta& delta);
/// Answers what the high watermark has passed. To be called after anything that may have moved it.
void complete_group_writes(const GroupHost& host);
/// Time-outs of members and writes, and reads of a slow disk that have ended. The earliest of them
/// is `GroupCoordinator::due`.
void run_group_timers(const GroupHost& host);
/// The process ends in order: whoever waits is answered with NOT_COORDINATOR.
void close_groups(const GroupHost& host);
/// A client is gone.
void forget_group_requests(Cow<GroupCoordinator>& coordinator, const ConnectionId& connection);

}  // namespace brokerlab
