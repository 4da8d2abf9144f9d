// What the JSON report and the end of the story say of groups and of the business.
#include "sim/view/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sim/script/run_scenario.h"

namespace brokerlab {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kCrash = R"(
name: A member that crashes before its commit
seed: 7
cluster: {brokers: 3}
topics:
  - {name: orders, partitions: 1, replication-factor: 3}
producers:
  - {name: till, topic: orders, rate: 10/s, value: "{n}", config: {acks: all}}
consumers:
  - group: stock
    topics: [orders]
    process: 20ms
    config: {auto.offset.reset: earliest, session.timeout.ms: 6000, heartbeat.interval.ms: 2000}
timeline:
  - {at: 12s, do: crash consumer stock-1}
  - {at: 12s, do: start consumer stock-1}
until: 35s
)";

Report report_of(std::string_view yaml, Duration until) {
    std::variant<Scenario, FileError> read = read_scenario(yaml);
    const Outcome<ScenarioRun> run =
        run_scenario(std::get<Scenario>(read), until, [](const Cursor&, const Move&) {});
    return make_report(*run, false);
}

nlohmann::json json_of(const Report& report) {
    return nlohmann::json::parse(report_json(report));
}

TEST(Report, SaysOfEachGroupHowOftenItProcessedItsRecords) {
    const Report report = report_of(kCrash, 35_s);
    const nlohmann::json group = json_of(report)["groups"][0];
    EXPECT_EQ(group["group"], "stock");
    EXPECT_GT(group["processed"], 200);
    EXPECT_GT(group["repeated"], 0);
    EXPECT_EQ(group["skipped"], 0);
    EXPECT_THAT(report_text(report), HasSubstr(" records twice: orders-0 at "));
}

TEST(Report, SaysSoWhenAllIsWell) {
    const Report report = report_of(kCrash, 11_s);
    EXPECT_EQ(json_of(report)["groups"][0]["repeated"], 0);
    EXPECT_THAT(report_text(report),
                HasSubstr("no group worked on a record twice or went past one without reading it"));
    EXPECT_THAT(report_text(report), Not(HasSubstr("no service did twice")))
        << "there are no services";
}

TEST(Report, SaysOfWhichPartitionsNothingIsCommitted) {
    Report report = report_of(kCrash, 11_s);
    EXPECT_THAT(report_text(report), Not(HasSubstr("nothing committed")));
    report.groups[0].members[0].assigned.push_back({"orders", PartitionId(1)});
    report.groups[0].members[0].assigned.push_back({"orders", PartitionId(2)});
    EXPECT_THAT(report_text(report), HasSubstr(" behind; nothing committed for orders-1 to 2\n"));
    report.groups[0].offsets.clear();
    EXPECT_THAT(report_text(report), HasSubstr("has orders-0 to 2; nothing committed\n"));
}

TEST(Report, SaysNothingOfAGroupThatNobodyCoordinates) {
    Report report = report_of(kCrash, 11_s);
    EXPECT_THAT(report_text(report), HasSubstr("  group stock is Stable, generation 1: "));
    report.groups[0] = GroupView();
    report.groups[0].group = "stock";
    const std::string text = report_text(report);
    EXPECT_THAT(text, HasSubstr("  group stock has no coordinator now: its members and offsets "
                                "can't be asked\n"));
    EXPECT_THAT(text, Not(HasSubstr("nothing committed")));
}

TEST(Report, SpeaksOfOrdersThatWerePassedOverWhereAServiceDecides) {
    Report report = report_of(kCrash, 1_s);
    report.has_deeds = true;
    EXPECT_THAT(report_text(report), HasSubstr("no service did twice what is done once\n"));
    report.decided = true;
    EXPECT_THAT(report_text(report), HasSubstr("and no order was passed over\n"));
}

TEST(Report, HasARowForEachAnomalyOfTheBusiness) {
    Report report = report_of(kCrash, 1_s);
    const nlohmann::json clean = json_of(report)["business"];
    ASSERT_EQ(clean.size(), kAnomalyKinds);
    EXPECT_EQ(clean[0].dump(),
              R"({"anomaly":"charged twice","count":0,"first_ms":null,"records":[]})");
    const RecordPlace place{{"orders", PartitionId(0)}, Offset(12)};
    report.business[0].first = report.time_zero + 3_s;
    report.business[0].count = 1;
    report.business[0].examples = {{"payment", "7", "", *report.business[0].first, 2, {place}}};
    report.business[0].examples[0].records.push_back(place);
    EXPECT_EQ(json_of(report)["business"][0].dump(),
              R"({"anomaly":"charged twice","count":1,"first_ms":3000,)"
              R"("records":["orders-0@12"]})");
}

/// Twelve records that are no orders, then one that is; `stock` skips what it can't read, `depot`
/// tries again.
constexpr std::string_view kGarbage = R"(
name: Records that no handler can read
cluster: {brokers: 1, controllers: 1, config: {offsets.topic.replication.factor: 1}}
topics:
  - {name: orders}
producers:
  - {name: vandal, topic: orders, rate: 10/s, count: 12, value: "no order {n}"}
services:
  - name: stock
    handler: stock
    group: stock
    topics: [orders]
    config: {auto.offset.reset: earliest}
  - name: depot
    handler: stock
    group: depot
    topics: [orders]
    on-error: retry
    config: {auto.offset.reset: earliest}
timeline:
  - {at: 3s, do: 'produce orders value={"id":"7","name":"book","qty":1,"price":1}'}
until: 20s
)";

TEST(Report, ListsTheRecordsThatAServiceCouldNotWorkOn) {
    const Report report = report_of(kGarbage, 20_s);
    const nlohmann::json services = json_of(report)["services"];
    const nlohmann::json& skipped = services[0]["failed_records"];
    EXPECT_EQ(services[0]["handled"], 1);
    EXPECT_EQ(services[0]["failed"], 12);
    ASSERT_EQ(skipped.size(), 10U);
    EXPECT_EQ(services[0]["more_failed_records"], 2);
    EXPECT_EQ(skipped[0]["record"], "orders-0@0");
    EXPECT_EQ(skipped[9]["record"], "orders-0@9");
    EXPECT_GT(skipped[9]["first_ms"], 0);
    EXPECT_EQ(skipped[9]["attempts"], 1);
    EXPECT_EQ(skipped[9]["retried"], false);
    EXPECT_NE(skipped[9]["reason"], "");
    // The other service stands at the first of them.
    const nlohmann::json& retried = services[1]["failed_records"];
    ASSERT_EQ(retried.size(), 1U);
    EXPECT_EQ(services[1]["more_failed_records"], 0);
    EXPECT_EQ(retried[0]["record"], "orders-0@0");
    EXPECT_EQ(retried[0]["attempts"], services[1]["failed"]);
    EXPECT_GT(retried[0]["attempts"], 5);
    EXPECT_EQ(retried[0]["retried"], true);
    const std::string text = report_text(report);
    EXPECT_THAT(text, HasSubstr("  stock: 1 handled, 12 failed\n    record orders-0 at 0 failed "));
    EXPECT_THAT(text, HasSubstr("; it was skipped\n    2 more records failed\n"));
    EXPECT_THAT(text, HasSubstr("; it is tried again\n"));
}

TEST(Report, DoesNotContradictItselfAboutRecordsThatFailed) {
    const std::string text = report_text(report_of(kGarbage, 20_s));
    EXPECT_THAT(text, HasSubstr("; it was skipped\n"));
    EXPECT_THAT(text, Not(HasSubstr("skipped one")));
}

}  // namespace
}  // namespace brokerlab
