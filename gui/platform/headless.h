// Headless: a screen in memory, for pictures and tests: no display, no window system.
//
// EGL on Mesa's surfaceless platform with a frame buffer object; frames last 1/60 s each, so that
// what is drawn depends on nothing but the app.
#pragma once

#include <memory>

#include "gui/platform/screen.h"

namespace brokerlab {

/// Fails with a sentence that says what to install.
[[nodiscard]] Outcome<std::unique_ptr<Screen>> open_headless(ScreenSize size);

}  // namespace brokerlab
