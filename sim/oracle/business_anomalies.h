// Business anomalies: what the order services did that no shop wants, judged by their ledger.
//
// "Twice" means that one service did one deed for one subject more than once; two services that
// each mail about an order are two mails that somebody asked for. What is one of a kind by nature:
//   a charge         of an order by a service (its amount and its record don't matter)
//   a mail           about a subject and an item by a service: an order, a user
//   a user           for an e-mail address in a service's table
//   a decision       on an order by a service: approved, rejected; both are two decisions
//   stock taken      for an order and a product by a service
//   a receipt        of a record by a service that only takes note: such an order has no id but
//                    its place, so that the same text sent twice is two orders
// Placing an order and logging are not judged: who posts twice wants two orders, and a log line
// more harms nobody.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/kernel/sim_time.h"
#include "sim/model/service_facts.h"
#include "sim/world/world.h"

namespace brokerlab {

/// One order, user or product to which it happened.
struct BusinessCase {
    std::string service;  ///< that did it; of an order without outcome the one that took it
    std::string subject;  ///< the order's id or the e-mail address; empty: see `item`
    std::string item;     ///< the product, where it matters
    SimTime at;           ///< of the second deed; of the first below zero; when the order was taken
    uint64_t times = 0;   ///< how often it was done; below zero: how many deeds took it there
    /// Of each deed the record that asked for it, at most kMostBusinessExamples, none for calls
    /// over HTTP; of an order without outcome the records that were passed over.
    std::vector<RecordPlace> records;

    bool operator==(const BusinessCase&) const = default;
};
inline constexpr std::size_t kMostBusinessExamples = 20;

/// The rows of the judgement, in this order.
enum class AnomalyKind : uint8_t {
    kChargedTwice,
    kMailSentTwice,
    kUserCreatedTwice,
    /// A product of which a service's table `stock` holds less than nothing.
    kStockBelowZero,
    /// An order that a service took, that no service has approved or rejected, and that has been
    /// passed over: every service that decides on orders has a record below its group's committed
    /// offset that names the order, so that nobody will look at it again. Orders whose record was
    /// never written, is not read yet, or is not in the log any more do not count, and none do
    /// where no service decides.
    kOrderWithoutOutcome,
    /// Received, decided on, or its stock taken more than once.
    kOrderHandledTwice,
};
inline constexpr std::size_t kAnomalyKinds = 6;

struct BusinessAnomaly {
    AnomalyKind kind = AnomalyKind::kChargedTwice;
    uint64_t count = 0;                  ///< of orders, users, products: each counts once
    std::optional<SimTime> first;        ///< moment of the first; none when there is none
    std::vector<BusinessCase> examples;  ///< by moment, the first kMostBusinessExamples

    bool operator==(const BusinessAnomaly&) const = default;
};
/// "charged twice", "mail sent twice", "user created twice", "stock below zero", "order without
/// outcome", "order handled twice".
[[nodiscard]] std::string_view anomaly_name(AnomalyKind kind);

/// All rows, those without a case too. Costs n log n in the deeds of the run, and reads of the logs
/// only the records that a deciding service passed over.
[[nodiscard]] std::vector<BusinessAnomaly> judge_business(const World& world);

/// Counts a case; keeps it while there are few. Cases come by their moment.
void add_case(BusinessAnomaly& anomaly, BusinessCase found);

}  // namespace brokerlab
