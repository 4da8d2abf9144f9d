// Every command that a user may write: it parses, prints in its canonical form, and that form reads
// back as the same command.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "sim/script/command_text.h"

namespace brokerlab {
namespace {

struct Form {
    std::string written;
    std::string canonical;
};

class CommandForm : public testing::TestWithParam<Form> {};

TEST_P(CommandForm, ParsesAndPrintsInItsCanonicalForm) {
    const std::variant<Command, TextError> parsed = parse_command(GetParam().written);
    ASSERT_TRUE(std::holds_alternative<Command>(parsed)) << std::get<TextError>(parsed).what;
    const Command& command = std::get<Command>(parsed);
    EXPECT_EQ(command_text(command), GetParam().canonical);
    EXPECT_EQ(std::get<Command>(parse_command(GetParam().canonical)), command);
}

/// Forms that are canonical as the design writes them.
std::vector<Form> canonical_forms() {
    std::vector<Form> forms;
    for (const char* text : {
             "kill broker 2",
             "start broker 2",
             "stop broker 2",
             "power-off broker 2",
             "pause broker 2",
             "resume broker 2",
             "isolate broker 2",
             "rejoin broker 2",
             "kill controller 1",
             "start controller 1",
             "pause controller 1",
             "resume controller 1",
             "isolate controller 3",
             "rejoin controller 3",
             "slow disk 2 500ms",
             "fail disk 2",
             "repair disk 2",
             "set broker 2 log.cleaner.threads=2",
             "cut 1 2",
             "cut 1 -> 2",
             "cut controller 1 till",
             "cut clients -> brokers",
             "slow link 1 controllers 20ms",
             "lose link 1 2 5%",
             "lose link 1 2 0.1%",
             "lose link 1 2 0.0001%",
             "lose link 1 2 100%",
             "heal 1 2",
             "heal all",
             "drop message 17",
             "hold message 17",
             "release message 17",
             "delay message 18446744073709551615 200ms",
             "create topic orders partitions 3 replication-factor 3",
             "create topic orders",
             "create topic orders replication-factor 2",
             "alter topic orders partitions 6",
             "delete topic orders",
             "set topic orders min.insync.replicas=2",
             "elect preferred orders-0",
             "elect unclean orders-with-dashes-12",
             "reassign orders-0 3,1,2",
             "start producer till",
             "stop producer till",
             "crash producer till",
             "set producer till acks=1",
             "set producer till rate=50/s",
             "add consumer stock",
             "remove consumer stock-2",
             "crash consumer stock-2",
             "pause consumer stock-2",
             "resume consumer stock-2",
             "start consumer stock-2",
             "set consumer stock max.poll.records=10",
             "produce orders key=k value=v",
             "produce orders value=only a value",
             "produce orders key= value=",
             "produce orders key=a key with spaces value=and value=twice",
             "kill service stock-service",
             "start service stock-service",
             "post order-service /api/v1/orders {\"item\": 7}",
             "post order-service /api/v1/orders",
             "set rule min-isr-check off",
             "set rule min-isr-check on",
         }) {
        forms.push_back({text, text});
    }
    return forms;
}
INSTANTIATE_TEST_SUITE_P(Canonical, CommandForm, testing::ValuesIn(canonical_forms()));

INSTANTIATE_TEST_SUITE_P(Other, CommandForm,
                         testing::Values(Form{"  kill \t broker   2  ", "kill broker 2"},
                                         Form{"cut broker 1 -> broker 2", "cut 1 -> 2"},
                                         Form{"slow disk 1 1500ms", "slow disk 1 1500ms"},
                                         Form{"slow disk 1 2000ms", "slow disk 1 2s"},
                                         Form{"slow disk 1 0s", "slow disk 1 0s"},
                                         Form{"slow disk 1 1.5s", "slow disk 1 1500ms"},
                                         Form{"slow disk 1 60m", "slow disk 1 1h"},
                                         Form{"lose link 1 2 05.50%", "lose link 1 2 5.5%"},
                                         Form{"kill broker 007", "kill broker 7"},
                                         Form{"set topic orders retention.ms= 5",
                                              "set topic orders retention.ms= 5"},
                                         Form{"create topic a replication-factor 2 partitions 1",
                                              "create topic a partitions 1 replication-factor 2"}));

struct Mistake {
    std::string written;
    std::size_t offset;
    std::string says;  ///< part of the message
};

class CommandMistake : public testing::TestWithParam<Mistake> {};

TEST_P(CommandMistake, IsToldWithItsPlaceAndWhatWasMeant) {
    const std::variant<Command, TextError> parsed = parse_command(GetParam().written);
    ASSERT_TRUE(std::holds_alternative<TextError>(parsed)) << GetParam().written;
    const auto& error = std::get<TextError>(parsed);
    EXPECT_EQ(error.offset, GetParam().offset) << error.what;
    EXPECT_THAT(error.what, testing::HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Words, CommandMistake,
    testing::Values(Mistake{"", 0, "command is missing"},
                    Mistake{"kil broker 2", 0, "did you mean 'kill'?"},
                    Mistake{"explode broker 2", 0, "it is one of kill, start"},
                    Mistake{"kill borker 2", 5, "did you mean 'broker'?"},
                    Mistake{"kill", 4, "missing: one of broker, controller, service"},
                    Mistake{"power-off controller 1", 10, "broker"},
                    Mistake{"stop controller 1", 5, "one of broker, producer"},
                    Mistake{"pause producer till", 6, "one of broker, controller, consumer"},
                    Mistake{"kill broker 2 now", 14, "'now' is one word too many"},
                    Mistake{"kill broker 2\nstart broker 2", 13, "one line of text"},
                    Mistake{"set rule min-isr-chek off", 9, "did you mean 'min-isr-check'?"},
                    Mistake{"set rule min-isr-check offf", 23, "did you mean 'off'?"},
                    Mistake{"elect prefered orders-0", 6, "did you mean 'preferred'?"},
                    Mistake{"create topic a partition 3", 15, "did you mean 'partitions'?"},
                    Mistake{"create topic a partitions 3 partitions 4", 28, "stands twice"},
                    Mistake{"alter topic a", 13, "partitions"},
                    Mistake{"cut 1 ->", 8, "an end of the link is missing"},
                    Mistake{"cut -> 2", 4, "an end of the link is missing"}));

INSTANTIATE_TEST_SUITE_P(
    Values, CommandMistake,
    testing::Values(Mistake{"kill broker two", 12, "'two' is no broker's number"},
                    Mistake{"kill broker -1", 12, "'-1' is no broker's number"},
                    Mistake{"kill broker 99999999999", 12, "is no broker's number"},
                    Mistake{"kill broker", 11, "the broker's number is missing"},
                    Mistake{"slow disk 2 500", 12, "has no unit; write 500s or 500ms"},
                    Mistake{"slow disk 2 fast", 12, "'fast' is not a time"},
                    Mistake{"slow disk 2", 11, "delay is missing, as in 200ms"},
                    Mistake{"slow disk 2 9223372036854775807ns", 12, "is too long"},
                    Mistake{"lose link 1 2 101%", 14, "from 0% to 100%"},
                    Mistake{"lose link 1 2 5", 14, "from 0% to 100%"},
                    Mistake{"lose link 1 2 -5%", 14, "from 0% to 100%"},
                    Mistake{"lose link 1 2 5.%", 14, "from 0% to 100%"},
                    Mistake{"lose link 1 2 0.00001%", 14, "from 0% to 100%"},
                    Mistake{"lose link 1 2 1.2.3%", 14, "from 0% to 100%"},
                    Mistake{"elect preferred orders", 16, "'orders' is no partition"},
                    Mistake{"elect preferred orders-", 16, "is no partition"},
                    Mistake{"elect preferred -0", 16, "is no partition"},
                    Mistake{"elect preferred orders-x", 23, "'x' is no partition's number"},
                    Mistake{"reassign orders-0", 17, "replicas are missing"},
                    Mistake{"reassign orders-0 1,,2", 20, "broker's number is missing"},
                    Mistake{"reassign orders-0 1,2,", 21, "missing behind the comma"},
                    Mistake{"reassign orders-0 1,a", 20, "'a' is no broker's number"},
                    Mistake{"create topic a replication-factor 65537", 34, "at most 32767"},
                    Mistake{"drop message x", 13, "'x' is no number of a message"},
                    Mistake{"hold message", 12, "number of the message is missing"},
                    Mistake{"set topic orders", 16, "setting is missing"},
                    Mistake{"set topic orders acks", 17, "is no setting, as in acks=1"},
                    Mistake{"set topic orders =1", 17, "is no setting"},
                    Mistake{"produce orders", 14, "value is missing"},
                    Mistake{"produce orders key=k", 15, "value is missing"},
                    Mistake{"produce orders v", 15, "neither key= nor value="},
                    Mistake{"post order-service", 18, "the path is missing"}));

}  // namespace
}  // namespace brokerlab
