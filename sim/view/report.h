// Report: everything about a finished run as plain data: what the JSON report holds, and the end of
// the text story.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/oracle/business_anomalies.h"
#include "sim/oracle/delivery.h"
#include "sim/oracle/failed_records.h"
#include "sim/oracle/group_view.h"
#include "sim/oracle/invariants.h"
#include "sim/oracle/processing_report.h"
#include "sim/script/recording.h"
#include "sim/script/run_scenario.h"
#include "sim/timeline/play.h"
#include "sim/world/world.h"

namespace brokerlab {

struct ReportedPartition {
    int32_t partition = 0;
    int32_t leader = -1;
    int32_t leader_epoch = 0;
    std::vector<int32_t> replicas;
    std::vector<int32_t> isr;
    int64_t high_watermark = 0;  ///< as partition_high_watermark() has it
    std::vector<std::pair<int32_t, int64_t>> log_end_offset;  ///< by broker, of those with a log
};
struct ReportedTopic {
    std::string name;
    std::vector<ReportedPartition> partitions;
};
struct ReportedBroker {
    int32_t id = 0;
    std::string state;
    std::optional<std::string> rack;
};
struct ReportedProducer {
    std::string name;
    ProducerCounts counts;
    uint64_t in_flight = 0;  ///< records that it still holds: not sent, or not answered
};
struct ReportedService {
    std::string name;
    int32_t instances = 0;
    ServiceCounts counts;
    ServiceFailures failures;
};

struct Report {
    std::string scenario;
    uint64_t seed = 0;
    Duration ended_at;
    uint64_t events = 0;
    uint64_t digest = 0;
    std::vector<std::string> warnings;  ///< of clients that can't succeed, and of the run itself
    std::vector<ReportedBroker> brokers;
    int32_t controller = -1;
    int32_t controller_epoch = -1;
    std::vector<ReportedTopic> topics;
    std::vector<GroupView> groups;
    std::vector<ProcessingReport> processing;  ///< of the groups, in their order
    std::vector<ReportedProducer> producers;
    std::vector<ReportedService> services;
    std::vector<BusinessAnomaly> business;
    bool has_deeds = false;  ///< of services: else there is no business to speak of
    bool decided = false;    ///< a service decides on orders: else none can be passed over
    DeliveryReport records;
    std::vector<InvariantState> invariants;
    std::vector<RefusedCommand> refused;
    SimTime time_zero;
    std::vector<ExpectationResult> expectations;

    /// Whether everything held: expectations, invariants, commands.
    [[nodiscard]] bool held() const;
};

/// What there is to say of a run that came to its end. Internal topics only when asked for.
[[nodiscard]] Report make_report(const ScenarioRun& run, bool internal_topics);

/// The report as JSON, in the form that design promises; ends with a newline.
[[nodiscard]] std::string report_json(const Report& report);

/// The end of the text story: outcome, expectations, invariants that broke.
[[nodiscard]] std::string report_text(const Report& report);

}  // namespace brokerlab
