// vectors_test STEM: judges STEM.json of the golden vectors, made by Kafka's own classes.
//
// Looks in tests/vectors of the source tree and in ../shared/vectors beside it, where that is
// there; the environment variable BROKERLAB_VECTORS names one folder to look in instead.
// `vectors_test folder` fails on a *.json that no check knows. Exit status: 0 every case holds, 1
// not, 2 bad usage, 77 skipped (CTest's SKIP_RETURN_CODE): the subject isn't built yet, or the
// named folder lacks the file.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/vectors/vector_checks.h"

namespace brokerlab::vectors {
namespace {

namespace fs = std::filesystem;

constexpr int kHeld = 0;
constexpr int kFailed = 1;
constexpr int kBadUsage = 2;
constexpr int kSkipped = 77;

struct KnownFile {
    std::string_view stem;
    Check check;  ///< nullptr while the lab does not build the file's subject
};

constexpr std::array kKnownFiles{
    KnownFile{"murmur2", check_murmur2},
    KnownFile{"group_coordinator_partition", check_group_coordinator_partition},
    KnownFile{"replica_placement", check_replica_placement},
    KnownFile{"record_messages", check_record_messages},
    KnownFile{"record_batches", check_record_batches},
    KnownFile{"wire_messages", check_wire_messages},
    KnownFile{"assignors", check_assignors},
    KnownFile{"server_assignors", check_server_assignors},
};

const KnownFile* find_known(std::string_view stem) {
    const auto* at = std::find_if(kKnownFiles.begin(), kKnownFiles.end(),
                                  [&](const KnownFile& known) { return known.stem == stem; });
    return at == kKnownFiles.end() ? nullptr : at;
}

/// The folders to look in, and whether the environment named them.
struct Folders {
    std::vector<fs::path> paths;
    bool named = false;
};

Folders folders() {
    if (const char* named = std::getenv("BROKERLAB_VECTORS"); named != nullptr && *named != '\0') {
        return {{fs::path(named)}, true};
    }
    const fs::path source(BROKERLAB_SOURCE_DIR);
    Folders found{{source / "tests" / "vectors"}, false};
    const fs::path beside = source.parent_path() / "shared" / "vectors";
    if (fs::is_directory(beside)) {
        found.paths.push_back(beside);
    }
    return found;
}

bool holds(const KnownFile& known, const fs::path& path) {
    Report report;
    std::string error;
    try {
        std::ifstream in(path);
        known.check(Json::parse(in), report);
    } catch (const Json::exception& e) {
        error = e.what();
    }
    if (!error.empty()) {
        std::cout << path.string() << ": not in the format of the vectors: " << error << "\n";
        return false;
    }
    std::cout << path.string() << ": " << report.text() << "\n";
    return report.held();
}

int judge(const KnownFile& known, const Folders& where) {
    const std::string name = std::string(known.stem) + ".json";
    if (known.check == nullptr) {
        std::cout << "skipped: what " << name << " is about isn't built yet\n";
        return kSkipped;
    }
    bool found = false;
    bool held = true;
    for (const fs::path& folder : where.paths) {
        if (fs::exists(folder / name)) {
            found = true;
            held = holds(known, folder / name) && held;
        }
    }
    if (!found) {
        std::cout << (where.named ? "skipped: " : "") << "there is no " << name << " in "
                  << where.paths.front().string() << "\n";
        return where.named ? kSkipped : kFailed;
    }
    return held ? kHeld : kFailed;
}

/// Fails on a file that no check knows: a vector that nobody judges proves nothing.
int judge_folders(const Folders& where) {
    int status = kHeld;
    for (const fs::path& folder : where.paths) {
        std::size_t count = 0;
        for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
            if (entry.path().extension() != ".json") {
                continue;
            }
            ++count;
            if (find_known(entry.path().stem().string()) == nullptr) {
                std::cout << entry.path().string() << ": no check knows this file\n";
                status = kFailed;
            }
        }
        std::cout << folder.string() << ": " << count << " files\n";
        if (count == 0) {
            status = kFailed;
        }
    }
    return status;
}

int run(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: vectors_test STEM|folder\n";
        return kBadUsage;
    }
    const Folders where = folders();
    for (const fs::path& folder : where.paths) {
        if (!fs::is_directory(folder)) {
            std::cerr << folder.string() << " is not a folder\n";
            return kFailed;
        }
    }
    const std::string_view stem = argv[1];
    if (stem == "folder") {
        return judge_folders(where);
    }
    const KnownFile* known = find_known(stem);
    if (known == nullptr) {
        std::cerr << "no check is named '" << stem << "'\n";
        return kBadUsage;
    }
    return judge(*known, where);
}

}  // namespace
}  // namespace brokerlab::vectors

int main(int argc, char** argv) {
    return brokerlab::vectors::run(argc, argv);
}
