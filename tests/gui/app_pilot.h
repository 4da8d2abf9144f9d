// AppPilot: the whole desktop app with a pilot at it, on a clock of its own: each frame lasts 1/60
// s.
//
// Nothing is read from or written to the person's folders, but to those of a TestFolder where one
// is given. Long work is done within the frame that began it, however slow the machine is.
#pragma once

#include <string>

#include "gui/app.h"
#include "tests/gui/pilot.h"

namespace brokerlab {

/// A folder of its own that goes away with this.
class TestFolder {
public:
    TestFolder();
    ~TestFolder();
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;

    /// The path of something in it.
    [[nodiscard]] std::string at(const std::string& name) const { return path_ + "/" + name; }
    [[nodiscard]] std::string text_of(const std::string& name) const;
    void write(const std::string& name, const std::string& text) const;

private:
    std::string path_;
};

class AppPilot {
public:
    explicit AppPilot(ScreenSize size = {1600, 1000});
    /// Preferences, autosaves and recordings are in the folders config, state and data of this one.
    /// Scenarios and lessons are those of the lab, or of `home` where it is given.
    explicit AppPilot(const TestFolder& folder, ScreenSize size = {1600, 1000},
                      const std::string& home = {});

    /// Opens scenarios/NAME.yaml, or lessons/NAME. Fails the test when it can't be read.
    void open_scenario(const std::string& name);
    void open_lesson(const std::string& name);
    /// Any file, by its path.
    void open_file(const std::string& path);

    [[nodiscard]] App& app() { return app_; }
    [[nodiscard]] Pilot& pilot() { return pilot_; }
    [[nodiscard]] Session& session() { return *app_.session(); }
    [[nodiscard]] const World& world() { return session().timeline().world(); }
    [[nodiscard]] UiState& ui() { return app_.ui(); }
    /// Frames until nothing moves any more: a run that was sent somewhere has arrived.
    void settle();
    /// As a person gives a command: Ctrl+K, its text, Enter.
    void give(const std::string& command);
    /// As a person clicks it, scrolling its panel until it is in sight.
    void click_in_panel(const std::string& label);
    /// What the status bar says; empty: nothing special.
    [[nodiscard]] std::string notice() const;
    /// Seconds of the clock pass, in frames of a 60th each.
    void wait(int seconds);
    /// Where this app's autosave is, within its folder: each is a process of its own.
    [[nodiscard]] std::string autosave() const;

private:
    explicit AppPilot(AppOptions options, ScreenSize size);
    void fly();

    double seconds_ = 0;
    int64_t process_ = 0;
    App app_;
    Pilot pilot_;
};

}  // namespace brokerlab
