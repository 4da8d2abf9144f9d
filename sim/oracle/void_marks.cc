#include "sim/oracle/void_marks.h"

#include <variant>

namespace brokerlab {
namespace {

constexpr std::string_view kUncleanElection = "unclean.leader.election.enable";

/// `elect unclean`, or the controller's own pass over topics that allow it.
bool was_asked_for(const VoidMark& mark, const std::vector<Fact>& facts) {
    for (const Fact& fact : facts) {
        const auto* elected = std::get_if<LeaderChanged>(&fact.body);
        if (fact.id == mark.fact && elected != nullptr) {
            return elected->why == LeaderChanged::Why::kUnclean;
        }
    }
    return false;
}

bool counts(const World& world, const MetadataImage& committed, const std::vector<Fact>& facts,
            const VoidMark& mark) {
    return mark.why != VoidMark::Why::kUncleanElection || world.rules.on(Rule::kElectFromIsr) ||
           was_asked_for(mark, facts) ||
           allows_unclean_election(world, committed, mark.partition.topic);
}

}  // namespace

bool allows_unclean_election(const World& world, const MetadataImage& committed,
                             std::string_view topic) {
    const ConfigResourceKey layers[] = {{ConfigResourceType::kTopic, std::string(topic)},
                                        {ConfigResourceType::kBroker, ""}};
    for (const ConfigResourceKey& key : layers) {
        if (const std::string* value = committed.configs_of(key).find(kUncleanElection)) {
            return *value == "true";
        }
    }
    const std::string* value = world.setup->cluster_config.values().find(kUncleanElection);
    return value != nullptr && *value == "true";
}

void read_void_marks(const World& world, const MetadataImage& committed,
                     const std::vector<Fact>& facts, InvariantMemory& memory) {
    const std::vector<VoidMark>& marks = world.outcomes->voids;
    for (; memory.voids_read < marks.size(); ++memory.voids_read) {
        const VoidMark& mark = marks[memory.voids_read];
        if (!memory.voids.contains(mark.partition) && counts(world, committed, facts, mark)) {
            memory.voids.insert_or_assign(mark.partition, mark);
        }
    }
}

void note_recovering_leader(const World& world, const TopicPartition& tp,
                            const PartitionRegistration& registration, InvariantMemory& memory) {
    if (registration.leader_recovery_state == LeaderRecoveryState::kRecovering &&
        !memory.voids.contains(tp)) {
        memory.voids.insert_or_assign(
            tp, VoidMark{VoidMark::Why::kUncleanElection, tp, world.now, FactId{}});
    }
}

}  // namespace brokerlab
