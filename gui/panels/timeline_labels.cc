#include "gui/panels/timeline_labels.h"

#include <algorithm>

namespace brokerlab {

void LabelRoom::take(float from, float to) {
    taken_.emplace_back(from, to);
}

std::optional<float> LabelRoom::place(float from, float to, float width) {
    // To the left of whatever is in the way, until nothing is.
    float right = to;
    while (right - width >= from) {
        const auto in_the_way =
            std::find_if(taken_.begin(), taken_.end(), [&](const std::pair<float, float>& taken) {
                return taken.first < right + gap_ && taken.second > right - width - gap_;
            });
        if (in_the_way == taken_.end()) {
            take(right - width, right);
            return right - width;
        }
        right = in_the_way->first - gap_;
    }
    return std::nullopt;
}

}  // namespace brokerlab
