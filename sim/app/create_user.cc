// `create-user`: keeps a table of users, one for each e-mail address that ordered.
#include "sim/app/handlers.h"
#include "sim/app/order_event.h"
#include "sim/client/value_template.h"
#include "sim/kernel/draw.h"

namespace brokerlab {

std::optional<std::string> create_user(const PolledRecord& record, HandlerTurn& turn) {
    const Outcome<OrderEvent> order = read_order(record);
    if (!order.ok()) {
        return order.failure().what;
    }
    if (order->email.empty()) {
        return "the order has no e-mail address";
    }
    Cow<DatabaseTable>& table = turn.database.tables["users"];
    if (table->rows.contains(order->email)) {
        return std::nullopt;
    }
    const std::string uuid = ValueTemplate("{uuid}").fill(draw_key(order->email), 0, turn.env);
    DatabaseTable& users = table.edit();
    users.columns = {"email", "uuid"};
    users.rows.insert_or_assign(order->email, std::vector{order->email, uuid});
    turn.act(Deed::kUserCreated, order->email);
    return std::nullopt;
}

}  // namespace brokerlab
