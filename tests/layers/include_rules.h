// Who may include whom: the layers of the project, lowest first.
//
// A file may include its own layer and every layer that ranks below it; layers of one rank never
// include each other. What a third-party header is allowed where is decided here too: the window
// toolkit in gui/, sockets in gateway/.
#pragma once

#include <string_view>
#include <vector>

#include "tests/layers/source_text.h"

namespace brokerlab {

/// `path` is the file's path from the root, with slashes.
std::vector<Finding> check_includes(std::string_view path, const SourceText& source);

}  // namespace brokerlab
