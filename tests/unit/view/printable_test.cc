// What record text may do to a terminal: nothing.
#include "sim/view/printable.h"

#include <gtest/gtest.h>

#include "sim/view/lane_labels.h"
#include "tests/unit/view/played_world.h"

namespace brokerlab {
namespace {

TEST(Printable, LeavesTextAsItIs) {
    EXPECT_EQ(printable(""), "");
    EXPECT_EQ(printable("order 7 \xC2\xB7 caf\xC3\xA9 \xE2\x82\xAC"),
              "order 7 \xC2\xB7 caf\xC3\xA9 \xE2\x82\xAC");
}

TEST(Printable, EscapesControlCharacters) {
    EXPECT_EQ(printable("a\x1b[31mb\n\t\x7f"), "a\\x1b[31mb\\x0a\\x09\\x7f");
    // C1: a terminal may take U+009B for the beginning of a command.
    EXPECT_EQ(printable("\xC2\x9B"
                        "31m"),
              "\\xc2\\x9b31m");
}

TEST(Printable, EscapesBytesThatAreNoCharacter) {
    EXPECT_EQ(printable("a\xFF\xC3"), "a\\xff\\xc3");
    EXPECT_EQ(printable("\xC2"), "\\xc2");
}

TEST(Printable, HoldsForTheMarksOfALane) {
    const Timeline timeline = testing::play(testing::kTillAndAudit, 1_s);
    ServiceActed logged{"log", Deed::kLogged, "7", "a\x1b[2Jb", 0, std::nullopt};
    const Fact fact{{}, timeline.world().now, {NodeKind::kClient, 1}, kNoEvent, logged};
    EXPECT_EQ(lane_label(timeline.world(), fact), "logged: a\\x1b[2Jb");
}

}  // namespace
}  // namespace brokerlab
