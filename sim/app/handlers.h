// The handlers of the seed systems, for their table (handler.cc). What each does is said where it
// is defined: a file for each service, named after what it does.
#pragma once

#include "sim/app/handler.h"

namespace brokerlab {

// Order, stock, email.
[[nodiscard]] HttpAnswer place_order(const HttpCall& call, HandlerTurn& turn);
[[nodiscard]] std::optional<std::string> take_stock(const PolledRecord& record, HandlerTurn& turn);
[[nodiscard]] std::optional<std::string> send_mail(const PolledRecord& record, HandlerTurn& turn);

// Partitions against consumers.
[[nodiscard]] HttpAnswer send_order_text(const HttpCall& call, HandlerTurn& turn);
[[nodiscard]] std::optional<std::string> receive_order(const PolledRecord& record,
                                                       HandlerTurn& turn);

// The e-commerce course.
inline constexpr std::string_view kNewOrderTopic = "ECOMMERCE_NEW_ORDER";
inline constexpr std::string_view kSendEmailTopic = "ECOMMERCE_SEND_EMAIL";
inline constexpr std::string_view kOrderApprovedTopic = "ECOMMERCE_ORDER_APPROVED";
inline constexpr std::string_view kOrderRejectedTopic = "ECOMMERCE_ORDER_REJECTED";
[[nodiscard]] HttpAnswer new_order(const HttpCall& call, HandlerTurn& turn);
[[nodiscard]] HttpAnswer new_order_by_email(const HttpCall& call, HandlerTurn& turn);
[[nodiscard]] HttpAnswer new_order_one_key(const HttpCall& call, HandlerTurn& turn);
[[nodiscard]] std::optional<std::string> detect_fraud(const PolledRecord& record,
                                                      HandlerTurn& turn);
[[nodiscard]] std::optional<std::string> log_record(const PolledRecord& record, HandlerTurn& turn);
[[nodiscard]] std::optional<std::string> create_user(const PolledRecord& record, HandlerTurn& turn);
[[nodiscard]] std::optional<std::string> charge(const PolledRecord& record, HandlerTurn& turn);

}  // namespace brokerlab
