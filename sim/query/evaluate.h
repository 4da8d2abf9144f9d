// Evaluating expressions on a World.
//
// Functions without a broker ask the active controller's committed metadata (without one, the most
// that anyone knows); with one, that broker's own view. What does not exist is none: no comparison
// with none holds, `is none` does.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "sim/query/expression.h"
#include "sim/world/world.h"

namespace brokerlab {

struct NoValue {
    bool operator==(const NoValue&) const = default;
};
/// A number, a sorted set of numbers, a word, or none.
using QueryValue = std::variant<NoValue, int64_t, std::vector<int64_t>, std::string>;

/// Whether the expression holds.
[[nodiscard]] bool holds(const World& world, const Expression& expression);

/// What one function of the world gives.
[[nodiscard]] QueryValue value_of(const World& world, const Expression::Call& call);
[[nodiscard]] std::string value_text(const QueryValue& value);

/// The state of a broker as broker(n) gives it: the first that holds of down, paused, starting,
/// stopping, fenced, running; empty when there is no such broker.
[[nodiscard]] std::string broker_state(const World& world, BrokerId id);

/// "leader(orders-0) is 3; lost_acked is 0": the calls of an expression and what they give.
[[nodiscard]] std::string explain_values(const World& world, const Expression& expression);

}  // namespace brokerlab
