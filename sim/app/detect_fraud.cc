// `fraud-detector`: orders of 4500 and more are rejected, others approved; the verdict goes to a
// topic of its own, keyed by the customer's e-mail.
#include "sim/app/handlers.h"
#include "sim/app/order_event.h"

namespace brokerlab {
namespace {

constexpr int64_t kFraudFrom = 450'000;  // in hundredths

}  // namespace

std::optional<std::string> detect_fraud(const PolledRecord& record, HandlerTurn& turn) {
    const Outcome<OrderEvent> order = read_order(record);
    if (!order.ok()) {
        return order.failure().what;
    }
    if (!order->amount) {
        return "the order has no amount";
    }
    const bool fraud = *order->amount >= kFraudFrom;
    turn.act(fraud ? Deed::kOrderRejected : Deed::kOrderApproved, order->id, {}, *order->amount);
    turn.messages.push_back({std::string(fraud ? kOrderRejectedTopic : kOrderApprovedTopic),
                             order->email, write_order(*order)});
    return std::nullopt;
}

}  // namespace brokerlab
