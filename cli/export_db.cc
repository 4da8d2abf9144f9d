// brokerlab export-db: plays a scenario and writes what a service keeps, and what it did, as an
// SQLite database.
#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/database_file.h"
#include "cli/scenario_file.h"
#include "sim/base/nearest_word.h"
#include "sim/kernel/duration_text.h"
#include "sim/script/run_scenario.h"
#include "sim/view/inspect_parts.h"

namespace brokerlab {
namespace {

struct ExportDbWords {
    std::string scenario;
    std::string service;
    std::string out;
    std::optional<std::string> at;
};

/// Why the scenario has no such service; nothing when it has.
std::optional<Failure> check_service(const Setup& setup, const std::string& name) {
    std::vector<std::string> names;
    for (const ServiceSetup& service : setup.services) {
        names.push_back(service.name);
    }
    if (std::find(names.begin(), names.end(), name) != names.end()) {
        return std::nullopt;
    }
    if (names.empty()) {
        return Failure{fmt::format("there is no service '{}': the scenario has no services", name)};
    }
    const std::vector<std::string_view> words(names.begin(), names.end());
    const std::optional<std::string_view> near = nearest_word(name, words);
    return Failure{near ? fmt::format("there is no service '{}'; did you mean '{}'?", name, *near)
                        : fmt::format("there is no service '{}'; the services are {}", name,
                                      fmt::join(names, ", "))};
}

int bad_input(const std::string& what) {
    std::cerr << "export-db: " << what << "\n";
    return kBadInput;
}

int export_db(const ExportDbWords& words) {
    const Outcome<LoadedScenario> loaded = load_scenario(words.scenario, {});
    if (!loaded.ok()) {
        return bad_input(loaded.failure().what);
    }
    std::optional<Duration> until;
    if (words.at) {
        const Outcome<Duration> at = parse_duration(*words.at);
        if (!at.ok()) {
            return bad_input("--at: " + at.failure().what);
        }
        until = *at;
    }
    if (const std::optional<Failure> failure =
            check_service(loaded->scenario.setup, words.service)) {
        return bad_input(fmt::format("{}: {}", words.scenario, failure->what));
    }
    const Outcome<ScenarioRun> played =
        run_scenario(loaded->scenario, until, [](const Cursor&, const Move&) {});
    if (!played.ok()) {
        return bad_input(fmt::format("{}: {}", words.scenario, played.failure().what));
    }
    const Outcome<WrittenDatabase> written =
        write_database_file(words.out, played->cursor.world, words.service);
    if (!written.ok()) {
        return bad_input(written.failure().what);
    }
    std::cout << fmt::format(
        "{}: {} with {}, {}{}\n", words.out, counted(written->tables, "table", "tables"),
        counted(written->rows, "row", "rows"), counted(written->deeds, "deed", "deeds"),
        written->replaced ? "; a database of that name was replaced" : "");
    return kDone;
}

}  // namespace

void add_export_db(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand(
        "export-db",
        "Play a scenario and write what a service keeps in its tables, and all that it did, as an "
        "SQLite database. An amount in table deeds is money in hundredths, or stock in pieces");
    const auto words = std::make_shared<ExportDbWords>();
    command->add_option("SCENARIO", words->scenario, "A scenario or recording")->required();
    command->add_option("SERVICE", words->service, "The name of a service")->required();
    command
        ->add_option("OUT", words->out,
                     "The file to write; an SQLite database of that name is replaced, another "
                     "file is not")
        ->required();
    command->add_option("--at", words->at, "The moment, as in 20s; by default the scenario's end");
    command->callback([words, &exit_code] { exit_code = export_db(*words); });
}

}  // namespace brokerlab
