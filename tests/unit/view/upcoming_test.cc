// What comes next: judged by what then happens.
#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/view/explain.h"
#include "tests/unit/view/played_world.h"

namespace brokerlab {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using testing::kTillAndAudit;
using testing::play;
using ::testing::SizeIs;

std::string with_timeline(std::string_view commands) {
    return std::string(kTillAndAudit) + "timeline:\n" + std::string(commands);
}

TEST(Upcoming, IsInTheOrderOfTimeAndAsLongAsWanted) {
    const Timeline run = play(kTillAndAudit, 10_s);
    const std::vector<Upcoming> next = upcoming(run.world(), 20);
    ASSERT_THAT(next, SizeIs(20));
    EXPECT_TRUE(std::is_sorted(next.begin(), next.end(),
                               [](const Upcoming& a, const Upcoming& b) { return a.at < b.at; }));
    EXPECT_GE(next.front().at, run.now());
}

TEST(Upcoming, TheFirstEventThatIsToldIsTheNextThatRuns) {
    Timeline run = play(kTillAndAudit, 10_s);
    for (int i = 0; i < 200; ++i) {
        const std::vector<Upcoming> next = upcoming(run.world(), 20);
        ASSERT_FALSE(next.empty());
        // Timers that were armed for a deadline that has moved away run early and do nothing; but
        // nothing that is told comes before the next event.
        EXPECT_GE(next.front().at, run.world().shown(run.world().queue.next_time()));
        Move move;
        run.step_event(move);
    }
}

TEST(Upcoming, MessagesHaveTheirNamesAndEndsAndArriveThen) {
    Timeline run = play(kTillAndAudit, 10_s);
    const auto is_message = [](const Upcoming& next) {
        return std::holds_alternative<MessageThing>(next.about);
    };
    std::vector<Upcoming> next;
    for (Duration at = 10_s; std::none_of(next.begin(), next.end(), is_message); at += 1_ms) {
        ASSERT_LT(at, Duration(11_s));
        run.seek(at);
        next = upcoming(run.world(), 20);
    }
    const Upcoming message = *std::find_if(next.begin(), next.end(), is_message);
    EXPECT_THAT(message.text, AllOf(HasSubstr(" from "), HasSubstr(" to "), HasSubstr(" arrives")));
    EXPECT_FALSE(message.deadline);
    const uint64_t number = std::get<MessageThing>(message.about).number;
    EXPECT_NE(run.world().network->find(number), nullptr);
    run.seek(message.at);
    EXPECT_EQ(run.world().network->find(number), nullptr);
}

TEST(Upcoming, ASilentBrokersFenceIsAmongThemHoweverMuchComesBefore) {
    const Timeline run = play(with_timeline("  - {at: 5s, do: kill broker 1}\n"), 6_s);
    EXPECT_THAT(upcoming(run.world(), 12), SizeIs(12));
    const Timeline later = play(with_timeline("  - {at: 5s, do: kill broker 1}\n"), 9_s);
    EXPECT_THAT(upcoming(later.world(), 12),
                Contains(AllOf(Field(&Upcoming::text,
                                     HasSubstr("broker 1 is fenced unless a heartbeat arrives")),
                               Field(&Upcoming::deadline, true))));
}

TEST(Upcoming, TimersSayWhatTheyAreFor) {
    const Timeline run = play(kTillAndAudit, 10_s);
    const std::vector<Upcoming> next = upcoming(run.world(), 200);
    const auto says = [&](std::string_view text) {
        return std::any_of(next.begin(), next.end(), [&](const Upcoming& one) {
            return one.text.find(text) != std::string::npos;
        });
    };
    EXPECT_TRUE(says("sends a heartbeat to the controller"));
    EXPECT_TRUE(says("looks for followers that are behind for too long"));
    EXPECT_TRUE(says("the application of till has its next record"));
    EXPECT_TRUE(says("asks for votes unless controller"));
}

}  // namespace
}  // namespace brokerlab
