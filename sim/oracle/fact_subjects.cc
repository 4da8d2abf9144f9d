#include "sim/oracle/fact_subjects.h"

#include <variant>

namespace brokerlab {
namespace {

struct Collector {
    FactSubjects& subjects;
    NodeId node;

    void operator()(const NodeChanged&) const {
        subjects.quorum |= node.kind != NodeKind::kClient;
        subjects.all_partitions |= node.kind == NodeKind::kBroker;
    }
    void operator()(const QuorumLeaderElected&) const { subjects.quorum = true; }
    void operator()(const QuorumLeaderResigned&) const { subjects.quorum = true; }
    void operator()(const ControllerActivated&) const {
        subjects.quorum = true;
        subjects.registrations = true;
    }
    void operator()(const MetadataLogTruncated&) const { subjects.quorum = true; }
    void operator()(const BrokerRegistered&) const { subjects.registrations = true; }
    void operator()(const TopicCreated& f) const { subjects.topics.insert(f.topic); }
    void operator()(const PartitionsAdded& f) const { subjects.topics.insert(f.topic); }
    void operator()(const TopicDeleted& f) const { subjects.deleted_topics.insert(f.topic); }
    void operator()(const LeaderChanged& f) const { subjects.partitions.insert(f.partition); }
    void operator()(const IsrChanged& f) const { subjects.partitions.insert(f.partition); }
    void operator()(const ReassignmentChanged& f) const { subjects.partitions.insert(f.partition); }
    void operator()(const ReplicaLeads& f) const { subjects.partitions.insert(f.partition); }
    void operator()(const ReplicaFollows& f) const { subjects.partitions.insert(f.partition); }
    void operator()(const ReplicaTruncated& f) const { subjects.partitions.insert(f.partition); }
    void operator()(const RecordsLostOnDisk& f) const { subjects.partitions.insert(f.partition); }
    void operator()(const IsrChangeProposed& f) const { subjects.partitions.insert(f.partition); }
    void operator()(const IsrChangeRefused& f) const { subjects.partitions.insert(f.partition); }
    void operator()(const LogRecovered& f) const { subjects.partitions.insert(f.partition); }
    void operator()(const RecordsRemoved& f) const { subjects.partitions.insert(f.partition); }
    void operator()(const PositionReset& f) const { subjects.partitions.insert(f.partition); }

    void operator()(const OffsetsCommitted&) const { subjects.commits = true; }
    void operator()(const OffsetsRemoved&) const { subjects.commits = true; }
    void operator()(const GroupPhaseChanged& f) const { subjects.groups.insert(f.group); }
    void operator()(const GroupMemberReconciled& f) const { subjects.groups.insert(f.group); }
    void operator()(const PartitionsAssigned& f) const { subjects.groups.insert(f.group); }

    /// All others change nothing that an invariant is about, or come with one that does.
    template <class Other>
    void operator()(const Other&) const {}
};

}  // namespace

FactSubjects subjects_of(const std::vector<Fact>& facts) {
    FactSubjects subjects;
    for (const Fact& fact : facts) {
        std::visit(Collector{subjects, fact.node}, fact.body);
    }
    return subjects;
}

}  // namespace brokerlab
