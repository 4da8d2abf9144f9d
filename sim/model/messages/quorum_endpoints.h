// Where to reach a voter of the metadata quorum, as the Raft messages say it (KIP-853).
#pragma once

#include <cstdint>
#include <string>

#include "sim/model/ids.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Where to reach a voter that is named as leader.
struct QuorumEndpoint {
    BrokerId node_id;
    std::string host;
    uint16_t port = 0;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("nodeId", self.node_id);
        io.field("host", self.host);
        io.field("port", self.port);
    }
    bool operator==(const QuorumEndpoint&) const = default;
};

/// A named endpoint of a voter.
struct QuorumListener {
    std::string name;
    std::string host;
    uint16_t port = 0;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("name", self.name);
        io.field("host", self.host);
        io.field("port", self.port);
    }
    bool operator==(const QuorumListener&) const = default;
};

}  // namespace brokerlab
