#include "sim/view/report.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/model/internal_topics.h"
#include "sim/oracle/order_outcomes.h"
#include "sim/oracle/replica_logs.h"
#include "sim/query/evaluate.h"
#include "sim/view/business_sentences.h"
#include "sim/view/group_sentences.h"
#include "sim/view/sentences.h"
#include "sim/view/warnings.h"

namespace brokerlab {
namespace {

std::vector<int32_t> numbers(const std::vector<BrokerId>& brokers) {
    std::vector<int32_t> ids;
    for (const BrokerId broker : brokers) {
        ids.push_back(broker.value);
    }
    return ids;
}

ReportedPartition report_partition(const World& world, const TopicPartition& tp,
                                   const PartitionRegistration& registration) {
    ReportedPartition reported;
    reported.partition = tp.partition.value;
    reported.leader = registration.leader.value;
    reported.leader_epoch = registration.leader_epoch.value;
    reported.replicas = numbers(registration.replicas);
    reported.isr = numbers(registration.isr);
    std::vector<BrokerId> by_id = registration.replicas;
    std::sort(by_id.begin(), by_id.end());
    for (const BrokerId broker : by_id) {
        if (const PartitionLog* log = replica_log(world, broker, tp)) {
            reported.log_end_offset.emplace_back(broker.value, log->log_end_offset.value);
        }
    }
    reported.high_watermark = std::max<int64_t>(0, partition_high_watermark(world, tp).value);
    return reported;
}

/// Records in the batches that the producer's process holds.
uint64_t in_flight(const ClientHost& host) {
    const ProducerClient* producer = host.producer();
    uint64_t records = 0;
    if (producer == nullptr) {
        return records;
    }
    for (const TopicQueues& topic : producer->core().accumulator.topics) {
        for (const PartitionQueue& queue : topic.partitions) {
            for (const auto* batches : {&queue.waiting, &queue.in_flight}) {
                for (const ProducerBatch& batch : *batches) {
                    records += static_cast<uint64_t>(batch.count);
                }
            }
        }
    }
    return records;
}

/// What became of so many records is unknown, and of which of them it may still show.
std::string unknown_text(uint64_t unknown, uint64_t in_flight) {
    const uint64_t open = std::min(unknown, in_flight);
    if (open == 0) {
        return fmt::format("{} unknown", unknown);
    }
    return fmt::format("{} unknown ({}still in flight at the end)", unknown,
                       open == unknown ? "" : fmt::format("{} of them ", open));
}

std::string of_records(uint64_t n) {
    return n == 1 ? "1 record" : fmt::format("{} records", n);
}

/// The partitions that members have and that nothing is committed for, sorted. Tools show no lag of
/// them, and none is counted.
std::vector<TopicPartition> uncommitted(const GroupView& group) {
    std::vector<TopicPartition> partitions;
    for (const GroupMemberView& member : group.members) {
        for (const TopicPartition& partition : member.assigned) {
            if (group.offset_of(partition) == nullptr) {
                partitions.push_back(partition);
            }
        }
    }
    std::sort(partitions.begin(), partitions.end());
    partitions.erase(std::unique(partitions.begin(), partitions.end()), partitions.end());
    return partitions;
}

/// "12 records behind; nothing committed for orders-0".
std::string behind_text(const GroupView& group) {
    if (group.offsets.empty()) {
        return "nothing committed";
    }
    int64_t lag = 0;
    for (const GroupOffsetView& offset : group.offsets) {
        lag += offset.lag();
    }
    const std::vector<TopicPartition> without = uncommitted(group);
    return fmt::format(
        "{} behind{}", of_records(static_cast<uint64_t>(lag)),
        without.empty() ? "" : "; nothing committed for " + partitions_text(without));
}

/// "group stock is Stable, generation 3: stock-1 has orders-0 to 2; 12 records behind".
std::string group_text(const GroupView& group) {
    if (group.coordinator == kNoBroker) {
        return fmt::format(
            "group {} has no coordinator now: its members and offsets can't be asked", group.group);
    }
    std::string text =
        fmt::format("group {} is {}, {} {}", group.group, group.state,
                    group.protocol == "classic" ? "generation" : "epoch", group.epoch);
    const char* separator = ": ";
    for (const GroupMemberView& member : group.members) {
        text +=
            fmt::format("{}{} has {}", separator, member.name, partitions_text(member.assigned));
        separator = ", ";
    }
    return fmt::format("{}; {}", text, behind_text(group));
}

std::string name_of(const OddRecord& odd) {
    return odd.offset == kNoOffset
               ? odd.partition.to_string()
               : fmt::format("{} at offset {}", odd.partition.to_string(), odd.offset.value);
}

}  // namespace

bool Report::held() const {
    const bool expectations_held =
        std::none_of(expectations.begin(), expectations.end(),
                     [](const ExpectationResult& e) { return e.held == false; });
    const bool invariants_held = std::all_of(invariants.begin(), invariants.end(),
                                             [](const InvariantState& i) { return i.held; });
    return expectations_held && invariants_held && refused.empty();
}

Report make_report(const ScenarioRun& run, bool internal_topics) {
    const World& world = run.cursor.world;
    Report report;
    report.ended_at = run.ended_at;
    report.digest = run.digest;
    report.refused = run.refused;
    report.expectations = run.expectations;
    report.invariants = run.invariants.states();
    report.scenario = world.setup->name;
    report.seed = world.setup->seed.value;
    report.time_zero = world.time_zero.value_or(SimTime());
    report.events = world.events_run;
    for (const Cow<BrokerHost>& host : world.brokers) {
        report.brokers.push_back(
            {host->setup.id.value, broker_state(world, host->setup.id), host->setup.rack});
    }
    if (const ControllerNode* active = world.active_controller()) {
        report.controller = active->start().number;
        report.controller_epoch = active->active_epoch()->value;
    }
    for (const auto& [name, topic] : *world.committed_metadata().topics) {
        if (is_internal_topic(name) && !internal_topics) {
            continue;
        }
        ReportedTopic reported{name, {}};
        for (int32_t p = 0; p < topic->partition_count(); ++p) {
            reported.partitions.push_back(report_partition(
                world, {name, PartitionId(p)}, *topic->partitions[static_cast<std::size_t>(p)]));
        }
        report.topics.push_back(std::move(reported));
    }
    for (const std::string& group : group_names(world)) {
        report.groups.push_back(*view_group(world, group));
        report.processing.push_back(judge_processing(world, group));
    }
    for (const Cow<ClientHost>& host : world.clients) {
        if (host->produces()) {
            report.producers.push_back({host->name, host->counts(), in_flight(*host)});
        }
    }
    for (const ServiceSetup& service : world.setup->services) {
        report.services.push_back({service.name, service.instances,
                                   world.business->counts.at(service.name),
                                   run.failed_records.of(service.name)});
    }
    report.business = judge_business(world);
    report.has_deeds = !world.business->deeds.empty();
    report.decided = anyone_decides(world);
    report.records = judge_delivery(world);
    report.warnings = hopeless_clients(world);
    return report;
}

std::string report_text(const Report& report) {
    std::string out = "\nOutcome\n";
    for (const ReportedProducer& producer : report.producers) {
        const ProducerCounts& c = producer.counts;
        out += fmt::format("  {}: {} sent, {} acknowledged, {} failed, {}\n", producer.name, c.sent,
                           c.acked, c.failed,
                           unknown_text(c.sent - c.acked - c.failed, producer.in_flight));
    }
    for (const ReportedService& service : report.services) {
        out += fmt::format(
            "  {}{}: {} handled, {} failed\n", service.name,
            service.instances == 1 ? "" : fmt::format(" ({} instances)", service.instances),
            service.counts.handled, service.counts.failed);
        for (const std::string& sentence : failure_sentences(service.failures, report.time_zero)) {
            out += fmt::format("    {}\n", sentence);
        }
    }
    for (const GroupView& group : report.groups) {
        out += "  " + group_text(group) + "\n";
    }
    const DeliveryReport& records = report.records;
    const auto tell = [&out](uint64_t count, std::string_view nothing, std::string_view something,
                             const std::vector<OddRecord>& examples) {
        if (count == 0) {
            out += fmt::format("  {}\n", nothing);
            return;
        }
        out += fmt::format("  {} {}, the first in {}\n", of_records(count), something,
                           name_of(examples.front()));
    };
    if (records.sent > 0) {
        tell(records.lost_acked, "nothing acknowledged was lost", "acknowledged and lost",
             records.lost_examples);
        tell(records.duplicated, "nothing stands twice", "written twice",
             records.duplicated_examples);
        tell(records.reordered, "nothing is out of order", "out of order",
             records.reordered_examples);
    }
    for (const std::string& sentence : processing_sentences(report.processing)) {
        out += fmt::format("  {}\n", sentence);
    }
    if (report.has_deeds) {
        for (const std::string& sentence :
             business_sentences(report.business, report.time_zero, report.decided)) {
            out += fmt::format("  {}\n", sentence);
        }
    }
    for (const std::string& warning : report.warnings) {
        out += fmt::format("  warning: {}\n", warning);
    }
    if (!report.expectations.empty()) {
        out += "\nExpected\n";
    }
    for (const ExpectationResult& e : report.expectations) {
        const std::string_view verdict = !e.held ? "not asked" : *e.held ? "held" : "DID NOT HOLD";
        const std::string when = e.expectation.at
                                     ? fmt::format("at {} s", moment_text(*e.expectation.at))
                                     : "at the end";
        out += fmt::format("  {:<12} {}: {}{}\n", verdict, when, e.expectation.that.text,
                           e.held == false ? fmt::format("   ({})", e.found) : "");
    }
    for (const RefusedCommand& refused : report.refused) {
        out +=
            fmt::format("  REFUSED      at {} s: {}: {}\n",
                        moment_text(refused.at - report.time_zero), refused.text, refused.reason);
    }
    for (const InvariantState& invariant : report.invariants) {
        if (!invariant.held) {
            out += fmt::format(
                "  BROKEN       at {} s: {}: {}\n",
                moment_text(invariant.first_violation.value_or(SimTime()) - report.time_zero),
                invariant.name, invariant.what);
        }
    }
    out += fmt::format("\n{} events, digest {}\n", report.events, digest_text(report.digest));
    return out;
}

}  // namespace brokerlab
