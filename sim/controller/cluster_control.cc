#include "sim/controller/cluster_control.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "sim/base/check.h"

namespace brokerlab {
namespace {

/// Ids that stand for "none", "unknown" and the like [DirectoryId.reserved].
bool is_reserved_directory(const Uuid& id) {
    return id.high == 0 && id.low < 100;
}

/// Whether another broker has the directory.
bool is_of_another(const MetadataImage& image, BrokerId broker, const Uuid& directory) {
    return std::any_of(image.brokers->begin(), image.brokers->end(), [&](const auto& item) {
        const std::vector<Uuid>& theirs = item.second.directories;
        return item.first != broker &&
               std::find(theirs.begin(), theirs.end(), directory) != theirs.end();
    });
}

bool are_valid_directories(const MetadataImage& image, const BrokerRegistrationRequest& request) {
    FlatSet<Uuid> seen;
    return !request.log_dirs.empty() &&
           std::all_of(request.log_dirs.begin(), request.log_dirs.end(), [&](const Uuid& id) {
               return !is_reserved_directory(id) && seen.insert(id) &&
                      !is_of_another(image, request.broker_id, id);
           });
}

ErrorCode judge_registration(const DecisionContext& context, const BrokerHeartbeats& heartbeats,
                             const std::string& cluster_id,
                             const BrokerRegistrationRequest& request) {
    if (request.cluster_id != cluster_id) {
        return ErrorCode::kInconsistentClusterId;
    }
    const BrokerRegistration* existing = context.image.find_broker(request.broker_id);
    if (existing != nullptr && existing->incarnation_id != request.incarnation_id &&
        heartbeats.has_valid_session(request.broker_id, context.config.session_timeout,
                                     context.env.now)) {
        return ErrorCode::kDuplicateBrokerRegistration;
    }
    return are_valid_directories(context.image, request) ? ErrorCode::kNone
                                                         : ErrorCode::kInvalidRegistration;
}

RegisterBrokerRecord registration_record(const BrokerRegistrationRequest& request) {
    RegisterBrokerRecord record;
    record.broker_id = request.broker_id;
    record.incarnation_id = request.incarnation_id;
    record.end_points = request.listeners;
    record.features = request.features;
    record.rack = request.rack;
    record.log_dirs = request.log_dirs;
    return record;
}

void add(Decision& decision, Decision more) {
    std::move(more.records.begin(), more.records.end(), std::back_inserter(decision.records));
    std::move(more.facts.begin(), more.facts.end(), std::back_inserter(decision.facts));
}

/// A new incarnation may lie in other directories: what that changes follows its record in the same
/// batch.
Decision consequences(const DecisionContext& context, const std::vector<MetadataRecord>& records,
                      BrokerId broker) {
    MetadataImage image = context.image;
    MetadataDelta delta;
    Offset next = context.next_offset;
    for (const MetadataRecord& record : records) {
        replay(image, delta, record, next);
        ++next;
    }
    return move_to_new_directory({image, context.config, context.env, next}, broker);
}

bool has_epoch(const MetadataImage& image, BrokerId broker, BrokerEpoch epoch) {
    const BrokerRegistration* registration = image.find_broker(broker);
    return registration != nullptr && registration->epoch == epoch;
}

/// The records and facts of a step from one state to another.
Decision decide_step(const DecisionContext& context, BrokerId broker, BrokerControlState next) {
    switch (next) {
        case BrokerControlState::kFenced:
        case BrokerControlState::kShutdownNow: {
            const bool was_fenced = context.image.find_broker(broker)->fenced;
            Decision decision = fence_broker(context, broker, std::nullopt);
            if (was_fenced) {
                std::erase_if(decision.facts, [](const FactBody& fact) {
                    return std::holds_alternative<BrokerFenced>(fact);
                });
            }
            return decision;
        }
        case BrokerControlState::kUnfenced:
            return unfence_broker(context, broker);
        case BrokerControlState::kControlledShutdown:
            return begin_controlled_shutdown(context, broker);
    }
    BL_CHECK(false);
}

}  // namespace

Answer<BrokerRegistrationResponse> register_broker(const DecisionContext& context,
                                                   const BrokerHeartbeats& heartbeats,
                                                   const std::string& cluster_id,
                                                   const BrokerRegistrationRequest& request) {
    Answer<BrokerRegistrationResponse> answer;
    answer.response.error_code = judge_registration(context, heartbeats, cluster_id, request);
    if (answer.response.error_code != ErrorCode::kNone) {
        return answer;
    }
    const BrokerRegistration* existing = context.image.find_broker(request.broker_id);
    RegisterBrokerRecord record = registration_record(request);
    if (existing != nullptr && existing->incarnation_id == request.incarnation_id) {
        record.fenced = existing->fenced;
        record.in_controlled_shutdown = existing->in_controlled_shutdown;
        record.broker_epoch = existing->epoch;
        answer.response.broker_epoch = record.broker_epoch;
        answer.decision.records.emplace_back(std::move(record));
        return answer;
    }
    // The epoch is where the batch begins, whatever stands in it before the registration.
    record.broker_epoch = BrokerEpoch(context.next_offset.value);
    answer.response.broker_epoch = record.broker_epoch;
    Decision& decision = answer.decision;
    if (existing != nullptr) {
        if (!existing->fenced) {
            decision.facts.emplace_back(BrokerFenced{record.broker_id, std::nullopt});
        }
        add(decision, end_earlier_incarnation(context, record.broker_id));
    }
    decision.facts.emplace_back(BrokerRegistered{record.broker_id, record.broker_epoch});
    decision.records.emplace_back(std::move(record));
    if (existing != nullptr) {
        add(decision, consequences(context, decision.records, request.broker_id));
    }
    return answer;
}

HeartbeatAnswer broker_heartbeat(const DecisionContext& context, BrokerHeartbeats& heartbeats,
                                 const BrokerHeartbeatRequest& request) {
    HeartbeatAnswer result;
    BrokerHeartbeatResponse& response = result.answer.response;
    const BrokerId broker = request.broker_id;
    if (!has_epoch(context.image, broker, request.broker_epoch)) {
        response.error_code = ErrorCode::kStaleBrokerEpoch;
        return result;
    }
    HeartbeatInput input;
    input.metadata_offset = request.current_metadata_offset;
    input.want_fence = request.want_fence;
    input.want_shut_down = request.want_shut_down;
    input.registered_at = context.image.find_broker(broker)->registered_at;
    input.has_leaderships = heartbeats.may_need_leaderships(broker, request.want_shut_down) &&
                            leads_any(context.image, broker);
    const BrokerControlState current = heartbeats.control_state(broker);
    result.state = heartbeats.next_control_state(broker, input);
    if (result.state != current) {
        result.answer.decision = decide_step(context, broker, result.state);
    }
    const bool should_shut_down = result.state == BrokerControlState::kShutdownNow;
    const bool fenced = should_shut_down || result.state == BrokerControlState::kFenced;
    heartbeats.touch(broker, fenced, request.current_metadata_offset, context.env.now);
    response.is_caught_up = input.metadata_offset >= input.registered_at;
    response.is_fenced = fenced;
    response.should_shut_down = should_shut_down;
    return result;
}

std::optional<Decision> fence_one_overdue(const DecisionContext& context,
                                          BrokerHeartbeats& heartbeats) {
    const std::optional<BrokerId> broker =
        heartbeats.find_overdue(context.config.session_timeout, context.env.now);
    if (!broker) {
        return std::nullopt;
    }
    const Duration silent_for = context.env.now - heartbeats.brokers.at(*broker).last_contact;
    heartbeats.fence(*broker);
    return fence_broker(context, *broker, silent_for);
}

Answer<AllocateProducerIdsResponse> allocate_producer_ids(
    const DecisionContext& context, const AllocateProducerIdsRequest& request) {
    Answer<AllocateProducerIdsResponse> answer;
    if (!has_epoch(context.image, request.broker_id, request.broker_epoch)) {
        answer.response.error_code = ErrorCode::kStaleBrokerEpoch;
        return answer;
    }
    const ProducerId first = context.image.next_producer_id;
    answer.response.producer_id_start = first;
    answer.response.producer_id_len = kProducerIdBlockSize;
    answer.decision.records.emplace_back(ProducerIdsRecord{
        request.broker_id, request.broker_epoch, ProducerId(first.value + kProducerIdBlockSize)});
    return answer;
}

void follow_record(BrokerHeartbeats& heartbeats, const MetadataRecord& record, SimTime now) {
    if (const auto* registered = std::get_if<RegisterBrokerRecord>(&record)) {
        heartbeats.remove(registered->broker_id);
        heartbeats.register_broker(registered->broker_id, registered->fenced, now);
    } else if (const auto* gone = std::get_if<UnregisterBrokerRecord>(&record)) {
        heartbeats.remove(gone->broker_id);
    } else if (const auto* change = std::get_if<BrokerRegistrationChangeRecord>(&record)) {
        using Fencing = BrokerRegistrationChangeRecord::Fencing;
        const bool fenced = change->fenced == Fencing::kNoChange
                                ? heartbeats.brokers.at(change->broker_id).fenced
                                : change->fenced == Fencing::kFence;
        heartbeats.register_broker(change->broker_id, fenced, now);
    }
}

BrokerHeartbeats fresh_heartbeats(const MetadataImage& image, SimTime now) {
    BrokerHeartbeats heartbeats;
    for (const auto& [id, registration] : *image.brokers) {
        heartbeats.register_broker(id, registration.fenced, now);
    }
    return heartbeats;
}

}  // namespace brokerlab
