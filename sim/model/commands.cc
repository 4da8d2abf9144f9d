#include "sim/model/commands.h"

#include <fmt/format.h>

#include "sim/base/check.h"

namespace brokerlab {

std::string end_text(const LinkEnd& end) {
    switch (end.kind) {
        case LinkEnd::Kind::kNode:
            return end.node.kind == NodeKind::kController
                       ? fmt::format("controller {}", end.node.number)
                       : fmt::format("{}", end.node.number);
        case LinkEnd::Kind::kNamed:
            return end.name;
        case LinkEnd::Kind::kBrokers:
            return "brokers";
        case LinkEnd::Kind::kControllers:
            return "controllers";
        case LinkEnd::Kind::kClients:
            return "clients";
    }
    BL_CHECK(false);
}

}  // namespace brokerlab
