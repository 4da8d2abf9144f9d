// The lesson pane: the prose of a step and its blocks as far as they are open, with next and back.
//
// Everything about the lesson's state is LessonPlay's; here are only the boxes that are ticked and
// not answered yet.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <imgui.h>

#include "gui/panel.h"
#include "gui/widgets/buttons.h"
#include "gui/widgets/fields.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/markdown.h"
#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"

namespace brokerlab {
namespace {

constexpr float kFooter = 44;
/// Parsed prose that is kept: more than the longest lesson has.
constexpr std::size_t kMostProse = 256;

/// What a block's card looks like: its colour, icon and word.
struct BlockLook {
    ImU32 colour = 0;
    const char* icon = "";
    const char* word = "";
};

BlockLook look_of(const Look& look, const LessonBlock& block, BlockState state) {
    const Theme& colours = look.colours();
    if (std::holds_alternative<PredictBlock>(block)) {
        switch (state) {
            case BlockState::kRight:
                return {colours.in_sync, kIconCheckCircle, "It came true"};
            case BlockState::kWrong:
                return {colours.lagging, kIconCross, "It came out otherwise"};
            case BlockState::kAnswered:
                return {colours.accent, kIconHourglass, "Predicted: wait and see"};
            default:
                return {colours.accent, kIconBulb, "Predict"};
        }
    }
    const bool done = state == BlockState::kDone;
    if (std::holds_alternative<DoBlock>(block)) {
        return done ? BlockLook{colours.in_sync, kIconCheckCircle, "Done"}
                    : BlockLook{colours.offline, kIconKill, "Your turn"};
    }
    if (std::holds_alternative<RunBlock>(block)) {
        return done ? BlockLook{colours.in_sync, kIconCheckCircle, "Watched"}
                    : BlockLook{colours.leader, kIconPlay, "Watch"};
    }
    if (std::holds_alternative<BranchBlock>(block)) {
        return {done ? colours.in_sync : colours.replication, kIconBranch,
                done ? "You are in a branch" : "Travel back"};
    }
    if (std::holds_alternative<CheckBlock>(block)) {
        return done ? BlockLook{colours.in_sync, kIconCheckCircle, "As expected"}
                    : BlockLook{colours.lagging, kIconWarning, "Not yet"};
    }
    return {colours.leader, kIconInfo, "What you see"};
}

/// A tinted card around what is drawn between its making and its end.
class BlockCard {
public:
    BlockCard(const Look& look, const BlockLook& block_look) : look_(look), block_(block_look) {
        list_ = ImGui::GetWindowDrawList();
        list_->ChannelsSplit(2);
        list_->ChannelsSetCurrent(1);
        from_ = ImGui::GetCursorScreenPos();
        width_ = ImGui::GetContentRegionAvail().x;
        ImGui::SetCursorScreenPos(ImVec2(from_.x + look.px(12), from_.y + look.px(10)));
        ImGui::BeginGroup();
        ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width_ - look.px(24));
        const ImVec2 at = ImGui::GetCursorScreenPos();
        draw_text(*list_, look.fonts.text, block_.colour, ImVec2(at.x, at.y + look.px(9)),
                  block_.icon);
        draw_text(*list_, look.fonts.small_strong, block_.colour,
                  ImVec2(at.x + look.px(22), at.y + look.px(9)), block_.word);
        ImGui::Dummy(ImVec2(width_ - look.px(24), look.px(22)));
    }
    ~BlockCard() {
        ImGui::PopTextWrapPos();
        ImGui::EndGroup();
        const float bottom = ImGui::GetItemRectMax().y + look_.px(10);
        list_->ChannelsSetCurrent(0);
        const ImVec2 max(from_.x + width_, bottom);
        list_->AddRectFilled(from_, max, faded(block_.colour, 0.08F), look_.px(10));
        list_->AddRect(from_, max, faded(block_.colour, 0.35F), look_.px(10));
        list_->ChannelsMerge();
        ImGui::SetCursorScreenPos(ImVec2(from_.x, bottom + look_.px(10)));
        ImGui::Dummy(ImVec2(0, 0));
    }
    BlockCard(const BlockCard&) = delete;
    BlockCard& operator=(const BlockCard&) = delete;

    [[nodiscard]] float width() const { return width_ - look_.px(24); }

    /// A paragraph of the card.
    void text(ImU32 colour, const std::string& text) const {
        if (text.empty()) {
            return;
        }
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float height = draw_text_wrapped(*list_, look_.fonts.text, colour, at, width(), text);
        ImGui::Dummy(ImVec2(width(), height + look_.px(6)));
    }

private:
    const Look& look_;
    BlockLook block_;
    ImDrawList* list_ = nullptr;
    ImVec2 from_;
    float width_ = 0;
};

/// One option: a box with a word; what was right is marked once it is known.
bool draw_option(const Look& look, const BlockCard& card, const BlockProgress& progress,
                 std::size_t option, bool ticked, bool open) {
    const Theme& colours = look.colours();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float left = look.px(26);
    const float height =
        std::max(look.px(30), text_height_wrapped(look.fonts.text, card.width() - left - look.px(8),
                                                  progress.options[option]) +
                                  look.px(12));
    const bool judged =
        progress.state == BlockState::kRight || progress.state == BlockState::kWrong;
    const bool right = std::binary_search(progress.right.begin(), progress.right.end(), option);
    ImGui::BeginDisabled(!open);
    const bool pressed =
        ImGui::InvisibleButton(progress.options[option].c_str(), ImVec2(card.width(), height));
    const bool hovered = open && ImGui::IsItemHovered();
    ImGui::EndDisabled();
    const ImVec2 max(at.x + card.width(), at.y + height);
    const ImU32 colour = judged && right ? colours.in_sync
                         : ticked        ? (judged ? colours.lagging : colours.accent)
                                         : colours.line;
    list.AddRectFilled(at, max, hovered ? colours.hovered : colours.raised, look.px(8));
    list.AddRect(at, max, colour, look.px(8));
    const char* icon = judged && right ? kIconCheck
                       : ticked        ? (progress.brokers ? kIconSquareChecked : kIconCircle)
                                       : (progress.brokers ? kIconSquare : kIconCircleHollow);
    draw_text(list, look.fonts.small, ticked || (judged && right) ? colour : colours.muted,
              ImVec2(at.x + look.px(8), (at.y + max.y) / 2), icon);
    draw_text_wrapped(list, look.fonts.text, colours.text, ImVec2(at.x + left, at.y + look.px(6)),
                      card.width() - left - look.px(8), progress.options[option]);
    ImGui::SetCursorScreenPos(ImVec2(at.x, max.y + look.px(4)));
    ImGui::Dummy(ImVec2(0, 0));
    return pressed;
}

void draw_predict(const Frame& frame, UiState& ui, Intents& intents, const BlockCard& card,
                  const BlockProgress& progress, std::size_t block) {
    const Look& look = frame.look;
    const bool open = progress.state == BlockState::kOpen;
    std::set<std::size_t> ticked(progress.chosen.begin(), progress.chosen.end());
    if (open) {
        if (ui.lesson_ticks.step != frame.lesson->step() || ui.lesson_ticks.block != block) {
            ui.lesson_ticks = {frame.lesson->step(), block, {}};
        }
        ticked.insert(ui.lesson_ticks.options.begin(), ui.lesson_ticks.options.end());
    }
    card.text(look.colours().text, progress.text);
    for (std::size_t i = 0; i < progress.options.size(); ++i) {
        if (!draw_option(look, card, progress, i, ticked.contains(i), open)) {
            continue;
        }
        std::vector<std::size_t>& options = ui.lesson_ticks.options;
        const bool was = ticked.contains(i);
        if (!progress.brokers) {
            options.clear();
        }
        std::erase(options, i);
        if (!was || !progress.brokers) {
            options.push_back(i);
        }
    }
    if (open) {
        const bool some = progress.brokers || !ui.lesson_ticks.options.empty();
        if (button(look, "Predict",
                   {.kind = ButtonKind::kPrimary,
                    .icon = kIconCheck,
                    .enabled = some,
                    .why_not = "Choose one first"})) {
            intents.add(LessonPredict{block, ui.lesson_ticks.options});
        }
    }
    card.text(look.colours().muted, progress.feedback);
}

/// What is asked; how it can be done for whoever wants to know.
void draw_do(const Frame& frame, UiState& ui, const BlockCard& card, const BlockProgress& progress,
             std::size_t block) {
    const Look& look = frame.look;
    card.text(look.colours().text, progress.text);
    if (progress.state != BlockState::kOpen) {
        return;
    }
    const std::pair here(frame.lesson->step(), block);
    if (ui.lesson_hint != here) {
        if (button(look, "Hint", {.icon = kIconBulb, .tooltip = "How it can be done"})) {
            ui.lesson_hint = here;
        }
        return;
    }
    card.text(look.colours().muted, progress.hint);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height =
        draw_text_wrapped(*ImGui::GetWindowDrawList(), look.fonts.mono_small, look.colours().muted,
                          at, card.width(), progress.command);
    ImGui::Dummy(ImVec2(card.width(), height));
}

/// What a run goes on for: in the lesson's words, else as it is written.
std::string goal_text(const RunBlock& run, const BlockProgress& progress) {
    if (!progress.text.empty()) {
        return fmt::format("Run {}", progress.text);
    }
    return run.until_time ? fmt::format("Run until {} s", moment_text(*run.until_time))
                          : fmt::format("Run until {}", run.until->text);
}

void draw_run(const Frame& frame, Intents& intents, const BlockCard& card, const RunBlock& run,
              const BlockProgress& progress, std::size_t block) {
    const Look& look = frame.look;
    if (progress.state == BlockState::kOpen) {
        card.text(look.colours().muted, goal_text(run, progress) + ".");
        if (primary_button(look, "Run##lesson", kIconPlay)) {
            intents.add(LessonRun{block});
        }
    }
    card.text(look.colours().muted, progress.feedback);
}

/// Prose, parsed once. By its text: a lesson that is edited and opened again has other prose.
const Markdown& parsed(const std::string& prose) {
    static std::map<std::string, Markdown> kept;
    if (kept.size() >= kMostProse && !kept.contains(prose)) {
        kept.clear();
    }
    const auto [found, is_new] = kept.try_emplace(prose);
    if (is_new) {
        found->second = parse_markdown(prose);
    }
    return found->second;
}

void draw_block(const Frame& frame, UiState& ui, Intents& intents, const LessonBlock& block,
                const BlockProgress& progress, std::size_t number) {
    const Look& look = frame.look;
    if (std::holds_alternative<PointBlock>(block)) {
        return;
    }
    if (const auto* prose = std::get_if<ProseBlock>(&block)) {
        (void)draw_markdown(look, parsed(prose->markdown));
        spacer(look, 4);
        return;
    }
    ImGui::PushID(static_cast<int>(number));
    {
        const BlockCard card(look, look_of(look, block, progress.state));
        if (std::holds_alternative<PredictBlock>(block)) {
            draw_predict(frame, ui, intents, card, progress, number);
        } else if (std::holds_alternative<DoBlock>(block)) {
            draw_do(frame, ui, card, progress, number);
        } else if (const auto* run = std::get_if<RunBlock>(&block)) {
            draw_run(frame, intents, card, *run, progress, number);
        } else if (std::holds_alternative<BranchBlock>(block)) {
            card.text(look.colours().text, progress.text);
            if (progress.state == BlockState::kOpen && primary_button(look, "Go back", kIconUndo)) {
                intents.add(LessonRun{number});
            }
        } else if (std::holds_alternative<CheckBlock>(block)) {
            card.text(look.colours().text, progress.feedback);
            if (progress.state == BlockState::kOpen &&
                primary_button(look, "Begin this step again", kIconRestart)) {
                intents.add(LessonAgain{});
            }
        } else {
            card.text(look.colours().text, progress.text);
        }
    }
    ImGui::PopID();
}

/// How well the learner did, at the length that there is room for.
void draw_finished(const Look& look, const LessonPlay& lesson) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float room = ImGui::GetContentRegionAvail().x - look.px(4);
    const std::string count =
        fmt::format("{} of {}", lesson.predictions_right(), lesson.predictions());
    const std::string whole = fmt::format("Done: {} predictions came true", count);
    const std::string brief = fmt::format("Done: {} came true", count);
    (void)draw_text_fitted(*ImGui::GetWindowDrawList(), look.fonts.strong, look.colours().in_sync,
                           ImVec2(at.x + look.px(4), at.y + look.px(16)), room,
                           text_width(look.fonts.strong, whole) <= room ? whole : brief);
}

void draw_footer(const Frame& frame, Intents& intents) {
    const Look& look = frame.look;
    const LessonPlay& lesson = *frame.lesson;
    const std::size_t last = lesson.lesson().steps.size() - 1;
    const bool may_go_on =
        lesson.step() < last && (lesson.step_done() || lesson.step() + 1 < lesson.steps_reached());
    if (button(look, "Back", {.icon = kIconBack, .enabled = lesson.step() > 0})) {
        intents.add(LessonBack{});
    }
    ImGui::SameLine();
    if (icon_button(look, "Begin this step again##footer", kIconRestart,
                    {.tooltip = "Begin this step again: the run goes back to where it began",
                     .enabled = lesson.step() + 1 == lesson.steps_reached(),
                     .why_not = "Only the furthest step can begin again"})) {
        intents.add(LessonAgain{});
    }
    ImGui::SameLine();
    if (lesson.step() == last && lesson.finished()) {
        draw_finished(look, lesson);
        return;
    }
    const float width = button_width(look, "Next", kIconForward);
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x - width);
    if (button(look, "Next",
               {.kind = may_go_on ? ButtonKind::kPrimary : ButtonKind::kCalm,
                .icon = kIconForward,
                .enabled = may_go_on,
                .why_not = "This step has something open"})) {
        intents.add(LessonNext{});
    }
}

/// A dot for each step: reached, shown, ahead.
void draw_steps(const Frame& frame) {
    const Look& look = frame.look;
    const LessonPlay& lesson = *frame.lesson;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const std::size_t count = lesson.lesson().steps.size();
    const float width = ImGui::GetContentRegionAvail().x;
    const float each = width / static_cast<float>(count);
    for (std::size_t i = 0; i < count; ++i) {
        const ImU32 colour = i == lesson.step()           ? look.colours().accent
                             : i < lesson.steps_reached() ? look.colours().in_sync
                                                          : look.colours().line;
        const float x = at.x + each * static_cast<float>(i);
        ImGui::GetWindowDrawList()->AddRectFilled(
            ImVec2(x, at.y), ImVec2(x + each - look.px(4), at.y + look.px(4)), colour, look.px(2));
    }
    ImGui::Dummy(ImVec2(width, look.px(12)));
}

}  // namespace

void draw_lesson_panel(const Frame& frame, UiState& ui, Intents& intents) {
    const Look& look = frame.look;
    if (frame.lesson == nullptr) {
        empty_state(look, kIconBook, "No lesson is open", "Ctrl+O lists the lessons.");
        return;
    }
    const LessonPlay& lesson = *frame.lesson;
    const LessonStep& step = lesson.lesson().steps[lesson.step()];
    draw_steps(frame);
    text_line(look.fonts.small, look.colours().muted,
              fmt::format("Step {} of {}", lesson.step() + 1, lesson.lesson().steps.size()));
    text_paragraph(look.fonts.title, look.colours().text, step.title);
    spacer(look, 4);
    ImGui::BeginChild("##step", ImVec2(0, ImGui::GetContentRegionAvail().y - look.px(kFooter)),
                      false, ImGuiWindowFlags_NoBackground);
    const std::vector<BlockProgress>& progress = lesson.progress(lesson.step());
    std::size_t shown = 0;
    for (std::size_t i = 0; i < progress.size() && progress[i].state != BlockState::kAhead; ++i) {
        draw_block(frame, ui, intents, step.blocks[i], progress[i], i);
        ++shown;
    }
    // What has just opened is below: it comes into sight by itself.
    const std::pair seen(lesson.step(), shown);
    if (ui.lesson_seen != seen) {
        if (ui.lesson_seen && ui.lesson_seen->first == seen.first) {
            ImGui::SetScrollHereY(1);
        } else {
            ImGui::SetScrollY(0);
        }
        ui.lesson_seen = seen;
    }
    ImGui::EndChild();
    spacer(look, 4);
    draw_footer(frame, intents);
}

}  // namespace brokerlab
