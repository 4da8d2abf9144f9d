// Lanes: the marks of a run on the lanes of its nodes, folded so that they can be told apart at the
// scale shown: the weightier stays, the others become a number.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/view/explain.h"
#include "sim/view/sentences.h"
#include "sim/view/thing.h"

namespace brokerlab {

/// What a mark is about; each has a colour, a shape and a word.
enum class MarkKind : uint8_t { kCommand, kFault, kElection, kIsrChange, kClient, kQuorum, kOther };
[[nodiscard]] const char* mark_word(MarkKind kind);
[[nodiscard]] MarkKind mark_kind(const Fact& fact);

struct LaneMark {
    Duration at;
    MarkKind kind = MarkKind::kOther;
    Weight weight = Weight::kNormal;
    std::string label;    ///< a few words: "leader 3, epoch 2"
    FactId fact;          ///< the weightiest of those folded
    uint32_t folded = 0;  ///< how many others stand here
};
/// A stretch of time in which the node was not there: down, paused, fenced, isolated.
struct LaneSpan {
    Duration from;
    Duration to;
    std::string label;
};
struct Lane {
    Thing thing;
    std::string label;
    std::vector<LaneMark> marks;
    std::vector<LaneSpan> spans;
};
struct LaneOptions {
    Duration from;
    Duration to;
    Duration fold;  ///< marks of a lane nearer than this become one
    Weight least = Weight::kDetail;
};
/// `facts` of the whole branch. The lanes: the lab's commands, the quorum, each broker, each client
/// with a mark; brokers always.
[[nodiscard]] std::vector<Lane> make_lanes(const World& world, const FactList& facts,
                                           const LaneOptions& options);

}  // namespace brokerlab
