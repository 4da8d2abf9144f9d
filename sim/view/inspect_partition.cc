// Topics and partitions: who leads, who is in sync, the replicas' logs side by side, what waits.
#include <algorithm>

#include <fmt/format.h>

#include "sim/oracle/replica_logs.h"
#include "sim/view/inspect_parts.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostPartitions = 64;

const FlatMap<std::string, std::string>& topic_configs(const World& world,
                                                       const std::string& topic) {
    return world.committed_metadata().configs_of({ConfigResourceType::kTopic, topic});
}

/// As any running replica was told, else what was set for the topic or the cluster.
int64_t min_insync_replicas(const World& world, const TopicPartition& tp,
                            const PartitionRegistration& registration) {
    for (const BrokerId broker : registration.replicas) {
        if (const Partition* replica = running_replica(world, broker, tp)) {
            return replica->settings.min_insync_replicas;
        }
    }
    ConfigMap values(ConfigScope::kTopic);
    const FlatMap<std::string, std::string>& configs = topic_configs(world, tp.topic);
    if (const std::string* value = configs.find("min.insync.replicas")) {
        if (!values.set("min.insync.replicas", *value)) {
            return values.integer("min.insync.replicas");
        }
    }
    return world.setup->cluster_config.integer("min.insync.replicas");
}

struct Standing {
    std::string badge;
    Tone tone = Tone::kGood;
};

/// The gravest first. Kafka counts a min.insync.replicas above the factor as the factor.
Standing standing_of(const World& world, const PartitionRegistration& p, int64_t min_isr) {
    const auto in_sync = static_cast<int64_t>(p.isr.size());
    const auto is_down = [&](BrokerId broker) {
        const BrokerHost* host = world.find_broker(broker);
        return host == nullptr || !host->has_process();
    };
    if (p.leader == kNoBroker) {
        return {"OFFLINE", Tone::kBad};
    }
    // Until the controller notices, the metadata still counts on who is gone.
    if (is_down(p.leader)) {
        return {"LEADER DOWN", Tone::kBad};
    }
    if (in_sync < std::min(min_isr, static_cast<int64_t>(p.replicas.size()))) {
        return {"UNDER MIN ISR", Tone::kBad};
    }
    if (p.isr.size() < p.replicas.size()) {
        return {"UNDER-REPLICATED", Tone::kWarning};
    }
    if (std::any_of(p.isr.begin(), p.isr.end(), is_down)) {
        return {"REPLICA DOWN", Tone::kWarning};
    }
    return p.is_reassigning() ? Standing{"MOVING", Tone::kReplication}
                              : Standing{"IN SYNC", Tone::kGood};
}

/// As far as the logs go by which the partition's records are judged: what leo() answers.
Offset furthest_end(const World& world, const TopicPartition& tp) {
    Offset furthest = kNoOffset;
    for (const PartitionLog* log : authoritative_logs(world, tp)) {
        furthest = std::max(furthest, log->log_end_offset);
    }
    return furthest;
}

std::string known_offset_text(Offset offset) {
    return offset == kNoOffset ? "unknown" : offset_text(offset);
}

RowsSection state_section(const World& world, const TopicPartition& tp,
                          const PartitionRegistration& p, int64_t min_isr) {
    RowsSection section;
    const bool under = p.isr.size() < p.replicas.size();
    section.rows.push_back(
        broker_row("Leader", p.leader, p.leader == kNoBroker ? Tone::kBad : Tone::kLeader));
    section.rows.push_back(row("Leader epoch", fmt::format("{}", p.leader_epoch.value)));
    section.rows.push_back(row("Partition epoch", fmt::format("{}", p.partition_epoch.value)));
    section.rows.push_back(
        row("High watermark", known_offset_text(partition_high_watermark(world, tp))));
    section.rows.push_back(row("Log end offset", known_offset_text(furthest_end(world, tp))));
    section.rows.push_back(row("ISR", set_text(p.isr), under ? Tone::kWarning : Tone::kPlain));
    section.rows.push_back(row("Replicas", set_text(p.replicas)));
    section.rows.push_back(broker_row("Preferred leader", p.preferred_leader()));
    const auto replicas = static_cast<int64_t>(p.replicas.size());
    section.rows.push_back(
        row("min.insync.replicas",
            min_isr > replicas ? fmt::format("{}, which counts as {}", grouped(min_isr), replicas)
                               : grouped(min_isr)));
    if (!p.adding_replicas.empty()) {
        section.rows.push_back(row("Adding replicas", set_text(p.adding_replicas)));
    }
    if (!p.removing_replicas.empty()) {
        section.rows.push_back(row("Removing replicas", set_text(p.removing_replicas)));
    }
    if (p.leader_recovery_state == LeaderRecoveryState::kRecovering) {
        section.rows.push_back(row("Leader recovery", "recovering", Tone::kWarning));
    }
    section.rows.push_back(row("Topic", tp.topic, Tone::kPlain, TopicThing{tp.topic}));
    return section;
}

/// A change of the ISR that the leader waits for.
void add_pending_isr(RowsSection& section, const World& world, const Partition& leader) {
    if (!leader.pending_isr) {
        return;
    }
    const PendingIsr& pending = *leader.pending_isr;
    section.rows.push_back(
        row("ISR change under way",
            fmt::format("{} {}, {}", pending.kind == PendingIsr::Kind::kExpand ? "adds" : "removes",
                        set_text(pending.changed), ago_text(world, pending.since)),
            Tone::kReplication));
}

LogsSection replica_logs_section(const InspectedWorld& in, const TopicPartition& tp,
                                 const PartitionRegistration& p) {
    std::vector<LogBeside> logs;
    for (const BrokerId broker : p.replicas) {
        if (const PartitionLog* log = replica_log(in.world, broker, tp)) {
            const NodeId node{NodeKind::kBroker, broker.value};
            logs.push_back({ReplicaThing{tp, broker}, fmt::format("B{}", broker.value),
                            replica_tone(in.world, p, broker), log,
                            replica_high_watermark(in.world, broker, tp), broker,
                            truncations_of(in.facts, tp, node)});
        }
    }
    return logs_beside("Replica logs", tp, logs, leader_log(in.world, tp, p),
                       partition_high_watermark(in.world, tp));
}

/// A replica that the new leader overtook has records that the leader lacks.
std::string lag_text(int64_t lag) {
    return lag < 0 ? grouped(-lag) + " ahead" : grouped(lag);
}

/// The replicas as the leader sees them.
TableSection replicas_table(const World& world, const TopicPartition& tp,
                            const PartitionRegistration& p) {
    TableSection table{"Replicas", {"Replica", "Role", "Log end", "Lag", "Last fetch"}, {}};
    const PartitionLog* reference = leader_log(world, tp, p);
    const Partition* leader = running_replica(world, p.leader, tp);
    for (const BrokerId broker : p.replicas) {
        const PartitionLog* log = replica_log(world, broker, tp);
        const FollowerState* known =
            leader != nullptr && leader->is_leader ? leader->followers.find(broker) : nullptr;
        const bool leads = p.leader == broker;
        table.lines.push_back({{broker_text(broker),
                                leads                  ? "leader"
                                : p.is_in_sync(broker) ? "in sync"
                                                       : "out of sync",
                                log == nullptr ? "none" : offset_text(log->log_end_offset),
                                log == nullptr || reference == nullptr
                                    ? "unknown"
                                    : lag_text(reference->log_end_offset - log->log_end_offset),
                                leads              ? "-"
                                : known == nullptr ? "unknown"
                                                   : ago_text(world, known->last_fetch_at)},
                               replica_tone(world, p, broker),
                               ReplicaThing{tp, broker}});
    }
    return table;
}

TableSection waiting_produces(const World& world, const TopicPartition& tp,
                              const PartitionRegistration& p) {
    TableSection table{"Produces that wait", {"From", "Needs HW", "Waits since", "Gives up"}, {}};
    const BrokerHost* host = world.find_broker(p.leader);
    if (host == nullptr || !host->has_process()) {
        return table;
    }
    for (const auto& [number, produce] : (**host->process).replicas().purgatory->produces) {
        for (const ProduceWait& wait : produce->partitions) {
            if (wait.pending && wait.partition == tp) {
                const NodeId client = produce->request.connection.opener;
                table.lines.push_back(
                    {{node_name(world, client), offset_text(wait.required_offset),
                      ago_text(world, produce->since), instant_text(world, produce.deadline)},
                     Tone::kClient,
                     thing_of(world, client)});
            }
        }
    }
    return table;
}

/// A broker's coming and going moves its partitions: that is part of their history.
bool is_of_partition(const Fact& fact, const TopicPartition& tp) {
    if (const TopicPartition* partition = partition_of(fact.body)) {
        return *partition == tp;
    }
    const auto* created = std::get_if<TopicCreated>(&fact.body);
    return created != nullptr && created->topic == tp.topic;
}

TableSection partitions_table(const World& world, const TopicImage& topic) {
    TableSection table{"Partitions", {"Partition", "Leader", "Epoch", "ISR", "HW"}, {}};
    for (int32_t n = 0; n < topic.partition_count() && table.lines.size() < kMostPartitions; ++n) {
        const TopicPartition tp{topic.name, PartitionId(n)};
        const PartitionRegistration& p = *topic.partitions[static_cast<std::size_t>(n)];
        table.lines.push_back(
            {{tp.to_string(), p.leader == kNoBroker ? "none" : fmt::format("{}", p.leader.value),
              fmt::format("{}", p.leader_epoch.value), set_text(p.isr),
              known_offset_text(partition_high_watermark(world, tp))},
             p.leader == kNoBroker              ? Tone::kBad
             : p.isr.size() < p.replicas.size() ? Tone::kWarning
                                                : Tone::kPlain,
             PartitionThing{tp}});
    }
    if (topic.partition_count() > static_cast<int32_t>(table.lines.size())) {
        table.title = fmt::format("Partitions, the first {} of {}", table.lines.size(),
                                  topic.partition_count());
    }
    return table;
}

}  // namespace

Tone replica_tone(const World& world, const PartitionRegistration& p, BrokerId broker) {
    const BrokerHost* host = world.find_broker(broker);
    if (host == nullptr || !host->has_process()) {
        return Tone::kBad;
    }
    return p.leader == broker ? Tone::kLeader : p.is_in_sync(broker) ? Tone::kGood : Tone::kWarning;
}

std::vector<int64_t> truncations_of(const FactList& facts, const TopicPartition& tp, NodeId node) {
    constexpr std::size_t kMost = 4;
    std::vector<int64_t> offsets;
    for (auto fact = facts.rbegin(); fact != facts.rend() && offsets.size() < kMost; ++fact) {
        const auto* cut = std::get_if<ReplicaTruncated>(&fact->body);
        if (cut != nullptr && fact->node == node && cut->partition == tp && cut->to < cut->from) {
            offsets.push_back(cut->to.value);
        }
    }
    return offsets;
}

const PartitionLog* leader_log(const World& world, const TopicPartition& tp,
                               const PartitionRegistration& p) {
    return p.leader == kNoBroker ? nullptr : replica_log(world, p.leader, tp);
}

Inspection inspect_partition(const InspectedWorld& in, const PartitionThing& thing) {
    const World& world = in.world;
    const TopicPartition& tp = thing.partition;
    Inspection inspection;
    inspection.title = tp.to_string();
    const PartitionRegistration* p = world.committed_metadata().find_partition(tp);
    if (p == nullptr) {
        inspection.badge = "NOT THERE";
    } else {
        const int64_t min_isr = min_insync_replicas(world, tp, *p);
        const Standing standing = standing_of(world, *p, min_isr);
        inspection.badge = standing.badge;
        inspection.badge_tone = standing.tone;
        inspection.subtitle = fmt::format("partition of topic {}", tp.topic);
        RowsSection state = state_section(world, tp, *p, min_isr);
        if (const Partition* leader = running_replica(world, p->leader, tp)) {
            add_pending_isr(state, world, *leader);
        }
        add_section(inspection, std::move(state));
        add_section(inspection, replica_logs_section(in, tp, *p));
        add_section(inspection, replicas_table(world, tp, *p));
        add_section(inspection, waiting_produces(world, tp, *p));
    }
    add_section(inspection, history_of(in, "History", [&](const Fact& fact) {
                    return is_of_partition(fact, tp);
                }));
    return inspection;
}

Inspection inspect_topic(const InspectedWorld& in, const TopicThing& thing) {
    const World& world = in.world;
    Inspection inspection;
    inspection.title = thing.topic;
    const TopicImage* topic = world.committed_metadata().find_topic(thing.topic);
    if (topic == nullptr) {
        inspection.badge = "NOT THERE";
    } else {
        std::size_t under = 0;
        std::size_t offline = 0;
        for (const Cow<PartitionRegistration>& p : topic->partitions) {
            under += p->isr.size() < p->replicas.size() ? 1U : 0U;
            offline += p->leader == kNoBroker ? 1U : 0U;
        }
        inspection.badge = offline > 0 ? fmt::format("{} OFFLINE", offline)
                           : under > 0 ? fmt::format("{} UNDER-REPLICATED", under)
                                       : "IN SYNC";
        inspection.badge_tone = offline > 0 ? Tone::kBad : under > 0 ? Tone::kWarning : Tone::kGood;
        inspection.subtitle =
            "topic of " + counted(topic->partitions.size(), "partition", "partitions");
        RowsSection rows;
        rows.rows.push_back(
            row("Replication factor",
                grouped(static_cast<int64_t>(topic->partitions.front()->replicas.size()))));
        rows.rows.push_back(row("Topic id", topic->id.to_string()));
        add_section(inspection, std::move(rows));
        add_section(inspection, partitions_table(world, *topic));
        add_section(inspection, config_section("Configuration", ConfigScope::kTopic,
                                               topic_configs(world, thing.topic)));
    }
    add_section(inspection, history_of(in, "History", [&](const Fact& fact) {
                    const TopicPartition* tp = partition_of(fact.body);
                    return tp != nullptr ? tp->topic == thing.topic
                                         : thing_of(world, fact) == Thing(thing);
                }));
    return inspection;
}

}  // namespace brokerlab
