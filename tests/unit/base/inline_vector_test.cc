// An InlineVector does what a std::vector does, and leaves no trace of what was removed.
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/base/inline_vector.h"

namespace brokerlab {
namespace {

constexpr std::size_t kPlaces = 5;
using Five = InlineVector<int64_t, kPlaces>;

RC_GTEST_PROP(InlineVector, behaves_as_a_std_vector, ()) {
    Five list;
    std::vector<int64_t> model;
    const int64_t steps = *rc::gen::inRange(0, 60);
    for (int64_t step = 0; step < steps; ++step) {
        if (list.size() < kPlaces && *rc::gen::arbitrary<bool>()) {
            list.push_back(step);
            model.push_back(step);
        } else {
            const auto n = *rc::gen::inRange<std::size_t>(0, model.size() + 1);
            list.drop_front(n);
            model.erase(model.begin(), model.begin() + static_cast<std::ptrdiff_t>(n));
        }
        RC_ASSERT(std::vector<int64_t>(list.begin(), list.end()) == model);
        RC_ASSERT(list.empty() == model.empty());
        RC_ASSERT(digest_of(list) == digest_of(model));
        if (!model.empty()) {
            RC_ASSERT(list.front() == model.front());
            RC_ASSERT(list.back() == model.back());
        }
    }
}

TEST(InlineVector, is_equal_to_one_with_another_past) {
    Five list{7, 8, 9};
    list.drop_front(2);
    EXPECT_EQ(list, Five{9});
    list.clear();
    EXPECT_EQ(list, Five());
    EXPECT_TRUE(list.empty());
}

TEST(InlineVector, shares_nothing_with_its_copy) {
    const Five list{1, 2};
    Five copy = list;
    copy.push_back(3);
    EXPECT_EQ(list, (Five{1, 2}));
    EXPECT_EQ(copy, (Five{1, 2, 3}));
}

TEST(InlineVectorDeathTest, has_nothing_behind_its_last_element) {
    Five list{1, 2};
    const Five& same = list;
    EXPECT_DEATH(static_cast<void>(same[2]), "");
    list.clear();
    EXPECT_DEATH(static_cast<void>(list.front()), "");
    EXPECT_DEATH(static_cast<void>(same.front()), "");
    EXPECT_DEATH(static_cast<void>(list.back()), "");
    EXPECT_DEATH(static_cast<void>(same.back()), "");
}

TEST(InlineVectorDeathTest, takes_no_more_than_it_has_places) {
    Five list{1, 2, 3, 4, 5};
    EXPECT_DEATH(list.push_back(6), "");
}

}  // namespace
}  // namespace brokerlab
