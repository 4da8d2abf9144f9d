// A log is a value: a copy goes its own way, the original does not move, and two copies that do the
// same stay equal. Every kind of step is tried from the same lively log.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sim/log/cleaner.h"
#include "sim/log/page_cache.h"
#include "sim/log/recovery.h"
#include "sim/log/retention.h"
#include "sim/log/truncate.h"
#include "tests/unit/log/log_fixture.h"

namespace brokerlab::testing {
namespace {

const ProducerId kTill{7};

/// Two epochs, several segments, an aborted and an open transaction, some of it committed.
TestLog lively_log() {
    TestLog test;
    test.config.cleanup_compact = true;
    test.config.index_interval_bytes = 0;
    const BatchSpec transactional{.producer_id = kTill,
                                  .producer_epoch = ProducerEpoch(0),
                                  .base_sequence = Sequence(0),
                                  .transactional = true};
    for (int i = 0; i < 600; ++i) {
        EXPECT_TRUE(test.append_keyed("k" + std::to_string(i % 9), std::to_string(i)).ok());
        test.pass(Duration::from_ms(100));
        if (i % 200 == 199) {
            roll(test.log, test.log.log_end_offset, test.now);
            test.epoch = test.epoch + 1;
        }
    }
    EXPECT_TRUE(test.append({{"t", "1", test.wall()}}, transactional).ok());
    EXPECT_TRUE(test.end_txn(kTill, ProducerEpoch(0), ControlRecordType::kAbort).ok());
    EXPECT_TRUE(test.append_keyed("last", "1").ok());
    test.commit_all();
    return test;
}

using Step = std::pair<std::string, std::function<void(TestLog&)>>;

std::vector<Step> every_kind_of_step() {
    return {
        {"append", [](TestLog& t) { EXPECT_TRUE(t.append_keyed("new", "1").ok()); }},
        {"roll", [](TestLog& t) { roll(t.log, t.log.log_end_offset, t.now); }},
        {"high watermark", [](TestLog& t) { set_high_watermark(t.log, Offset(300)); }},
        {"flush", [](TestLog& t) { flush_to(t.log, t.log.log_end_offset); }},
        {"log start", [](TestLog& t) { EXPECT_TRUE(increment_log_start(t.log, Offset(250))); }},
        {"truncate", [](TestLog& t) { EXPECT_TRUE(truncate_to(t.log, Offset(410), t.now)); }},
        {"truncate in the sealed chunks",
         [](TestLog& t) { EXPECT_TRUE(truncate_to(t.log, Offset(13), t.now)); }},
        {"start anew", [](TestLog& t) { truncate_fully_and_start_at(t.log, Offset(9), t.now); }},
        {"retention",
         [](TestLog& t) {
             t.config.cleanup_delete = true;
             t.config.retention_bytes = 0;
             EXPECT_GT(apply_retention(t.log, t.config, t.now).segments_deleted(), 0);
         }},
        {"clean",
         [](TestLog& t) {
             clean_log(t.log, t.config, cleanable_range(t.log, t.config, t.now), t.now);
         }},
        {"power loss", [](TestLog& t) { EXPECT_GT(lose_page_cache(t.log, t.now), 0U); }},
        {"kill and start",
         [](TestLog& t) { recover_log(t.log, t.config, {}, Shutdown::kUnclean, t.now); }},
        {"clean stop", [](TestLog& t) { close_cleanly(t.log, t.now); }},
    };
}

TEST(ValueSemantics, AStepOnACopyDoesNotMoveTheOriginal) {
    const TestLog original = lively_log();
    const uint64_t digest = digest_of(original.log);
    const std::vector<std::string> records = original.read_all();
    for (const auto& [name, step] : every_kind_of_step()) {
        TestLog copy = original;
        step(copy);
        EXPECT_NE(digest_of(copy.log), digest) << name;
        EXPECT_FALSE(copy.log == original.log) << name;
        // Not the digest that the original remembers: one made anew from what it holds.
        EXPECT_EQ(lively_log().log, original.log) << name;
        EXPECT_EQ(original.read_all(), records) << name;
    }
}

TEST(ValueSemantics, TheSameStepOnTwoCopiesGivesTheSame) {
    const TestLog original = lively_log();
    for (const auto& [name, step] : every_kind_of_step()) {
        TestLog a = original;
        TestLog b = lively_log();  // Shares nothing with the other.
        step(a);
        step(b);
        EXPECT_EQ(a.log, b.log) << name;
        EXPECT_EQ(digest_of(a.log), digest_of(b.log)) << name;
    }
}

}  // namespace
}  // namespace brokerlab::testing
