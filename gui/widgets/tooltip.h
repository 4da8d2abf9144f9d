// Tooltips: what a thing says about itself when the mouse rests on it.
//
// They belong to the last item that was made. Text wraps at 320 logical pixels; the card stays
// inside the window.
#pragma once

#include <string_view>

#include "gui/widgets/look.h"

namespace brokerlab {

/// A sentence, and the keys that do the same.
void tooltip(const Look& look, std::string_view text, std::string_view keys = {});

/// A card with a title and a text; `note` stands small and muted below.
void hover_card(const Look& look, std::string_view title, std::string_view body,
                std::string_view note = {});

/// A hover card with what the caller draws into it, as ImGui items:
///     if (const HoverCard card(look); card) { ... }
class HoverCard {
public:
    /// For the last item.
    explicit HoverCard(const Look& look);
    /// For what the caller found under the mouse itself.
    HoverCard(const Look& look, bool hovered);
    ~HoverCard();
    HoverCard(const HoverCard&) = delete;
    HoverCard& operator=(const HoverCard&) = delete;
    explicit operator bool() const { return open_; }

private:
    void open(const Look& look);
    bool open_ = false;
};

}  // namespace brokerlab
