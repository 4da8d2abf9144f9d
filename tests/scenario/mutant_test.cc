// A deliberate bug for each safety rule: without the rule the scenario of its name has to be
// caught, by an invariant or by what it expects, and with the rule it has to hold.
//
// The scenarios are mutants/RULE.yaml. Where two rules guard the same thing the file itself
// switches the other one off, so that only the tested rule differs between the two runs.
#include <fstream>
#include <iterator>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/model/rules.h"
#include "sim/script/command_text.h"
#include "sim/script/run_scenario.h"

namespace brokerlab {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    EXPECT_TRUE(file) << path;
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Everything for which `brokerlab run` would end with status 1.
std::vector<std::string> what_is_wrong(const ScenarioRun& run) {
    std::vector<std::string> wrong;
    for (const InvariantState& state : run.invariants.states()) {
        if (!state.held) {
            wrong.push_back(state.name + ": " + state.what);
        }
    }
    for (const ExpectationResult& result : run.expectations) {
        if (result.held != true) {
            wrong.push_back(result.expectation.that.text + ", but " + result.found);
        }
    }
    for (const RefusedCommand& refused : run.refused) {
        wrong.push_back(refused.text + ": " + refused.reason);
    }
    return wrong;
}

class Mutant : public ::testing::TestWithParam<Rule> {
protected:
    static std::vector<std::string> play(bool with_rule) {
        const std::string path = std::string(BROKERLAB_SOURCE_DIR) + "/tests/scenario/mutants/" +
                                 std::string(rule_name(GetParam())) + ".yaml";
        std::variant<Scenario, FileError> read = read_scenario(read_file(path));
        if (const auto* error = std::get_if<FileError>(&read)) {
            ADD_FAILURE() << path << ":" << error->line << ": " << error->what;
            return {};
        }
        Scenario& scenario = std::get<Scenario>(read);
        if (!with_rule) {
            const Command off = SetRule{GetParam(), false};
            std::vector<PlannedCommand>& commands = scenario.plan.commands;
            commands.insert(commands.begin(), {Duration(), std::nullopt, off, command_text(off)});
        }
        const Outcome<ScenarioRun> run =
            run_scenario(scenario, std::nullopt, [](const Cursor&, const Move&) {});
        if (!run.ok()) {
            ADD_FAILURE() << run.failure().what;
            return {};
        }
        return what_is_wrong(*run);
    }
};

TEST_P(Mutant, HoldsWithTheRule) {
    EXPECT_THAT(play(true), IsEmpty());
}

TEST_P(Mutant, IsCaughtWithoutTheRule) {
    EXPECT_THAT(play(false), Not(IsEmpty()));
}

std::string test_name(const ::testing::TestParamInfo<Rule>& rule) {
    std::string name;
    bool upper = true;
    for (const char c : rule_name(rule.param)) {
        if (c == '-') {
            upper = true;
            continue;
        }
        name += upper && c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
        upper = false;
    }
    return name;
}

INSTANTIATE_TEST_SUITE_P(OfRule, Mutant,
                         ::testing::Values(Rule::kLeaderEpochCheck, Rule::kTruncateByEpoch,
                                           Rule::kTruncateKip279, Rule::kFetchEpochKip320,
                                           Rule::kMinIsrCheck, Rule::kElectFromIsr,
                                           Rule::kSequenceCheck, Rule::kCommitGenerationCheck,
                                           Rule::kReadBelowHw, Rule::kRaftVoteDurable),
                         test_name);

}  // namespace
}  // namespace brokerlab
