// The inspector's replica logs: every replica on the same scale of offsets, its batches as blocks,
// the leader's high watermark as a dashed line through all of them.
//
// A block has the colour of its replica's role; leader epochs take turns in brightness, and where
// one begins stands its number. What the leader does not have is red and hatched.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "gui/panels/inspector_parts.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "gui/widgets/vec.h"
#include "sim/view/inspect_parts.h"

namespace brokerlab {
namespace {

constexpr float kTrackHeight = 16;
constexpr float kTrackStep = 27;
constexpr float kLabelWidth = 36;

/// Where offsets stand.
struct Scale {
    float left = 0;
    float right = 1;
    int64_t from = 0;
    int64_t to = 1;

    [[nodiscard]] float x(int64_t offset) const {
        const auto way = static_cast<float>(offset - from);
        return left + (right - left) * way / static_cast<float>(std::max<int64_t>(1, to - from));
    }
};

void hatch(ImDrawList& list, ImVec2 min, ImVec2 max, ImU32 colour, float step) {
    list.PushClipRect(min, max, true);
    const float height = max.y - min.y;
    for (float x = min.x - height; x < max.x; x += step) {
        list.AddLine({x, max.y}, {x + height, min.y}, colour);
    }
    list.PopClipRect();
}

void block_card(const Inspector& inspector, const LogsSection::Log& log,
                const LogsSection::Batch& batch) {
    const HoverCard card(inspector.look);
    if (!card) {
        return;
    }
    const Fonts& fonts = inspector.look.fonts;
    const Theme& colours = inspector.colours();
    text_line(
        fonts.strong, colours.text,
        fmt::format("{}: offsets {} to {}", log.label, grouped(batch.from), grouped(batch.to - 1)));
    if (batch.batches > 1) {
        text_line(fonts.small, colours.muted, fmt::format("{} batches", batch.batches));
    }
    text_line(fonts.small, colours.muted, fmt::format("Leader epoch {}", batch.leader_epoch));
    if (batch.diverges) {
        text_line(fonts.small, colours.offline, "The leader does not have these records");
    }
    text_line(fonts.small, colours.muted,
              batch.to <= log.high_watermark ? "Below this replica's high watermark"
                                             : "Above this replica's high watermark");
}

void draw_block(const Inspector& inspector, const LogsSection::Log& log,
                const LogsSection::Batch& batch, const Scale& scale, float top) {
    const Look& look = inspector.look;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float height = look.px(kTrackHeight);
    const float from = std::max(scale.left, scale.x(batch.from));
    const float to = std::max(from + 1.5F, scale.x(batch.to));
    // Neighbours keep a gap as long as there is room for one.
    const float gap = to - from > look.px(4) ? look.px(1.5F) : 0;
    const ImVec2 min{from, top};
    const ImVec2 max{to - gap, top + height};
    const float rounding = to - from > look.px(5) ? look.px(2.5F) : 0;
    const ImU32 colour = batch.diverges ? inspector.colours().offline : tone_colour(look, log.tone);
    const float bright = batch.leader_epoch % 2 == 0 ? 0.92F : 0.7F;
    const bool committed = batch.to <= log.high_watermark;
    const float opacity = batch.diverges ? 0.3F : committed ? bright : bright * 0.45F;
    list.AddRectFilled(min, max, faded(colour, opacity), rounding);
    if (batch.diverges) {
        hatch(list, min, max, colour, look.px(5));
        list.AddRect(min, max, colour, rounding);
    }
    ImGui::SetCursorScreenPos(min);
    ImGui::InvisibleButton(fmt::format("batch {}##{}", batch.from, log.label).c_str(),
                           {std::max(1.0F, max.x - min.x), height});
    if (batch.thing != Thing()) {
        link_item(inspector, batch.thing);
    }
    if (ImGui::IsItemHovered()) {
        list.AddRect(min, max, inspector.colours().text, rounding);
    }
    block_card(inspector, log, batch);
}

/// Small marks at the lower edge: where segments begin, and up to where the log was cut lately.
void draw_marks(const Inspector& inspector, const LogsSection::Log& log, const Scale& scale,
                float top) {
    const Look& look = inspector.look;
    const Theme& colours = inspector.colours();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float bottom = top + look.px(kTrackHeight);
    for (const int64_t segment : log.segments) {
        const float x = std::floor(scale.x(segment));
        list.AddLine({x, bottom}, {x, bottom + look.px(4)}, colours.muted);
    }
    for (const int64_t cut : log.truncated_to) {
        const float x = scale.x(std::max(cut, scale.from));
        draw_text(list, look.fonts.small, colours.offline, {x, bottom + look.px(5)}, kIconCut,
                  Align::kCentre);
    }
}

void draw_log(const Inspector& inspector, const LogsSection::Log& log, const Scale& scale,
              ImVec2 at, float right) {
    const Look& look = inspector.look;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float height = look.px(kTrackHeight);
    const float middle = at.y + height / 2;
    const ImU32 colour = tone_colour(look, log.tone);
    list.AddRectFilled({scale.left, at.y}, {scale.right, at.y + height}, inspector.colours().page,
                       look.px(3));
    for (const LogsSection::Batch& batch : log.batches) {
        draw_block(inspector, log, batch, scale, at.y);
    }
    draw_marks(inspector, log, scale, at.y);
    if (log.log_end < scale.from) {
        draw_text(list, look.fonts.small, colour, {scale.left + look.px(6), middle},
                  fmt::format("{} ends {} offsets before", kIconChevronLeft,
                              grouped(scale.from - log.log_end)));
    }
    ImGui::SetCursorScreenPos({at.x, at.y - look.px(3)});
    ImGui::InvisibleButton(fmt::format("{}##log", log.label).c_str(),
                           {look.px(kLabelWidth) - look.px(6), height + look.px(6)});
    link_item(inspector, log.replica);
    const bool hovered = ImGui::IsItemHovered();
    hover_card(look, log.label,
               fmt::format("Log start {}, high watermark {}, log end {}", grouped(log.log_start),
                           log.high_watermark < 0 ? "none" : grouped(log.high_watermark),
                           grouped(log.log_end)));
    draw_text(list, look.fonts.strong, hovered ? inspector.colours().text : colour, {at.x, middle},
              log.label);
    draw_text(list, look.fonts.mono_small, colour, {right, middle}, grouped(log.log_end),
              Align::kRight);
}

/// Where another leader epoch begins, above the first track; by the log that shows it first.
void draw_epochs(const Inspector& inspector, const LogsSection& section, const Scale& scale,
                 float y) {
    const Look& look = inspector.look;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const LogsSection::Log* shown = &section.logs.front();
    for (const LogsSection::Log& log : section.logs) {
        if (log.tone == Tone::kLeader) {
            shown = &log;
        }
    }
    float free_from = scale.left;
    int32_t epoch = -1;
    for (const LogsSection::Batch& batch : shown->batches) {
        if (batch.leader_epoch == epoch) {
            continue;
        }
        epoch = batch.leader_epoch;
        const float x = std::max(scale.left, scale.x(batch.from));
        const std::string text = fmt::format("epoch {}", epoch);
        const float width = text_width(look.fonts.small, text);
        if (x >= free_from && x + width <= scale.right) {
            draw_text(list, look.fonts.small, inspector.colours().muted, {x, y}, text);
            free_from = x + width + look.px(8);
        }
    }
}

void draw_high_watermark(const Inspector& inspector, int64_t hw, const Scale& scale, float top,
                         float bottom) {
    if (hw < scale.from) {
        return;
    }
    const Look& look = inspector.look;
    const ImU32 colour = inspector.colours().text;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float x = std::floor(std::min(scale.x(hw), scale.right - 1));
    draw_dashed_line(list, {x, top}, {x, bottom}, colour, look.px(1.5F), look.px(3), look.px(3));
    const std::string text = "HW " + grouped(hw);
    const float half = text_width(look.fonts.small_strong, text) / 2;
    const float middle =
        std::clamp(x, scale.left + half, std::max(scale.left + half, scale.right - half));
    draw_text(list, look.fonts.small_strong, colour, {middle, bottom + look.px(8)}, text,
              Align::kCentre);
    // The first offset of the window, where the two do not touch.
    const std::string first = grouped(scale.from);
    if (scale.left + text_width(look.fonts.mono_small, first) + look.px(8) < middle - half) {
        draw_text(list, look.fonts.mono_small, inspector.colours().muted,
                  {scale.left, bottom + look.px(8)}, first);
    }
}

}  // namespace

void draw_section(const Inspector& inspector, const LogsSection& section) {
    if (section.logs.empty()) {
        return;
    }
    const Look& look = inspector.look;
    draw_section_title(inspector, section.title, "log end offset");
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    float ends = 0;
    for (const LogsSection::Log& log : section.logs) {
        ends = std::max(ends, text_width(look.fonts.mono_small, grouped(log.log_end)));
    }
    const Scale scale{at.x + look.px(kLabelWidth),
                      std::max(at.x + look.px(kLabelWidth) + 1, at.x + width - ends - look.px(10)),
                      section.from, section.to};
    const float first = at.y + look.px(18);
    draw_epochs(inspector, section, scale, at.y + look.px(8));
    for (std::size_t i = 0; i < section.logs.size(); ++i) {
        const float y = first + look.px(kTrackStep) * static_cast<float>(i);
        draw_log(inspector, section.logs[i], scale, {at.x, std::floor(y)}, at.x + width);
    }
    const float bottom =
        first + look.px(kTrackStep) * static_cast<float>(section.logs.size()) - look.px(4);
    draw_high_watermark(inspector, section.high_watermark, scale, first - look.px(4), bottom);
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy({width, bottom + look.px(18) - at.y});
}

}  // namespace brokerlab
