// Cached: made anew when the key changes, and only then.
#include "gui/cached.h"

#include <gtest/gtest.h>

#include <string>

namespace brokerlab {
namespace {

TEST(Cached, makes_a_value_once_for_each_change_of_its_key) {
    Cached<int, std::string> cached;
    int made = 0;
    const auto get = [&](int key) {
        return cached.get(key, [&] {
            ++made;
            return "value " + std::to_string(key);
        });
    };
    EXPECT_EQ(get(0), "value 0");
    EXPECT_EQ(get(0), "value 0");
    EXPECT_EQ(made, 1);
    EXPECT_EQ(get(7), "value 7");
    EXPECT_EQ(get(0), "value 0");
    EXPECT_EQ(made, 3);
    cached.forget();
    EXPECT_EQ(get(0), "value 0");
    EXPECT_EQ(made, 4);
}

}  // namespace
}  // namespace brokerlab
