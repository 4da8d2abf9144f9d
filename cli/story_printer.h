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
    explicit StoryPrinter(Weight least) : story_(least) {}

    /// Takes what one move did. The boot is told once it is over, in negative time.
    void take(const Cursor& cursor, const Move& move);
    /// To be called after the last move.
    void finish();
    /// The text since the last call.
    [[nodiscard]] std::string take_text();

private:
    void print();

    Story story_;
    std::vector<Fact> boot_facts_;
    std::string last_moment_;
    std::string text_;
    bool booted_ = false;
};

}  // namespace brokerlab
