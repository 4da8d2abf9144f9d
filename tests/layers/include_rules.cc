#include "tests/layers/include_rules.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace brokerlab {

namespace {

struct Layer {
    std::string_view name;
    int rank;
};
constexpr int kWorldRank = 7;
/// files/ reads and writes for the programs, so it lies outside sim/ and below them.
constexpr int kFilesRank = 13;
constexpr int kOutsideRank = 14;
/// The folders of sim/, the files world, step and admit in sim/ itself (one layer, "world"), and
/// the folders beside sim/.
constexpr std::array kLayers = {
    Layer{"base", 0},       Layer{"kernel", 1},    Layer{"model", 2},    Layer{"log", 3},
    Layer{"network", 4},    Layer{"raft", 4},      Layer{"metadata", 4}, Layer{"assign", 4},
    Layer{"group", 5},      Layer{"txn", 5},       Layer{"client", 5},   Layer{"broker", 6},
    Layer{"controller", 6}, Layer{"app", 6},       Layer{"world", 7},    Layer{"oracle", 8},
    Layer{"query", 9},      Layer{"timeline", 10}, Layer{"script", 11},  Layer{"view", 12},
};
constexpr std::array<std::string_view, 5> kOutside = {"cli", "gui", "gateway", "tests", "bench"};
constexpr std::array<std::string_view, 3> kWorldFiles = {"world", "step", "admit"};

/// The windows' libraries, and the headers that open sockets.
constexpr std::array<std::string_view, 6> kWindowHeaders = {"imgui", "implot", "GLFW/",
                                                            "GL/",   "EGL/",   "KHR/"};
constexpr std::array<std::string_view, 6> kSocketHeaders = {
    "boost/asio", "boost/beast", "sys/socket.h", "netinet/", "arpa/inet.h", "netdb.h"};

template <class List>
bool begins_with_one_of(std::string_view text, const List& beginnings) {
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](std::string_view beginning) { return text.starts_with(beginning); });
}

/// What lies before the first `separator`; all of it where there is none.
std::string_view head(std::string_view text, char separator) {
    return text.substr(0, text.find(separator));
}
/// What lies behind the first slash.
std::string_view behind_slash(std::string_view path) {
    const std::size_t slash = path.find('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
}

std::optional<Layer> layer_of(std::string_view path) {
    const std::string_view top = head(path, '/');
    if (std::find(kOutside.begin(), kOutside.end(), top) != kOutside.end()) {
        return Layer{top, kOutsideRank};
    }
    if (top == "files") {
        return Layer{top, kFilesRank};
    }
    const std::string_view inside = behind_slash(path);
    if (top != "sim" || inside.empty()) {
        return std::nullopt;
    }
    if (inside.find('/') == std::string_view::npos) {
        const std::string_view stem = head(inside, '.');
        if (std::find(kWorldFiles.begin(), kWorldFiles.end(), stem) != kWorldFiles.end()) {
            return Layer{"world", kWorldRank};
        }
        return std::nullopt;
    }
    const auto* const found = std::find_if(kLayers.begin(), kLayers.end(), [&](const Layer& layer) {
        return layer.name == head(inside, '/');
    });
    return found == kLayers.end() ? std::nullopt : std::optional(*found);
}

/// Why the file at `path` of layer `own` may not include the project's header `header`.
std::optional<std::string> project_include_refused(std::string_view path, const Layer& own,
                                                   std::string_view header) {
    const std::optional<Layer> other = layer_of(header);
    if (!other) {
        return "a project header is included by its path from the root, in a folder of the "
               "layout: " +
               std::string(header) + " is none";
    }
    const std::string mine(own.name);
    const std::string theirs(other->name);
    // The tests of a front end, tests/cli say, are the one place that may include it.
    // So is what measures the app.
    const bool its_test = path.starts_with("tests/" + theirs + "/") ||
                          (theirs == "gui" && path.starts_with("bench/ui/"));
    if (other->rank > own.rank) {
        return "a lower layer never includes a higher one: " + mine + " lies below " + theirs;
    }
    if (other->rank == own.rank && own.name != other->name && !its_test) {
        return "siblings never include each other: " + mine + " and " + theirs +
               " stand side by side";
    }
    if (path.starts_with("gui/widgets/") && !header.starts_with("gui/widgets/")) {
        return "a widget knows no type of the project but other widgets";
    }
    // The last two read what a person types into a panel, to say at once what is wrong with it.
    constexpr std::array<std::string_view, 13> kForPanels = {"gui/panels/",
                                                             "gui/widgets/",
                                                             "gui/panel.",
                                                             "gui/frame.",
                                                             "gui/intents.",
                                                             "gui/ui_state.",
                                                             "gui/cached.",
                                                             "gui/app_commands.",
                                                             "gui/open.",
                                                             "sim/view/",
                                                             "sim/base/",
                                                             "sim/query/expression.h",
                                                             "sim/script/command_text.h"};
    if (path.starts_with("gui/panels/") && !begins_with_one_of(header, kForPanels)) {
        return "a panel knows Frame, Intents, UiState, widgets and the rows of sim/view, nothing "
               "else";
    }
    return std::nullopt;
}

std::optional<std::string> library_include_refused(std::string_view path, std::string_view header) {
    if (begins_with_one_of(header, kWindowHeaders) && !path.starts_with("gui/") &&
        !path.starts_with("tests/gui/") && !path.starts_with("bench/ui/")) {
        return "gui/ is the only folder that knows ImGui, GLFW and OpenGL";
    }
    if (begins_with_one_of(header, kSocketHeaders) && !path.starts_with("gateway/") &&
        !path.starts_with("tests/gateway/")) {
        return "gateway/ is the only folder with sockets";
    }
    return std::nullopt;
}

}  // namespace

std::vector<Finding> check_includes(std::string_view path, const SourceText& source) {
    const std::optional<Layer> own = layer_of(path);
    if (!own) {
        return {{std::string(path), 1,
                 "a file of sim/ lies in a folder of the layout, or is world, step or admit"}};
    }
    std::vector<Finding> found;
    for (const Include& include : source.includes) {
        const std::optional<std::string> refused =
            include.quoted ? project_include_refused(path, *own, include.path)
                           : library_include_refused(path, include.path);
        if (refused) {
            found.push_back({std::string(path), include.line, *refused});
        }
    }
    return found;
}

}  // namespace brokerlab
