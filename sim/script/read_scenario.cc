#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "sim/script/known_names.h"
#include "sim/script/read_setup.h"
#include "sim/script/read_timeline.h"
#include "sim/script/scenario.h"
#include "sim/script/utf8.h"

namespace brokerlab {
namespace {

std::optional<RecordedRun> read_recorded(const YamlNode& node) {
    if (!node.there()) {
        return std::nullopt;
    }
    node.expect_keys({"engine", "digest", "ended_at"});
    return RecordedRun{node.need("engine").text(), node.need("digest").text(),
                       node.need("ended_at").duration()};
}

std::variant<Scenario, FileError> read_root(const YAML::Node& yaml) {
    FileErrors errors;
    const YamlNode root(yaml, "a scenario", errors);
    root.expect_keys({"name", "about", "seed", "cluster", "network", "topics", "producers",
                      "consumers", "services", "timeline", "until", "expect", "recorded"});
    Scenario scenario;
    Setup& setup = scenario.setup;
    setup.name = root.need("name").text();
    setup.about = root.at("about").text();
    setup.seed = Seed(
        static_cast<uint64_t>(root.at("seed").integer(1, 0, std::numeric_limits<int64_t>::max())));
    read_cluster(root.need("cluster"), setup, errors);
    read_network(root.at("network"), setup.network);
    read_topics(root.at("topics"), setup, errors);
    ClientReader clients(setup, errors);
    for (const YamlNode& node : root.at("producers").items("a producer")) {
        clients.read_producer(node);
    }
    for (const YamlNode& node : root.at("consumers").items("a consumer")) {
        clients.read_consumer(node);
    }
    for (const YamlNode& node : root.at("services").items("a service")) {
        clients.read_service(node);
    }
    scenario.until = root.need("until").duration();
    if (errors.any()) {
        return *errors.first();
    }
    KnownNames known(setup);
    read_timeline(root.at("timeline"), known, scenario, errors);
    read_expectations(root.at("expect"), known, scenario);
    scenario.recorded = read_recorded(root.at("recorded"));
    if (errors.any()) {
        return *errors.first();
    }
    return scenario;
}

/// The line that begins a second document; 0 when there is none. The library would read the first
/// and say nothing of the others.
int second_document(std::string_view yaml) {
    bool content = false;
    for (int line = 1; !yaml.empty(); ++line) {
        const std::size_t end = std::min(yaml.find('\n'), yaml.size());
        const std::string_view text = yaml.substr(0, end);
        yaml.remove_prefix(std::min(end + 1, yaml.size()));
        const bool marker =
            text.starts_with("---") && (text.size() == 3 || text.find_first_of(" \t\r", 3) == 3);
        if (marker && content) {
            return line;
        }
        const std::size_t first = text.find_first_not_of(" \t\r");
        const bool says_nothing =
            first == std::string_view::npos || text[first] == '#' || text.front() == '%';
        content = content || marker || !says_nothing;
    }
    return 0;
}

}  // namespace

std::variant<Scenario, FileError> read_scenario(std::string_view yaml) {
    if (yaml.size() > kMostScenarioBytes) {
        return FileError{1, 1,
                         fmt::format("a scenario has at most {} bytes, and this has {}",
                                     kMostScenarioBytes, yaml.size())};
    }
    if (const std::size_t at = first_not_utf8(yaml); at != std::string_view::npos) {
        const std::string_view before = yaml.substr(0, at);
        const auto line = std::count(before.begin(), before.end(), '\n');
        const std::size_t begin = before.rfind('\n') + 1;  // npos + 1 is the file's beginning
        return FileError{static_cast<int>(line) + 1, static_cast<int>(at - begin) + 1,
                         "a scenario file is text in UTF-8, and this byte is not"};
    }
    if (const int line = second_document(yaml); line > 0) {
        return FileError{line, 1, "a scenario file holds one document, and here begins another"};
    }
    // The library reports broken YAML by an exception.
    try {
        return read_root(YAML::Load(std::string(yaml)));
    } catch (const YAML::Exception& error) {
        return FileError{std::max(error.mark.line, 0) + 1, std::max(error.mark.column, 0) + 1,
                         fmt::format("this is not YAML: {}", error.msg)};
    }
}

std::optional<std::string> check_command_names(const Scenario& scenario, const Command& command,
                                               Duration at) {
    KnownNames known(scenario.setup);
    for (const PlannedCommand& planned : scenario.plan.commands) {
        if (planned.at <= at) {
            // Checked before; here it only tells what it creates.
            static_cast<void>(known.check(planned.command));
        }
    }
    return known.check(command);
}

}  // namespace brokerlab
