// What a cluster costs while nothing changes: few pending events, and readers that wait.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/unit/world/small_world.h"

namespace brokerlab {
namespace {

using testing::give;
using testing::run_for;
using testing::small_world;

/// Events that run in the next `span`, and the most that were pending in it.
struct Activity {
    uint64_t events = 0;
    std::size_t most_pending = 0;
};
Activity watch(World& world, Duration span) {
    Activity seen;
    const uint64_t before = world.events_run;
    const SimTime end = world.now + span;
    StepResult result;
    while (world.queue.next_time() <= end) {
        step(world, result);
        seen.most_pending = std::max(seen.most_pending, world.queue.size());
    }
    seen.events = world.events_run - before;
    return seen;
}

TEST(SteadyLoad, KeepsFewEventsPending) {
    // A timer and a few messages under way for each node; what is late is not queued anew.
    constexpr std::size_t kMostOfANode = 8;
    World world = small_world();
    const std::size_t nodes =
        world.brokers.size() + world.controllers.size() + world.clients.size();
    EXPECT_LE(watch(world, 60_s).most_pending, nodes * kMostOfANode);
}

TEST(SteadyLoad, IsTheSameAgainAfterAFailover) {
    World world = small_world();
    run_for(world, 5_s);
    const uint64_t before = watch(world, 5_s).events;
    ASSERT_GT(before, 0U);
    // The consumer is ahead of what the new leaders know to be committed: it asks again and again,
    // but only until their followers have fetched.
    ASSERT_EQ(give(world, NodeCommand{NodeCommand::Verb::kKill, {NodeKind::kBroker, 2}}), "");
    run_for(world, 20_s);
    EXPECT_LE(watch(world, 5_s).events, before);
    ASSERT_EQ(give(world, NodeCommand{NodeCommand::Verb::kStart, {NodeKind::kBroker, 2}}), "");
    run_for(world, 10_s);
    EXPECT_LE(watch(world, 5_s).events, before + before / 4);
}

}  // namespace
}  // namespace brokerlab
