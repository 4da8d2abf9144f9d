// Whatever elections, crashes and half-copied logs came before: once a leader stays, its follower's
// log becomes its own.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "tests/unit/broker/follower_fixture.h"

namespace brokerlab {
namespace {

using brokerlab::testing::kOrders;
using brokerlab::testing::ReplicaCluster;

enum class Step : uint8_t { kWrite, kWriteAgain, kTurnOver, kDeliver, kPass, kCrashLeader, kCount };

class Play {
public:
    explicit Play(RuleSet rules) : cluster_(2, rules) { cluster_.elect(leader_); }

    void take(Step step) {
        switch (step) {
            case Step::kWrite:
            case Step::kWriteAgain:
                cluster_.write(leader_, std::to_string(++written_));
                return;
            case Step::kTurnOver:  // to one that may lack records: an unclean election
                leader_ = 3 - leader_;
                cluster_.elect(leader_);
                return;
            case Step::kDeliver:
                cluster_.settle();
                return;
            case Step::kPass:
                cluster_.pass(300_ms);
                return;
            case Step::kCrashLeader: {
                const BrokerDisk disk = cluster_.stop(leader_, false);
                cluster_.start(leader_, &disk);
                take(Step::kTurnOver);
                return;
            }
            case Step::kCount:
                return;
        }
    }
    void come_to_rest() {
        take(Step::kWrite);
        cluster_.pass(5_s);
    }
    ReplicaCluster& cluster() { return cluster_; }

private:
    int32_t leader_ = 1;
    int written_ = 0;
    ReplicaCluster cluster_;
};

void expect_convergence(RuleSet rules) {
    Play play(rules);
    const auto steps =
        *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, static_cast<int>(Step::kCount)));
    for (const int step : steps) {
        play.take(static_cast<Step>(step));
    }
    play.come_to_rest();
    RC_ASSERT(play.cluster().read_all(1) == play.cluster().read_all(2));
    RC_ASSERT(play.cluster().log(1).high_watermark == play.cluster().log(1).log_end_offset);
    RC_ASSERT(play.cluster().log(2).high_watermark == play.cluster().log(2).log_end_offset);
}

RC_GTEST_PROP(FollowerConvergence, ByFetchesThatCarryTheLastEpoch, ()) {
    expect_convergence(RuleSet());
}

RC_GTEST_PROP(FollowerConvergence, ByAskingForTheEndsOfEpochs, ()) {
    RuleSet rules;
    rules.set(Rule::kFetchEpochKip320, false);
    expect_convergence(rules);
}

}  // namespace
}  // namespace brokerlab
