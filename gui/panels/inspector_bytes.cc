// The inspector's bytes: offset, hex and text of a batch, and its fields by name. The field under
// the mouse shows its bytes, and a byte its field.
#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "gui/panels/inspector_parts.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "gui/widgets/vec.h"

namespace brokerlab {
namespace {

constexpr float kHexLine = 17;
constexpr float kFieldLine = 22;

/// The field under the mouse, by its index; of the last frame, as the bytes are drawn before it is
/// known.
std::optional<std::size_t>& pointed_field() {
    static std::optional<std::size_t> field;
    return field;
}

/// Where the columns of the dump stand, in characters of the mono font.
struct Dump {
    const BytesSection& section;
    ImVec2 at;
    float character = 1;
    float line = 1;
    std::size_t per_line = 8;

    [[nodiscard]] std::size_t lines() const {
        return (section.bytes.size() + per_line - 1) / per_line;
    }
    [[nodiscard]] float hex_x(std::size_t column) const {
        return at.x + character * static_cast<float>(6 + 3 * column);
    }
    [[nodiscard]] float text_x(std::size_t column) const {
        return at.x + character * static_cast<float>(7 + 3 * per_line + column);
    }
    [[nodiscard]] float y(std::size_t row) const { return at.y + line * static_cast<float>(row); }
    /// The byte whose hex or text is there.
    [[nodiscard]] std::optional<std::size_t> byte_at(ImVec2 mouse) const {
        const float row = (mouse.y - at.y) / line;
        const float in_hex = (mouse.x - hex_x(0)) / (3 * character);
        const float in_text = (mouse.x - text_x(0)) / character;
        const float column =
            in_hex >= 0 && in_hex < static_cast<float>(per_line) ? in_hex : in_text;
        if (row < 0 || column < 0 || column >= static_cast<float>(per_line)) {
            return std::nullopt;
        }
        const std::size_t byte =
            static_cast<std::size_t>(row) * per_line + static_cast<std::size_t>(column);
        return byte < section.bytes.size() ? std::optional(byte) : std::nullopt;
    }
};

std::optional<std::size_t> field_of(const BytesSection& section, std::size_t byte) {
    for (std::size_t i = 0; i < section.fields.size(); ++i) {
        const BytesSection::Field& field = section.fields[i];
        if (field.offset <= byte && byte < field.offset + field.size) {
            return i;
        }
    }
    return std::nullopt;
}

/// The bytes of a field on a line, as a box behind hex and text.
void mark_bytes(const Inspector& inspector, const Dump& dump, const BytesSection::Field& field,
                std::size_t row) {
    const std::size_t first = std::max(field.offset, row * dump.per_line);
    const std::size_t last = std::min(field.offset + field.size, (row + 1) * dump.per_line);
    if (first >= last) {
        return;
    }
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImU32 colour = faded(inspector.colours().accent, 0.32F);
    const std::size_t from = first % dump.per_line;
    const std::size_t to = (last - 1) % dump.per_line;
    const float pad = dump.character * 0.3F;
    const float top = dump.y(row);
    list.AddRectFilled({dump.hex_x(from) - pad, top},
                       {dump.hex_x(to) + 2 * dump.character + pad, top + dump.line}, colour,
                       inspector.look.px(3));
    list.AddRectFilled({dump.text_x(from), top},
                       {dump.text_x(to) + dump.character, top + dump.line}, colour,
                       inspector.look.px(3));
}

void draw_dump_line(const Inspector& inspector, const Dump& dump, std::size_t row) {
    const Theme& colours = inspector.colours();
    const ImFont* font = inspector.look.fonts.mono_small;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const std::size_t from = row * dump.per_line;
    const std::size_t to = std::min(from + dump.per_line, dump.section.bytes.size());
    std::string hex;
    std::string text;
    for (std::size_t i = from; i < to; ++i) {
        const uint8_t byte = dump.section.bytes[i];
        hex += fmt::format("{:02x} ", byte);
        text += byte >= 0x20 && byte < 0x7f ? static_cast<char>(byte) : '.';
    }
    const float middle = dump.y(row) + dump.line / 2;
    draw_text(list, font, colours.muted, {dump.at.x, middle}, fmt::format("{:04x}", from));
    draw_text(list, font, colours.text, {dump.hex_x(0), middle}, hex);
    draw_text(list, font, colours.client, {dump.text_x(0), middle}, text);
}

/// Returns the field under the mouse.
std::optional<std::size_t> draw_dump(const Inspector& inspector, const BytesSection& section) {
    const Look& look = inspector.look;
    const float width = ImGui::GetContentRegionAvail().x;
    Dump dump{section, ImGui::GetCursorScreenPos(), text_width(look.fonts.mono_small, "0"),
              std::floor(look.px(kHexLine)), 8};
    // A line of 16 takes 71 characters.
    dump.per_line = width >= dump.character * 72 ? 16 : width >= dump.character * 39 ? 8 : 4;
    const float height = dump.line * static_cast<float>(dump.lines());
    ImGui::InvisibleButton("Bytes##dump", {std::max(1.0F, width), std::max(1.0F, height)});
    std::optional<std::size_t> under;
    if (ImGui::IsItemHovered()) {
        if (const std::optional<std::size_t> byte = dump.byte_at(ImGui::GetMousePos())) {
            under = field_of(section, *byte);
        }
    }
    const std::optional<std::size_t> marked = under ? under : pointed_field();
    for (std::size_t row = 0; row < dump.lines(); ++row) {
        if (!ImGui::IsRectVisible({dump.at.x, dump.y(row)},
                                  {dump.at.x + width, dump.y(row) + dump.line})) {
            continue;
        }
        if (marked && *marked < section.fields.size()) {
            mark_bytes(inspector, dump, section.fields[*marked], row);
        }
        draw_dump_line(inspector, dump, row);
    }
    if (under) {
        const BytesSection::Field& field = section.fields[*under];
        if (const HoverCard card(look, true); card) {
            text_line(look.fonts.strong, inspector.colours().text, field.name);
            text_line(look.fonts.mono_small, inspector.colours().text, field.value);
            text_line(look.fonts.small, inspector.colours().muted,
                      fmt::format("bytes {} to {}", field.offset, field.offset + field.size - 1));
        }
    }
    return under;
}

/// Whether the mouse is on it.
bool draw_field(const Inspector& inspector, const BytesSection::Field& field, std::size_t index,
                bool marked) {
    const Look& look = inspector.look;
    const Theme& colours = inspector.colours();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    const float height = look.px(kFieldLine);
    ImGui::InvisibleButton(fmt::format("{}##field-{}", field.name, index).c_str(),
                           {std::max(1.0F, width), height});
    const bool hovered = ImGui::IsItemHovered();
    ImGui::SetCursorScreenPos({at.x, at.y + height});
    if (!ImGui::IsRectVisible(at, {at.x + width, at.y + height})) {
        return hovered;
    }
    if (marked || hovered) {
        list.AddRectFilled({at.x - look.px(6), at.y}, {at.x + width + look.px(6), at.y + height},
                           faded(colours.accent, 0.22F), look.px(5));
    }
    const float middle = at.y + height / 2;
    const float name = std::min(width * 0.6F, text_width(look.fonts.small, field.name));
    draw_text_fitted(list, look.fonts.small, colours.muted, {at.x, middle}, width * 0.6F,
                     field.name);
    const bool cut =
        draw_text_fitted(list, look.fonts.mono_small, colours.text, {at.x + width, middle},
                         width - name - look.px(12), field.value, Align::kRight);
    if (cut) {
        tooltip(look, field.value);
    }
    return hovered;
}

}  // namespace

void draw_section(const Inspector& inspector, const BytesSection& section) {
    const std::string total =
        section.bytes.size() < section.total
            ? fmt::format("{} of {} bytes", section.bytes.size(), section.total)
            : fmt::format("{} bytes", section.total);
    draw_section_title(inspector, section.title, total);
    const std::optional<std::size_t> under = draw_dump(inspector, section);
    draw_section_title(inspector, "Fields");
    std::optional<std::size_t> pointed;
    for (std::size_t i = 0; i < section.fields.size(); ++i) {
        if (draw_field(inspector, section.fields[i], i, under == i)) {
            pointed = i;
        }
    }
    pointed_field() = pointed;
    ImGui::Dummy({1, 1});
}

}  // namespace brokerlab
