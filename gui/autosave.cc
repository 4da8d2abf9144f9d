#include "gui/autosave.h"

#include <charconv>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "files/files.h"
#include "sim/script/command_text.h"

namespace brokerlab {
namespace {

constexpr std::string_view kLineHead = "# + ";
constexpr std::string_view kNameHead = "autosave-";
constexpr std::string_view kNameEnd = ".yaml";

std::string path_of(const std::string& folder, int64_t process) {
    return fmt::format("{}/{}{}{}", folder, kNameHead, process, kNameEnd);
}

/// Of "autosave-4711.yaml": 4711.
std::optional<int64_t> process_of(std::string_view name) {
    if (!name.starts_with(kNameHead) || !name.ends_with(kNameEnd)) {
        return std::nullopt;
    }
    name.remove_prefix(kNameHead.size());
    name.remove_suffix(kNameEnd.size());
    int64_t process = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), process);
    return error == std::errc() && end == name.data() + name.size() ? std::optional(process)
                                                                    : std::nullopt;
}

/// "5000000000 123456 kill broker 2": nanoseconds after time 0, events run, the command.
std::optional<PlannedCommand> read_line(std::string_view line) {
    int64_t at = 0;
    uint64_t after = 0;
    const char* end = line.data() + line.size();
    const auto [at_end, at_error] = std::from_chars(line.data(), end, at);
    if (at_error != std::errc() || at_end == end) {
        return std::nullopt;
    }
    const auto [after_end, after_error] = std::from_chars(at_end + 1, end, after);
    if (after_error != std::errc() || after_end == end) {
        return std::nullopt;
    }
    const std::string text(after_end + 1, end);
    std::variant<Command, TextError> command = parse_command(text);
    if (std::holds_alternative<TextError>(command)) {
        return std::nullopt;
    }
    return PlannedCommand{Duration(at), after, std::get<Command>(std::move(command)), text};
}

std::string line_of(const PlannedCommand& command) {
    return fmt::format("{}{} {} {}\n", kLineHead, command.at.ns, command.after.value_or(0),
                       command.text);
}

}  // namespace

Outcome<Scenario> read_autosave(const std::string& text) {
    std::variant<Scenario, FileError> read = read_scenario(text);
    if (const auto* error = std::get_if<FileError>(&read)) {
        return Failure{fmt::format("the autosave can't be read: line {}, column {}: {}",
                                   error->line, error->column, error->what)};
    }
    Scenario scenario = std::get<Scenario>(std::move(read));
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos) {
            break;  // A line that the crash cut short.
        }
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        if (!line.starts_with(kLineHead)) {
            continue;
        }
        std::optional<PlannedCommand> command = read_line(line.substr(kLineHead.size()));
        if (!command) {
            break;
        }
        // What was given later than the scenario's own end made the run longer.
        scenario.until = std::max(scenario.until, command->at);
        scenario.plan.add(*std::move(command));
    }
    return scenario;
}

Autosave::Autosave(std::string folder, int64_t process)
    : folder_(std::move(folder)),
      process_(process),
      path_(folder_.empty() ? std::string() : path_of(folder_, process)) {
    if (path_.empty()) {
        return;
    }
    if (file_exists(path_)) {
        // Of an earlier process with the same number. Where it can't be renamed it is lost.
        (void)rename_file(path_, path_of(folder_, 0));
    }
    look_for_left_behind();
}

/// The first file of a process that is gone.
void Autosave::look_for_left_behind() {
    left_behind_.reset();
    left_path_.clear();
    for (const std::string& name : file_names(folder_)) {
        const std::optional<int64_t> process = process_of(name);
        if (!process || *process == process_ || process_runs(*process)) {
            continue;
        }
        const std::string path = folder_ + "/" + name;
        Outcome<std::string> text = read_file(path);
        if (text.ok()) {
            left_behind_ = *std::move(text);
            left_path_ = path;
            return;
        }
    }
}

std::optional<Failure> Autosave::begin(const Scenario& scenario) {
    if (path_.empty()) {
        return std::nullopt;
    }
    end();
    scenario_text_ = write_scenario(scenario);
    return std::nullopt;
}

std::optional<Failure> Autosave::write() {
    if (path_.empty()) {
        return std::nullopt;
    }
    begun_ = true;
    return write_file(path_, scenario_text_);
}

std::optional<Failure> Autosave::add(const PlannedCommand& command) {
    if (path_.empty()) {
        return std::nullopt;
    }
    // The first command makes the file, so that looking at a scenario leaves nothing behind.
    if (!begun_) {
        if (std::optional<Failure> failure = write()) {
            return failure;
        }
    }
    return append_to_file(path_, line_of(command));
}

void Autosave::drop() {
    if (left_behind_) {
        remove_file(left_path_);
        look_for_left_behind();
    }
}

std::string Autosave::put_aside() {
    std::string kept = folder_ + "/autosave.broken.yaml";
    if (rename_file(left_path_, kept)) {
        // Offered again the next time.
        kept = left_path_;
        left_behind_.reset();
        return kept;
    }
    look_for_left_behind();
    return kept;
}

void Autosave::end() {
    if (!path_.empty() && begun_) {
        remove_file(path_);
    }
    begun_ = false;
}

}  // namespace brokerlab
