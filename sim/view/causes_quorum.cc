// Causes of what the lab does and of what happens in the metadata quorum.
#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/view/causes.h"
#include "sim/view/inspect_parts.h"

namespace brokerlab {
namespace {

using Change = NodeChanged::Change;

/// Whether the command asks this client to stop or to start anew.
bool restarts_client(const Command& command, const std::string& name) {
    const auto* set = std::get_if<SetClient>(&command);
    const auto* client = std::get_if<ClientCommand>(&command);
    return (set != nullptr && set->name == name) || (client != nullptr && client->name == name);
}

bool stops_broker(const Command& command, NodeId broker) {
    const auto* node = std::get_if<NodeCommand>(&command);
    return node != nullptr && node->verb == NodeCommand::Verb::kStop && node->node == broker;
}

Duration quorum_ms(const Asked& asked, std::string_view key) {
    return asked.world().setup->cluster_config.ms(key);
}

/// Whoever led the quorum last before the fact.
std::optional<FactIndex> last_quorum_leader(const Asked& asked) {
    return asked.last<QuorumLeaderElected>([](const Fact&, const auto&) { return true; });
}

Cause in_time(std::string end) {
    return {.end = std::move(end)};
}

}  // namespace

Found rule(const Asked&, const CommandDone&) {
    return Cause{};
}

Found rule(const Asked&, const CommandRefused&) {
    return Cause{};
}

Found rule(const Asked& asked, const NodeChanged& fact) {
    const NodeId node = asked.fact.node;
    switch (fact.change) {
        case Change::kStopped:
            if (node.kind == NodeKind::kBroker) {
                return found(latest(
                    {asked.last<ControlledShutdownBegan>([&](const Fact&, const auto& began) {
                         return node_of(began.broker) == node;
                     }),
                     asked.last_command([&](const Command& c) { return stops_broker(c, node); })}));
            }
            return found(asked.last_command([&](const Command& c) {
                return restarts_client(c, node_name(asked.world(), node));
            }));
        case Change::kHalted: {
            const Found disk = found(asked.last<NodeChanged>([&](const Fact& other, const auto& c) {
                return other.node == node && c.change == Change::kDiskFailed;
            }));
            return disk ? disk : in_time("the process ends by itself: " + fact.why);
        }
        case Change::kStarted: {
            if (node.kind != NodeKind::kClient || asked.fact.at <= *asked.world().time_zero) {
                return std::nullopt;
            }
            return found(asked.last_command([&](const Command& c) {
                return restarts_client(c, node_name(asked.world(), node));
            }));
        }
        default:
            return std::nullopt;  // The command of the same event.
    }
}

Found rule(const Asked& asked, const RecordsLostOnDisk& fact) {
    const Change change =
        fact.by == RecordsLostOnDisk::By::kPowerLoss ? Change::kPoweredOff : Change::kDiskFailed;
    return found(asked.last<NodeChanged>([&](const Fact& other, const NodeChanged& c) {
        return other.node == asked.fact.node && c.change == change;
    }),
                 asked.between(fact.by == RecordsLostOnDisk::By::kPowerLoss
                                   ? "these records were in the page cache only: Kafka leaves it "
                                     "to the system to write them to the disk"
                                   : "the only disk of the broker is lost",
                               thing_of(asked.world(), asked.fact.node)));
}

Found rule(const Asked& asked, const QuorumElectionStarted& fact) {
    const NodeId node = asked.fact.node;
    if (!fact.pre_vote) {
        const Found asked_first = found(asked.last<QuorumElectionStarted>(
            [&](const Fact& other, const QuorumElectionStarted& before) {
                return other.node == node && before.pre_vote;
            }));
        if (asked_first) {
            return asked_first;
        }
    }
    const std::optional<FactIndex> elected = last_quorum_leader(asked);
    if (!elected) {
        return asked.fact.at <= *asked.world().time_zero
                   ? std::nullopt
                   : Found(in_time("nobody leads the quorum: after a random time a voter asks for "
                                   "votes (controller.quorum.election.timeout.ms)"));
    }
    const NodeId leader = asked.past.facts()[*elected].node;
    const Duration timeout = quorum_ms(asked, "controller.quorum.fetch.timeout.ms");
    Reason silence =
        asked.between(fmt::format("{} had no answer from the leader of the quorum, {}, for {} "
                                  "(controller.quorum.fetch.timeout.ms)",
                                  node_name(asked.world(), node), node_name(asked.world(), leader),
                                  span_text(timeout)),
                      thing_of(asked.world(), leader));
    const std::optional<FactIndex> resigned =
        asked.last<QuorumLeaderResigned>([](const Fact&, const auto&) { return true; });
    const std::optional<FactIndex> silent =
        latest({trouble_between(asked, node, leader),
                asked.last<NodeChanged>([&](const Fact& other, const NodeChanged& change) {
                    return other.node == node && change.change == Change::kStarted;
                })});
    if (resigned > silent) {
        return found(resigned);
    }
    return silent ? found(silent, std::move(silence)) : Found(in_time(silence.text));
}

Found rule(const Asked& asked, const QuorumVoteGranted& fact) {
    return found(asked.last<QuorumElectionStarted>([&](const Fact& other, const auto& started) {
        return other.node == node_of(fact.candidate) && started.pre_vote == fact.pre_vote;
    }));
}

Found rule(const Asked& asked, const QuorumLeaderElected& fact) {
    return found(asked.last<QuorumElectionStarted>(
                     [&](const Fact& other, const QuorumElectionStarted& started) {
                         return other.node == asked.fact.node && started.epoch == fact.epoch;
                     }),
                 asked.between("a majority of the controllers voted for it", QuorumThing{}));
}

Found rule(const Asked& asked, const QuorumLeaderResigned& fact) {
    switch (fact.why) {
        case QuorumLeaderResigned::Why::kLostMajority: {
            const Duration timeout = quorum_ms(asked, "controller.quorum.fetch.timeout.ms");
            const Duration checked = timeout + timeout / 2;
            const std::optional<FactIndex> own = trouble_of(asked, asked.fact.node);
            return found(
                own ? own : any_trouble(asked),
                asked.between(fmt::format("a leader that a majority has not fetched from for {} "
                                          "gives up (1.5 times controller.quorum.fetch.timeout.ms)",
                                          span_text(checked)),
                              QuorumThing{}));
        }
        case QuorumLeaderResigned::Why::kHigherEpoch:
            return found(
                latest({asked.last<QuorumLeaderElected>([&](const Fact&, const auto& elected) {
                            return elected.epoch > fact.epoch;
                        }),
                        asked.last<QuorumElectionStarted>([&](const Fact&, const auto& started) {
                            return started.epoch > fact.epoch;
                        })}));
        case QuorumLeaderResigned::Why::kShutdown:
            return std::nullopt;
    }
    BL_CHECK(false);
}

Found rule(const Asked& asked, const ControllerActivated& fact) {
    return found(asked.last<QuorumLeaderElected>([&](const Fact& other, const auto& elected) {
        return other.node == asked.fact.node && elected.epoch == fact.epoch;
    }));
}

Found rule(const Asked& asked, const MetadataLogTruncated&) {
    return found(last_quorum_leader(asked),
                 asked.between("its log had records that the leader of the quorum does not have: "
                               "they were never committed",
                               thing_of(asked.world(), asked.fact.node)));
}

}  // namespace brokerlab
