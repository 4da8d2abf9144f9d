// Log files on disk: the only place of the command line that reads and writes them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/base/outcome.h"
#include "sim/log/log_files.h"

namespace brokerlab {

/// A segment of Kafka's is smaller than this, so a larger file is none.
inline constexpr std::uintmax_t kMaxLogFileBytes = std::uintmax_t{2} << 30U;

/// Fails when the file can't be read or is larger than kMaxLogFileBytes.
[[nodiscard]] Outcome<Bytes> read_log_file(const std::filesystem::path& path);

/// All regular files of a directory, sorted by name; those that can't be read are problems.
struct LogDirectory {
    std::vector<LogFile> files;
    std::vector<Failure> problems;
};
[[nodiscard]] Outcome<LogDirectory> read_log_directory(const std::filesystem::path& path);

/// Writes the files into `path`, which is made when it is missing and must be empty otherwise, so
/// that nothing is overwritten. Returns the number of files written.
[[nodiscard]] Outcome<std::size_t> write_log_directory(const std::filesystem::path& path,
                                                       const std::vector<LogFile>& files);

}  // namespace brokerlab
