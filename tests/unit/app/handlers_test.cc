// What each handler makes of a call or a record: deeds, records to send, rows of its database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/app/handlers.h"
#include "sim/app/order_event.h"

namespace brokerlab {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Handlers : public ::testing::Test {
protected:
    HttpAnswer call(const char* handler, const std::string& path, const std::string& body = {}) {
        begin();
        return find_handler(handler)->on_call({++calls_, path, body}, *turn_);
    }
    /// The reason of the failure, or nothing.
    std::string read(const char* handler, std::optional<std::string> value) {
        begin();
        const PolledRecord record{{"t", PartitionId(0)}, Offset(7), "key", std::move(value)};
        return find_handler(handler)->on_record(record, *turn_).value_or("");
    }
    const std::vector<ServiceActed>& deeds() { return turn_->deeds; }
    const std::vector<OutgoingMessage>& sent() { return turn_->messages; }
    std::string cell(const std::string& table, const std::string& key) {
        return database_.tables.at(table)->rows.at(key).back();
    }

    Database database_;

private:
    void begin() {
        service_.name = "shop";
        service_.produces = "orders";
        turn_.emplace(HandlerTurn{service_, database_, env_});
    }

    ServiceSetup service_;
    Env env_{SimTime(), Seed(1), {NodeKind::kClient, 2}, {}};
    std::optional<HandlerTurn> turn_;
    uint64_t calls_ = 0;
};

constexpr const char* kBooks = R"({"id":"o1","name":"book","qty":5,"price":20.00})";
constexpr const char* kBig = R"({"id":"o2","email":"ana@shop.com","amount":4500.00,"new":1})";
constexpr const char* kSmall = R"({"id":"o3","email":"ana@shop.com","amount":4499.99})";

TEST_F(Handlers, OrderTakesAnOrderAndAnswersAtOnce) {
    const HttpAnswer answer =
        call("order", "/api/v1/orders", R"({"name":"book","qty":5,"price":20})");
    EXPECT_EQ(answer, (HttpAnswer{200, "Order placed successfully ...", false}));
    ASSERT_THAT(deeds(), SizeIs(1));
    EXPECT_EQ(deeds()[0].deed, Deed::kOrderPlaced);
    EXPECT_EQ(deeds()[0].amount, 10'000);
    ASSERT_THAT(sent(), SizeIs(1));
    EXPECT_EQ(sent()[0].topic, "orders");
    EXPECT_EQ(sent()[0].key, std::nullopt);
    EXPECT_EQ(sent()[0].value,
              R"({"id":")" + deeds()[0].subject + R"(","name":"book","qty":5,"price":20.00})");
}

TEST_F(Handlers, OrderGivesEveryOrderAnIdOfItsOwn) {
    const std::string body = R"({"name":"book","qty":5,"price":20})";
    call("order", "/api/v1/orders", body);
    const std::string first = deeds()[0].subject;
    call("order", "/api/v1/orders", body);
    EXPECT_NE(deeds()[0].subject, first);
}

TEST_F(Handlers, OrderRefusesBadCallsAndDoesNothing) {
    EXPECT_EQ(call("order", "/orders", "{}").status, 404);
    EXPECT_EQ(call("order", "/api/v1/orders", "book").status, 400);
    EXPECT_THAT(call("order", "/api/v1/orders", R"({"name":"book","qty":5})").body,
                HasSubstr("no price"));
    EXPECT_EQ(call("order", "/api/v1/orders", R"({"name":"b","qty":0,"price":1})").status, 400);
    EXPECT_THAT(deeds(), IsEmpty());
    EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(Handlers, StockBeginsWithAThousandOfEachProduct) {
    EXPECT_EQ(read("stock", kBooks), "");
    EXPECT_EQ(cell("stock", "book"), "995");
    EXPECT_EQ(read("stock", R"({"id":"o9","name":"pen","qty":1000})"), "");
    EXPECT_EQ(cell("stock", "pen"), "0");
    EXPECT_EQ(read("stock", R"({"id":"o9","name":"pen","qty":2})"), "");
    EXPECT_EQ(cell("stock", "pen"), "-2");
    ASSERT_THAT(deeds(), SizeIs(1));
    EXPECT_EQ(deeds()[0].deed, Deed::kStockTaken);
    EXPECT_EQ(deeds()[0].item, "pen");
    EXPECT_EQ(deeds()[0].amount, 2);
}

TEST_F(Handlers, ReadersSayWhatTheyCantWorkOn) {
    EXPECT_THAT(read("stock", "not JSON"), HasSubstr("not a flat JSON object"));
    EXPECT_THAT(read("email", R"({"name":"book"})"), HasSubstr("no id"));
    EXPECT_THAT(read("payment", std::nullopt), HasSubstr("no value"));
    EXPECT_THAT(read("stock", R"({"id":"o1","name":"book","qty":-5})"), HasSubstr("-5"));
    EXPECT_THAT(read("fraud-detector", R"({"id":"o1","email":"a"})"), HasSubstr("no amount"));
    EXPECT_THAT(read("create-user", kBooks), HasSubstr("no e-mail"));
    EXPECT_THAT(deeds(), IsEmpty());
    EXPECT_TRUE(database_.tables.empty());
}

TEST_F(Handlers, EmailAndPaymentActOnEveryRecordTheyRead) {
    EXPECT_EQ(read("email", kBooks), "");
    EXPECT_EQ(deeds()[0].deed, Deed::kMailSent);
    EXPECT_EQ(deeds()[0].subject, "o1");
    EXPECT_EQ(read("payment", kBooks), "");
    EXPECT_EQ(deeds()[0].deed, Deed::kCharged);
    EXPECT_EQ(deeds()[0].amount, 10'000);
    EXPECT_EQ(read("payment", kBig), "");
    EXPECT_EQ(deeds()[0].amount, 450'000);
}

TEST_F(Handlers, OrderTextSendsAnyTextWithAKeyIfAsked) {
    EXPECT_EQ(call("order-text", "/orders", "message=1st-Order").status, 200);
    EXPECT_EQ(sent()[0], (OutgoingMessage{"orders", std::nullopt, "1st-Order"}));
    EXPECT_EQ(call("order-text", "/orders", "message=two+words%21&key=k1").status, 200);
    EXPECT_EQ(sent()[0], (OutgoingMessage{"orders", "k1", "two words!"}));
    EXPECT_EQ(call("order-text", "/orders", "text=x").status, 400);
    EXPECT_EQ(read("product", "1st-Order"), "");
    EXPECT_EQ(deeds()[0].deed, Deed::kOrderReceived);
    EXPECT_EQ(deeds()[0].subject, "1st-Order");
}

TEST_F(Handlers, NewOrderWritesTwoRecordsAndWaitsForThem) {
    const std::string path = "/new?email=ana%40shop.com&amount=4500";
    EXPECT_TRUE(call("new-order", path).after_acks);
    ASSERT_THAT(sent(), SizeIs(2));
    EXPECT_EQ(sent()[0].topic, "ECOMMERCE_NEW_ORDER");
    EXPECT_EQ(sent()[1].topic, "ECOMMERCE_SEND_EMAIL");
    EXPECT_THAT(sent()[0].value, HasSubstr(R"("email":"ana@shop.com","amount":4500.00)"));
    EXPECT_THAT(*sent()[0].key, SizeIs(36));
    const std::string first = *sent()[0].key;
    call("new-order", path);
    EXPECT_NE(*sent()[0].key, first);
    call("new-order-by-email", path);
    EXPECT_EQ(sent()[0].key, "ana@shop.com");
    call("new-order-one-key", path);
    EXPECT_EQ(sent()[1].key, "order");
    EXPECT_EQ(call("new-order", "/new?email=ana").status, 400);
    EXPECT_EQ(call("new-order", "/old").status, 404);
}

TEST_F(Handlers, NewOrderSendsAnOrderThatTheCallerNamesOnce) {
    const std::string path = "/new?email=a&amount=1&uuid=o77";
    EXPECT_EQ(call("new-order", path).status, 200);
    EXPECT_EQ(deeds()[0].subject, "o77");
    EXPECT_EQ(call("new-order", path).status, 200);
    EXPECT_THAT(sent(), IsEmpty());
    EXPECT_THAT(deeds(), IsEmpty());
}

TEST_F(Handlers, FraudBeginsAt4500) {
    EXPECT_EQ(read("fraud-detector", kBig), "");
    EXPECT_EQ(deeds()[0].deed, Deed::kOrderRejected);
    EXPECT_EQ(sent()[0].topic, "ECOMMERCE_ORDER_REJECTED");
    EXPECT_EQ(sent()[0].key, "ana@shop.com");
    EXPECT_EQ(read("fraud-detector", kSmall), "");
    EXPECT_EQ(deeds()[0].deed, Deed::kOrderApproved);
    EXPECT_EQ(sent()[0].topic, "ECOMMERCE_ORDER_APPROVED");
}

TEST_F(Handlers, AreMarkedInTheTableWhenTheyDecideOnOrders) {
    std::size_t deciders = 0;
    for (const Handler& handler : handlers()) {
        bool decided = false;
        if (handler.on_record != nullptr) {
            static_cast<void>(read(handler.name.data(), kBig));
            for (const ServiceActed& acted : deeds()) {
                decided = decided || acted.deed == Deed::kOrderApproved ||
                          acted.deed == Deed::kOrderRejected;
            }
        }
        EXPECT_EQ(handler.decides, decided) << handler.name;
        deciders += decided ? 1 : 0;
    }
    EXPECT_EQ(deciders, 1U);
}

TEST_F(Handlers, AUserIsCreatedOncePerEmail) {
    EXPECT_EQ(read("create-user", kBig), "");
    EXPECT_EQ(deeds()[0].subject, "ana@shop.com");
    const std::string uuid = cell("users", "ana@shop.com");
    EXPECT_EQ(read("create-user", kSmall), "");
    EXPECT_THAT(deeds(), IsEmpty());
    EXPECT_EQ(cell("users", "ana@shop.com"), uuid);
}

TEST_F(Handlers, LogWritesDownWhateverItReads) {
    EXPECT_EQ(read("log", "not JSON"), "");
    EXPECT_EQ(deeds()[0].item, "not JSON");
    EXPECT_EQ(read("log", std::nullopt), "");
}

TEST(HandlerTable, NamesEachOnceAndEachDoesSomething) {
    for (const Handler& handler : handlers()) {
        EXPECT_EQ(find_handler(handler.name), &handler);
        EXPECT_NE(handler.on_call == nullptr, handler.on_record == nullptr) << handler.name;
        EXPECT_EQ(handler.on_call != nullptr, !handler.sample_path.empty()) << handler.name;
    }
    EXPECT_EQ(find_handler("orders"), nullptr);
}

}  // namespace
}  // namespace brokerlab
