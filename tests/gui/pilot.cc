#include "tests/gui/pilot.h"

#include <gtest/gtest.h>
#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "gui/platform/fonts.h"
#include "gui/widgets/text.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

namespace brokerlab {
namespace {

/// Everything that ImGui was told of, joined by id. One pilot flies at a time.
struct Registry {
    std::unordered_map<ImGuiID, std::string> labels;
    std::vector<PilotItem> now;       ///< of the frame that is being made
    std::vector<PilotItem> last;      ///< of the frame before
    std::unordered_set<ImGuiID> ids;  ///< of the frame that is being made
    std::set<std::string> twins;      ///< labels of items whose id another one had already
    std::set<std::string> reported;
};
Registry registry;

constexpr float kFrameSeconds = 1.0F / 60;
/// The mouse must be somewhere for a frame before ImGui knows what is under it.
constexpr int kHoverFrames = 2;
/// What follows a click: popups open, layouts settle.
constexpr int kSettleFrames = 3;

void fill_key_map(ImGuiIO& io) {
    const std::pair<ImGuiKey_, int> keys[] = {
        {ImGuiKey_Tab, GLFW_KEY_TAB},
        {ImGuiKey_LeftArrow, GLFW_KEY_LEFT},
        {ImGuiKey_RightArrow, GLFW_KEY_RIGHT},
        {ImGuiKey_UpArrow, GLFW_KEY_UP},
        {ImGuiKey_DownArrow, GLFW_KEY_DOWN},
        {ImGuiKey_PageUp, GLFW_KEY_PAGE_UP},
        {ImGuiKey_PageDown, GLFW_KEY_PAGE_DOWN},
        {ImGuiKey_Home, GLFW_KEY_HOME},
        {ImGuiKey_End, GLFW_KEY_END},
        {ImGuiKey_Insert, GLFW_KEY_INSERT},
        {ImGuiKey_Delete, GLFW_KEY_DELETE},
        {ImGuiKey_Backspace, GLFW_KEY_BACKSPACE},
        {ImGuiKey_Space, GLFW_KEY_SPACE},
        {ImGuiKey_Enter, GLFW_KEY_ENTER},
        {ImGuiKey_Escape, GLFW_KEY_ESCAPE},
        {ImGuiKey_KeyPadEnter, GLFW_KEY_KP_ENTER},
        {ImGuiKey_A, GLFW_KEY_A},
        {ImGuiKey_C, GLFW_KEY_C},
        {ImGuiKey_V, GLFW_KEY_V},
        {ImGuiKey_X, GLFW_KEY_X},
        {ImGuiKey_Y, GLFW_KEY_Y},
        {ImGuiKey_Z, GLFW_KEY_Z},
    };
    for (const auto& [imgui_key, glfw_key] : keys) {
        io.KeyMap[imgui_key] = glfw_key;
    }
}

std::string labels_seen() {
    std::string text;
    for (const PilotItem& item : registry.last) {
        if (!item.label.empty()) {
            text += (text.empty() ? "" : ", ") + ("'" + item.label + "'");
        }
    }
    return text;
}

/// Each label once, however many frames it is there.
void report_twins() {
    for (const std::string& label : std::exchange(registry.twins, {})) {
        if (registry.reported.insert(label).second) {
            ADD_FAILURE() << "several items have the id of '" << label << "'";
        }
    }
}

bool is_within(ImVec2 at, ImVec2 min, ImVec2 max) {
    return at.x >= min.x && at.x < max.x && at.y >= min.y && at.y < max.y;
}

/// The window, or child of one, that has the mouse there.
const ImGuiWindow* window_at(ImVec2 at) {
    const ImGuiContext& context = *ImGui::GetCurrentContext();
    for (int i = context.Windows.Size - 1; i >= 0; --i) {
        const ImGuiWindow* window = context.Windows[i];
        if (window->Active && !window->Hidden &&
            (window->Flags & ImGuiWindowFlags_NoMouseInputs) == 0 &&
            window->OuterRectClipped.Contains(at)) {
            return window;
        }
    }
    return nullptr;
}

/// What is in the way of the mouse to the item there; nothing: it is reached.
std::optional<std::string> in_the_way(const PilotItem& item, ImVec2 at) {
    const ImGuiWindow* window = window_at(at);
    if (window != item.owner) {
        return window == nullptr ? std::string("nothing") : std::string(window->Name);
    }
    // Of items of one window the last has the mouse.
    for (const PilotItem* other = &item + 1; other < registry.last.data() + registry.last.size();
         ++other) {
        if (other->owner == item.owner && is_within(at, other->min, other->max) &&
            is_within(at, other->clip_min, other->clip_max)) {
            return other->label;
        }
    }
    return std::nullopt;
}

/// ImGui takes the mouse to be at whole pixels.
ImVec2 whole_pixels(ImVec2 at) {
    return {std::floor(at.x), std::floor(at.y)};
}

/// Where a person would put the mouse: the middle, then the nearest to it of a raster over what can
/// be seen.
std::vector<ImVec2> places_of(const PilotItem& item) {
    constexpr int kRaster = 16;
    const ImVec2 middle = item.centre();
    const ImVec2 low = {std::max(item.min.x, item.clip_min.x),
                        std::max(item.min.y, item.clip_min.y)};
    const ImVec2 step = {2 * (middle.x - low.x) / kRaster, 2 * (middle.y - low.y) / kRaster};
    std::vector<ImVec2> places{whole_pixels(middle)};
    for (int i = 0; i < kRaster * kRaster; ++i) {
        places.push_back(whole_pixels({low.x + step.x * (static_cast<float>(i % kRaster) + 0.5F),
                                       low.y + step.y * (static_cast<float>(i / kRaster) + 0.5F)}));
    }
    const auto far = [&](ImVec2 at) { return std::hypot(at.x - middle.x, at.y - middle.y); };
    std::stable_sort(places.begin() + 1, places.end(),
                     [&](ImVec2 a, ImVec2 b) { return far(a) < far(b); });
    return places;
}

}  // namespace

ImVec2 PilotItem::centre() const {
    // Of the part that can be seen.
    const ImVec2 low = {std::max(min.x, clip_min.x), std::max(min.y, clip_min.y)};
    const ImVec2 high = {std::min(max.x, clip_max.x), std::min(max.y, clip_max.y)};
    return {(low.x + high.x) / 2, (low.y + high.y) / 2};
}

bool PilotItem::visible() const {
    return max.x > clip_min.x && min.x < clip_max.x && max.y > clip_min.y && min.y < clip_max.y;
}

Pilot::Pilot(Look& look, ScreenSize size) : size_(size) {
    registry = {};
    fill_key_map(ImGui::GetIO());
    // As the app's own back end can: a large cluster has more corners than 16 bits count.
    ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
    look.theme = &theme(ThemeName::kDark);
    load_fonts(look, 1);
}

Pilot::~Pilot() {
    registry = {};
}

void Pilot::fly(std::function<void()> frame) {
    frame_ = std::move(frame);
    frames(kSettleFrames);
}

void Pilot::frames(int count) {
    ImGuiIO& io = ImGui::GetIO();
    for (int i = 0; i < count; ++i) {
        io.DisplaySize = {static_cast<float>(size_.width), static_cast<float>(size_.height)};
        io.DeltaTime = kFrameSeconds;
        io.MousePos = mouse_;
        std::copy(std::begin(down_), std::end(down_), io.MouseDown);
        io.MouseWheel = std::exchange(wheel_, 0.0F);
        io.KeyCtrl = with_.ctrl;
        io.KeyShift = with_.shift;
        io.KeyAlt = with_.alt;
        std::fill(std::begin(io.KeysDown), std::end(io.KeysDown), false);
        if (key_) {
            io.KeysDown[*key_] = true;
        }
        io.AddInputCharactersUTF8(std::exchange(typed_, {}).c_str());
        registry.now.clear();
        ImGui::NewFrame();
        frame_();
        ImGui::Render();
        registry.last = std::move(registry.now);
        registry.now = {};
        registry.ids.clear();
        report_twins();
    }
}

const std::vector<PilotItem>& Pilot::items() const {
    return registry.last;
}

const PilotItem* Pilot::find(std::string_view label, std::size_t nth) const {
    const std::size_t slashes = label.find("//");
    const bool named = slashes != std::string_view::npos;
    const std::string_view window = named ? label.substr(0, slashes) : std::string_view();
    const std::string_view wanted = named ? label.substr(slashes + 2) : label;
    for (const bool whole : {true, false}) {
        std::size_t left = nth;
        for (const PilotItem& item : registry.last) {
            const std::string_view has = whole ? item.label : visible_label(item.label);
            if (has == wanted && (window.empty() || item.window == window) && left-- == 0) {
                return &item;
            }
        }
    }
    return nullptr;
}

bool Pilot::sees(std::string_view label) const {
    const PilotItem* item = find(label);
    return item != nullptr && item->visible();
}

const PilotItem* Pilot::need(std::string_view label, std::size_t nth) {
    const PilotItem* item = find(label, nth);
    if (item == nullptr) {
        ADD_FAILURE() << "nothing is labelled '" << label << "'. There are: " << labels_seen();
    } else if (!item->visible()) {
        ADD_FAILURE() << "'" << label << "' is out of sight";
    } else if (item->disabled) {
        ADD_FAILURE() << "'" << label << "' is disabled";
    } else {
        return item;
    }
    return nullptr;
}

std::optional<ImVec2> Pilot::spot(std::string_view label, std::size_t nth) {
    const PilotItem* item = need(label, nth);
    if (item == nullptr) {
        return std::nullopt;
    }
    const std::optional<std::string> covered = in_the_way(*item, whole_pixels(item->centre()));
    for (const ImVec2 at : places_of(*item)) {
        if (in_the_way(*item, at)) {
            continue;
        }
        // What comes under the mouse only when it is there lies over the item as well.
        mouse_ = at;
        frames(kHoverFrames);
        item = find(label, nth);
        if (item == nullptr) {
            break;
        }
        if (!in_the_way(*item, at)) {
            return at;
        }
    }
    ADD_FAILURE() << "'" << label << "' is covered all over, in its middle by '"
                  << covered.value_or("what comes under the mouse") << "'";
    return std::nullopt;
}

void Pilot::hover(std::string_view label, std::size_t nth) {
    const PilotItem* item = find(label, nth);
    if (item == nullptr || !item->visible()) {
        ADD_FAILURE() << "nothing to be seen is labelled '" << label
                      << "'. There are: " << labels_seen();
        return;
    }
    mouse_ = item->centre();
    frames(kHoverFrames);
}

void Pilot::press(int mouse_button, ImVec2 at) {
    mouse_ = at;
    frames(kHoverFrames);
    down_[mouse_button] = true;
    frames();
    down_[mouse_button] = false;
    frames(kSettleFrames);
}

void Pilot::click(std::string_view label, std::size_t nth) {
    if (const std::optional<ImVec2> at = spot(label, nth)) {
        press(0, *at);
    }
}

void Pilot::right_click(std::string_view label, std::size_t nth) {
    if (const std::optional<ImVec2> at = spot(label, nth)) {
        press(1, *at);
    }
}

void Pilot::double_click(std::string_view label, std::size_t nth) {
    if (const std::optional<ImVec2> at = spot(label, nth)) {
        mouse_ = *at;
        frames(kHoverFrames);
        for (int i = 0; i < 2; ++i) {
            down_[0] = true;
            frames();
            down_[0] = false;
            frames();
        }
        frames(kSettleFrames);
    }
}

void Pilot::click_at(ImVec2 at) {
    press(0, at);
}

void Pilot::click_within(std::string_view label, ImVec2 at) {
    if (const PilotItem* item = need(label, 0)) {
        press(0, {item->min.x + (item->max.x - item->min.x) * at.x,
                  item->min.y + (item->max.y - item->min.y) * at.y});
    }
}

void Pilot::drag(std::string_view label, ImVec2 by) {
    if (const PilotItem* item = need(label, 0)) {
        const ImVec2 size = {item->max.x - item->min.x, item->max.y - item->min.y};
        drag_within(label, {0.5F, 0.5F}, {0.5F + by.x / size.x, 0.5F + by.y / size.y});
    }
}

void Pilot::drag_within(std::string_view label, ImVec2 from, ImVec2 to) {
    const PilotItem* item = need(label, 0);
    if (item == nullptr) {
        return;
    }
    constexpr int kSteps = 8;
    const ImVec2 corner = item->min;
    const ImVec2 size = {item->max.x - corner.x, item->max.y - corner.y};
    const auto move = [&](float share) {
        mouse_ = {corner.x + size.x * (from.x + (to.x - from.x) * share),
                  corner.y + size.y * (from.y + (to.y - from.y) * share)};
    };
    move(0);
    frames(kHoverFrames);
    down_[0] = true;
    frames();
    for (int step = 1; step <= kSteps; ++step) {
        move(static_cast<float>(step) / kSteps);
        frames();
    }
    down_[0] = false;
    frames(kSettleFrames);
}

void Pilot::wheel(std::string_view label, float steps, bool ctrl) {
    if (const PilotItem* item = need(label, 0)) {
        mouse_ = item->centre();
        with_.ctrl = ctrl;
        frames(kHoverFrames);
        wheel_ = steps;
        frames();
        with_ = {};
        frames(kSettleFrames);
    }
}

void Pilot::wheel_at(ImVec2 at, float steps) {
    mouse_ = at;
    frames(kHoverFrames);
    wheel_ = steps;
    frames(kSettleFrames);
}

void Pilot::key(int glfw_key, PilotKeys with) {
    with_ = with;
    key_ = glfw_key;
    frames();
    key_.reset();
    with_ = {};
    frames(kSettleFrames);
}

void Pilot::right_click_at(ImVec2 at) {
    press(1, at);
}

void Pilot::hold_key(int glfw_key, int frames_down) {
    key_ = glfw_key;
    frames(frames_down);
    key_.reset();
    frames(kSettleFrames);
}

void Pilot::type(std::string_view text) {
    typed_ = text;
    frames(kSettleFrames);
}

namespace {

bool scrolls(const ImGuiWindow* window) {
    for (; window != nullptr; window = window->ParentWindow) {
        if (window->ScrollMax.x > 0 || window->ScrollMax.y > 0) {
            return true;
        }
        if ((window->Flags & ImGuiWindowFlags_ChildWindow) == 0) {
            return false;
        }
    }
    return false;
}

void note_item(const ImRect& box, ImGuiID id) {
    if (id == 0) {
        return;
    }
    const ImGuiWindow& window = *ImGui::GetCurrentWindowRead();
    const auto label = registry.labels.find(id);
    if (!registry.ids.insert(id).second && label != registry.labels.end()) {
        registry.twins.insert(label->second);
    }
    registry.now.push_back(
        {window.RootWindow->Name, label == registry.labels.end() ? std::string() : label->second,
         box.Min, box.Max, window.ClipRect.Min, window.ClipRect.Max,
         (ImGui::GetItemFlags() & ImGuiItemFlags_Disabled) != 0, scrolls(&window), &window});
}

void note_label(ImGuiID id, const char* begin, const char* end) {
    registry.labels.insert_or_assign(id,
                                     end == nullptr ? std::string(begin) : std::string(begin, end));
}

}  // namespace
}  // namespace brokerlab

// The linker calls these in place of ImGui::ItemAdd() and ImGuiWindow::GetID(); see CMakeLists.txt.
extern "C" {

bool __real__ZN5ImGui7ItemAddERK6ImRectjPS1_i(const ImRect& box, ImGuiID id, const ImRect* nav_box,
                                              ImGuiItemFlags flags);
ImGuiID __real__ZN11ImGuiWindow5GetIDEPKcS1_(ImGuiWindow* window, const char* begin,
                                             const char* end);
bool __wrap__ZN5ImGui7ItemAddERK6ImRectjPS1_i(const ImRect& box, ImGuiID id, const ImRect* nav_box,
                                              ImGuiItemFlags flags);
ImGuiID __wrap__ZN11ImGuiWindow5GetIDEPKcS1_(ImGuiWindow* window, const char* begin,
                                             const char* end);

bool __wrap__ZN5ImGui7ItemAddERK6ImRectjPS1_i(const ImRect& box, ImGuiID id, const ImRect* nav_box,
                                              ImGuiItemFlags flags) {
    const bool shown = __real__ZN5ImGui7ItemAddERK6ImRectjPS1_i(box, id, nav_box, flags);
    brokerlab::note_item(box, id);
    return shown;
}

ImGuiID __wrap__ZN11ImGuiWindow5GetIDEPKcS1_(ImGuiWindow* window, const char* begin,
                                             const char* end) {
    const ImGuiID id = __real__ZN11ImGuiWindow5GetIDEPKcS1_(window, begin, end);
    brokerlab::note_label(id, begin, end);
    return id;
}

}  // extern "C"
