// brokerlab generate-log: writes the log directory of a made-up partition.
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "cli/commands.h"
#include "cli/log_directory.h"
#include "cli/log_generator.h"

namespace brokerlab {
namespace {

constexpr int64_t kMaxGeneratedBytes = int64_t{1} << 30;

struct GenerateWords {
    std::string to;
    std::string compression = "none";
    GeneratedLogOptions options;
};

/// What the options can't be together; the ranges of each alone are checked when they are parsed.
std::optional<std::string> fault_of(const GeneratedLogOptions& options) {
    if (options.compact && options.keys == 0) {
        return "--compact needs records with keys, so --keys must be above 0";
    }
    if (options.records * options.value_bytes > kMaxGeneratedBytes) {
        return fmt::format("--records times --value-bytes may be {} at most", kMaxGeneratedBytes);
    }
    return std::nullopt;
}

int generate(const GenerateWords& words) {
    if (const std::optional<std::string> fault = fault_of(words.options)) {
        std::cerr << "generate-log: " << *fault << "\n";
        return kBadInput;
    }
    GeneratedLogOptions options = words.options;
    options.compression = *codec_named(words.compression);
    options.config.cleanup_compact = options.compact;
    options.config.cleanup_delete = !options.compact;
    const GeneratedLog generated = generate_log(options);
    const Outcome<std::size_t> written =
        write_log_directory(words.to, to_log_files(generated.log, generated.topic_id));
    if (!written) {
        std::cerr << "generate-log: " << written.failure().what << "\n";
        return kBadInput;
    }
    std::cout << fmt::format(
        "{}: {} files, offsets {} to {}, {} segments, {} bytes, digest {:016x}\n", words.to,
        *written, generated.log.log_start_offset.value, generated.log.log_end_offset.value,
        generated.log.segments.size(), generated.log.size_in_bytes(), digest_of(generated.log));
    return kDone;
}

}  // namespace

void add_generate_log(CLI::App& program, int& exit_code) {
    CLI::App* command =
        program.add_subcommand("generate-log",
                               "Write the log directory of a made-up partition: three producers, "
                               "changes of leader, transactions if wanted. Same options, same log");
    const auto words = std::make_shared<GenerateWords>();
    GeneratedLogOptions& options = words->options;
    command->add_option("TO", words->to, "A new or empty directory, such as orders-0")->required();
    command->add_option("--seed", options.seed, "Another seed, another log")->capture_default_str();
    command->add_option("--records", options.records, "How many records")
        ->check(CLI::Range(1, 10'000'000))
        ->capture_default_str();
    command->add_option("--keys", options.keys, "Different keys; 0 for none")
        ->check(CLI::Range(0, 1'000'000'000))
        ->capture_default_str();
    command->add_option("--value-bytes", options.value_bytes, "Mean size of a value")
        ->check(CLI::Range(1, 7'000))
        ->capture_default_str();
    command->add_option("--records-per-batch", options.records_per_batch, "Mean")
        ->check(CLI::Range(1, 1'000))
        ->capture_default_str();
    command->add_option("--interval-ms", options.interval_ms, "Mean time between batches")
        ->check(CLI::Range(0, 1'000'000))
        ->capture_default_str();
    command->add_option("--leader-changes", options.leader_changes, "How often the leader changes")
        ->check(CLI::Range(0, 1'000))
        ->capture_default_str();
    command->add_option("--segment-bytes", options.config.segment_bytes, "segment.bytes")
        ->check(CLI::Range(1 << 14, 1 << 30))
        ->capture_default_str();
    command
        ->add_option("--index-interval-bytes", options.config.index_interval_bytes,
                     "index.interval.bytes")
        ->check(CLI::Range(0, 1 << 30))
        ->capture_default_str();
    command->add_option("--compression", words->compression, "Of the producers")
        ->check(CLI::IsMember({"none", "gzip", "snappy", "lz4", "zstd"}))
        ->capture_default_str();
    command->add_flag("--transactions", options.transactions,
                      "One producer commits and aborts transactions");
    command->add_flag("--compact", options.compact, "Clean the log at the end");
    command->callback([words, &exit_code] { exit_code = generate(*words); });
}

}  // namespace brokerlab
