// The services' JSON: flat objects, numbers as text, and what is refused with its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "sim/app/amounts.h"
#include "sim/app/flat_json.h"

namespace brokerlab {
namespace {

using ::testing::HasSubstr;

std::string field(std::string_view json, std::string_view name) {
    const Outcome<FlatJson> read = parse_flat_json(json);
    if (!read.ok()) {
        return read.failure().what;
    }
    const std::string* text = read->find(name);
    return text == nullptr ? "(none)" : *text;
}

TEST(FlatJson, ReadsTextsNumbersAndWords) {
    const std::string json = R"( {"a" : "x", "n":-12.50e3 ,"b":true,"z":null} )";
    EXPECT_EQ(field(json, "a"), "x");
    EXPECT_EQ(field(json, "n"), "-12.50e3");
    EXPECT_EQ(field(json, "b"), "true");
    EXPECT_EQ(field(json, "z"), "(none)");
    EXPECT_EQ(field(json, "other"), "(none)");
    EXPECT_EQ(field("{}", "a"), "(none)");
}

TEST(FlatJson, KnowsEscapesAndTheirCharacters) {
    EXPECT_EQ(field(R"({"a":"\"\\\/\b\f\n\r\t"})", "a"), "\"\\/\b\f\n\r\t");
    EXPECT_EQ(field(R"({"a":"\u0041\u00e9\u20ac\ud83d\ude00"})", "a"), "A\xC3\xA9€😀");
}

TEST(FlatJson, ReadsHalfACharacterAloneAsTheReplacement) {
    EXPECT_EQ(field(R"({"a":"\ud800\n"})", "a"), "\xEF\xBF\xBD\n");
    EXPECT_EQ(field(R"({"a":"\ud800\u0041"})", "a"),
              "\xEF\xBF\xBD"
              "A");
    EXPECT_EQ(field(R"({"a":"\ud83d\ud83d\ude00"})", "a"), "\xEF\xBF\xBD😀");
    EXPECT_EQ(field(R"({"a":"\ude00x"})", "a"), "\xEF\xBF\xBDx");
    EXPECT_EQ(field(R"({"a":"x\ud800"})", "a"), "x\xEF\xBF\xBD");
    EXPECT_THAT(field(R"({"a":"\ud800\u00"})", "a"), HasSubstr("four hexadecimal digits"));
}

TEST(FlatJson, RefusesWhatIsNoFlatObjectWithThePlace) {
    EXPECT_THAT(field("", "a"), HasSubstr("'{' expected at byte 0"));
    EXPECT_THAT(field("{\"a\":}", "a"), HasSubstr("a text or a number expected at byte 5"));
    EXPECT_THAT(field("{\"a\":[1]}", "a"), HasSubstr("a text or a number expected at byte 5"));
    EXPECT_THAT(field("{\"a\":1", "a"), HasSubstr("'}' expected at byte 6"));
    EXPECT_THAT(field("{\"a\":1} x", "a"), HasSubstr("the end expected at byte 8"));
    EXPECT_THAT(field("{\"a\":\"\\q\"}", "a"), HasSubstr("an escaped character"));
    EXPECT_THAT(field("{\"a\":\"x", "a"), HasSubstr("a closing quote"));
    EXPECT_THAT(field("{\"a\":01}", "a"), HasSubstr("'}' expected at byte 6"));
    EXPECT_THAT(field("{a:1}", "a"), HasSubstr("a text in quotes"));
}

RC_GTEST_PROP(FlatJson, ThatIsWrittenReadsBackAsTheSame, ()) {
    const auto texts =
        *rc::gen::container<std::vector<std::string>>(rc::gen::string<std::string>());
    FlatJson object;
    for (const std::string& text : texts) {
        object.text(text, text).number("n", "-1.5");
    }
    const Outcome<FlatJson> again = parse_flat_json(write_flat_json(object));
    RC_ASSERT(again.ok());
    RC_ASSERT(*again == object);
}

RC_GTEST_PROP(FlatJson, NeverReadsBeyondItsText, (const std::string& text)) {
    static_cast<void>(parse_flat_json(text));
    static_cast<void>(parse_flat_json("{\"a\":" + text));
}

TEST(Amounts, AreExactHundredthsAndWholePieces) {
    EXPECT_EQ(parse_money("10000"), 1'000'000);
    EXPECT_EQ(parse_money("0.9"), 90);
    EXPECT_EQ(parse_money("99.90"), 9990);
    EXPECT_EQ(parse_money("99.905"), std::nullopt);
    EXPECT_EQ(parse_money("-1"), std::nullopt);
    EXPECT_EQ(parse_money("10000000001"), std::nullopt);
    EXPECT_EQ(money_text(90), "0.90");
    EXPECT_EQ(parse_pieces("5"), 5);
    EXPECT_EQ(parse_pieces("5.0"), std::nullopt);
    EXPECT_EQ(parse_pieces("0"), std::nullopt);
    EXPECT_EQ(parse_pieces("x"), std::nullopt);
}

}  // namespace
}  // namespace brokerlab
