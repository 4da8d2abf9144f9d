// AppPilot: the whole desktop app with a pilot at it, on a clock of its own: each frame lasts 1/60
// s.
//
// Nothing is read from or written to the person's folders. Long work is done within the frame that
// began it, however slow the machine is.
#pragma once

#include <string>

#include "gui/app.h"
#include "tests/gui/pilot.h"

namespace brokerlab {

class AppPilot {
public:
    explicit AppPilot(ScreenSize size = {1600, 1000});

    /// Opens scenarios/NAME.yaml, or lessons/NAME. Fails the test when it can't be read.
    void open_scenario(const std::string& name);
    void open_lesson(const std::string& name);

    [[nodiscard]] App& app() { return app_; }
    [[nodiscard]] Pilot& pilot() { return pilot_; }
    [[nodiscard]] Session& session() { return *app_.session(); }
    [[nodiscard]] const World& world() { return session().timeline().world(); }
    [[nodiscard]] UiState& ui() { return app_.ui(); }
    /// Frames until nothing moves any more: a run that was sent somewhere has arrived.
    void settle();

private:
    App app_;
    Pilot pilot_;
};

}  // namespace brokerlab
