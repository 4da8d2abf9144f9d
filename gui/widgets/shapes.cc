#include "gui/widgets/shapes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "gui/widgets/vec.h"

namespace brokerlab {

namespace {

constexpr float kPillHeight = 20;
constexpr float kPillPadding = 9;
constexpr float kPillIconGap = 5;
constexpr float kTint = 0.16F;
constexpr float kKeyHeight = 18;
constexpr float kKeyPadding = 5;
constexpr float kKeyGap = 3;

/// How dark the blob is at a distance from its middle along one axis: a box of half its width,
/// blurred.
float blob_profile(float distance_from_middle) {
    constexpr float kHalfBox = kShadowBlob / 4.0F;
    constexpr float kBlur = kShadowBlob / 8.0F;
    return 0.5F * (1 + std::erf((kHalfBox - std::fabs(distance_from_middle)) / kBlur));
}

/// The first key of "Ctrl+K", and what is left.
std::string_view next_key(std::string_view& keys) {
    // A plus at the end is a key itself.
    const std::size_t plus = keys.size() > 1 ? keys.find('+', 1) : std::string_view::npos;
    const std::string_view key = keys.substr(0, plus);
    keys = plus == std::string_view::npos ? std::string_view() : keys.substr(plus + 1);
    return key;
}

float key_width(const Look& look, std::string_view key) {
    const float padded = text_width(look.fonts.small, key) + 2 * look.px(kKeyPadding);
    return std::ceil(std::max(padded, look.px(kKeyHeight)));
}

}  // namespace

void paint_shadow_blob(unsigned char* pixels, int row_bytes) {
    constexpr float kMiddle = (kShadowBlob - 1) / 2.0F;
    for (int y = 0; y < kShadowBlob; ++y) {
        for (int x = 0; x < kShadowBlob; ++x) {
            const float dark = blob_profile(static_cast<float>(x) - kMiddle) *
                               blob_profile(static_cast<float>(y) - kMiddle);
            pixels[y * row_bytes + x] = static_cast<unsigned char>(255 * dark);
        }
    }
}

void draw_shadow(const Look& look, ImDrawList& list, ImVec2 min, ImVec2 max, float spread,
                 float drop) {
    const ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
    if (look.shadow_rect < 0) {
        return;
    }
    // GetCustomRectByIndex() is not const, though it only reads.
    const ImFontAtlasCustomRect& blob = atlas.CustomRects[look.shadow_rect];
    const float out = look.px(spread);
    const ImVec2 a = min + ImVec2(-out, look.px(drop) - out);
    const ImVec2 b = max + ImVec2(out, look.px(drop) + out);
    // The corners of the blob stay corners; two of its pixels in the middle are stretched.
    const float corner = std::min({2 * out, (b.x - a.x) / 2, (b.y - a.y) / 2});
    const std::array<float, 4> xs = {a.x, a.x + corner, b.x - corner, b.x};
    const std::array<float, 4> ys = {a.y, a.y + corner, b.y - corner, b.y};
    constexpr std::array<float, 4> kCuts = {0, kShadowBlob / 2.0F - 1, kShadowBlob / 2.0F + 1,
                                            kShadowBlob};
    const auto uv = [&](std::size_t column, std::size_t row) {
        return ImVec2((static_cast<float>(blob.X) + kCuts[column]) * atlas.TexUvScale.x,
                      (static_cast<float>(blob.Y) + kCuts[row]) * atlas.TexUvScale.y);
    };
    list.PushTextureID(atlas.TexID);
    list.PrimReserve(9 * 6, 9 * 4);
    for (std::size_t row = 0; row < 3; ++row) {
        for (std::size_t column = 0; column < 3; ++column) {
            list.PrimRectUV({xs[column], ys[row]}, {xs[column + 1], ys[row + 1]}, uv(column, row),
                            uv(column + 1, row + 1), look.colours().shadow);
        }
    }
    list.PopTextureID();
}

void draw_card(const Look& look, ImDrawList& list, ImVec2 min, ImVec2 max, const CardStyle& style) {
    const Theme& theme = look.colours();
    if (style.shadow) {
        draw_shadow(look, list, min, max);
    }
    const float rounding = look.px(style.rounding);
    list.AddRectFilled(min, max, style.fill != 0 ? style.fill : theme.card, rounding);
    list.AddRect(min, max, style.border != 0 ? style.border : theme.line, rounding);
}

void draw_selection(const Look& look, ImDrawList& list, ImVec2 min, ImVec2 max, ImU32 colour,
                    float rounding) {
    const float out = look.px(3);
    list.AddRect(min - ImVec2(out, out), max + ImVec2(out, out), colour, look.px(rounding) + out, 0,
                 std::max(1.0F, look.px(1.6F)));
}

float pill_width(const Look& look, const char* icon, std::string_view text) {
    const ImFont* font = look.fonts.small_strong;
    float width = 2 * look.px(kPillPadding) + text_width(font, text);
    if (*icon != '\0') {
        width += text_width(font, icon) + (text.empty() ? 0 : look.px(kPillIconGap));
    }
    return std::ceil(width);
}

float draw_pill(const Look& look, ImDrawList& list, ImVec2 at, ImU32 colour, const char* icon,
                std::string_view text, Align align, PillStyle style) {
    const float width = pill_width(look, icon, text);
    const float half = std::floor(look.px(kPillHeight) / 2);
    float x = std::floor(align == Align::kLeft     ? at.x
                         : align == Align::kCentre ? at.x - width / 2
                                                   : at.x - width);
    const float y = std::floor(at.y);
    const ImVec2 min = {x, y - half};
    const ImVec2 max = {x + width, y + half};
    const bool solid = style == PillStyle::kSolid;
    list.AddRectFilled(min, max, solid ? colour : faded(colour, kTint), half);
    if (style == PillStyle::kOutlined) {
        list.AddRect(min, max, faded(colour, 0.45F), half);
    }
    const ImU32 ink = solid ? look.colours().on_accent : colour;
    x += look.px(kPillPadding);
    if (*icon != '\0') {
        x += draw_text(list, look.fonts.small_strong, ink, {x, y}, icon) + look.px(kPillIconGap);
    }
    draw_text(list, look.fonts.small_strong, ink, {x, y}, text);
    return width;
}

void draw_badge(const Look& look, ImDrawList& list, ImVec2 centre, float size, ImU32 colour,
                const char* icon, bool round) {
    const float half = std::floor(look.px(size) / 2);
    const ImVec2 middle = snapped(centre);
    list.AddRectFilled(middle - ImVec2(half, half), middle + ImVec2(half, half),
                       faded(colour, 0.14F), round ? half : look.px(size * 0.26F));
    const ImFont* font = size >= 34 ? look.fonts.title : look.fonts.text;
    draw_text(list, font, colour, middle, icon, Align::kCentre);
}

void draw_dashed_line(ImDrawList& list, ImVec2 from, ImVec2 to, ImU32 colour, float thickness,
                      float dash, float gap) {
    const float length = distance(from, to);
    const float step = std::max(dash + gap, 1.0F);
    if (length <= 0) {
        return;
    }
    for (float done = 0; done < length; done += step) {
        const float end = std::min(done + dash, length);
        list.AddLine(between(from, to, done / length), between(from, to, end / length), colour,
                     thickness);
    }
}

void draw_arrow_tip(ImDrawList& list, ImVec2 from, ImVec2 tip, ImU32 colour, float length) {
    const float far = distance(from, tip);
    if (far <= 0) {
        return;
    }
    const ImVec2 along = (tip - from) * (1 / far);
    const ImVec2 across = {-along.y, along.x};
    const ImVec2 back = tip - along * length;
    list.AddTriangleFilled(tip, back + across * (length / 2), back - across * (length / 2), colour);
}

void draw_diamond(ImDrawList& list, ImVec2 centre, float radius, ImU32 colour) {
    list.AddQuadFilled(centre - ImVec2(0, radius), centre + ImVec2(radius, 0),
                       centre + ImVec2(0, radius), centre - ImVec2(radius, 0), colour);
}

void draw_meter(const Look& look, ImDrawList& list, ImVec2 min, ImVec2 max, float share,
                ImU32 colour) {
    const float rounding = (max.y - min.y) / 2;
    list.AddRectFilled(min, max, faded(look.colours().muted, 0.18F), rounding);
    const float full = std::clamp(share, 0.0F, 1.0F) * (max.x - min.x);
    if (full > 0) {
        list.AddRectFilled(min, {min.x + std::max(full, 2 * rounding), max.y}, colour, rounding);
    }
}

void draw_dot_grid(const Look& look, ImDrawList& list, ImVec2 min, ImVec2 max, ImVec2 origin,
                   float step) {
    const float apart = std::max(step, look.px(8));
    const float size = std::max(1.0F, std::floor(look.px(1.4F)));
    const auto first = [apart](float edge, float begin) {
        return begin + std::ceil((edge - begin) / apart) * apart;
    };
    for (float y = first(min.y, origin.y); y < max.y; y += apart) {
        for (float x = first(min.x, origin.x); x < max.x; x += apart) {
            const ImVec2 at = snapped({x, y});
            list.AddRectFilled(at, at + ImVec2(size, size), look.colours().grid);
        }
    }
}

float key_hint_width(const Look& look, std::string_view keys) {
    float width = 0;
    while (!keys.empty()) {
        width += key_width(look, next_key(keys)) + (keys.empty() ? 0 : look.px(kKeyGap));
    }
    return width;
}

float draw_key_hint(const Look& look, ImDrawList& list, ImVec2 at, std::string_view keys,
                    Align align) {
    const float whole = key_hint_width(look, keys);
    float x = std::floor(align == Align::kLeft     ? at.x
                         : align == Align::kCentre ? at.x - whole / 2
                                                   : at.x - whole);
    const float half = std::floor(look.px(kKeyHeight) / 2);
    const float y = std::floor(at.y);
    while (!keys.empty()) {
        const std::string_view key = next_key(keys);
        const float width = key_width(look, key);
        const ImVec2 min = {x, y - half};
        const ImVec2 max = {x + width, y + half};
        list.AddRectFilled(min, max, look.colours().raised, look.px(4));
        list.AddRect(min, max, look.colours().line, look.px(4));
        draw_text(list, look.fonts.small, look.colours().muted, {x + width / 2, y}, key,
                  Align::kCentre);
        x += width + look.px(kKeyGap);
    }
    return whole;
}

float draw_legend(const Look& look, ImDrawList& list, ImVec2 at, ImU32 colour,
                  std::string_view text) {
    const float radius = look.px(4);
    list.AddCircleFilled({at.x + radius, at.y}, radius, colour);
    const float gap = look.px(8);
    return 2 * radius + gap +
           draw_text(list, look.fonts.small, look.colours().muted, {at.x + 2 * radius + gap, at.y},
                     text);
}

}  // namespace brokerlab
