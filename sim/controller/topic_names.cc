#include "sim/controller/topic_names.h"

#include <algorithm>
#include <cstddef>

namespace brokerlab {
namespace {

constexpr std::size_t kLongestName = 249;

bool is_legal(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

std::string what_is_wrong(std::string_view name) {
    const std::string quoted = "'" + std::string(name) + "'";
    if (name.empty()) {
        return "the empty string is not allowed";
    }
    if (name == "." || name == "..") {
        return quoted + " is not allowed";
    }
    if (name.size() > kLongestName) {
        return "the length of " + quoted + " is longer than the max allowed length " +
               std::to_string(kLongestName);
    }
    if (!std::all_of(name.begin(), name.end(), is_legal)) {
        return quoted +
               " contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'";
    }
    return "";
}

}  // namespace

std::optional<std::string> invalid_topic_name(std::string_view name) {
    std::string wrong = what_is_wrong(name);
    if (wrong.empty()) {
        return std::nullopt;
    }
    return "Topic name is invalid: " + wrong;
}

bool topic_names_collide(std::string_view a, std::string_view b) {
    const auto unify = [](char c) { return c == '.' ? '_' : c; };
    return a != b && std::equal(a.begin(), a.end(), b.begin(), b.end(),
                                [&](char x, char y) { return unify(x) == unify(y); });
}

}  // namespace brokerlab
