#include "sim/script/run_scenario.h"

#include <algorithm>

#include "sim/query/evaluate.h"

namespace brokerlab {

std::vector<ExpectationResult> open_expectations(const Scenario& scenario) {
    std::vector<ExpectationResult> results;
    for (const Expectation& expectation : scenario.expectations) {
        results.push_back({expectation, std::nullopt, std::nullopt, {}});
    }
    return results;
}

Duration next_expectation(const std::vector<ExpectationResult>& results) {
    Duration next = kForever;
    for (const ExpectationResult& result : results) {
        if (!result.held && result.expectation.at) {
            next = std::min(next, *result.expectation.at);
        }
    }
    return next;
}

void judge_expectations(const World& world, Duration now, bool at_end,
                        std::vector<ExpectationResult>& results) {
    for (ExpectationResult& result : results) {
        const std::optional<Duration>& at = result.expectation.at;
        if (result.held || (at ? *at > now : !at_end)) {
            continue;
        }
        result.judged_at = at.value_or(now);
        result.held = holds(world, result.expectation.that);
        if (!*result.held) {
            result.found = explain_values(world, result.expectation.that);
        }
    }
}

}  // namespace brokerlab
