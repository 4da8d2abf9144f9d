// Preferences: what the app remembers from one day to the next, and where the panels' borders are.
//
// Two small YAML files, preferences.yaml and layout.yaml. A broken one is named with its place; its
// readable part and the defaults hold.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gui/ui_state.h"
#include "gui/widgets/look.h"

namespace brokerlab {

struct Preferences {
    ThemeName theme = ThemeName::kDark;
    float scale = 1;                  ///< of the whole app, 0.75 to 3
    std::vector<std::string> recent;  ///< files, the latest first, at most kMostRecent

    bool operator==(const Preferences&) const = default;
};
inline constexpr std::size_t kMostRecent = 8;

/// Puts a file first among the recent ones.
void remember(Preferences& preferences, const std::string& path);

/// Reads what is there into `preferences`. The sentence says what is wrong with the text, and
/// where.
[[nodiscard]] std::optional<std::string> read_preferences(const std::string& yaml,
                                                          Preferences& preferences);
[[nodiscard]] std::string write_preferences(const Preferences& preferences);
/// Likewise the borders and open panels of `ui`.
[[nodiscard]] std::optional<std::string> read_layout(const std::string& yaml, UiState& ui);
[[nodiscard]] std::string write_layout(const UiState& ui);

}  // namespace brokerlab
