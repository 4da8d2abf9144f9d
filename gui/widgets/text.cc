#include "gui/widgets/text.h"

#include <cfloat>
#include <cmath>

namespace brokerlab {

namespace {

constexpr std::string_view kEllipsis = "\u2026";

const char* end_of(std::string_view text) {
    return text.data() + text.size();
}

float left_end(float x, float width, Align align) {
    switch (align) {
        case Align::kLeft:
            return x;
        case Align::kCentre:
            return x - width / 2;
        case Align::kRight:
            return x - width;
    }
    return x;
}

void add_line(ImDrawList& list, const ImFont* font, ImU32 colour, float left, float centre,
              std::string_view text) {
    const ImVec2 at = {std::floor(left), std::floor(centre - font->FontSize / 2 + 0.5F)};
    list.AddText(font, font->FontSize, at, colour, text.data(), end_of(text));
}

/// As much of the text as fits before an ellipsis, at a boundary of UTF-8.
std::string_view fitting_part(const ImFont* font, std::string_view text, float width) {
    const float room = width - text_width(font, kEllipsis);
    const char* rest = text.data();
    font->CalcTextSizeA(font->FontSize, std::fmax(room, 1.0F), 0, text.data(), end_of(text), &rest);
    auto length = static_cast<std::size_t>(rest - text.data());
    while (length > 0 && text[length - 1] == ' ') {
        --length;
    }
    return text.substr(0, length);
}

ImVec2 wrapped_size(const ImFont* font, float width, std::string_view text) {
    return font->CalcTextSizeA(font->FontSize, FLT_MAX, std::fmax(width, 1.0F), text.data(),
                               end_of(text));
}

}  // namespace

ImVec2 text_size(const ImFont* font, std::string_view text) {
    if (text.empty()) {
        return {0, font->FontSize};
    }
    return font->CalcTextSizeA(font->FontSize, FLT_MAX, 0, text.data(), end_of(text));
}

float text_width(const ImFont* font, std::string_view text) {
    return text_size(font, text).x;
}

float draw_text(ImDrawList& list, const ImFont* font, ImU32 colour, ImVec2 at,
                std::string_view text, Align align) {
    const float width = text_width(font, text);
    if (!text.empty()) {
        add_line(list, font, colour, left_end(at.x, width, align), at.y, text);
    }
    return width;
}

bool draw_text_fitted(ImDrawList& list, const ImFont* font, ImU32 colour, ImVec2 at, float width,
                      std::string_view text, Align align) {
    if (text_width(font, text) <= width + 0.5F) {
        draw_text(list, font, colour, at, text, align);
        return false;
    }
    const std::string_view part = fitting_part(font, text, width);
    const float part_width = text_width(font, part);
    const float left = left_end(at.x, part_width + text_width(font, kEllipsis), align);
    if (!part.empty()) {
        add_line(list, font, colour, left, at.y, part);
    }
    add_line(list, font, colour, left + part_width, at.y, kEllipsis);
    return true;
}

std::string shortened(const ImFont* font, std::string_view name, float width) {
    constexpr std::size_t kLongestEnd = 12;
    const std::size_t dash = name.rfind('-');
    if (text_width(font, name) <= width + 0.5F || dash == std::string_view::npos ||
        name.size() - dash > kLongestEnd || dash + 1 == name.size() || name[dash + 1] < '0' ||
        name[dash + 1] > '9') {
        return std::string(name);
    }
    const std::string_view end = name.substr(dash);
    const std::string_view part =
        fitting_part(font, name.substr(0, dash), width - text_width(font, end));
    return part.size() < 3 ? std::string(name)
                           : std::string(part) + std::string(kEllipsis) + std::string(end);
}

float draw_text_wrapped(ImDrawList& list, const ImFont* font, ImU32 colour, ImVec2 at, float width,
                        std::string_view text) {
    if (text.empty()) {
        return 0;
    }
    const ImVec2 corner = {std::floor(at.x), std::floor(at.y)};
    list.AddText(font, font->FontSize, corner, colour, text.data(), end_of(text),
                 std::fmax(width, 1.0F));
    return wrapped_size(font, width, text).y;
}

float text_height_wrapped(const ImFont* font, float width, std::string_view text) {
    return text.empty() ? 0 : wrapped_size(font, width, text).y;
}

std::string_view visible_label(std::string_view label) {
    return label.substr(0, label.find("##"));
}

void text_line(const ImFont* font, ImU32 colour, std::string_view text) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const ImVec2 size = text_size(font, text);
    draw_text(*ImGui::GetWindowDrawList(), font, colour, {at.x, at.y + size.y / 2}, text);
    ImGui::Dummy(size);
}

void text_paragraph(const ImFont* font, ImU32 colour, std::string_view text) {
    const float width = ImGui::GetContentRegionAvail().x;
    const float height = draw_text_wrapped(*ImGui::GetWindowDrawList(), font, colour,
                                           ImGui::GetCursorScreenPos(), width, text);
    ImGui::Dummy({width, height});
}

}  // namespace brokerlab
