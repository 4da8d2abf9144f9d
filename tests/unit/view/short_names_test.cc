// Long names in narrow tables: what tells them apart is kept.
#include "sim/view/short_names.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

TEST(ShortNames, LeaveOutTheWordsThatAllBeginWith) {
    EXPECT_THAT(
        short_names({"ECOMMERCE_NEW_ORDER", "ECOMMERCE_ORDER_SHIPPED", "ECOMMERCE_SEND_EMAIL"}, 12),
        ElementsAre("\u2026NEW_ORDER", "\u2026ORDER_SHIPPED", "\u2026SEND_EMAIL"));
    // Whole words only: both go on with O.
    EXPECT_THAT(short_names({"shop.eu.orders", "shop.eu.offers"}, 12),
                ElementsAre("\u2026orders", "\u2026offers"));
}

TEST(ShortNames, StayAsTheyAreWhereNothingIsGained) {
    const std::vector<std::vector<std::string>> all = {
        {"shop-orders", "shop-mails"},                 // short enough
        {"warehouse-incoming", "customer-addresses"},  // nothing in common
        {"order", "order-events-of-the-shop"},         // nothing but an ellipsis would be left
        {"a-first-long-name", "a-second-long-name"},   // an ellipsis is hardly shorter
        {"orders-of-the-shop", "orders-of-the-shop"},  // one topic
        {"only-one-topic-is-here"},
    };
    for (const std::vector<std::string>& names : all) {
        EXPECT_THAT(short_names(names, 12), ElementsAreArray(names));
    }
    EXPECT_THAT(short_names({}, 12), IsEmpty());
    EXPECT_THAT(short_names({"the-shop-", "the-shop-orders"}, 12),
                ElementsAre("the-shop-", "the-shop-orders"));
}

}  // namespace
}  // namespace brokerlab
