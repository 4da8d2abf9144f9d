// LessonCheck: plays a lesson to its end as somebody who knows everything and as somebody who is
// always wrong, and says what is wrong with the lesson itself.
#pragma once

#include <string>
#include <vector>

#include "sim/base/outcome.h"
#include "sim/script/lesson.h"
#include "sim/script/lesson_play.h"
#include "sim/script/scenario.h"

namespace brokerlab {

enum class Learner : uint8_t { kPerfect, kAlwaysWrong };

struct LessonResult {
    std::size_t predictions = 0;
    std::size_t right = 0;
    /// What keeps the learner from the end, or a judgement that can't be; empty: all is well.
    std::vector<std::string> problems;
};

/// Fails when the cluster of the scenario does not come up.
[[nodiscard]] Outcome<LessonResult> check_lesson(const Lesson& lesson, const Scenario& scenario,
                                                 Learner learner);

/// Does what the open block of the step asks, as a learner who answers with `chosen` would: runs,
/// gives the command, goes back, answers. Returns whether anything changed.
bool do_open_block(LessonPlay& play, Timeline& timeline, const std::vector<std::size_t>& chosen);

}  // namespace brokerlab
