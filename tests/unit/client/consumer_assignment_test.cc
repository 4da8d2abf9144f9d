#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "sim/client/consumer_core.h"

namespace brokerlab {
namespace {

ConsumerCore core_of_a_member() {
    ConsumerSetup setup;
    setup.topics = {"m"};
    setup.config = ConfigMap(ConfigScope::kConsumer);
    ConsumerCore core = make_consumer_core(setup, "stock-1", {BrokerId(1)}, SimTime());
    core.reads_all = false;
    return core;
}

TopicPartition partition(int topic, int number) {
    return {std::string(1, static_cast<char>('a' + topic)), PartitionId(number)};
}

/// Every place leads to its partition, and the topics cover all of them.
void check_places(const ConsumerCore& core) {
    RC_ASSERT(core.partitions.size() == core.positions.size());
    std::size_t counted = 0;
    for (const ReadTopic& topic : core.topics) {
        RC_ASSERT(topic.first == counted);
        RC_ASSERT(topic.count == topic.numbers.size());
        counted += topic.count;
    }
    RC_ASSERT(counted == core.partitions.size());
    for (std::size_t i = 0; i < core.partitions.size(); ++i) {
        const PartitionPlace place = place_at(core, i);
        RC_ASSERT(index_of(core, place) == i);
        RC_ASSERT(core.topics[place.topic].name == name_at(core, i).topic);
        RC_ASSERT(static_cast<int32_t>(place.partition) == name_at(core, i).partition.value);
    }
}

RC_GTEST_PROP(ConsumerAssignment, KeepsEveryPlaceRightHoweverPartitionsComeAndGo, ()) {
    ConsumerCore core = core_of_a_member();
    const auto rounds = *rc::gen::inRange(1, 8);
    for (int round = 0; round < rounds; ++round) {
        FlatSet<TopicPartition> wanted;
        for (int n = *rc::gen::inRange(0, 12); n > 0; --n) {
            wanted.insert(partition(*rc::gen::inRange(0, 20), *rc::gen::inRange(0, 5)));
        }
        // What is in flight or buffered is known by its place.
        std::vector<std::pair<TopicPartition, std::size_t>> sent;
        core.fetches.clear();
        core.completed.clear();
        for (std::size_t i = 0; i < core.partitions.size(); ++i) {
            core.fetches[BrokerId(1)].push_back({place_at(core, i), Offset(0)});
            sent.emplace_back(name_at(core, i), i);
            CompletedFetch& fetch = core.completed.emplace_back();
            fetch.place = place_at(core, i);
            position_at(core, i).consumed = i + 1;
        }
        set_assignment(core, wanted);
        check_places(core);
        RC_ASSERT(assigned_partitions(core) == wanted);
        for (const auto& [name, i] : sent) {
            const std::size_t index = index_of(core, core.fetches.at(BrokerId(1))[i].place);
            RC_ASSERT((index != kNotAssigned) == wanted.contains(name));
            if (index != kNotAssigned) {
                RC_ASSERT(name_at(core, index) == name);
                RC_ASSERT(position_at(core, index).consumed == i + 1);
            }
        }
        for (const CompletedFetch& fetch : core.completed) {
            RC_ASSERT(index_of(core, fetch.place) != kNotAssigned);
        }
    }
}

TEST(ConsumerAssignment, NewPartitionsWaitForTheirCommittedOffset) {
    ConsumerCore core = core_of_a_member();
    set_assignment(core, {partition(0, 2), partition(12, 0)});
    EXPECT_EQ(core.partitions[0].phase, ReadPartition::Phase::kInitializing);
    EXPECT_EQ(core.topics.size(), 2U) << "a and m";
    EXPECT_EQ(core.positions.at(partition(0, 2)).next, kNoOffset);
}

}  // namespace
}  // namespace brokerlab
