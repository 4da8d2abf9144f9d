#include "sim/view/inspection.h"

#include "sim/view/inspect_parts.h"

namespace brokerlab {
namespace {

struct Inspect {
    InspectedWorld in;

    Inspection operator()(std::monostate) const { return inspect_cluster(in); }
    Inspection operator()(const BrokerThing& t) const { return inspect_broker(in, t); }
    Inspection operator()(const ControllerThing& t) const { return inspect_controller(in, t); }
    Inspection operator()(const QuorumThing&) const { return inspect_quorum(in); }
    Inspection operator()(const TopicThing& t) const { return inspect_topic(in, t); }
    Inspection operator()(const PartitionThing& t) const { return inspect_partition(in, t); }
    Inspection operator()(const ReplicaThing& t) const { return inspect_replica(in, t); }
    Inspection operator()(const BatchThing& t) const { return inspect_batch(in, t); }
    Inspection operator()(const ClientThing& t) const { return inspect_client(in, t); }
    Inspection operator()(const LinkThing& t) const { return inspect_link(in, t); }
    Inspection operator()(const MessageThing& t) const { return inspect_message(in, t); }
    Inspection operator()(const FactThing& t) const { return inspect_fact(in, t); }
    Inspection operator()(const GroupThing& t) const { return inspect_group(in, t); }
};

}  // namespace

Inspection inspect(const World& world, const FactList& facts, const Thing& thing) {
    return std::visit(Inspect{{world, facts}}, thing);
}

}  // namespace brokerlab
