// StoryPrinter: the text story of a run, line by line, boot first, as it is played.
#pragma once

#include <string>
#include <vector>

#include "sim/script/scenario.h"
#include "sim/timeline/play.h"
#include "sim/view/story.h"

namespace brokerlab {

/// The lines above a story: what is played.
[[nodiscard]] std::string story_heading(const Scenario& scenario);

class StoryPrinter {
public:
    /// Tells facts of at least this weight; of the boot only the main ones, unless details are
    /// told.
    explicit StoryPrinter(Weight least) : least_(least), story_(least) {}

    /// Takes what one move did. The boot is told once it is over, in negative time.
    void take(const Cursor& cursor, const Move& move);
    /// To be called after the last move.
    void finish();
    /// The warnings that the story has told.
    [[nodiscard]] const std::vector<std::string>& warned() const { return story_.warned(); }
    /// The text since the last call.
    [[nodiscard]] std::string take_text();

private:
    void print();

    Weight least_;
    Story story_;
    std::vector<Fact> boot_facts_;
    std::string last_moment_;
    std::string text_;
    bool booted_ = false;
};

}  // namespace brokerlab
