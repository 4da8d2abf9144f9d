// Paced<T>: what a side panel made from a World, kept until the World or the selection has changed,
// and while the run plays made again a few times a second only: nobody reads faster.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include <imgui.h>

#include "gui/frame.h"
#include "sim/view/thing.h"

namespace brokerlab {

template <class Value>
class Paced {
public:
    /// The value for the frame and the selection; made by `make()` where it is too old.
    template <class Make>
    const Value& get(const Frame& frame, const Thing& selection, Make&& make) {
        const double now = ImGui::GetTime();
        const bool changed = frame.stamp != stamp_;
        const bool rested = !frame.playing || now - made_at_ >= kSeconds || now < made_at_;
        if (!value_ || !(selection == selection_) || (changed && rested)) {
            value_.emplace(std::forward<Make>(make)());
            selection_ = selection;
            stamp_ = frame.stamp;
            made_at_ = now;
        }
        return *value_;
    }

private:
    static constexpr double kSeconds = 0.2;

    std::optional<Value> value_;
    Thing selection_;
    uint64_t stamp_ = 0;
    double made_at_ = 0;
};

}  // namespace brokerlab
