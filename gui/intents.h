// Intents: what panels want done, gathered during a frame and carried out after it.
//
// A panel changes nothing but UiState by itself; so a frame always shows one World from edge to
// edge, and a test can look at what a panel asked for.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gui/widgets/look.h"
#include "sim/kernel/sim_time.h"
#include "sim/view/thing.h"

namespace brokerlab {

// The run.
struct GiveCommand {
    std::string text;  ///< as parse_command() takes it
};
struct PlayPause {};
struct SetSpeed {
    double speed = 1;  ///< simulated seconds a second, 0.01 to 1000
};
struct StepEvent {};
struct StepFact {};
struct StepBack {};
struct GoTo {
    Duration at;  ///< after time 0
};
/// To the moment right after a fact.
struct GoToFact {
    FactId fact;
};
struct GoToEnd {};
struct RunUntil {
    std::string expression;
};
/// Stop where a fact of this kind happens; nothing: no longer.
struct BreakOn {
    std::optional<std::size_t> fact_index;
};
/// Stops what takes long.
struct CancelRun {};
struct SwitchBranch {
    std::size_t branch = 0;
};
struct RenameBranch {
    std::size_t branch = 0;
    std::string name;
};
// What is looked at.
struct Select {
    Thing thing;
};
struct SelectPrevious {};
// Files.
struct OpenFile {
    std::string path;  ///< a scenario or a recording
};
struct OpenLesson {
    std::string name;
};
struct Restart {};
struct SaveRecording {
    std::string path;  ///< empty: beside the others, by name and date
};
struct TakeScreenshot {
    std::string path;  ///< empty: likewise
};
struct OpenAutosave {};
struct DropAutosave {};
// The lesson.
struct LessonNext {};
struct LessonBack {};
struct LessonPredict {
    std::size_t block = 0;
    std::vector<std::size_t> chosen;  ///< indices of its options
};
struct LessonRun {
    std::size_t block = 0;
};
/// Begins the furthest step once more.
struct LessonAgain {};
// The app.
struct ChooseTheme {
    ThemeName theme = ThemeName::kDark;
};
struct ChooseScale {
    float scale = 1;
};
struct DismissNotice {};
struct Quit {};

using Intent =
    std::variant<GiveCommand, PlayPause, SetSpeed, StepEvent, StepFact, StepBack, GoTo, GoToFact,
                 GoToEnd, RunUntil, BreakOn, CancelRun, SwitchBranch, RenameBranch, Select,
                 SelectPrevious, OpenFile, OpenLesson, Restart, SaveRecording, TakeScreenshot,
                 OpenAutosave, DropAutosave, LessonNext, LessonBack, LessonPredict, LessonRun,
                 LessonAgain, ChooseTheme, ChooseScale, DismissNotice, Quit>;

struct Intents {
    std::vector<Intent> list;

    /// One of them, or an Intent as it is.
    template <class T>
    void add(T intent) {
        list.emplace_back(std::move(intent));
    }
};

}  // namespace brokerlab
