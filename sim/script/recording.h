// Recordings: a run as a scenario file that plays again to the same digest.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/script/run_scenario.h"
#include "sim/script/scenario.h"

namespace brokerlab {

/// 16 hexadecimal digits.
[[nodiscard]] std::string digest_text(uint64_t digest);

/// The scenario as it was played: up to the end of the run, with what it came to. `engine` is the
/// version of the program.
[[nodiscard]] Scenario recording_of(const Scenario& scenario, const ScenarioRun& run,
                                    std::string_view engine);

/// What a recording promised and did not come true, as a sentence; another engine may well differ.
/// Nothing for a scenario that is no recording.
[[nodiscard]] std::optional<std::string> recording_differs(const Scenario& scenario,
                                                           const ScenarioRun& run,
                                                           std::string_view engine);

}  // namespace brokerlab
