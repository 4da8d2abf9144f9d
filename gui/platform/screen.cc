#include "gui/platform/screen.h"

#include <imgui_impl_opengl3.h>

#include "gui/platform/gl.h"
#include "gui/platform/screenshot.h"

namespace brokerlab {

void Screen::draw() {
    const ImVec4 colour = ImGui::ColorConvertU32ToFloat4(page_);
    gl::Viewport(0, 0, last_size_.width, last_size_.height);
    gl::ClearColor(colour.x, colour.y, colour.z, 1);
    gl::Clear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(&last_);
}

void Screen::end(ImU32 page) {
    last_ = *ImGui::GetDrawData();
    page_ = page;
    last_size_ = size();
    draw();
    show();
}

std::optional<Failure> Screen::save_last_frame(const std::string& path) {
    if (!last_.Valid) {
        return Failure{path + " can't be written: nothing has been drawn yet"};
    }
    // What a window holds after it was shown is not defined, so the picture is drawn for the file.
    draw();
    return save_picture(path, last_size_);
}

void Screen::fonts_changed() {
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
    last_.Clear();
}

}  // namespace brokerlab
