// brokerlab dump-log: what kafka-dump-log prints of the files of a log.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/log_directory.h"
#include "sim/log/dump_log.h"

namespace brokerlab {
namespace {

namespace fs = std::filesystem;

struct DumpWords {
    std::vector<std::string> files;
    std::vector<std::string> paths;
    DumpOptions options;
};

/// The files that the words name: a directory stands for its segment files, sorted.
Outcome<std::vector<fs::path>> files_named(const DumpWords& words) {
    std::vector<fs::path> named;
    for (const std::vector<std::string>* list : {&words.files, &words.paths}) {
        for (const std::string& word : *list) {
            std::error_code error;
            if (!fs::is_directory(word, error)) {
                named.emplace_back(word);
                continue;
            }
            std::vector<fs::path> inside;
            for (const fs::directory_entry& entry : fs::directory_iterator(word, error)) {
                if (base_offset_of_file(entry.path().filename().string()).ok()) {
                    inside.push_back(entry.path());
                }
            }
            if (inside.empty()) {
                return Failure{word + ": holds no log files"};
            }
            std::sort(inside.begin(), inside.end());
            named.insert(named.end(), inside.begin(), inside.end());
        }
    }
    if (named.empty()) {
        return Failure{"name at least one file or directory"};
    }
    return named;
}

/// The `.log` beside an index file; empty when there is none.
Bytes log_beside(const fs::path& path) {
    const std::string ending = path.extension().string();
    if (ending != ".index" && ending != ".timeindex") {
        return {};
    }
    fs::path log = path;
    log.replace_extension(".log");
    Outcome<Bytes> bytes = read_log_file(log);
    return bytes ? *std::move(bytes) : Bytes();
}

int dump(const DumpWords& words) {
    const Outcome<std::vector<fs::path>> named = files_named(words);
    if (!named) {
        std::cerr << "dump-log: " << named.failure().what << "\n";
        return kBadInput;
    }
    std::vector<Bytes> contents;  // All are read before the first line is printed.
    for (const fs::path& path : *named) {
        Outcome<Bytes> bytes = read_log_file(path);
        if (!bytes) {
            std::cerr << "dump-log: " << bytes.failure().what << "\n";
            return kBadInput;
        }
        contents.push_back(*std::move(bytes));
    }
    std::vector<std::string> findings;
    for (std::size_t i = 0; i < named->size(); ++i) {
        const fs::path& path = (*named)[i];
        const Bytes log = log_beside(path);
        const DumpText dumped = dump_log_file({.path = path.string(),
                                               .name = path.filename().string(),
                                               .bytes = contents[i],
                                               .log = log},
                                              words.options);
        std::fwrite(dumped.text.data(), 1, dumped.text.size(), stdout);
        findings.insert(findings.end(), dumped.findings.begin(), dumped.findings.end());
    }
    std::fflush(stdout);
    for (const std::string& finding : findings) {
        std::cerr << finding << "\n";
    }
    return findings.empty() ? kDone : kNotHeld;
}

}  // namespace

void add_dump_log(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand(
        "dump-log",
        "Print the files of a log as kafka-dump-log does. Exit status 1 when "
        "something in them is wrong");
    const auto words = std::make_shared<DumpWords>();
    DumpOptions& options = words->options;
    command->add_option("PATH", words->paths, "Files, or directories of a partition");
    command->add_option("--files", words->files, "The same, separated by commas")->delimiter(',');
    command->add_flag("--print-data-log", options.print_data_log,
                      "Print keys and payloads (implies --deep-iteration)");
    command->add_flag("--deep-iteration", options.deep_iteration,
                      "Print the records of each batch");
    command->add_flag("--skip-record-metadata", options.skip_record_metadata,
                      "Print records without their metadata");
    command->add_flag("--verify-index-only", options.verify_index_only,
                      "Compare indexes with their log, print no entries");
    command->add_flag("--index-sanity-check", options.index_sanity_check,
                      "Only check the form of indexes");
    command->add_option("--max-bytes", options.max_bytes, "Read at most this much of a .log file")
        ->check(CLI::NonNegativeNumber);
    command->callback([words, &exit_code] {
        words->options.deep_iteration |= words->options.print_data_log;
        exit_code = dump(*words);
    });
}

}  // namespace brokerlab
