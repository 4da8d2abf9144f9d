// Arithmetic of ImVec2, for code that draws.
//
// To be included from .cc files, so that nobody meets operators that they did not ask for.
#pragma once

#include <cmath>

#include <imgui.h>

namespace brokerlab {

inline ImVec2 operator+(ImVec2 a, ImVec2 b) {
    return {a.x + b.x, a.y + b.y};
}
inline ImVec2 operator-(ImVec2 a, ImVec2 b) {
    return {a.x - b.x, a.y - b.y};
}
inline ImVec2 operator*(ImVec2 a, float factor) {
    return {a.x * factor, a.y * factor};
}

/// On a whole pixel: hairlines and text stay sharp.
inline ImVec2 snapped(ImVec2 a) {
    return {std::floor(a.x + 0.5F), std::floor(a.y + 0.5F)};
}
inline float distance(ImVec2 a, ImVec2 b) {
    return std::hypot(a.x - b.x, a.y - b.y);
}
inline ImVec2 between(ImVec2 a, ImVec2 b, float share) {
    return a + (b - a) * share;
}

}  // namespace brokerlab
