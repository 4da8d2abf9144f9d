// ProducerIds: the producer ids that a broker may hand out, in blocks that the controller grants.
//
// The next block is asked for when nine tenths of the current one are gone, or when there is none;
// a producer that comes while no id is left is told to try again. [core
// coordinator/transaction/ProducerIdManager.scala, server-common ProducerIdsBlock.java; KIP-730]
#pragma once

#include <cstdint>
#include <optional>

#include "sim/broker/controller_channel.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/env.h"
#include "sim/model/ids.h"

namespace brokerlab {

/// Ids from `first` on; `claimed` of them are gone.
struct ProducerIdBlock {
    ProducerId first{0};
    int32_t size = 0;
    int32_t claimed = 0;

    bool operator==(const ProducerIdBlock&) const = default;
};

struct ProducerIds {
    ProducerIdBlock current;
    std::optional<ProducerIdBlock> next;
    bool requested = false;  ///< a request is under way, or `next` has not been begun
    SimTime retry_at;        ///< after an error no request before this time

    bool operator==(const ProducerIds&) const = default;
};

/// Handles InitProducerId of a producer that is only idempotent: answers at once, with
/// COORDINATOR_LOAD_IN_PROGRESS when no id is left.
void on_init_producer_id(ProducerIds& ids, const Request& request, BrokerId broker,
                         BrokerEpoch broker_epoch, ControllerChannel& channel, SimTime now,
                         Effects& fx);

/// The answer to AllocateProducerIds, or that there was none.
void on_producer_ids_answer(ProducerIds& ids, const ControllerAnswer& answer, SimTime now);

}  // namespace brokerlab
