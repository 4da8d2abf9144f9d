#include "gui/widgets/style.h"

#include <imgui.h>

namespace brokerlab {

namespace {

void set(ImGuiCol which, ImU32 colour) {
    ImGui::GetStyle().Colors[which] = ImGui::ColorConvertU32ToFloat4(colour);
}

void apply_colours(const Theme& theme) {
    const ImU32 none = IM_COL32_BLACK_TRANS;
    set(ImGuiCol_Text, theme.text);
    set(ImGuiCol_TextDisabled, theme.muted);
    set(ImGuiCol_WindowBg, theme.card);
    set(ImGuiCol_ChildBg, none);
    set(ImGuiCol_PopupBg, theme.card);
    set(ImGuiCol_Border, theme.line);
    set(ImGuiCol_BorderShadow, none);
    set(ImGuiCol_FrameBg, theme.raised);
    set(ImGuiCol_FrameBgHovered, theme.hovered);
    set(ImGuiCol_FrameBgActive, theme.hovered);
    set(ImGuiCol_TitleBg, theme.card);
    set(ImGuiCol_TitleBgActive, theme.card);
    set(ImGuiCol_TitleBgCollapsed, theme.card);
    set(ImGuiCol_MenuBarBg, theme.card);
    set(ImGuiCol_ScrollbarBg, none);
    set(ImGuiCol_ScrollbarGrab, faded(theme.muted, 0.28F));
    set(ImGuiCol_ScrollbarGrabHovered, faded(theme.muted, 0.5F));
    set(ImGuiCol_ScrollbarGrabActive, faded(theme.muted, 0.7F));
    set(ImGuiCol_CheckMark, theme.accent);
    set(ImGuiCol_SliderGrab, theme.accent);
    set(ImGuiCol_SliderGrabActive, theme.accent);
    set(ImGuiCol_Button, theme.raised);
    set(ImGuiCol_ButtonHovered, theme.hovered);
    set(ImGuiCol_ButtonActive, theme.hovered);
    set(ImGuiCol_Header, faded(theme.accent, 0.18F));
    set(ImGuiCol_HeaderHovered, theme.hovered);
    set(ImGuiCol_HeaderActive, theme.hovered);
    set(ImGuiCol_Separator, theme.line);
    set(ImGuiCol_SeparatorHovered, faded(theme.accent, 0.6F));
    set(ImGuiCol_SeparatorActive, theme.accent);
    set(ImGuiCol_ResizeGrip, none);
    set(ImGuiCol_ResizeGripHovered, faded(theme.accent, 0.6F));
    set(ImGuiCol_ResizeGripActive, theme.accent);
    set(ImGuiCol_Tab, none);
    set(ImGuiCol_TabHovered, theme.hovered);
    set(ImGuiCol_TabActive, theme.raised);
    set(ImGuiCol_TabUnfocused, none);
    set(ImGuiCol_TabUnfocusedActive, theme.raised);
    set(ImGuiCol_TableHeaderBg, theme.raised);
    set(ImGuiCol_TableBorderStrong, theme.line);
    set(ImGuiCol_TableBorderLight, theme.grid);
    set(ImGuiCol_TableRowBg, none);
    set(ImGuiCol_TableRowBgAlt, faded(theme.raised, 0.45F));
    set(ImGuiCol_TextSelectedBg, faded(theme.accent, 0.32F));
    set(ImGuiCol_DragDropTarget, theme.accent);
    set(ImGuiCol_NavHighlight, theme.accent);
    set(ImGuiCol_ModalWindowDimBg, faded(theme.page, 0.62F));
}

}  // namespace

void apply_style(const Look& look) {
    ImGuiStyle& style = ImGui::GetStyle();
    style = ImGuiStyle();
    const auto vec = [&](float x, float y) { return ImVec2(look.px(x), look.px(y)); };
    style.WindowPadding = vec(16, 16);
    style.WindowRounding = look.px(12);
    style.WindowBorderSize = 1;
    style.WindowMinSize = vec(32, 32);
    style.ChildRounding = look.px(8);
    style.ChildBorderSize = 0;
    style.PopupRounding = look.px(10);
    style.PopupBorderSize = 1;
    style.FramePadding = vec(10, 7);
    style.FrameRounding = look.px(7);
    style.FrameBorderSize = 0;
    style.ItemSpacing = vec(8, 8);
    style.ItemInnerSpacing = vec(8, 4);
    style.CellPadding = vec(8, 4);
    style.IndentSpacing = look.px(20);
    style.ScrollbarSize = look.px(12);
    style.ScrollbarRounding = look.px(6);
    style.GrabMinSize = look.px(12);
    style.GrabRounding = look.px(6);
    style.TabRounding = look.px(7);
    style.DisplaySafeAreaPadding = vec(4, 4);
    style.CurveTessellationTol = 1;
    style.CircleTessellationMaxError = 0.25F;
    apply_colours(look.colours());
}

}  // namespace brokerlab
