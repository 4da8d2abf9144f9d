// Actions: the commands that apply to a thing, for its context menu and the command palette, each
// with the reason why it would be refused now.
//
// An action with a blank (a delay, a value, a target) is a form: the person fills it in first.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/view/thing.h"
#include "sim/world/world.h"

namespace brokerlab {

struct Action {
    std::string label;  ///< "Kill broker 2"
    std::string
        command;  ///< its text as parse_command() takes it; a form: with its default filled in
    std::string explains;  ///< one sentence: what it does to the real thing
    bool form = false;     ///< `command` is a proposal that the person is expected to change
    bool destructive = false;
    std::optional<std::string> refused;  ///< why it can't be given now; never for a form's blanks
    int32_t group = 0;                   ///< of the menu: a separator goes between groups
};

/// What can be done with the thing, in the order of a menu. Refused ones are in it. For nothing:
/// what the lab as a whole can do.
[[nodiscard]] std::vector<Action> actions_for(const World& world, const Thing& thing);

/// All of them for all things of the World but single links and messages, and those of the lab
/// (rules, heal all): the palette.
[[nodiscard]] std::vector<Action> all_actions(const World& world);

}  // namespace brokerlab
