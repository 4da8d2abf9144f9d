#include "gui/widgets/buttons.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "gui/widgets/vec.h"

namespace brokerlab {

namespace {

constexpr float kPadding = 14;
constexpr float kIconGap = 8;
constexpr float kRounding = 7;
constexpr float kDisabledOpacity = 0.45F;

/// How an item stands this frame.
struct Pressing {
    bool pressed = false;
    bool hovered = false;
    bool held = false;
    ImVec2 min;
    ImVec2 max;
};

/// The item of a button at the cursor; drawing is up to the caller.
Pressing press(const char* label, ImVec2 size, bool enabled) {
    Pressing state;
    ImGui::BeginDisabled(!enabled);
    state.pressed = ImGui::InvisibleButton(label, size);
    ImGui::EndDisabled();
    state.hovered = enabled && ImGui::IsItemHovered();
    state.held = enabled && ImGui::IsItemActive();
    state.min = ImGui::GetItemRectMin();
    state.max = ImGui::GetItemRectMax();
    if (state.hovered) {
        ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    }
    return state;
}

/// The ring around what the keyboard has chosen comes from ImGui itself, for every item.
ImU32 dimmed(ImU32 colour, bool enabled) {
    return enabled ? colour : faded(colour, kDisabledOpacity);
}

void explain(const Look& look, std::string_view text, std::string_view keys, bool enabled,
             std::string_view why_not) {
    if (!enabled && !why_not.empty()) {
        tooltip(look, why_not);
    } else if (!text.empty() || !keys.empty()) {
        tooltip(look, text, keys);
    }
}

struct Paint {
    ImU32 fill = 0;  ///< transparent: nothing
    ImU32 border = 0;
    ImU32 ink = 0;
};

Paint paint_of(const Look& look, ButtonKind kind, const Pressing& state) {
    const Theme& theme = look.colours();
    switch (kind) {
        case ButtonKind::kPrimary:
            return {state.held      ? blended(theme.accent, faded(theme.page, 0.16F))
                    : state.hovered ? blended(theme.accent, faded(theme.text, 0.14F))
                                    : theme.accent,
                    0, theme.on_accent};
        case ButtonKind::kCalm:
            return {state.hovered ? theme.hovered : theme.raised, theme.line, theme.text};
        case ButtonKind::kQuiet:
            return {state.hovered ? theme.hovered : 0U, 0,
                    state.hovered ? theme.text : theme.muted};
    }
    return {};
}

void draw_field(ImDrawList& list, const Pressing& state, const Paint& paint, float rounding,
                bool enabled) {
    if (paint.fill != 0) {
        list.AddRectFilled(state.min, state.max, dimmed(paint.fill, enabled), rounding);
    }
    if (paint.border != 0) {
        list.AddRect(state.min, state.max, dimmed(paint.border, enabled), rounding);
    }
}

}  // namespace

float button_width(const Look& look, const char* label, const char* icon) {
    const std::string_view text = visible_label(label);
    float width = 2 * look.px(kPadding) + text_width(look.fonts.strong, text);
    if (*icon != '\0') {
        width += text_width(look.fonts.strong, icon) + (text.empty() ? 0 : look.px(kIconGap));
    }
    return std::ceil(width);
}

bool button(const Look& look, const char* label, const ButtonOptions& options) {
    const std::string_view text = visible_label(label);
    const float wanted = button_width(look, label, options.icon);
    const float width = options.width > 0 ? look.px(options.width) : wanted;
    const Pressing state = press(label, {width, look.px(options.height)}, options.enabled);
    const Paint paint = paint_of(look, options.kind, state);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw_field(list, state, paint, look.px(kRounding), options.enabled);
    const ImU32 ink = dimmed(paint.ink, options.enabled);
    const float y = (state.min.y + state.max.y) / 2;
    float x = state.min.x + look.px(kPadding) + std::max(0.0F, (width - wanted) / 2);
    if (*options.icon != '\0') {
        x += draw_text(list, look.fonts.strong, ink, {x, y}, options.icon) + look.px(kIconGap);
    }
    const bool cut =
        draw_text_fitted(list, look.fonts.strong, ink, {x, y}, state.max.x - look.px(6) - x, text);
    explain(look, options.tooltip.empty() && cut ? text : options.tooltip, options.keys,
            options.enabled, options.why_not);
    return state.pressed;
}

bool primary_button(const Look& look, const char* label, const char* icon) {
    return button(look, label, {.kind = ButtonKind::kPrimary, .icon = icon});
}

bool icon_button(const Look& look, const char* label, const char* icon,
                 const IconButtonOptions& options) {
    const float size = look.px(options.size);
    const Pressing state = press(label, {size, size}, options.enabled);
    const Theme& theme = look.colours();
    Paint paint =
        paint_of(look, options.primary ? ButtonKind::kPrimary : ButtonKind::kQuiet, state);
    if (options.round && !options.primary) {
        paint.fill = state.hovered ? theme.hovered : theme.raised;
        paint.ink = theme.text;
    }
    if (options.active && !options.primary) {
        paint.fill = faded(theme.accent, 0.2F);
        paint.ink = theme.accent;
    }
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw_field(list, state, paint, options.round ? size / 2 : look.px(kRounding), options.enabled);
    const ImFont* font = options.size >= 40 ? look.fonts.title : look.fonts.text;
    draw_text(list, font, dimmed(paint.ink, options.enabled), between(state.min, state.max, 0.5F),
              icon, Align::kCentre);
    explain(look, options.tooltip.empty() ? visible_label(label) : options.tooltip, options.keys,
            options.enabled, options.why_not);
    return state.pressed;
}

bool link_button(const Look& look, const char* label, ImFont* font) {
    const ImFont* with = font != nullptr ? font : look.fonts.text;
    const std::string_view text = visible_label(label);
    const Pressing state = press(label, text_size(with, text), true);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImU32 colour = look.colours().accent;
    draw_text(list, with, colour, {state.min.x, (state.min.y + state.max.y) / 2}, text);
    if (state.hovered) {
        list.AddLine({state.min.x, state.max.y}, state.max, colour);
    }
    return state.pressed;
}

bool chip_button(const Look& look, const char* label, const char* icon, ImU32 colour, bool active) {
    const std::string_view text = visible_label(label);
    const float height = look.px(24);
    const Pressing state = press(label, {pill_width(look, icon, text) + look.px(4), height}, true);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(state.min, state.max,
                       faded(colour, active          ? 0.26F
                                     : state.hovered ? 0.2F
                                                     : 0.1F),
                       height / 2);
    list.AddRect(state.min, state.max,
                 faded(colour, active          ? 0.9F
                               : state.hovered ? 0.6F
                                               : 0.35F),
                 height / 2);
    const float y = (state.min.y + state.max.y) / 2;
    float x = state.min.x + look.px(11);
    if (*icon != '\0') {
        x += draw_text(list, look.fonts.small_strong, colour, {x, y}, icon) + look.px(5);
    }
    draw_text(list, look.fonts.small_strong, colour, {x, y}, text);
    return state.pressed;
}

std::optional<std::size_t> segmented(const Look& look, const char* id,
                                     std::span<const char* const> choices, std::size_t chosen) {
    std::optional<std::size_t> pressed;
    const float height = look.px(28);
    const float inset = look.px(2);
    float whole = 0;
    for (const char* choice : choices) {
        whole += std::ceil(text_width(look.fonts.small_strong, choice) + look.px(18));
    }
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    list.AddRectFilled(corner, corner + ImVec2(whole, height), look.colours().page, look.px(8));
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (i > 0) {
            ImGui::SameLine(0, 0);
        }
        const float width =
            std::ceil(text_width(look.fonts.small_strong, choices[i]) + look.px(18));
        const std::string label = std::string(choices[i]) + "##" + id;
        const Pressing state = press(label.c_str(), {width, height}, true);
        const bool is_chosen = i == chosen;
        if (is_chosen || state.hovered) {
            list.AddRectFilled(state.min + ImVec2(inset, inset), state.max - ImVec2(inset, inset),
                               is_chosen ? look.colours().hovered : look.colours().raised,
                               look.px(6));
        }
        draw_text(list, is_chosen ? look.fonts.small_strong : look.fonts.small,
                  is_chosen || state.hovered ? look.colours().text : look.colours().muted,
                  between(state.min, state.max, 0.5F), choices[i], Align::kCentre);
        if (state.pressed) {
            pressed = i;
        }
    }
    return pressed;
}

bool toggle(const Look& look, const char* label, bool& on) {
    const std::string_view text = visible_label(label);
    const float height = look.px(24);
    const float track = look.px(32);
    const float gap = look.px(8);
    const float width = track + (text.empty() ? 0 : gap + text_width(look.fonts.text, text));
    const Pressing state = press(label, {std::ceil(width), height}, true);
    const Theme& theme = look.colours();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float y = std::floor((state.min.y + state.max.y) / 2);
    const float half = std::floor(look.px(9));
    const ImU32 fill = on ? theme.accent : state.hovered ? theme.hovered : theme.raised;
    list.AddRectFilled({state.min.x, y - half}, {state.min.x + track, y + half}, fill, half);
    if (!on) {
        list.AddRect({state.min.x, y - half}, {state.min.x + track, y + half}, theme.muted, half);
    }
    const float knob = on ? state.min.x + track - half : state.min.x + half;
    list.AddCircleFilled({knob, y}, half - look.px(3), on ? theme.on_accent : theme.muted);
    draw_text(list, look.fonts.text, theme.text, {state.min.x + track + gap, y}, text);
    if (state.pressed) {
        on = !on;
    }
    return state.pressed;
}

bool row_button(const Look& look, const char* label, const RowButtonOptions& options) {
    const Theme& theme = look.colours();
    const bool two_lines = !options.detail.empty();
    const float height = look.px(two_lines ? 48 : 34);
    const Pressing state =
        press(label, {std::max(1.0F, ImGui::GetContentRegionAvail().x), height}, options.enabled);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (options.selected || state.hovered) {
        list.AddRectFilled(state.min, state.max,
                           options.selected ? faded(theme.accent, 0.16F) : theme.hovered,
                           look.px(kRounding));
    }
    float x = state.min.x + look.px(10);
    const float middle = (state.min.y + state.max.y) / 2;
    if (*options.icon != '\0') {
        const ImU32 ink = options.icon_colour != 0 ? options.icon_colour : theme.muted;
        draw_text(list, look.fonts.text, dimmed(ink, options.enabled), {x + look.px(9), middle},
                  options.icon, Align::kCentre);
        x += look.px(28);
    }
    float right = state.max.x - look.px(10);
    if (!options.keys.empty()) {
        right -= draw_key_hint(look, list, {right, middle}, options.keys, Align::kRight);
        right -= look.px(8);
    }
    const float first = two_lines ? state.min.y + look.px(16) : middle;
    draw_text_fitted(list, two_lines ? look.fonts.strong : look.fonts.text,
                     dimmed(theme.text, options.enabled), {x, first}, right - x,
                     visible_label(label));
    if (two_lines) {
        draw_text_fitted(list, look.fonts.small, dimmed(theme.muted, options.enabled),
                         {x, state.min.y + look.px(34)}, right - x, options.detail);
    }
    explain(look, {}, {}, options.enabled, options.why_not);
    return state.pressed;
}

}  // namespace brokerlab
