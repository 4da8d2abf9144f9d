// `payment`: charges the customer's account once for every record that it handles: a record that is
// read twice charges twice.
#include "sim/app/handlers.h"
#include "sim/app/order_event.h"

namespace brokerlab {

std::optional<std::string> charge(const PolledRecord& record, HandlerTurn& turn) {
    const Outcome<OrderEvent> order = read_order(record);
    if (!order.ok()) {
        return order.failure().what;
    }
    turn.act(Deed::kCharged, order->id, order->email, order->total());
    return std::nullopt;
}

}  // namespace brokerlab
