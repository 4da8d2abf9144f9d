#include "sim/assign/consumer_protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/testing/cut_bytes.h"

namespace brokerlab {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

ConsumerProtocolSubscription orders_subscription() {
    ConsumerProtocolSubscription subscription;
    subscription.topics = {"orders"};
    subscription.user_data = Bytes{9, 8};
    subscription.owned_partitions = {{"orders", {PartitionId(0), PartitionId(4)}}};
    subscription.generation_id = GenerationId(7);
    subscription.rack_id = "a";
    return subscription;
}

TEST(ConsumerProtocol, ASubscriptionComesBackFromEveryVersionWithWhatThatVersionHas) {
    ConsumerProtocolSubscription expected = orders_subscription();
    EXPECT_EQ(*decode_subscription(encode_subscription(orders_subscription(), 3)), expected);
    expected.rack_id.reset();
    EXPECT_EQ(*decode_subscription(encode_subscription(orders_subscription(), 2)), expected);
    expected.generation_id = kNoGeneration;
    EXPECT_EQ(*decode_subscription(encode_subscription(orders_subscription(), 1)), expected);
    expected.owned_partitions.clear();
    EXPECT_EQ(*decode_subscription(encode_subscription(orders_subscription(), 0)), expected);
}

TEST(ConsumerProtocol, ANewerVersionIsReadAsTheLatestAndItsAdditionsAreLeftAlone) {
    Bytes bytes = encode_subscription(orders_subscription());
    bytes[1] = 4;
    bytes.insert(bytes.end(), {1, 2, 3});
    const auto decoded = decode_subscription(bytes);
    ASSERT_TRUE(decoded.ok()) << decoded.failure().what;
    EXPECT_EQ(*decoded, orders_subscription());
}

TEST(ConsumerProtocol, AnAssignmentComesBack) {
    const ConsumerProtocolAssignment assignment{{{"orders", {PartitionId(1)}}, {"payments", {}}},
                                                std::nullopt};
    const auto decoded = decode_assignment(encode_assignment(assignment));
    ASSERT_TRUE(decoded.ok()) << decoded.failure().what;
    EXPECT_EQ(*decoded, assignment);
}

TEST(ConsumerProtocol, BadBytesAreRefusedWithTheirReason) {
    EXPECT_THAT(decode_subscription(Bytes{0}).failure().what, HasSubstr("no room for a version"));
    EXPECT_THAT(decode_assignment(Bytes{0xff, 0xff}).failure().what,
                HasSubstr("ConsumerProtocolAssignment: version -1"));
    EXPECT_THAT(accepted_prefixes(encode_subscription(orders_subscription()), decode_subscription),
                IsEmpty());
    const ConsumerProtocolAssignment assignment{{{"orders", {PartitionId(1)}}}, Bytes{1}};
    EXPECT_THAT(accepted_prefixes(encode_assignment(assignment), decode_assignment), IsEmpty());
}

RC_GTEST_PROP(ConsumerProtocolProperty, AnyBytesAreReadOrRefused, ()) {
    const auto bytes = *rc::gen::container<Bytes>(rc::gen::inRange<uint8_t>(0, 5));
    const auto decoded = decode_subscription(bytes);
    if (decoded) {
        const auto again = decode_subscription(encode_subscription(*decoded));
        RC_ASSERT(again.ok());
        RC_ASSERT(*again == *decoded);
    }
}

}  // namespace
}  // namespace brokerlab
