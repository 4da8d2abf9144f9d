// The form of a command that the person completes: its text, checked as it is typed, with the place
// of what can't be read and the reason of what would be refused.
#include <optional>
#include <string>
#include <variant>

#include <fmt/format.h>
#include <imgui.h>

#include "gui/panel.h"
#include "gui/widgets/buttons.h"
#include "gui/widgets/fields.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/overlay.h"
#include "gui/widgets/text.h"
#include "sim/query/expression.h"
#include "sim/view/objection.h"

namespace brokerlab {
namespace {

/// The sentence below the field, and a small arrow below the word that it is about.
void draw_objection(const Look& look, const Objection& objection, const std::string& text,
                    float field_left) {
    const Theme& c = look.colours();
    if (objection.offset) {
        const std::string before = text.substr(0, *objection.offset);
        const ImVec2 at = ImGui::GetCursorScreenPos();
        draw_text(*ImGui::GetWindowDrawList(), look.fonts.small, c.offline,
                  {field_left + text_width(look.fonts.mono, before), at.y + look.px(2)},
                  kIconChevronUp);
        ImGui::Dummy({1, look.px(8)});
    }
    text_paragraph(look.fonts.text, c.offline, objection.sentence);
}

/// Why the text can't be read as an expression.
std::optional<Objection> objection_to_expression(const std::string& text) {
    const std::variant<Expression, ExpressionError> parsed = parse_expression(text);
    const auto* error = std::get_if<ExpressionError>(&parsed);
    return error == nullptr ? std::nullopt : std::optional(Objection{error->offset, error->what});
}

void close(CommandForm& form) {
    form = CommandForm();
}

}  // namespace

void draw_command_form(const Frame& frame, UiState& ui, Intents& intents) {
    if (!ui.form.open) {
        return;
    }
    const Look& look = frame.look;
    const Theme& c = look.colours();
    const Overlay overlay(look, "Command",
                          {.width = 520, .height = 248, .title = visible_label(ui.form.label)});
    text_paragraph(look.fonts.text, c.muted, ui.form.explains);
    spacer(look, 8);
    if (ImGui::IsWindowAppearing()) {
        ImGui::SetKeyboardFocusHere();
    }
    const float left = ImGui::GetCursorScreenPos().x + ImGui::GetStyle().FramePadding.x;
    const bool entered =
        entry_field(look, "Command text", ui.form.run_until ? "an expression" : "a command",
                    ui.form.text, 0, true);
    const std::optional<Objection> objection = ui.form.run_until
                                                   ? objection_to_expression(ui.form.text)
                                                   : objection_to(frame.world(), ui.form.text);
    ui.form.error = objection ? objection->sentence : std::string();
    if (objection) {
        draw_objection(look, *objection, ui.form.text, left);
    } else {
        text_line(look.fonts.small, c.muted,
                  fmt::format("Enter {}, Escape closes this.",
                              ui.form.run_until ? "begins the run" : "gives the command"));
    }
    spacer(look, 8);
    const bool pressed = button(look, ui.form.run_until ? "Run until it holds" : "Give command",
                                {.kind = ButtonKind::kPrimary,
                                 .icon = kIconCheck,
                                 .enabled = !objection,
                                 .why_not = ui.form.error});
    ImGui::SameLine(0, look.px(8));
    const bool cancelled = button(look, "Cancel##form") || overlay.dismissed();
    if ((entered || pressed) && !objection) {
        if (ui.form.run_until) {
            intents.add(RunUntil{ui.form.text});
        } else {
            intents.add(GiveCommand{ui.form.text});
        }
        close(ui.form);
    } else if (cancelled) {
        close(ui.form);
    }
}

}  // namespace brokerlab
