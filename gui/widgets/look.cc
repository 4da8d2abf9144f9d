#include "gui/widgets/look.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace brokerlab {

namespace {

constexpr ImU32 rgb(unsigned hex, unsigned alpha = 255) {
    return IM_COL32((hex >> 16U) & 255U, (hex >> 8U) & 255U, hex & 255U, alpha);
}

constexpr Theme kDarkTheme = {
    .name = ThemeName::kDark,
    .page = rgb(0x0D1117),
    .canvas = rgb(0x11161D),
    .card = rgb(0x1A212B),
    .raised = rgb(0x222B37),
    .hovered = rgb(0x2C3746),
    .line = rgb(0x2B3644),
    .grid = rgb(0x1C2430),
    .text = rgb(0xE6EDF3),
    .muted = rgb(0x9AA7B8),
    .shadow = rgb(0x000000, 140),
    .leader = rgb(0x58A6FF),
    .in_sync = rgb(0x4ADE80),
    .lagging = rgb(0xF2B84B),
    .offline = rgb(0xFF6B72),
    .client = rgb(0x2DD4BF),
    .replication = rgb(0xB392F0),
    .accent = rgb(0x58A6FF),
    .on_accent = rgb(0x0D1117),
};

constexpr Theme kLightTheme = {
    .name = ThemeName::kLight,
    .page = rgb(0xE9EDF2),
    .canvas = rgb(0xF5F7FA),
    .card = rgb(0xFFFFFF),
    .raised = rgb(0xEFF2F6),
    .hovered = rgb(0xE1E7EE),
    .line = rgb(0xCFD7E1),
    .grid = rgb(0xE2E7EE),
    .text = rgb(0x1A2330),
    .muted = rgb(0x536072),
    .shadow = rgb(0x1A2330, 46),
    .leader = rgb(0x0A59B8),
    .in_sync = rgb(0x126B33),
    .lagging = rgb(0x7F5000),
    .offline = rgb(0xB51D2B),
    .client = rgb(0x08655D),
    .replication = rgb(0x6639B5),
    .accent = rgb(0x0A59B8),
    .on_accent = rgb(0xFFFFFF),
};

struct Channels {
    std::array<float, 3> rgb;  ///< 0 to 1
    float alpha;
};

Channels channels(ImU32 colour) {
    const auto part = [colour](unsigned shift) {
        return static_cast<float>((colour >> shift) & 255U) / 255;
    };
    return {{part(IM_COL32_R_SHIFT), part(IM_COL32_G_SHIFT), part(IM_COL32_B_SHIFT)},
            part(IM_COL32_A_SHIFT)};
}

ImU32 packed(const Channels& from) {
    return ImGui::ColorConvertFloat4ToU32({from.rgb[0], from.rgb[1], from.rgb[2], from.alpha});
}

/// Relative luminance by WCAG 2.
float luminance(ImU32 colour) {
    const auto linear = [](float value) {
        return value <= 0.04045F ? value / 12.92F : std::pow((value + 0.055F) / 1.055F, 2.4F);
    };
    const Channels c = channels(colour);
    return 0.2126F * linear(c.rgb[0]) + 0.7152F * linear(c.rgb[1]) + 0.0722F * linear(c.rgb[2]);
}

}  // namespace

const Theme& theme(ThemeName name) {
    return name == ThemeName::kLight ? kLightTheme : kDarkTheme;
}

float contrast(ImU32 a, ImU32 b) {
    const float one = luminance(a);
    const float other = luminance(b);
    return (std::max(one, other) + 0.05F) / (std::min(one, other) + 0.05F);
}

ImU32 faded(ImU32 colour, float opacity) {
    Channels c = channels(colour);
    c.alpha *= std::clamp(opacity, 0.0F, 1.0F);
    return packed(c);
}

ImU32 blended(ImU32 below, ImU32 above) {
    Channels under = channels(below);
    const Channels over = channels(above);
    for (std::size_t i = 0; i < under.rgb.size(); ++i) {
        under.rgb[i] += (over.rgb[i] - under.rgb[i]) * over.alpha;
    }
    return packed(under);
}

}  // namespace brokerlab
