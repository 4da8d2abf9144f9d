#include "sim/view/short_names.h"

#include <algorithm>
#include <string_view>

namespace brokerlab {
namespace {

constexpr std::string_view kEllipsis = "\u2026";
/// Less than this is not worth an ellipsis.
constexpr std::size_t kLeastSaved = 4;

/// The length of the whole words that all names begin with.
std::size_t common_beginning(const std::vector<std::string>& names) {
    std::string_view shared = names.front();
    for (const std::string& name : names) {
        const auto end = std::mismatch(shared.begin(), shared.end(), name.begin(), name.end());
        shared = shared.substr(0, static_cast<std::size_t>(end.first - shared.begin()));
    }
    const std::size_t word_end = shared.find_last_of("_-.");
    return word_end == std::string_view::npos ? 0 : word_end + 1;
}

}  // namespace

std::vector<std::string> short_names(const std::vector<std::string>& names, std::size_t longest) {
    const bool too_long = std::any_of(
        names.begin(), names.end(), [&](const std::string& name) { return name.size() > longest; });
    const bool unlike = std::any_of(names.begin(), names.end(),
                                    [&](const std::string& name) { return name != names.front(); });
    const std::size_t shared = too_long && unlike ? common_beginning(names) : 0;
    const bool whole = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return name.size() == shared;  // Nothing would be left of it.
    });
    if (shared < kLeastSaved || whole) {
        return names;
    }
    std::vector<std::string> rests;
    rests.reserve(names.size());
    for (const std::string& name : names) {
        rests.push_back(std::string(kEllipsis) + name.substr(shared));
    }
    return rests;
}

}  // namespace brokerlab
