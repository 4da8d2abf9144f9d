#include "sim/model/envelope.h"

#include <array>
#include <cstddef>

namespace brokerlab {

template class CompiledVariant<RequestBodies>;
template class CompiledVariant<ResponseBodies>;

namespace {

template <class Body>
void digest_body(Digest& d, const Body& body) {
    digest_into(d, api_key_of(body));
    std::visit([&d](const auto& message) { digest_into(d, message); }, body);
}

constexpr std::size_t kNoPlace = std::size_t(-1);

/// The place of each api key in the tables: every message asks for its versions.
constexpr auto make_places() {
    constexpr auto& kKeys = detail::RequestTable::kKeys;
    std::array<std::size_t, static_cast<std::size_t>(kKeys.back()) + 1> places{};
    places.fill(kNoPlace);
    for (std::size_t i = 0; i < kKeys.size(); ++i) {
        places[static_cast<std::size_t>(kKeys[i])] = i;
    }
    return places;
}
constexpr auto kPlaces = make_places();

}  // namespace

VersionRange versions_of(ApiKey key) {
    BL_CHECK(key >= ApiKey{0});
    const auto number = static_cast<std::size_t>(key);
    BL_CHECK(number < kPlaces.size());
    BL_CHECK(kPlaces[number] != kNoPlace);
    return detail::RequestTable::kVersions[kPlaces[number]];
}

void digest_into(Digest& d, const Request& request) {
    digest_fields(d, request.connection, request.header);
    digest_body(d, request.body);
}
void digest_into(Digest& d, const Response& response) {
    digest_fields(d, response.connection, response.request_header);
    digest_body(d, response.body);
}

RequestHeader make_header(ApiKey key, ApiVersion version, CorrelationId correlation_id,
                          std::string client_id) {
    const VersionRange versions = versions_of(key);
    BL_CHECK(versions.lowest <= version);
    BL_CHECK(version <= versions.latest);
    return {key, version, correlation_id, std::move(client_id)};
}

}  // namespace brokerlab
