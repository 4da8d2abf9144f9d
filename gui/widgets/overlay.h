// Overlay: a card above everything else, in the middle, with the rest dimmed.
#pragma once

#include <string_view>

#include "gui/widgets/look.h"

namespace brokerlab {

struct OverlayOptions {
    float width = 560;            ///< logical; less where the window is narrower
    float height = 400;           ///< likewise
    float top = 0;                ///< distance from the upper edge; 0: in the middle
    std::string_view title = {};  ///< shown with a cross at its right; empty: none
};

/// What is drawn while it lives is on the card:
///     const Overlay overlay(look, "Scenarios", {...}); ...; if (overlay.dismissed()) ...
class Overlay {
public:
    Overlay(const Look& look, const char* name, const OverlayOptions& options);
    ~Overlay();
    Overlay(const Overlay&) = delete;
    Overlay& operator=(const Overlay&) = delete;

    /// The person pressed the cross or clicked beside the card.
    [[nodiscard]] bool dismissed() const { return dismissed_; }

private:
    bool dismissed_ = false;
};

}  // namespace brokerlab
