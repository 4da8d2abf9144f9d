// UiContext: ImGui's context for as long as this lives, with nothing of it on the disk.
#pragma once

#include <imgui.h>

namespace brokerlab {

class UiContext {
public:
    UiContext() {
        IMGUI_CHECKVERSION();
        ImGui::CreateContext();
        ImGuiIO& io = ImGui::GetIO();
        // Where windows are is the app's own affair, see preferences.
        io.IniFilename = nullptr;
        io.LogFilename = nullptr;
        io.ConfigWindowsMoveFromTitleBarOnly = true;
    }
    ~UiContext() { ImGui::DestroyContext(); }
    UiContext(const UiContext&) = delete;
    UiContext& operator=(const UiContext&) = delete;
};

}  // namespace brokerlab
