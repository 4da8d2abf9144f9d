// Picture: the app at one moment of a run, drawn without a display and written as a PNG file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gui/platform/screen.h"

namespace brokerlab {

/// What the command line wants to see.
struct PictureWords {
    std::string file;                   ///< a scenario or recording, or
    std::string lesson;                 ///< a lesson; neither: the first lesson
    std::optional<std::string> at;      ///< as in 10s; none: time 0
    std::optional<std::string> until;   ///< an expression, looked for after the last command
    std::vector<std::string> commands;  ///< "AT COMMAND", each
    std::string select;                 ///< a thing: "orders-0", "broker 2"
    std::vector<std::string> panels;
    std::string theme;  ///< dark or light; empty: dark
    float scale = 1;
    ScreenSize size;
    std::optional<ScreenSize> mouse;  ///< where it rests: hover cards show
    std::string path;                 ///< of the picture
};

/// Exit status: 0; 1 when a command was refused or the expression did not come to hold (the picture
/// is made all the same); 2 for bad words and files, with a sentence on standard error.
[[nodiscard]] int make_picture(const PictureWords& words);

}  // namespace brokerlab
