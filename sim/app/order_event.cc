#include "sim/app/order_event.h"

#include <fmt/format.h>

#include "sim/app/amounts.h"
#include "sim/app/flat_json.h"

namespace brokerlab {
namespace {

std::string text_at(const FlatJson& object, std::string_view name) {
    const std::string* text = object.find(name);
    return text == nullptr ? std::string() : *text;
}

}  // namespace

int64_t OrderEvent::total() const {
    return amount.value_or(qty.value_or(1) * price.value_or(0));
}

std::string write_order(const OrderEvent& order) {
    FlatJson object;
    object.text("id", order.id);
    if (!order.product.empty()) {
        object.text("name", order.product);
    }
    if (order.qty) {
        object.number("qty", fmt::format("{}", *order.qty));
    }
    if (order.price) {
        object.number("price", money_text(*order.price));
    }
    if (!order.email.empty()) {
        object.text("email", order.email);
    }
    if (order.amount) {
        object.number("amount", money_text(*order.amount));
    }
    return write_flat_json(object);
}

Outcome<OrderEvent> read_order(const PolledRecord& record) {
    if (!record.value) {
        return Failure{"the record has no value"};
    }
    const Outcome<FlatJson> object = parse_flat_json(*record.value);
    if (!object.ok()) {
        return object.failure();
    }
    OrderEvent order;
    order.id = text_at(*object, "id");
    if (order.id.empty()) {
        return Failure{"the order has no id"};
    }
    order.product = text_at(*object, "name");
    order.email = text_at(*object, "email");
    if (const std::string* qty = object->find("qty")) {
        order.qty = parse_pieces(*qty);
        if (!order.qty) {
            return Failure{fmt::format("a quantity can't be {}", *qty)};
        }
    }
    for (const auto& [name, field] :
         {std::pair("price", &OrderEvent::price), std::pair("amount", &OrderEvent::amount)}) {
        if (const std::string* money = object->find(name)) {
            order.*field = parse_money(*money);
            if (!(order.*field)) {
                return Failure{fmt::format("the {} can't be {}", name, *money)};
            }
        }
    }
    return order;
}

}  // namespace brokerlab
