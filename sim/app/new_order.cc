// `new-order` and its like: GET /new?email=..&amount=.. sends the order, then the mail about it,
// each until it is acknowledged (send().get()), and answers: all else is other services' work.
// They differ in the key of the records: a random UUID, the e-mail address, or one key for all.
//
// With &uuid=.. the caller names the order, and one that was sent before is not sent again.
#include <fmt/format.h>

#include "sim/app/amounts.h"
#include "sim/app/handlers.h"
#include "sim/app/order_event.h"
#include "sim/client/value_template.h"

namespace brokerlab {
namespace {

/// Remembers an order that the caller named; false when it was sent before.
bool is_new(const std::string& id, Database& database) {
    Cow<DatabaseTable>& table = database.tables["orders"];
    if (table->rows.contains(id)) {
        return false;
    }
    DatabaseTable& orders = table.edit();
    orders.columns = {"id"};
    orders.rows.insert_or_assign(id, std::vector{id});
    return true;
}

using MakeKey = std::string (*)(const OrderEvent& order, const HttpCall& call, const Env& env);

HttpAnswer send_new_order(const HttpCall& call, HandlerTurn& turn, MakeKey make_key) {
    if (call.route() != "/new") {
        return {kHttpNotFound, fmt::format("there is nothing at {}", call.route())};
    }
    OrderEvent order;
    order.email = call.field("email").value_or("");
    order.amount = parse_money(call.field("amount").value_or(""));
    if (order.email.empty() || !order.amount) {
        return {kHttpBadRequest, "email and amount are needed, as in /new?email=a@b.c&amount=10"};
    }
    const std::optional<std::string> named = call.field("uuid");
    if (named && !is_new(*named, turn.database)) {
        return {kHttpOk, "This order was sent before."};
    }
    order.id = named ? *named : turn.order_id(call);
    const std::string key = make_key(order, call, turn.env);
    turn.act(Deed::kOrderPlaced, order.id, {}, *order.amount);
    turn.messages.push_back({std::string(kNewOrderTopic), key, write_order(order)});
    turn.messages.push_back({std::string(kSendEmailTopic), key, write_order(order)});
    return {kHttpOk, "New order sent successfully.", true};
}

}  // namespace

HttpAnswer new_order(const HttpCall& call, HandlerTurn& turn) {
    return send_new_order(call, turn, [](const OrderEvent&, const HttpCall& of, const Env& env) {
        return ValueTemplate("{uuid}").fill(of.number, 0, env);
    });
}

HttpAnswer new_order_by_email(const HttpCall& call, HandlerTurn& turn) {
    return send_new_order(call, turn, [](const OrderEvent& order, const HttpCall&, const Env&) {
        return order.email;
    });
}

HttpAnswer new_order_one_key(const HttpCall& call, HandlerTurn& turn) {
    return send_new_order(call, turn, [](const OrderEvent&, const HttpCall&, const Env&) {
        return std::string("order");
    });
}

}  // namespace brokerlab
