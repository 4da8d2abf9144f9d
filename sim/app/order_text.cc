// `order-text` and `product`: an order is any text: POST /orders message=1st-Order, with &key=..
// for a record with a key.
#include <fmt/format.h>

#include "sim/app/handlers.h"

namespace brokerlab {

HttpAnswer send_order_text(const HttpCall& call, HandlerTurn& turn) {
    if (call.route() != "/orders") {
        return {kHttpNotFound, fmt::format("there is nothing at {}", call.route())};
    }
    const std::optional<std::string> message = call.field("message");
    if (!message || message->empty()) {
        return {kHttpBadRequest, "the order is missing, as in message=1st-Order"};
    }
    turn.act(Deed::kOrderPlaced, *message);
    turn.messages.push_back({*turn.service.produces, call.field("key"), *message});
    return {kHttpOk, "Order sent: " + *message};
}

std::optional<std::string> receive_order(const PolledRecord& record, HandlerTurn& turn) {
    if (!record.value) {
        return "the record has no value";
    }
    turn.act(Deed::kOrderReceived, *record.value);
    return std::nullopt;
}

}  // namespace brokerlab
