// UiState: what the person has selected, opened, typed and scrolled to: everything of the app that
// is neither the run nor a preference, as plain data. Panels change it directly; it never changes
// the World.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/kernel/sim_time.h"
#include "sim/view/sentences.h"
#include "sim/view/thing.h"

namespace brokerlab {

struct CanvasView {
    float zoom = 1;   ///< 1: everything fits
    float pan_x = 0;  ///< logical pixels
    float pan_y = 0;
    bool internal_traffic = false;
};
struct TimelineView {
    Duration from;           ///< the stretch shown
    Duration to;             ///< 0: all of the run, and it grows with it
    std::string until_text;  ///< of "run until"
    std::string error;       ///< why it can't be read
};
struct FactsView {
    std::string search;
    Weight least = Weight::kDetail;
    bool only_selected = false;  ///< about the selection
    bool follow = true;          ///< the newest stays in sight
};
struct PaletteView {
    bool open = false;
    std::string text;
    int chosen = 0;
    bool just_opened = false;
};
/// A form: a command that the person completes.
struct CommandForm {
    bool open = false;
    std::string label;
    std::string explains;
    std::string text;
    std::string error;
    bool run_until = false;  ///< an expression to run until, not a command
};

/// How much of the run the bars of a group's members show.
enum class GroupStretch : uint8_t { kRebalance, kRecent, kWhole };
struct GroupPanelView {
    std::string group;  ///< shown last: kept while the selection has nothing to do with groups
    GroupStretch stretch = GroupStretch::kRecent;
};

/// The boxes of an open prediction that are ticked and not answered yet.
struct LessonTicks {
    std::size_t step = 0;
    std::size_t block = 0;
    std::vector<std::size_t> options;
};

struct UiState {
    Thing selection;
    std::vector<Thing> selected_before;  ///< to go back to, oldest first
    Thing hovered;                       ///< under the mouse in any panel, for this frame
    Thing pointed;                       ///< what the lesson points at
    CanvasView canvas;
    TimelineView timeline;
    FactsView facts;
    PaletteView palette;
    GroupPanelView group;
    CommandForm form;
    bool shortcuts_open = false;
    bool picker_open = false;
    std::string picker_text;   ///< what is searched for, or a path
    int picker_chosen = 0;     ///< of the rows shown
    std::string drawer;        ///< name of the drawer's panel; empty: closed
    std::string side = "why";  ///< name of the panel below the inspector
    bool lesson_open = true;
    LessonTicks lesson_ticks;
    /// Step, and how many of its blocks were shown last; nothing: the lesson was not seen yet.
    std::optional<std::pair<std::size_t, std::size_t>> lesson_seen;
    /// Step and block of the `do` whose hint was asked for.
    std::optional<std::pair<std::size_t, std::size_t>> lesson_hint;
    bool side_open = true;
    bool side_first = false;   ///< of lesson and side the side was asked for last
    bool lesson_shown = true;  ///< it had room in the last frame
    bool side_shown = true;    ///< likewise
    float lesson_width = 344;  ///< logical pixels, as the others
    float side_width = 352;
    float timeline_height = 216;
    float drawer_height = 200;
    float inspector_share = 0.58F;  ///< of the side's height
};

}  // namespace brokerlab
