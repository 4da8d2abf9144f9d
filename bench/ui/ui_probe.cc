// A run of the desktop app from its start, for the benchmarks that look at a process from outside:
// it opens the first lesson, says so on standard output when its first frame is drawn, and then
// lets a person's quarter of an hour pass in a few seconds: a failover, played and drawn, with
// panels that open, a seek back, and a second branch.
#include <cstdio>

#include "bench/ui/stage.h"

namespace brokerlab {
namespace {

void watch(Stage& stage, int frames) {
    for (int i = 0; i < frames; ++i) {
        stage.build(kStageFrame);
        stage.draw();
    }
}

void probe() {
    Stage stage("10-kill-a-broker", true);
    watch(stage, 1);
    std::puts("first frame");
    std::fflush(stdout);
    BL_CHECK(!stage.app().open_file(BROKERLAB_SOURCE_DIR "/scenarios/kill-the-leader.yaml"));
    stage.go_to(12_s);
    stage.session().play_pause();
    watch(stage, 60);
    for (const Panel& panel : panels()) {
        BL_CHECK(stage.app().show_panel(panel.name));
        watch(stage, 2);
    }
    stage.go_to(60_s);
    stage.go_to(8_s);
    const std::optional<Notice> notice = stage.session().give("kill broker 3");
    BL_CHECK(!notice || !notice->bad);
    stage.go_to(60_s);
    watch(stage, 2);
}

}  // namespace
}  // namespace brokerlab

int main() {
    brokerlab::probe();
}
