#include "sim/controller/striped_replica_placer.h"

#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace brokerlab {
namespace {

using testing::ElementsAre;

/// Draws that do not matter: always the first.
class AlwaysZero : public PlacementDraws {
public:
    int32_t next(int32_t) override { return 0; }
};

/// Draws from a small generator, so that a failing case can be drawn again from its seed.
class SeededDraws : public PlacementDraws {
public:
    explicit SeededDraws(uint64_t seed) : state_(seed) {}
    int32_t next(int32_t bound) override {
        state_ = state_ * 6364136223846793005U + 1442695040888963407U;
        ++count;
        return static_cast<int32_t>((state_ >> 33U) % static_cast<uint64_t>(bound));
    }

    int count = 0;

private:
    uint64_t state_;
};

using Placement = std::vector<std::vector<BrokerId>>;

UsableBroker broker(int32_t id, RackName rack = std::nullopt, bool fenced = false) {
    return {BrokerId(id), std::move(rack), fenced};
}
std::vector<int32_t> ids(const std::vector<BrokerId>& replicas) {
    std::vector<int32_t> values;
    for (const BrokerId id : replicas) {
        values.push_back(id.value);
    }
    return values;
}
std::string why_refused(const std::vector<UsableBroker>& brokers, int32_t factor) {
    AlwaysZero draws;
    const auto placed = place_replicas(brokers, {1, factor}, draws);
    return placed ? "it was not" : placed.failure().what;
}

TEST(StripedReplicaPlacer, LeadersGoRoundTheBrokersOfOneRack) {
    AlwaysZero draws;
    const std::vector<UsableBroker> brokers{broker(1), broker(2), broker(3)};
    const Placement placed = *place_replicas(brokers, {3, 3}, draws);
    EXPECT_THAT(ids(placed[0]), ElementsAre(1, 2, 3));
    EXPECT_THAT(ids(placed[1]), ElementsAre(2, 3, 1));
    EXPECT_THAT(ids(placed[2]), ElementsAre(3, 1, 2));
}

TEST(StripedReplicaPlacer, EachReplicaOfAPartitionHasARackOfItsOwn) {
    AlwaysZero draws;
    const std::vector<UsableBroker> brokers{broker(0, "A"), broker(1, "A"), broker(2, "B"),
                                            broker(3, "B"), broker(4, "C"), broker(5, "C")};
    const Placement placed = *place_replicas(brokers, {6, 3}, draws);
    EXPECT_THAT(ids(placed[0]), ElementsAre(0, 2, 4));
    EXPECT_THAT(ids(placed[1]), ElementsAre(3, 5, 1));
    EXPECT_THAT(ids(placed[2]), ElementsAre(4, 0, 2));
    EXPECT_THAT(ids(placed[3]), ElementsAre(1, 3, 5));
    EXPECT_THAT(ids(placed[4]), ElementsAre(2, 4, 0));
    EXPECT_THAT(ids(placed[5]), ElementsAre(5, 1, 3));
}

TEST(StripedReplicaPlacer, AFencedBrokerFollowsOnlyWhenTheUnfencedOnesAreUsedUp) {
    AlwaysZero draws;
    const std::vector<UsableBroker> brokers{broker(1, std::nullopt, true), broker(2), broker(3)};
    const Placement two = *place_replicas(brokers, {2, 2}, draws);
    EXPECT_THAT(ids(two[0]), ElementsAre(2, 3));
    EXPECT_THAT(ids(two[1]), ElementsAre(3, 2));
    const Placement three = *place_replicas(brokers, {2, 3}, draws);
    EXPECT_THAT(ids(three[0]), ElementsAre(2, 3, 1));
    EXPECT_THAT(ids(three[1]), ElementsAre(3, 2, 1));
}

TEST(StripedReplicaPlacer, WhatCannotBePlacedIsRefusedInKafkasWords) {
    EXPECT_EQ(why_refused({broker(1)}, 0),
              "Invalid replication factor 0: the replication factor must be positive.");
    EXPECT_EQ(why_refused({broker(1)}, -1),
              "Invalid replication factor -1: the replication factor must be positive.");
    EXPECT_EQ(why_refused({}, 1), "All brokers are currently fenced.");
    EXPECT_EQ(why_refused({broker(1, "a", true)}, 1), "All brokers are currently fenced.");
    EXPECT_EQ(why_refused({broker(1), broker(2)}, 3),
              "The target replication factor of 3 cannot be reached because only 2 broker(s) are "
              "registered.");
}

TEST(StripedReplicaPlacer, DrawsBeforeItRefuses) {
    SeededDraws draws(1);
    const std::vector<UsableBroker> brokers{broker(1), broker(2)};
    ASSERT_FALSE(place_replicas(brokers, {1, 3}, draws).ok());
    EXPECT_EQ(draws.count, 2);  // where the rack's brokers begin, and which rack is first
}

TEST(StripedReplicaPlacer, NoPartitionsIsNoPlacement) {
    AlwaysZero draws;
    const std::vector<UsableBroker> brokers{broker(1)};
    EXPECT_THAT(*place_replicas(brokers, {0, 1}, draws), testing::IsEmpty());
}

/// A cluster of up to 12 brokers, at least one of them unfenced, in up to 4 racks.
std::vector<UsableBroker> some_cluster() {
    const int32_t count = *rc::gen::inRange(1, 13);
    const int32_t unfenced = *rc::gen::inRange(0, count);
    std::vector<UsableBroker> brokers;
    for (int32_t id = 0; id < count; ++id) {
        const auto rack = *rc::gen::inRange(0, 4);
        brokers.push_back(broker(
            id, rack == 0 ? RackName() : RackName(std::string(1, static_cast<char>('a' + rack))),
            id != unfenced && *rc::gen::arbitrary<bool>()));
    }
    return brokers;
}

struct Cluster {
    std::vector<UsableBroker> brokers;
    int32_t factor = 1;
    Placement placed;

    [[nodiscard]] const UsableBroker& of(BrokerId id) const {
        return *std::find_if(brokers.begin(), brokers.end(),
                             [&](const UsableBroker& b) { return b.id == id; });
    }
};

Cluster some_placement() {
    Cluster cluster{some_cluster(), 1, {}};
    cluster.factor = *rc::gen::inRange(1, static_cast<int32_t>(cluster.brokers.size()) + 1);
    SeededDraws draws(*rc::gen::arbitrary<uint64_t>());
    cluster.placed =
        *place_replicas(cluster.brokers, {*rc::gen::inRange(1, 60), cluster.factor}, draws);
    return cluster;
}

RC_GTEST_PROP(StripedReplicaPlacerProperty, NoBrokerHoldsAPartitionTwice, ()) {
    const Cluster cluster = some_placement();
    for (const std::vector<BrokerId>& replicas : cluster.placed) {
        RC_ASSERT(replicas.size() == static_cast<std::size_t>(cluster.factor));
        RC_ASSERT(std::set<BrokerId>(replicas.begin(), replicas.end()).size() == replicas.size());
    }
}

RC_GTEST_PROP(StripedReplicaPlacerProperty, OnlyUnfencedBrokersLead, ()) {
    const Cluster cluster = some_placement();
    for (const std::vector<BrokerId>& replicas : cluster.placed) {
        RC_ASSERT(!cluster.of(replicas.front()).fenced);
    }
}

RC_GTEST_PROP(StripedReplicaPlacerProperty, ReplicasSpreadOverTheRacks, ()) {
    // With as many unfenced brokers in each of three racks, a partition of `factor` replicas
    // touches min(factor, 3) racks, and no rack holds two more than another.
    const int32_t per_rack = *rc::gen::inRange(1, 5);
    std::vector<UsableBroker> brokers;
    for (int32_t id = 0; id < 3 * per_rack; ++id) {
        brokers.push_back(broker(id, std::string(1, static_cast<char>('a' + id % 3))));
    }
    const int32_t factor = *rc::gen::inRange(1, 3 * per_rack + 1);
    SeededDraws draws(*rc::gen::arbitrary<uint64_t>());
    // Up to the first shuffle the stripes are exact.
    const Placement placed = *place_replicas(brokers, {3 * per_rack, factor}, draws);
    std::map<BrokerId, int> led;
    for (const std::vector<BrokerId>& replicas : placed) {
        ++led[replicas.front()];
        std::map<int32_t, int> of_rack;
        for (const BrokerId id : replicas) {
            ++of_rack[id.value % 3];
        }
        RC_ASSERT(of_rack.size() == static_cast<std::size_t>(std::min(factor, 3)));
        for (const auto& [rack, count] : of_rack) {
            RC_ASSERT(count <= (factor + 2) / 3);
        }
    }
}

RC_GTEST_PROP(StripedReplicaPlacerProperty, TheSameDrawsGiveTheSamePlacement, ()) {
    const std::vector<UsableBroker> brokers = some_cluster();
    const auto seed = *rc::gen::arbitrary<uint64_t>();
    SeededDraws first(seed);
    SeededDraws second(seed);
    RC_ASSERT(*place_replicas(brokers, {20, 1}, first) ==
              *place_replicas(brokers, {20, 1}, second));
}

}  // namespace
}  // namespace brokerlab
