#include "sim/controller/forwarded_request.h"

#include <optional>
#include <type_traits>
#include <utility>

#include "sim/base/check.h"
#include "sim/model/message_codec.h"

namespace brokerlab {
namespace {

template <class RequestType, class ResponseType>
struct Kind {
    using RequestOf = RequestType;
    using ResponseOf = ResponseType;
};

/// Calls `visit` with each kind that is forwarded until one says that it is done.
template <class Visit>
bool visit_kinds(Visit visit) {
    return visit(Kind<CreateTopicsRequest, CreateTopicsResponse>()) ||
           visit(Kind<DeleteTopicsRequest, DeleteTopicsResponse>()) ||
           visit(Kind<CreatePartitionsRequest, CreatePartitionsResponse>()) ||
           visit(Kind<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>()) ||
           visit(Kind<ElectLeadersRequest, ElectLeadersResponse>()) ||
           visit(Kind<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>()) ||
           visit(Kind<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>());
}

template <class Body>
Outcome<ForwardedInner> decode_inner(ByteSpan bytes, ApiVersion version) {
    ByteReader in(bytes);
    const ApiVersion header_version = request_header_version(Body::kVersions, version);
    Outcome<RequestHeader> header = read_message<RequestHeader>(in, header_version);
    if (!header) {
        return header.failure();
    }
    Outcome<Body> body = decode_message<Body>(bytes.subspan(in.position()), version);
    if (!body) {
        return body.failure();
    }
    return ForwardedInner{*std::move(header), RequestBody(*std::move(body))};
}

}  // namespace

Outcome<ForwardedInner> decode_forwarded(ByteSpan request_data) {
    // Every header begins with the key and the version, which say how the rest is written.
    ByteReader front(request_data);
    const ApiKey key{front.be<int16_t>()};
    const auto version = front.be<ApiVersion>();
    std::optional<Outcome<ForwardedInner>> inner;
    visit_kinds([&]<class KindType>(KindType) {
        using Body = typename KindType::RequestOf;
        if (key != Body::kApiKey) {
            return false;
        }
        inner = decode_inner<Body>(request_data, version);
        return true;
    });
    if (!front.ok() || !inner) {
        return Failure{"the envelope holds no request for the controller"};
    }
    return *std::move(inner);
}

Bytes encode_forwarded_response(const RequestHeader& header, const ResponseBody& response) {
    const ApiVersion version = header.request_api_version;
    ByteWriter out;
    const bool encoded = visit_kinds([&]<class KindType>(KindType) {
        using Body = typename KindType::ResponseOf;
        const auto* body = std::get_if<Body>(&response);
        if (body == nullptr) {
            return false;
        }
        BL_CHECK(header.request_api_key == Body::kApiKey);
        const ApiVersion header_version =
            response_header_version(Body::kApiKey, Body::kVersions, version);
        out.bytes(encode_message(ResponseHeader{header.correlation_id}, header_version));
        out.bytes(encode_message(*body, version));
        return true;
    });
    BL_CHECK(encoded);
    return out.take();
}

}  // namespace brokerlab
