// App: the desktop app without its window: a session, what the person sees of it, and the frame
// that puts the panels together and carries out what they ask.
//
// Whoever owns the window (platform/, a test) calls frame() between ImGui::NewFrame() and
// ImGui::Render(). What goes wrong with a file becomes a notice; the app goes on with what it had.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gui/autosave.h"
#include "gui/frame.h"
#include "gui/intents.h"
#include "gui/panel.h"
#include "gui/preferences.h"
#include "gui/session.h"
#include "gui/ui_state.h"
#include "sim/base/outcome.h"

namespace brokerlab {

/// What the app needs from outside.
struct AppOptions {
    std::string home;        ///< folder with scenarios/ and lessons/
    std::string config_dir;  ///< of preferences and layout; empty: nothing is read or written
    std::string state_dir;   ///< of autosaves; likewise
    /// Of recordings and screenshots; empty: the current folder, and nothing is kept there unasked.
    std::string data_dir;
    int64_t process = 0;  ///< this process's number, for its autosave; 0: the real one
    /// Seconds of a clock that never goes back.
    std::function<double()> clock;
    /// Writes a picture of the frame that was drawn last. Empty: none can be made.
    std::function<std::optional<Failure>(const std::string& path)> screenshot;
};

class App {
public:
    /// Reads preferences and layout. Nothing is open before open_file() or open_lesson().
    explicit App(AppOptions options);

    /// Opens a scenario or recording; what was open stays when it can't be read.
    [[nodiscard]] std::optional<Failure> open_file(const std::string& path);
    /// Opens lessons/NAME. A name may be shortened to its beginning.
    [[nodiscard]] std::optional<Failure> open_lesson(const std::string& name);
    /// What a person sees who named nothing: the first lesson, else the first scenario.
    [[nodiscard]] std::optional<Failure> open_first();

    /// Draws one frame, carries out its intents and moves the run on by `seconds`.
    void frame(double seconds);

    /// What is open; null before the first.
    [[nodiscard]] Session* session() { return session_ ? &*session_ : nullptr; }
    [[nodiscard]] UiState& ui() { return ui_; }
    /// To be set once by whoever made the fonts, and again when their scale changes.
    [[nodiscard]] Look& look() { return look_; }
    [[nodiscard]] Preferences& preferences() { return preferences_; }
    [[nodiscard]] const std::optional<Notice>& notice() const { return notice_; }
    [[nodiscard]] bool wants_quit() const { return quit_; }
    /// Nothing plays and nothing has changed: the window may wait for the person.
    [[nodiscard]] bool idle() const {
        return settle_frames_ == 0 && !(session_ && session_->busy());
    }
    /// The scale that fonts should be made for.
    [[nodiscard]] float wanted_scale() const { return preferences_.scale; }
    /// Shows a panel by name: opens its drawer, its side or itself. False when there is none.
    bool show_panel(std::string_view name);
    /// Carries out an intent at once: for the command line and tests.
    void carry_out(const Intent& intent);
    /// Writes preferences and layout; ends the autosave in order.
    void close();

private:
    /// Where the run stood before an intent, to see what the intent changed.
    struct Before {
        std::size_t branch = 0;
        std::size_t branches = 0;
        std::size_t commands = 0;  ///< of the branch
    };

    [[nodiscard]] bool carry_out_in_app(const Intent& intent);
    void carry_out_in_run(const Intent& intent);
    [[nodiscard]] Before before() const;
    void list_entries();
    [[nodiscard]] std::optional<std::string> keep_previous(const std::string& next);
    void opened(Session session, std::string source, bool is_lesson);
    void open_entry(const std::string& path);
    void take_up_autosave();
    void restart();
    void autosave_given(const Before& before);
    void forget_other_branch();
    void look_at_lesson_anew();
    void select(const Thing& thing);
    void select_previous();
    void say(std::string text, bool bad);
    void say(const Failure& failure) { say(failure.what, true); }
    void say_or_clear(const std::optional<Notice>& notice);
    void age_notice();
    [[nodiscard]] std::string new_file(const std::string& ending) const;
    void save_recording(std::string path);

    AppOptions options_;
    Preferences preferences_;
    std::vector<ScenarioEntry> entries_;
    bool entries_listed_ = false;
    std::optional<Session> session_;
    std::string source_;  ///< file or lesson that is open
    bool source_is_lesson_ = false;
    Autosave autosave_;
    std::size_t autosaved_branch_ = 0;
    bool given_ = false;  ///< a command to the run that is open
    bool picker_was_open_ = false;
    UiState ui_;
    Look look_;
    std::optional<Notice> notice_;
    double notice_since_ = 0;  ///< seconds of the clock
    std::optional<std::string> wanted_screenshot_;
    bool quit_ = false;
    int settle_frames_ = 3;  ///< frames that are drawn though nothing changes: hover, layout
};

/// The whole window: header, panels, status bar, overlays (gui/main_window.cc).
void draw_window(const Frame& frame, UiState& ui, Intents& intents);

}  // namespace brokerlab
