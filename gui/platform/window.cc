#include "gui/platform/window.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <utility>
#include <variant>

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_opengl3.h>

#include "gui/platform/gl.h"
#include "gui/platform/key_queue.h"

namespace brokerlab {

namespace {

constexpr ScreenSize kMost = {16384, 16384};

bool is_set(const char* variable) {
    const char* value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

/// The last error of GLFW as an end of a sentence.
std::string glfw_says() {
    const char* text = nullptr;
    glfwGetError(&text);
    return text == nullptr ? std::string("the window system gives no reason") : std::string(text);
}

class GlfwWindow final : public Window {
public:
    ~GlfwWindow() override {
        if (ready_) {
            ImGui_ImplOpenGL3_Shutdown();
            ImGui_ImplGlfw_Shutdown();
        }
        if (window_ != nullptr) {
            glfwDestroyWindow(window_);
        }
        if (started_) {
            glfwTerminate();
        }
    }

    std::optional<Failure> open(const std::string& title, const WindowPlace& place) {
        if (glfwInit() == GLFW_FALSE) {
            return Failure{"No window can be opened: " + glfw_says()};
        }
        started_ = true;
        glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
        glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
        glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
        glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
        glfwWindowHint(GLFW_MAXIMIZED, place.maximised ? GLFW_TRUE : GLFW_FALSE);
        glfwWindowHintString(GLFW_X11_CLASS_NAME, "brokerlab");
        glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "brokerlab");
        window_ = glfwCreateWindow(std::max(place.size.width, kLeastScreen.width),
                                   std::max(place.size.height, kLeastScreen.height), title.c_str(),
                                   nullptr, nullptr);
        if (window_ == nullptr) {
            return Failure{"No window can be opened: " + glfw_says() + ". " + gl::kAdvice};
        }
        glfwSetWindowSizeLimits(window_, kLeastScreen.width, kLeastScreen.height, GLFW_DONT_CARE,
                                GLFW_DONT_CARE);
        if (place.x && place.y && on_a_monitor(*place.x, *place.y)) {
            glfwSetWindowPos(window_, *place.x, *place.y);
        }
        return start_drawing();
    }

    [[nodiscard]] ScreenSize size() const override {
        ScreenSize size;
        glfwGetFramebufferSize(window_, &size.width, &size.height);
        return size;
    }
    void begin(double wait_seconds) override {
        if (wait_seconds > 0 && keys_.empty()) {
            glfwWaitEventsTimeout(wait_seconds);
        } else {
            glfwPollEvents();
        }
        for (const KeyEvent& event : keys_.take(ImGui::GetIO().WantTextInput)) {
            std::visit([this](const auto& one) { tell(one); }, event);
        }
        ImGui_ImplOpenGL3_NewFrame();
        ImGui_ImplGlfw_NewFrame();
    }
    [[nodiscard]] bool close_wanted() const override {
        return glfwWindowShouldClose(window_) != GLFW_FALSE;
    }
    [[nodiscard]] WindowPlace place() const override {
        WindowPlace place;
        glfwGetWindowSize(window_, &place.size.width, &place.size.height);
        int x = 0;
        int y = 0;
        glfwGetWindowPos(window_, &x, &y);
        place.x = x;
        place.y = y;
        place.maximised = glfwGetWindowAttrib(window_, GLFW_MAXIMIZED) != GLFW_FALSE;
        return place;
    }
    [[nodiscard]] float display_scale() const override {
        float x = 1;
        float y = 1;
        glfwGetWindowContentScale(window_, &x, &y);
        return std::clamp(std::max(x, y), 0.5F, 4.0F);
    }
    void set_title(const std::string& title) override {
        glfwSetWindowTitle(window_, title.c_str());
    }

protected:
    void show() override { glfwSwapBuffers(window_); }

private:
    std::optional<Failure> start_drawing() {
        glfwMakeContextCurrent(window_);
        glfwSwapInterval(1);
        if (auto failure = gl::load([](const char* name) { return glfwGetProcAddress(name); })) {
            return failure;
        }
        ImGui_ImplGlfw_InitForOpenGL(window_, true);
        glfwSetWindowUserPointer(window_, this);
        glfwSetKeyCallback(window_, on_key);
        glfwSetCharCallback(window_, on_character);
        if (!ImGui_ImplOpenGL3_Init("#version 330 core")) {
            ImGui_ImplGlfw_Shutdown();
            return Failure{std::string("OpenGL's library can't be loaded. ") + gl::kAdvice};
        }
        ready_ = true;
        return std::nullopt;
    }
    static void on_key(GLFWwindow* window, int key, int scan_code, int action, int modifiers) {
        if (action != GLFW_REPEAT) {  // ImGui repeats by itself.
            keys_of(window).push(KeyStroke{key, scan_code, action, modifiers});
        }
    }
    static void on_character(GLFWwindow* window, unsigned int code_point) {
        keys_of(window).push(TypedCharacter{code_point});
    }
    static KeyQueue& keys_of(GLFWwindow* window) {
        return static_cast<GlfwWindow*>(glfwGetWindowUserPointer(window))->keys_;
    }
    void tell(const KeyStroke& stroke) {
        ImGui_ImplGlfw_KeyCallback(window_, stroke.key, stroke.scan_code, stroke.action,
                                   stroke.modifiers);
    }
    void tell(const TypedCharacter& typed) {
        ImGui_ImplGlfw_CharCallback(window_, typed.code_point);
    }
    /// A window that was last on a monitor that is gone would not be seen.
    [[nodiscard]] static bool on_a_monitor(int x, int y) {
        int count = 0;
        GLFWmonitor** monitors = glfwGetMonitors(&count);
        return std::any_of(monitors, monitors + count, [&](GLFWmonitor* monitor) {
            int left = 0;
            int top = 0;
            int width = 0;
            int height = 0;
            glfwGetMonitorWorkarea(monitor, &left, &top, &width, &height);
            return x >= left - 8 && y >= top - 8 && x < left + width - 80 && y < top + height - 80;
        });
    }

    GLFWwindow* window_ = nullptr;
    bool started_ = false;
    bool ready_ = false;
    KeyQueue keys_;
};

}  // namespace

std::string window_place_text(const WindowPlace& place) {
    std::ostringstream text;
    text << place.size.width << ' ' << place.size.height << ' ' << place.x.value_or(0) << ' '
         << place.y.value_or(0) << ' ' << (place.maximised ? 1 : 0) << '\n';
    return std::move(text).str();
}

WindowPlace read_window_place(const std::string& text) {
    std::istringstream numbers(text);
    WindowPlace place;
    int x = 0;
    int y = 0;
    int maximised = 0;
    numbers >> place.size.width >> place.size.height >> x >> y >> maximised;
    const bool possible = place.size.width >= kLeastScreen.width &&
                          place.size.height >= kLeastScreen.height &&
                          place.size.width <= kMost.width && place.size.height <= kMost.height;
    if (numbers.fail() || !possible) {
        return {};
    }
    place.x = x;
    place.y = y;
    place.maximised = maximised != 0;
    return place;
}

bool has_display() {
    return is_set("DISPLAY") || is_set("WAYLAND_DISPLAY");
}

Outcome<std::unique_ptr<Window>> open_window(const std::string& title, const WindowPlace& place) {
    if (!has_display()) {
        return Failure{
            "No window can be opened: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is "
            "set)"};
    }
    auto window = std::make_unique<GlfwWindow>();
    if (auto failure = window->open(title, place)) {
        return *std::move(failure);
    }
    return std::unique_ptr<Window>(std::move(window));
}

}  // namespace brokerlab
