// Where to reach a broker that a Produce or Fetch response names as the new leader (KIP-951), so
// that the client need not refresh its metadata first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/model/ids.h"
#include "sim/model/schema.h"

namespace brokerlab {

struct NodeEndpoint {
    BrokerId node_id;
    std::string host;
    int32_t port = 0;
    std::optional<std::string> rack;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("nodeId", self.node_id);
        io.field("host", self.host);
        io.field("port", self.port);
        io.field("rack", self.rack, {.nullable_since = 0});
    }
    bool operator==(const NodeEndpoint&) const = default;
};

}  // namespace brokerlab
