// The glossary: its nouns are found in sentences, whole and longest first.
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/model/config.h"
#include "sim/view/glossary.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> found(std::string_view text) {
    std::vector<std::string> words;
    for (const NounAt& noun : nouns_in(text)) {
        words.emplace_back(text.substr(noun.begin, noun.end - noun.begin));
    }
    return words;
}

TEST(Glossary, EachWordStandsOnceAndHasWholeSentences) {
    std::set<std::string_view> seen;
    for (const GlossaryEntry& entry : glossary()) {
        EXPECT_TRUE(seen.insert(entry.word).second) << entry.word;
        EXPECT_FALSE(entry.meaning.empty()) << entry.word;
        EXPECT_EQ(entry.meaning.back(), '.') << entry.word;
        EXPECT_EQ(find_noun(entry.word), &entry) << entry.word;
        if (!entry.short_form.empty()) {
            EXPECT_TRUE(seen.insert(entry.short_form).second) << entry.short_form;
            EXPECT_EQ(find_noun(entry.short_form), &entry) << entry.short_form;
        }
    }
    EXPECT_GE(glossary().size(), 60U);
}

TEST(Glossary, FindsAWordInAnyCaseAndInThePlural) {
    EXPECT_EQ(find_noun("High watermark"), find_noun("hw"));
    EXPECT_EQ(find_noun("brokers"), find_noun("Broker"));
    EXPECT_EQ(find_noun("batches"), find_noun("record batch"));
    EXPECT_EQ(find_noun("teapot"), nullptr);
    EXPECT_EQ(find_noun(""), nullptr);
    EXPECT_EQ(find_noun("s"), nullptr);
}

TEST(Glossary, TheLongestNounWins) {
    EXPECT_THAT(found("the leader epoch of the preferred leader"),
                ElementsAre("leader epoch", "preferred leader"));
    EXPECT_THAT(found("Unclean leader election"), ElementsAre("Unclean leader election"));
}

TEST(Glossary, NounsAreWholeWords) {
    EXPECT_THAT(found("a logarithm, an offsetting, unreplicated"), IsEmpty());
    EXPECT_THAT(found("orders-0 and leader-like"), IsEmpty());
    EXPECT_THAT(found("It has no leader. Brokers wait."), ElementsAre("leader", "Brokers"));
    EXPECT_THAT(found("(HW)"), ElementsAre("HW"));
}

TEST(Glossary, AConfigurationIsOneNoun) {
    EXPECT_THAT(found("broker.session.timeout.ms is 9 s"),
                ElementsAre("broker.session.timeout.ms"));
    EXPECT_THAT(found("given up (request.timeout.ms)."), ElementsAre("request.timeout.ms"));
}

TEST(Glossary, ItsConfigurationsAreKafkasAndItsDefaultsAreRight) {
    const ConfigMap broker(ConfigScope::kBroker);
    EXPECT_EQ(broker.ms("replica.lag.time.max.ms"), Duration(30_s));
    EXPECT_EQ(broker.ms("broker.session.timeout.ms"), Duration(9_s));
    EXPECT_EQ(broker.ms("broker.heartbeat.interval.ms"), Duration(2_s));
    for (const GlossaryEntry& entry : glossary()) {
        const bool key = entry.word.find('.') != std::string_view::npos;
        const bool known = find_config(ConfigScope::kBroker, entry.word) != nullptr ||
                           find_config(ConfigScope::kTopic, entry.word) != nullptr ||
                           find_config(ConfigScope::kProducer, entry.word) != nullptr ||
                           find_config(ConfigScope::kConsumer, entry.word) != nullptr;
        EXPECT_TRUE(!key || known) << entry.word;
    }
}

}  // namespace
}  // namespace brokerlab
