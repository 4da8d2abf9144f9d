// The cluster at a glance: what is shown while nothing is selected.
#include <algorithm>

#include <fmt/format.h>

#include "sim/model/rules.h"
#include "sim/oracle/delivery.h"
#include "sim/oracle/replica_logs.h"
#include "sim/query/evaluate.h"
#include "sim/view/inspect_parts.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostTroubled = 20;

struct Health {
    std::size_t partitions = 0;
    std::size_t under_replicated = 0;
    std::size_t offline = 0;
    TableSection troubled{"Partitions in trouble", {"Partition", "Leader", "ISR", "Replicas"}, {}};
};

Health health_of(const MetadataImage& image) {
    Health health;
    for (const TopicPartition& tp : all_partitions(image)) {
        const PartitionRegistration& p = *image.find_partition(tp);
        ++health.partitions;
        const bool offline = p.leader == kNoBroker;
        const bool under = p.isr.size() < p.replicas.size();
        health.offline += offline ? 1 : 0;
        health.under_replicated += under ? 1 : 0;
        if ((offline || under) && health.troubled.lines.size() < kMostTroubled) {
            health.troubled.lines.push_back(
                {{tp.to_string(), offline ? "none" : fmt::format("{}", p.leader.value),
                  set_text(p.isr), set_text(p.replicas)},
                 offline ? Tone::kBad : Tone::kWarning,
                 PartitionThing{tp}});
        }
    }
    return health;
}

std::size_t running_brokers(const World& world) {
    return static_cast<std::size_t>(std::count_if(
        world.brokers.begin(), world.brokers.end(),
        [&](const auto& host) { return broker_state(world, host->setup.id) == "running"; }));
}

/// "2 running, 1 down".
Row brokers_row(const World& world) {
    static constexpr std::string_view kStates[] = {"running", "starting", "stopping",
                                                   "fenced",  "paused",   "down"};
    std::vector<std::string> parts;
    for (const std::string_view state : kStates) {
        std::size_t n = 0;
        for (const Cow<BrokerHost>& host : world.brokers) {
            n += broker_state(world, host->setup.id) == state ? 1U : 0U;
        }
        if (n > 0) {
            parts.push_back(fmt::format("{} {}", n, state));
        }
    }
    return row("Brokers", fmt::format("{}", fmt::join(parts, ", ")),
               running_brokers(world) == world.brokers.size() ? Tone::kGood : Tone::kWarning);
}

ProducerCounts all_counts(const World& world) {
    ProducerCounts all;
    for (const Cow<ClientHost>& host : world.clients) {
        const ProducerCounts counts = host->counts();
        all.sent += counts.sent;
        all.acked += counts.acked;
        all.failed += counts.failed;
    }
    return all;
}

std::string count_text(uint64_t n) {
    return grouped(static_cast<int64_t>(n));
}

RowsSection records_section(const World& world) {
    const ProducerCounts counts = all_counts(world);
    const uint64_t open = counts.sent - counts.acked - counts.failed;
    return {"Records",
            {row("Sent", count_text(counts.sent)), row("Acknowledged", count_text(counts.acked)),
             row("Failed", count_text(counts.failed),
                 counts.failed > 0 ? Tone::kWarning : Tone::kPlain),
             row("Not answered yet, or unknown", count_text(open))}};
}

TableSection brokers_table(const World& world) {
    TableSection table{"Brokers", {"Broker", "State", "Leads", "Replicas"}, {}};
    const MetadataImage& image = world.committed_metadata();
    FlatMap<BrokerId, std::pair<int64_t, int64_t>> held;
    for (const auto& [name, topic] : *image.topics) {
        for (const Cow<PartitionRegistration>& p : topic->partitions) {
            for (const BrokerId replica : p->replicas) {
                ++held[replica].second;
                held[replica].first += p->leader == replica ? 1 : 0;
            }
        }
    }
    for (const Cow<BrokerHost>& host : world.brokers) {
        const BrokerId id = host->setup.id;
        const std::string state = broker_state(world, id);
        const std::pair<int64_t, int64_t>& counts = held[id];
        table.lines.push_back(
            {{broker_text(id), state, grouped(counts.first), grouped(counts.second)},
             state == "running" ? Tone::kPlain
             : state == "down"  ? Tone::kBad
                                : Tone::kWarning,
             BrokerThing{id}});
    }
    return table;
}

TableSection clients_table(const World& world) {
    TableSection table{"Clients", {"Client", "Kind", "Records"}, {}};
    for (const Cow<ClientHost>& host : world.clients) {
        if (const ServiceSetup* service = host->service()) {
            const ServiceCounts& counts = world.business->counts.at(service->name);
            table.lines.push_back(
                {{host->name, "service",
                  fmt::format("{} handled by {}", count_text(counts.handled), service->name)},
                 counts.failed > 0 ? Tone::kWarning : Tone::kPlain,
                 ClientThing{host->name}});
        } else if (std::holds_alternative<ProducerSetup>(host->setup)) {
            const ProducerCounts counts = host->counts();
            table.lines.push_back(
                {{host->name, "producer",
                  fmt::format("{} of {} acked", count_text(counts.acked), count_text(counts.sent))},
                 counts.failed > 0 ? Tone::kWarning : Tone::kPlain,
                 ClientThing{host->name}});
        } else if (const ConsumerClient* consumer = host->consumer()) {
            uint64_t read = 0;
            for (const auto& [tp, position] : consumer->positions()) {
                read += position.consumed;
            }
            table.lines.push_back({{host->name, "consumer", count_text(read) + " read"},
                                   Tone::kPlain,
                                   ClientThing{host->name}});
        }
    }
    return table;
}

RowsSection lab_section(const World& world) {
    RowsSection section{"The lab", {}};
    section.rows.push_back(row("Seed", fmt::format("{}", world.setup->seed.value)));
    section.rows.push_back(row("Events run", count_text(world.events_run)));
    section.rows.push_back(row("Messages sent", count_text(world.network->messages_sent())));
    for (std::size_t i = 0; i < kRuleCount; ++i) {
        if (!world.rules.on(static_cast<Rule>(i))) {
            section.rows.push_back(
                row(std::string(rule_name(static_cast<Rule>(i))), "switched off", Tone::kWarning));
        }
    }
    return section;
}

}  // namespace

Inspection inspect_cluster(const InspectedWorld& in) {
    const World& world = in.world;
    Health health = health_of(world.committed_metadata());
    Inspection inspection;
    inspection.title = "The cluster";
    inspection.subtitle = world.setup->name;
    if (health.offline > 0) {
        inspection.badge = fmt::format("{} OFFLINE", health.offline);
        inspection.badge_tone = Tone::kBad;
    } else if (health.under_replicated > 0) {
        inspection.badge = fmt::format("{} UNDER-REPLICATED", health.under_replicated);
        inspection.badge_tone = Tone::kWarning;
    } else if (running_brokers(world) < world.brokers.size()) {
        // The metadata don't know it yet, or all its replicas are elsewhere.
        inspection.badge =
            fmt::format("{} / {} BROKERS", running_brokers(world), world.brokers.size());
        inspection.badge_tone = Tone::kWarning;
    } else {
        inspection.badge = "ALL IN SYNC";
        inspection.badge_tone = Tone::kGood;
    }
    const ControllerNode* active = world.active_controller();
    RowsSection rows;
    rows.rows.push_back(brokers_row(world));
    rows.rows.push_back(active == nullptr
                            ? row("Active controller", "none", Tone::kBad, QuorumThing{})
                            : row("Active controller",
                                  fmt::format("Controller {}", active->start().number),
                                  Tone::kLeader, ControllerThing{active->start().number}));
    rows.rows.push_back(row("Partitions", count_text(health.partitions)));
    rows.rows.push_back(row("Under-replicated", count_text(health.under_replicated),
                            health.under_replicated > 0 ? Tone::kWarning : Tone::kPlain));
    rows.rows.push_back(
        row("Offline", count_text(health.offline), health.offline > 0 ? Tone::kBad : Tone::kPlain));
    add_section(inspection, std::move(rows));
    add_section(inspection, records_section(world));
    add_section(inspection, std::move(health.troubled));
    add_section(inspection, brokers_table(world));
    add_section(inspection, clients_table(world));
    add_section(inspection, lab_section(world));
    add_section(inspection, config_section("Cluster configuration", world.setup->cluster_config));
    return inspection;
}

RowsSection inspect_delivery(const World& world) {
    const DeliveryReport report = judge_delivery(world);
    const auto judged = [](const char* name, uint64_t n, Tone bad) {
        return row(name, count_text(n), n > 0 ? bad : Tone::kGood);
    };
    RowsSection section{"What became of the records", {}};
    section.rows = {row("Sent", count_text(report.sent)),
                    row("Acknowledged", count_text(report.acked)),
                    row("Unknown", count_text(report.unknown())),
                    judged("Acknowledged and lost", report.lost_acked, Tone::kBad),
                    judged("Duplicated", report.duplicated, Tone::kWarning),
                    judged("Reordered", report.reordered, Tone::kWarning)};
    return section;
}

}  // namespace brokerlab
