#include "gui/preferences.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "sim/script/yaml_node.h"

namespace brokerlab {
namespace {

constexpr int64_t kLeastPercent = 75;
constexpr int64_t kMostPercent = 300;
/// Logical pixels of a panel's border.
constexpr int64_t kLeastBorder = 80;
constexpr int64_t kMostBorder = 2000;

/// Reads a small YAML map with `read`; what is wrong first comes back as "line 3, column 5: ...".
template <class Read>
std::optional<std::string> read_map(const std::string& yaml, const char* what, Read read) {
    FileErrors errors;
    try {
        const YAML::Node root = YAML::Load(yaml);
        if (root.IsNull()) {
            return std::nullopt;
        }
        const YamlNode node(root, what, errors);
        if (!node.is_map()) {
            node.fail("must be a map of names and values");
        } else {
            read(node);
        }
    } catch (const YAML::Exception& error) {
        errors.add(error.mark, error.msg);
    }
    if (!errors.any()) {
        return std::nullopt;
    }
    return fmt::format("line {}, column {}: {}", errors.first()->line, errors.first()->column,
                       errors.first()->what);
}

float border(const YamlNode& node, const char* key, float fallback) {
    return static_cast<float>(
        node.at(key).integer(static_cast<int64_t>(fallback), kLeastBorder, kMostBorder));
}

bool flag(const YamlNode& node, const char* key, bool fallback) {
    const std::string text = node.at(key).text(fallback ? "true" : "false");
    if (text != "true" && text != "false") {
        node.at(key).fail("must be true or false");
    }
    return text == "true";
}

}  // namespace

void remember(Preferences& preferences, const std::string& path) {
    std::erase(preferences.recent, path);
    preferences.recent.insert(preferences.recent.begin(), path);
    if (preferences.recent.size() > kMostRecent) {
        preferences.recent.resize(kMostRecent);
    }
}

std::optional<std::string> read_preferences(const std::string& yaml, Preferences& preferences) {
    return read_map(yaml, "preferences", [&](const YamlNode& node) {
        node.expect_keys({"theme", "scale-percent", "recent"});
        const std::string theme = node.at("theme").text("dark");
        if (theme != "dark" && theme != "light") {
            node.at("theme").fail("must be dark or light");
        } else {
            preferences.theme = theme == "light" ? ThemeName::kLight : ThemeName::kDark;
        }
        const int64_t percent = node.at("scale-percent").integer(100, kLeastPercent, kMostPercent);
        preferences.scale = static_cast<float>(percent) / 100;
        preferences.recent.clear();
        for (const YamlNode& file : node.at("recent").items("a recent file")) {
            preferences.recent.push_back(file.text());
        }
        preferences.recent.resize(std::min(preferences.recent.size(), kMostRecent));
    });
}

std::string write_preferences(const Preferences& preferences) {
    YAML::Emitter out;
    out << YAML::BeginMap << YAML::Key << "theme" << YAML::Value
        << (preferences.theme == ThemeName::kLight ? "light" : "dark") << YAML::Key
        << "scale-percent" << YAML::Value << static_cast<int>(preferences.scale * 100 + 0.5F)
        << YAML::Key << "recent" << YAML::Value << YAML::BeginSeq;
    for (const std::string& path : preferences.recent) {
        out << YAML::DoubleQuoted << path;
    }
    out << YAML::EndSeq << YAML::EndMap;
    return std::string(out.c_str()) + "\n";
}

std::optional<std::string> read_layout(const std::string& yaml, UiState& ui) {
    return read_map(yaml, "layout", [&](const YamlNode& node) {
        node.expect_keys({"lesson-width", "side-width", "timeline-height", "drawer-height",
                          "inspector-percent", "drawer", "side", "lesson-open", "side-open",
                          "internal-traffic"});
        ui.lesson_width = border(node, "lesson-width", ui.lesson_width);
        ui.side_width = border(node, "side-width", ui.side_width);
        ui.timeline_height = border(node, "timeline-height", ui.timeline_height);
        ui.drawer_height = border(node, "drawer-height", ui.drawer_height);
        ui.inspector_share =
            static_cast<float>(
                node.at("inspector-percent")
                    .integer(static_cast<int64_t>(ui.inspector_share * 100 + 0.5F), 10, 90)) /
            100;
        ui.drawer = node.at("drawer").text(ui.drawer);
        ui.side = node.at("side").text(ui.side);
        ui.lesson_open = flag(node, "lesson-open", ui.lesson_open);
        ui.side_open = flag(node, "side-open", ui.side_open);
        ui.canvas.internal_traffic = flag(node, "internal-traffic", ui.canvas.internal_traffic);
    });
}

std::string write_layout(const UiState& ui) {
    return fmt::format(
        "lesson-width: {}\nside-width: {}\ntimeline-height: {}\ndrawer-height: {}\n"
        "inspector-percent: {}\ndrawer: \"{}\"\nside: \"{}\"\nlesson-open: {}\nside-open: {}\n"
        "internal-traffic: {}\n",
        static_cast<int>(ui.lesson_width), static_cast<int>(ui.side_width),
        static_cast<int>(ui.timeline_height), static_cast<int>(ui.drawer_height),
        static_cast<int>(ui.inspector_share * 100 + 0.5F), ui.drawer, ui.side, ui.lesson_open,
        ui.side_open, ui.canvas.internal_traffic);
}

}  // namespace brokerlab
