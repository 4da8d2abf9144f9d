#include "sim/controller/not_controller.h"

namespace brokerlab {
namespace {

constexpr ErrorCode kError = ErrorCode::kNotController;

/// The requests whose response has an error for the whole.
template <class ResponseType>
ResponseBody with_error() {
    ResponseType response;
    response.error_code = kError;
    return response;
}

ResponseBody answer(const CreateTopicsRequest& request, const std::string& message) {
    CreateTopicsResponse response;
    for (const CreateTopicsRequest::Topic& topic : request.topics) {
        CreateTopicsResponse::Topic result;
        result.name = topic.name;
        result.error_code = kError;
        result.error_message = message;
        response.topics.push_back(std::move(result));
    }
    return response;
}

ResponseBody answer(const DeleteTopicsRequest& request, const std::string& message) {
    DeleteTopicsResponse response;
    for (const std::string& name : request.topic_names) {
        response.responses.push_back({name, Uuid{}, kError, message});
    }
    for (const DeleteTopicsRequest::Topic& topic : request.topics) {
        response.responses.push_back({topic.name, topic.topic_id, kError, message});
    }
    return response;
}

ResponseBody answer(const CreatePartitionsRequest& request, const std::string& message) {
    CreatePartitionsResponse response;
    for (const CreatePartitionsRequest::Topic& topic : request.topics) {
        response.results.push_back({topic.name, kError, message});
    }
    return response;
}

ResponseBody answer(const IncrementalAlterConfigsRequest& request, const std::string& message) {
    IncrementalAlterConfigsResponse response;
    for (const IncrementalAlterConfigsRequest::Resource& resource : request.resources) {
        response.responses.push_back(
            {kError, message, resource.resource_type, resource.resource_name});
    }
    return response;
}

ResponseBody answer(const ElectLeadersRequest& request, const std::string& message) {
    ElectLeadersResponse response;
    response.error_code = kError;
    if (!request.topic_partitions) {
        return response;
    }
    for (const ElectLeadersRequest::Topic& topic : *request.topic_partitions) {
        ElectLeadersResponse::Topic results{topic.topic, {}};
        for (const PartitionId partition : topic.partitions) {
            results.partition_result.push_back({partition, kError, message});
        }
        response.replica_election_results.push_back(std::move(results));
    }
    return response;
}

ResponseBody answer(const AlterPartitionReassignmentsRequest& request, const std::string& message) {
    AlterPartitionReassignmentsResponse response;
    response.error_code = kError;
    response.error_message = message;
    for (const AlterPartitionReassignmentsRequest::Topic& topic : request.topics) {
        AlterPartitionReassignmentsResponse::Topic results{topic.name, {}};
        for (const AlterPartitionReassignmentsRequest::Partition& partition : topic.partitions) {
            results.partitions.push_back({partition.partition_index, kError, message});
        }
        response.responses.push_back(std::move(results));
    }
    return response;
}

ResponseBody answer(const ListPartitionReassignmentsRequest&, const std::string& message) {
    ListPartitionReassignmentsResponse response;
    response.error_code = kError;
    response.error_message = message;
    return response;
}

ResponseBody answer(const BrokerRegistrationRequest&, const std::string&) {
    return with_error<BrokerRegistrationResponse>();
}
ResponseBody answer(const BrokerHeartbeatRequest&, const std::string&) {
    return with_error<BrokerHeartbeatResponse>();
}
ResponseBody answer(const AlterPartitionRequest&, const std::string&) {
    return with_error<AlterPartitionResponse>();
}
ResponseBody answer(const AllocateProducerIdsRequest&, const std::string&) {
    return with_error<AllocateProducerIdsResponse>();
}

template <class... Bodies>
std::optional<ResponseBody> answer_one_of(const RequestBody& request, const std::string& message) {
    std::optional<ResponseBody> response;
    const auto try_kind = [&](const auto* body) {
        if (body != nullptr) {
            response = answer(*body, message);
        }
        return body != nullptr;
    };
    (try_kind(std::get_if<Bodies>(&request)) || ...);
    return response;
}

}  // namespace

std::string not_controller_message(std::optional<BrokerId> active) {
    return active
               ? "The active controller appears to be node " + std::to_string(active->value) + "."
               : "No controller appears to be active.";
}

std::optional<ResponseBody> not_controller_response(const RequestBody& request,
                                                    const std::string& message) {
    return answer_one_of<BrokerHeartbeatRequest, AlterPartitionRequest, BrokerRegistrationRequest,
                         AllocateProducerIdsRequest, CreateTopicsRequest, DeleteTopicsRequest,
                         CreatePartitionsRequest, IncrementalAlterConfigsRequest,
                         ElectLeadersRequest, AlterPartitionReassignmentsRequest,
                         ListPartitionReassignmentsRequest>(request, message);
}

}  // namespace brokerlab
