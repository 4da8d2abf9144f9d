// Autosave: every command of a session on the disk at once, so that a crash loses nothing.
//
// The file is a scenario as it was opened, followed by one comment line for each command given
// since (`# + NANOSECONDS EVENTS COMMAND`), appended and handed to the system one by one. It goes
// away when the app is closed in order. Each process has a file of its own, autosave-NUMBER.yaml;
// one whose process no longer runs was left by a crash. Of several branches it holds the one that
// was last added to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/base/outcome.h"
#include "sim/script/scenario.h"

namespace brokerlab {

/// The scenario of an autosave's text, with its commands in the plan. What a crash cut short at the
/// end is left out.
[[nodiscard]] Outcome<Scenario> read_autosave(const std::string& text);

class Autosave {
public:
    /// `process` is the number of the process that saves. Nothing is read or written when `folder`
    /// is empty.
    Autosave(std::string folder, int64_t process);

    /// The text that a crash left; of several one after the other.
    [[nodiscard]] const std::optional<std::string>& left_behind() const { return left_behind_; }
    /// From now on commands are given to this scenario: with the commands that its plan holds. What
    /// was given to the one before is forgotten; the file is made by the first command.
    [[nodiscard]] std::optional<Failure> begin(const Scenario& scenario);
    /// Makes the file at once.
    [[nodiscard]] std::optional<Failure> write();
    /// Appends a command.
    [[nodiscard]] std::optional<Failure> add(const PlannedCommand& command);
    /// Forgets what a crash left, and its file.
    void drop();
    /// The same, but its file stays under another name. Returns its path.
    [[nodiscard]] std::string put_aside();
    /// The app ends in order.
    void end();

private:
    void look_for_left_behind();

    std::string folder_;
    int64_t process_ = 0;
    std::string path_;
    std::string scenario_text_;
    std::optional<std::string> left_behind_;
    std::string left_path_;  ///< of it
    bool begun_ = false;
};

}  // namespace brokerlab
