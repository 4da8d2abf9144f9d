// `order`: POST /api/v1/orders takes an order as JSON and answers as soon as send() has returned:
// whether the brokers have the record is not waited for.
#include <fmt/format.h>

#include "sim/app/amounts.h"
#include "sim/app/flat_json.h"
#include "sim/app/handlers.h"
#include "sim/app/order_event.h"

namespace brokerlab {

HttpAnswer place_order(const HttpCall& call, HandlerTurn& turn) {
    if (call.route() != "/api/v1/orders") {
        return {kHttpNotFound, fmt::format("there is nothing at {}", call.route())};
    }
    const Outcome<FlatJson> asked = parse_flat_json(call.body);
    if (!asked.ok()) {
        return {kHttpBadRequest, asked.failure().what};
    }
    for (const std::string_view needed : {"name", "qty", "price"}) {
        if (asked->find(needed) == nullptr) {
            return {kHttpBadRequest, fmt::format("the order has no {}", needed)};
        }
    }
    OrderEvent order;
    order.product = *asked->find("name");
    order.qty = parse_pieces(*asked->find("qty"));
    order.price = parse_money(*asked->find("price"));
    if (!order.qty || !order.price) {
        return {kHttpBadRequest,
                "qty is a whole number of pieces, price an amount with at most two decimals"};
    }
    order.id = turn.order_id(call);
    turn.act(Deed::kOrderPlaced, order.id, order.product, order.total());
    turn.messages.push_back({*turn.service.produces, std::nullopt, write_order(order)});
    return {kHttpOk, "Order placed successfully ..."};
}

}  // namespace brokerlab
