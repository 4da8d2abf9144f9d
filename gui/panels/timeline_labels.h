// Timeline labels: which part of a lane's line of text is free, so that no label stands over
// another. Internal to the panel; all in screen pixels.
#pragma once

#include <optional>
#include <utility>
#include <vector>

namespace brokerlab {

class LabelRoom {
public:
    /// `gap` stays free on both sides of each label that place() puts there.
    explicit LabelRoom(float gap) : gap_(gap) {}

    /// Something stands there already.
    void take(float from, float to);
    /// The left end of the rightmost place within [from, to] that is `width` wide and free, which
    /// is taken then; nothing where there is none.
    [[nodiscard]] std::optional<float> place(float from, float to, float width);

private:
    float gap_ = 0;
    std::vector<std::pair<float, float>> taken_;
};

}  // namespace brokerlab
