#include "sim/app/handler.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/app/handlers.h"

namespace brokerlab {
namespace {

constexpr std::string_view kSampleNewOrder = "/new?email=ana@shop.com&amount=1200";

}  // namespace

std::span<const Handler> handlers() {
    static constexpr std::array<Handler, 12> kHandlers{{
        {.name = "order",
         .on_call = place_order,
         .produces = true,
         .sample_path = "/api/v1/orders",
         .sample_body = R"({"name":"book order","qty":5,"price":10000})"},
        {.name = "stock", .on_record = take_stock},
        {.name = "email", .on_record = send_mail},
        {.name = "order-text",
         .on_call = send_order_text,
         .produces = true,
         .sample_path = "/orders",
         .sample_body = "message=1st-Order"},
        {.name = "product", .on_record = receive_order},
        {.name = "new-order",
         .on_call = new_order,
         .writes = {kNewOrderTopic, kSendEmailTopic},
         .sample_path = kSampleNewOrder},
        {.name = "new-order-by-email",
         .on_call = new_order_by_email,
         .writes = {kNewOrderTopic, kSendEmailTopic},
         .sample_path = kSampleNewOrder},
        {.name = "new-order-one-key",
         .on_call = new_order_one_key,
         .writes = {kNewOrderTopic, kSendEmailTopic},
         .sample_path = kSampleNewOrder},
        {.name = "fraud-detector",
         .on_record = detect_fraud,
         .decides = true,
         .writes = {kOrderApprovedTopic, kOrderRejectedTopic}},
        {.name = "log", .on_record = log_record},
        {.name = "create-user", .on_record = create_user},
        {.name = "payment", .on_record = charge},
    }};
    return kHandlers;
}

std::string HandlerTurn::order_id(const HttpCall& call) const {
    return fmt::format("{}-{}", env.self.number, call.number);
}

const Handler* find_handler(std::string_view name) {
    const std::span<const Handler> all = handlers();
    const auto found = std::find_if(
        all.begin(), all.end(), [name](const Handler& handler) { return handler.name == name; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace brokerlab
