// Story: the facts of a run as lines that a newcomer can follow: what happened, when, why.
//
// Facts of one moment that say the same of several partitions become one line; what repeats (a
// retry, a refusal) is told once and counted until something else is told. Noise is left out. What
// no fact says is told, too: see StoryWatch, and the warnings about clients that can't succeed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/facts.h"
#include "sim/view/sentences.h"
#include "sim/view/story_watch.h"
#include "sim/world/world.h"

namespace brokerlab {

struct StoryLine {
    Duration at;       ///< after time 0
    std::string text;  ///< one sentence
    Weight weight = Weight::kNormal;

    bool operator==(const StoryLine&) const = default;
};

class Story {
public:
    /// Tells facts of at least this weight.
    explicit Story(Weight least = Weight::kNormal) : least_(least) {}

    /// Takes what one event or command did. `world` is the World after it, past its boot.
    void take(const World& world, const std::vector<Fact>& facts);
    /// Tells what is still counted; to be called at the end.
    void finish();

    /// The lines told so far; the caller may take them away.
    [[nodiscard]] std::vector<StoryLine>& lines() { return lines_; }
    /// The warnings (warnings.h) that were told, each once.
    [[nodiscard]] const std::vector<std::string>& warned() const { return warned_; }

private:
    /// What repeats: the same kind at the same node for the same reason.
    struct Repeated {
        std::string pattern;  ///< the sentence without its numbers
        Duration last_at;
        std::string last_text;
        Weight last_weight = Weight::kNormal;
        uint64_t more = 0;  ///< after the first, which was told
    };

    void warn(const World& world);
    void tell(const Told& told, const std::string& text, Duration at);
    /// Sums up what repeated and has not come again since `before`, each at its last time; what
    /// came only once more is told as it is.
    void tell_repeated(Duration before);

    Weight least_;
    std::vector<StoryLine> lines_;
    StoryWatch watch_;
    std::vector<std::string> warned_;
    std::vector<Repeated> repeated_;
};

}  // namespace brokerlab
