#include "gui/widgets/markdown.h"

#include <md4c.h>

#include <array>
#include <utility>

#include "gui/widgets/icons.h"

namespace brokerlab {

namespace {

/// What md4c's callbacks build up.
class Builder {
public:
    Markdown take() { return std::move(made_); }

    void enter(MD_BLOCKTYPE type, void* detail);
    void leave(MD_BLOCKTYPE type);
    void enter(MD_SPANTYPE type, void* detail);
    void leave(MD_SPANTYPE type);
    void add(MD_TEXTTYPE type, std::string_view text);

private:
    struct List {
        bool ordered = false;
        unsigned next = 1;
    };

    Markdown::Block& open(Markdown::Kind kind);
    void open_item(const MD_BLOCK_LI_DETAIL& item);
    void open_cell(MD_BLOCKTYPE type, const MD_BLOCK_TD_DETAIL& cell);
    void append(std::string_view text);

    Markdown made_;
    Markdown::Run style_;  ///< of the text that comes; its own text is empty
    Markdown::Runs* sink_ = nullptr;
    std::vector<List> lists_;
    unsigned quote_ = 0;
    std::string marker_;  ///< of the list item that has no block yet
};

std::string text_of(const MD_ATTRIBUTE& attribute) {
    return attribute.text == nullptr ? std::string() : std::string(attribute.text, attribute.size);
}

Align align_of(MD_ALIGN align) {
    switch (align) {
        case MD_ALIGN_CENTER:
            return Align::kCentre;
        case MD_ALIGN_RIGHT:
            return Align::kRight;
        case MD_ALIGN_DEFAULT:
        case MD_ALIGN_LEFT:
            break;
    }
    return Align::kLeft;
}

/// The entities that people write in prose; another one stays as it is.
std::string_view entity(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kEntities = {{
        {"&amp;", "&"},
        {"&lt;", "<"},
        {"&gt;", ">"},
        {"&quot;", "\""},
        {"&nbsp;", "\u00a0"},
        {"&rarr;", "\u2192"},
        {"&ndash;", "\u2013"},
    }};
    for (const auto& [written, meant] : kEntities) {
        if (written == name) {
            return meant;
        }
    }
    return name;
}

Markdown::Block& Builder::open(Markdown::Kind kind) {
    Markdown::Block block;
    block.kind = kind;
    block.indent = static_cast<unsigned>(lists_.size());
    block.quote = quote_;
    block.marker = std::exchange(marker_, {});
    made_.blocks.push_back(std::move(block));
    sink_ = &made_.blocks.back().runs;
    return made_.blocks.back();
}

void Builder::open_item(const MD_BLOCK_LI_DETAIL& item) {
    List& list = lists_.back();
    if (item.is_task != 0) {
        marker_ = item.task_mark == ' ' ? kIconSquare : kIconSquareChecked;
    } else if (list.ordered) {
        marker_ = std::to_string(list.next++) + ".";
    } else {
        marker_ = lists_.size() > 1 ? "\u25cb" : "\u2022";
    }
    // The text of an item in a tight list comes without a paragraph of its own.
    sink_ = nullptr;
}

void Builder::open_cell(MD_BLOCKTYPE type, const MD_BLOCK_TD_DETAIL& cell) {
    Markdown::Block& table = made_.blocks.back();
    if (type == MD_BLOCK_TH) {
        table.columns.push_back(align_of(cell.align));
    }
    table.rows.back().emplace_back();
    sink_ = &table.rows.back().back();
    style_ = {};
    style_.bold = type == MD_BLOCK_TH;
}

void Builder::enter(MD_BLOCKTYPE type, void* detail) {
    switch (type) {
        case MD_BLOCK_QUOTE:
            ++quote_;
            break;
        case MD_BLOCK_UL:
            lists_.push_back({});
            break;
        case MD_BLOCK_OL:
            lists_.push_back({true, static_cast<MD_BLOCK_OL_DETAIL*>(detail)->start});
            break;
        case MD_BLOCK_LI:
            open_item(*static_cast<MD_BLOCK_LI_DETAIL*>(detail));
            break;
        case MD_BLOCK_HR:
            open(Markdown::Kind::kRule);
            break;
        case MD_BLOCK_H:
            open(Markdown::Kind::kHeading).level = static_cast<MD_BLOCK_H_DETAIL*>(detail)->level;
            break;
        case MD_BLOCK_CODE:
            open(Markdown::Kind::kCode).language =
                text_of(static_cast<MD_BLOCK_CODE_DETAIL*>(detail)->lang);
            break;
        case MD_BLOCK_P:
            open(Markdown::Kind::kParagraph);
            break;
        case MD_BLOCK_TABLE:
            open(Markdown::Kind::kTable);
            break;
        case MD_BLOCK_TR:
            made_.blocks.back().rows.emplace_back();
            break;
        case MD_BLOCK_TH:
        case MD_BLOCK_TD:
            open_cell(type, *static_cast<MD_BLOCK_TD_DETAIL*>(detail));
            break;
        case MD_BLOCK_DOC:
        case MD_BLOCK_HTML:
        case MD_BLOCK_THEAD:
        case MD_BLOCK_TBODY:
            break;
    }
}

void Builder::leave(MD_BLOCKTYPE type) {
    switch (type) {
        case MD_BLOCK_QUOTE:
            --quote_;
            break;
        case MD_BLOCK_UL:
        case MD_BLOCK_OL:
            lists_.pop_back();
            break;
        case MD_BLOCK_LI:
            marker_.clear();
            break;
        case MD_BLOCK_TH:
        case MD_BLOCK_TD:
            style_ = {};
            break;
        default:
            break;
    }
    sink_ = nullptr;
}

void Builder::enter(MD_SPANTYPE type, void* detail) {
    switch (type) {
        case MD_SPAN_STRONG:
            style_.bold = true;
            break;
        case MD_SPAN_EM:
            style_.italic = true;
            break;
        case MD_SPAN_CODE:
            style_.code = true;
            break;
        case MD_SPAN_DEL:
            style_.struck = true;
            break;
        case MD_SPAN_A:
            style_.link = made_.links.size();
            made_.links.push_back(text_of(static_cast<MD_SPAN_A_DETAIL*>(detail)->href));
            break;
        default:
            break;
    }
}

void Builder::leave(MD_SPANTYPE type) {
    switch (type) {
        case MD_SPAN_STRONG:
            style_.bold = false;
            break;
        case MD_SPAN_EM:
            style_.italic = false;
            break;
        case MD_SPAN_CODE:
            style_.code = false;
            break;
        case MD_SPAN_DEL:
            style_.struck = false;
            break;
        case MD_SPAN_A:
            style_.link.reset();
            break;
        default:
            break;
    }
}

void Builder::append(std::string_view text) {
    if (sink_ == nullptr) {
        open(Markdown::Kind::kParagraph);
    }
    Markdown::Run run = style_;
    run.text = text;
    sink_->push_back(std::move(run));
}

void Builder::add(MD_TEXTTYPE type, std::string_view text) {
    switch (type) {
        case MD_TEXT_BR:
            append({});
            sink_->back().line_break = true;
            break;
        case MD_TEXT_SOFTBR:
            append(" ");
            break;
        case MD_TEXT_ENTITY:
            append(entity(text));
            break;
        case MD_TEXT_NULLCHAR:
            break;
        default:
            append(text);
            break;
    }
}

Builder& builder(void* user) {
    return *static_cast<Builder*>(user);
}

}  // namespace

Markdown parse_markdown(std::string_view text) {
    MD_PARSER parser = {};
    parser.flags = MD_DIALECT_GITHUB | MD_FLAG_NOHTML;
    parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* user) {
        builder(user).enter(type, detail);
        return 0;
    };
    parser.leave_block = [](MD_BLOCKTYPE type, void*, void* user) {
        builder(user).leave(type);
        return 0;
    };
    parser.enter_span = [](MD_SPANTYPE type, void* detail, void* user) {
        builder(user).enter(type, detail);
        return 0;
    };
    parser.leave_span = [](MD_SPANTYPE type, void*, void* user) {
        builder(user).leave(type);
        return 0;
    };
    parser.text = [](MD_TEXTTYPE type, const MD_CHAR* begin, MD_SIZE size, void* user) {
        builder(user).add(type, {begin, size});
        return 0;
    };
    Builder made;
    md_parse(text.data(), static_cast<MD_SIZE>(text.size()), &parser, &made);
    return made.take();
}

}  // namespace brokerlab
