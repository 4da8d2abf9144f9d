// What the end of a run's story says of groups and services.
#include "sim/view/business_sentences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const TopicPartition kOrders0{"orders", PartitionId(0)};
const TopicPartition kOrders1{"orders", PartitionId(1)};

ProcessingReport stock() {
    return {"stock", 1200, 0, 0, {}, 1};
}
OddlyProcessed odd(const TopicPartition& partition, int64_t first, int64_t last, uint32_t times,
                   std::vector<std::string> members) {
    const auto count = static_cast<uint64_t>(last - first + 1);
    return {partition, Offset(first), Offset(last),       count,
            times,     SimTime(),     std::move(members), false};
}

BusinessAnomaly charged(uint64_t count, std::vector<RecordPlace> records) {
    BusinessAnomaly row;
    row.kind = AnomalyKind::kChargedTwice;
    row.count = count;
    row.first = SimTime() + 12_s;
    row.examples = {{"payment", "7", "ann@shop", *row.first, 2, std::move(records)}};
    return row;
}

TEST(ProcessingSentences, SayNothingWhereNothingWasProcessed) {
    EXPECT_THAT(processing_sentences({{"stock", 0, 0, 0, {}, 0}}), IsEmpty());
}

TEST(ProcessingSentences, SayInOneLineThatAllIsWell) {
    EXPECT_THAT(
        processing_sentences({stock(), stock()}),
        ElementsAre("no group worked on a record twice or went past one without reading it"));
}

TEST(ProcessingSentences, NameTheRecordsThatWereProcessedTwice) {
    ProcessingReport report = stock();
    report.repeated = 4;
    report.most_times = 2;
    report.examples = {odd(kOrders0, 41, 43, 2, {"stock-1", "stock-2"}),
                       odd(kOrders1, 7, 7, 2, {"stock-1"})};
    EXPECT_THAT(processing_sentences({report}),
                ElementsAre("stock processed 4 of 1 200 records twice: orders-0 at 41 to 43 "
                            "(stock-1, then stock-2), orders-1 at 7 (stock-1)"));
}

TEST(ProcessingSentences, SayWhenItWasMoreThanTwiceAndThatThereAreOthers) {
    ProcessingReport report = stock();
    report.repeated = 9;
    report.most_times = 3;
    report.examples = {odd(kOrders0, 41, 41, 3, {"stock-1"})};
    EXPECT_THAT(processing_sentences({report}),
                ElementsAre("stock processed 9 of 1 200 records more than once: orders-0 at 41, "
                            "3 times (stock-1) and others"));
}

TEST(ProcessingSentences, SayHowOftenEachStretchWasProcessedAndByWhomInTurn) {
    ProcessingReport report = stock();
    report.repeated = 42;
    report.most_times = 5;
    report.examples = {odd(kOrders0, 0, 37, 5, {"stock-1", "stock-2"}),
                       odd(kOrders0, 38, 40, 2, {"stock-1", "stock-2"}),
                       odd(kOrders1, 7, 7, 4, {"stock-1", "stock-2"})};
    report.examples[0].in_turn = true;
    report.examples[1].in_turn = true;
    EXPECT_THAT(processing_sentences({report}),
                ElementsAre("stock processed 42 of 1 200 records more than once: "
                            "orders-0 at 0 to 37, 5 times (stock-1 and stock-2 in turn); "
                            "orders-0 at 38 to 40, twice (stock-1, then stock-2); "
                            "orders-1 at 7, 4 times (stock-1 and stock-2)"));
}

TEST(ProcessingSentences, DoNotSayTwiceOfWhatNoExampleShowsToBeMore) {
    ProcessingReport report = stock();
    report.repeated = 9;
    report.most_times = 3;
    report.examples = {odd(kOrders0, 41, 41, 2, {"stock-1"})};
    EXPECT_THAT(processing_sentences({report}),
                ElementsAre("stock processed 9 of 1 200 records more than once: orders-0 at 41, "
                            "twice (stock-1) and others"));
}

TEST(ProcessingSentences, HaveNoColonWhereNothingIsNamed) {
    ProcessingReport report = stock();
    report.repeated = 9;
    report.most_times = 2;
    report.skipped = 5;
    EXPECT_THAT(processing_sentences({report}),
                ElementsAre("stock processed 9 of 1 200 records twice",
                            "stock skipped 5 of 1 205 records, which are committed and were never "
                            "processed"));
}

TEST(ProcessingSentences, NameTheRecordsThatWereSkipped) {
    ProcessingReport report = stock();
    report.skipped = 5;
    report.examples = {odd(kOrders0, 7, 11, 0, {})};
    EXPECT_THAT(processing_sentences({report}),
                ElementsAre("stock skipped 5 of 1 205 records, which are committed and were never "
                            "processed: orders-0 at 7 to 11"));
}

TEST(BusinessSentences, SayInOneLineThatAllIsWell) {
    EXPECT_THAT(
        business_sentences({charged(0, {})}, SimTime(), true),
        ElementsAre("no service did twice what is done once, and no order was passed over"));
}

TEST(BusinessSentences, SpeakOfAStockThatFellBelowZero) {
    BusinessAnomaly row;
    row.kind = AnomalyKind::kStockBelowZero;
    row.count = 1;
    row.first = SimTime() + 3_s;
    row.examples = {{"stock", "book", "", *row.first, 1, {}}};
    EXPECT_THAT(business_sentences({row}, SimTime(), false),
                ElementsAre("the stock of 1 product fell below zero, at 3.000 s: book by stock"));
    row.count = 2;
    EXPECT_THAT(business_sentences({row}, SimTime(), false),
                ElementsAre("the stock of 2 products fell below zero, the first at 3.000 s: book "
                            "by stock"));
}

TEST(BusinessSentences, SayNothingOfOrdersPassedOverWhereNobodyDecides) {
    EXPECT_THAT(business_sentences({charged(0, {})}, SimTime(), false),
                ElementsAre("no service did twice what is done once"));
}

TEST(BusinessSentences, SayWhoTookTheOrderThatHasNoOutcome) {
    BusinessAnomaly row;
    row.kind = AnomalyKind::kOrderWithoutOutcome;
    row.count = 1;
    row.first = SimTime() + 3_s;
    row.examples = {{"entry", "2-1", "", *row.first, 1, {{kOrders0, Offset(4)}}}};
    EXPECT_THAT(business_sentences({row}, SimTime() + 2_s, true),
                ElementsAre("1 order has no outcome: 2-1, taken by entry at 1.000 s (record "
                            "orders-0 at 4 was passed over)"));
    row.count = 3;
    row.examples.front().records.push_back({kOrders1, Offset(7)});
    EXPECT_THAT(business_sentences({row}, SimTime() + 2_s, true),
                ElementsAre("3 orders have no outcome, the first: 2-1, taken by entry at 1.000 s "
                            "(records orders-0 at 4 and orders-1 at 7 were passed over)"));
}

TEST(BusinessSentences, NameTheFirstOrderAndItsRecords) {
    const std::vector<RecordPlace> same{{kOrders0, Offset(41)}, {kOrders0, Offset(41)}};
    EXPECT_THAT(business_sentences({charged(1, same)}, SimTime() + 2_s, true),
                ElementsAre("1 order was charged twice, at 10.000 s: 7 by payment (orders-0 at 41, "
                            "each time)"));
    BusinessAnomaly often = charged(1, same);
    often.examples.front().times = 4;
    EXPECT_THAT(business_sentences({often}, SimTime() + 2_s, true),
                ElementsAre("1 order was charged twice, at 10.000 s: 7 by payment, 4 times "
                            "(orders-0 at 41, each time)"));
    const std::vector<RecordPlace> two{{kOrders0, Offset(41)}, {kOrders1, Offset(3)}};
    EXPECT_THAT(business_sentences({charged(12, two)}, SimTime() + 2_s, true),
                ElementsAre("12 orders were charged twice, the first at 10.000 s: 7 by payment "
                            "(orders-0 at 41 and orders-1 at 3)"));
}

TEST(FailureSentences, SayOfEachRecordWhatWasWrongAndWhatBecameOfIt) {
    const SimTime zero = SimTime() + 2_s;
    ServiceFailures failures{"stock-service", 2, {}};
    failures.first = {{{kOrders0, Offset(3)}, zero + 1500_ms, 1, "it is no \x1b order", false},
                      {{kOrders1, Offset(0)}, zero + 2_s, 4, "no price", true}};
    EXPECT_THAT(failure_sentences(failures, zero),
                ElementsAre("record orders-0 at 3 failed at 1.500 s: it is no \\x1b order; it was "
                            "skipped",
                            "record orders-1 at 0 failed 4 times, the first time at 2.000 s: no "
                            "price; it is tried again"));
    failures.records = 7;
    EXPECT_EQ(failure_sentences(failures, zero).back(), "5 more records failed");
    EXPECT_THAT(failure_sentences({"stock-service", 0, {}}, zero), IsEmpty());
}

}  // namespace
}  // namespace brokerlab
