// Short words for tests of the invariants: logs of text, replicas and leaders written down by hand.
#pragma once

#include <list>
#include <string>
#include <vector>

#include "sim/log/append.h"
#include "sim/log/record.h"
#include "sim/log/truncate.h"
#include "sim/model/wall_clock.h"
#include "sim/oracle/invariant_views.h"

namespace brokerlab::testing {

inline const TopicPartition kOrders{"orders", PartitionId(0)};
inline constexpr Uuid kOrdersId{7, 7};
inline constexpr LeaderEpoch kEpoch4{4};

inline Records records_of(const std::string& value, LeaderEpoch epoch = kEpoch4) {
    BatchSpec spec;
    spec.partition_leader_epoch = epoch;
    BatchBuilder builder(spec);
    RecordContent content;
    content.timestamp = kBootTimestamp;
    content.value = as_bytes(value);
    builder.append(content);
    Records records;
    records.batches.emplace_back(builder.build());
    return records;
}

/// One batch of one record for each value; all of them below the high watermark.
inline PartitionLog log_of(const std::vector<std::string>& values) {
    PartitionLog log = new_log(SimTime());
    const LogConfig config;
    for (const std::string& value : values) {
        const AppendResult result =
            append_as_leader(log, records_of(value), kEpoch4, AppendOrigin::kClient,
                             {.config = config, .now = SimTime()});
        BL_CHECK(result.ok());
    }
    set_high_watermark(log, log.log_end_offset);
    return log;
}

inline PartitionLog with_high_watermark(PartitionLog log, int64_t offset) {
    set_high_watermark(log, Offset(offset));
    return log;
}

/// A partition with replicas on brokers 1, 2 and 3, led by broker 1 in epoch 4. Owns what the view
/// points to; so it stays where it is.
class Orders {
public:
    Orders() {
        registration.replicas = {BrokerId(1), BrokerId(2), BrokerId(3)};
        registration.isr = registration.replicas;
        registration.leader = BrokerId(1);
        registration.leader_epoch = kEpoch4;
        registration.partition_epoch = PartitionEpoch(9);
        view.id = kOrders;
        view.topic_id = kOrdersId;
        view.committed = &registration;
        view.metadata_offset = Offset(100);
    }
    Orders(const Orders&) = delete;
    Orders& operator=(const Orders&) = delete;

    ReplicaView& follower(int32_t broker, PartitionLog log) {
        logs_.push_back(std::move(log));
        ReplicaView replica;
        replica.broker = BrokerId(broker);
        replica.starts = 1;
        replica.log = &logs_.back();
        view.replicas.push_back(std::move(replica));
        return view.replicas.back();
    }
    /// Its epoch began at offset 0.
    ReplicaView& leader(int32_t broker, PartitionLog log, LeaderEpoch epoch = kEpoch4) {
        ReplicaView& replica = follower(broker, std::move(log));
        replica.leads = true;
        replica.leader_epoch = epoch;
        replica.epoch_start = Offset(0);
        return replica;
    }
    /// The same replicas a little later.
    void next_moment() { view.replicas.clear(); }

    PartitionRegistration registration;
    PartitionView view;

private:
    std::list<PartitionLog> logs_;
};

}  // namespace brokerlab::testing
