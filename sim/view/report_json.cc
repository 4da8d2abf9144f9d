#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "sim/view/report.h"

namespace brokerlab {
namespace {

using Json = nlohmann::ordered_json;

std::string_view void_reason(VoidMark::Why why) {
    switch (why) {
        case VoidMark::Why::kUncleanElection:
            return "unclean election";
        case VoidMark::Why::kUnflushedBytesLost:
            return "unflushed bytes lost";
        case VoidMark::Why::kDiskFailed:
            return "disk failed";
    }
    return {};
}

Json topics_json(const std::vector<ReportedTopic>& topics) {
    Json list = Json::array();
    for (const ReportedTopic& topic : topics) {
        Json partitions = Json::array();
        for (const ReportedPartition& p : topic.partitions) {
            Json ends = Json::object();
            for (const auto& [broker, end] : p.log_end_offset) {
                ends[std::to_string(broker)] = end;
            }
            partitions.push_back({{"partition", p.partition},
                                  {"leader", p.leader},
                                  {"leader_epoch", p.leader_epoch},
                                  {"replicas", p.replicas},
                                  {"isr", p.isr},
                                  {"high_watermark", p.high_watermark},
                                  {"log_end_offset", std::move(ends)}});
        }
        list.push_back({{"name", topic.name}, {"partitions", std::move(partitions)}});
    }
    return list;
}

Json invariants_json(const Report& report) {
    Json list = Json::array();
    for (const InvariantState& state : report.invariants) {
        Json item{{"name", state.name},
                  {"held", state.held},
                  {"first_violation_ms", nullptr},
                  {"voided_by", nullptr}};
        if (state.first_violation) {
            item["first_violation_ms"] = (*state.first_violation - report.time_zero).to_ms();
        }
        if (state.voided_by) {
            item["voided_by"] = std::string(void_reason(state.voided_by->why)) + " of " +
                                state.voided_by->partition.to_string();
        }
        list.push_back(std::move(item));
    }
    return list;
}

Json groups_json(const Report& report) {
    Json list = Json::array();
    for (std::size_t i = 0; i < report.groups.size(); ++i) {
        const GroupView& group = report.groups[i];
        const ProcessingReport& processing = report.processing[i];
        Json members = Json::array();
        for (const GroupMemberView& member : group.members) {
            Json assigned = Json::object();
            for (const TopicPartition& partition : member.assigned) {
                assigned[partition.topic].push_back(partition.partition.value);
            }
            members.push_back({{"id", member.name}, {"assigned", std::move(assigned)}});
        }
        Json offsets = Json::object();
        for (const GroupOffsetView& offset : group.offsets) {
            offsets[offset.partition.topic][std::to_string(offset.partition.partition.value)] = {
                {"committed", offset.committed.value},
                {"log_end", offset.log_end.value},
                {"lag", offset.lag()}};
        }
        list.push_back({{"group", group.group},
                        {"protocol", group.protocol},
                        {"state", group.state},
                        {"generation", group.epoch},
                        {"assignor", group.assignor},
                        {"members", std::move(members)},
                        {"offsets", std::move(offsets)},
                        {"processed", processing.processed},
                        {"repeated", processing.repeated},
                        {"skipped", processing.skipped}});
    }
    return list;
}

/// "orders-0@12".
std::string name_of(const RecordPlace& place) {
    return place.partition.to_string() + "@" + std::to_string(place.offset.value);
}

Json failures_json(const ServiceFailures& failures, SimTime time_zero) {
    Json list = Json::array();
    for (const FailedRecord& failed : failures.first) {
        list.push_back({{"record", name_of(failed.record)},
                        {"first_ms", (failed.at - time_zero).to_ms()},
                        {"attempts", failed.attempts},
                        {"reason", failed.reason},
                        {"retried", failed.retried}});
    }
    return list;
}

/// The records of the first cases, each once, as "orders-0@12".
Json business_json(const Report& report) {
    Json list = Json::array();
    for (const BusinessAnomaly& anomaly : report.business) {
        std::vector<std::string> records;
        for (const BusinessCase& found : anomaly.examples) {
            for (const RecordPlace& place : found.records) {
                std::string name = name_of(place);
                if (std::find(records.begin(), records.end(), name) == records.end()) {
                    records.push_back(std::move(name));
                }
            }
        }
        Json item{{"anomaly", anomaly_name(anomaly.kind)},
                  {"count", anomaly.count},
                  {"first_ms", nullptr},
                  {"records", std::move(records)}};
        if (anomaly.first) {
            item["first_ms"] = (*anomaly.first - report.time_zero).to_ms();
        }
        list.push_back(std::move(item));
    }
    return list;
}

}  // namespace

std::string report_json(const Report& report) {
    Json brokers = Json::array();
    for (const ReportedBroker& broker : report.brokers) {
        brokers.push_back({{"id", broker.id},
                           {"state", broker.state},
                           {"rack", broker.rack ? Json(*broker.rack) : Json(nullptr)}});
    }
    Json producers = Json::array();
    for (const ReportedProducer& producer : report.producers) {
        const ProducerCounts& c = producer.counts;
        producers.push_back({{"name", producer.name},
                             {"sent", c.sent},
                             {"acked", c.acked},
                             {"failed", c.failed},
                             {"unknown", c.sent - c.acked - c.failed}});
    }
    Json services = Json::array();
    for (const ReportedService& service : report.services) {
        services.push_back(
            {{"name", service.name},
             {"instances", service.instances},
             {"handled", service.counts.handled},
             {"failed", service.counts.failed},
             {"failed_records", failures_json(service.failures, report.time_zero)},
             {"more_failed_records", service.failures.records - service.failures.first.size()}});
    }
    Json refused = Json::array();
    for (const RefusedCommand& command : report.refused) {
        refused.push_back({{"at_ms", (command.at - report.time_zero).to_ms()},
                           {"do", command.text},
                           {"reason", command.reason}});
    }
    Json expectations = Json::array();
    for (const ExpectationResult& e : report.expectations) {
        Json item{{"that", e.expectation.that.text}, {"at_ms", nullptr}, {"held", nullptr}};
        if (e.judged_at) {
            item["at_ms"] = e.judged_at->to_ms();
        } else if (e.expectation.at) {
            item["at_ms"] = e.expectation.at->to_ms();
        }
        if (e.held) {
            item["held"] = *e.held;
        }
        expectations.push_back(std::move(item));
    }
    const DeliveryReport& records = report.records;
    const Json json{
        {"scenario", report.scenario},
        {"seed", report.seed},
        {"ended_at_ms", report.ended_at.to_ms()},
        {"events", report.events},
        {"digest", digest_text(report.digest)},
        {"warnings", report.warnings},
        {"brokers", std::move(brokers)},
        {"controller", {{"leader", report.controller}, {"epoch", report.controller_epoch}}},
        {"topics", topics_json(report.topics)},
        {"groups", groups_json(report)},
        {"producers", std::move(producers)},
        {"services", std::move(services)},
        {"business", business_json(report)},
        {"records",
         {{"acked", records.acked},
          {"unknown", records.unknown()},
          {"lost_acked", records.lost_acked},
          {"duplicated", records.duplicated},
          {"reordered", records.reordered}}},
        {"invariants", invariants_json(report)},
        {"refused", std::move(refused)},
        {"expectations", std::move(expectations)}};
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace brokerlab
