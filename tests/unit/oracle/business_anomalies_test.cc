// What the order services did that no shop wants: charged twice, mailed twice, passed over.
#include "sim/oracle/business_anomalies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/oracle/group_view.h"
#include "sim/oracle/order_outcomes.h"
#include "tests/unit/oracle/group_world.h"

namespace brokerlab {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using testing::group_world;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const TopicPartition kOrders0{"orders", PartitionId(0)};

RecordPlace at_offset(int64_t offset) {
    return {kOrders0, Offset(offset)};
}

/// A World whose services did what a test says, one deed a second.
class Shop {
public:
    explicit Shop(World of = World()) : world(std::move(of)) {}

    void act(const std::string& service, Deed deed, const std::string& subject,
             std::optional<RecordPlace> from = std::nullopt, const std::string& item = "",
             int64_t amount = 0) {
        at_ = at_ + 1_s;
        world.business.edit().note({{},
                                    at_,
                                    {NodeKind::kClient, 3},
                                    kNoEvent,
                                    ServiceActed{service, deed, subject, item, amount, from}});
    }
    void put_on_shelf(const std::string& product, int64_t pieces) {
        DatabaseTable& stock =
            world.business.edit().databases["stock-service"].edit().tables["stock"].edit();
        stock.columns = {"product", "pieces"};
        stock.rows.insert_or_assign(product, {product, std::to_string(pieces)});
    }
    [[nodiscard]] BusinessAnomaly row(AnomalyKind kind) const {
        return judge_business(world)[static_cast<std::size_t>(kind)];
    }
    [[nodiscard]] uint64_t count(AnomalyKind kind) const { return row(kind).count; }

    World world;

private:
    SimTime at_;
};

TEST(Business, HasAllRowsWhenNothingHappened) {
    const std::vector<BusinessAnomaly> rows = judge_business(World());
    std::vector<std::string_view> names;
    for (const BusinessAnomaly& row : rows) {
        names.push_back(anomaly_name(row.kind));
        EXPECT_EQ(row.first, std::nullopt);
    }
    EXPECT_THAT(names,
                ElementsAre("charged twice", "mail sent twice", "user created twice",
                            "stock below zero", "order without outcome", "order handled twice"));
    EXPECT_THAT(rows, Each(Field(&BusinessAnomaly::count, 0U)));
}

TEST(ChargedTwice, IsAnOrderThatAServiceChargedAgain) {
    Shop shop;
    shop.act("payment", Deed::kCharged, "7", at_offset(4), "ann@shop", 1000);
    shop.act("payment", Deed::kCharged, "8", at_offset(5), "ann@shop", 1000);
    EXPECT_EQ(shop.count(AnomalyKind::kChargedTwice), 0U);
    shop.act("payment", Deed::kCharged, "7", at_offset(4), "ann@shop", 1000);
    shop.act("payment", Deed::kCharged, "7", at_offset(9), "bob@shop", 1100);
    const BusinessAnomaly row = shop.row(AnomalyKind::kChargedTwice);
    EXPECT_EQ(row.count, 1U) << "an order counts once";
    EXPECT_EQ(row.first, SimTime() + 3_s) << "the second time, not the first";
    ASSERT_THAT(row.examples, SizeIs(1));
    EXPECT_EQ(row.examples[0].subject, "7");
    EXPECT_EQ(row.examples[0].times, 3U);
    EXPECT_THAT(row.examples[0].records, ElementsAre(at_offset(4), at_offset(4), at_offset(9)));
}

TEST(ChargedTwice, IsNotTwoServicesThatEachChargeOnce) {
    Shop shop;
    shop.act("payment", Deed::kCharged, "7");
    shop.act("fees", Deed::kCharged, "7");
    EXPECT_EQ(shop.count(AnomalyKind::kChargedTwice), 0U);
}

TEST(MailSentTwice, IsTheSameMailToTheSameAddress) {
    Shop shop;
    shop.act("email", Deed::kMailSent, "7", at_offset(1), "ann@shop");
    shop.act("email", Deed::kMailSent, "8", at_offset(2), "ann@shop");
    shop.act("email", Deed::kMailSent, "7", at_offset(3), "bob@shop");
    EXPECT_EQ(shop.count(AnomalyKind::kMailSentTwice), 0U);
    shop.act("email", Deed::kMailSent, "8", at_offset(2), "ann@shop");
    EXPECT_EQ(shop.count(AnomalyKind::kMailSentTwice), 1U);
}

TEST(UserCreatedTwice, IsTheSameAddress) {
    Shop shop;
    shop.act("users", Deed::kUserCreated, "ann@shop", at_offset(1));
    shop.act("users", Deed::kUserCreated, "bob@shop", at_offset(2));
    EXPECT_EQ(shop.count(AnomalyKind::kUserCreatedTwice), 0U);
    shop.act("users", Deed::kUserCreated, "ann@shop", at_offset(3));
    EXPECT_EQ(shop.count(AnomalyKind::kUserCreatedTwice), 1U);
}

TEST(StockBelowZero, NamesTheDeedsThatTookWhatWasNotThere) {
    Shop shop;
    shop.act("stock-service", Deed::kStockTaken, "1", at_offset(1), "tea", 600);
    shop.act("stock-service", Deed::kStockTaken, "1", at_offset(1), "jam", 1);
    shop.act("stock-service", Deed::kStockTaken, "2", at_offset(2), "tea", 500);
    shop.act("stock-service", Deed::kStockTaken, "3", at_offset(3), "tea", 1);
    shop.put_on_shelf("jam", 0);
    shop.put_on_shelf("tea", 0);
    EXPECT_EQ(shop.count(AnomalyKind::kStockBelowZero), 0U) << "an empty shelf is none";
    shop.put_on_shelf("tea", -101);  // Of a thousand.
    const BusinessAnomaly row = shop.row(AnomalyKind::kStockBelowZero);
    EXPECT_EQ(row.count, 1U);
    EXPECT_EQ(row.first, SimTime() + 3_s);
    ASSERT_THAT(row.examples, SizeIs(1));
    EXPECT_EQ(row.examples[0].item, "tea");
    EXPECT_THAT(row.examples[0].records, ElementsAre(at_offset(2), at_offset(3)));
}

TEST(OrderHandledTwice, IsASecondDecisionHoweverItComesOut) {
    Shop shop;
    shop.act("fraud", Deed::kOrderApproved, "7");
    shop.act("fraud", Deed::kOrderApproved, "8");
    shop.act("credit", Deed::kOrderApproved, "7");
    EXPECT_EQ(shop.count(AnomalyKind::kOrderHandledTwice), 0U);
    shop.act("fraud", Deed::kOrderRejected, "7");
    EXPECT_EQ(shop.count(AnomalyKind::kOrderHandledTwice), 1U);
}

TEST(OrderHandledTwice, IsStockTakenTwiceForAnOrderAndAProduct) {
    Shop shop;
    shop.act("stock-service", Deed::kStockTaken, "7", at_offset(1), "tea", 1);
    shop.act("stock-service", Deed::kStockTaken, "7", at_offset(1), "jam", 1);
    EXPECT_EQ(shop.count(AnomalyKind::kOrderHandledTwice), 0U);
    shop.act("stock-service", Deed::kStockTaken, "7", at_offset(2), "tea", 1);
    EXPECT_EQ(shop.count(AnomalyKind::kOrderHandledTwice), 1U);
}

TEST(OrderHandledTwice, IsAReceivedRecordAndNotATextThatWasSentTwice) {
    Shop shop;
    shop.act("product", Deed::kOrderReceived, "two coffees", at_offset(1));
    shop.act("product", Deed::kOrderReceived, "two coffees", at_offset(2));
    EXPECT_EQ(shop.count(AnomalyKind::kOrderHandledTwice), 0U);
    shop.act("product", Deed::kOrderReceived, "two coffees", at_offset(2));
    EXPECT_EQ(shop.count(AnomalyKind::kOrderHandledTwice), 1U);
}

TEST(Business, DoesNotMindWhoPlacesOrLogsTheSameTwice) {
    Shop shop;
    for (int i = 0; i < 2; ++i) {
        shop.act("entry", Deed::kOrderPlaced, "two coffees");
        shop.act("log", Deed::kLogged, "orders", at_offset(1), "two coffees");
    }
    EXPECT_THAT(judge_business(shop.world), Each(Field(&BusinessAnomaly::count, 0U)));
}

TEST(Business, KeepsFewExamplesOfMany) {
    Shop shop;
    for (int i = 0; i < 60; ++i) {
        shop.act("payment", Deed::kCharged, std::to_string(i % 30), at_offset(i));
    }
    const BusinessAnomaly row = shop.row(AnomalyKind::kChargedTwice);
    EXPECT_EQ(row.count, 30U);
    ASSERT_THAT(row.examples, SizeIs(kMostBusinessExamples));
    EXPECT_EQ(row.examples.front().subject, "0") << "by moment";
}

// ---- Orders without outcome: a World in which group `stock` has read orders for twelve seconds,
// as the group of a service that decides.

World world_with_detector() {
    World world = group_world();
    ServiceSetup detector;
    detector.name = "detector";
    detector.handler = "fraud-detector";
    detector.group = "stock";
    world.setup.edit().services.push_back(detector);
    return world;
}

TEST(OrderWithoutOutcome, IsOneWhoseRecordTheDecidingGroupHasBehindIt) {
    Shop shop(world_with_detector());
    shop.act("entry", Deed::kOrderPlaced, "order-1");
    shop.act("entry", Deed::kOrderPlaced, "order-2");
    shop.act("entry", Deed::kOrderPlaced, "order-3");
    shop.act("detector", Deed::kOrderApproved, "order-1");
    shop.act("detector", Deed::kOrderRejected, "order-3");
    const BusinessAnomaly row = shop.row(AnomalyKind::kOrderWithoutOutcome);
    EXPECT_EQ(row.count, 1U);
    EXPECT_EQ(row.first, SimTime() + 2_s) << "when it was taken";
    ASSERT_THAT(row.examples, SizeIs(1));
    EXPECT_EQ(row.examples[0].subject, "order-2");
    ASSERT_THAT(row.examples[0].records, SizeIs(1));
    EXPECT_EQ(row.examples[0].records[0].partition.topic, "orders");
}

TEST(OrderWithoutOutcome, IsNotOneThatIsNotReadYet) {
    Shop shop(world_with_detector());
    // Of twelve seconds; what is committed is up to five seconds old.
    shop.act("entry", Deed::kOrderPlaced, "order-120");
    EXPECT_EQ(shop.count(AnomalyKind::kOrderWithoutOutcome), 0U);
}

TEST(OrderWithoutOutcome, IsNotOneWhoseRecordWasNeverWritten) {
    Shop shop(world_with_detector());
    shop.act("entry", Deed::kOrderPlaced, "order");
    shop.act("entry", Deed::kOrderPlaced, "rder-1");
    EXPECT_EQ(shop.count(AnomalyKind::kOrderWithoutOutcome), 0U);
}

TEST(OrderWithoutOutcome, IsNoneWhereNoServiceDecides) {
    Shop shop(group_world());
    shop.act("entry", Deed::kOrderPlaced, "order-2");
    EXPECT_EQ(shop.count(AnomalyKind::kOrderWithoutOutcome), 0U);
    EXPECT_FALSE(anyone_decides(shop.world));
    EXPECT_TRUE(anyone_decides(world_with_detector()));
    ServiceSetup mailer;
    mailer.name = "mailer";
    mailer.handler = "email";
    shop.world.setup.edit().services.push_back(mailer);
    EXPECT_FALSE(anyone_decides(shop.world)) << "it reads orders and decides nothing";
}

TEST(OrderWithoutOutcome, WaitsForEveryServiceThatDecides) {
    Shop shop(world_with_detector());
    ServiceSetup second;
    second.name = "credit";
    second.handler = "fraud-detector";
    second.group = "credit";  // It has committed nothing.
    shop.world.setup.edit().services.push_back(second);
    shop.act("entry", Deed::kOrderPlaced, "order-2");
    EXPECT_EQ(shop.count(AnomalyKind::kOrderWithoutOutcome), 0U);
}

}  // namespace
}  // namespace brokerlab
