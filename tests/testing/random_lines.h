// Lines of a timeline for tests that make up lists of commands.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <rapidcheck.h>

namespace brokerlab::testing {

/// One line of a timeline.
struct Line {
    int32_t at_ms = 0;
    std::string text;
};
inline std::ostream& operator<<(std::ostream& out, const Line& line) {
    return out << fmt::format("\n  - {{at: {}ms, do: {}}}", line.at_ms, line.text);
}

inline rc::Gen<std::string> words(std::vector<std::string> choices) {
    return rc::gen::elementOf(std::move(choices));
}

}  // namespace brokerlab::testing
