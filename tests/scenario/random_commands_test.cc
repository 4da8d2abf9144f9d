// Random command lists against a whole cluster: whatever is killed, cut or moved, no invariant may
// break, and what idempotent acks=all producers got acknowledged stays, once and in its order.
//
// A list that fails shrinks to the few commands that matter and is printed as a timeline that can
// be pasted into a scenario file. Groups and transactions are not part of the workload.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "sim/base/check.h"
#include "sim/oracle/delivery.h"
#include "sim/query/evaluate.h"
#include "sim/script/command_text.h"
#include "sim/script/run_scenario.h"
#include "tests/testing/random_lines.h"

namespace brokerlab {
namespace {

constexpr const char* kCluster = R"(
name: Random commands
cluster: {brokers: 3}
network: {latency: 1ms, jitter: 700us}
topics:
  - {name: orders, partitions: 2, replication-factor: 3, config: {min.insync.replicas: 2}}
  - {name: bills, partitions: 1, replication-factor: 3, config: {min.insync.replicas: 2}}
producers:
  - {name: till, topic: orders, rate: 20/s, key: "order-{n}", value: "{n}", config: {acks: all}}
  - {name: desk, topic: bills, rate: 30/s, value: "{n}",
     config: {acks: all, delivery.timeout.ms: 20000, request.timeout.ms: 5000, linger.ms: 50}}
consumers:
  - {name: audit, topics: [orders, bills], from: earliest}
until: 60s
)";

constexpr int32_t kLastCommandMs = 45'000;

using testing::Line;
using testing::words;

rc::Gen<std::string> node() {
    return words(
        {"broker 1", "broker 2", "broker 3", "controller 1", "controller 2", "controller 3"});
}

/// An end of a link, or a group of them.
rc::Gen<std::string> end_of_link() {
    return words({"1", "2", "3", "controller 1", "controller 2", "controller 3", "till", "desk",
                  "brokers", "controllers", "clients"});
}

/// A template with its blanks filled: N a node, B a broker's number, E the end of a link, D a
/// duration, P a partition, C a client.
std::string filled(const std::string& pattern) {
    std::string text;
    for (const char c : pattern) {
        switch (c) {
            case 'N':
                text += *node();
                break;
            case 'B':
                text += *words({"1", "2", "3"});
                break;
            case 'E':
                text += *end_of_link();
                break;
            case 'D':
                text += *words({"0ms", "5ms", "60ms", "700ms", "4s"});
                break;
            case 'P':
                text += *words({"orders-0", "orders-1", "bills-0"});
                break;
            case 'R':
                text += *words({"1,2,3", "3,2,1", "2,3,1", "1,2", "2,3", "3,1", "3", "1"});
                break;
            case 'C':
                text += *words({"till", "desk"});
                break;
            default:
                text += c;
        }
    }
    return text;
}

/// What Kafka promises to survive, records and all.
const std::vector<std::string>& harmless() {
    static const std::vector<std::string> patterns{"kill N",
                                                   "kill N",
                                                   "start N",
                                                   "start N",
                                                   "stop broker B",
                                                   "start broker B",
                                                   "pause N",
                                                   "resume N",
                                                   "isolate N",
                                                   "rejoin N",
                                                   "cut E E",
                                                   "cut E -> E",
                                                   "slow link E E D",
                                                   "lose link E E 30%",
                                                   "heal E E",
                                                   "heal all",
                                                   "slow disk B D",
                                                   "slow disk B 0ms",
                                                   "elect preferred P",
                                                   "reassign P R",
                                                   "set topic orders retention.ms=600000",
                                                   "alter topic orders partitions 3",
                                                   "crash producer C",
                                                   "start producer C",
                                                   "stop producer C"};
    return patterns;
}

/// What may cost records: only the invariants are asked afterwards.
const std::vector<std::string>& harmful() {
    static const std::vector<std::string> patterns = [] {
        std::vector<std::string> all = harmless();
        for (const char* more :
             {"power-off broker B", "power-off broker B", "fail disk B", "repair disk B",
              "start broker B", "elect unclean P", "elect unclean P",
              "set topic orders min.insync.replicas=1", "set topic bills min.insync.replicas=1",
              "set topic orders unclean.leader.election.enable=true"}) {
            all.emplace_back(more);
        }
        return all;
    }();
    return patterns;
}

rc::Gen<Line> line_of(const std::vector<std::string>& patterns, int32_t last_ms) {
    return rc::gen::exec([patterns, last_ms] {
        Line line;
        line.at_ms = *rc::gen::inRange(0, last_ms);
        line.text = filled(*rc::gen::elementOf(patterns));
        return line;
    });
}

struct Run {
    uint64_t digest = 0;
    DeliveryReport delivery;
    std::vector<std::string> broken;
    uint64_t acked_lately = 0;  ///< in the last ten seconds
    bool healthy = false;       ///< every partition has its leader and all of its replicas in sync
};

/// What a failed check in the engine says besides its condition; such a list can't shrink.
std::string running;
void tell_list(const char*, const char*, int) {
    std::fprintf(stderr, "%s\n", running.c_str());
}

uint64_t acked_by_both(const World& world) {
    return world.find_client("till")->counts().acked + world.find_client("desk")->counts().acked;
}

/// The cluster with the list as its timeline; another seed is other jitter and other elections.
Run run_lines(uint64_t seed, const std::vector<Line>& lines, Duration until) {
    Scenario scenario = std::get<Scenario>(read_scenario(kCluster));
    scenario.setup.seed = Seed(seed);
    scenario.until = until;
    running = fmt::format("seed {}", seed);
    set_check_handler(tell_list);
    for (const Line& line : lines) {
        Command command = std::get<Command>(parse_command(line.text));
        std::string text = command_text(command);
        running += fmt::format("\n  - {{at: {}ms, do: {}}}", line.at_ms, text);
        scenario.plan.add(
            {Duration::from_ms(line.at_ms), std::nullopt, std::move(command), std::move(text)});
    }
    std::optional<uint64_t> acked_before;
    const Outcome<ScenarioRun> played =
        run_scenario(scenario, std::nullopt, [&](const Cursor& cursor, const Move&) {
            const World& world = cursor.world;
            if (!acked_before && world.shown(world.now) >= until - Duration::from_ms(10'000)) {
                acked_before = acked_by_both(world);
            }
        });
    RC_ASSERT(played.ok());
    const World& end = played->cursor.world;
    Run run;
    run.digest = played->digest;
    run.delivery = judge_delivery(end);
    run.acked_lately = acked_by_both(end) - acked_before.value_or(0);
    for (const InvariantState& state : played->invariants.states()) {
        if (!state.held) {
            run.broken.push_back(state.name + ": " + state.what);
        }
    }
    const Expression healthy =
        std::get<Expression>(parse_expression("under_replicated() == 0 and offline() == 0"));
    run.healthy = holds(end, healthy);
    return run;
}

struct Case {
    uint64_t seed = 1;
    Duration until;
    std::vector<Line> lines;
};

Case any_case(const std::vector<std::string>& patterns) {
    constexpr int kMostLines = 12;
    Case drawn;
    // Some lists come at once, so that one thing happens in the middle of another.
    const int32_t last_ms = *rc::gen::element(kLastCommandMs, kLastCommandMs, 4'000);
    drawn.seed = *rc::gen::resize(100, rc::gen::inRange<uint64_t>(1, 1'000'000));
    drawn.lines = *rc::gen::resize(
        kMostLines,
        rc::gen::nonEmpty(rc::gen::container<std::vector<Line>>(line_of(patterns, last_ms))));
    drawn.until = Duration::from_ms(*rc::gen::element(60'000, 75'000, 90'000));
    return drawn;
}

bool crashes_producer(const std::vector<Line>& lines) {
    return std::any_of(lines.begin(), lines.end(),
                       [](const Line& line) { return line.text.starts_with("crash producer"); });
}

/// Undoes what a list of harmless commands can have done to the machines and the network.
void add_repairs(std::vector<Line>& lines, int32_t at_ms) {
    lines.push_back({at_ms, "heal all"});
    for (const int number : {1, 2, 3}) {
        lines.push_back({at_ms, fmt::format("slow disk {} 0ms", number)});
        for (const char* verb : {"rejoin", "resume", "start"}) {
            lines.push_back({at_ms, fmt::format("{} controller {}", verb, number)});
            lines.push_back({at_ms, fmt::format("{} broker {}", verb, number)});
        }
    }
    lines.push_back({at_ms, "start producer till"});
    lines.push_back({at_ms, "start producer desk"});
}

RC_GTEST_PROP(RandomCommands, WhatIdempotentProducersGotAcknowledgedStaysOnceAndInOrder, ()) {
    const Case drawn = any_case(harmless());
    const Run run = run_lines(drawn.seed, drawn.lines, drawn.until);
    RC_ASSERT(run.broken == std::vector<std::string>());
    RC_ASSERT(run.delivery.lost_acked == 0U);
    // A crashed producer's last requests may still lie in a socket when it starts anew.
    RC_ASSERT(run.delivery.reordered == 0U || crashes_producer(drawn.lines));
    RC_ASSERT(run.delivery.duplicated == run.delivery.duplicated_after_epoch_bump);
    if (drawn.seed % 5 == 0) {
        RC_ASSERT(run_lines(drawn.seed, drawn.lines, drawn.until).digest == run.digest);
    }
}

RC_GTEST_PROP(RandomCommands, LossOfPowerAndUncleanElectionsBreakNoInvariant, ()) {
    const Case drawn = any_case(harmful());
    const Run run = run_lines(drawn.seed, drawn.lines, drawn.until);
    RC_ASSERT(run.broken == std::vector<std::string>());
}

RC_GTEST_PROP(RandomCommands, ARepairedClusterRecovers, ()) {
    Case drawn = any_case(harmless());
    add_repairs(drawn.lines, kLastCommandMs);
    // A broker that was stopping by then is down now.
    add_repairs(drawn.lines, kLastCommandMs + 30'000);
    const Run run = run_lines(drawn.seed, drawn.lines, Duration::from_ms(140'000));
    RC_ASSERT(run.broken == std::vector<std::string>());
    RC_ASSERT(run.healthy);
    // 50 records a second arrive.
    RC_ASSERT(run.acked_lately > 400U);
}

}  // namespace
}  // namespace brokerlab
