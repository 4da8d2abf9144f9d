// The cost of the desktop app: building the UI of a frame, drawing it without a graphics card, the
// time to the first frame, and memory.
//
// Building is measured while the run plays, with a new World in every frame, so that no panel may
// show what it made before; the simulation's own time doesn't count. Frames a second are those of
// the whole app with Mesa's software rasteriser. Start and memory are those of a process of its own
// (ui_probe.cc): from its start to the first frame drawn, and the most it ever held.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "bench/bench.h"
#include "bench/ui/stage.h"

namespace brokerlab {
namespace {

constexpr int kFrames = 60;
constexpr const char* kFailover = BROKERLAB_SOURCE_DIR "/scenarios/kill-the-leader.yaml";
constexpr const char* kLarge = BROKERLAB_SOURCE_DIR "/bench/ui/thirty-brokers.yaml";
constexpr std::size_t kMostMessages = 2000;

/// The panels that show most, with a partition selected.
void open_everything(Stage& stage, const char* selected) {
    BL_CHECK(stage.app().show_panel("facts") && stage.app().show_panel("waits"));
    const std::optional<Thing> thing = parse_thing(stage.session().timeline().world(), selected);
    BL_CHECK(thing.has_value());
    stage.app().carry_out(Select{*thing});
}

/// Milliseconds of processor time of building a frame: the median, since once in a while a panel
/// that rests between two looks is made anew.
double build_milliseconds(Stage& stage) {
    std::vector<double> all;
    for (int i = 0; i < kFrames; ++i) {
        stage.play_a_frame();
        const Stopwatch watch;
        stage.build(0);
        all.push_back(watch.seconds() * 1e3);
    }
    std::nth_element(all.begin(), all.begin() + kFrames / 2, all.end());
    return all[kFrames / 2];
}

double build_small() {
    Stage stage(kFailover, false);
    stage.go_to(12_s);
    open_everything(stage, "orders-0");
    stage.session().play_pause();
    return build_milliseconds(stage);
}

double build_large() {
    Stage stage(kLarge, false);
    stage.go_to(12_s);
    BL_CHECK(stage.session().timeline().world().network->in_flight().size() >= kMostMessages);
    open_everything(stage, "topic-00-0");
    stage.session().play_pause();
    return build_milliseconds(stage);
}

double frames_a_second() {
    Stage stage(kFailover, true);
    stage.go_to(12_s);
    open_everything(stage, "orders-0");
    stage.session().play_pause();
    const double begin = wall_seconds();
    for (int i = 0; i < kFrames; ++i) {
        stage.build(kStageFrame);
        stage.draw();
    }
    return kFrames / (wall_seconds() - begin);
}

struct Probed {
    double first_frame_ms = 0;
    double peak_mb = 0;
};

Probed probe() {
    std::array<int, 2> ends{};
    BL_CHECK(pipe(ends.data()) == 0);
    const double begin = wall_seconds();
    const pid_t child = fork();
    BL_CHECK(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(BROKERLAB_UI_PROBE, BROKERLAB_UI_PROBE, nullptr);
        _exit(1);
    }
    close(ends[1]);
    char first = 0;
    BL_CHECK(read(ends[0], &first, 1) == 1);
    Probed probed;
    probed.first_frame_ms = (wall_seconds() - begin) * 1e3;
    std::array<char, 64> rest{};
    while (read(ends[0], rest.data(), rest.size()) > 0) {
    }
    close(ends[0]);
    int status = 0;
    rusage used{};
    BL_CHECK(wait4(child, &status, 0, &used) == child && status == 0);
    probed.peak_mb = static_cast<double>(used.ru_maxrss) / 1024;
    return probed;
}

}  // namespace

void add_ui_benchmarks(BenchmarkList& list) {
    list.push_back({"ui.build.3 brokers", 2, "ms a frame", Better::kLower, build_small});
    list.push_back(
        {"ui.build.30 brokers, 2000 messages", 6, "ms a frame", Better::kLower, build_large});
    list.push_back(
        {"ui.frames.failover, no graphics card", 20, "frames/s", Better::kHigher, frames_a_second});
    list.push_back({"ui.start.to first frame", 300, "ms", Better::kLower,
                    [] { return probe().first_frame_ms; }});
    list.push_back(
        {"ui.memory.at most", 250, "MB", Better::kLower, [] { return probe().peak_mb; }});
}

}  // namespace brokerlab
