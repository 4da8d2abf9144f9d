// Markdown: what a lesson's author writes is what stands there.
#include "gui/widgets/markdown.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "gui/widgets/icons.h"
#include "gui/widgets/style.h"
#include "tests/gui/pilot.h"

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

std::string text_of(const Markdown::Runs& runs) {
    return std::accumulate(
        runs.begin(), runs.end(), std::string(),
        [](std::string text, const Markdown::Run& run) { return std::move(text) + run.text; });
}

std::vector<std::string> markers(const Markdown& markdown) {
    std::vector<std::string> found;
    for (const Markdown::Block& block : markdown.blocks) {
        found.push_back(block.marker);
    }
    return found;
}

TEST(Markdown, knows_headings_from_paragraphs) {
    const Markdown page = parse_markdown("# Kill it\n\nThen look.\nAnd wait.\n\n### Small\n");
    ASSERT_THAT(page.blocks, SizeIs(3));
    EXPECT_EQ(page.blocks[0].kind, Markdown::Kind::kHeading);
    EXPECT_EQ(page.blocks[0].level, 1U);
    EXPECT_EQ(text_of(page.blocks[0].runs), "Kill it");
    EXPECT_EQ(page.blocks[1].kind, Markdown::Kind::kParagraph);
    EXPECT_EQ(text_of(page.blocks[1].runs), "Then look. And wait.");
    EXPECT_EQ(page.blocks[2].level, 3U);
}

TEST(Markdown, keeps_how_each_word_is_written) {
    const Markdown page = parse_markdown("a **b** *c* `d` ~~e~~ &amp; 1 < 2");
    ASSERT_THAT(page.blocks, SizeIs(1));
    for (const Markdown::Run& run : page.blocks[0].runs) {
        EXPECT_EQ(run.bold, run.text == "b") << run.text;
        EXPECT_EQ(run.italic, run.text == "c") << run.text;
        EXPECT_EQ(run.code, run.text == "d") << run.text;
        EXPECT_EQ(run.struck, run.text == "e") << run.text;
    }
    EXPECT_EQ(text_of(page.blocks[0].runs), "a b c d e & 1 < 2");
}

TEST(Markdown, gives_links_their_targets) {
    const Markdown page = parse_markdown("See [the ISR](isr) and [more](more.md).");
    EXPECT_THAT(page.links, ElementsAre("isr", "more.md"));
    for (const Markdown::Run& run : page.blocks[0].runs) {
        if (run.text == "the ISR") {
            EXPECT_EQ(run.link, 0U);
        } else if (run.text == "more") {
            EXPECT_EQ(run.link, 1U);
        } else {
            EXPECT_FALSE(run.link) << run.text;
        }
    }
}

TEST(Markdown, marks_the_items_of_tight_and_of_loose_lists) {
    const Markdown tight = parse_markdown("- one\n- two\n  - inner\n- [x] done\n- [ ] open\n");
    EXPECT_THAT(markers(tight),
                ElementsAre("\u2022", "\u2022", "\u25cb", kIconSquareChecked, kIconSquare));
    EXPECT_EQ(tight.blocks[1].indent, 1U);
    EXPECT_EQ(tight.blocks[2].indent, 2U);
    const Markdown loose = parse_markdown("3. one\n\n   still one\n\n4. two\n\nAfter.");
    EXPECT_THAT(markers(loose), ElementsAre("3.", "", "4.", ""));
    EXPECT_EQ(loose.blocks[1].indent, 1U);
    EXPECT_EQ(loose.blocks[3].indent, 0U);
}

TEST(Markdown, keeps_code_as_it_stands) {
    const Markdown page = parse_markdown("```yaml\nseed: 42\n  a: **b**\n```\n");
    ASSERT_THAT(page.blocks, SizeIs(1));
    EXPECT_EQ(page.blocks[0].kind, Markdown::Kind::kCode);
    EXPECT_EQ(page.blocks[0].language, "yaml");
    EXPECT_EQ(text_of(page.blocks[0].runs), "seed: 42\n  a: **b**\n");
}

TEST(Markdown, reads_tables_with_their_columns) {
    const Markdown page = parse_markdown("| a | b | c |\n|---|:-:|--:|\n| 1 | 2 | `3` |\n");
    ASSERT_THAT(page.blocks, SizeIs(1));
    const Markdown::Block& table = page.blocks[0];
    EXPECT_THAT(table.columns, ElementsAre(Align::kLeft, Align::kCentre, Align::kRight));
    ASSERT_THAT(table.rows, SizeIs(2));
    EXPECT_TRUE(table.rows[0][0].front().bold);
    EXPECT_TRUE(table.rows[1][2].front().code);
    EXPECT_EQ(text_of(table.rows[1][1]), "2");
}

TEST(Markdown, leaves_html_as_text_and_quotes_as_quotes) {
    const Markdown page = parse_markdown("> said\n\n<b>bold</b>");
    ASSERT_THAT(page.blocks, SizeIs(2));
    EXPECT_EQ(page.blocks[0].quote, 1U);
    EXPECT_EQ(page.blocks[1].quote, 0U);
    EXPECT_EQ(text_of(page.blocks[1].runs), "<b>bold</b>");
}

TEST(Markdown, of_nothing_is_nothing) {
    EXPECT_THAT(parse_markdown("").blocks, SizeIs(0));
}

/// A page drawn into a window of a width.
class DrawnPage : public testing::Test {
protected:
    void show(const std::string& text, float width) {
        page_ = parse_markdown(text);
        width_ = width;
        pilot_.fly([this] {
            apply_style(look_);
            ImGui::SetNextWindowPos({0, 0});
            ImGui::SetNextWindowSize({780, 580});
            ImGui::Begin("page", nullptr, ImGuiWindowFlags_NoDecoration);
            const float top = ImGui::GetCursorScreenPos().y;
            if (const auto link = draw_markdown(look_, page_, width_)) {
                followed_ = *link;
            }
            height_ = ImGui::GetCursorScreenPos().y - top;
            ImGui::End();
        });
    }

    Look look_;
    Pilot pilot_{look_, {800, 600}};
    Markdown page_;
    float width_ = 0;
    float height_ = 0;
    std::string followed_;
};

TEST_F(DrawnPage, says_which_link_was_clicked) {
    show("Broker 2 left [the ISR](isr) for [good](why).", 600);
    pilot_.click("good");
    EXPECT_EQ(followed_, "why");
    pilot_.click("ISR");
    EXPECT_EQ(followed_, "isr");
}

TEST_F(DrawnPage, grows_longer_where_it_is_narrow) {
    const std::string text =
        "A leader that dies leaves its partition without one, until the controller has fenced it "
        "and elected one of the in-sync replicas in its place.";
    show(text, 700);
    const float wide = height_;
    show(text, 140);
    EXPECT_GT(height_, wide * 3);
}

TEST_F(DrawnPage, breaks_a_line_at_blanks_only) {
    // What follows a link, or bold words, without a blank stays with it.
    for (float width = 90; width < 330; width += 7) {
        show("Each has one replica of [orders](o)[, one](c) on every broker", width);
        const PilotItem* word = pilot_.find("orders");
        const PilotItem* comma = pilot_.find(",");
        ASSERT_NE(word, nullptr);
        ASSERT_NE(comma, nullptr);
        EXPECT_EQ(word->min.y, comma->min.y) << width << " px";
        EXPECT_EQ(word->max.x, comma->min.x) << width << " px";
    }
}

TEST_F(DrawnPage, cuts_a_word_that_is_wider_than_the_page) {
    show("`a-very-long-name-of-a-topic-that-fits-into-no-line-of-this-page-at-all`", 100);
    EXPECT_GT(height_, look_.fonts.mono->FontSize * 4);
}

}  // namespace
}  // namespace brokerlab
