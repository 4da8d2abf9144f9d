// Causes of what clients go through: retries, lost connections, acknowledgements, errors.
#include <fmt/format.h>

#include "sim/client/seek_reason.h"
#include "sim/view/causes.h"
#include "sim/view/inspect_parts.h"

namespace brokerlab {
namespace {

using Change = NodeChanged::Change;

std::optional<FactIndex> started_here(const Asked& asked) {
    return asked.last<NodeChanged>([&](const Fact& other, const NodeChanged& change) {
        return other.node == asked.fact.node && change.change == Change::kStarted;
    });
}

std::optional<FactIndex> retried(const Asked& asked, const TopicPartition& partition) {
    return asked.last<BatchRetried>([&](const Fact& other, const BatchRetried& retry) {
        return other.node == asked.fact.node && retry.partition == partition;
    });
}

std::optional<FactIndex> connection_lost(const Asked& asked) {
    return asked.last<ConnectionLost>(
        [&](const Fact& other, const ConnectionLost&) { return other.node == asked.fact.node; });
}

/// A broker refused something of this client for the partition with that error.
std::optional<FactIndex> refused(const Asked& asked, const TopicPartition& partition,
                                 ErrorCode error) {
    return asked.last<RequestRefused>([&](const Fact&, const RequestRefused& refusal) {
        return refusal.client == asked.fact.node && refusal.partition == partition &&
               refusal.error == error;
    });
}

std::optional<FactIndex> leader_or_isr_changed(const Asked& asked, const TopicPartition& tp) {
    const auto here = [&](const Fact&, const auto& f) { return f.partition == tp; };
    return latest({asked.last<LeaderChanged>(here), asked.last<IsrChanged>(here)});
}

bool of_connection(ErrorCode error) {
    return error == ErrorCode::kNetworkException || error == ErrorCode::kRequestTimedOut;
}

}  // namespace

Found rule(const Asked& asked, const ProducerIdAssigned&) {
    return found(started_here(asked),
                 asked.between("an idempotent producer asks for an id before its first batch "
                               "(enable.idempotence)",
                               thing_of(asked.world(), asked.fact.node)));
}

Found rule(const Asked& asked, const ProducerEpochBumped& fact) {
    return found(latest({refused(asked, fact.partition, fact.because),
                         asked.last<BatchFailed>([&](const Fact& other, const auto& failed) {
                             return other.node == asked.fact.node &&
                                    failed.partition == fact.partition;
                         })}));
}

Found rule(const Asked& asked, const BatchAcked& fact) {
    if (fact.attempts <= 1) {
        return Cause{.end = fmt::format("ordinary work: the producer sent the batch when it was "
                                        "full or linger.ms was over, and the leader answered {}",
                                        fact.acks == 0   ? "nothing, as acks=0 asks"
                                        : fact.acks == 1 ? "when it had written it (acks=1)"
                                                         : "when all in-sync replicas had it "
                                                           "(acks=all)")};
    }
    const std::optional<FactIndex> retry = retried(asked, fact.partition);
    const std::optional<FactIndex> change = leader_or_isr_changed(asked, fact.partition);
    if (retry && change > retry) {
        Reason in_vain = reason_of(asked.world(), asked.past.facts()[*retry]);
        in_vain.text = "before that, in vain: " + in_vain.text;
        return found(change, std::move(in_vain));
    }
    return found(retry);
}

Found rule(const Asked& asked, const BatchFailed& fact) {
    std::optional<Reason> given_up;
    if (fact.error == ErrorCode::kRequestTimedOut) {
        const Duration timeout = client_ms(asked.world(), asked.fact.node, "delivery.timeout.ms");
        given_up = asked.between(
            fmt::format("the records were not acknowledged within {} of being sent by the "
                        "application (delivery.timeout.ms)",
                        span_text(timeout)),
            thing_of(asked.world(), asked.fact.node));
    }
    return found(latest({refused(asked, fact.partition, fact.error), retried(asked, fact.partition),
                         of_connection(fact.error) ? connection_lost(asked) : std::nullopt}),
                 std::move(given_up));
}

Found rule(const Asked& asked, const BatchRetried& fact) {
    return found(latest({refused(asked, fact.partition, fact.error),
                         of_connection(fact.error) ? connection_lost(asked) : std::nullopt}));
}

Found rule(const Asked& asked, const SendFailed& fact) {
    const auto of_topic = [&](const Fact&, const auto& f) {
        return f.partition.topic == fact.topic;
    };
    return found(
        latest({connection_lost(asked),
                asked.last<BatchRetried>([&](const Fact& other, const BatchRetried&) {
                    return other.node == asked.fact.node;
                }),
                asked.last<LeaderChanged>(of_topic),
                asked.last<TopicDeleted>(
                    [&](const Fact&, const auto& gone) { return gone.topic == fact.topic; })}),
        asked.between("send() waits for metadata and for memory no longer than max.block.ms",
                      thing_of(asked.world(), asked.fact.node)));
}

Found rule(const Asked& asked, const PositionReset& fact) {
    const auto here = [&](const Fact&, const auto& f) { return f.partition == fact.partition; };
    if (fact.from == kNoOffset) {
        return found(started_here(asked));
    }
    if (fact.why == kSeeksBackToUndone) {
        return found(asked.last<ServiceFailed>([&](const Fact& other, const ServiceFailed&) {
            return other.node == asked.fact.node;
        }));
    }
    return found(latest({refused(asked, fact.partition, ErrorCode::kOffsetOutOfRange),
                         asked.last<LeaderChanged>(here), asked.last<RecordsRemoved>(here),
                         asked.last<RecordsLostOnDisk>(here)}));
}

Found rule(const Asked& asked, const ConnectionLost& fact) {
    const NodeId node = asked.fact.node;
    const std::optional<FactIndex> direct = trouble_between(asked, node, fact.peer);
    if (!fact.timed_out) {
        return found(direct);
    }
    const Duration timeout = client_ms(asked.world(), node, "request.timeout.ms");
    // The peer may be well and wait itself: for followers that do not fetch.
    const std::optional<FactIndex> of_peer = trouble_of(asked, fact.peer);
    std::optional<FactIndex> trouble = latest({direct, of_peer, any_trouble(asked)});
    const SimTime sent = asked.fact.at - timeout;
    if (direct && asked.past.facts()[*direct].at >= sent - 1_s) {
        trouble = direct;
    }
    return found(trouble,
                 asked.between(fmt::format("a request to {} had no answer for {} "
                                           "(request.timeout.ms)",
                                           node_name(asked.world(), fact.peer), span_text(timeout)),
                               thing_of(asked.world(), fact.peer)));
}

Found rule(const Asked& asked, const AdminAnswered& fact) {
    return found(asked.last<CommandDone>(
        [&](const Fact&, const CommandDone& done) { return done.command == fact.request; }));
}

}  // namespace brokerlab
