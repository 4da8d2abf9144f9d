// Markdown: prose of lessons and of the help, parsed once and laid out each frame with word wrap.
//
// CommonMark with GitHub's tables and strike-through, by md4c: headings, paragraphs, bold, italic,
// code, links, nested lists, task lists, quotes, code blocks, rules and tables. Not shown: images
// (their text is) and raw HTML (it stays text).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gui/widgets/look.h"
#include "gui/widgets/text.h"

namespace brokerlab {

struct Markdown {
    /// Text in one way of writing.
    struct Run {
        std::string text;
        bool bold = false;
        bool italic = false;
        bool code = false;
        bool struck = false;
        bool line_break = false;          ///< after the text
        std::optional<std::size_t> link;  ///< index in links
    };
    using Runs = std::vector<Run>;
    enum class Kind : uint8_t { kParagraph, kHeading, kCode, kRule, kTable };
    struct Block {
        Kind kind = Kind::kParagraph;
        unsigned level = 0;    ///< of a heading, from 1
        unsigned indent = 0;   ///< lists around it
        unsigned quote = 0;    ///< quotes around it
        std::string marker;    ///< of a list item: a bullet, "2.", an icon
        std::string language;  ///< of a code block
        Runs runs;
        std::vector<std::vector<Runs>> rows;  ///< of a table; the first is its head
        std::vector<Align> columns;
    };
    std::vector<Block> blocks;
    std::vector<std::string> links;
};

[[nodiscard]] Markdown parse_markdown(std::string_view text);

/// Draws at the cursor, as wide as the window or `width` screen pixels. Links are items labelled by
/// their first word. Returns the target of the link that was clicked.
std::optional<std::string> draw_markdown(const Look& look, const Markdown& markdown,
                                         float width = 0);

}  // namespace brokerlab
