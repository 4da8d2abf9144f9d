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
    return {"stock", 1200, 0, 0, {}};
}
OddlyProcessed odd(const TopicPartition& partition, int64_t first, int64_t last, uint32_t times,
                   std::vector<std::string> members) {
    return {partition, Offset(first), Offset(last),      static_cast<uint64_t>(last - first + 1),
            times,     SimTime(),     std::move(members)};
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
    EXPECT_THAT(processing_sentences({{"stock", 0, 0, 0, {}}}), IsEmpty());
}

TEST(ProcessingSentences, SayInOneLineThatAllIsWell) {
    EXPECT_THAT(processing_sentences({stock(), stock()}),
                ElementsAre("no group processed a record twice or skipped one"));
}

TEST(ProcessingSentences, NameTheRecordsThatWereProcessedTwice) {
    ProcessingReport report = stock();
    report.repeated = 4;
    report.examples = {odd(kOrders0, 41, 43, 2, {"stock-1", "stock-2"}),
                       odd(kOrders1, 7, 7, 2, {"stock-1"})};
    EXPECT_THAT(processing_sentences({report}),
                ElementsAre("stock processed 4 of 1 200 records twice: orders-0 at 41 to 43 "
                            "(stock-1, then stock-2), orders-1 at 7 (stock-1)"));
}

TEST(ProcessingSentences, SayWhenItWasMoreThanTwiceAndThatThereAreOthers) {
    ProcessingReport report = stock();
    report.repeated = 9;
    report.examples = {odd(kOrders0, 41, 41, 3, {"stock-1"})};
    EXPECT_THAT(processing_sentences({report}),
                ElementsAre("stock processed 9 of 1 200 records more than once: orders-0 at 41 "
                            "(stock-1) and others"));
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
        business_sentences({charged(0, {})}, SimTime()),
        ElementsAre("no service did twice what is done once, and no order was passed over"));
}

TEST(BusinessSentences, NameTheFirstOrderAndItsRecords) {
    const std::vector<RecordPlace> same{{kOrders0, Offset(41)}, {kOrders0, Offset(41)}};
    EXPECT_THAT(business_sentences({charged(1, same)}, SimTime() + 2_s),
                ElementsAre("1 order was charged twice, at 10.000 s: 7 by payment (orders-0 at 41, "
                            "each time)"));
    BusinessAnomaly often = charged(1, same);
    often.examples.front().times = 4;
    EXPECT_THAT(business_sentences({often}, SimTime() + 2_s),
                ElementsAre("1 order was charged twice, at 10.000 s: 7 by payment, 4 times "
                            "(orders-0 at 41, each time)"));
    const std::vector<RecordPlace> two{{kOrders0, Offset(41)}, {kOrders1, Offset(3)}};
    EXPECT_THAT(business_sentences({charged(12, two)}, SimTime() + 2_s),
                ElementsAre("12 orders were charged twice, the first at 10.000 s: 7 by payment "
                            "(orders-0 at 41 and orders-1 at 3)"));
}

}  // namespace
}  // namespace brokerlab
