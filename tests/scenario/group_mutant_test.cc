// Deliberate mistakes of the programs in a group, put in by hand where the engine has the right
// thing: a leader that gives a partition to two members, a member that keeps what it must give up,
// an application that commits before it works. An invariant or the report on processing has to say
// so, and nothing when the mistake is left out. (A coordinator that takes commits of an old
// generation is switched on by a rule: mutant_test.cc.)
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/client/consumer_core.h"
#include "sim/oracle/group_ownership.h"
#include "sim/oracle/group_view.h"
#include "sim/oracle/invariants.h"
#include "sim/oracle/processing_report.h"
#include "sim/script/command_text.h"
#include "sim/script/run_scenario.h"

namespace brokerlab {
namespace {

using ::testing::HasSubstr;

constexpr const char* kGroup = R"(
name: A group
cluster: {brokers: 3}
network: {latency: 1ms, jitter: 400us}
topics:
  - {name: orders, partitions: 6, replication-factor: 3, config: {min.insync.replicas: 2}}
producers:
  - {name: till, topic: orders, rate: 20/s, key: "order-{n}", value: "{n}", config: {acks: all}}
consumers:
  - group: stock
    topics: [orders]
    members: 2
    process: 50ms
    config: {auto.offset.reset: earliest, partition.assignment.strategy: cooperative-sticky,
             session.timeout.ms: 10000, auto.commit.interval.ms: 100}
until: 60s
)";

/// A group that plays, and whose programs a test can tamper with after every event.
class TamperedGroup {
public:
    TamperedGroup() {
        const Scenario scenario = std::get<Scenario>(read_scenario(kGroup));
        Outcome<Cursor> cursor = boot(scenario.setup, [](const Cursor&, const Move&) {});
        BL_CHECK(cursor.ok());
        cursor_ = *std::move(cursor);
    }

    /// Plays to that time; `tamper(world)` comes after every event.
    void play_until(Duration at, const std::function<void(World&)>& tamper = nullptr) {
        const SimTime end = *cursor_.world.time_zero + at;
        Move move;
        while (next_due(cursor_, plan_) <= end) {
            move_on(cursor_, plan_, move);
            if (tamper) {
                tamper(cursor_.world);
            }
            invariants_.note(cursor_.world, move.result);
        }
    }
    void plan(Duration at, const std::string& text) {
        plan_.add({at, std::nullopt, std::get<Command>(parse_command(text)), text});
    }
    [[nodiscard]] World& world() { return cursor_.world; }
    [[nodiscard]] std::string ownership_violation() {
        invariants_.check_all(cursor_.world);
        for (const InvariantState& state : invariants_.states()) {
            if (!state.held) {
                EXPECT_EQ(state.name, "one-owner-in-group") << state.what;
                return state.what;
            }
        }
        return "";
    }

private:
    Cursor cursor_;
    Plan plan_;
    InvariantMonitor invariants_;
};

/// The member's process, to tamper with; nullptr when it has none.
ConsumerClient* process_of(World& world, const std::string& member) {
    for (Cow<ClientHost>& host : world.clients) {
        if (host->name == member && host->consumer() != nullptr) {
            return &std::get<ConsumerClient>(host.edit().process.edit());
        }
    }
    return nullptr;
}
const ConsumerClient* look_at(const World& world, const std::string& member) {
    const ClientHost* host = world.find_client(member);
    return host == nullptr ? nullptr : host->consumer();
}

// ---- Assign twice

/// What the group's leader has computed and the coordinator has written, to tamper with.
ClassicGroup& group_to_tamper(World& world) {
    const GroupPlace place = place_of_group(world, "stock");
    BL_CHECK(place.held != nullptr);
    for (Cow<BrokerHost>& host : world.brokers) {
        if (host->setup.id == place.leader) {
            const BrokerNode& broker = *host.edit().process.edit();
            auto& groups = const_cast<GroupCoordinator&>(broker.groups());
            GroupShard& shard = groups.partitions.at(place.partition).edit().shard.edit();
            return std::get<ClassicGroup>(shard.groups.at("stock").edit());
        }
    }
    BL_CHECK(false);
}

TEST(GroupMutant, ALeaderThatAssignsAPartitionTwiceIsCaught) {
    TamperedGroup group;
    group.play_until(15_s);
    EXPECT_EQ(group.ownership_violation(), "");
    ClassicGroup& held = group_to_tamper(group.world());
    ASSERT_EQ(held.state, ClassicGroupState::kStable);
    ASSERT_EQ(held.members.size(), 2U);
    held.members[1].assignment = held.members[0].assignment;
    EXPECT_THAT(group.ownership_violation(), HasSubstr("is given to both"));
}

// ---- Skip revocation

/// stock-1 goes on with all that it ever had, though it tells the group that it has given it up.
void keep_everything(World& world, FlatSet<TopicPartition>& had) {
    const ConsumerClient* member = look_at(world, "stock-1");
    const auto* membership =
        member == nullptr ? nullptr : std::get_if<ClassicMembership>(&member->group()->membership);
    if (membership == nullptr || membership->state != MemberState::kStable ||
        membership->rejoin_needed) {
        return;
    }
    const FlatSet<TopicPartition> now = assigned_partitions(member->core());
    bool lacks = false;
    for (const TopicPartition& partition : now) {
        had.insert(partition);
    }
    for (const TopicPartition& partition : had) {
        lacks = lacks || !now.contains(partition);
    }
    if (lacks) {
        set_assignment(const_cast<ConsumerCore&>(process_of(world, "stock-1")->core()), had);
    }
}

std::string violation_when_a_member_joins(bool skips_revocation) {
    TamperedGroup group;
    group.plan(15_s, "add consumer stock");
    FlatSet<TopicPartition> had;
    group.play_until(40_s, [&](World& world) {
        if (skips_revocation) {
            keep_everything(world, had);
        }
    });
    return group.ownership_violation();
}

TEST(GroupMutant, AMemberThatSkipsRevocationIsCaught) {
    EXPECT_EQ(violation_when_a_member_joins(false), "");
    EXPECT_THAT(violation_when_a_member_joins(true), HasSubstr("is fetched by both"));
}

// ---- Commit before processing

/// The work of stock-1 is put off for ever, as if it committed first: what poll() returned counts
/// as done when the next poll() commits.
void commit_first(World& world) {
    const ConsumerClient* member = look_at(world, "stock-1");
    if (member != nullptr && member->application().phase == Application::Phase::kWorking) {
        auto& application = const_cast<Application&>(process_of(world, "stock-1")->application());
        application = Application();
    }
}

/// stock-1 crashes with records that it has polled; stock-2 takes over.
ProcessingReport processing_after_a_crash(bool commits_first) {
    TamperedGroup group;
    group.play_until(15_s);
    group.plan(17_s, "crash consumer stock-1");
    group.play_until(17_s, [&](World& world) {
        if (commits_first) {
            commit_first(world);
        }
    });
    group.play_until(50_s);
    return judge_processing(group.world(), "stock");
}

TEST(GroupMutant, AnApplicationThatCommitsBeforeItWorksIsCaught) {
    EXPECT_EQ(processing_after_a_crash(false).skipped, 0U);
    EXPECT_GT(processing_after_a_crash(true).skipped, 0U);
}

}  // namespace
}  // namespace brokerlab
