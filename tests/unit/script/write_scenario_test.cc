// A scenario is written as a file that reads back as the same scenario.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "sim/script/command_text.h"
#include "tests/unit/script/scenario_builder.h"

namespace brokerlab {
namespace {

using testing::kSmallScenario;
using testing::read_good;

TEST(WrittenScenario, ReadsBackAsTheSame) {
    const Scenario scenario = read_good(kSmallScenario);
    EXPECT_EQ(read_good(write_scenario(scenario)), scenario);
}

TEST(WrittenScenario, KeepsTextsThatLookLikeSomethingElse) {
    Scenario scenario = read_good(kSmallScenario);
    for (const char* text : {"yes", "1e3", "~", "a: b # c", "\"", "two\nlines", " spaces ",
                             "\xC3\xA9", "{n}", "- x", "a\tb", "\\n"}) {
        scenario.setup.name = text;
        scenario.setup.producers[0].key = text;
        scenario.setup.producers[0].value = text;
        EXPECT_EQ(read_good(write_scenario(scenario)), scenario) << text;
    }
}

TEST(WrittenScenario, KeepsABandwidthOfAnySize) {
    Scenario scenario = read_good(kSmallScenario);
    scenario.setup.network.bandwidth = int64_t{10} * 1024 * 1024 * 1024;
    EXPECT_EQ(read_good(write_scenario(scenario)), scenario);
}

TEST(WrittenScenario, KeepsWhatWasRecorded) {
    Scenario scenario = read_good(kSmallScenario);
    scenario.recorded = RecordedRun{"0.1.0", "0000000000000001", 60_s};
    scenario.plan.commands[0].after = 99;
    EXPECT_EQ(read_good(write_scenario(scenario)), scenario);
}

rc::Gen<Duration> any_duration() {
    return rc::gen::map(rc::gen::inRange<int64_t>(0, 60'000'000'000),
                        [](int64_t ns) { return Duration(ns); });
}

template <class T>
std::optional<T> maybe(const rc::Gen<T>& gen) {
    return *rc::gen::arbitrary<bool>() ? std::optional<T>(*gen) : std::nullopt;
}

RC_GTEST_PROP(WrittenScenario, OfAnyNumbersAndTextsReadsBackAsTheSame, ()) {
    Scenario scenario = read_good(kSmallScenario);
    const rc::Gen<std::string> text =
        rc::gen::container<std::string>(rc::gen::inRange<char>(' ', '\x7e'));
    scenario.setup.about = *text;
    scenario.setup.seed = Seed(*rc::gen::inRange<uint64_t>(0, uint64_t{1} << 62U));
    scenario.setup.network.latency = 1_us + *any_duration();
    scenario.setup.network.jitter = *any_duration();
    scenario.setup.brokers[1].rack = maybe(text);
    scenario.setup.topics[0].partitions = *rc::gen::inRange(3, 10'001);
    ProducerSetup& till = scenario.setup.producers[0];
    // Every whole number in 1000 hours is some thousandths an hour.
    till.rate = Rate{*rc::gen::inRange<int64_t>(0, 3'600'000'000'001)};
    till.value = *text;
    till.start = *any_duration();
    till.stop = maybe(any_duration());
    till.count = maybe(rc::gen::inRange<uint64_t>(0, uint64_t{1} << 62U));
    scenario.setup.consumers[0].process = *any_duration();
    scenario.until = 60_s + *any_duration();
    const Command produce =
        ProduceOne{"orders", std::nullopt,
                   *rc::gen::container<std::string>(rc::gen::inRange<char>('!', '\x7e'))};
    scenario.plan.add({*any_duration(), std::nullopt, produce, command_text(produce)});
    const std::variant<Scenario, FileError> again = read_scenario(write_scenario(scenario));
    if (const auto* error = std::get_if<FileError>(&again)) {
        RC_FAIL(error->what + "\n" + write_scenario(scenario));
    }
    RC_ASSERT(std::get<Scenario>(again) == scenario);
}

}  // namespace
}  // namespace brokerlab
