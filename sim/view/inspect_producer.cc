// A producer: what it was set up to do, what became of its records, the batches that it holds, and
// what it believes of the cluster.
#include <fmt/format.h>

#include "sim/model/rate.h"
#include "sim/view/inspect_client.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostBatches = 40;
constexpr std::size_t kMostPartitions = 48;

std::string acks_text(int16_t acks) {
    return acks < 0 ? "all" : fmt::format("{}", acks);
}

RowsSection work_section(const ClientHost& host, const ProducerSetup& setup) {
    RowsSection section;
    section.rows.push_back(row("State", client_state_words(host.state)));
    section.rows.push_back(row("Topic", setup.topic, Tone::kPlain, TopicThing{setup.topic}));
    section.rows.push_back(row("Rate", rate_text(setup.rate)));
    if (setup.count) {
        section.rows.push_back(row("At most", grouped(static_cast<int64_t>(*setup.count))));
    }
    section.rows.push_back(row("Key", setup.key.value_or("none")));
    return section;
}

RowsSection counts_section(const ClientHost& host) {
    const ProducerCounts counts = host.counts();
    const auto number = [](uint64_t n) { return grouped(static_cast<int64_t>(n)); };
    const uint64_t open = counts.sent - counts.acked - counts.failed;
    return {"Records",
            {row("Sent", number(counts.sent)), row("Acknowledged", number(counts.acked)),
             row("Failed", number(counts.failed), counts.failed > 0 ? Tone::kBad : Tone::kPlain),
             row("Not answered yet, or unknown", number(open))}};
}

RowsSection settings_section(const ProducerConfig& config) {
    RowsSection section{"Producer configuration", {}};
    section.rows.push_back(row("acks", acks_text(config.acks)));
    section.rows.push_back(row("enable.idempotence", config.idempotence ? "true" : "false"));
    section.rows.push_back(row("linger.ms", grouped(config.linger.to_ms())));
    section.rows.push_back(row("batch.size", grouped(config.batch_size)));
    section.rows.push_back(row("retries", grouped(config.retries)));
    section.rows.push_back(row("delivery.timeout.ms", grouped(config.delivery_timeout.to_ms())));
    section.rows.push_back(row("request.timeout.ms", grouped(config.request_timeout.to_ms())));
    section.rows.push_back(
        row("max.in.flight.requests.per.connection", grouped(config.max_in_flight)));
    section.rows.push_back(row("compression.type", std::string(codec_name(config.codec))));
    return section;
}

RowsSection identity_section(const Idempotence& idempotence) {
    RowsSection section{"Idempotence", {}};
    if (!idempotence.enabled) {
        return section;
    }
    section.rows.push_back(row("Producer id", idempotence.has_id()
                                                  ? fmt::format("{}", idempotence.id.value)
                                              : idempotence.asking ? "asked for"
                                                                   : "none yet"));
    section.rows.push_back(row("Producer epoch", idempotence.has_id()
                                                     ? fmt::format("{}", idempotence.epoch.value)
                                                     : "none"));
    if (!idempotence.rewrite.empty()) {
        section.rows.push_back(row("Sequences start anew in",
                                   counted(idempotence.rewrite.size(), "partition", "partitions"),
                                   Tone::kWarning));
    }
    if (idempotence.fatal != ErrorCode::kNone) {
        section.rows.push_back(
            row("No producer id", std::string(error_name(idempotence.fatal)), Tone::kBad));
    }
    return section;
}

std::string attempts_text(const ProducerBatch& batch) {
    return batch.attempts == 0 ? "-" : fmt::format("{} failed", batch.attempts);
}

void add_batches(TableSection& table, const World& world, const ProducerCore& core,
                 const TopicPartition& tp, const std::vector<ProducerBatch>& batches, bool sent) {
    for (const ProducerBatch& batch : batches) {
        if (table.lines.size() == kMostBatches) {
            return;
        }
        std::string state = sent ? "in flight" : "waits";
        if (!sent && batch.is_backing_off(world.now)) {
            state = "backs off until " + instant_text(world, batch.retry_at);
        }
        table.lines.push_back(
            {{tp.to_string(), std::move(state), grouped(batch.count), attempts_text(batch),
              instant_text(world, batch.created + core.config.delivery_timeout)},
             batch.attempts > 0 ? Tone::kWarning : Tone::kPlain,
             PartitionThing{tp}});
    }
}

/// Waiting and in flight, those in flight first: they are older.
TableSection batches_table(const World& world, const ProducerCore& core) {
    TableSection table{"Batches", {"Partition", "State", "Records", "Attempts", "Gives up"}, {}};
    const Accumulator& accumulator = core.accumulator;
    for (const bool sent : {true, false}) {
        for (const TopicQueues& topic : accumulator.topics) {
            for (std::size_t p = 0; p < topic.partitions.size(); ++p) {
                const PartitionQueue& queue = topic.partitions[p];
                add_batches(table, world, core, {topic.name, PartitionId(static_cast<int32_t>(p))},
                            sent ? queue.in_flight : queue.waiting, sent);
            }
        }
    }
    const std::size_t all = accumulator.waiting + accumulator.in_flight;
    if (all > table.lines.size()) {
        table.title = fmt::format("Batches, {} of {}", table.lines.size(), all);
    }
    return table;
}

TableSection sequences_table(const ProducerCore& core) {
    TableSection table{"Sequences", {"Partition", "Next", "Last acked", "At offset"}, {}};
    if (!core.idempotence.enabled) {
        return table;
    }
    for (const TopicQueues& topic : core.accumulator.topics) {
        for (std::size_t p = 0; p < topic.partitions.size(); ++p) {
            const PartitionQueue& queue = topic.partitions[p];
            if (!queue.used || table.lines.size() == kMostPartitions) {
                continue;
            }
            const TopicPartition tp{topic.name, PartitionId(static_cast<int32_t>(p))};
            const PartitionSequences& s = queue.sequences;
            table.lines.push_back(
                {{tp.to_string(), grouped(s.next.value),
                  s.last_acked == kNoSequence ? "none" : grouped(s.last_acked.value),
                  offset_text(s.last_acked_offset)},
                 s.unresolved ? Tone::kWarning : Tone::kPlain,
                 PartitionThing{tp}});
        }
    }
    return table;
}

RowsSection blocked_section(const World& world, const ProducerClient& producer) {
    RowsSection section{"send()", {}};
    if (const std::optional<BlockedSend>& blocked = producer.blocked()) {
        section.rows.push_back(
            row("Blocks for", blocked->for_memory ? "memory" : "metadata", Tone::kWarning));
        section.rows.push_back(row("Gives up", due_text(world, blocked->deadline)));
    }
    return section;
}

bool is_trouble(const Fact& fact) {
    return std::holds_alternative<BatchRetried>(fact.body) ||
           std::holds_alternative<BatchFailed>(fact.body) ||
           std::holds_alternative<SendFailed>(fact.body) ||
           std::holds_alternative<ConnectionLost>(fact.body) ||
           std::holds_alternative<ProducerEpochBumped>(fact.body);
}

}  // namespace

void add_producer_sections(Inspection& inspection, const World& world, const ClientHost& host) {
    add_section(inspection, counts_section(host));
    if (const ProducerClient* producer = host.producer()) {
        const ProducerCore& core = producer->core();
        add_section(inspection, blocked_section(world, *producer));
        add_section(inspection, batches_table(world, core));
        add_section(inspection, identity_section(core.idempotence));
        add_section(inspection, sequences_table(core));
        add_section(inspection, believed_leaders(world, core.metadata));
        add_section(inspection, connections_table(world, core.client));
        add_section(inspection, settings_section(core.config));
    }
}

Inspection inspect_producer(const InspectedWorld& in, const ClientHost& host) {
    const World& world = in.world;
    const auto& setup = std::get<ProducerSetup>(host.setup);
    Inspection inspection = client_header(host, "producer of topic " + setup.topic);
    add_section(inspection, work_section(host, setup));
    add_producer_sections(inspection, world, host);
    if (host.producer() == nullptr) {
        add_section(inspection, config_section("Configuration", setup.config));
    }
    const std::optional<NodeId> node = client_node(world, host.name);
    add_section(inspection, history_of(in, "Last errors", [&](const Fact& fact) {
                    return fact.node == node && is_trouble(fact);
                }));
    add_section(inspection, history_of(in, "History", [&](const Fact& fact) {
                    return fact.node == node && !is_trouble(fact);
                }));
    return inspection;
}

}  // namespace brokerlab
