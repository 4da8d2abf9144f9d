// Choice: one row of a list is chosen by the arrow keys while the field above it is typed into.
#pragma once

namespace brokerlab {

struct ChoiceKeys {
    bool moved = false;    ///< another row is chosen: it belongs in sight
    bool entered = false;  ///< the chosen row is what Enter means
};
/// Takes Up, Down and Enter of this frame; `chosen` stays within `count` rows. Nothing in the frame
/// in which the window appears: such a key was pressed for what opened it.
ChoiceKeys choose_by_keys(int& chosen, int count);

}  // namespace brokerlab
