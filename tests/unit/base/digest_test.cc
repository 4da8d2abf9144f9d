// Digest: the same number on every machine, and another one for anything else.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/base/digest.h"

namespace brokerlab {
namespace {

enum class Colour : uint8_t { kRed = 1, kBlue = 2 };
using NodeId = Strong<struct NodeIdTag, int32_t>;

TEST(Digest, has_the_values_that_recordings_were_made_with) {
    EXPECT_EQ(Digest().value(), 0x492b8d6066c09227U);
    EXPECT_EQ(digest_of(0), 0x104117fc4c81008aU);
    EXPECT_EQ(digest_of(42), 0xe1a55f8d74cb7281U);
    EXPECT_EQ(digest_of(-1), 0x17f2b1e95d1535c0U);
    EXPECT_EQ(digest_of(std::string_view("orders-0")), 0xa214dc2804934a04U);
    EXPECT_EQ(digest_of(std::string_view("__consumer_offsets")), 0x084ec03197255bcbU);
    EXPECT_EQ(digest_of(std::vector<uint8_t>{1, 2, 3}), 0x93f21d709da0be6fU);
    EXPECT_EQ(digest_of(std::vector<int32_t>{1, 2, 3}), 0xdd835ea9cd805674U);
    EXPECT_EQ(digest_of(std::optional<int>()), 0x104117fc4c81008aU);
}

TEST(Digest, does_not_see_how_wide_a_field_is) {
    EXPECT_EQ(digest_of(int8_t{-5}), digest_of(int64_t{-5}));
    EXPECT_EQ(digest_of(uint16_t{7}), digest_of(uint64_t{7}));
    EXPECT_EQ(digest_of(NodeId(7)), digest_of(7));
    EXPECT_EQ(digest_of(Colour::kBlue), digest_of(2));
}

TEST(Digest, sees_the_order) {
    EXPECT_NE(digest_of(std::pair(1, 2)), digest_of(std::pair(2, 1)));
    EXPECT_NE(digest_of(std::vector<int>{1, 2}), digest_of(std::vector<int>{2, 1}));
}

TEST(Digest, keeps_neighbours_apart) {
    using Texts = std::pair<std::string, std::string>;
    EXPECT_NE(digest_of(Texts("ab", "c")), digest_of(Texts("a", "bc")));
    EXPECT_NE(digest_of(Texts("abc", "")), digest_of(Texts("", "abc")));
    using Lists = std::vector<std::vector<int>>;
    EXPECT_NE(digest_of(Lists{{1}, {2, 3}}), digest_of(Lists{{1, 2}, {3}}));
    EXPECT_NE(digest_of(std::optional<int>()), digest_of(std::optional<int>(0)));
}

TEST(Digest, sees_zero_bytes_at_the_end) {
    using Bytes = std::vector<uint8_t>;
    for (std::size_t n = 0; n < 20; ++n) {
        EXPECT_NE(digest_of(Bytes(n, 0)), digest_of(Bytes(n + 1, 0))) << n;
    }
}

TEST(Digest, takes_bytes_and_text_alike) {
    const std::vector<uint8_t> bytes = {'o', 'r', 'd', 'e', 'r', 's', '-', '1', '0', '0'};
    EXPECT_EQ(digest_of(bytes), digest_of(std::string("orders-100")));
}

RC_GTEST_PROP(Digest, changes_with_any_byte, (std::vector<uint8_t> bytes)) {
    RC_PRE(!bytes.empty());
    const uint64_t before = digest_of(bytes);
    bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] ^=
        static_cast<uint8_t>(1U << *rc::gen::inRange(0, 8));
    RC_ASSERT(digest_of(bytes) != before);
}

TEST(Digest, goes_on_from_where_it_was) {
    Digest running;
    running.mix(1);
    const uint64_t after_one = running.value();
    running.mix(2);
    Digest again;
    again.mix(1);
    EXPECT_EQ(again.value(), after_one);
    again.mix(2);
    EXPECT_EQ(again.value(), running.value());
    EXPECT_NE(Digest(1).value(), Digest(2).value());
}

}  // namespace
}  // namespace brokerlab
