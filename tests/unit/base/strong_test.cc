// Strong ids: what counts one thing can't be taken for what counts another.
#include <concepts>
#include <cstdint>

#include <gtest/gtest.h>

#include "sim/base/strong.h"

namespace brokerlab {
namespace {

using NodeId = Strong<struct NodeIdTag, int32_t>;
using TopicNumber = Strong<struct TopicNumberTag, int32_t>;
struct PositionTag {
    static constexpr bool kCountable = true;
};
using Position = Strong<PositionTag, int64_t>;

template <class A, class B>
concept Addable = requires(A a, B b) {
    a + b;
};
template <class A, class B>
concept Comparable = requires(A a, B b) {
    a == b;
};
template <class A>
concept Steppable = requires(A a) {
    ++a;
};

TEST(Strong, converts_to_and_from_numbers_only_where_it_is_said) {
    EXPECT_FALSE((std::convertible_to<int32_t, NodeId>));
    EXPECT_FALSE((std::convertible_to<NodeId, int32_t>));
    EXPECT_EQ(NodeId(7).value, 7);
    EXPECT_EQ(NodeId().value, 0);
}

TEST(Strong, compares_with_its_own_kind_only) {
    EXPECT_LT(NodeId(1), NodeId(2));
    EXPECT_EQ(NodeId(2), NodeId(2));
    EXPECT_TRUE((Comparable<NodeId, NodeId>));
    EXPECT_FALSE((Comparable<NodeId, TopicNumber>));
    EXPECT_FALSE((Comparable<NodeId, int32_t>));
}

TEST(Strong, counts_only_when_it_is_a_quantity) {
    Position p(9);
    EXPECT_EQ(++p, Position(10));
    EXPECT_EQ(p + 5, Position(15));
    EXPECT_EQ(p - 11, Position(-1));
    EXPECT_EQ(Position(15) - p, 5);
    EXPECT_FALSE((Addable<Position, Position>));
    EXPECT_FALSE((Addable<NodeId, int32_t>));
    EXPECT_FALSE(Steppable<NodeId>);
}

TEST(Strong, is_recognised_as_a_strong_type) {
    EXPECT_TRUE(StrongType<NodeId>);
    EXPECT_FALSE(StrongType<int32_t>);
    EXPECT_EQ(sizeof(NodeId), sizeof(int32_t));
}

}  // namespace
}  // namespace brokerlab
