// Causes of what brokers do: leading and following, ISRs, refusals, removed records.
#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/view/causes.h"
#include "sim/view/inspect_parts.h"

namespace brokerlab {
namespace {

using Change = NodeChanged::Change;

BrokerId broker_here(const Asked& asked) {
    return BrokerId(asked.fact.node.number);
}

std::optional<FactIndex> started_here(const Asked& asked) {
    return asked.last<NodeChanged>([&](const Fact& other, const NodeChanged& change) {
        return other.node == asked.fact.node && change.change == Change::kStarted;
    });
}

std::optional<FactIndex> leader_changed(const Asked& asked, const TopicPartition& partition) {
    return asked.last<LeaderChanged>(
        [&](const Fact&, const LeaderChanged& changed) { return changed.partition == partition; });
}

std::optional<FactIndex> isr_changed(const Asked& asked, const TopicPartition& partition) {
    return asked.last<IsrChanged>(
        [&](const Fact&, const IsrChanged& changed) { return changed.partition == partition; });
}

std::optional<FactIndex> created(const Asked& asked, const std::string& topic) {
    return asked.last<TopicCreated>(
        [&](const Fact&, const TopicCreated& created) { return created.topic == topic; });
}

std::optional<FactIndex> deleted(const Asked& asked, const std::string& topic) {
    return asked.last<TopicDeleted>(
        [&](const Fact&, const TopicDeleted& gone) { return gone.topic == topic; });
}

std::optional<FactIndex> records_went(const Asked& asked, const TopicPartition& partition) {
    const auto here = [&](const Fact&, const auto& f) { return f.partition == partition; };
    return latest({asked.last<RecordsRemoved>(here), asked.last<RecordsLostOnDisk>(here),
                   asked.last<ReplicaTruncated>(here)});
}

/// What keeps the other replicas of a partition from fetching from this broker.
std::optional<FactIndex> trouble_of_followers(const Asked& asked, const TopicPartition& tp) {
    const PartitionRegistration* partition = asked.world().committed_metadata().find_partition(tp);
    std::optional<FactIndex> trouble;
    if (partition != nullptr) {
        for (const BrokerId replica : partition->replicas) {
            if (replica != broker_here(asked)) {
                trouble =
                    latest({trouble, trouble_between(asked, node_of(replica), asked.fact.node)});
            }
        }
    }
    return trouble;
}

Found shrinks(const Asked& asked, const IsrChangeProposed& fact,
              const std::vector<BrokerId>& leaving) {
    std::optional<FactIndex> trouble;
    for (const BrokerId broker : leaving) {
        trouble = latest({trouble, trouble_between(asked, node_of(broker), asked.fact.node)});
    }
    const Duration limit = broker_ms(asked.world(), broker_here(asked), "replica.lag.time.max.ms");
    const Duration behind = fact.behind_for.value_or(Duration());
    Reason lag = asked.between(
        fmt::format("replica {} was not caught up with the leader{}; more than {} "
                    "(replica.lag.time.max.ms) is too long, and the leader looks every half of it",
                    brokers_text(leaving),
                    fact.behind_for ? fmt::format(" for {}", span_text(behind)) : std::string(),
                    span_text(limit)),
        ReplicaThing{fact.partition, leaving.front()});
    return trouble ? found(trouble, std::move(lag)) : Found(Cause{.end = lag.text});
}

Found expands(const Asked& asked, const IsrChangeProposed& fact,
              const std::vector<BrokerId>& coming) {
    std::optional<FactIndex> cause;
    for (const BrokerId broker : coming) {
        const NodeId node = node_of(broker);
        const auto there = [&](const Fact& other, const auto& f) {
            return other.node == node && f.partition == fact.partition;
        };
        cause = latest({cause, relief_between(asked, node, asked.fact.node),
                        asked.last<BrokerUnfenced>(
                            [&](const Fact&, const auto& f) { return f.broker == broker; }),
                        asked.last<ReplicaFollows>(there), asked.last<ReplicaTruncated>(there)});
    }
    return found(cause, asked.between(fmt::format("replica {} has fetched up to the high watermark "
                                                  "of its leader",
                                                  brokers_text(coming)),
                                      ReplicaThing{fact.partition, coming.front()}));
}

}  // namespace

Found rule(const Asked& asked, const BrokerStateChanged& fact) {
    switch (fact.to) {
        case BrokerState::kStarting:
            return found(started_here(asked));
        case BrokerState::kRecovery:
            return found(asked.last<BrokerRegistered>(
                [&](const Fact&, const auto& f) { return f.broker == broker_here(asked); }));
        case BrokerState::kRunning:
            return found(asked.last<BrokerUnfenced>(
                [&](const Fact&, const auto& f) { return f.broker == broker_here(asked); }));
        case BrokerState::kShuttingDown:
            return found(asked.last<ControlledShutdownBegan>(
                [&](const Fact&, const auto& f) { return f.broker == broker_here(asked); }));
        case BrokerState::kPendingControlledShutdown:
        case BrokerState::kNotRunning:
            return std::nullopt;
    }
    BL_CHECK(false);
}

Found rule(const Asked& asked, const ReplicaLeads& fact) {
    return found(
        latest({leader_changed(asked, fact.partition), created(asked, fact.partition.topic)}),
        asked.between(fmt::format("the records of the metadata log reached {}",
                                  node_name(asked.world(), asked.fact.node)),
                      thing_of(asked.world(), asked.fact.node)));
}

Found rule(const Asked& asked, const ReplicaFollows& fact) {
    return found(latest({leader_changed(asked, fact.partition), started_here(asked),
                         created(asked, fact.partition.topic),
                         asked.last<ReassignmentChanged>([&](const Fact&, const auto& f) {
                             return f.partition == fact.partition;
                         })}));
}

Found rule(const Asked& asked, const ReplicaTruncated& fact) {
    return found(
        asked.last<ReplicaFollows>([&](const Fact& other, const ReplicaFollows& follows) {
            return other.node == asked.fact.node && follows.partition == fact.partition;
        }),
        asked.between("its log is not what its leader's is: offsets or leader epochs differ, and "
                      "the leader's log counts",
                      ReplicaThing{fact.partition, broker_here(asked)}));
}

Found rule(const Asked& asked, const IsrChangeProposed& fact) {
    const std::vector<BrokerId> leaving = those_without(fact.from, fact.to);
    if (!leaving.empty()) {
        return shrinks(asked, fact, leaving);
    }
    const std::vector<BrokerId> coming = those_without(fact.to, fact.from);
    return coming.empty() ? std::nullopt : expands(asked, fact, coming);
}

Found rule(const Asked& asked, const IsrChangeRefused& fact) {
    return found(asked.last<IsrChangeProposed>([&](const Fact& other, const auto& proposed) {
        return other.node == asked.fact.node && proposed.partition == fact.partition;
    }));
}

Found rule(const Asked& asked, const RequestRefused& fact) {
    switch (fact.error) {
        case ErrorCode::kNotLeaderOrFollower:
        case ErrorCode::kFencedLeaderEpoch:
        case ErrorCode::kUnknownLeaderEpoch:
            return found(latest({leader_changed(asked, fact.partition),
                                 deleted(asked, fact.partition.topic)}),
                         asked.between(fmt::format("{} still went by what it knew before",
                                                   node_name(asked.world(), fact.client)),
                                       thing_of(asked.world(), fact.client)));
        case ErrorCode::kNotEnoughReplicas:
        case ErrorCode::kNotEnoughReplicasAfterAppend:
            return found(isr_changed(asked, fact.partition));
        case ErrorCode::kRequestTimedOut:
            return found(
                trouble_of_followers(asked, fact.partition),
                asked.between("acks=all waits until every replica of the ISR has the records; that "
                              "took longer than the producer allows (request.timeout.ms)",
                              PartitionThing{fact.partition}));
        case ErrorCode::kOutOfOrderSequenceNumber:
        case ErrorCode::kUnknownProducerId:
        case ErrorCode::kInvalidProducerEpoch:
            return found(
                latest(
                    {leader_changed(asked, fact.partition), records_went(asked, fact.partition)}),
                asked.between("it is not the batch that has to come next here: the one before "
                              "it is not in this leader's log (yet), or it is a late "
                              "copy of one that is",
                              PartitionThing{fact.partition}));
        case ErrorCode::kOffsetOutOfRange:
            return found(latest(
                {leader_changed(asked, fact.partition), records_went(asked, fact.partition)}));
        case ErrorCode::kUnknownTopicOrPartition:
        case ErrorCode::kUnknownTopicId:
            return found(latest(
                {deleted(asked, fact.partition.topic), created(asked, fact.partition.topic)}));
        default:
            return std::nullopt;
    }
}

Found rule(const Asked& asked, const LogRecovered&) {
    const std::optional<FactIndex> ended =
        asked.last<NodeChanged>([&](const Fact& other, const NodeChanged& change) {
            return other.node == asked.fact.node && change.change != Change::kStarted &&
                   change.change != Change::kDiskRepaired;
        });
    std::optional<Reason> unclean;
    if (ended) {
        const Fact& fact = asked.past.facts()[*ended];
        unclean = reason_of(asked.world(), fact);
        unclean->text = "it had not closed its logs before: " + unclean->text;
    }
    return found(started_here(asked), std::move(unclean));
}

Found rule(const Asked& asked, const RecordsRemoved& fact) {
    const BrokerId broker = broker_here(asked);
    const auto every = [&](std::string_view what, std::string_view key) {
        return Cause{.end = fmt::format("Kafka's own clockwork: {} every {} ({})", what,
                                        span_text(broker_ms(asked.world(), broker, key)), key)};
    };
    switch (fact.by) {
        case RecordsRemoved::By::kRetention:
            return every(
                "a broker looks for segments that are older than retention.ms or more than "
                "retention.bytes",
                "log.retention.check.interval.ms");
        case RecordsRemoved::By::kCompaction:
            return every("the cleaner looks for logs that are dirty enough",
                         "log.cleaner.backoff.ms");
        case RecordsRemoved::By::kDeleteRecords:
            return std::nullopt;
    }
    BL_CHECK(false);
}

}  // namespace brokerlab
