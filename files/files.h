// Files and folders: whole files read and written, lines appended, and where they belong.
//
// Every failure is a sentence with the path and the system's reason. Folders follow the XDG base
// directory rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/outcome.h"

namespace brokerlab {

[[nodiscard]] Outcome<std::string> read_file(const std::string& path);
/// Replaces the file at once by renaming, so that it is never half written; makes its folder.
[[nodiscard]] std::optional<Failure> write_file(const std::string& path, std::string_view text);
/// Adds to the end of the file and hands it to the system; makes its folder.
[[nodiscard]] std::optional<Failure> append_to_file(const std::string& path, std::string_view text);
[[nodiscard]] bool file_exists(const std::string& path);
/// Nothing happens when there is no such file.
void remove_file(const std::string& path);
/// Gives a file another name; what had that name is gone.
[[nodiscard]] std::optional<Failure> rename_file(const std::string& from, const std::string& to);
/// The path from the root; as it is when the current folder is not known.
[[nodiscard]] std::string absolute_path(const std::string& path);
/// Names of the files in a folder, in order; none when it can't be read.
[[nodiscard]] std::vector<std::string> file_names(const std::string& folder);

/// This process's number.
[[nodiscard]] int64_t process_number();
/// Whether a process with this number runs.
[[nodiscard]] bool process_runs(int64_t number);

/// $XDG_CONFIG_HOME/brokerlab, else ~/.config/brokerlab; empty when neither is known.
[[nodiscard]] std::string config_folder();
/// Likewise $XDG_STATE_HOME, ~/.local/state.
[[nodiscard]] std::string state_folder();
/// Likewise $XDG_DATA_HOME, ~/.local/share.
[[nodiscard]] std::string data_folder();

/// The folder that has scenarios/ in it: $BROKERLAB_HOME, the current folder, or one above the
/// program. Empty when there is none.
[[nodiscard]] std::string find_home();
/// Paths of home's scenarios/*.yaml, by name.
[[nodiscard]] std::vector<std::string> scenario_files(const std::string& home);
/// Paths of home's lessons/*/lesson.md, by name.
[[nodiscard]] std::vector<std::string> lesson_files(const std::string& home);

}  // namespace brokerlab
