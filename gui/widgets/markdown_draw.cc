// Layout of Markdown: words set one after another in their own fonts.
#include <imgui.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <vector>

#include "gui/widgets/fields.h"
#include "gui/widgets/markdown.h"
#include "gui/widgets/vec.h"

namespace brokerlab {

namespace {

constexpr float kIndent = 22;
constexpr float kQuote = 16;
constexpr float kCodePadding = 4;

const ImFont* font_of(const Look& look, const Markdown::Run& run, unsigned level) {
    if (run.code) {
        return look.fonts.mono;
    }
    if (level > 0) {
        return level == 1 ? look.fonts.heading : level == 2 ? look.fonts.title : look.fonts.strong;
    }
    return run.bold ? look.fonts.strong : run.italic ? look.fonts.italic : look.fonts.text;
}

/// Sets runs into lines of a width, or only measures them.
class Setter {
public:
    Setter(const Look& look, ImVec2 corner, float width, unsigned level, ImU32 ink)
        : look_(look),
          corner_(corner),
          width_(width),
          level_(level),
          ink_(ink),
          line_(std::floor(font_of(look, {}, level)->FontSize * (level > 0 ? 1.25F : 1.4F))) {}

    /// Draws; a link that was clicked goes into `clicked`.
    void set(const Markdown::Runs& runs, std::optional<std::size_t>& clicked) {
        for (const Markdown::Run& run : runs) {
            set_run(run, clicked);
        }
        set_pieces(clicked);
    }
    [[nodiscard]] float height() const { return y_ + line_; }

private:
    /// What of a run has no blank in it. A word is made of one or more, as `**orders**,` is of two.
    struct Piece {
        const Markdown::Run* run = nullptr;
        const ImFont* font = nullptr;
        std::string_view text;
        float padding = 0;
        float width = 0;
    };

    void new_line() {
        x_ = 0;
        y_ += line_;
    }

    void set_run(const Markdown::Run& run, std::optional<std::size_t>& clicked) {
        const ImFont* font = font_of(look_, run, level_);
        const float padding = run.code ? look_.px(kCodePadding) : 0;
        std::string_view rest = run.text;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(' '), rest.size());
            const std::size_t next = std::min(rest.find_first_not_of(' ', end), rest.size());
            if (end > 0) {
                const std::string_view text = rest.substr(0, end);
                pieces_.push_back(
                    {&run, font, text, padding, text_width(font, text) + 2 * padding});
            }
            if (next > end) {
                set_pieces(clicked);
                // A space at the beginning of a line is none.
                x_ += x_ > 0 ? text_width(font, " ") : 0;
            }
            rest.remove_prefix(next);
        }
        if (run.line_break) {
            set_pieces(clicked);
            new_line();
        }
    }

    /// Sets the word that has come together: into the next line where this one has no room for all
    /// of it.
    void set_pieces(std::optional<std::size_t>& clicked) {
        float width = 0;
        for (const Piece& piece : pieces_) {
            width += piece.width;
        }
        if (x_ > 0 && x_ + width > width_) {
            new_line();
        }
        for (const Piece& piece : pieces_) {
            set_piece(piece, clicked);
        }
        pieces_.clear();
    }

    void set_piece(const Piece& piece, std::optional<std::size_t>& clicked) {
        // Only a word that is wider than the line comes to its end here.
        if (x_ > 0 && x_ + piece.width > width_) {
            new_line();
        }
        if (piece.width > width_) {
            set_long_word(*piece.run, piece.font, piece.text, piece.padding);
            return;
        }
        const ImVec2 at = snapped(corner_ + ImVec2(x_, y_ + line_ / 2));
        draw_word(*piece.run, piece.font, piece.text, at, piece.padding);
        if (piece.run->link) {
            press_link(*piece.run, piece.text, at, piece.width, clicked);
        }
        x_ += piece.width;
    }

    /// One that is wider than the line is cut wherever the line ends.
    void set_long_word(const Markdown::Run& run, const ImFont* font, std::string_view word,
                       float padding) {
        while (!word.empty()) {
            const char* rest = word.data();
            font->CalcTextSizeA(font->FontSize, std::max(width_ - 2 * padding, 1.0F), 0,
                                word.data(), word.data() + word.size(), &rest);
            const auto part =
                std::max<std::size_t>(1, static_cast<std::size_t>(rest - word.data()));
            draw_word(run, font, word.substr(0, part),
                      snapped(corner_ + ImVec2(x_, y_ + line_ / 2)), padding);
            x_ += text_width(font, word.substr(0, part)) + 2 * padding;
            word.remove_prefix(std::min(part, word.size()));
            if (!word.empty()) {
                new_line();
            }
        }
    }

    void draw_word(const Markdown::Run& run, const ImFont* font, std::string_view word, ImVec2 at,
                   float padding) {
        ImDrawList& list = *ImGui::GetWindowDrawList();
        const float width = text_width(font, word);
        const float half = std::floor(font->FontSize / 2) + look_.px(1);
        if (run.code) {
            list.AddRectFilled(at - ImVec2(0, half), at + ImVec2(width + 2 * padding, half),
                               look_.colours().raised, look_.px(4));
        }
        const ImU32 ink = run.link ? look_.colours().accent : ink_;
        draw_text(list, font, ink, {at.x + padding, at.y}, word);
        if (run.struck) {
            list.AddLine({at.x, at.y}, {at.x + width, at.y}, ink);
        }
    }

    /// Each word of a link is an item, so that tests and the keyboard find it.
    void press_link(const Markdown::Run& run, std::string_view word, ImVec2 at, float width,
                    std::optional<std::size_t>& clicked) {
        const ImVec2 before = ImGui::GetCursorScreenPos();
        const ImVec2 corner = {at.x, at.y - line_ / 2};
        ImGui::SetCursorScreenPos(corner);
        ImGui::PushID(static_cast<int>(*run.link));
        ImGui::PushID(static_cast<int>(links_++));
        if (ImGui::InvisibleButton(std::string(word).c_str(), {width, line_})) {
            clicked = run.link;
        }
        ImGui::PopID();
        ImGui::PopID();
        const bool hovered = ImGui::IsItemHovered();
        if (hovered) {
            ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
        }
        const float below = std::floor(corner.y + line_ * 0.9F);
        ImGui::GetWindowDrawList()->AddLine({corner.x, below}, {corner.x + width, below},
                                            faded(look_.colours().accent, hovered ? 1.0F : 0.4F));
        ImGui::SetCursorScreenPos(before);
    }

    const Look& look_;
    ImVec2 corner_;
    float width_;
    unsigned level_;
    ImU32 ink_;
    float line_;
    float x_ = 0;
    float y_ = 0;
    std::vector<Piece> pieces_;  ///< of the word that is not set yet
    std::size_t links_ = 0;
};

std::string plain_text(const Markdown::Runs& runs) {
    std::string text;
    for (const Markdown::Run& run : runs) {
        text += run.text;
    }
    while (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
    return text;
}

float natural_width(const Look& look, const Markdown::Runs& runs) {
    float width = 0;
    for (const Markdown::Run& run : runs) {
        width += text_width(font_of(look, run, 0), run.text) + (run.code ? look.px(8) : 0);
    }
    return width;
}

/// Draws the blocks of a page one below the other.
class Page {
public:
    Page(const Look& look, const Markdown& markdown, float width)
        : look_(look),
          markdown_(markdown),
          left_(ImGui::GetCursorScreenPos().x),
          width_(width > 0 ? width : ImGui::GetContentRegionAvail().x) {}

    std::optional<std::size_t> draw() {
        for (std::size_t i = 0; i < markdown_.blocks.size(); ++i) {
            ImGui::PushID(static_cast<int>(i));
            draw_block(markdown_.blocks[i], i == 0);
            ImGui::PopID();
        }
        return clicked_;
    }

private:
    void draw_block(const Markdown::Block& block, bool first) {
        const float indent = look_.px(kIndent) * static_cast<float>(block.indent) +
                             look_.px(kQuote) * static_cast<float>(block.quote);
        const ImVec2 corner = {left_ + indent, ImGui::GetCursorScreenPos().y};
        const float width = std::max(width_ - indent, look_.px(40));
        switch (block.kind) {
            case Markdown::Kind::kHeading:
                draw_heading(block, corner, width, first);
                break;
            case Markdown::Kind::kCode:
                draw_code(block, corner, width);
                break;
            case Markdown::Kind::kRule:
                separator_line(look_);
                break;
            case Markdown::Kind::kTable:
                draw_table(block, corner, width);
                break;
            case Markdown::Kind::kParagraph:
                draw_paragraph(block, corner, width);
                break;
        }
    }

    /// Sets runs and takes their room in the window's layout.
    void flow(const Markdown::Runs& runs, ImVec2 corner, float width, unsigned level, ImU32 ink) {
        Setter setter(look_, corner, width, level, ink);
        setter.set(runs, clicked_);
        ImGui::SetCursorScreenPos(corner);
        ImGui::Dummy({width, setter.height()});
    }

    void draw_heading(const Markdown::Block& block, ImVec2 corner, float width, bool first) {
        if (!first) {
            corner.y += look_.px(8);
        }
        flow(block.runs, corner, width, block.level, look_.colours().text);
    }

    void draw_paragraph(const Markdown::Block& block, ImVec2 corner, float width) {
        const Theme& theme = look_.colours();
        ImDrawList& list = *ImGui::GetWindowDrawList();
        if (!block.marker.empty()) {
            const float line = std::floor(look_.fonts.text->FontSize * 1.4F);
            draw_text(list, look_.fonts.text, theme.accent,
                      {corner.x - look_.px(8), corner.y + line / 2}, block.marker, Align::kRight);
        }
        flow(block.runs, corner, width, 0, block.quote > 0 ? theme.muted : theme.text);
        if (block.quote > 0) {
            const float bar = corner.x - look_.px(12);
            list.AddRectFilled({bar, corner.y}, {bar + look_.px(3), ImGui::GetItemRectMax().y},
                               theme.lagging, look_.px(1.5F));
        }
    }

    void draw_code(const Markdown::Block& block, ImVec2 corner, float width) {
        const Theme& theme = look_.colours();
        ImDrawList& list = *ImGui::GetWindowDrawList();
        const std::string text = plain_text(block.runs);
        const ImFont* font = look_.fonts.mono_small;
        const float inner = width - look_.px(24);
        const float height = text_height_wrapped(font, inner, text) + look_.px(20);
        list.AddRectFilled(corner, corner + ImVec2(width, height), theme.canvas, look_.px(8));
        list.AddRect(corner, corner + ImVec2(width, height), theme.line, look_.px(8));
        draw_text_wrapped(list, font, theme.text, corner + ImVec2(look_.px(12), look_.px(10)),
                          inner, text);
        ImGui::SetCursorScreenPos(corner);
        ImGui::Dummy({width, height});
    }

    void draw_table(const Markdown::Block& table, ImVec2 corner, float width) {
        if (table.columns.empty()) {
            return;
        }
        ImGui::SetCursorScreenPos(corner);
        constexpr ImGuiTableFlags kFlags = ImGuiTableFlags_BordersInnerH |
                                           ImGuiTableFlags_BordersOuter |
                                           ImGuiTableFlags_SizingStretchProp;
        if (!ImGui::BeginTable("table", static_cast<int>(table.columns.size()), kFlags,
                               {width, 0})) {
            return;
        }
        for (std::size_t column = 0; column < table.columns.size(); ++column) {
            ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthStretch,
                                    column_weight(table, column));
        }
        for (std::size_t row = 0; row < table.rows.size(); ++row) {
            ImGui::TableNextRow(row == 0 ? ImGuiTableRowFlags_Headers : ImGuiTableRowFlags_None);
            ImGui::PushID(static_cast<int>(row));
            draw_cells(table, table.rows[row]);
            ImGui::PopID();
        }
        ImGui::EndTable();
    }

    void draw_cells(const Markdown::Block& table, const std::vector<Markdown::Runs>& cells) {
        for (std::size_t i = 0; i < std::min(cells.size(), table.columns.size()); ++i) {
            ImGui::TableSetColumnIndex(static_cast<int>(i));
            const float room = ImGui::GetContentRegionAvail().x;
            const float spare = std::max(0.0F, room - natural_width(look_, cells[i]) - 1);
            const float shift = table.columns[i] == Align::kRight    ? spare
                                : table.columns[i] == Align::kCentre ? spare / 2
                                                                     : 0;
            ImGui::PushID(static_cast<int>(i));
            flow(cells[i], ImGui::GetCursorScreenPos() + ImVec2(shift, 0), room - shift, 0,
                 look_.colours().text);
            ImGui::PopID();
        }
    }

    [[nodiscard]] float column_weight(const Markdown::Block& table, std::size_t column) const {
        float widest = look_.px(24);
        for (const std::vector<Markdown::Runs>& row : table.rows) {
            if (column < row.size()) {
                widest = std::max(widest, natural_width(look_, row[column]));
            }
        }
        return widest;
    }

    const Look& look_;
    const Markdown& markdown_;
    float left_;
    float width_;
    std::optional<std::size_t> clicked_;
};

}  // namespace

std::optional<std::string> draw_markdown(const Look& look, const Markdown& markdown, float width) {
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, look.px(6)});
    const std::optional<std::size_t> clicked = Page(look, markdown, width).draw();
    ImGui::PopStyleVar();
    return clicked ? std::optional(markdown.links[*clicked]) : std::nullopt;
}

}  // namespace brokerlab
