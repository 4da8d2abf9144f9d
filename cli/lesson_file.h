// Lessons by name: the lesson and the scenario beside it.
#pragma once

#include <string>
#include <vector>

#include "sim/base/outcome.h"
#include "sim/script/lesson.h"
#include "sim/script/scenario.h"

namespace brokerlab {

struct LoadedLesson {
    std::string name;  ///< of its folder
    Lesson lesson;
    Scenario scenario;
};

/// The names of all lessons that are found, in order.
[[nodiscard]] std::vector<std::string> lesson_names();
/// By the name of its folder or the beginning of it, or the path of a lesson.md. Fails with a
/// sentence that names the file and the place, or the lessons that there are.
[[nodiscard]] Outcome<LoadedLesson> load_lesson(const std::string& name);

}  // namespace brokerlab
