// Pictures of what is drawn, as PNG files.
#pragma once

#include <optional>
#include <string>

#include "gui/platform/screen.h"
#include "sim/base/outcome.h"

namespace brokerlab {

/// Writes the pixels of the current context's frame buffer, before they are shown. Fails with a
/// sentence that names the path.
[[nodiscard]] std::optional<Failure> save_picture(const std::string& path, ScreenSize size);

}  // namespace brokerlab
