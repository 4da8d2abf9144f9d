#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "tests/unit/client/fake_cluster.h"

namespace brokerlab {
namespace {

/// A fate for each batch that arrives, taken in turn; when they are used up all goes well.
std::vector<Judgement> draw_fates() {
    const auto fates = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 12));
    std::vector<Judgement> drawn;
    for (const int fate : fates) {
        switch (fate) {
            case 0:
                drawn.push_back({ErrorCode::kNotEnoughReplicas});
                break;
            case 1:
                drawn.push_back({ErrorCode::kNone, Judgement::Then::kDisconnect});
                break;
            case 2:
                drawn.push_back({ErrorCode::kNotEnoughReplicas, Judgement::Then::kDisconnect});
                break;
            case 3:
                drawn.push_back({ErrorCode::kNone, Judgement::Then::kSilence});
                break;
            case 4:
                drawn.push_back({ErrorCode::kNotLeaderOrFollower});
                break;
            default:
                drawn.push_back({});
        }
    }
    return drawn;
}

void run_through(FakeCluster& cluster, const std::vector<Judgement>& fates) {
    std::size_t next = 0;
    cluster.judge = [&](std::size_t, const BatchHeader&) {
        return next < fates.size() ? fates[next++] : Judgement{};
    };
    cluster.run_for(60_s);
}

RC_GTEST_PROP(ProducerProperty, IdempotenceKeepsOrderAndMakesNoDuplicates, ()) {
    ProducerSetup setup =
        FakeCluster::setup({{"linger.ms", *rc::gen::element<std::string>("0", "5", "30")},
                            {"request.timeout.ms", "1000"},
                            {"batch.size", *rc::gen::element<std::string>("100", "16384")}});
    setup.rate = Rate::per_second(*rc::gen::element<int64_t>(100, 1000));
    setup.count = 100;
    const int32_t partitions = *rc::gen::inRange(1, 4);
    FakeCluster cluster(setup, partitions, *rc::gen::inRange(1, 3));
    cluster.think = Duration::from_ms(*rc::gen::inRange<int64_t>(0, 20));
    run_through(cluster, draw_fates());

    std::size_t appended = 0;
    for (const FakeCluster::Partition& partition : cluster.log) {
        RC_ASSERT(std::is_sorted(partition.ns.begin(), partition.ns.end()));
        RC_ASSERT(std::adjacent_find(partition.ns.begin(), partition.ns.end()) ==
                  partition.ns.end());
        appended += partition.ns.size();
    }
    RC_ASSERT(appended == 100U);
    RC_ASSERT(cluster.producer().counts().acked == 100U);
    RC_ASSERT(cluster.facts<ProducerEpochBumped>().empty());
}

RC_GTEST_PROP(ProducerProperty, WithoutIdempotenceNothingIsLostThatWasAcked, ()) {
    ProducerSetup setup = FakeCluster::setup(
        {{"enable.idempotence", "false"}, {"request.timeout.ms", "1000"}, {"linger.ms", "0"}});
    setup.rate = Rate::per_second(1'000);
    setup.count = 50;
    FakeCluster cluster(setup, 2);
    run_through(cluster, draw_fates());
    RC_ASSERT(cluster.producer().counts().acked == 50U);
    std::vector<uint64_t> all;
    for (const FakeCluster::Partition& partition : cluster.log) {
        all.insert(all.end(), partition.ns.begin(), partition.ns.end());
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    RC_ASSERT(all.size() == 50U);
}

RC_GTEST_PROP(ProducerProperty, EveryRecordHasOneOutcome, ()) {
    // Time-outs as short as the brokers are bad: batches expire in every state.
    ProducerSetup setup = FakeCluster::setup(
        {{"request.timeout.ms", "300"}, {"delivery.timeout.ms", "400"}, {"linger.ms", "5"}});
    setup.rate = Rate::per_second(500);
    setup.count = 100;
    FakeCluster cluster(setup, 2);
    run_through(cluster, draw_fates());
    std::vector<uint64_t> told;
    uint64_t unknown = 0;
    for (const BatchAcked& acked : cluster.facts<BatchAcked>()) {
        told.insert(told.end(), acked.ns.begin(), acked.ns.end());
    }
    for (const BatchFailed& failed : cluster.facts<BatchFailed>()) {
        told.insert(told.end(), failed.ns.begin(), failed.ns.end());
        unknown += failed.maybe_appended ? failed.ns.size() : 0;
        if (!failed.maybe_appended) {
            for (const FakeCluster::Partition& partition : cluster.log) {
                for (const uint64_t n : failed.ns) {
                    RC_ASSERT(std::count(partition.ns.begin(), partition.ns.end(), n) == 0);
                }
            }
        }
    }
    std::sort(told.begin(), told.end());
    RC_ASSERT(told.size() == 100U);
    RC_ASSERT(std::unique(told.begin(), told.end()) == told.end());
    const ProducerCounts& counts = cluster.producer().counts();
    RC_ASSERT(counts.sent == 100U);
    RC_ASSERT(counts.acked + counts.failed + unknown == 100U);
}

}  // namespace
}  // namespace brokerlab
