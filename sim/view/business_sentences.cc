#include "sim/view/business_sentences.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/view/inspect_parts.h"
#include "sim/view/printable.h"
#include "sim/view/sentences.h"
#include "sim/view/service_sentences.h"

namespace brokerlab {
namespace {

std::string number_text(uint64_t n) {
    return grouped(static_cast<int64_t>(n));
}

/// Stretches and records that a sentence names; more are only hinted at.
constexpr std::size_t kMostNamed = 3;

/// "twice", "5 times".
std::string times_text(uint64_t times) {
    return times == 2 ? "twice" : fmt::format("{} times", number_text(times));
}

/// "stock-1, then stock-2"; who came more than once is named once.
std::string members_text(const OddlyProcessed& odd) {
    const std::size_t members = odd.members.size();
    if (members < 2 || odd.times <= members) {
        return fmt::format("{}", fmt::join(odd.members, ", then "));
    }
    return fmt::format("{} and {}{}", fmt::join(odd.members.begin(), odd.members.end() - 1, ", "),
                       odd.members.back(), odd.in_turn ? " in turn" : "");
}

/// "orders-0 at 0 to 37, 5 times (stock-1 and stock-2 in turn)".
std::string stretch_text(const OddlyProcessed& odd, bool with_times) {
    std::string text = odd.first == odd.last
                           ? fmt::format("{} at {}", odd.partition.to_string(), odd.first.value)
                           : fmt::format("{} at {} to {}", odd.partition.to_string(),
                                         odd.first.value, odd.last.value);
    if (with_times) {
        text += ", " + times_text(odd.times);
    }
    return odd.members.empty() ? text : fmt::format("{} ({})", text, members_text(odd));
}

/// The stretches of one kind, processed often or never, behind a colon; nothing where none is
/// known.
std::string stretches_text(const ProcessingReport& report, bool skipped, uint64_t all) {
    const bool with_times = !skipped && report.most_times > 2;
    std::vector<std::string> named;
    uint64_t told = 0;
    for (const OddlyProcessed& odd : report.examples) {
        if ((odd.times == 0) == skipped && named.size() < kMostNamed) {
            named.push_back(stretch_text(odd, with_times));
            told += odd.count;
        }
    }
    return named.empty() ? std::string()
                         : fmt::format(": {}{}", fmt::join(named, with_times ? "; " : ", "),
                                       told < all ? " and others" : "");
}

std::string repeated_text(const ProcessingReport& report) {
    return fmt::format("{} processed {} of {} records {}{}", report.group,
                       number_text(report.repeated), number_text(report.processed),
                       report.most_times > 2 ? "more than once" : "twice",
                       stretches_text(report, false, report.repeated));
}

std::string skipped_text(const ProcessingReport& report) {
    return fmt::format(
        "{} skipped {} of {} records, which are committed and were never processed{}", report.group,
        number_text(report.skipped), number_text(report.processed + report.skipped),
        stretches_text(report, true, report.skipped));
}

/// "12 orders were charged twice".
std::string what_happened(const BusinessAnomaly& row) {
    const uint64_t n = row.count;
    switch (row.kind) {
        case AnomalyKind::kChargedTwice:
            return counted(n, "order was charged twice", "orders were charged twice");
        case AnomalyKind::kMailSentTwice:
            return counted(n, "mail was sent twice", "mails were sent twice");
        case AnomalyKind::kUserCreatedTwice:
            return counted(n, "user was created twice", "users were created twice");
        case AnomalyKind::kStockBelowZero:
            return fmt::format("the stock of {} fell below zero",
                               counted(n, "product", "products"));
        case AnomalyKind::kOrderWithoutOutcome:
            return counted(n, "order has no outcome", "orders have no outcome");
        case AnomalyKind::kOrderHandledTwice:
            return counted(n, "order was handled twice", "orders were handled twice");
    }
    return {};
}

/// "orders-0 at 41", each record once, the first few.
std::vector<std::string> record_names(const std::vector<RecordPlace>& records) {
    std::vector<std::string> names;
    for (const RecordPlace& place : records) {
        std::string name = place_text(place);
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(std::move(name));
        }
    }
    if (names.size() > kMostNamed) {
        names.resize(kMostNamed);
        names.push_back("others");
    }
    return names;
}

/// "orders-0 at 41", "orders-0 at 41, each time", "orders-0 at 41 and orders-1 at 7".
std::string records_text(const std::vector<RecordPlace>& records) {
    const std::vector<std::string> names = record_names(records);
    return fmt::format("{}{}", fmt::join(names, " and "),
                       names.size() == 1 && records.size() > 1 ? ", each time" : "");
}

/// Whether `times` counts how often the same was done.
bool is_repetition(AnomalyKind kind) {
    return kind != AnomalyKind::kStockBelowZero;
}

/// "7 by payment, 3 times (orders-0 at 41, each time)".
std::string case_text(const BusinessCase& found, bool repeats) {
    const std::string& what = found.subject.empty() ? found.item : found.subject;
    std::string by =
        what.empty() ? "by " + found.service : fmt::format("{} by {}", what, found.service);
    if (repeats && found.times > 2) {
        by += fmt::format(", {} times", found.times);
    }
    return found.records.empty() ? by : fmt::format("{} ({})", by, records_text(found.records));
}

/// "2-1, taken by entry at 1.009 s (record orders-0 at 0 was passed over)": that it will have no
/// outcome shows only after it was taken, by a service that did nothing.
std::string passed_over_text(const BusinessCase& found, SimTime time_zero) {
    std::string text = fmt::format("{}, taken by {} at {} s", found.subject, found.service,
                                   moment_text(found.at - time_zero));
    const std::vector<std::string> names = record_names(found.records);
    if (!names.empty()) {
        const bool one = names.size() == 1;
        text += fmt::format(" ({} {} {} passed over)", one ? "record" : "records",
                            fmt::join(names, " and "), one ? "was" : "were");
    }
    return text;
}

std::string failure_text(const FailedRecord& failed, SimTime time_zero) {
    const std::string when = moment_text(failed.at - time_zero);
    return fmt::format(
        "record {} at {} failed {}: {}; {}", failed.record.partition.to_string(),
        failed.record.offset.value,
        failed.attempts == 1
            ? fmt::format("at {} s", when)
            : fmt::format("{}, the first time at {} s", times_text(failed.attempts), when),
        printable(failed.reason), failed.retried ? "it is tried again" : "it was skipped");
}

std::string anomaly_text(const BusinessAnomaly& row, SimTime time_zero) {
    const BusinessCase& first = row.examples.front();
    if (row.kind == AnomalyKind::kOrderWithoutOutcome) {
        return fmt::format("{}{}: {}", what_happened(row), row.count == 1 ? "" : ", the first",
                           passed_over_text(first, time_zero));
    }
    return fmt::format("{}, {}at {} s: {}", what_happened(row), row.count == 1 ? "" : "the first ",
                       moment_text(row.first.value_or(time_zero) - time_zero),
                       case_text(first, is_repetition(row.kind)));
}

}  // namespace

std::vector<std::string> processing_sentences(const std::vector<ProcessingReport>& groups) {
    std::vector<std::string> sentences;
    uint64_t processed = 0;
    for (const ProcessingReport& report : groups) {
        processed += report.processed;
        if (report.repeated > 0) {
            sentences.push_back(repeated_text(report));
        }
        if (report.skipped > 0) {
            sentences.push_back(skipped_text(report));
        }
    }
    if (sentences.empty() && processed > 0) {
        sentences.push_back(
            "no group worked on a record twice or went past one without reading it");
    }
    return sentences;
}

std::vector<std::string> business_sentences(const std::vector<BusinessAnomaly>& rows,
                                            SimTime time_zero, bool decided) {
    std::vector<std::string> sentences;
    for (const BusinessAnomaly& row : rows) {
        if (row.count > 0) {
            sentences.push_back(printable(anomaly_text(row, time_zero)));
        }
    }
    if (sentences.empty()) {
        sentences.push_back(fmt::format("no service did twice what is done once{}",
                                        decided ? ", and no order was passed over" : ""));
    }
    return sentences;
}

std::vector<std::string> failure_sentences(const ServiceFailures& failures, SimTime time_zero) {
    std::vector<std::string> sentences;
    for (const FailedRecord& failed : failures.first) {
        sentences.push_back(failure_text(failed, time_zero));
    }
    if (failures.records > failures.first.size()) {
        sentences.push_back(counted(failures.records - failures.first.size(), "more record failed",
                                    "more records failed"));
    }
    return sentences;
}

}  // namespace brokerlab
