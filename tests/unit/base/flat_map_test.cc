// FlatMap and FlatSet do what std::map and std::set do, in order, whatever is done to them.
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/base/flat_map.h"

namespace brokerlab {
namespace {

using Pairs = std::vector<std::pair<int, int>>;

/// Few enough keys that they meet again.
int a_key() {
    return *rc::gen::inRange(0, 24);
}

RC_GTEST_PROP(FlatMap, behaves_as_a_std_map, ()) {
    FlatMap<int, int> map;
    std::map<int, int> model;
    const int steps = *rc::gen::inRange(0, 200);
    for (int step = 0; step < steps; ++step) {
        const int key = a_key();
        switch (*rc::gen::inRange(0, 5)) {
            case 0:
                map[key] += step;
                model[key] += step;
                break;
            case 1:
                map.insert_or_assign(key, step);
                model.insert_or_assign(key, step);
                break;
            case 2:
                RC_ASSERT(map.erase(key) == (model.erase(key) == 1));
                break;
            case 3: {
                const auto odd = [key](const auto& item) { return item.second % 7 == key % 7; };
                RC_ASSERT(map.erase_if(odd) == std::erase_if(model, odd));
                break;
            }
            default: {
                const int* const found = map.find(key);
                const auto expected = model.find(key);
                RC_ASSERT((found != nullptr) == (expected != model.end()));
                RC_ASSERT((found == nullptr || *found == expected->second));
                RC_ASSERT(map.contains(key) == (found != nullptr));
                const auto bound = map.lower_bound(key);
                const auto expected_bound = model.lower_bound(key);
                RC_ASSERT((bound == map.end()) == (expected_bound == model.end()));
                RC_ASSERT((bound == map.end() || bound->first == expected_bound->first));
            }
        }
        RC_ASSERT(map.size() == model.size());
        RC_ASSERT(Pairs(map.begin(), map.end()) == Pairs(model.begin(), model.end()));
    }
}

RC_GTEST_PROP(FlatSet, behaves_as_a_std_set, ()) {
    FlatSet<int> set;
    std::set<int> model;
    const int steps = *rc::gen::inRange(0, 200);
    for (int step = 0; step < steps; ++step) {
        const int key = a_key();
        if (*rc::gen::inRange(0, 3) > 0) {
            RC_ASSERT(set.insert(key) == model.insert(key).second);
        } else {
            RC_ASSERT(set.erase(key) == (model.erase(key) == 1));
        }
        RC_ASSERT(set.contains(key) == model.contains(key));
        RC_ASSERT(set.empty() == model.empty());
        RC_ASSERT(std::vector<int>(set.begin(), set.end()) ==
                  std::vector<int>(model.begin(), model.end()));
    }
}

RC_GTEST_PROP(FlatMap, forgets_the_order_in_which_it_was_filled, (const std::set<int>& keys)) {
    const std::vector<int> in_order(keys.begin(), keys.end());
    FlatMap<int, int> forwards;
    FlatMap<int, int> backwards;
    for (const int key : in_order) {
        forwards[key] = key ^ 1;
    }
    for (auto key = in_order.rbegin(); key != in_order.rend(); ++key) {
        backwards[*key] = *key ^ 1;
    }
    RC_ASSERT(forwards == backwards);
    RC_ASSERT(digest_of(forwards) == digest_of(backwards));
}

TEST(FlatMap, looks_up_text_without_making_a_string) {
    const FlatMap<std::string, int> partitions{{"payments", 3}, {"orders", 6}};
    EXPECT_EQ(partitions.at(std::string_view("orders")), 6);
    EXPECT_EQ(partitions.find(std::string_view("stock")), nullptr);
    EXPECT_EQ(partitions.begin()->first, "orders");
}

TEST(FlatMap, of_an_initializer_list_keeps_the_last_of_equal_keys) {
    const FlatMap<int, int> map{{1, 10}, {2, 20}, {1, 11}};
    EXPECT_EQ(map.size(), 2U);
    EXPECT_EQ(map.at(1), 11);
}

TEST(FlatMap, differs_in_digest_by_key_and_by_value) {
    using Map = FlatMap<int, int>;
    EXPECT_NE(digest_of(Map{{1, 2}}), digest_of(Map{{2, 1}}));
    EXPECT_NE(digest_of(Map{{1, 2}}), digest_of(Map{{1, 3}}));
    EXPECT_NE(digest_of(Map{}), digest_of(Map{{0, 0}}));
}

TEST(FlatMapDeathTest, at_wants_a_key_that_is_there) {
    const FlatMap<int, int> map{{1, 10}};
    EXPECT_DEATH((void)map.at(2), "check failed: v != nullptr");
}

}  // namespace
}  // namespace brokerlab
