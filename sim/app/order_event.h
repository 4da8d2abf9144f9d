// OrderEvent: an order in a record's value, as the services write it and read it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/base/outcome.h"
#include "sim/client/polled_record.h"

namespace brokerlab {

/// Fields that a writer leaves out are empty: readers of one form read the others' as far as they
/// know it, and ignore what they don't know.
struct OrderEvent {
    std::string id;
    std::string product;            ///< `name` in the record
    std::optional<int64_t> qty;     ///< pieces
    std::optional<int64_t> price;   ///< of a piece, in hundredths
    std::string email;              ///< of the customer
    std::optional<int64_t> amount;  ///< of the whole order, in hundredths

    /// `amount`, else what qty and price make.
    [[nodiscard]] int64_t total() const;

    bool operator==(const OrderEvent&) const = default;
};

[[nodiscard]] std::string write_order(const OrderEvent& order);
/// Fails for a value that is no JSON object, has no id, or has numbers that can't be.
[[nodiscard]] Outcome<OrderEvent> read_order(const PolledRecord& record);

}  // namespace brokerlab
