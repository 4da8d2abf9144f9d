// Produces that wait for the high watermark: when one is let go, and what it is told then.
// [core server/DelayedProduce.scala, DelayedOperationPurgatory]
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "sim/broker/partition_access.h"
#include "sim/broker/produce.h"
#include "sim/broker/produce_wait.h"

namespace brokerlab {
namespace {

bool waits_for(const DelayedProduce& produce, const TopicPartition& tp) {
    return std::any_of(
        produce.partitions.begin(), produce.partitions.end(),
        [&](const ProduceWait& wait) { return wait.pending && is_same(wait.partition, tp); });
}

/// Whether one of the partitions that still wait has its final word now.
bool has_news(const ReplicaManager& rm, const MetadataImage& image, const DelayedProduce& produce,
              RuleSet rules) {
    return std::any_of(produce.partitions.begin(), produce.partitions.end(),
                       [&](const ProduceWait& wait) {
                           return wait.pending && judge_wait(rm, image, wait, rules).has_value();
                       });
}

/// Settles what can be settled; true when nothing is left to wait for.
bool settle_all(const ReplicaManager& rm, const MetadataImage& image, DelayedProduce& produce,
                RuleSet rules) {
    bool complete = true;
    for (ProduceWait& wait : produce.partitions) {
        if (!wait.pending) {
            continue;
        }
        if (const std::optional<ErrorCode> error = judge_wait(rm, image, wait, rules)) {
            settle_wait(wait, *error);
        } else {
            complete = false;
        }
    }
    return complete;
}

/// Takes a waiting produce out of the purgatory.
DelayedProduce take(ReplicaManager& rm, uint64_t number) {
    Purgatory& purgatory = rm.purgatory.edit();
    DelayedProduce produce = purgatory.produces.at(number).take();
    purgatory.produces.erase(number);
    return produce;
}

}  // namespace

std::optional<ErrorCode> judge_wait(const ReplicaManager& rm, const MetadataImage& image,
                                    const ProduceWait& wait, RuleSet rules) {
    const PartitionKey key{wait.partition.topic, wait.partition.partition};
    const Partition* partition = find_partition(rm, key);
    if (partition == nullptr) {
        return not_hosted_error(&image, key);
    }
    if (!partition->is_leader) {
        return ErrorCode::kNotLeaderOrFollower;
    }
    if (partition->log->high_watermark < wait.required_offset) {
        return std::nullopt;
    }
    // The high watermark passed it with replicas that may be gone by now.
    const bool enough = !rules.on(Rule::kMinIsrCheck) ||
                        partition->effective_min_isr() <= partition->maximal_isr_size();
    return enough ? ErrorCode::kNone : ErrorCode::kNotEnoughReplicasAfterAppend;
}

void settle_wait(ProduceWait& wait, ErrorCode error) {
    wait.pending = false;
    wait.response.error_code = error;
}

void state_refusals(const Request& request, std::span<const ProduceWait> partitions, Effects& fx) {
    for (const ProduceWait& wait : partitions) {
        if (wait.response.error_code != ErrorCode::kNone) {
            fx.state(RequestRefused{ApiKey::kProduce, wait.partition, request.connection.opener,
                                    wait.response.error_code});
        }
    }
}

void answer_produce(const Request& request, std::vector<ProduceWait> partitions,
                    const ReplicaManager& rm, const MetadataImage& image, Effects& fx) {
    state_refusals(request, partitions, fx);
    ProduceResponse response;
    for (ProduceWait& wait : partitions) {
        if (wait.response.error_code == ErrorCode::kNotLeaderOrFollower) {
            const KnownLeader leader =
                known_leader(rm, &image, {wait.partition.topic, wait.partition.partition});
            wait.response.current_leader = {leader.id, leader.epoch};
            add_endpoint(response.node_endpoints, leader.id, &image);
        }
        if (response.responses.empty() || response.responses.back().name != wait.partition.topic) {
            response.responses.push_back({std::move(wait.partition.topic), {}});
        }
        response.responses.back().partition_responses.push_back(std::move(wait.response));
    }
    fx.respond(make_response(request, std::move(response)));
}

void try_complete_produces(ReplicaManager& rm, const MetadataImage& image, const TopicPartition& tp,
                           const Env& env, Effects& fx) {
    for (std::size_t i = 0; i < rm.purgatory->produces.size();) {
        const auto& waiting = *(rm.purgatory->produces.begin() + static_cast<std::ptrdiff_t>(i));
        const uint64_t number = waiting.first;
        const DelayedProduce& operation = *waiting.second.operation;
        const bool moves = waits_for(operation, tp) && has_news(rm, image, operation, env.rules);
        if (moves && settle_all(rm, image, rm.purgatory.edit().produces.at(number).operation.edit(),
                                env.rules)) {
            DelayedProduce produce = take(rm, number);
            answer_produce(produce.request, std::move(produce.partitions), rm, image, fx);
        } else {
            ++i;
        }
    }
}

void expire_produces(ReplicaManager& rm, const MetadataImage& image, const Env& env, Effects& fx) {
    std::vector<uint64_t> overdue;
    for (const auto& [number, produce] : rm.purgatory->produces) {
        if (produce.deadline <= env.now) {
            overdue.push_back(number);
        }
    }
    for (const uint64_t number : overdue) {
        DelayedProduce produce = take(rm, number);
        for (ProduceWait& wait : produce.partitions) {
            if (wait.pending) {
                settle_wait(wait, ErrorCode::kRequestTimedOut);
            }
        }
        answer_produce(produce.request, std::move(produce.partitions), rm, image, fx);
    }
}

}  // namespace brokerlab
