// Scenario: what a scenario file says: the cluster with its clients, the commands of its timeline,
// how long it runs and what is expected of it.
//
// Everything that can be known at load is checked then: keys, types, units, names that neither the
// file nor an earlier line creates, configurations, commands and expressions. What a recording adds
// (the digest it must reach) stands here too: a recording is a scenario file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/model/setup.h"
#include "sim/query/expression.h"
#include "sim/script/yaml_node.h"
#include "sim/timeline/play.h"

namespace brokerlab {

struct Expectation {
    std::optional<Duration> at;  ///< after time 0; none: at the end
    Expression that;

    bool operator==(const Expectation&) const = default;
};

/// What a recording was, so that another engine can say that it differs.
struct RecordedRun {
    std::string engine;  ///< version
    std::string digest;  ///< 16 hex digits
    Duration ended_at;

    bool operator==(const RecordedRun&) const = default;
};

struct Scenario {
    Setup setup;
    Plan plan;
    Duration until;
    std::vector<Expectation> expectations;
    std::optional<RecordedRun> recorded;

    bool operator==(const Scenario&) const = default;
};

/// No scenario file is larger.
inline constexpr std::size_t kMostScenarioBytes = std::size_t{1} << 20U;

/// Reads a scenario or recording.
[[nodiscard]] std::variant<Scenario, FileError> read_scenario(std::string_view yaml);

/// The scenario as a file again, with the commands of its plan and, for a recording, what was
/// recorded. read_scenario() reads the same back.
[[nodiscard]] std::string write_scenario(const Scenario& scenario);

/// Checks a command against what the file and the commands of the plan before `at` create. For
/// commands that come from outside the file.
[[nodiscard]] std::optional<std::string> check_command_names(const Scenario& scenario,
                                                             const Command& command, Duration at);

}  // namespace brokerlab
