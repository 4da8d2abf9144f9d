#include "cli/log_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <system_error>

namespace brokerlab {
namespace fs = std::filesystem;

Outcome<Bytes> read_log_file(const fs::path& path) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(path, error);
    if (error) {
        return Failure{fmt::format("{}: {}", path.string(), error.message())};
    }
    if (size > kMaxLogFileBytes) {
        return Failure{fmt::format("{}: {} bytes are more than a segment can have ({})",
                                   path.string(), size, kMaxLogFileBytes)};
    }
    Bytes bytes(static_cast<std::size_t>(size));
    std::ifstream in(path, std::ios::binary);
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!in || in.gcount() != static_cast<std::streamsize>(bytes.size())) {
        return Failure{fmt::format("{}: could not be read", path.string())};
    }
    return bytes;
}

Outcome<LogDirectory> read_log_directory(const fs::path& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
        return Failure{fmt::format("{}: is not a directory", path.string())};
    }
    LogDirectory directory;
    for (const fs::directory_entry& entry : fs::directory_iterator(path, error)) {
        std::error_code ignored;  // Of a dangling link, which is no file of a log.
        if (!entry.is_regular_file(ignored)) {
            continue;
        }
        Outcome<Bytes> bytes = read_log_file(entry.path());
        if (bytes) {
            directory.files.push_back({entry.path().filename().string(), *std::move(bytes)});
        } else {
            directory.problems.push_back(bytes.failure());
        }
    }
    if (error) {
        return Failure{fmt::format("{}: {}", path.string(), error.message())};
    }
    std::sort(directory.files.begin(), directory.files.end(),
              [](const LogFile& a, const LogFile& b) { return a.name < b.name; });
    return directory;
}

Outcome<std::size_t> write_log_directory(const fs::path& path, const std::vector<LogFile>& files) {
    std::error_code error;
    fs::create_directories(path, error);
    if (error) {
        return Failure{fmt::format("{}: {}", path.string(), error.message())};
    }
    if (!fs::is_empty(path, error) || error) {
        return Failure{fmt::format("{}: is not empty; name a new directory", path.string())};
    }
    for (const LogFile& file : files) {
        const fs::path to = path / file.name;
        std::ofstream out(to, std::ios::binary);
        out.write(reinterpret_cast<const char*>(file.bytes.data()),
                  static_cast<std::streamsize>(file.bytes.size()));
        out.flush();
        if (!out) {
            return Failure{fmt::format("{}: could not be written", to.string())};
        }
    }
    return files.size();
}

}  // namespace brokerlab
