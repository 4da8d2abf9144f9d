#include "gui/panels/nouns.h"

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "sim/view/glossary.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostTexts = 1000;
constexpr double kRestSeconds = 0.35;

/// The nouns of texts that were shown lately.
const std::vector<NounAt>& known_nouns(std::string_view text) {
    static std::map<std::string, std::vector<NounAt>, std::less<>> known;
    const auto found = known.find(text);
    if (found != known.end()) {
        return found->second;
    }
    if (known.size() >= kMostTexts) {
        known.clear();
    }
    return known.emplace(std::string(text), nouns_in(text)).first->second;
}

/// A stretch of a line: one word, or the part of it that is a noun.
struct Piece {
    std::string_view text;
    const GlossaryEntry* entry = nullptr;
};

/// The pieces of a word that stands at `begin` in its text.
std::vector<Piece> pieces_of(std::string_view text, std::size_t begin, std::size_t end,
                             const std::vector<NounAt>& nouns) {
    std::vector<Piece> pieces;
    std::size_t at = begin;
    for (const NounAt& noun : nouns) {
        const std::size_t from = std::max(noun.begin, at);
        const std::size_t to = std::min(noun.end, end);
        if (from >= to || noun.entry == nullptr) {
            continue;
        }
        if (from > at) {
            pieces.push_back({text.substr(at, from - at), nullptr});
        }
        pieces.push_back({text.substr(from, to - from), noun.entry});
        at = to;
    }
    if (at < end) {
        pieces.push_back({text.substr(at, end - at), nullptr});
    }
    return pieces;
}

float line_height(const ImFont* font) {
    return std::floor(font->FontSize * 1.25F + 0.5F);
}

/// Calls `place(word, begin, x, line)` for each word of a wrapped text; returns the lines.
template <class Place>
int lay_out_words(const ImFont* font, float width, std::string_view text, Place place) {
    const float space = text_width(font, " ");
    float x = 0;
    int line = 0;
    std::size_t begin = 0;
    while (begin < text.size()) {
        const std::size_t end = std::min(text.find(' ', begin), text.size());
        const std::string_view word = text.substr(begin, end - begin);
        const float word_width = text_width(font, word);
        if (x > 0 && x + word_width > width) {
            x = 0;
            ++line;
        }
        place(begin, end, x, line);
        x += word_width + space;
        begin = end + 1;
    }
    return line + 1;
}

void underline(const Look& look, ImDrawList& list, ImVec2 from, float to_x, ImU32 colour) {
    const float step = look.px(3);
    for (float x = from.x; x + 1 < to_x; x += step) {
        list.AddRectFilled({x, from.y}, {x + std::fmax(1.0F, look.px(1)), from.y + look.px(1)},
                           colour);
    }
}

/// Explains a noun on which the mouse has rested.
void explain(const Look& look, const GlossaryEntry& entry, ImVec2 min) {
    static const GlossaryEntry* under_mouse = nullptr;
    static ImVec2 place;
    static double since = 0;
    static int last_frame = 0;
    const bool same = under_mouse == &entry && place.x == min.x && place.y == min.y &&
                      ImGui::GetFrameCount() <= last_frame + 1;
    if (!same) {
        under_mouse = &entry;
        place = min;
        since = ImGui::GetTime();
    }
    last_frame = ImGui::GetFrameCount();
    if (const HoverCard card(look, ImGui::GetTime() - since >= kRestSeconds); card) {
        const auto line = [&](const ImFont* font, ImU32 colour, std::string_view text) {
            const float width = std::fmin(look.px(320), text_width(font, text)) + 1;
            const float height = draw_text_wrapped(*ImGui::GetWindowDrawList(), font, colour,
                                                   ImGui::GetCursorScreenPos(), width, text);
            ImGui::Dummy({width, height});
        };
        line(look.fonts.strong, look.colours().text,
             entry.short_form.empty() ? std::string(entry.word)
                                      : fmt::format("{} ({})", entry.word, entry.short_form));
        line(look.fonts.text, look.colours().muted, entry.meaning);
    }
}

}  // namespace

float draw_nouns(const Look& look, const ImFont* font, ImU32 colour, ImVec2 at, float width,
                 std::string_view text) {
    const std::vector<NounAt>& nouns = known_nouns(text);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float height = line_height(font);
    const bool window_hovered =
        ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem);
    const int lines = lay_out_words(
        font, width, text, [&](std::size_t begin, std::size_t end, float x, int line) {
            const float middle = at.y + height * (static_cast<float>(line) + 0.5F);
            float left = at.x + x;
            for (const Piece& piece : pieces_of(text, begin, end, nouns)) {
                const float taken = draw_text(list, font, colour, {left, middle}, piece.text);
                if (piece.entry != nullptr) {
                    const float bottom = std::floor(middle + font->FontSize / 2 + look.px(1));
                    underline(look, list, {left, bottom}, left + taken,
                              faded(look.colours().muted, 0.7F));
                    const ImVec2 min{left, middle - height / 2};
                    const ImVec2 max{left + taken, middle + height / 2};
                    if (window_hovered && ImGui::IsMouseHoveringRect(min, max)) {
                        explain(look, *piece.entry, min);
                    }
                }
                left += taken;
            }
        });
    return height * static_cast<float>(lines);
}

bool explain_nouns_in_line(const Look& look, const ImFont* font, ImVec2 at, float width,
                           std::string_view text) {
    const float half = line_height(font) / 2;
    for (const NounAt& noun : known_nouns(text)) {
        const float left = at.x + text_width(font, text.substr(0, noun.begin));
        const float right = left + text_width(font, text.substr(noun.begin, noun.end - noun.begin));
        if (right > at.x + width) {
            break;  // The rest is cut off.
        }
        if (ImGui::IsMouseHoveringRect({left, at.y - half}, {right, at.y + half})) {
            underline(look, *ImGui::GetWindowDrawList(),
                      {left, std::floor(at.y + font->FontSize / 2 + look.px(1))}, right,
                      faded(look.colours().muted, 0.7F));
            explain(look, *noun.entry, {left, at.y - half});
            return true;
        }
    }
    return false;
}

float nouns_height(const ImFont* font, float width, std::string_view text) {
    const int lines = lay_out_words(font, width, text, [](std::size_t, std::size_t, float, int) {});
    return line_height(font) * static_cast<float>(lines);
}

void noun_paragraph(const Look& look, const ImFont* font, ImU32 colour, std::string_view text) {
    const float width = ImGui::GetContentRegionAvail().x;
    const float height = draw_nouns(look, font, colour, ImGui::GetCursorScreenPos(), width, text);
    ImGui::Dummy({width, height});
}

}  // namespace brokerlab
