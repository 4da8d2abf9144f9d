// Random command lists against consumer groups: members join, leave, crash and stand still, brokers
// die and links are cut; then everything is healed and left alone. Each group has to come to rest,
// every partition with exactly one owner, and no committed offset may have gone back.
//
// A list that fails shrinks to the few commands that matter and is printed as a timeline that can
// be pasted into a scenario file. The coordinators' partitions have min.insync.replicas 2; no disk
// is lost and no power.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "sim/base/check.h"
#include "sim/oracle/group_ownership.h"
#include "sim/oracle/group_view.h"
#include "sim/script/command_text.h"
#include "sim/script/run_scenario.h"
#include "tests/testing/random_lines.h"

namespace brokerlab {
namespace {

/// Time-outs are short, so that quiet comes soon.
constexpr const char* kCluster = R"(
name: Random groups
cluster:
  brokers: 3
  config:
    min.insync.replicas: 2
    offsets.topic.num.partitions: 6
    group.consumer.min.session.timeout.ms: 6000
    group.consumer.session.timeout.ms: 8000
    group.consumer.min.heartbeat.interval.ms: 1000
    group.consumer.heartbeat.interval.ms: 2000
network: {latency: 1ms, jitter: 700us}
topics:
  - {name: orders, partitions: 4, replication-factor: 3}
producers:
  - {name: till, topic: orders, rate: 8/s, key: "order-{n}", value: "{n}", config: {acks: all}}
consumers:
  - group: stock
    topics: [orders]
    members: 2
    process: 5ms
    config: {auto.offset.reset: earliest, max.poll.interval.ms: 15000,
             auto.commit.interval.ms: 1000, STOCK}
  - group: audit
    topics: [orders]
    members: 2
    process: 20ms
    config: {auto.offset.reset: earliest, max.poll.interval.ms: 15000,
             enable.auto.commit: false, AUDIT}
until: 60s
)";

/// The two groups that play.
struct Protocols {
    const char* stock;
    const char* audit;
};
constexpr Protocols kClassic{
    "partition.assignment.strategy: range, session.timeout.ms: 8000",
    "partition.assignment.strategy: cooperative-sticky, session.timeout.ms: 8000"};
constexpr Protocols kConsumer{"group.protocol: consumer",
                              "group.protocol: consumer, group.remote.assignor: range"};

Scenario scenario_of(const Protocols& protocols) {
    std::string yaml = kCluster;
    yaml.replace(yaml.find("STOCK"), 5, protocols.stock);
    yaml.replace(yaml.find("AUDIT"), 5, protocols.audit);
    return std::get<Scenario>(read_scenario(yaml));
}

constexpr int32_t kPartitions = 4;

constexpr int32_t kLastCommandMs = 30'000;
/// Sessions, rebalances, requests of 30 s and the retries after them, one after the other.
constexpr int32_t kQuietMs = 130'000;

using testing::Line;
using testing::words;

/// A template with its blanks filled: G a group, M a member, B a broker's number, E an end of a
/// link, D a duration.
std::string filled(const std::string& pattern) {
    std::string text;
    for (const char c : pattern) {
        switch (c) {
            case 'G':
                text += *words({"stock", "audit"});
                break;
            case 'M':
                text += *words({"stock-1", "stock-2", "stock-3", "audit-1", "audit-2", "audit-3"});
                break;
            case 'B':
                text += *words({"1", "2", "3"});
                break;
            case 'E':
                text += *words({"1", "2", "3", "stock-1", "stock-2", "audit-1", "audit-2",
                                "brokers", "clients"});
                break;
            case 'D':
                text += *words({"5ms", "60ms", "700ms", "4s"});
                break;
            default:
                text += c;
        }
    }
    return text;
}

const std::vector<std::string>& patterns() {
    static const std::vector<std::string> all{"add consumer G",
                                              "add consumer G",
                                              "remove consumer M",
                                              "remove consumer M",
                                              "crash consumer M",
                                              "crash consumer M",
                                              "start consumer M",
                                              "start consumer M",
                                              "pause consumer M",
                                              "pause consumer M",
                                              "resume consumer M",
                                              "resume consumer M",
                                              "kill broker B",
                                              "kill broker B",
                                              "start broker B",
                                              "start broker B",
                                              "stop broker B",
                                              "pause broker B",
                                              "resume broker B",
                                              "cut E E",
                                              "cut E -> E",
                                              "heal all",
                                              "slow link E E D",
                                              "lose link E E 30%",
                                              "slow disk B 700ms",
                                              "slow disk B 0ms",
                                              "isolate broker B",
                                              "rejoin broker B",
                                              "reassign orders-0 1,2,3",
                                              "alter topic orders partitions 4",
                                              "set consumer G max.poll.records=7"};
    return all;
}

rc::Gen<Line> line_of(int32_t last_ms) {
    return rc::gen::exec([last_ms] {
        Line line;
        line.at_ms = *rc::gen::inRange(0, last_ms);
        line.text = filled(*rc::gen::elementOf(patterns()));
        return line;
    });
}

/// Undoes what a list can have done to machines and links; members that are down stay so.
void add_repairs(std::vector<Line>& lines, int32_t at_ms) {
    lines.push_back({at_ms, "heal all"});
    for (const int number : {1, 2, 3}) {
        lines.push_back({at_ms, fmt::format("slow disk {} 0ms", number)});
        for (const char* verb : {"rejoin", "resume", "start"}) {
            lines.push_back({at_ms, fmt::format("{} broker {}", verb, number)});
        }
    }
    for (const char* group : {"stock", "audit"}) {
        for (int number = 1; number <= 9; ++number) {
            lines.push_back({at_ms, fmt::format("resume consumer {}-{}", group, number)});
        }
    }
}

/// What a failed check in the engine says besides its condition; such a list can't shrink.
std::string running;
void tell_list(const char*, const char*, int) {
    std::fprintf(stderr, "%s\n", running.c_str());
}

/// Watches the committed offsets of all groups. A commit that went out on a connection which was
/// given up may still be read and written behind newer ones: who lost its coordinator a short while
/// ago may go back.
struct CommitWatch {
    std::map<std::pair<std::string, TopicPartition>, Offset> committed;
    std::map<std::string, SimTime> coordinator_lost;  ///< by member
    std::vector<std::string> fell;

    void note(const World& world, const StepResult& result) {
        for (const Fact& fact : result.facts) {
            if (std::holds_alternative<CoordinatorLost>(fact.body)) {
                coordinator_lost[node_name(world, fact.node)] = fact.at;
            } else if (const auto* commit = std::get_if<OffsetsCommitted>(&fact.body)) {
                for (const CommittedPosition& position : commit->positions) {
                    note(*commit, position, fact.at);
                }
            }
        }
    }

private:
    void note(const OffsetsCommitted& commit, const CommittedPosition& position, SimTime at) {
        Offset& last =
            committed.try_emplace({commit.group, position.partition}, Offset(0)).first->second;
        const auto lost = coordinator_lost.find(commit.member);
        const bool explained = lost != coordinator_lost.end() && at - lost->second < 15_s;
        if (position.offset < last && !explained) {
            fell.push_back(fmt::format(
                "{}: {} commits {} of {} at {}, after {}", to_string(at - SimTime()), commit.member,
                commit.group, position.partition.to_string(), position.offset.value, last.value));
        }
        last = position.offset;
    }
};

struct Run {
    std::vector<std::string> wrong;
    std::vector<std::string> fell;
};

std::vector<std::string> live_members(const World& world, const std::string& group) {
    std::vector<std::string> names;
    for (const Cow<ClientHost>& host : world.clients) {
        const auto* setup = std::get_if<ConsumerSetup>(&host->setup);
        if (setup != nullptr && setup->group == group && host->consumer() != nullptr) {
            names.push_back(host->name);
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// How often each partition stands among what members own.
std::vector<int> count_owners(const std::vector<OwnedPartitions>& owners) {
    std::vector<int> counts(kPartitions, 0);
    for (const OwnedPartitions& owner : owners) {
        for (const TopicPartition& partition : owner.partitions) {
            ++counts.at(static_cast<std::size_t>(partition.partition.value));
        }
    }
    return counts;
}

/// What is not as it should be of a group that was left alone.
std::vector<std::string> unrest(const World& world, const std::string& group) {
    std::vector<std::string> wrong;
    const GroupView view = *view_group(world, group);
    const std::vector<std::string> live = live_members(world, group);
    if (live.empty()) {
        const bool never_was =
            world.committed_metadata().find_topic("__consumer_offsets") == nullptr;
        if (view.state != "Empty" && view.state != "Dead" && !never_was) {
            wrong.push_back(fmt::format("{} without members is {}", group, view.state));
        }
        return wrong;
    }
    if (view.state != "Stable") {
        wrong.push_back(fmt::format("{} is {}", group, view.state));
    }
    std::vector<std::string> members;
    for (const GroupMemberView& member : view.members) {
        members.push_back(member.name);
    }
    if (members != live) {
        wrong.push_back(fmt::format("{} has members {}, and {} live", group,
                                    fmt::join(members, " "), fmt::join(live, " ")));
    }
    const std::optional<GroupOwnership> ownership = view_ownership(world, group);
    const std::vector<int> once(kPartitions, 1);
    if (!ownership || count_owners(ownership->assigned) != once ||
        count_owners(ownership->owned) != once) {
        wrong.push_back(fmt::format("not every partition has one owner in {}", group));
    }
    for (const GroupOffsetView& offset : view.offsets) {
        // 8 records a second arrive, and are committed within a second.
        if (offset.lag() > 60) {
            wrong.push_back(fmt::format("{} is {} behind in {}", group, offset.lag(),
                                        offset.partition.to_string()));
        }
    }
    return wrong;
}

Run run_lines(const Protocols& protocols, uint64_t seed, const std::vector<Line>& lines) {
    Scenario scenario = scenario_of(protocols);
    scenario.setup.seed = Seed(seed);
    scenario.until = Duration::from_ms(kLastCommandMs + kQuietMs);
    running = fmt::format("seed {}", seed);
    set_check_handler(tell_list);
    for (const Line& line : lines) {
        Command command = std::get<Command>(parse_command(line.text));
        std::string text = command_text(command);
        running += fmt::format("\n  - {{at: {}ms, do: {}}}", line.at_ms, text);
        scenario.plan.add(
            {Duration::from_ms(line.at_ms), std::nullopt, std::move(command), std::move(text)});
    }
    CommitWatch commits;
    const Outcome<ScenarioRun> played = run_scenario(
        scenario, std::nullopt,
        [&](const Cursor& cursor, const Move& move) { commits.note(cursor.world, move.result); });
    RC_ASSERT(played.ok());
    Run run;
    for (const InvariantState& state : played->invariants.states()) {
        if (!state.held) {
            run.wrong.push_back(state.name + ": " + state.what);
        }
    }
    for (const char* group : {"stock", "audit"}) {
        const std::vector<std::string> more = unrest(played->cursor.world, group);
        run.wrong.insert(run.wrong.end(), more.begin(), more.end());
    }
    run.fell = std::move(commits.fell);
    return run;
}

void come_to_rest(const Protocols& protocols) {
    constexpr int kMostLines = 12;
    // Some lists come at once, so that one thing happens in the middle of another.
    const int32_t last_ms = *rc::gen::element(kLastCommandMs, kLastCommandMs, 9'000);
    const auto seed = *rc::gen::resize(100, rc::gen::inRange<uint64_t>(1, 1'000'000));
    std::vector<Line> lines = *rc::gen::resize(
        kMostLines, rc::gen::nonEmpty(rc::gen::container<std::vector<Line>>(line_of(last_ms))));
    add_repairs(lines, kLastCommandMs);
    // A broker that was stopping by then is down now.
    add_repairs(lines, kLastCommandMs + 20'000);
    const Run run = run_lines(protocols, seed, lines);
    RC_ASSERT(run.wrong == std::vector<std::string>());
    RC_ASSERT(run.fell == std::vector<std::string>());
}

RC_GTEST_PROP(RandomGroups, OfTheClassicProtocolComeToRest, ()) {
    come_to_rest(kClassic);
}

RC_GTEST_PROP(RandomGroups, OfTheConsumerProtocolComeToRest, ()) {
    come_to_rest(kConsumer);
}

}  // namespace
}  // namespace brokerlab
