#include "sim/view/golden.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace brokerlab {
namespace {

std::string joined(const std::vector<std::string>& parts) {
    return fmt::format("{}", fmt::join(parts, " "));
}

/// One value of each partition: "orders: a b c; stock: d".
template <class Value>
std::string of_partitions(const Report& report, Value value) {
    std::vector<std::string> topics;
    for (const ReportedTopic& topic : report.topics) {
        std::vector<std::string> values;
        for (const ReportedPartition& partition : topic.partitions) {
            values.push_back(value(partition));
        }
        topics.push_back(fmt::format("{}: {}", topic.name, joined(values)));
    }
    return fmt::format("{}", fmt::join(topics, "; "));
}

std::string_view next_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

}  // namespace

std::string golden_text(const Report& report) {
    std::vector<std::string> brokers;
    for (const ReportedBroker& broker : report.brokers) {
        brokers.push_back(fmt::format("{}:{}", broker.id, broker.state));
    }
    std::vector<std::string> producers;
    for (const ReportedProducer& producer : report.producers) {
        const ProducerCounts& c = producer.counts;
        producers.push_back(fmt::format("{}: {} sent, {} acked, {} failed", producer.name, c.sent,
                                        c.acked, c.failed));
    }
    const DeliveryReport& records = report.records;
    std::string text = fmt::format("digest {}\n", digest_text(report.digest));
    text += fmt::format("events {}\n", report.events);
    text += fmt::format("held {}\n", report.held() ? "yes" : "no");
    text += fmt::format("brokers {}\n", joined(brokers));
    text += fmt::format("controller {}, epoch {}\n", report.controller, report.controller_epoch);
    text += fmt::format("leaders {}\n", of_partitions(report, [](const ReportedPartition& p) {
                            return fmt::format("{}/{}", p.leader, p.leader_epoch);
                        }));
    text += fmt::format("in sync {}\n", of_partitions(report, [](const ReportedPartition& p) {
                            return fmt::format("{{{}}}", fmt::join(p.isr, ","));
                        }));
    text +=
        fmt::format("high watermarks {}\n", of_partitions(report, [](const ReportedPartition& p) {
                        return std::to_string(p.high_watermark);
                    }));
    text += fmt::format("producers {}\n", fmt::join(producers, "; "));
    text +=
        fmt::format("records {} lost, {} duplicated, {} reordered, {} unknown\n",
                    records.lost_acked, records.duplicated, records.reordered, records.unknown());
    return text;
}

std::string first_difference(const std::string& before, const std::string& after) {
    std::string_view a = before;
    std::string_view b = after;
    while (!a.empty() || !b.empty()) {
        const bool a_ended = a.empty();
        const bool b_ended = b.empty();
        const std::string_view line_a = next_line(a);
        const std::string_view line_b = next_line(b);
        if (line_a != line_b || a_ended != b_ended) {
            return fmt::format("before: {}\nnow:    {}", a_ended ? "(nothing more)" : line_a,
                               b_ended ? "(nothing more)" : line_b);
        }
    }
    return {};
}

}  // namespace brokerlab
