// A long workload whose digests must be the same for every compiler and build, today and tomorrow.
//
// The steps come from a linear congruential sequence, so that no library decides about them. After
// each phase a line tells what the log holds; the lines stand in tests/golden/log_workload.txt.
// BROKERLAB_BLESS=1 writes that file anew, in the source tree.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "sim/log/crc32c.h"
#include "sim/log/log_files.h"
#include "tests/unit/log/consumer_view.h"
#include "tests/unit/log/log_play.h"

namespace brokerlab {
namespace {

using brokerlab::testing::Do;
using brokerlab::testing::Play;
using brokerlab::testing::Step;

constexpr const char* kGolden = BROKERLAB_SOURCE_DIR "/tests/golden/log_workload.txt";
constexpr int kPhases = 20;
constexpr int kStepsAPhase = 1'000;

class Sequence64 {
public:
    /// The next number below `bound`.
    int below(int bound) {
        state_ = state_ * 6364136223846793005U + 1442695040888963407U;
        return static_cast<int>((state_ >> 33U) % static_cast<uint64_t>(bound));
    }

private:
    uint64_t state_ = 2025;
};

/// What a producer does, and now and then what befalls a broker.
Step next_step(Sequence64& numbers) {
    const int kinds = numbers.below(50) < 49 ? 8 : static_cast<int>(Do::kCount);
    return {static_cast<Do>(numbers.below(kinds)), numbers.below(64), numbers.below(64)};
}

/// Every file that the log would be on disk, in one checksum.
uint32_t files_crc(const PartitionLog& log) {
    Crc32c crc;
    for (const LogFile& file : to_log_files(log, Uuid{.high = 1, .low = 2})) {
        crc.add(as_bytes(file.name));
        crc.add(file.bytes);
    }
    return crc.value();
}

std::string line_of(int phase, const PartitionLog& log) {
    char text[160];
    std::snprintf(text, sizeof text,
                  "phase %2d digest %016llx files %08x start %4lld hw %4lld leo %4lld "
                  "segments %2zu records %3zu",
                  phase, static_cast<unsigned long long>(digest_of(log)), files_crc(log),
                  static_cast<long long>(log.log_start_offset.value),
                  static_cast<long long>(log.high_watermark.value),
                  static_cast<long long>(log.log_end_offset.value), log.segments.size(),
                  testing::read_as_consumer(log, FetchIsolation::kLogEnd).size());
    return text;
}

std::vector<std::string> play_workload() {
    LogConfig config = testing::small_log_config();
    config.segment_bytes = 6'000;
    Play play(config);
    Sequence64 numbers;
    std::vector<std::string> lines;
    for (int phase = 1; phase <= kPhases; ++phase) {
        for (int i = 0; i < kStepsAPhase; ++i) {
            play.step(next_step(numbers));
        }
        play.compare();
        lines.push_back(line_of(phase, play.log()));
    }
    return lines;
}

std::vector<std::string> golden_lines() {
    std::ifstream file(kGolden);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        lines.push_back(line);
    }
    return lines;
}

TEST(GoldenDigest, OfTheLogWorkloadIsTheSameEverywhere) {
    const std::vector<std::string> lines = play_workload();
    if (std::getenv("BROKERLAB_BLESS") != nullptr) {
        std::ofstream file(kGolden);
        for (const std::string& line : lines) {
            file << line << "\n";
        }
        ASSERT_TRUE(file.flush().good()) << kGolden;
    }
    const std::vector<std::string> golden = golden_lines();
    ASSERT_EQ(golden.size(), lines.size()) << kGolden;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        ASSERT_EQ(lines[i], golden[i]) << "the first phase that differs; bless it if it should";
    }
}

TEST(GoldenDigest, OfTheLogWorkloadIsTheSameTwice) {
    EXPECT_EQ(play_workload(), play_workload());
}

}  // namespace
}  // namespace brokerlab
