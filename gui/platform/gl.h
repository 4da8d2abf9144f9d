// The few OpenGL functions that the app calls itself; ImGui's back end loads its own.
//
// Loaded by hand, because a loader library would be one more package for fourteen functions.
#pragma once

#include <GL/glcorearb.h>

#include <optional>

#include "sim/base/outcome.h"

// clang-format off
#define BROKERLAB_GL_FUNCTIONS(X) \
    X(PFNGLCLEARPROC, Clear) \
    X(PFNGLCLEARCOLORPROC, ClearColor) \
    X(PFNGLVIEWPORTPROC, Viewport) \
    X(PFNGLREADPIXELSPROC, ReadPixels) \
    X(PFNGLPIXELSTOREIPROC, PixelStorei) \
    X(PFNGLGENFRAMEBUFFERSPROC, GenFramebuffers) \
    X(PFNGLBINDFRAMEBUFFERPROC, BindFramebuffer) \
    X(PFNGLDELETEFRAMEBUFFERSPROC, DeleteFramebuffers) \
    X(PFNGLGENRENDERBUFFERSPROC, GenRenderbuffers) \
    X(PFNGLBINDRENDERBUFFERPROC, BindRenderbuffer) \
    X(PFNGLDELETERENDERBUFFERSPROC, DeleteRenderbuffers) \
    X(PFNGLRENDERBUFFERSTORAGEPROC, RenderbufferStorage) \
    X(PFNGLFRAMEBUFFERRENDERBUFFERPROC, FramebufferRenderbuffer) \
    X(PFNGLCHECKFRAMEBUFFERSTATUSPROC, CheckFramebufferStatus)
// clang-format on

namespace brokerlab::gl {

#define BROKERLAB_GL_DECLARE(type, name) extern type name;
BROKERLAB_GL_FUNCTIONS(BROKERLAB_GL_DECLARE)
#undef BROKERLAB_GL_DECLARE

/// How the current context finds its functions: eglGetProcAddress, glfwGetProcAddress.
using Finder = void (*(*)(const char* name))();

/// For the current context. Fails where it lacks one: it is older than OpenGL 3.0.
[[nodiscard]] std::optional<Failure> load(Finder find);

/// What helps where OpenGL 3.3 is missing, as an end of a sentence.
inline constexpr const char* kAdvice =
    "OpenGL 3.3 is needed; on Debian the packages libgl1, libegl1 and libgl1-mesa-dri bring it, "
    "also without a graphics card";

}  // namespace brokerlab::gl
