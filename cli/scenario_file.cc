#include "cli/scenario_file.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "sim/base/nearest_word.h"
#include "sim/kernel/duration_text.h"
#include "sim/script/command_text.h"

namespace brokerlab {
namespace {

namespace fs = std::filesystem;

Outcome<std::string> read_text(const std::string& path) {
    std::error_code error;
    if (!fs::exists(path, error)) {
        return Failure{fmt::format("{}: there is no such file", path)};
    }
    if (fs::is_directory(path, error)) {
        return Failure{fmt::format("{}: this is a folder, not a scenario file", path)};
    }
    const auto size = fs::file_size(path, error);
    if (!error && size > kMostScenarioBytes) {
        return Failure{fmt::format("{}:1:1: a scenario has at most {} bytes, and this has {}", path,
                                   kMostScenarioBytes, size)};
    }
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) {
        return Failure{fmt::format("{}: the file can't be read", path)};
    }
    return std::move(text).str();
}

Outcome<PlannedCommand> parse_timed(const std::string& text) {
    Words words(text);
    const Outcome<Duration> at = parse_duration(words.take());
    if (!at.ok()) {
        return Failure{fmt::format("--do '{}': {} (it is written --do '5s kill broker 2')", text,
                                   at.failure().what)};
    }
    std::variant<Command, TextError> command = parse_command(words.take_rest());
    if (const auto* error = std::get_if<TextError>(&command)) {
        return Failure{fmt::format("--do '{}': {}", text, error->what)};
    }
    Command& parsed = std::get<Command>(command);
    std::string canonical = command_text(parsed);
    return PlannedCommand{*at, std::nullopt, std::move(parsed), std::move(canonical)};
}

/// Adds the commands of --rule-off and --do; returns what is wrong with them.
std::optional<Failure> add_commands(Scenario& scenario, const ScenarioChanges& changes,
                                    Duration end) {
    for (const std::string& name : changes.rules_off) {
        const std::optional<Rule> rule = find_rule(name);
        if (!rule) {
            const std::optional<std::string_view> near = nearest_word(name, kRuleNames);
            return Failure{near ? fmt::format("--rule-off: there is no rule '{}'; did you mean "
                                              "'{}'?",
                                              name, *near)
                                : fmt::format("--rule-off: there is no rule '{}'; the rules are {}",
                                              name, fmt::join(kRuleNames, ", "))};
        }
        const Command command = SetRule{*rule, false};
        // Before whatever the file does at its first instant.
        scenario.plan.commands.insert(
            scenario.plan.commands.begin(),
            PlannedCommand{Duration(), std::nullopt, command, command_text(command)});
    }
    for (const std::string& text : changes.commands) {
        Outcome<PlannedCommand> planned = parse_timed(text);
        if (!planned.ok()) {
            return planned.failure();
        }
        if (planned->at > end) {
            return Failure{fmt::format("--do '{}': this is after the end of the run at {}", text,
                                       to_string(end))};
        }
        if (std::optional<std::string> problem =
                check_command_names(scenario, planned->command, planned->at)) {
            return Failure{fmt::format("--do '{}': {}", text, *problem)};
        }
        scenario.plan.add(*std::move(planned));
    }
    return std::nullopt;
}

}  // namespace

Outcome<LoadedScenario> load_scenario(const std::string& path, const ScenarioChanges& changes) {
    const Outcome<std::string> text = read_text(path);
    if (!text.ok()) {
        return text.failure();
    }
    std::variant<Scenario, FileError> read = read_scenario(*text);
    if (const auto* error = std::get_if<FileError>(&read)) {
        return Failure{fmt::format("{}:{}:{}: {}", path, error->line, error->column, error->what)};
    }
    LoadedScenario loaded{std::get<Scenario>(std::move(read)), std::nullopt};
    if (changes.seed) {
        loaded.scenario.setup.seed = Seed(*changes.seed);
    }
    if (changes.until) {
        const Outcome<Duration> until = parse_duration(*changes.until);
        if (!until.ok()) {
            return Failure{"--until: " + until.failure().what};
        }
        loaded.until = *until;
    }
    const Duration end = loaded.until.value_or(loaded.scenario.until);
    if (std::optional<Failure> failure = add_commands(loaded.scenario, changes, end)) {
        return *std::move(failure);
    }
    return loaded;
}

}  // namespace brokerlab
