#include "gui/platform/headless.h"

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <imgui.h>
#include <imgui_impl_opengl3.h>

#include <string>
#include <utility>

#include "gui/platform/gl.h"

namespace brokerlab {

namespace {

constexpr float kFrameSeconds = 1.0F / 60;

Failure no_context(const std::string& what) {
    return Failure{"Nothing can be drawn without a display: " + what + ". " + gl::kAdvice};
}

/// Display and context; nothing is current any more when it ends.
class EglContext {
public:
    EglContext() = default;
    EglContext(const EglContext&) = delete;
    EglContext& operator=(const EglContext&) = delete;
    ~EglContext() {
        if (display_ != EGL_NO_DISPLAY) {
            eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
            eglTerminate(display_);
        }
    }

    std::optional<Failure> open() {
        const auto get_display = reinterpret_cast<PFNEGLGETPLATFORMDISPLAYEXTPROC>(
            eglGetProcAddress("eglGetPlatformDisplayEXT"));
        if (get_display == nullptr) {
            return no_context("EGL has no platforms");
        }
        display_ = get_display(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
        if (eglInitialize(display_, nullptr, nullptr) == EGL_FALSE) {
            display_ = EGL_NO_DISPLAY;
            return no_context("EGL finds no surfaceless display");
        }
        eglBindAPI(EGL_OPENGL_API);
        return open_context();
    }

private:
    std::optional<Failure> open_context() {
        constexpr EGLint kWanted[] = {EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE,
                                      EGL_OPENGL_BIT, EGL_NONE};
        EGLConfig config = nullptr;
        EGLint count = 0;
        eglChooseConfig(display_, kWanted, &config, 1, &count);
        constexpr EGLint kVersion[] = {EGL_CONTEXT_MAJOR_VERSION,
                                       3,
                                       EGL_CONTEXT_MINOR_VERSION,
                                       3,
                                       EGL_CONTEXT_OPENGL_PROFILE_MASK,
                                       EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT,
                                       EGL_NONE};
        EGLContext context = eglCreateContext(display_, config, EGL_NO_CONTEXT, kVersion);
        if (context == EGL_NO_CONTEXT ||
            eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, context) == EGL_FALSE) {
            return no_context("EGL makes no OpenGL context");
        }
        return gl::load([](const char* name) { return eglGetProcAddress(name); });
    }

    EGLDisplay display_ = EGL_NO_DISPLAY;
};

class Headless final : public Screen {
public:
    explicit Headless(ScreenSize size) : size_(size) {}
    ~Headless() override {
        if (ready_) {
            ImGui_ImplOpenGL3_Shutdown();
            gl::DeleteFramebuffers(1, &frame_buffer_);
            gl::DeleteRenderbuffers(1, &pixels_);
        }
    }

    std::optional<Failure> open() {
        if (auto failure = context_.open()) {
            return failure;
        }
        gl::GenRenderbuffers(1, &pixels_);
        gl::BindRenderbuffer(GL_RENDERBUFFER, pixels_);
        gl::RenderbufferStorage(GL_RENDERBUFFER, GL_RGBA8, size_.width, size_.height);
        gl::GenFramebuffers(1, &frame_buffer_);
        gl::BindFramebuffer(GL_FRAMEBUFFER, frame_buffer_);
        gl::FramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, pixels_);
        if (gl::CheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE) {
            return no_context("a picture of " + std::to_string(size_.width) + " x " +
                              std::to_string(size_.height) + " is too large for the driver");
        }
        if (!ImGui_ImplOpenGL3_Init("#version 330 core")) {
            return no_context("OpenGL's library can't be loaded");
        }
        ready_ = true;
        return std::nullopt;
    }

    [[nodiscard]] ScreenSize size() const override { return size_; }
    void begin(double /*wait_seconds*/) override {
        ImGui_ImplOpenGL3_NewFrame();
        ImGuiIO& io = ImGui::GetIO();
        io.DisplaySize = {static_cast<float>(size_.width), static_cast<float>(size_.height)};
        io.DeltaTime = kFrameSeconds;
    }

private:
    ScreenSize size_;
    EglContext context_;
    GLuint pixels_ = 0;
    GLuint frame_buffer_ = 0;
    bool ready_ = false;
};

}  // namespace

Outcome<std::unique_ptr<Screen>> open_headless(ScreenSize size) {
    auto screen = std::make_unique<Headless>(size);
    if (auto failure = screen->open()) {
        return *std::move(failure);
    }
    return std::unique_ptr<Screen>(std::move(screen));
}

}  // namespace brokerlab
