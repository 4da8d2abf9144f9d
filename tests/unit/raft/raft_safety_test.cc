// Raft's promises under whatever goes wrong: the cluster's own checks run after every step.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "tests/unit/raft/raft_cluster.h"

namespace brokerlab {
namespace {

/// One thing that goes wrong, or right again, drawn by RapidCheck.
void disturb(RaftCluster& cluster) {
    const std::vector<BrokerId> ids = cluster.ids();
    const BrokerId one = *rc::gen::elementOf(ids);
    const BrokerId other = *rc::gen::elementOf(ids);
    switch (*rc::gen::inRange(0, 6)) {
        case 0:
            if (cluster.is_up(one)) {
                if (*rc::gen::arbitrary<bool>()) {
                    cluster.kill(one);
                } else {
                    cluster.power_off(one);
                }
            }
            break;
        case 1:
        case 2:
            if (!cluster.is_up(one)) {
                cluster.start(one);
            }
            break;
        case 3:
            cluster.cut(one, other);
            break;
        case 4:
            cluster.join(one, other);
            break;
        default:
            cluster.isolate(one);
            break;
    }
}

RC_GTEST_PROP(RaftSafety, NothingCommittedIsLostAndNoEpochHasTwoLeaders, ()) {
    ClusterOptions options;
    options.seed = *rc::gen::inRange<uint64_t>(1, 1'000'000);
    options.voters = *rc::gen::element(3, 5);
    options.observers = *rc::gen::inRange(0, 2);
    options.drop_ppm = *rc::gen::element<uint32_t>(0, 10'000, 100'000);
    RaftCluster cluster(options);
    const int rounds = *rc::gen::inRange(5, 30);
    for (int round = 0; round < rounds; ++round) {
        disturb(cluster);
        const Duration span = Duration::from_ms(*rc::gen::inRange(1, 4'000));
        const int appends = *rc::gen::inRange(0, 4);
        for (int i = 0; i < appends; ++i) {
            cluster.append({"round " + std::to_string(round), std::to_string(i)},
                           *rc::gen::arbitrary<bool>());
            cluster.run_for(span / 4);
        }
        cluster.run_for(span);
        RC_ASSERT(cluster.violations == std::vector<std::string>());
    }
    // Whatever happened, a healed quorum elects and agrees.
    cluster.drop(0);
    cluster.join_all();
    for (const BrokerId id : cluster.ids()) {
        if (!cluster.is_up(id)) {
            cluster.start(id);
        }
    }
    RC_ASSERT(cluster.run_until_led(60_s).has_value());
    cluster.run_for(10_s);
    RC_ASSERT(cluster.append({"the end"}, true).has_value());
    cluster.run_for(3_s);
    const std::vector<std::string> agreed = cluster.committed_values(*cluster.leader());
    RC_ASSERT(!agreed.empty());
    RC_ASSERT(agreed.back() == "the end");
    for (const BrokerId id : cluster.ids()) {
        RC_ASSERT(cluster.committed_values(id) == agreed);
    }
    RC_ASSERT(cluster.violations == std::vector<std::string>());
}

}  // namespace
}  // namespace brokerlab
