// The subcommands of brokerlab: one file each, one line each in the list below.
//
// cli/export_log.cc defines add_export_log(), which adds the subcommand "export-log", its options
// and its callback to the program. The callback runs when the words were parsed; what it returns
// to the calling shell goes into `exit_code`. A subcommand that finds its input bad prints one
// message on standard error, nothing on standard output, and sets kBadInput.
#pragma once

#include <array>

#include <CLI/CLI.hpp>

namespace brokerlab {

enum ExitCode : int {
    kDone = 0,
    kNotHeld = 1,   ///< an expectation or invariant did not hold, files differ, something was found
    kBadInput = 2,  ///< the words or the files can't be worked with; nothing was done
};

using AddCommand = void (*)(CLI::App& program, int& exit_code);

void add_run(CLI::App& program, int& exit_code);
void add_lesson(CLI::App& program, int& exit_code);
void add_bless(CLI::App& program, int& exit_code);
void add_generate_log(CLI::App& program, int& exit_code);
void add_export_db(CLI::App& program, int& exit_code);
void add_export_log(CLI::App& program, int& exit_code);
void add_dump_log(CLI::App& program, int& exit_code);

/// In the order of the help.
inline constexpr std::array kCommands = {
    add_run, add_lesson, add_bless, add_export_db, add_generate_log, add_export_log, add_dump_log};

}  // namespace brokerlab
