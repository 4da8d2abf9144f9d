// StoryWatch: what a story tells that no single fact says: that a client has learned of a new
// leader, that a partition stands still and why, that it works again, and a change of the ISR once
// instead of asked for and done.
//
// Made from facts, from the clients' metadata in the World while somebody has yet to learn of a
// leader, and from a look for stalls now and then. Plain data; a copy goes on by itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/model/facts.h"
#include "sim/view/sentences.h"
#include "sim/world/world.h"

namespace brokerlab {

/// A sentence of the story.
struct Told {
    NodeId node;
    Weight weight = Weight::kNormal;
    bool repeats = false;  ///< it comes again and again while something is wrong
    std::string text;
    std::optional<TopicPartition> partition;  ///< its name stands in the text
};

class StoryWatch {
public:
    /// A fact's sentence with what is known besides, or nothing where the story says it in another
    /// place. To be asked of every fact, in order.
    [[nodiscard]] std::optional<Told> tell(const World& world, const Fact& fact);
    /// What is so since the last event or command without a fact that says it. To be asked after
    /// the facts of each.
    [[nodiscard]] std::vector<Told> look(const World& world);

private:
    /// An ISR that a leader asked the controller for.
    struct Proposal {
        NodeId leader;
        IsrChangeProposed proposed;
        SimTime at;
        bool told = false;
    };
    /// A client that has yet to learn of a leader.
    struct Unaware {
        std::size_t client = 0;  ///< index in World::clients
        TopicPartition partition;
        BrokerId leader;
        LeaderEpoch epoch;
    };

    /// A partition that stands still.
    struct Standing {
        TopicPartition partition;
        SimTime since;                   ///< the first record that waits was to be sent
        std::vector<std::string> told;   ///< why it does, each reason once
        bool takes_uncommitted = false;  ///< it was told that acks=1 gets through
    };

    /// What the story said last of the controllers.
    struct Quorum {
        bool decides = true;
        bool had_majority = true;
        SimTime undecided_since;
    };

    /// A group that nobody coordinates.
    struct Lost {
        std::string group;
        SimTime since;
        std::string told;  ///< the last sentence about it; empty: none yet
    };

    void note_leader(const World& world, const LeaderChanged& changed);
    void look_at_the_quorum(const World& world, std::vector<Told>& all);
    void look_for_stalls(const World& world, std::vector<Told>& all);
    void look_for_lost_groups(const World& world, std::vector<Told>& all);
    void look_for_the_aware(const World& world, std::vector<Told>& all);
    [[nodiscard]] std::optional<Proposal> take_proposal(const TopicPartition& partition);
    [[nodiscard]] std::string isr_text(const World& world, const Fact& fact);
    [[nodiscard]] std::string other_topic_text(const PositionReset& reset) const;
    [[nodiscard]] std::string delay_text(SimTime learned_at, const TopicPartition& partition);
    /// Of records that only their leader has, in a partition that commits nothing: said once.
    [[nodiscard]] std::optional<std::string> takes_uncommitted(const World& world, const Fact& fact,
                                                               const BatchAcked& acked);
    [[nodiscard]] std::optional<std::string> works_again(const World& world, const Fact& fact,
                                                         const BatchAcked& acked);

    std::vector<Proposal> proposals_;
    std::vector<Unaware> unaware_;
    std::vector<Standing> standing_;
    std::vector<Lost> lost_;
    Quorum quorum_;
    FlatSet<std::string> deleted_;                 ///< topics; those created again stay
    SimTime next_look_;                            ///< for stalls and lost groups
    FlatMap<TopicPartition, SimTime> last_acked_;  ///< where a leader acknowledges
    FlatMap<TopicPartition, SimTime> decided_;     ///< who leads; until its broker has learned it
    bool epoch_explained_ = false;
    bool delay_explained_ = false;
};

}  // namespace brokerlab
