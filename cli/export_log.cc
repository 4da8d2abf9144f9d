// brokerlab export-log: reads a log directory into a log and writes it out again, as a broker
// leaves it after a clean stop.
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/log_directory.h"

namespace brokerlab {
namespace {

struct ExportLogWords {
    std::string from;
    std::string to;
};

int export_log(const ExportLogWords& words) {
    Outcome<LogDirectory> directory = read_log_directory(words.from);
    if (!directory) {
        std::cerr << "export-log: " << directory.failure().what << "\n";
        return kBadInput;
    }
    Outcome<LoadedLog> loaded = from_log_files(directory->files, LogConfig(), SimTime());
    if (!loaded) {
        std::cerr << "export-log: " << words.from << ": " << loaded.failure().what << "\n";
        return kBadInput;
    }
    const PartitionLog& log = loaded->log;
    const Outcome<std::size_t> written =
        write_log_directory(words.to, to_log_files(log, loaded->topic_id));
    if (!written) {
        std::cerr << "export-log: " << written.failure().what << "\n";
        return kBadInput;
    }
    for (const Failure& problem : directory->problems) {
        std::cerr << problem.what << "\n";
    }
    for (const Failure& problem : loaded->problems) {
        std::cerr << words.from << "/" << problem.what << "\n";
    }
    std::cout << fmt::format("{}: {} files, offsets {} to {}, {} segments, {} bytes\n", words.to,
                             *written, log.log_start_offset.value, log.log_end_offset.value,
                             log.segments.size(), log.size_in_bytes());
    const bool whole = directory->problems.empty() && loaded->problems.empty();
    return whole ? kDone : kNotHeld;
}

}  // namespace

void add_export_log(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand(
        "export-log",
        "Read the log directory of a partition, keep what is whole, rebuild its "
        "indexes, write it as a new log directory. Exit status 1 when something "
        "was not whole");
    const auto words = std::make_shared<ExportLogWords>();
    command->add_option("FROM", words->from, "A partition's log directory")->required();
    command->add_option("TO", words->to, "A new or empty directory")->required();
    command->callback([words, &exit_code] { exit_code = export_log(*words); });
}

}  // namespace brokerlab
