// What a scenario file can get wrong: each mistake is told with its line and column, what was
// expected, and the nearest valid word.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/script/scenario_builder.h"

namespace brokerlab {
namespace {

using ::testing::HasSubstr;
using testing::kSmallScenario;
using testing::read_bad;
using testing::with;

struct Mistake {
    const char* name;
    std::string from;  ///< in the small scenario ...
    std::string to;    ///< ... becomes this
    int line;
    int column;
    std::string says;
};

class BadScenario : public ::testing::TestWithParam<Mistake> {};

TEST_P(BadScenario, IsToldWithPlaceAndReason) {
    const Mistake& mistake = GetParam();
    const FileError error = read_bad(with(mistake.from, mistake.to));
    EXPECT_THAT(error.what, HasSubstr(mistake.says));
    EXPECT_EQ(error.line, mistake.line) << error.what;
    EXPECT_EQ(error.column, mistake.column) << error.what;
}

std::string name_of(const ::testing::TestParamInfo<Mistake>& info) {
    return info.param.name;
}

const std::string kTimeline = "  - {at: 5s, do: kill broker 2}";
const std::string kTopic = "  - {name: orders, partitions: 3, replication-factor: 3}";
const std::string kProducer = "  - {name: till, topic: orders, rate: 100/s}";
const std::string kConsumer = "  - {name: audit, topics: [orders]}";

INSTANTIATE_TEST_SUITE_P(
    Keys, BadScenario,
    ::testing::Values(
        Mistake{"Unknown", "until:", "untill:", 12, 1, "no key 'untill'; did you mean 'until'?"},
        Mistake{"Far", "until:", "zzz:", 12, 1, "no key 'zzz'; its keys are name, about"},
        Mistake{"InCluster", "  brokers: 3", "  brokrs: 3", 3, 3, "did you mean 'brokers'?"},
        Mistake{"InTopic", kTopic, "  - {name: orders, partition: 3}", 5, 20,
                "did you mean 'partitions'?"},
        Mistake{"InProducer", kProducer, "  - {name: till, topic: orders, rat: 1/s}", 7, 33,
                "did you mean 'rate'?"},
        Mistake{"InTimeline", kTimeline, "  - {at: 5s, doo: kill broker 2}", 11, 14,
                "did you mean 'do'?"},
        Mistake{"InExpect", "  - {at: 20s, that:", "  - {at: 20s, tht:", 14, 15,
                "did you mean 'that'?"},
        Mistake{"Twice", "until: 60s", "until: 60s\nuntil: 70s", 13, 1,
                "the key 'until' stands twice"},
        Mistake{"TwiceInFlow", kTopic, "  - {name: orders, name: b}", 5, 20,
                "the key 'name' stands twice"},
        Mistake{"NoName", "name: Small\n", "", 1, 1, "a scenario needs the key 'name'"},
        Mistake{"NoUntil", "until: 60s\n", "", 1, 1, "a scenario needs the key 'until'"},
        Mistake{"NoBrokers", "  brokers: 3", "  controllers: 3", 3, 3, "needs the key 'brokers'"},
        Mistake{"NoTopicOfProducer", kProducer, "  - {name: till}", 7, 5, "needs the key 'topic'"},
        Mistake{"NoThat", "that: \"leader(orders-0) != 2\"", "", 14, 5, "needs the key 'that'"},
        Mistake{"Combined", "  brokers: 3", "  brokers: 3\n  combined: true", 4, 13,
                "'combined' is reserved"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Types, BadScenario,
    ::testing::Values(
        Mistake{"Word", "  brokers: 3", "  brokers: three", 3, 12, "whole number, not 'three'"},
        Mistake{"Zero", "  brokers: 3", "  brokers: 0", 3, 12, "from 1 to 1000, not 0"},
        Mistake{"Decimal", "partitions: 3", "partitions: 3.5", 5, 32, "whole number, not '3.5'"},
        Mistake{"TooMany", "partitions: 3", "partitions: 10001", 5, 32, "from 1 to 10000"},
        Mistake{"ListForMap", "cluster:\n  brokers: 3", "cluster: [3]", 2, 10,
                "must be a map with the keys"},
        Mistake{"MapForList", kTopic, "  name: orders", 5, 3, "'topics' must be a list"},
        Mistake{"MapForText", "name: Small", "name: {a: b}", 1, 7, "'name' must be one value"},
        Mistake{"NothingForText", "name: Small", "name:", 1, 1, "'name' must be one value"},
        Mistake{"TextForTopic", kTopic, "  - orders", 5, 5, "a topic must be a map"},
        Mistake{"ListAsKey", "until: 60s", "[a, b]: 60s", 12, 1, "must be a word"},
        Mistake{"BrokerIds", "  brokers: 3", "  brokers: [{id: 1}, {id: 3}]", 3, 12,
                "run from 1, each once"},
        Mistake{"NoBroker", "  brokers: 3", "  brokers: []", 3, 12, "at least one broker"},
        Mistake{"From", kConsumer, "  - {name: audit, topics: [orders], from: start}", 9, 43,
                "earliest or latest, not 'start'"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Units, BadScenario,
    ::testing::Values(
        Mistake{"NoUnit", "until: 60s", "until: 60", 12, 8, "has no unit; write 60s or 60ms"},
        Mistake{"NoTime", "until: 60s", "until: soon", 12, 8, "'soon' is not a time"},
        Mistake{"Negative", "until: 60s", "until: -5s", 12, 8, "'-5s' is not a time"},
        Mistake{"TooLong", "until: 60s", "until: 200000d", 12, 8, "is too long"},
        Mistake{"TimelineAfterTheEnd", "at: 5s", "at: 61s", 11, 10,
                "this is after the end of the run, 'until: 1 min'"},
        Mistake{"ExpectationAfterTheEnd", "at: 20s", "at: 20min", 14, 10, "after the end"},
        Mistake{"NoUnitInTimeline", "at: 5s", "at: 5", 11, 10, "has no unit"},
        Mistake{"Rate", "rate: 100/s", "rate: 100", 7, 39, "'100' is not a rate"},
        Mistake{"RateUnit", "rate: 100/s", "rate: 100/day", 7, 39, "100/s, 30/min or 10/h"},
        Mistake{"Bandwidth", "until: 60s", "network: {bandwidth: 10MB/s}\nuntil: 60s", 12, 22,
                "write one as 10MiB/s"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Names, BadScenario,
    ::testing::Values(
        Mistake{"TopicTwice", kTopic, kTopic + "\n  - {name: orders}", 6, 12,
                "the topic 'orders' stands twice"},
        Mistake{"TopicOfBadName", "name: orders,", "name: or/ders,", 5, 12,
                "Topic name is invalid: 'or/ders' contains one or more characters"},
        Mistake{"TopicOfDots", "name: orders,", "name: '..',", 5, 12, "'..' is not allowed"},
        Mistake{"TopicThatCollides", kTopic, kTopic + "\n  - {name: a.b}\n  - {name: a_b}", 7, 12,
                "Topic 'a_b' collides with existing topic: a.b"},
        Mistake{"FactorAboveTheBrokers", "replication-factor: 3", "replication-factor: 4", 5, 55,
                "The target replication factor of 4 cannot be reached because only 3 broker(s) "
                "are registered."},
        Mistake{"ClientTwice", "name: audit", "name: till", 9, 12, "the name 'till' stands twice"},
        Mistake{"Taken", "name: till", "name: console", 7, 12, "a meaning of its own"},
        Mistake{"LikeAKeyword", "name: till", "name: controller", 7, 12, "a meaning of its own"},
        Mistake{"Digit", "name: till", "name: 1till", 7, 12, "begins with a digit"},
        Mistake{"Space", "name: till", "name: my till", 7, 12, "letters, digits"},
        Mistake{"Empty", "name: till", "name: ''", 7, 12, "can't be empty"},
        Mistake{"UndeclaredTopic", "topic: orders", "topic: ordres", 7, 25,
                "no topic 'ordres' here; did you mean 'orders'?"},
        Mistake{"UndeclaredTopicOfConsumer", "topics: [orders]", "topics: [other]", 9, 28,
                "there is no topic 'other' here"},
        Mistake{"Broker", "kill broker 2", "kill broker 4", 11, 18,
                "there is no broker 4; they are numbered from 1 to 3"},
        Mistake{"Controller", "kill broker 2", "kill controller 9", 11, 18,
                "there is no controller 9"},
        Mistake{"Producer", "kill broker 2", "stop producer tll", 11, 18,
                "no producer named 'tll' here; did you mean 'till'?"},
        Mistake{"Consumer", "kill broker 2", "pause consumer audti", 11, 18,
                "did you mean 'audit'?"},
        Mistake{"TopicOfCommand", "kill broker 2", "delete topic order", 11, 18,
                "did you mean 'orders'?"},
        Mistake{"Partition", "kill broker 2", "elect preferred orders-3", 11, 18,
                "no partition 3; they are numbered from 0 to 2"},
        Mistake{"LinkEnd", "kill broker 2", "cut 1 tlil", 11, 18, "did you mean 'till'?"},
        Mistake{"LinkOfOneEnd", "kill broker 2", "cut 1 broker 1", 11, 18,
                "a link has two ends, and '1' stands at both"},
        Mistake{"BeforeItIsMade", kTimeline,
                kTimeline + "\n  - {at: 4s, do: delete topic late}\n"
                            "  - {at: 5s, do: create topic late}",
                12, 18, "there is no topic \'late\' here"},
        Mistake{"TopicInExpectation", "leader(orders-0)", "leader(odrers-0)", 14, 21,
                "did you mean 'orders'?"},
        Mistake{"BrokerInExpectation", "leader(orders-0)", "leader(orders-0, 7)", 14, 21,
                "there is no broker 7"},
        Mistake{"ProducerInExpectation", "leader(orders-0)", "acked(till2)", 14, 21,
                "did you mean 'till'?"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Settings, BadScenario,
    ::testing::Values(
        Mistake{"UnknownOfBroker", "  brokers: 3",
                "  brokers: 3\n  config: {broker.sesion.timeout.ms: 1}", 4, 12,
                "did you mean broker.session.timeout.ms?"},
        Mistake{"UnknownOfTopic", "partitions: 3", "config: {min.insync.replica: 2}", 5, 29,
                "did you mean min.insync.replicas?"},
        Mistake{"BrokersKeyOfTopic", "partitions: 3", "config: {broker.session.timeout.ms: 2}", 5,
                29, "Unknown configuration broker.session.timeout.ms"},
        Mistake{"NoNumber", "rate: 100/s", "config: {linger.ms: soon}", 7, 53,
                "Invalid value soon for configuration linger.ms: Not a number of type LONG"},
        Mistake{"OutOfRange", "rate: 100/s", "config: {linger.ms: -1}", 7, 53,
                "Value must be at least 0"},
        Mistake{"NoChoice", "rate: 100/s", "config: {acks: 2}", 7, 48,
                "String must be one of: all, -1, 0, 1"},
        Mistake{"Contradiction", "rate: 100/s", "config: {enable.idempotence: true, acks: 1}", 7,
                41, "Must set acks to all in order to use the idempotent producer"},
        Mistake{"DeliveryTimeout", "rate: 100/s", "config: {delivery.timeout.ms: 1000}", 7, 41,
                "equal to or larger than linger.ms + request.timeout.ms"},
        Mistake{"Transactions", "rate: 100/s", "config: {transactional.id: t}", 7, 41,
                "transactions can't be played yet"},
        Mistake{"InCommand", "kill broker 2", "set producer till ackz=1", 11, 18,
                "did you mean acks?"},
        Mistake{"SessionOfTheConsumerProtocol", "name: audit, topics: [orders]",
                "group: stock, topics: [orders], "
                "config: {group.protocol: consumer, session.timeout.ms: 10000}",
                9, 46, "session.timeout.ms cannot be set when group.protocol=CONSUMER"},
        Mistake{"HeartbeatsOfTheConsumerProtocol", "name: audit, topics: [orders]",
                "group: stock, topics: [orders], "
                "config: {group.protocol: consumer, heartbeat.interval.ms: 1000}",
                9, 46, "heartbeat.interval.ms cannot be set when group.protocol=CONSUMER"},
        Mistake{"AssignorsOfTheConsumerProtocol", "name: audit, topics: [orders]",
                "group: stock, topics: [orders], "
                "config: {group.protocol: consumer, partition.assignment.strategy: range}",
                9, 46, "partition.assignment.strategy cannot be set"},
        Mistake{"AssignorOfTheClassicProtocol", "name: audit, topics: [orders]",
                "group: stock, topics: [orders], config: {group.remote.assignor: range}", 9, 46,
                "group.remote.assignor cannot be set when group.protocol=CLASSIC"},
        Mistake{"RateInCommand", "kill broker 2", "set producer till rate=fast", 11, 18,
                "'fast' is not a rate"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Lines, BadScenario,
    ::testing::Values(Mistake{"Command", "do: kill broker 2", "do: kill brker 2", 11, 23,
                              "did you mean 'broker'?"},
                      Mistake{"QuotedCommand", "do: kill broker 2", "do: \"kill brker 2\"", 11, 24,
                              "did you mean 'broker'?"},
                      Mistake{"Expression", "leader(orders-0) != 2", "leader(orders-0) = 2", 14, 39,
                              "equality is written =="},
                      Mistake{"PlainExpression", "\"leader(orders-0) != 2\"", "lost_ackd == 0", 14,
                              21, "did you mean 'lost_acked'?"}),
    name_of);

TEST(BrokenFile, IsToldWithThePlaceWhereYamlEnds) {
    const FileError error = read_bad(with("brokers: 3", "brokers: [3"));
    EXPECT_THAT(error.what, HasSubstr("this is not YAML"));
    EXPECT_GE(error.line, 3);
    EXPECT_GE(error.column, 1);
}

TEST(BrokenFile, OfNothingIsNoScenario) {
    for (const char* yaml : {"", "just a word", "[]", "\n# only a remark\n", ",", "...", "---\n"}) {
        const FileError error = read_bad(yaml);
        EXPECT_THAT(error.what, HasSubstr("a scenario must be a map")) << yaml;
        EXPECT_GE(error.line, 1);
        EXPECT_GE(error.column, 1);
    }
}

TEST(BrokenFile, WithTwoDocumentsIsNotHalfRead) {
    EXPECT_EQ(read_bad(kSmallScenario + "---\n" + kSmallScenario),
              (FileError{15, 1, "a scenario file holds one document, and here begins another"}));
    EXPECT_EQ(testing::read_good("# a remark\n---\n" + kSmallScenario).setup.name, "Small");
}

TEST(BrokenFile, ThatIsNotUtf8IsToldWithTheByte) {
    for (const char* bytes : {"\xAB", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80",
                              "\xF4\x90\x80\x80", "\xF0\x9F\x98", "\xC3("}) {
        EXPECT_EQ(read_bad(with("  brokers: 3", std::string("  brokers: ") + bytes)),
                  (FileError{3, 12, "a scenario file is text in UTF-8, and this byte is not"}));
    }
    const std::string good = "caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80";
    EXPECT_EQ(testing::read_good(with("Small", good)).setup.name, good);
}

TEST(BrokenFile, NestedWithoutEndIsRefused) {
    EXPECT_FALSE(read_bad(std::string(50'000, '[')).what.empty());
    EXPECT_FALSE(read_bad(std::string(50'000, '{')).what.empty());
}

TEST(HugeFile, IsRefusedBeforeItIsRead) {
    const FileError error = read_bad(std::string(kMostScenarioBytes + 1, ' '));
    EXPECT_THAT(error.what, HasSubstr("at most 1048576 bytes, and this has 1048577"));
}

TEST(HugeFile, WithTooManyClientsIsRefused) {
    std::string yaml = kSmallScenario;
    std::string many = "producers:\n";
    for (int i = 0; i < 1001; ++i) {
        many += "  - {name: p" + std::to_string(i) + ", topic: orders}\n";
    }
    yaml.replace(yaml.find("producers:\n"), 11, many);
    EXPECT_THAT(read_bad(yaml).what, HasSubstr("at most 1000 clients"));
}

TEST(HugeFile, WithTooManyPartitionsIsRefused) {
    const FileError error = read_bad(with("partitions: 3, replication-factor: 3}",
                                          "partitions: 9999}\n  - {name: more, partitions: 2}"));
    EXPECT_THAT(error.what, HasSubstr("at most 10000 partitions together"));
    EXPECT_EQ(error.line, 6);
}

TEST(HugeFile, OfManyKeysIsReadInTimeThatGrowsWithIt) {
    std::string config;
    for (int i = 0; i < 50'000; ++i) {
        config += "k" + std::to_string(i) + ": 1, ";
    }
    EXPECT_THAT(read_bad(with("  brokers: 3", "  brokers: 3\n  config: {" + config + "z: 1}")).what,
                HasSubstr("Unknown configuration k0"));
}

}  // namespace
}  // namespace brokerlab
