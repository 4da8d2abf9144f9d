// The legend of the canvas: everything that its colours, icons and lines mean, in words.
#include <algorithm>
#include <array>
#include <string_view>

#include "gui/panels/canvas_pen.h"
#include "gui/widgets/fields.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/text.h"

namespace brokerlab {
namespace {

constexpr const char* kPopup = "Legend##popup";
constexpr float kRow = 21;
constexpr float kWidth = 420;
constexpr float kWords = 132;  ///< from the left end to the explanation

struct NodeEntry {
    NodeLook look;
    std::string_view means;
};
constexpr std::array kNodes{
    NodeEntry{NodeLook::kRunning, "does its work"},
    NodeEntry{NodeLook::kController, "the controller that leads the metadata quorum"},
    NodeEntry{NodeLook::kStarting, "comes up"},
    NodeEntry{NodeLook::kStopping, "goes down in order: gives its partitions away first"},
    NodeEntry{NodeLook::kFenced, "runs, but the controller doesn't count on it"},
    NodeEntry{NodeLook::kPaused, "stands still, as in a long garbage collection"},
    NodeEntry{NodeLook::kIsolated, "runs, but reaches nobody"},
    NodeEntry{NodeLook::kDown, "its process is dead"},
    NodeEntry{NodeLook::kOff, "its machine has no power"},
    NodeEntry{NodeLook::kWaiting, "has not begun, or was stopped"},
};

struct ReplicaEntry {
    ReplicaLook look;
    std::string_view means;
};
constexpr std::array kReplicas{
    ReplicaEntry{ReplicaLook::kLeader, "takes writes and serves reads"},
    ReplicaEntry{ReplicaLook::kInSync, "in the ISR: may become the leader"},
    ReplicaEntry{ReplicaLook::kLagging, "alive, but not in the ISR"},
    ReplicaEntry{ReplicaLook::kOffline, "its broker is not there"},
};

struct LineEntry {
    Traffic traffic;
    std::string_view means;
};
constexpr std::array kLines{
    LineEntry{Traffic::kProduce, "records on their way to a leader"},
    LineEntry{Traffic::kConsume, "a consumer fetches"},
    LineEntry{Traffic::kReplicate, "a follower fetches from its leader"},
    LineEntry{Traffic::kQuorum, "the metadata log, between the controllers and to the brokers"},
    LineEntry{Traffic::kControl, "heartbeats and requests to the controller"},
};

/// The words of a row; what stands before them is drawn by the caller, `at` being its middle.
ImVec2 draw_words(const CanvasPen& view, std::string_view word, std::string_view means) {
    const Look& look = view.look();
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    const ImVec2 at{corner.x + view.px(14), corner.y + view.px(kRow) / 2};
    draw_text(*ImGui::GetWindowDrawList(), look.fonts.small_strong, look.colours().text,
              {corner.x + view.px(32), at.y}, word);
    draw_text_fitted(*ImGui::GetWindowDrawList(), look.fonts.small, look.colours().muted,
                     {corner.x + view.px(kWords), at.y}, view.px(kWidth - kWords), means);
    ImGui::Dummy({view.px(kWidth), view.px(kRow)});
    return at;
}

void draw_icon_row(const CanvasPen& view, ImU32 colour, const char* icon, std::string_view word,
                   std::string_view means) {
    const ImVec2 at = draw_words(view, word, means);
    draw_text(*ImGui::GetWindowDrawList(), view.look().fonts.small, colour, at, icon,
              Align::kCentre);
}

void draw_rows(const CanvasPen& view) {
    const Look& look = view.look();
    section_title(look, "REPLICAS");
    for (const ReplicaEntry& entry : kReplicas) {
        draw_icon_row(view, colour_of(view.colours(), entry.look), icon_of(entry.look),
                      look_word(entry.look), entry.means);
    }
    draw_icon_row(view, view.colours().offline, kIconStar, "lost leader",
                  "its broker is gone: leads until the broker is fenced");
    draw_icon_row(view, view.colours().muted, kIconStarHollow, "preferred",
                  "first in the list of replicas: leads whenever it can");
    section_title(look, "BROKERS, CONTROLLERS, CLIENTS");
    for (const NodeEntry& entry : kNodes) {
        draw_icon_row(view, colour_of(view.colours(), entry.look), icon_of(entry.look),
                      look_word(entry.look), entry.means);
    }
    section_title(look, "MESSAGES");
    for (const LineEntry& entry : kLines) {
        const ImVec2 at = draw_words(view, traffic_word(entry.traffic), entry.means);
        const ImU32 colour = colour_of(view.colours(), entry.traffic);
        ImDrawList& list = *ImGui::GetWindowDrawList();
        list.AddLine({at.x - view.px(8), at.y}, {at.x + view.px(8), at.y}, colour, view.px(2));
        list.AddCircleFilled(at, view.px(3.5F), colour);
    }
}

}  // namespace

void open_legend() {
    ImGui::OpenPopup(kPopup);
}

void draw_legend_popup(const CanvasPen& view) {
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowSizeConstraints(
        {0, 0}, {screen.x - view.px(16), std::max(view.px(100), screen.y - view.px(16))});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {view.px(6), 0});
    if (ImGui::BeginPopup(kPopup)) {
        draw_rows(view);
        ImGui::EndPopup();
    }
    ImGui::PopStyleVar();
}

}  // namespace brokerlab
