#include "sim/script/read_timeline.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/script/command_text.h"

namespace brokerlab {
namespace {

/// A time within the run.
Duration read_time(const YamlNode& node, Duration until) {
    const Duration at = node.duration();
    if (at > until) {
        node.fail(fmt::format("this is after the end of the run, 'until: {}'", to_string(until)));
    }
    return at;
}

}  // namespace

void read_timeline(const YamlNode& list, KnownNames& known, Scenario& scenario,
                   FileErrors& errors) {
    struct Line {
        PlannedCommand command;
        YAML::Mark place;
    };
    std::vector<Line> lines;
    for (const YamlNode& node : list.items("a line of the timeline")) {
        node.expect_keys({"at", "after", "do"});
        PlannedCommand planned;
        planned.at = read_time(node.need("at"), scenario.until);
        if (node.at("after").there()) {
            planned.after = static_cast<uint64_t>(
                node.at("after").integer(0, 0, std::numeric_limits<int64_t>::max()));
        }
        const YamlNode text = node.need("do");
        std::variant<Command, TextError> parsed = parse_command(text.text());
        if (const auto* error = std::get_if<TextError>(&parsed)) {
            text.fail(error->what, static_cast<int>(error->offset));
            continue;
        }
        planned.command = std::get<Command>(std::move(parsed));
        planned.text = command_text(planned.command);
        lines.push_back({std::move(planned), text.mark()});
    }
    // Names count from the line that creates them on, in the order of time.
    std::stable_sort(lines.begin(), lines.end(),
                     [](const Line& a, const Line& b) { return a.command.at < b.command.at; });
    for (Line& line : lines) {
        if (std::optional<std::string> problem = known.check(line.command.command)) {
            errors.add(line.place, std::move(*problem));
        }
        scenario.plan.add(std::move(line.command));
    }
}

void read_expectations(const YamlNode& list, const KnownNames& known, Scenario& scenario) {
    for (const YamlNode& node : list.items("an expectation")) {
        node.expect_keys({"at", "that"});
        Expectation expectation;
        if (node.at("at").there()) {
            expectation.at = read_time(node.at("at"), scenario.until);
        }
        const YamlNode that = node.need("that");
        std::variant<Expression, ExpressionError> parsed = parse_expression(that.text());
        if (const auto* error = std::get_if<ExpressionError>(&parsed)) {
            that.fail(error->what, static_cast<int>(error->offset));
            continue;
        }
        expectation.that = std::get<Expression>(std::move(parsed));
        if (std::optional<std::string> problem = known.check(expectation.that)) {
            that.fail(std::move(*problem));
        }
        scenario.expectations.push_back(std::move(expectation));
    }
}

}  // namespace brokerlab
