#include "cli/lesson_file.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "cli/scenario_file.h"
#include "files/files.h"

namespace brokerlab {
namespace {

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash);
}

std::string name_of(const std::string& path) {
    const std::string folder = folder_of(path);
    return folder.substr(folder.rfind('/') + 1);
}

Outcome<std::string> find_lesson(const std::string& name) {
    if (name.ends_with(".md")) {
        return name;
    }
    const std::vector<std::string> files = lesson_files(find_home());
    const auto found = std::find_if(files.begin(), files.end(), [&](const std::string& path) {
        return name_of(path).starts_with(name);
    });
    if (found == files.end()) {
        return Failure{fmt::format("there is no lesson '{}'; there are: {}", name,
                                   fmt::join(lesson_names(), ", "))};
    }
    return *found;
}

}  // namespace

std::vector<std::string> lesson_names() {
    std::vector<std::string> names;
    for (const std::string& path : lesson_files(find_home())) {
        names.push_back(name_of(path));
    }
    return names;
}

Outcome<LoadedLesson> load_lesson(const std::string& name) {
    const Outcome<std::string> path = find_lesson(name);
    if (!path.ok()) {
        return path.failure();
    }
    const Outcome<std::string> text = read_file(*path);
    if (!text.ok()) {
        return text.failure();
    }
    std::variant<Lesson, FileError> lesson = read_lesson(*text);
    if (const auto* error = std::get_if<FileError>(&lesson)) {
        return Failure{fmt::format("{}:{}:{}: {}", *path, error->line, error->column, error->what)};
    }
    LoadedLesson loaded{name_of(*path), std::get<Lesson>(std::move(lesson)), {}};
    Outcome<LoadedScenario> scenario =
        load_scenario(folder_of(*path) + "/" + loaded.lesson.scenario, {});
    if (!scenario.ok()) {
        return scenario.failure();
    }
    loaded.scenario = std::move(scenario->scenario);
    return loaded;
}

}  // namespace brokerlab
