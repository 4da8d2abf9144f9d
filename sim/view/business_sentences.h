// Sentences about what a run left behind: what groups processed twice or skipped, what the order
// services did that no shop wants, and the records that they could not work on.
#pragma once

#include <string>
#include <vector>

#include "sim/oracle/business_anomalies.h"
#include "sim/oracle/failed_records.h"
#include "sim/oracle/processing_report.h"

namespace brokerlab {

/// "stock processed 3 of 1 200 records twice: orders-0 at 41 to 43 (stock-1, then stock-2)", one
/// sentence for each group and kind of oddity; when there is none but something was processed, one
/// that says so. Without their full stops.
[[nodiscard]] std::vector<std::string> processing_sentences(
    const std::vector<ProcessingReport>& groups);

/// One sentence for each anomaly that was found, or one that says that there is none. `decided` is
/// whether a service decides on orders: without one none can be passed over.
[[nodiscard]] std::vector<std::string> business_sentences(const std::vector<BusinessAnomaly>& rows,
                                                          SimTime time_zero, bool decided);

/// "record orders-0 at 12 failed at 9.104 s: not an order; it was skipped", one for each of the
/// first records that a handler could not work on, then how many more there are.
[[nodiscard]] std::vector<std::string> failure_sentences(const ServiceFailures& failures,
                                                         SimTime time_zero);

}  // namespace brokerlab
