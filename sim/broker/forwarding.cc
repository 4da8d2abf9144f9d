// Packing requests into envelopes and unpacking the answers.
//
// The kinds that are forwarded stand in one list here, each with its response and with the way in
// which it says that it failed as a whole.
#include "sim/broker/forwarding.h"

#include <optional>
#include <utility>

#include "sim/base/check.h"
#include "sim/model/message_codec.h"

namespace brokerlab {
namespace {

constexpr const char* kTimedOut = "The request timed out.";
constexpr const char* kUnknown =
    "The server experienced an unexpected error when processing the request.";

const char* sentence(ErrorCode error) {
    return error == ErrorCode::kRequestTimedOut ? kTimedOut : kUnknown;
}

// What each request's response says when the whole of it failed [requests/*Request.java
// getErrorResponse].

CreateTopicsResponse failure_of(const CreateTopicsRequest& request, ErrorCode error) {
    CreateTopicsResponse response;
    for (const CreateTopicsRequest::Topic& topic : request.topics) {
        CreateTopicsResponse::Topic& result = response.topics.emplace_back();
        result.name = topic.name;
        result.error_code = error;
        result.error_message = sentence(error);
    }
    return response;
}
DeleteTopicsResponse failure_of(const DeleteTopicsRequest& request, ErrorCode error) {
    DeleteTopicsResponse response;
    for (const DeleteTopicsRequest::Topic& topic : request.topics) {
        DeleteTopicsResponse::Result& result = response.responses.emplace_back();
        result.name = topic.name;
        result.topic_id = topic.topic_id;
        result.error_code = error;
    }
    for (const std::string& name : request.topic_names) {
        DeleteTopicsResponse::Result& result = response.responses.emplace_back();
        result.name = name;
        result.error_code = error;
    }
    return response;
}
CreatePartitionsResponse failure_of(const CreatePartitionsRequest& request, ErrorCode error) {
    CreatePartitionsResponse response;
    for (const CreatePartitionsRequest::Topic& topic : request.topics) {
        response.results.push_back({topic.name, error, sentence(error)});
    }
    return response;
}
IncrementalAlterConfigsResponse failure_of(const IncrementalAlterConfigsRequest& request,
                                           ErrorCode error) {
    IncrementalAlterConfigsResponse response;
    for (const IncrementalAlterConfigsRequest::Resource& resource : request.resources) {
        response.responses.push_back(
            {error, sentence(error), resource.resource_type, resource.resource_name});
    }
    return response;
}
AlterConfigsResponse failure_of(const AlterConfigsRequest& request, ErrorCode error) {
    AlterConfigsResponse response;
    for (const AlterConfigsRequest::Resource& resource : request.resources) {
        response.responses.push_back(
            {error, sentence(error), resource.resource_type, resource.resource_name});
    }
    return response;
}
ElectLeadersResponse failure_of(const ElectLeadersRequest& request, ErrorCode error) {
    ElectLeadersResponse response;
    response.error_code = error;
    if (request.topic_partitions.has_value()) {
        for (const ElectLeadersRequest::Topic& topic : *request.topic_partitions) {
            ElectLeadersResponse::Topic& result = response.replica_election_results.emplace_back();
            result.topic = topic.topic;
            for (const PartitionId partition : topic.partitions) {
                result.partition_result.push_back({partition, error, sentence(error)});
            }
        }
    }
    return response;
}
AlterPartitionReassignmentsResponse failure_of(const AlterPartitionReassignmentsRequest& request,
                                               ErrorCode error) {
    AlterPartitionReassignmentsResponse response;
    response.error_code = error;
    response.error_message = sentence(error);
    for (const AlterPartitionReassignmentsRequest::Topic& topic : request.topics) {
        AlterPartitionReassignmentsResponse::Topic& result = response.responses.emplace_back();
        result.name = topic.name;
        for (const AlterPartitionReassignmentsRequest::Partition& partition : topic.partitions) {
            result.partitions.push_back({partition.partition_index, error, sentence(error)});
        }
    }
    return response;
}
ListPartitionReassignmentsResponse failure_of(const ListPartitionReassignmentsRequest&,
                                              ErrorCode error) {
    ListPartitionReassignmentsResponse response;
    response.error_code = error;
    response.error_message = sentence(error);
    return response;
}
DescribeQuorumResponse failure_of(const DescribeQuorumRequest&, ErrorCode error) {
    DescribeQuorumResponse response;
    response.error_code = error;
    response.error_message = sentence(error);
    return response;
}
UnregisterBrokerResponse failure_of(const UnregisterBrokerRequest&, ErrorCode error) {
    UnregisterBrokerResponse response;
    response.error_code = error;
    response.error_message = sentence(error);
    return response;
}

template <class RequestKind, class ResponseKind>
struct Pair {
    using Asked = RequestKind;
    using Answered = ResponseKind;
};

/// Calls `with` with the pair of message kinds of `api`; false when it is not a forwarded one.
template <class F>
bool with_kind(ApiKey api, F with) {
    switch (api) {
        case ApiKey::kCreateTopics:
            with(Pair<CreateTopicsRequest, CreateTopicsResponse>{});
            return true;
        case ApiKey::kDeleteTopics:
            with(Pair<DeleteTopicsRequest, DeleteTopicsResponse>{});
            return true;
        case ApiKey::kCreatePartitions:
            with(Pair<CreatePartitionsRequest, CreatePartitionsResponse>{});
            return true;
        case ApiKey::kIncrementalAlterConfigs:
            with(Pair<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>{});
            return true;
        case ApiKey::kAlterConfigs:
            with(Pair<AlterConfigsRequest, AlterConfigsResponse>{});
            return true;
        case ApiKey::kElectLeaders:
            with(Pair<ElectLeadersRequest, ElectLeadersResponse>{});
            return true;
        case ApiKey::kAlterPartitionReassignments:
            with(Pair<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>{});
            return true;
        case ApiKey::kListPartitionReassignments:
            with(Pair<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>{});
            return true;
        case ApiKey::kDescribeQuorum:
            with(Pair<DescribeQuorumRequest, DescribeQuorumResponse>{});
            return true;
        case ApiKey::kUnregisterBroker:
            with(Pair<UnregisterBrokerRequest, UnregisterBrokerResponse>{});
            return true;
        default:
            return false;
    }
}

/// The principal User:ANONYMOUS as brokers hand it on [DefaultKafkaPrincipalBuilder.java].
Bytes anonymous_principal() {
    ByteWriter out;
    out.be(int16_t{0});
    out.uvarint(5);
    out.bytes(as_bytes("User"));
    out.uvarint(10);
    out.bytes(as_bytes("ANONYMOUS"));
    out.be(int8_t{0});  // not authenticated by a token
    out.uvarint(0);
    return out.take();
}

template <class Body>
EnvelopeRequest envelope(const RequestHeader& header, const Body& body) {
    const ApiVersion version = header.request_api_version;
    ByteWriter out;
    out.bytes(encode_message(header, request_header_version(Body::kVersions, version)));
    out.bytes(encode_message(body, version));
    EnvelopeRequest request;
    request.request_data = out.take();
    request.request_principal = anonymous_principal();
    request.client_host_address = {127, 0, 0, 1};
    return request;
}

/// The response inside the envelope; nothing when it can't be read.
template <class Body>
std::optional<Body> unwrap(const EnvelopeResponse& envelope, const RequestHeader& header) {
    if (!envelope.response_data.has_value()) {
        return std::nullopt;
    }
    const ApiVersion version = header.request_api_version;
    ByteReader in(*envelope.response_data);
    const Outcome<ResponseHeader> head = read_message<ResponseHeader>(
        in, response_header_version(Body::kApiKey, Body::kVersions, version));
    if (!head || head->correlation_id != header.correlation_id) {
        return std::nullopt;
    }
    Outcome<Body> body = read_message<Body>(in, version);
    if (!body || in.remaining() != 0) {
        return std::nullopt;
    }
    return std::move(body).value();
}

}  // namespace

bool is_forwarded(ApiKey api) {
    return with_kind(api, [](auto) {});
}

void forward(Forwarding& forwarding, Request request, ControllerChannel& channel, SimTime now) {
    const uint64_t tag = forwarding.next_tag++;
    const bool known = with_kind(request.header.request_api_key, [&](auto kind) {
        const auto& body = std::get<typename decltype(kind)::Asked>(request.body);
        channel.enqueue(envelope(request.header, body), tag, now);
    });
    BL_CHECK(known);
    forwarding.requests[tag] = std::move(request);
}

void create_missing_topics(Forwarding& forwarding, std::vector<CreateTopicsRequest::Topic> topics,
                           const RequestHeader& header, ControllerChannel& channel, SimTime now) {
    CreateTopicsRequest request;
    request.timeout_ms = 30'000;
    std::vector<std::string> names;
    for (CreateTopicsRequest::Topic& topic : topics) {
        if (forwarding.topics_in_creation.insert(topic.name)) {
            names.push_back(topic.name);
            request.topics.push_back(std::move(topic));
        }
    }
    if (names.empty()) {
        return;
    }
    const RequestHeader inner =
        make_header(ApiKey::kCreateTopics, CreateTopicsRequest::kVersions.latest,
                    header.correlation_id, header.client_id.value_or(""));
    const uint64_t tag = forwarding.next_tag++;
    channel.enqueue(envelope(inner, request), tag, now);
    forwarding.creations[tag] = std::move(names);
}

void on_forwarding_answer(Forwarding& forwarding, const ControllerAnswer& answer, Effects& fx) {
    if (const std::vector<std::string>* topics = forwarding.creations.find(answer.tag)) {
        // Whether they were created shows in the metadata: the client asks again.
        for (const std::string& topic : *topics) {
            forwarding.topics_in_creation.erase(topic);
        }
        forwarding.creations.erase(answer.tag);
        return;
    }
    Request* waiting = forwarding.requests.find(answer.tag);
    if (waiting == nullptr) {
        return;  // The client has gone.
    }
    const Request request = std::move(*waiting);
    forwarding.requests.erase(answer.tag);
    const EnvelopeResponse* envelope = answer.response.has_value()
                                           ? std::get_if<EnvelopeResponse>(&answer.response->body)
                                           : nullptr;
    if (envelope != nullptr && envelope->error_code == ErrorCode::kUnsupportedVersion) {
        fx.close(request.connection);
        return;
    }
    with_kind(request.header.request_api_key, [&](auto kind) {
        using Asked = typename decltype(kind)::Asked;
        using Answered = typename decltype(kind)::Answered;
        std::optional<Answered> body;
        if (envelope == nullptr) {
            body = failure_of(std::get<Asked>(request.body), ErrorCode::kRequestTimedOut);
        } else if (envelope->error_code == ErrorCode::kNone) {
            body = unwrap<Answered>(*envelope, request.header);
        }
        if (!body.has_value()) {
            body = failure_of(std::get<Asked>(request.body), ErrorCode::kUnknownServerError);
        }
        fx.respond(make_response(request, *std::move(body)));
    });
}

void forget_forwarded(Forwarding& forwarding, const ConnectionId& connection) {
    forwarding.requests.erase_if(
        [&](const auto& item) { return item.second.connection == connection; });
}

}  // namespace brokerlab
