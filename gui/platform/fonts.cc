#include "gui/platform/fonts.h"

#include <imgui.h>
#include <imgui_freetype.h>
#include <stb_truetype.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>

#include "files/files.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/shapes.h"

namespace brokerlab {

namespace {

enum FontFile : std::size_t { kRegular, kSemiBold, kItalic, kMono, kIcons };

struct FontSource {
    const char* path;
    const char* package;
};
constexpr std::array<FontSource, 5> kSources = {{
    {"/usr/share/fonts/opentype/inter/Inter-Regular.otf", "fonts-inter"},
    {"/usr/share/fonts/opentype/inter/Inter-SemiBold.otf", "fonts-inter"},
    {"/usr/share/fonts/opentype/inter/Inter-Italic.otf", "fonts-inter"},
    {"/usr/share/fonts/truetype/jetbrains-mono/JetBrainsMono-Regular.ttf", "fonts-jetbrains-mono"},
    {"/usr/share/fonts/truetype/font-awesome/fontawesome-webfont.ttf", "fonts-font-awesome"},
}};

/// Where each font of the look comes from, and the size of its em square.
struct Face {
    ImFont* Fonts::*member;
    FontFile file;
    float em;
    bool icons;
};
constexpr std::array<Face, 9> kFaces = {{
    {&Fonts::text, kRegular, 14, true},
    {&Fonts::strong, kSemiBold, 14, true},
    {&Fonts::title, kSemiBold, 17, true},
    {&Fonts::heading, kSemiBold, 24, true},
    {&Fonts::italic, kItalic, 14, false},
    {&Fonts::small, kRegular, 12, true},
    {&Fonts::small_strong, kSemiBold, 12, true},
    {&Fonts::mono, kMono, 13, false},
    {&Fonts::mono_small, kMono, 11.5F, false},
}};

/// Latin, dashes and quotes, arrows, the signs of comparison, checks. Alive until Build().
constexpr ImWchar kTextRange[] = {0x20,   0x7E,   0xA0,   0xFF,   0x2010, 0x2015, 0x2018, 0x201E,
                                  0x2022, 0x2022, 0x2026, 0x2026, 0x2190, 0x2193, 0x21D2, 0x21D2,
                                  0x2212, 0x2212, 0x2248, 0x2248, 0x2260, 0x2260, 0x2264, 0x2265,
                                  0x25CB, 0x25CB, 0x25CF, 0x25CF, 0x2713, 0x2713, 0};

/// Icons have three bytes in UTF-8: all lie in U+F000 to U+F2E0.
ImWchar code_point(const char* glyph) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(glyph[i]); };
    return static_cast<ImWchar>(((byte(0) & 0x0FU) << 12U) | ((byte(1) & 0x3FU) << 6U) |
                                (byte(2) & 0x3FU));
}

/// Each icon as a range of one, as ImGui wants them. Alive until Build().
const ImWchar* icon_range() {
    static const std::vector<ImWchar> range = [] {
        std::vector<ImWchar> made;
        for (const char* icon : kAllIcons) {
            made.insert(made.end(), 2, code_point(icon));
        }
        made.push_back(0);
        return made;
    }();
    return range.data();
}

/// The bytes of all font files; one that can't be read, or is no font, is empty.
std::array<std::string, kSources.size()> read_sources() {
    std::array<std::string, kSources.size()> bytes;
    for (std::size_t i = 0; i < kSources.size(); ++i) {
        Outcome<std::string> file = read_file(kSources[i].path);
        if (file.ok()) {
            bytes[i] = *std::move(file);
        }
    }
    return bytes;
}

/// ImGui's size is that from the highest to the lowest of a font; designers mean the em square.
/// Nothing when the bytes are no font.
std::optional<float> size_of_em(const std::string& bytes) {
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    stbtt_fontinfo font = {};
    if (bytes.size() < 64 ||
        stbtt_InitFont(&font, data, stbtt_GetFontOffsetForIndex(data, 0)) == 0) {
        return std::nullopt;
    }
    return stbtt_ScaleForMappingEmToPixels(&font, 1) / stbtt_ScaleForPixelHeight(&font, 1);
}

ImFontConfig font_config() {
    ImFontConfig config;
    config.FontDataOwnedByAtlas = false;
    config.OversampleH = 1;
    config.OversampleV = 1;
    config.FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
    return config;
}

ImFont* add_bytes(const std::string& bytes, float size, const ImFontConfig& config,
                  const ImWchar* range) {
    // The atlas reads them only, though it takes a plain pointer.
    void* data = const_cast<char*>(bytes.data());
    return ImGui::GetIO().Fonts->AddFontFromMemoryTTF(data, static_cast<int>(bytes.size()), size,
                                                      &config, range);
}

ImFont* add_own_font(float em, float scale) {
    ImFontConfig config;
    config.SizePixels = std::floor(em * scale);
    return ImGui::GetIO().Fonts->AddFontDefault(&config);
}

void merge_icons(const std::string& bytes, float em) {
    ImFontConfig config = font_config();
    config.MergeMode = true;
    config.PixelSnapH = true;
    config.GlyphMinAdvanceX = std::round(em * 1.28F);
    config.GlyphOffset = {0, std::round(em * 0.07F)};
    add_bytes(bytes, em, config, icon_range());
}

/// What a font does not have looks like the nearest that it has, not like a question mark.
void replace_missing(ImFont* font) {
    const auto replace = [font](ImWchar wanted, ImWchar by) {
        if (font->FindGlyphNoFallback(wanted) == nullptr) {
            font->AddRemapChar(wanted, by);
        }
    };
    for (const char* icon : kAllIcons) {
        replace(code_point(icon), ' ');
    }
    replace(0x2026, '.');
    replace(0x2013, '-');
    replace(0x2014, '-');
    replace(0x2212, '-');
    replace(0x2018, '\'');
    replace(0x2019, '\'');
    replace(0x201C, '"');
    replace(0x201D, '"');
    replace(0x2022, '*');
    replace(0x25CB, 'o');
    replace(0x2192, '>');
    replace(0x2190, '<');
}

void finish_atlas(Look& look) {
    ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
    look.shadow_rect = atlas.AddCustomRectRegular(kShadowBlob, kShadowBlob);
    unsigned char* pixels = nullptr;
    int width = 0;
    int height = 0;
    atlas.GetTexDataAsAlpha8(&pixels, &width, &height);
    if (const ImFontAtlasCustomRect* rect = atlas.GetCustomRectByIndex(look.shadow_rect)) {
        paint_shadow_blob(pixels + rect->Y * width + rect->X, width);
    }
    for (const Face& face : kFaces) {
        replace_missing(look.fonts.*face.member);
    }
    ImGui::GetIO().FontDefault = look.fonts.text;
}

/// The bytes of the files end with load_fonts(); the atlas is made anew from the files each time.
/// (ClearInputData() would forget the place of the shadow's blob too.)
void forget_sources(ImFontAtlas& atlas) {
    for (ImFontConfig& config : atlas.ConfigData) {
        if (!config.FontDataOwnedByAtlas) {
            config.FontData = nullptr;
        }
    }
}

}  // namespace

std::string FontReport::sentence() const {
    if (missing_packages.empty()) {
        return {};
    }
    std::string names;
    for (const std::string& package : missing_packages) {
        names += (names.empty() ? "" : " ") + package;
    }
    return "Fonts are missing, so the app looks plainer than it should. On Debian: apt-get "
           "install " +
           names;
}

FontReport load_fonts(Look& look, float scale) {
    ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
    atlas.Clear();
    atlas.FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
    look.scale = scale;
    const auto sources = read_sources();
    std::array<std::optional<float>, kSources.size()> em_sizes;
    FontReport report;
    for (std::size_t i = 0; i < kSources.size(); ++i) {
        em_sizes[i] = size_of_em(sources[i]);
        auto& missing = report.missing_packages;
        if (!em_sizes[i] &&
            std::find(missing.begin(), missing.end(), kSources[i].package) == missing.end()) {
            missing.emplace_back(kSources[i].package);
        }
    }
    for (const Face& face : kFaces) {
        const float em = face.em * scale;
        const std::optional<float> em_size = em_sizes[face.file];
        look.fonts.*face.member =
            em_size ? add_bytes(sources[face.file], em * *em_size, font_config(), kTextRange)
                    : add_own_font(face.em, scale);
        if (face.icons && em_sizes[kIcons]) {
            merge_icons(sources[kIcons], em);
        }
    }
    finish_atlas(look);
    forget_sources(atlas);
    return report;
}

void load_default_fonts(Look& look, float scale) {
    ImGui::GetIO().Fonts->Clear();
    look.scale = scale;
    for (const Face& face : kFaces) {
        look.fonts.*face.member = add_own_font(face.em, scale);
    }
    finish_atlas(look);
}

}  // namespace brokerlab
