// Invariants: what must hold in a cluster at every moment, as a table of sentences, and the monitor
// that watches them during a run.
//
// Losses, duplicates and reorderings are outcomes (delivery.h), not invariants. An invariant has a
// premise: where Kafka itself gives up a promise (an unclean election, unflushed bytes lost with
// the power, a disk lost) the void mark of the partition ends it. A rule that is switched off
// excuses nothing. The monitor sees what events leave behind: what goes wrong and is put right
// again between two checks of a subject escapes it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/base/cow.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/outcomes.h"
#include "sim/oracle/invariant_memory.h"
#include "sim/world/turn.h"
#include "sim/world/world.h"

namespace brokerlab {

struct CommitView;
struct ConsumerView;
struct GroupOwnership;
struct PartitionView;
struct QuorumView;

/// Whom an invariant is about.
enum class InvariantSubject : uint8_t {
    kPartition,
    kQuorum,
    kBroker,
    kController,
    kConsumer,
    kGroup,
};
/// "partition", "quorum", "broker", "controller", "consumer", "group".
[[nodiscard]] std::string_view invariant_subject_name(InvariantSubject subject);

/// A predicate gives a whole sentence about its subject when the invariant does not hold. It may
/// compare with what an earlier check left in its memory.
using Violation = std::optional<std::string>;
using PartitionPredicate = Violation (*)(const PartitionView&, PartitionMemory&);
using QuorumPredicate = Violation (*)(const QuorumView&, QuorumMemory&);
using BrokerPredicate = Violation (*)(const MetadataImage&, RegistrationMemory&);
using ConsumerPredicate = Violation (*)(const ConsumerView&, const PartitionView&,
                                        const PartitionMemory&);
using GroupPredicate = Violation (*)(const GroupOwnership&);
using CommitPredicate = Violation (*)(const CommitView&);
using InvariantPredicate = std::variant<PartitionPredicate, QuorumPredicate, BrokerPredicate,
                                        ConsumerPredicate, GroupPredicate, CommitPredicate>;

struct Invariant {
    std::string_view name;      ///< "one-leader-per-epoch"
    std::string_view sentence;  ///< what must hold
    InvariantSubject subject = InvariantSubject::kPartition;
    std::string_view premise;  ///< when it applies
    bool voidable = false;     ///< a void mark of the partition ends it
    InvariantPredicate predicate;
};
/// The table.
[[nodiscard]] std::span<const Invariant> invariants();

/// How an invariant stands in a run.
struct InvariantState {
    std::string name;
    bool held = true;
    std::optional<SimTime> first_violation;  ///< since the start of the boot
    std::string what;                        ///< of the first violation, with its subject
    /// The first mark that ended the premise for some partition.
    std::optional<VoidMark> voided_by;

    bool operator==(const InvariantState&) const = default;
};

/// A value: copy it with the World to go on from there.
class InvariantMonitor {
public:
    InvariantMonitor();

    /// To be called after every event and command, with the world as it left it. Costs next to
    /// nothing unless a fact says that something about partitions, brokers or the quorum changed;
    /// then it checks the subjects that the facts name. Acknowledgements and retries of clients
    /// don't count as such.
    void note(const World& world, const StepResult& result);
    /// Checks everything there is: at keyframes and at the end. Costs time linear in the partitions
    /// and in the batches that are new since the last check.
    void check_all(const World& world);

    /// In the order of the table.
    [[nodiscard]] const std::vector<InvariantState>& states() const { return states_; }
    [[nodiscard]] bool all_held() const;

private:
    Cow<InvariantMemory> memory_;
    std::vector<InvariantState> states_;
};

}  // namespace brokerlab
