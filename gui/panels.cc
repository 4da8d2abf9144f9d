#include <array>

#include "gui/panel.h"
#include "gui/widgets/icons.h"

namespace brokerlab {
namespace {

constexpr std::array kPanels{
    Panel{"lesson", "Lesson", kIconBook, PanelPlace::kLeft, draw_lesson_panel},
    Panel{"cluster", "Cluster", kIconCluster, PanelPlace::kCentre, draw_canvas_panel},
    Panel{"inspector", "Inspector", kIconInfo, PanelPlace::kRight, draw_inspector_panel},
    Panel{"why", "Why?", kIconAsk, PanelPlace::kSide, draw_why_panel},
    Panel{"waits", "Why not yet?", kIconHourglass, PanelPlace::kSide, draw_waits_panel},
    Panel{"next", "Next", kIconClock, PanelPlace::kSide, draw_upcoming_panel},
    Panel{"facts", "Fact log", kIconList, PanelPlace::kDrawer, draw_facts_panel},
    Panel{"group", "Group", kIconGroup, PanelPlace::kDrawer, draw_group_panel},
    Panel{"timeline", "Timeline", kIconHistory, PanelPlace::kBottom, draw_timeline_panel},
    Panel{"palette", "Command palette", kIconSearch, PanelPlace::kOverlay, draw_palette_panel},
    Panel{"shortcuts", "Keyboard shortcuts", kIconKeyboard, PanelPlace::kOverlay,
          draw_shortcuts_panel},
    Panel{"scenarios", "Scenarios and lessons", kIconFolder, PanelPlace::kOverlay,
          draw_picker_panel},
    Panel{"command", "Command", kIconTerminal, PanelPlace::kOverlay, draw_command_form},
};

}  // namespace

std::span<const Panel> panels() {
    return kPanels;
}

}  // namespace brokerlab
