// Reading the scenario file that a command line names, with the changes that it asks for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/base/outcome.h"
#include "sim/script/scenario.h"

namespace brokerlab {

/// What the command line changes in a scenario.
struct ScenarioChanges {
    std::optional<uint64_t> seed;
    std::optional<std::string> until;
    std::vector<std::string> commands;   ///< "AT COMMAND", each
    std::vector<std::string> rules_off;  ///< names
};

struct LoadedScenario {
    Scenario scenario;
    std::optional<Duration> until;  ///< replaces the scenario's own end
};

/// Fails with a sentence that names the file, the line and the column, or the word that is wrong.
[[nodiscard]] Outcome<LoadedScenario> load_scenario(const std::string& path,
                                                    const ScenarioChanges& changes);

}  // namespace brokerlab
