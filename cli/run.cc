// brokerlab run: plays a scenario file and tells its story, or reports it as JSON.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/scenario_file.h"
#include "sim/base/check.h"
#include "sim/script/recording.h"
#include "sim/script/run_scenario.h"
#include "sim/view/report.h"
#include "sim/view/story_printer.h"

namespace brokerlab {
namespace {

struct RunWords {
    std::string path;
    ScenarioChanges changes;
    std::string format = "text";
    std::string record;
    bool internal_topics = false;
    bool details = false;
};

/// What a failed check says besides its condition: where in the run it happened.
const World* checked_world = nullptr;

void tell_moment(const char*, const char*, int) {
    if (checked_world != nullptr) {
        std::fprintf(stderr, "in '%s', seed %llu, after %llu events, %s of simulated time\n",
                     checked_world->setup->name.c_str(),
                     static_cast<unsigned long long>(checked_world->setup->seed.value),
                     static_cast<unsigned long long>(checked_world->events_run),
                     to_string(checked_world->now).c_str());
    }
}

std::optional<Failure> write_text(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.flush();
    return file ? std::nullopt
                : std::optional<Failure>(Failure{fmt::format("{}: can't be written", path)});
}

int run(const RunWords& words) {
    Outcome<LoadedScenario> loaded = load_scenario(words.path, words.changes);
    if (!loaded.ok()) {
        std::cerr << "run: " << loaded.failure().what << "\n";
        return kBadInput;
    }
    const Scenario& scenario = loaded->scenario;
    if (!words.record.empty() && !std::ofstream(words.record, std::ios::app)) {
        std::cerr << "run: " << words.record << ": can't be written\n";
        return kBadInput;
    }
    const bool text = words.format == "text";
    set_check_handler(tell_moment);
    StoryPrinter story(words.details ? Weight::kDetail : Weight::kNormal);
    bool headed = false;
    const Outcome<ScenarioRun> played =
        run_scenario(scenario, loaded->until, [&](const Cursor& cursor, const Move& move) {
            checked_world = &cursor.world;
            if (!text) {
                return;
            }
            if (!headed && cursor.world.boot == BootPhase::kDone) {
                headed = true;  // Nothing is printed before it is sure that the cluster comes up.
                fmt::print("{}", story_heading(scenario));
            }
            story.take(cursor, move);
            fmt::print("{}", story.take_text());
        });
    checked_world = nullptr;
    if (!played.ok()) {
        std::cerr << "run: " << words.path << ": " << played.failure().what << "\n";
        return kBadInput;
    }
    Report report = make_report(*played, words.internal_topics);
    const ScenarioChanges& changes = words.changes;
    const bool as_recorded = !changes.seed && changes.commands.empty() && changes.rules_off.empty();
    if (std::optional<std::string> differs =
            as_recorded ? recording_differs(scenario, *played, BROKERLAB_VERSION) : std::nullopt) {
        report.warnings.push_back(std::move(*differs));
    }
    if (!words.record.empty()) {
        const Scenario recording = recording_of(scenario, *played, BROKERLAB_VERSION);
        if (const std::optional<Failure> failure =
                write_text(words.record, write_scenario(recording))) {
            std::cerr << "run: " << failure->what << "\n";
            return kBadInput;
        }
    }
    if (text) {
        story.finish();
        std::erase_if(report.warnings, [&](const std::string& warning) {
            const std::vector<std::string>& told = story.warned();
            return std::find(told.begin(), told.end(), warning) != told.end();
        });
        fmt::print("{}{}", story.take_text(), report_text(report));
    } else {
        fmt::print("{}", report_json(report));
    }
    return report.held() ? kDone : kNotHeld;
}

}  // namespace

void add_run(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand(
        "run",
        "Play a scenario and tell what happens. Exit status 1 when an expectation or an "
        "invariant did not hold or a command was refused");
    const auto words = std::make_shared<RunWords>();
    command->add_option("FILE", words->path, "A scenario or recording")->required();
    command->add_option("--seed", words->changes.seed, "Another seed than the file's")
        ->check(CLI::Range(int64_t{0}, std::numeric_limits<int64_t>::max()));
    command->add_option("--until", words->changes.until, "Another end, as in 90s");
    command
        ->add_option("--do", words->changes.commands,
                     "A command more, as in '5s kill broker 2'; may stand several times")
        ->allow_extra_args(false);
    command
        ->add_option("--rule-off", words->changes.rules_off,
                     "Play without this safety rule from time 0 on; the boot before it, in which "
                     "nothing can be lost yet, is the same with and without; may stand several "
                     "times")
        ->allow_extra_args(false);
    command->add_option("--format", words->format, "text (the story) or json (the report)")
        ->check(CLI::IsMember({"text", "json"}));
    command->add_option("--record", words->record, "Write the run as a recording to this file");
    command->add_flag("--internal", words->internal_topics, "Report internal topics, too");
    command->add_flag("--details", words->details, "Tell more");
    command->callback([words, &exit_code] { exit_code = run(*words); });
}

}  // namespace brokerlab
