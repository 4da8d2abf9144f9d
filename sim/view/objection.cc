#include "sim/view/objection.h"

#include <variant>

#include "sim/script/command_text.h"
#include "sim/world/admit.h"

namespace brokerlab {

std::optional<Objection> objection_to(const World& world, std::string_view text) {
    const std::variant<Command, TextError> read = parse_command(text);
    if (const auto* error = std::get_if<TextError>(&read)) {
        return Objection{error->offset, error->what};
    }
    if (const std::optional<Refusal> refusal = admit(world, std::get<Command>(read))) {
        return Objection{std::nullopt, refusal->reason};
    }
    return std::nullopt;
}

}  // namespace brokerlab
