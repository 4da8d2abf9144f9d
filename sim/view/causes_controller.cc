// Causes of what the controller decides: registrations, fencing, topics, leaders, ISRs.
#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/view/causes.h"
#include "sim/view/inspect_parts.h"

namespace brokerlab {
namespace {

using Change = NodeChanged::Change;
using Why = LeaderChanged::Why;

std::optional<FactIndex> fenced(const Asked& asked, BrokerId broker) {
    return asked.last<BrokerFenced>([&](const Fact&, const BrokerFenced& f) {
        return broker == kNoBroker || f.broker == broker;
    });
}

std::optional<FactIndex> unfenced(const Asked& asked, BrokerId broker) {
    return asked.last<BrokerUnfenced>([&](const Fact&, const BrokerUnfenced& f) {
        return broker == kNoBroker || f.broker == broker;
    });
}

std::optional<FactIndex> shutting_down(const Asked& asked, BrokerId broker) {
    return asked.last<ControlledShutdownBegan>([&](const Fact&, const ControlledShutdownBegan& f) {
        return broker == kNoBroker || f.broker == broker;
    });
}

/// The latest command of the kind that `accept(command)` takes.
template <class Kind, class Accept>
std::optional<FactIndex> last_of(const Asked& asked, Accept accept) {
    return asked.last_command([&](const Command& command) {
        const Kind* kind = std::get_if<Kind>(&command);
        return kind != nullptr && accept(*kind);
    });
}

std::optional<FactIndex> election(const Asked& asked, const LeaderChanged& fact,
                                  ElectionType type) {
    return last_of<ElectLeader>(asked, [&](const ElectLeader& command) {
        return command.partition == fact.partition && command.type == type;
    });
}

Cause balanced(const Asked& asked) {
    const int64_t seconds =
        asked.world().setup->cluster_config.integer("leader.imbalance.check.interval.seconds");
    return {.end = fmt::format("Kafka's own clockwork: {} s after leaders strayed from their "
                               "preferred brokers they go back "
                               "(leader.imbalance.check.interval.seconds)",
                               seconds)};
}

std::optional<FactIndex> unclean_cause(const Asked& asked, const LeaderChanged& fact) {
    return latest({election(asked, fact, ElectionType::kUnclean),
                   last_of<SetTopic>(asked,
                                     [&](const SetTopic& command) {
                                         return command.topic == fact.partition.topic &&
                                                command.key == "unclean.leader.election.enable";
                                     }),
                   fenced(asked, fact.from), unfenced(asked, fact.to)});
}

std::optional<FactIndex> reassignment(const Asked& asked, const TopicPartition& partition) {
    return latest({asked.last<ReassignmentChanged>(
                       [&](const Fact&, const auto& f) { return f.partition == partition; }),
                   last_of<ReassignPartition>(asked, [&](const ReassignPartition& command) {
                       return command.partition == partition;
                   })});
}

}  // namespace

Found rule(const Asked& asked, const BrokerRegistered& fact) {
    return found(asked.last<NodeChanged>([&](const Fact& other, const NodeChanged& change) {
        return other.node == node_of(fact.broker) && change.change == Change::kStarted;
    }));
}

Found rule(const Asked& asked, const BrokerFenced& fact) {
    if (!fact.silent_for) {
        return found(latest({shutting_down(asked, fact.broker),
                             asked.last<BrokerRegistered>([&](const Fact&, const auto& f) {
                                 return f.broker == fact.broker;
                             })}));
    }
    const Duration timeout = asked.world().setup->cluster_config.ms("broker.session.timeout.ms");
    Reason silence = asked.between(
        fmt::format("no heartbeat of broker {} reached the controller for {}: the session is over "
                    "(broker.session.timeout.ms is {})",
                    fact.broker.value, span_text(*fact.silent_for), span_text(timeout)),
        BrokerThing{fact.broker});
    const NodeId broker = node_of(fact.broker);
    const std::optional<FactIndex> cut = trouble_between(asked, broker, asked.fact.node);
    const std::optional<FactIndex> trouble = cut ? cut : trouble_of(asked, broker);
    return trouble ? found(trouble, std::move(silence)) : Found(Cause{.end = silence.text});
}

Found rule(const Asked& asked, const BrokerUnfenced& fact) {
    const NodeId broker = node_of(fact.broker);
    return found(latest({asked.last<BrokerRegistered>(
                             [&](const Fact&, const auto& f) { return f.broker == fact.broker; }),
                         relief_between(asked, broker, asked.fact.node)}),
                 asked.between(fmt::format("heartbeats of broker {} arrive, and it has caught up "
                                           "with the metadata log",
                                           fact.broker.value),
                               BrokerThing{fact.broker}));
}

Found rule(const Asked& asked, const ControlledShutdownBegan& fact) {
    return found(last_of<NodeCommand>(asked, [&](const NodeCommand& command) {
        return command.verb == NodeCommand::Verb::kStop && command.node == node_of(fact.broker);
    }));
}

Found rule(const Asked& asked, const TopicCreated& fact) {
    if (const auto command = last_of<CreateTopic>(
            asked, [&](const CreateTopic& c) { return c.topic == fact.topic; })) {
        return found(command);
    }
    if (asked.fact.at <= *asked.world().time_zero) {
        return std::nullopt;
    }
    return Cause{.end =
                     "a client asked for a topic that did not exist "
                     "(auto.create.topics.enable)"};
}

Found rule(const Asked& asked, const PartitionsAdded& fact) {
    return found(
        last_of<AlterTopic>(asked, [&](const AlterTopic& c) { return c.topic == fact.topic; }));
}

Found rule(const Asked& asked, const TopicDeleted& fact) {
    return found(
        last_of<DeleteTopic>(asked, [&](const DeleteTopic& c) { return c.topic == fact.topic; }));
}

Found rule(const Asked& asked, const ConfigChanged& fact) {
    return found(
        latest({last_of<SetTopic>(asked, [&](const SetTopic& c) { return c.key == fact.key; }),
                last_of<SetBroker>(asked, [&](const SetBroker& c) { return c.key == fact.key; })}));
}

Found rule(const Asked& asked, const LeaderChanged& fact) {
    switch (fact.why) {
        case Why::kBrokerFenced:
            return found(fenced(asked, fact.from));
        case Why::kControlledShutdown:
            return found(shutting_down(asked, fact.from));
        case Why::kPreferred: {
            const std::optional<FactIndex> command =
                election(asked, fact, ElectionType::kPreferred);
            const bool just_now = command && asked.fact.at - asked.past.facts()[*command].at < 60_s;
            return just_now ? found(command) : Found(balanced(asked));
        }
        case Why::kUnclean:
            return found(unclean_cause(asked, fact),
                         asked.between("nobody of the ISR was there to lead, and an election "
                                       "outside of it is allowed",
                                       PartitionThing{fact.partition}));
        case Why::kBrokerUnfenced:
            return found(unfenced(asked, fact.to));
        case Why::kReassignment:
            return found(reassignment(asked, fact.partition));
        case Why::kOther:
            return found(latest({fenced(asked, kNoBroker), unfenced(asked, kNoBroker),
                                 shutting_down(asked, kNoBroker)}));
    }
    BL_CHECK(false);
}

Found rule(const Asked& asked, const IsrChanged& fact) {
    if (fact.by_leader) {
        return found(asked.last<IsrChangeProposed>([&](const Fact&, const auto& proposed) {
            return proposed.partition == fact.partition;
        }));
    }
    const auto in_event = [&](const Fact& other) { return other.id.event == asked.fact.id.event; };
    std::optional<FactIndex> cause =
        latest({asked.last<ReassignmentChanged>([&](const Fact& other, const auto& f) {
                    return in_event(other) && f.partition == fact.partition;
                }),
                asked.last<LeaderChanged>([&](const Fact& other, const auto& f) {
                    return in_event(other) && f.partition == fact.partition && f.unclean;
                })});
    for (const BrokerId gone : those_without(fact.from, fact.to)) {
        cause = latest({cause, fenced(asked, gone), shutting_down(asked, gone)});
    }
    return found(cause);
}

Found rule(const Asked& asked, const ReassignmentChanged& fact) {
    using Step = ReassignmentChanged::Step;
    const std::optional<FactIndex> command = last_of<ReassignPartition>(
        asked, [&](const ReassignPartition& c) { return c.partition == fact.partition; });
    if (fact.step != Step::kCompleted) {
        return found(command);
    }
    const std::optional<FactIndex> started =
        asked.last<ReassignmentChanged>([&](const Fact&, const auto& f) {
            return f.partition == fact.partition && f.step == Step::kStarted;
        });
    return started > command ? found(started, asked.between("all of its new replicas are in sync",
                                                            PartitionThing{fact.partition}))
                             : found(command);
}

}  // namespace brokerlab
