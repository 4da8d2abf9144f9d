// The whole log against the reference model: anything a broker does to it, in any order.
//
// RC_PARAMS="seed=N max_success=5000" searches further than the default run.
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include "tests/unit/log/log_play.h"
#include "tests/unit/log/step_gen.h"

namespace brokerlab {
namespace {

using brokerlab::testing::Play;
using brokerlab::testing::small_log_config;
using brokerlab::testing::some_steps;
using brokerlab::testing::Step;

bool agrees(const LogConfig& config) {
    return rc::check([&] {
        const std::vector<Step> steps = *some_steps(200);
        Play play(config);
        for (const Step& step : steps) {
            play.step(step);
            play.compare();
        }
        play.compare_files();
    });
}

TEST(LogModel, AgreesOnACompactedTopic) {
    EXPECT_TRUE(agrees(small_log_config()));
}

TEST(LogModel, AgreesOnOneThatOnlyDeletes) {
    LogConfig config = small_log_config();
    config.cleanup_compact = false;
    config.segment_bytes = 1500;
    config.index_interval_bytes = 0;
    EXPECT_TRUE(agrees(config));
}

TEST(LogModel, AgreesWithTheLogAppendTime) {
    LogConfig config = small_log_config();
    config.message_timestamp_type = TimestampType::kLogAppendTime;
    config.segment_ms = 30'000;
    EXPECT_TRUE(agrees(config));
}

TEST(LogModel, AgreesOnACompressedTopic) {
    LogConfig config = small_log_config();
    config.compression_type = CompressionCodec::kSnappy;
    config.flush_messages = 4;
    EXPECT_TRUE(agrees(config));
}

}  // namespace
}  // namespace brokerlab
