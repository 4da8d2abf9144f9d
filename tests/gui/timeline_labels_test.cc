// Labels of a lane: never over each other, and dropped where there is no room.
#include "gui/panels/timeline_labels.h"

#include <gtest/gtest.h>

#include <optional>

namespace brokerlab {
namespace {

TEST(LabelRoom, puts_a_label_at_the_right_end_or_before_what_stands_there) {
    LabelRoom room(4);
    EXPECT_EQ(room.place(0, 100, 30), 70);
    EXPECT_EQ(room.place(0, 100, 30), 36) << "two controllers are down at the same time";
    EXPECT_EQ(room.place(0, 100, 30), 2);
    EXPECT_EQ(room.place(0, 100, 30), std::nullopt);
}

TEST(LabelRoom, goes_past_all_that_is_in_the_way) {
    LabelRoom room(4);
    room.take(10, 60);
    room.take(50, 95);
    EXPECT_EQ(room.place(0, 100, 8), std::nullopt) << "'down' does not stand over 'fenced +1'";
    EXPECT_EQ(room.place(-20, 100, 8), -2);
}

TEST(LabelRoom, keeps_labels_apart_within_their_stretch) {
    for (float from = 0; from < 100; from += 7) {
        for (float length = 1; length < 60; length += 9) {
            for (float width = 5; width < 70; width += 11) {
                LabelRoom room(3);
                room.take(from, from + length);
                const std::optional<float> first = room.place(10, 110, width);
                const std::optional<float> second = room.place(10, 110, width);
                for (const auto& left : {first, second}) {
                    if (left) {
                        EXPECT_GE(*left, 10);
                        EXPECT_LE(*left + width, 110);
                        EXPECT_TRUE(*left >= from + length + 3 || *left + width <= from - 3);
                    }
                }
                if (second) {
                    EXPECT_LE(*second + width, *first - 3);
                }
            }
        }
    }
}

}  // namespace
}  // namespace brokerlab
