// Claiming producer ids and asking for more.
#include "sim/broker/producer_ids.h"

#include <utility>

namespace brokerlab {
namespace {

void request_block(ProducerIds& ids, BrokerId broker, BrokerEpoch epoch, ControllerChannel& channel,
                   SimTime now) {
    if (now < ids.retry_at || ids.next.has_value() || ids.requested) {
        return;
    }
    ids.requested = true;
    AllocateProducerIdsRequest request;
    request.broker_id = broker;
    request.broker_epoch = epoch;
    channel.enqueue(std::move(request), 0, now);
}

}  // namespace

void on_init_producer_id(ProducerIds& ids, const Request& request, BrokerId broker,
                         BrokerEpoch broker_epoch, ControllerChannel& channel, SimTime now,
                         Effects& fx) {
    if (ids.current.claimed == ids.current.size && ids.next.has_value()) {
        ids.current = *std::exchange(ids.next, std::nullopt);
        ids.requested = false;
    }
    InitProducerIdResponse response;
    response.producer_epoch = kNoProducerEpoch;
    if (ids.current.claimed == ids.current.size) {
        request_block(ids, broker, broker_epoch, channel, now);
        response.error_code = ErrorCode::kCoordinatorLoadInProgress;
    } else {
        const int32_t claimed = ids.current.claimed++;
        if (claimed == int64_t{ids.current.size} * 9 / 10) {
            request_block(ids, broker, broker_epoch, channel, now);
        }
        response.producer_id = ProducerId(ids.current.first.value + claimed);
        response.producer_epoch = ProducerEpoch(0);
    }
    fx.respond(make_response(request, std::move(response)));
}

void on_producer_ids_answer(ProducerIds& ids, const ControllerAnswer& answer, SimTime now) {
    if (!answer.response.has_value()) {
        ids.requested = false;
        return;
    }
    const auto* granted = std::get_if<AllocateProducerIdsResponse>(&answer.response->body);
    if (granted != nullptr && granted->error_code == ErrorCode::kNone &&
        granted->producer_id_len > 0) {
        ids.next = ProducerIdBlock{granted->producer_id_start, granted->producer_id_len, 0};
        return;
    }
    ids.retry_at = now + 50_ms;
    ids.requested = false;
}

}  // namespace brokerlab
