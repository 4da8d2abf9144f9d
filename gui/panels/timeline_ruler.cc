// The ruler of the timeline: ticks, where branches leave, the playhead, the moment under the mouse.
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "gui/panels/timeline_scene.h"
#include "gui/widgets/text.h"
#include "sim/view/sentences.h"

namespace brokerlab {
namespace {

/// 1, 2 or 5 times a power of ten, so that ticks are at least `px` apart.
Duration tick_step(const TimeScale& scale, float px) {
    const double least = scale.ns_per_px() * static_cast<double>(px);
    // From a minute on by the clock.
    for (const int64_t seconds : {60, 120, 300, 600, 1800, 3600, 7200, 18000, 36000, 86400}) {
        if (least > 50e9 && least <= static_cast<double>(seconds) * 1e9) {
            return Duration::from_ms(seconds * 1000);
        }
    }
    double step = std::pow(10, std::floor(std::log10(std::max(least, 1.0))));
    for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
        if (step * factor >= least) {
            step *= factor;
            break;
        }
    }
    return Duration(std::llround(step));
}

std::string tick_text(Duration at, Duration step) {
    if (step >= 60_s) {
        const int64_t minutes = at / 60_s;
        return minutes >= 60 ? fmt::format("{}h{:02}", minutes / 60, minutes % 60)
                             : fmt::format("{}m", minutes);
    }
    if (step >= 1_s) {
        return fmt::format("{}s", at / 1_s);
    }
    if (step >= 1_ms) {
        const int digits = step >= 100_ms ? 1 : step >= 10_ms ? 2 : 3;
        return fmt::format("{:.{}f}s", static_cast<double>(at.ns) / 1e9, digits);
    }
    return fmt::format("{:.{}f}ms", static_cast<double>(at.ns) / 1e6, step >= 100_us ? 1 : 3);
}

}  // namespace

std::vector<BranchPoint> branch_points(const TimelineScene& scene) {
    std::vector<BranchPoint> points;
    const std::vector<Branch>& branches = scene.frame.timeline.branches();
    const std::size_t shown = scene.frame.timeline.branch();
    for (std::size_t i = 1; i < branches.size(); ++i) {
        const std::optional<Duration> at = left_parent_at(branches[i]);
        if (!at || (i != shown && branches[i].parent != shown)) {
            continue;
        }
        const float x = std::floor(scene.scale.x_of(*at));
        if (x >= scene.scale.left && x <= scene.scale.right) {
            points.push_back({branch_colour(scene.colours(), i), x});
        }
    }
    return points;
}

void draw_ruler(const TimelineScene& scene) {
    const Look& look = scene.look;
    const TimeScale& scale = scene.scale;
    const Duration step = tick_step(scale, look.px(72));
    const Duration minor = step / 5;
    const float base = scene.lanes_top() - 1;
    scene.list().AddLine({scale.left, base}, {scale.right, base}, scene.colours().line);
    for (Duration at = step * (scale.from / step); at <= scale.to; at += step) {
        for (int i = 1; minor.ns > 0 && i < 5; ++i) {
            const float x = std::floor(scale.x_of(at + minor * i));
            if (x >= scale.left && x <= scale.right) {
                scene.list().AddLine({x, base - look.px(2)}, {x, base}, scene.colours().line);
            }
        }
        const float x = std::floor(scale.x_of(at));
        if (x < scale.left || x > scale.right) {
            continue;
        }
        scene.list().AddLine({x, base - look.px(5)}, {x, base}, scene.colours().muted);
        const std::string text = tick_text(at, step);
        const float half = text_width(look.fonts.mono_small, text) / 2;
        draw_text(
            scene.list(), look.fonts.mono_small, scene.colours().muted,
            {std::clamp(x, scale.left + half, std::max(scale.left + half, scale.right - half)),
             scene.top + look.px(7)},
            text, Align::kCentre);
    }
    // What has been shown so far.
    const float now = std::clamp(scale.x_of(scene.frame.now), scale.left, scale.right);
    scene.list().AddRectFilled({scale.left, base - look.px(1)}, {now, base + look.px(1)},
                               branch_colour(scene.colours(), scene.frame.timeline.branch()));
}

void draw_moment_under_mouse(const TimelineScene& scene) {
    const Look& look = scene.look;
    const TimeScale& scale = scene.scale;
    const float x = std::floor(ImGui::GetIO().MousePos.x);
    const std::string text = moment_text(scale.at_x(x)) + " s";
    const float width = text_width(look.fonts.mono_small, text) + look.px(10);
    const float left =
        std::clamp(x - width / 2, scale.left, std::max(scale.left, scale.right - width));
    scene.list().AddRectFilled({left, scene.top}, {left + width, scene.top + look.px(15)},
                               scene.colours().raised, look.px(4));
    draw_text(scene.list(), look.fonts.mono_small, scene.colours().text,
              {left + width / 2, scene.top + look.px(7.5F)}, text, Align::kCentre);
}

void draw_playhead(const TimelineScene& scene, float top, float bottom, bool handle) {
    const float at = scene.scale.x_of(scene.frame.now);
    if (at < scene.scale.left - 1 || at > scene.scale.right + 1) {
        return;
    }
    const Look& look = scene.look;
    const float x = std::floor(at);
    const ImU32 colour = scene.colours().text;
    const float width = std::max(1.0F, std::floor(look.px(1.5F)));
    const float left = x - std::floor(width / 2);
    scene.list().AddRectFilled({left, top}, {left + width, bottom}, colour);
    if (handle) {
        const float half = look.px(5);
        scene.list().AddRectFilled({x - half, top}, {x + half, top + look.px(6)}, colour,
                                   look.px(2));
        scene.list().AddTriangleFilled({x - half, top + look.px(5)}, {x + half, top + look.px(5)},
                                       {x, top + look.px(11)}, colour);
    }
}

}  // namespace brokerlab
