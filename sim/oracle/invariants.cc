#include "sim/oracle/invariants.h"

#include <algorithm>

#include "sim/model/internal_topics.h"
#include "sim/oracle/committed_offsets.h"
#include "sim/oracle/fact_subjects.h"
#include "sim/oracle/group_ownership.h"
#include "sim/oracle/group_view.h"
#include "sim/oracle/invariant_views.h"
#include "sim/oracle/partition_invariants.h"
#include "sim/oracle/quorum_invariants.h"
#include "sim/oracle/replica_logs.h"
#include "sim/oracle/void_marks.h"

namespace brokerlab {
namespace {

/// One round of checks of a World.
class Judge {
public:
    Judge(const World& world, const std::vector<Fact>& facts, InvariantMemory& memory,
          std::vector<InvariantState>& states)
        : world_(world),
          committed_(world.committed_metadata()),
          facts_(facts),
          memory_(memory),
          states_(states) {
        read_void_marks(world_, committed_, facts_, memory_);
    }

    void check_all_partitions() {
        for (const auto& [name, topic] : *committed_.topics) {
            check_topic(name);
        }
    }
    void check_topic(const std::string& name) {
        const TopicImage* topic = committed_.find_topic(name);
        for (int32_t p = 0; topic != nullptr && p < topic->partition_count(); ++p) {
            check_partition({name, PartitionId(p)});
        }
    }

    void check_partition(const TopicPartition& tp) {
        const std::optional<PartitionView> view = view_partition(world_, committed_, tp);
        if (!view) {
            return;
        }
        note_recovering_leader(world_, tp, *view->committed, memory_);
        const VoidMark* voided = memory_.voids.find(tp);
        PartitionMemory& memory = memory_.partitions[tp].edit();
        remember_partition(*view, memory);
        for_each<PartitionPredicate>([&](std::size_t row, PartitionPredicate predicate) {
            judge(row, voided, [&] { return predicate(*view, memory); });
        });
        if (!memory_.deleted_topics.contains(tp.topic)) {
            check_consumers(*view, voided, memory);
        }
    }

    void check_quorum() {
        const QuorumView view = view_quorum(world_, facts_);
        for_each<QuorumPredicate>([&](std::size_t row, QuorumPredicate predicate) {
            judge(row, nullptr, [&] { return predicate(view, memory_.quorum); });
        });
    }

    void check_registrations() {
        for_each<BrokerPredicate>([&](std::size_t row, BrokerPredicate predicate) {
            judge(row, nullptr, [&] { return predicate(committed_, memory_.registrations); });
        });
    }

    void check_group(const std::string& group) {
        const std::optional<GroupOwnership> ownership = view_ownership(world_, group);
        if (!ownership) {
            return;
        }
        const PartitionId partition = place_of_group(world_, group).partition;
        const VoidMark* voided =
            memory_.voids.find(TopicPartition{std::string(kOffsetsTopic), partition});
        for_each<GroupPredicate>([&](std::size_t row, GroupPredicate predicate) {
            judge(row, voided, [&] { return predicate(*ownership); });
        });
    }
    void check_all_groups() {
        for (const std::string& group : group_names(world_)) {
            check_group(group);
            for (const CommitView& commit : view_commits(world_, group, memory_.commits)) {
                check_commit(commit);
            }
        }
    }

    /// Takes note of the commits and removals that an event brought, and judges those that moved
    /// an offset back.
    void take_commits() {
        for (const Fact& fact : facts_) {
            if (const auto* committed = std::get_if<OffsetsCommitted>(&fact.body)) {
                for (const CommittedPosition& position : committed->positions) {
                    take_commit(*committed, position);
                }
            } else if (const auto* removed = std::get_if<OffsetsRemoved>(&fact.body)) {
                for (const TopicPartition& partition : removed->partitions) {
                    memory_.commits.erase(std::pair(removed->group, partition));
                }
            }
        }
    }

private:
    /// Visits the rows of the table whose predicate is of this kind.
    template <class Predicate, class Visit>
    void for_each(Visit visit) {
        const std::span<const Invariant> table = invariants();
        for (std::size_t row = 0; row < table.size(); ++row) {
            if (const auto* predicate = std::get_if<Predicate>(&table[row].predicate)) {
                visit(row, *predicate);
            }
        }
    }

    /// Only the first violation of an invariant is told.
    template <class Check>
    void judge(std::size_t row, const VoidMark* voided, Check check) {
        InvariantState& state = states_[row];
        if (!state.held) {
            return;
        }
        if (invariants()[row].voidable && voided != nullptr) {
            if (!state.voided_by) {
                state.voided_by = *voided;
            }
            return;
        }
        if (Violation violation = check()) {
            state.held = false;
            state.first_violation = world_.now;
            state.what = std::move(*violation);
        }
    }

    void take_commit(const OffsetsCommitted& committed, const CommittedPosition& position) {
        const std::pair key(committed.group, position.partition);
        const Offset* before = memory_.commits.find(key);
        if (before != nullptr && position.offset < *before) {
            if (auto holders = holders_of(world_, committed.group, position.partition)) {
                check_commit({committed.group, position.partition, *before, position.offset,
                              committed.member, *std::move(holders)});
            }
        }
        memory_.commits.insert_or_assign(key, position.offset);
    }

    void check_commit(const CommitView& commit) {
        const PartitionId partition = place_of_group(world_, commit.group).partition;
        const VoidMark* voided =
            memory_.voids.find(TopicPartition{std::string(kOffsetsTopic), partition});
        voided = voided == nullptr ? memory_.voids.find(commit.partition) : voided;
        for_each<CommitPredicate>([&](std::size_t row, CommitPredicate predicate) {
            judge(row, voided, [&] { return predicate(commit); });
        });
    }

    /// Those that stand in the partition, and those that just left their place in it.
    void check_consumers(const PartitionView& view, const VoidMark* voided,
                         const PartitionMemory& memory) {
        const auto check = [&](const ConsumerView& consumer) {
            for_each<ConsumerPredicate>([&](std::size_t row, ConsumerPredicate predicate) {
                judge(row, voided, [&] { return predicate(consumer, view, memory); });
            });
        };
        for (const Cow<ClientHost>& host : world_.clients) {
            const ConsumerClient* consumer = host->consumer();
            const ConsumerPosition* position =
                consumer == nullptr ? nullptr : consumer->positions().find(view.id);
            if (position != nullptr) {
                check({host->name, position->next});
            }
        }
        for (const Fact& fact : facts_) {
            const auto* reset = std::get_if<PositionReset>(&fact.body);
            if (reset != nullptr && reset->partition == view.id) {
                check({node_name(world_, fact.node), reset->from});
            }
        }
    }

    const World& world_;
    const MetadataImage& committed_;
    const std::vector<Fact>& facts_;
    InvariantMemory& memory_;
    std::vector<InvariantState>& states_;
};

/// What a fact takes away from what was found before: logs that lost records or were replaced have
/// to be compared anew.
struct Forgetter {
    InvariantMemory& memory;
    NodeId node;

    void operator()(const ReplicaTruncated& f) const { forget(f.partition, f.to); }
    void operator()(const RecordsLostOnDisk& f) const { forget(f.partition, f.first_lost); }
    void operator()(const ReassignmentChanged& f) const {
        if (Cow<PartitionMemory>* partition = memory.partitions.find(f.partition)) {
            partition->edit().agreed.clear();
        }
    }
    void operator()(const MetadataLogTruncated& f) const {
        forget_agreement(memory.quorum, node, f.to);
    }
    void operator()(const NodeChanged& f) const {
        const bool same_log = f.change != NodeChanged::Change::kStarted &&
                              f.change != NodeChanged::Change::kPoweredOff &&
                              f.change != NodeChanged::Change::kDiskRepaired;
        if (same_log || node.kind == NodeKind::kClient) {
            return;
        }
        forget_agreement(memory.quorum, node, Offset(0));
        if (node.kind == NodeKind::kBroker) {
            for (auto& [tp, partition] : memory.partitions) {
                forget_agreement(partition.edit(), BrokerId(node.number), Offset(0));
            }
        }
    }
    void operator()(const TopicDeleted& f) const {
        memory.deleted_topics.insert(f.topic);
        memory.voids.erase_if([&](const auto& item) { return item.first.topic == f.topic; });
        memory.commits.erase_if(
            [&](const auto& item) { return item.first.second.topic == f.topic; });
    }
    template <class Other>
    void operator()(const Other&) const {}

private:
    void forget(const TopicPartition& tp, Offset offset) const {
        if (Cow<PartitionMemory>* partition = memory.partitions.find(tp)) {
            forget_agreement(partition->edit(), BrokerId(node.number), offset);
        }
    }
};

}  // namespace

InvariantMonitor::InvariantMonitor() {
    for (const Invariant& invariant : invariants()) {
        states_.emplace_back().name = invariant.name;
    }
}

void InvariantMonitor::note(const World& world, const StepResult& result) {
    if (result.facts.empty()) {
        return;
    }
    const FactSubjects subjects = subjects_of(result.facts);
    if (subjects.empty()) {
        return;
    }
    InvariantMemory& memory = memory_.edit();
    for (const Fact& fact : result.facts) {
        std::visit(Forgetter{memory, fact.node}, fact.body);
    }
    Judge judge(world, result.facts, memory, states_);
    if (subjects.quorum) {
        judge.check_quorum();
    }
    if (subjects.registrations) {
        judge.check_registrations();
    }
    for (const std::string& group : subjects.groups) {
        judge.check_group(group);
    }
    if (subjects.commits) {
        judge.take_commits();
    }
    if (subjects.all_partitions) {
        judge.check_all_partitions();
        return;
    }
    for (const std::string& topic : subjects.topics) {
        judge.check_topic(topic);
    }
    for (const TopicPartition& tp : subjects.partitions) {
        judge.check_partition(tp);
    }
}

void InvariantMonitor::check_all(const World& world) {
    const std::vector<Fact> no_facts;
    Judge judge(world, no_facts, memory_.edit(), states_);
    judge.check_quorum();
    judge.check_registrations();
    judge.check_all_partitions();
    judge.check_all_groups();
}

bool InvariantMonitor::all_held() const {
    return std::all_of(states_.begin(), states_.end(),
                       [](const InvariantState& state) { return state.held; });
}

}  // namespace brokerlab
