#include "sim/controller/striped_replica_placer.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "sim/base/check.h"
#include "sim/base/flat_map.h"

namespace brokerlab {
namespace {

std::size_t draw_index(PlacementDraws& draws, std::size_t bound) {
    const int32_t drawn = draws.next(static_cast<int32_t>(bound));
    BL_CHECK(drawn >= 0);
    BL_CHECK(static_cast<std::size_t>(drawn) < bound);
    return static_cast<std::size_t>(drawn);
}

/// Draws from the back, as java.util.Collections.shuffle does.
template <class Item>
void shuffle(std::vector<Item>& items, PlacementDraws& draws) {
    for (std::size_t n = items.size(); n > 1; --n) {
        std::swap(items[n - 1], items[draw_index(draws, n)]);
    }
}

/// The brokers of one rack that are unfenced, or those that are fenced. Within one round each is
/// given out once; each new round starts one broker further on.
class BrokerRing {
public:
    void add(BrokerId id) { brokers_.push_back(id); }
    void initialize(PlacementDraws& draws) {
        if (!brokers_.empty()) {
            std::sort(brokers_.begin(), brokers_.end());
            offset_ = draw_index(draws, brokers_.size());
        }
    }
    void shuffle_brokers(PlacementDraws& draws) { shuffle(brokers_, draws); }

    /// kNoBroker when the round has used up all.
    BrokerId next(int32_t round) {
        if (brokers_.empty()) {
            return kNoBroker;
        }
        if (round_ != round) {
            round_ = round;
            given_ = 0;
            offset_ = (offset_ + 1) % brokers_.size();
        }
        if (given_ == brokers_.size()) {
            return kNoBroker;
        }
        return brokers_[(given_++ + offset_) % brokers_.size()];
    }

private:
    std::vector<BrokerId> brokers_;
    std::size_t given_ = 0;
    std::size_t offset_ = 0;
    int32_t round_ = 0;
};

struct Rack {
    BrokerRing unfenced;
    BrokerRing fenced;

    BrokerId next(int32_t round) {
        const BrokerId id = unfenced.next(round);
        return id == kNoBroker ? fenced.next(round) : id;
    }
};

/// All racks, and where the next partition begins.
class RackRing {
public:
    RackRing(std::span<const UsableBroker> brokers, PlacementDraws& draws,
             std::span<const RackName> draw_order)
        : draws_(draws), draw_order_(draw_order.begin(), draw_order.end()) {
        for (const UsableBroker& broker : brokers) {
            Rack& rack = racks_[broker.rack];
            (broker.fenced ? rack.fenced : rack.unfenced).add(broker.id);
            broker_count_ += 1;
            unfenced_count_ += broker.fenced ? 0 : 1;
        }
        for (const auto& [name, rack] : racks_) {
            names_.push_back(name);
        }
        if (draw_order_.empty()) {
            draw_order_ = names_;
        }
        BL_CHECK(draw_order_.size() == names_.size());
        for (const RackName& name : draw_order_) {
            Rack& rack = racks_.at(name);
            rack.fenced.initialize(draws_);
            rack.unfenced.initialize(draws_);
        }
        offset_ = names_.empty() ? 0 : draw_index(draws_, names_.size());
    }

    [[nodiscard]] int32_t broker_count() const { return broker_count_; }
    [[nodiscard]] int32_t unfenced_count() const { return unfenced_count_; }

    /// The replicas of the next partition: `factor` of them, which the caller has judged.
    ///
    /// Both loops end. Within a run of rounds every ring starts each round afresh. Round 0 after a
    /// shuffle is the exception: a ring that was last used in the round 0 before it still counts as
    /// used up. But the rings used in the round just before are not of those, and they alone gave
    /// out an unfenced leader and `factor` brokers.
    std::vector<BrokerId> place(int32_t factor) {
        if (round_ == unfenced_count_ && unfenced_count_ > 1) {
            shuffle_all();
            round_ = 0;
        }
        if (offset_ == names_.size()) {
            offset_ = 0;
        }
        std::vector<BrokerId> replicas;
        std::size_t leader_rack = offset_;
        while (replicas.empty()) {
            const BrokerId leader = rack_at(leader_rack).unfenced.next(round_);
            if (leader != kNoBroker) {
                replicas.push_back(leader);
            } else {
                leader_rack = after(leader_rack);
            }
        }
        // The leader's rack has had its turn: it is passed over once.
        bool passed_over = false;
        for (std::size_t at = offset_; replicas.size() < static_cast<std::size_t>(factor);
             at = after(at)) {
            if (at == leader_rack && !passed_over) {
                passed_over = true;
                continue;
            }
            const BrokerId follower = rack_at(at).next(round_);
            if (follower != kNoBroker) {
                replicas.push_back(follower);
            }
        }
        ++round_;
        ++offset_;
        return replicas;
    }

private:
    [[nodiscard]] Rack& rack_at(std::size_t at) { return racks_.at(names_[at]); }
    [[nodiscard]] std::size_t after(std::size_t at) const {
        return at + 1 == names_.size() ? 0 : at + 1;
    }

    void shuffle_all() {
        shuffle(names_, draws_);
        for (const RackName& name : draw_order_) {
            Rack& rack = racks_.at(name);
            rack.fenced.shuffle_brokers(draws_);
            rack.unfenced.shuffle_brokers(draws_);
        }
    }

    PlacementDraws& draws_;
    FlatMap<RackName, Rack> racks_;
    std::vector<RackName> names_;       ///< in the order in which partitions go round them
    std::vector<RackName> draw_order_;  ///< in the order in which they draw
    std::size_t offset_ = 0;
    int32_t round_ = 0;
    int32_t broker_count_ = 0;
    int32_t unfenced_count_ = 0;
};

}  // namespace

Outcome<std::vector<std::vector<BrokerId>>> place_replicas(std::span<const UsableBroker> brokers,
                                                           const PlacementSpec& spec,
                                                           PlacementDraws& draws,
                                                           std::span<const RackName> draw_order) {
    BL_CHECK(spec.partitions >= 0);
    RackRing racks(brokers, draws, draw_order);
    const int32_t factor = spec.replication_factor;
    if (factor <= 0) {
        return Failure{"Invalid replication factor " + std::to_string(factor) +
                       ": the replication factor must be positive."};
    }
    if (racks.unfenced_count() == 0) {
        return Failure{"All brokers are currently fenced."};
    }
    if (factor > racks.broker_count()) {
        return Failure{"The target replication factor of " + std::to_string(factor) +
                       " cannot be reached because only " + std::to_string(racks.broker_count()) +
                       " broker(s) are registered."};
    }
    std::vector<std::vector<BrokerId>> placements;
    placements.reserve(static_cast<std::size_t>(spec.partitions));
    for (int32_t i = 0; i < spec.partitions; ++i) {
        placements.push_back(racks.place(factor));
    }
    return placements;
}

}  // namespace brokerlab
