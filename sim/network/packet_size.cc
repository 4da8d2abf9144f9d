// The size of a packet is measured on its encoding, body and header, as Kafka frames them.
//
// Headers and bodies are encoded at the version that the message says. TCP's and IP's own headers
// are not counted.
#include "sim/network/packet_size.h"

#include <variant>

#include "sim/model/message_codec.h"

namespace brokerlab {
namespace {

constexpr int64_t kLengthBytes = 4;

template <class Body>
int64_t body_size(const Body& body, ApiVersion version) {
    return std::visit(
        [version](const auto& message) {
            return static_cast<int64_t>(encode_message(message, version).size());
        },
        body);
}
int64_t request_size(const Request& request) {
    const ApiVersion version = request.header.request_api_version;
    const ApiVersion header =
        request_header_version(versions_of(request.header.request_api_key), version);
    return kLengthBytes + static_cast<int64_t>(encode_message(request.header, header).size()) +
           body_size(request.body, version);
}
int64_t response_size(const Response& response) {
    const RequestHeader& request = response.request_header;
    const ApiVersion version = request.request_api_version;
    const ApiVersion header = response_header_version(
        request.request_api_key, versions_of(request.request_api_key), version);
    const ResponseHeader answer{request.correlation_id};
    return kLengthBytes + static_cast<int64_t>(encode_message(answer, header).size()) +
           body_size(response.body, version);
}

}  // namespace

int64_t packet_size(const Packet& packet) {
    if (const auto* request = std::get_if<Request>(&packet)) {
        return request_size(*request);
    }
    if (const auto* response = std::get_if<Response>(&packet)) {
        return response_size(*response);
    }
    return 0;
}

}  // namespace brokerlab
