#include "gui/widgets/fields.h"

#include <imgui_internal.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <cmath>

#include "gui/widgets/icons.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "gui/widgets/vec.h"

namespace brokerlab {

namespace {

constexpr float kFieldHeight = 32;

/// A bordered input with a hint; what stands before its text is drawn by the caller.
bool input(const Look& look, const char* label, std::string_view hint, std::string& text,
           float width, float text_left, ImFont* font, ImGuiInputTextFlags flags) {
    const Theme& theme = look.colours();
    ImGui::PushFont(font);
    const float above = std::floor((look.px(kFieldHeight) - font->FontSize) / 2);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {text_left, above});
    ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, 1);
    ImGui::PushStyleColor(ImGuiCol_FrameBg, theme.canvas);
    ImGui::PushStyleColor(ImGuiCol_TextDisabled, theme.muted);
    ImGui::SetNextItemWidth(width);
    const bool changed = ImGui::InputTextWithHint(label, std::string(hint).c_str(), &text, flags);
    ImGui::PopStyleColor(2);
    ImGui::PopStyleVar(2);
    ImGui::PopFont();
    if (ImGui::IsItemActive()) {
        ImGui::GetWindowDrawList()->AddRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(),
                                            theme.accent, ImGui::GetStyle().FrameRounding);
    }
    return changed;
}

float field_width(const Look& look, float width) {
    return width > 0 ? look.px(width) : std::max(look.px(40), ImGui::GetContentRegionAvail().x);
}

/// ImGui draws what follows "##" nowhere, but an input's label stands at its right.
std::string hidden(const char* label) {
    return std::string("##") + label;
}

}  // namespace

void section_title(const Look& look, std::string_view text, std::string_view right) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    const float height = look.px(20);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float y = at.y + height / 2;
    const float taken = right.empty() ? 0
                                      : draw_text(list, look.fonts.small, look.colours().muted,
                                                  {at.x + width, y}, right, Align::kRight) +
                                            look.px(8);
    draw_text_fitted(list, look.fonts.small_strong, look.colours().muted, {at.x, y}, width - taken,
                     text);
    ImGui::Dummy({width, height});
}

void name_value_row(const Look& look, std::string_view name, std::string_view value,
                    const NameValueOptions& options) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    const float height = look.px(24);
    const float y = at.y + height / 2;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImU32 colour = options.colour != 0 ? options.colour : look.colours().text;
    const ImFont* font = options.mono     ? look.fonts.mono
                         : options.strong ? look.fonts.strong
                                          : look.fonts.text;
    const bool has_icon = *options.icon != '\0';
    const float icon_room = has_icon ? text_width(look.fonts.small, options.icon) + look.px(6) : 0;
    // The value matters more, but a name of which nothing is left would not name it.
    const float value_room = std::max(0.0F, width * 0.72F - icon_room);
    const float value_width = std::min(text_width(font, value), value_room);
    const bool value_cut =
        draw_text_fitted(list, font, colour, {at.x + width, y}, value_room, value, Align::kRight);
    if (has_icon) {
        draw_text(list, look.fonts.small, colour, {at.x + width - value_width - look.px(6), y},
                  options.icon, Align::kRight);
    }
    const bool name_cut = draw_text_fitted(list, look.fonts.text, look.colours().muted, {at.x, y},
                                           width - value_width - icon_room - look.px(10), name);
    // Rows stand closer together than other items.
    ImGui::Dummy({width, height - ImGui::GetStyle().ItemSpacing.y});
    if ((value_cut || name_cut) && ImGui::IsItemHovered()) {
        hover_card(look, name, value);
    }
}

bool search_field(const Look& look, const char* label, std::string_view hint, std::string& text,
                  float width) {
    const float whole = field_width(look, width);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = look.px(kFieldHeight);
    bool changed =
        input(look, hidden(label).c_str(), hint, text, whole, look.px(32), look.fonts.text, 0);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw_text(list, look.fonts.text, look.colours().muted, at + ImVec2(look.px(16), height / 2),
              kIconSearch, Align::kCentre);
    if (!text.empty()) {
        const ImVec2 after = ImGui::GetCursorPos();
        ImGui::SetItemAllowOverlap();
        ImGui::SetCursorScreenPos(at + ImVec2(whole - height, 0));
        const std::string clear = std::string("Clear##") + label;
        if (ImGui::InvisibleButton(clear.c_str(), {height, height})) {
            text.clear();
            changed = true;
        }
        draw_text(list, look.fonts.text,
                  ImGui::IsItemHovered() ? look.colours().text : look.colours().muted,
                  at + ImVec2(whole - height / 2, height / 2), kIconClose, Align::kCentre);
        ImGui::SetCursorPos(after);
    }
    return changed;
}

bool entry_field(const Look& look, const char* label, std::string_view hint, std::string& text,
                 float width, bool mono) {
    return input(look, hidden(label).c_str(), hint, text, field_width(look, width), look.px(10),
                 mono ? look.fonts.mono : look.fonts.text, ImGuiInputTextFlags_EnterReturnsTrue);
}

bool splitter(const Look& look, const char* label, bool vertical_line, ImVec2 min, ImVec2 max,
              float& length, float sign, float least, float most) {
    const ImVec2 before = ImGui::GetCursorScreenPos();
    ImGui::SetCursorScreenPos(min);
    ImGui::InvisibleButton(label, {std::max(1.0F, max.x - min.x), std::max(1.0F, max.y - min.y)});
    const bool held = ImGui::IsItemActive();
    if (held || ImGui::IsItemHovered()) {
        ImGui::SetMouseCursor(vertical_line ? ImGuiMouseCursor_ResizeEW
                                            : ImGuiMouseCursor_ResizeNS);
        const ImVec2 middle = snapped(between(min, max, 0.5F));
        const ImU32 colour = held ? look.colours().accent : faded(look.colours().accent, 0.6F);
        const float half = std::max(1.0F, look.px(1));
        ImDrawList& list = *ImGui::GetWindowDrawList();
        if (vertical_line) {
            list.AddRectFilled({middle.x - half, min.y}, {middle.x + half, max.y}, colour, half);
        } else {
            list.AddRectFilled({min.x, middle.y - half}, {max.x, middle.y + half}, colour, half);
        }
    }
    if (held) {
        const ImVec2 moved = ImGui::GetIO().MouseDelta;
        length += sign * (vertical_line ? moved.x : moved.y) / look.scale;
        length = std::clamp(length, least, std::max(least, most));
    }
    ImGui::SetCursorScreenPos(before);
    return held;
}

void empty_state(const Look& look, const char* icon, std::string_view title,
                 std::string_view hint) {
    const float width = ImGui::GetContentRegionAvail().x;
    const float text_room = std::min(width, look.px(300));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float centre = at.x + width / 2;
    float y = at.y + look.px(30);
    draw_text(list, look.fonts.heading, faded(look.colours().muted, 0.6F), {centre, y}, icon,
              Align::kCentre);
    y += look.px(32);
    draw_text_fitted(list, look.fonts.strong, look.colours().text, {centre, y}, width, title,
                     Align::kCentre);
    y += look.px(16);
    const ImFont* font = look.fonts.small;
    const float line = std::floor(font->FontSize * 1.35F);
    while (!hint.empty()) {
        const char* end = hint.data() + hint.size();
        const char* cut = font->CalcWordWrapPositionA(1, hint.data(), end, text_room);
        const auto length = std::max<std::size_t>(1, static_cast<std::size_t>(cut - hint.data()));
        y += line;
        draw_text(list, font, look.colours().muted, {centre, y - line / 2}, hint.substr(0, length),
                  Align::kCentre);
        hint.remove_prefix(std::min(hint.size(), length));
        hint.remove_prefix(std::min(hint.find_first_not_of(' '), hint.size()));
    }
    ImGui::Dummy({width, y - at.y + look.px(16)});
}

void separator_line(const Look& look) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    const float y = std::floor(at.y + look.px(4));
    ImGui::GetWindowDrawList()->AddLine({at.x, y}, {at.x + width, y}, look.colours().line);
    ImGui::Dummy({width, look.px(8)});
}

void spacer(const Look& look, float height) {
    ImGui::Dummy({1, look.px(height)});
}

}  // namespace brokerlab
