// ChunkedVector holds what a std::vector would, shares what is full, and looks the same inside
// whenever its contents are the same.
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/base/chunked_vector.h"

namespace brokerlab {
namespace {

using Chunked = ChunkedVector<int>;
constexpr std::size_t kChunk = Chunked::kChunk;
constexpr std::size_t kGroupElements = Chunked::kChunk * Chunked::kGroup;

int element(std::size_t i) {
    return static_cast<int>(i * 7 + 1);
}
Chunked filled(std::size_t n) {
    Chunked v;
    for (std::size_t i = 0; i < n; ++i) {
        v.push_back(element(i));
    }
    return v;
}
std::vector<int> contents(const Chunked& v) {
    std::vector<int> all;
    for (std::size_t i = 0; i < v.size(); ++i) {
        all.push_back(v[i]);
    }
    return all;
}
std::vector<int> expected(std::size_t n) {
    std::vector<int> all;
    for (std::size_t i = 0; i < n; ++i) {
        all.push_back(element(i));
    }
    return all;
}

/// Sizes on and beside every boundary of a vector of a little more than two groups.
std::vector<std::size_t> boundary_sizes() {
    std::vector<std::size_t> sizes;
    for (const std::size_t boundary :
         {std::size_t{1}, kChunk, 2 * kChunk, kGroupElements - kChunk, kGroupElements,
          kGroupElements + kChunk, 2 * kGroupElements, 2 * kGroupElements + kChunk}) {
        sizes.insert(sizes.end(), {boundary - 1, boundary, boundary + 1});
    }
    return sizes;
}

TEST(ChunkedVector, is_empty_at_first) {
    const Chunked v;
    EXPECT_TRUE(v.empty());
    EXPECT_EQ(v.size(), 0U);
}

TEST(ChunkedVector, truncated_at_any_boundary_equals_one_only_filled_so_far) {
    const Chunked full = filled(2 * kGroupElements + kChunk + 1);
    for (const std::size_t n : boundary_sizes()) {
        Chunked cut = full;
        cut.truncate(n);
        const Chunked fresh = filled(n);
        ASSERT_EQ(contents(cut), expected(n)) << n;
        ASSERT_EQ(cut.empty(), n == 0) << n;
        ASSERT_EQ(cut, fresh) << n;
        ASSERT_EQ(digest_of(cut), digest_of(fresh)) << n;

        cut.push_back(element(n));  // And it goes on as if nothing had been.
        ASSERT_EQ(cut, filled(n + 1)) << n;
    }
    EXPECT_EQ(full, filled(2 * kGroupElements + kChunk + 1)) << "the original moved";
}

TEST(ChunkedVector, copies_diverge) {
    for (const std::size_t n : boundary_sizes()) {
        const Chunked original = filled(n);
        Chunked branch = original;
        Chunked other = original;
        branch.push_back(-1);
        other.push_back(-2);
        ASSERT_EQ(contents(original), expected(n)) << n;
        ASSERT_EQ(branch.size(), n + 1) << n;
        ASSERT_EQ(branch.back(), -1) << n;
        ASSERT_EQ(other.back(), -2) << n;
        ASSERT_FALSE(branch == other) << n;
        ASSERT_NE(digest_of(branch), digest_of(other)) << n;
        other.truncate(n);
        ASSERT_EQ(other, original) << n;
    }
}

RC_GTEST_PROP(ChunkedVector, behaves_as_a_std_vector, ()) {
    Chunked v;
    std::vector<int> model;
    Chunked copy;
    std::vector<int> copied;
    const int steps = *rc::gen::inRange(1, 12);
    for (int step = 0; step < steps; ++step) {
        const auto some = static_cast<std::size_t>(*rc::gen::inRange(0, 1200));
        switch (*rc::gen::inRange(0, 4)) {
            case 0:
                copy = v;
                copied = model;
                break;
            case 1:
                v.truncate(std::min(some, model.size()));
                model.resize(std::min(some, model.size()));
                break;
            default:
                for (std::size_t i = 0; i < some; ++i) {
                    v.push_back(step);
                    model.push_back(step);
                }
        }
        RC_ASSERT(v.size() == model.size());
        RC_ASSERT(contents(v) == model);
        RC_ASSERT(contents(copy) == copied);
        RC_ASSERT((v == copy) == (model == copied));
    }
    Chunked fresh;
    for (const int item : model) {
        fresh.push_back(item);
    }
    RC_ASSERT(v == fresh);
    RC_ASSERT(digest_of(v) == digest_of(fresh));
}

TEST(ChunkedVector, finds_the_first_element_of_a_partition) {
    const Chunked v = filled(3 * kChunk);  // 1, 8, 15, ...
    const auto first_from = [&v](int limit) {
        return v.first_where([limit](int item) { return item >= limit; });
    };
    EXPECT_EQ(first_from(0), 0U);
    EXPECT_EQ(first_from(element(kChunk)), kChunk);
    EXPECT_EQ(first_from(element(kChunk) + 1), kChunk + 1);
    EXPECT_EQ(first_from(element(3 * kChunk)), v.size());
    EXPECT_EQ(Chunked().first_where([](int) { return true; }), 0U);
}

TEST(ChunkedVector, is_reused_after_clear) {
    Chunked v = filled(kGroupElements + 1);
    v.clear();
    EXPECT_EQ(v, Chunked());
    v.push_back(5);
    EXPECT_EQ(v.front(), 5);
    EXPECT_EQ(v.back(), 5);
}

TEST(ChunkedVectorDeathTest, is_never_truncated_to_more_than_it_holds) {
    Chunked v = filled(3);
    EXPECT_DEATH(v.truncate(4), "check failed: n <= size()");
}

}  // namespace
}  // namespace brokerlab
