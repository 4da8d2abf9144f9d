// `log`: writes down every record as text, whatever it is.
#include "sim/app/handlers.h"

namespace brokerlab {

std::optional<std::string> log_record(const PolledRecord& record, HandlerTurn& turn) {
    turn.act(Deed::kLogged, record.partition.topic, record.value.value_or("(no value)"));
    return std::nullopt;
}

}  // namespace brokerlab
