// brokerlab bless: writes the goldens of scenarios anew, or checks them.
//
// A golden is what a scenario came to (digest and outcome) and its story, in two files beside each
// other. Each scenario is played twice, and the running hashes of all events are compared: the
// first that differs is named.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/scenario_file.h"
#include "sim/script/run_scenario.h"
#include "sim/view/golden.h"
#include "sim/view/report.h"
#include "sim/view/story_printer.h"

namespace brokerlab {
namespace {

namespace fs = std::filesystem;

struct BlessWords {
    std::vector<std::string> files;
    std::string root = ".";
    bool check = false;
};

/// One playing of a scenario: its outcome, its story, and the running hash after each event.
struct Played {
    std::string golden;
    std::string story;
    std::vector<uint64_t> history;
    std::string outcome;  ///< the end of the text story, for a person
    bool held = false;
};

Outcome<Played> play(const Scenario& scenario) {
    Played played;
    StoryPrinter story(Weight::kNormal);
    const Outcome<ScenarioRun> run =
        run_scenario(scenario, std::nullopt, [&](const Cursor& cursor, const Move& move) {
            played.history.push_back(cursor.world.history);
            story.take(cursor, move);
        });
    if (!run.ok()) {
        return run.failure();
    }
    story.finish();
    const Report report = make_report(*run, false);
    played.golden = golden_text(report);
    played.story = story_heading(scenario) + story.take_text();
    played.outcome = report_text(report);
    played.held = report.held();
    return played;
}

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

bool write_file(const fs::path& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.flush();
    return static_cast<bool>(file);
}

/// The first event in which two playings differ; nothing when they are the same.
std::optional<std::size_t> first_event_apart(const Played& a, const Played& b) {
    const std::size_t both = std::min(a.history.size(), b.history.size());
    for (std::size_t i = 0; i < both; ++i) {
        if (a.history[i] != b.history[i]) {
            return i;
        }
    }
    return a.history.size() == b.history.size() ? std::nullopt : std::optional(both);
}

class Blesser {
public:
    explicit Blesser(const BlessWords& words)
        : words_(words), goldens_(fs::path(words.root) / "tests" / "golden" / "scenarios") {}

    int all() {
        std::vector<fs::path> files(words_.files.begin(), words_.files.end());
        if (files.empty()) {
            std::error_code error;
            for (const fs::directory_entry& entry :
                 fs::directory_iterator(fs::path(words_.root) / "scenarios", error)) {
                if (entry.path().extension() == ".yaml") {
                    files.push_back(entry.path());
                }
            }
            if (files.empty()) {
                std::cerr << "bless: there are no scenarios under " << words_.root << "\n";
                return kBadInput;
            }
            std::sort(files.begin(), files.end());
        }
        int worst = kDone;
        for (const fs::path& file : files) {
            worst = std::max(worst, one(file));
        }
        return worst;
    }

private:
    int one(const fs::path& file) {
        const std::string name = file.stem().string();
        const Outcome<LoadedScenario> loaded = load_scenario(file.string(), {});
        if (!loaded.ok()) {
            std::cerr << "bless: " << loaded.failure().what << "\n";
            return kBadInput;
        }
        const Outcome<Played> first = play(loaded->scenario);
        const Outcome<Played> second = play(loaded->scenario);
        if (!first.ok() || !second.ok()) {
            std::cerr << "bless: " << file.string() << ": "
                      << (first.ok() ? second : first).failure().what << "\n";
            return kBadInput;
        }
        if (const std::optional<std::size_t> apart = first_event_apart(*first, *second)) {
            fmt::print("{}: two playings differ from event {} on\n", name, *apart + 1);
            return kNotHeld;
        }
        if (!first->held) {
            fmt::print("{}: not everything held\n{}", name, first->outcome);
            if (words_.check) {
                return kNotHeld;
            }
        }
        return words_.check ? check(name, *first) : write(name, *first);
    }

    int check(const std::string& name, const Played& played) const {
        const std::string golden = read_file(goldens_ / (name + ".txt"));
        const std::string story = read_file(goldens_ / (name + ".story.txt"));
        if (golden == played.golden && story != played.story) {
            fmt::print("{}: its story differs from the blessed one\n{}\n", name,
                       first_difference(story, played.story));
            return kNotHeld;
        }
        if (golden == played.golden) {
            fmt::print("{}: as blessed\n", name);
            return kDone;
        }
        if (golden.empty()) {
            fmt::print("{}: has no golden; ./lab bless writes it\n", name);
            return kNotHeld;
        }
        fmt::print("{}: differs from its golden\n", name);
        tell_difference(name, golden, played);
        return kNotHeld;
    }

    int write(const std::string& name, const Played& played) const {
        std::error_code error;
        fs::create_directories(goldens_, error);
        const std::string golden = read_file(goldens_ / (name + ".txt"));
        if (golden == played.golden) {
            fmt::print("{}: unchanged\n", name);
        } else {
            fmt::print("{}: {}\n", name, golden.empty() ? "new" : "changed");
            if (!golden.empty()) {
                tell_difference(name, golden, played);
            }
        }
        if (!write_file(goldens_ / (name + ".txt"), played.golden) ||
            !write_file(goldens_ / (name + ".story.txt"), played.story)) {
            std::cerr << "bless: " << goldens_.string() << ": can't be written\n";
            return kBadInput;
        }
        return played.held ? kDone : kNotHeld;
    }

    void tell_difference(const std::string& name, const std::string& golden,
                         const Played& played) const {
        const std::string story = read_file(goldens_ / (name + ".story.txt"));
        const std::string fact = first_difference(story, played.story);
        fmt::print("the first fact of the story that differs:\n{}\n",
                   fact.empty() ? "(none that is told)" : fact);
        fmt::print("the outcome:\n{}\n", first_difference(golden, played.golden));
    }

    const BlessWords& words_;
    fs::path goldens_;
};

}  // namespace

void add_bless(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand(
        "bless",
        "Write the goldens of scenarios anew and tell what differs; with --check only "
        "compare. Exit status 1 when something differs or did not hold");
    const auto words = std::make_shared<BlessWords>();
    command->add_option("FILE", words->files, "Scenarios; without, all in scenarios/");
    command->add_option("--root", words->root, "The folder of the project");
    command->add_flag("--check", words->check, "Compare, write nothing");
    command->callback([words, &exit_code] { exit_code = Blesser(*words).all(); });
}

}  // namespace brokerlab
