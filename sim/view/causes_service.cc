// What led to the facts about order services.
#include "sim/view/causes.h"

namespace brokerlab {

Found rule(const Asked& asked, const ServiceActed& fact) {
    return fact.from
               ? found(asked.last<PartitionsAssigned>(
                     [&](const Fact& other, const auto&) { return other.node == asked.fact.node; }))
               : found(asked.last<CommandDone>([](const auto&, const auto&) { return true; }));
}
Found rule(const Asked& asked, const ServiceFailed&) {
    return found(asked.last<PartitionsAssigned>(
        [&](const Fact& other, const auto&) { return other.node == asked.fact.node; }));
}
Found rule(const Asked& asked, const HttpAnswered&) {
    return found(asked.last<CommandDone>([](const auto&, const auto&) { return true; }));
}
Found rule(const Asked& asked, const HttpUnanswered&) {
    return found(asked.last<NodeChanged>([&](const Fact& other, const NodeChanged& changed) {
        return other.node == asked.fact.node && changed.change == NodeChanged::Change::kKilled;
    }));
}

}  // namespace brokerlab
