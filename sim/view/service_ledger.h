// The ledger of an order service: how much it handled, what each of its instances is doing, the
// tables of its database and its latest deeds.
//
// It is the service's, so every instance shows the same. Deeds are read from the facts, since those
// lead to their moments.
#pragma once

#include <string>

#include "sim/view/inspect_parts.h"

namespace brokerlab {

/// What the instance does now: "works on orders-0 at 41 until 12.300 s", "waits for records".
[[nodiscard]] std::string instance_work(const World& world, const ClientHost& host);

/// Adds the sections of the ledger. The service is one of this World.
void add_service_ledger(Inspection& inspection, const InspectedWorld& in,
                        const ServiceSetup& service);

}  // namespace brokerlab
