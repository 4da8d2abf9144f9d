// Goldens: what a scenario came to, in a few lines that a person can compare.
#pragma once

#include <string>

#include "sim/view/report.h"

namespace brokerlab {

/// The digest and about ten lines of outcome.
[[nodiscard]] std::string golden_text(const Report& report);

/// The first line in which two texts differ, from both; empty when they are the same.
[[nodiscard]] std::string first_difference(const std::string& before, const std::string& after);

}  // namespace brokerlab
