// The records that services could not work on: each counted once, the first of them kept.
#include "sim/oracle/failed_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brokerlab {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

Fact failure(Duration at, int32_t partition, int64_t offset, const char* reason,
             bool retried = false) {
    const RecordPlace place{{"orders", PartitionId(partition)}, Offset(offset)};
    return {{},
            SimTime() + at,
            {NodeKind::kClient, 2},
            kNoEvent,
            ServiceFailed{"stock", place, reason, retried}};
}

TEST(FailedRecords, CountARecordOnceHoweverOftenItIsTried) {
    FailedRecords failed;
    failed.note(failure(1_s, 0, 5, "no order", true));
    failed.note(failure(2_s, 1, 5, "no order", true));
    failed.note(failure(3_s, 0, 5, "no price", false));
    const ServiceFailures stock = failed.of("stock");
    EXPECT_EQ(stock.records, 2U);
    ASSERT_THAT(stock.first, SizeIs(2));
    EXPECT_EQ(stock.first[0].at, SimTime() + 1_s);
    EXPECT_EQ(stock.first[0].attempts, 2U);
    EXPECT_EQ(stock.first[0].reason, "no price") << "what was wrong last";
    EXPECT_FALSE(stock.first[0].retried);
    EXPECT_EQ(stock.first[1].attempts, 1U);
    EXPECT_TRUE(stock.first[1].retried);
}

TEST(FailedRecords, KeepTheFirstTenAndCountTheOthers) {
    FailedRecords failed;
    for (int64_t offset = 0; offset < 25; ++offset) {
        failed.note(failure(1_s, 0, offset, "no order"));
        failed.note(failure(2_s, 0, offset, "no order"));
    }
    const ServiceFailures stock = failed.of("stock");
    EXPECT_EQ(stock.records, 25U);
    ASSERT_THAT(stock.first, SizeIs(10));
    EXPECT_EQ(stock.first.back().record.offset, Offset(9));
    EXPECT_EQ(stock.first.back().attempts, 2U);
}

TEST(FailedRecords, AreNoneOfAServiceThatCouldReadAll) {
    FailedRecords failed;
    failed.note(failure(1_s, 0, 5, "no order"));
    EXPECT_EQ(failed.of("email").records, 0U);
    EXPECT_THAT(failed.of("email").first, IsEmpty());
}

}  // namespace
}  // namespace brokerlab
