// What sim/ may not use, so that the same input gives the same run on every machine.
//
// No threads, no random numbers but the keyed draws, no clocks, no files and streams, no unordered
// containers, no closures that a copy of the world could not copy, no floating point but in
// sim/view, no locale. Not checked: pointers in state, which need a compiler's eye.
#pragma once

#include <string_view>
#include <vector>

#include "tests/layers/source_text.h"

namespace brokerlab {

/// `path` is the file's path from the root, with slashes; files outside sim/ are free.
std::vector<Finding> check_purity(std::string_view path, const SourceText& source);

}  // namespace brokerlab
