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
    EXPECT_THAT(report_text(report), HasSubstr("no group processed a record twice"));
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

}  // namespace
}  // namespace brokerlab
