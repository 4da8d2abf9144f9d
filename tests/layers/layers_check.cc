// Reads the project's sources and says where they break the rules of the layers.
//
//   layers_check includes ROOT    who may include whom
//   layers_check purity ROOT      what sim/ may not use
//   layers_check samples FOLDER   the checks against themselves
//
// A sample is a source in FOLDER under its path in the project, with ".txt" behind it. A line of it
// that breaks a rule ends with "caught: WORDS" in a comment, where WORDS are part of the sentence;
// exactly these lines must be found. Exit status 0 when all is well, 1 when not.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/layers/include_rules.h"
#include "tests/layers/purity_rules.h"
#include "tests/layers/source_text.h"

namespace {

namespace fs = std::filesystem;
using brokerlab::Finding;
using Check = std::vector<Finding> (*)(std::string_view, const brokerlab::SourceText&);

std::string read(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Every file under `folder` with one of the extensions, in the order of their names.
std::vector<fs::path> files_in(const fs::path& folder, const std::vector<std::string>& extensions) {
    std::vector<fs::path> files;
    if (fs::is_directory(folder)) {
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
            const std::string extension = entry.path().extension().string();
            if (std::find(extensions.begin(), extensions.end(), extension) != extensions.end()) {
                files.push_back(entry.path());
            }
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

int check_project(Check check, const fs::path& root) {
    std::size_t files = 0;
    std::size_t broken = 0;
    for (const char* folder : {"sim", "files", "cli", "bench", "gui", "gateway", "tests"}) {
        for (const fs::path& file : files_in(root / folder, {".h", ".cc"})) {
            ++files;
            const std::string path = file.lexically_relative(root).generic_string();
            for (const Finding& finding : check(path, brokerlab::scan(read(file)))) {
                std::cout << finding.path << ":" << finding.line << ": " << finding.rule << "\n";
                ++broken;
            }
        }
    }
    std::cout << files << " files read, " << broken << " lines break a rule\n";
    return files > 0 && broken == 0 ? 0 : 1;
}

struct Mark {
    int line = 0;
    std::string words;
};

std::vector<Mark> marks_of(const std::string& text) {
    constexpr std::string_view kMark = "caught: ";
    std::vector<Mark> marks;
    int line = 1;
    for (std::size_t begin = 0; begin < text.size(); ++line) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view whole = std::string_view(text).substr(begin, end - begin);
        const std::size_t mark = whole.find(kMark);
        if (mark != std::string_view::npos) {
            marks.push_back({line, std::string(whole.substr(mark + kMark.size()))});
        }
        begin = end + 1;
    }
    return marks;
}

/// Compares what the checks find in one sample with its marks, and prints every difference.
int differences(const std::string& path, const std::string& text) {
    const brokerlab::SourceText source = brokerlab::scan(text);
    std::vector<Finding> found = brokerlab::check_includes(path, source);
    const std::vector<Finding> impure = brokerlab::check_purity(path, source);
    found.insert(found.end(), impure.begin(), impure.end());
    int count = 0;
    for (const Mark& mark : marks_of(text)) {
        const auto caught = std::find_if(found.begin(), found.end(), [&](const Finding& finding) {
            return finding.line == mark.line && finding.rule.find(mark.words) != std::string::npos;
        });
        if (caught == found.end()) {
            std::cout << path << ":" << mark.line << ": not caught: " << mark.words << "\n";
            ++count;
        } else {
            const int line = caught->line;  // One mark answers for all findings of its line.
            std::erase_if(found, [&](const Finding& finding) { return finding.line == line; });
        }
    }
    for (const Finding& finding : found) {
        std::cout << path << ":" << finding.line << ": wrongly caught: " << finding.rule << "\n";
        ++count;
    }
    return count;
}

int check_samples(const fs::path& folder) {
    std::size_t samples = 0;
    std::size_t marks = 0;
    int wrong = 0;
    for (fs::path file : files_in(folder, {".txt"})) {
        const std::string text = read(file);
        ++samples;
        marks += marks_of(text).size();
        const std::string path =
            file.replace_extension().lexically_relative(folder).generic_string();
        wrong += differences(path, text);
    }
    std::cout << samples << " samples with " << marks << " marked lines, " << wrong
              << " differences\n";
    return samples > 0 && marks > 0 && wrong == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.size() == 2 && words[0] == "includes") {
        return check_project(&brokerlab::check_includes, words[1]);
    }
    if (words.size() == 2 && words[0] == "purity") {
        return check_project(&brokerlab::check_purity, words[1]);
    }
    if (words.size() == 2 && words[0] == "samples") {
        return check_samples(words[1]);
    }
    std::cerr << "usage: layers_check includes|purity|samples FOLDER\n";
    return 1;
}
