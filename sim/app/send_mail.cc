// `email`: sends a mail for every order that it reads. Nothing keeps it from sending the same one
// twice.
#include "sim/app/handlers.h"
#include "sim/app/order_event.h"

namespace brokerlab {

std::optional<std::string> send_mail(const PolledRecord& record, HandlerTurn& turn) {
    const Outcome<OrderEvent> order = read_order(record);
    if (!order.ok()) {
        return order.failure().what;
    }
    turn.act(Deed::kMailSent, order->id, order->email);
    return std::nullopt;
}

}  // namespace brokerlab
