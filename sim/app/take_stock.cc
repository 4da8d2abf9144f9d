// `stock`: takes the ordered pieces from the shelf, which holds a thousand of each product when it
// is first asked for. It trusts the orders: the shelf may go below zero, which the oracle notices.
#include <charconv>

#include <fmt/format.h>

#include "sim/app/handlers.h"
#include "sim/app/order_event.h"

namespace brokerlab {
namespace {

constexpr int64_t kFirstPieces = 1000;

}  // namespace

std::optional<std::string> take_stock(const PolledRecord& record, HandlerTurn& turn) {
    const Outcome<OrderEvent> order = read_order(record);
    if (!order.ok()) {
        return order.failure().what;
    }
    if (order->product.empty() || !order->qty) {
        return "the order does not say of what or how much";
    }
    DatabaseTable& stock = turn.database.tables["stock"].edit();
    stock.columns = {"product", "pieces"};
    int64_t pieces = kFirstPieces;
    if (const std::vector<std::string>* row = stock.rows.find(order->product)) {
        const std::string& text = row->back();
        std::from_chars(text.data(), text.data() + text.size(), pieces);
    }
    stock.rows.insert_or_assign(
        order->product, std::vector{order->product, fmt::format("{}", pieces - *order->qty)});
    turn.act(Deed::kStockTaken, order->id, order->product, *order->qty);
    return std::nullopt;
}

}  // namespace brokerlab
