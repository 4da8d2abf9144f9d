#include "files/files.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace brokerlab {

namespace fs = std::filesystem;

namespace {

constexpr const char* kProgram = "brokerlab";

Failure failed(const std::string& what, const std::string& path, const std::string& reason) {
    return Failure{path + " can't be " + what + ": " + reason};
}

std::string system_reason() {
    return std::strerror(errno);
}

std::string environment(const char* variable) {
    const char* value = std::getenv(variable);
    return value == nullptr ? std::string() : std::string(value);
}

/// The rules ignore a relative path in an XDG variable.
std::string xdg_folder(const char* variable, const char* below_home) {
    const std::string set = environment(variable);
    if (!set.empty() && fs::path(set).is_absolute()) {
        return (fs::path(set) / kProgram).string();
    }
    const std::string home = environment("HOME");
    return home.empty() ? std::string() : (fs::path(home) / below_home / kProgram).string();
}

std::optional<Failure> make_folder_of(const std::string& path) {
    const fs::path folder = fs::path(path).parent_path();
    std::error_code error;
    if (folder.empty() || fs::is_directory(folder, error)) {
        return std::nullopt;
    }
    fs::create_directories(folder, error);
    if (error) {
        return failed("written", path, "the folder can't be made: " + error.message());
    }
    return std::nullopt;
}

bool has_scenarios(const fs::path& folder) {
    std::error_code error;
    return fs::is_directory(folder / "scenarios", error);
}

std::optional<fs::path> program_path() {
    std::error_code error;
    const fs::path path = fs::read_symlink("/proc/self/exe", error);
    return error ? std::nullopt : std::optional(path);
}

/// Whether it has ended and only its parent has not asked how. Where the system does not tell, no.
bool is_zombie(int64_t number) {
    std::ifstream file("/proc/" + std::to_string(number) + "/stat");
    const std::string stat((std::istreambuf_iterator<char>(file)),
                           std::istreambuf_iterator<char>());
    // "4711 (name) Z ...", and the name may hold anything.
    const std::size_t name_end = stat.rfind(") ");
    return name_end != std::string::npos && stat.compare(name_end + 2, 1, "Z") == 0;
}

}  // namespace

Outcome<std::string> read_file(const std::string& path) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
        return failed("read", path, "it is a folder");
    }
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return failed("read", path, system_reason());
    }
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (file.bad()) {
        return failed("read", path, system_reason());
    }
    return text;
}

std::optional<Failure> write_file(const std::string& path, std::string_view text) {
    if (auto failure = make_folder_of(path)) {
        return failure;
    }
    const std::string beside = path + ".new-" + std::to_string(::getpid());
    {
        errno = 0;
        std::ofstream file(beside, std::ios::binary | std::ios::trunc);
        file.write(text.data(), static_cast<std::streamsize>(text.size()));
        file.close();
        if (!file) {
            const std::string reason = system_reason();
            remove_file(beside);
            return failed("written", path, reason);
        }
    }
    std::error_code error;
    fs::rename(beside, path, error);
    if (error) {
        remove_file(beside);
        return failed("written", path, error.message());
    }
    return std::nullopt;
}

std::optional<Failure> append_to_file(const std::string& path, std::string_view text) {
    if (auto failure = make_folder_of(path)) {
        return failure;
    }
    errno = 0;
    std::ofstream file(path, std::ios::binary | std::ios::app);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    file.close();
    if (!file) {
        return failed("written", path, system_reason());
    }
    return std::nullopt;
}

bool file_exists(const std::string& path) {
    std::error_code error;
    return fs::is_regular_file(path, error);
}

void remove_file(const std::string& path) {
    std::error_code error;
    fs::remove(path, error);
}

std::optional<Failure> rename_file(const std::string& from, const std::string& to) {
    std::error_code error;
    fs::rename(from, to, error);
    if (error) {
        return failed("renamed", from, error.message());
    }
    return std::nullopt;
}

std::string absolute_path(const std::string& path) {
    std::error_code error;
    const fs::path absolute = fs::absolute(path, error);
    return error ? path : absolute.lexically_normal().string();
}

std::vector<std::string> file_names(const std::string& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
        if (file_exists(entry.path().string())) {
            names.push_back(entry.path().filename().string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

int64_t process_number() {
    return ::getpid();
}

bool process_runs(int64_t number) {
    // One of another user can't be signalled, but it is there.
    const bool there = number > 0 && (::kill(static_cast<pid_t>(number), 0) == 0 || errno == EPERM);
    return there && !is_zombie(number);
}

std::string config_folder() {
    return xdg_folder("XDG_CONFIG_HOME", ".config");
}
std::string state_folder() {
    return xdg_folder("XDG_STATE_HOME", ".local/state");
}
std::string data_folder() {
    return xdg_folder("XDG_DATA_HOME", ".local/share");
}

std::string find_home() {
    const std::string set = environment("BROKERLAB_HOME");
    if (!set.empty()) {
        return set;
    }
    std::error_code error;
    const fs::path here = fs::current_path(error);
    if (!error && has_scenarios(here)) {
        return here.string();
    }
    const std::optional<fs::path> program = program_path();
    fs::path folder = program ? program->parent_path() : fs::path();
    while (!folder.empty() && folder != folder.root_path()) {
        if (has_scenarios(folder)) {
            return folder.string();
        }
        folder = folder.parent_path();
    }
    return {};
}

std::vector<std::string> scenario_files(const std::string& home) {
    std::vector<std::string> found;
    std::error_code error;
    for (const fs::directory_entry& entry :
         fs::directory_iterator(fs::path(home) / "scenarios", error)) {
        if (entry.path().extension() == ".yaml") {
            found.push_back(entry.path().string());
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::vector<std::string> lesson_files(const std::string& home) {
    std::vector<std::string> found;
    std::error_code error;
    for (const fs::directory_entry& entry :
         fs::directory_iterator(fs::path(home) / "lessons", error)) {
        const fs::path text = entry.path() / "lesson.md";
        if (file_exists(text.string())) {
            found.push_back(text.string());
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace brokerlab
