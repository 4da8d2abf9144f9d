// Desktop: the app in its window, from the first frame until it is closed.
#pragma once

#include <string>

namespace brokerlab {

/// What the command line wants opened; neither: the first lesson.
struct DesktopWords {
    std::string file;
    std::string lesson;
};

/// Exit status when no window can be opened: there is no display, or no OpenGL 3.3.
inline constexpr int kNoWindow = 4;

/// Exit status: 0; 2 for a file that can't be read; kNoWindow. Each with a sentence on standard
/// error.
[[nodiscard]] int run_desktop(const DesktopWords& words);

}  // namespace brokerlab
