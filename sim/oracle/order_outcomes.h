// Orders without outcome: a row of the judgement over the business (see AnomalyKind).
#pragma once

#include "sim/oracle/business_anomalies.h"
#include "sim/world/world.h"

namespace brokerlab {

/// Whether a service of the World approves or rejects orders.
[[nodiscard]] bool anyone_decides(const World& world);

/// Adds the orders that nobody decided on and nobody will.
void judge_order_outcomes(const World& world, BusinessAnomaly& anomaly);

}  // namespace brokerlab
