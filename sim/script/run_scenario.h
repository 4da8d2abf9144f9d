// Running a scenario from its boot to its end: the plan is played, expectations are judged at their
// times, invariants are watched.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/outcome.h"
#include "sim/oracle/failed_records.h"
#include "sim/oracle/invariants.h"
#include "sim/script/scenario.h"
#include "sim/timeline/play.h"

namespace brokerlab {

/// How an expectation came out.
struct ExpectationResult {
    Expectation expectation;
    std::optional<Duration> judged_at;  ///< none: the run ended before
    std::optional<bool> held;           ///< none: not judged
    std::string found;                  ///< what the expression's calls gave, when it did not hold
};

/// A run that came to its end.
struct ScenarioRun {
    Cursor cursor;  ///< after everything up to the end
    Duration ended_at;
    std::vector<ExpectationResult> expectations;
    std::vector<RefusedCommand> refused;
    InvariantMonitor invariants;
    FailedRecords failed_records;
    uint64_t digest = 0;  ///< of the world at the end, its history included
};

/// All events between two complete checks of the invariants.
inline constexpr uint64_t kCheckEvents = 100'000;

/// Judges the expectations that are due when everything up to `now` has run.
void judge_expectations(const World& world, Duration now, bool at_end,
                        std::vector<ExpectationResult>& results);
/// The expectations, none judged, in the order of the file.
[[nodiscard]] std::vector<ExpectationResult> open_expectations(const Scenario& scenario);
/// When the next expectation that is not judged is due; kForever when there is none with a time.
[[nodiscard]] Duration next_expectation(const std::vector<ExpectationResult>& results);

/// Runs the scenario until `until` (its own end by default). `each(cursor, move)` sees every event
/// and command, those of the boot too. Fails when the cluster does not come up.
template <class Each>
[[nodiscard]] Outcome<ScenarioRun> run_scenario(const Scenario& scenario,
                                                std::optional<Duration> until, Each each) {
    ScenarioRun run;
    run.ended_at = until.value_or(scenario.until);
    run.expectations = open_expectations(scenario);
    const auto watch = [&](const Cursor& cursor, const Move& move) {
        run.invariants.note(cursor.world, move.result);
        for (const Fact& fact : move.result.facts) {
            run.failed_records.note(fact);
        }
        if (cursor.world.events_run % kCheckEvents == 0) {
            run.invariants.check_all(cursor.world);
        }
        if (move.refused) {
            run.refused.push_back(*move.refused);
        }
        each(cursor, move);
    };
    Outcome<Cursor> booted = boot(scenario.setup, watch);
    if (!booted.ok()) {
        return booted.failure();
    }
    run.cursor = *std::move(booted);
    const SimTime zero = *run.cursor.world.time_zero;
    Move move;
    while (true) {
        const SimTime due = next_due(run.cursor, scenario.plan);
        const Duration asked = next_expectation(run.expectations);
        if (asked < due - zero && asked <= run.ended_at) {
            judge_expectations(run.cursor.world, asked, false, run.expectations);
            continue;
        }
        if (due > zero + run.ended_at) {
            break;
        }
        move_on(run.cursor, scenario.plan, move);
        watch(std::as_const(run.cursor), std::as_const(move));
    }
    judge_expectations(run.cursor.world, run.ended_at, true, run.expectations);
    run.invariants.check_all(run.cursor.world);
    run.digest = world_digest(run.cursor.world);
    return run;
}

}  // namespace brokerlab
