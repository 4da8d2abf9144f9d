// Inspections say what the World holds: each value here is compared with where it comes from.
#include "sim/view/inspection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "sim/log/record.h"
#include "sim/oracle/replica_logs.h"
#include "sim/view/inspect_parts.h"
#include "tests/unit/view/played_world.h"

namespace brokerlab {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using testing::kTillAndAudit;
using testing::play;

const TopicPartition kOrders0{"orders", PartitionId(0)};

/// Broker 2 is killed and comes back; it led a partition.
constexpr std::string_view kKill = R"(
name: Kill
seed: 42
cluster: {brokers: 3, controllers: 3}
topics:
  - {name: orders, partitions: 3, replication-factor: 3, config: {min.insync.replicas: 2}}
producers:
  - {name: till, topic: orders, rate: 100/s, key: "order-{n}", value: "{n}", config: {acks: all}}
timeline:
  - {at: 5s, do: kill broker 2}
until: 60s
)";

/// acks=1 and a leader that only its producer still reaches: nobody copies what it takes.
constexpr std::string_view kDiverge = R"(
name: Diverge
seed: 1
cluster: {brokers: 3, controllers: 1}
topics:
  - {name: orders, partitions: 1, replication-factor: 3}
producers:
  - {name: till, topic: orders, rate: 100/s, value: "{n}", config: {acks: 1}}
timeline:
  - {at: 2s, do: cut 1 2}
  - {at: 2s, do: cut 1 3}
  - {at: 2s, do: cut 1 controllers}
until: 60s
)";

Inspection inspect_at(const Timeline& timeline, const Thing& thing) {
    return inspect(timeline.world(), timeline.facts(), thing);
}

template <class Section>
const Section* find_section(const Inspection& inspection, std::string_view title) {
    for (const InspectionSection& any : inspection.sections) {
        const auto* section = std::get_if<Section>(&any);
        if (section != nullptr && section->title == title) {
            return section;
        }
    }
    return nullptr;
}

/// The row of that name in any section; an empty one without.
Row find_row(const Inspection& inspection, std::string_view name) {
    for (const InspectionSection& any : inspection.sections) {
        if (const auto* section = std::get_if<RowsSection>(&any)) {
            for (const Row& row : section->rows) {
                if (row.name == name) {
                    return row;
                }
            }
        }
    }
    return {};
}

std::string value(const Inspection& inspection, std::string_view name) {
    return find_row(inspection, name).value;
}

const PartitionRegistration& registration(const World& world, const TopicPartition& tp) {
    return *world.committed_metadata().find_partition(tp);
}

TEST(InspectionText, GroupsDigits) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(10'251), "10 251");
    EXPECT_EQ(grouped(-1'234'567), "-1 234 567");
}

TEST(InspectionText, ChoosesTheUnitOfASpan) {
    EXPECT_EQ(span_text(400_us), "400 us");
    EXPECT_EQ(span_text(35_ms), "35 ms");
    EXPECT_EQ(span_text(7250_ms), "7.2 s");
    EXPECT_EQ(span_text(Duration() - 35_ms), "-35 ms");
    EXPECT_EQ(bytes_text(16'384), "16.0 KiB");
}

TEST(InspectionOfNothing, IsTheClusterAtAGlance) {
    const Timeline timeline = play(kTillAndAudit, 2_s);
    const Inspection inspection = inspect_at(timeline, {});
    const ProducerCounts counts = timeline.world().find_client("till")->counts();
    EXPECT_EQ(inspection.subtitle, "A till and an audit");
    EXPECT_EQ(inspection.badge, "ALL IN SYNC");
    EXPECT_EQ(value(inspection, "Brokers"), "3 running");
    EXPECT_EQ(value(inspection, "Partitions"), "2");
    EXPECT_EQ(value(inspection, "Sent"), grouped(static_cast<int64_t>(counts.sent)));
    EXPECT_EQ(value(inspection, "Acknowledged"), grouped(static_cast<int64_t>(counts.acked)));
    EXPECT_EQ(value(inspection, "Seed"), "7");
    const Row active = find_row(inspection, "Active controller");
    EXPECT_EQ(active.link,
              Thing(ControllerThing{timeline.world().active_controller()->start().number}));
}

TEST(InspectionOfNothing, ABrokerThatIsDownCountsBeforeTheMetadataKnowIt) {
    const Timeline timeline = play(kKill, 9_s);
    const Inspection inspection = inspect_at(timeline, {});
    EXPECT_EQ(inspection.badge, "2 / 3 BROKERS");
    EXPECT_EQ(inspection.badge_tone, Tone::kWarning);
}

TEST(InspectionOfNothing, CountsWhatIsUnderReplicated) {
    const Timeline timeline = play(kKill, 20_s);
    const Inspection inspection = inspect_at(timeline, {});
    EXPECT_EQ(inspection.badge, "3 UNDER-REPLICATED");
    EXPECT_EQ(value(inspection, "Brokers"), "2 running, 1 down");
    const auto* troubled = find_section<TableSection>(inspection, "Partitions in trouble");
    ASSERT_NE(troubled, nullptr);
    EXPECT_EQ(troubled->lines.size(), 3U);
}

TEST(InspectionOfNothing, JudgesTheDeliveryWhenAsked) {
    const Timeline timeline = play(kTillAndAudit, 2_s);
    const RowsSection delivery = inspect_delivery(timeline.world());
    EXPECT_THAT(delivery.rows, Contains(Field(&Row::name, "Acknowledged and lost")));
    EXPECT_EQ(delivery.rows[1].value,
              grouped(static_cast<int64_t>(timeline.world().find_client("till")->counts().acked)));
}

TEST(InspectionOfABroker, TellsItsSessionFromTheActiveController) {
    const Timeline timeline = play(kTillAndAudit, 3_s);
    const World& world = timeline.world();
    const Inspection inspection = inspect_at(timeline, BrokerThing{BrokerId(2)});
    const BrokerHeartbeatState& heard =
        world.active_controller()->heartbeats().brokers.at(BrokerId(2));
    EXPECT_EQ(inspection.badge, "RUNNING");
    EXPECT_EQ(value(inspection, "Registration"), "unfenced");
    EXPECT_EQ(value(inspection, "Last heartbeat"), ago_text(world, heard.last_contact));
    EXPECT_EQ(value(inspection, "Session ends"), due_text(world, heard.last_contact + 9_s));
    EXPECT_EQ(value(inspection, "broker.session.timeout.ms"), "9 000");
}

TEST(InspectionOfABroker, CountsWhatItLeads) {
    const Timeline timeline = play(kTillAndAudit, 1_s);
    const BrokerId leader = registration(timeline.world(), kOrders0).leader;
    const Inspection inspection = inspect_at(timeline, BrokerThing{leader});
    EXPECT_THAT(inspection.subtitle, HasSubstr("of 2 replicas"));
    const auto* replicas = find_section<TableSection>(inspection, "Replicas");
    ASSERT_NE(replicas, nullptr);
    ASSERT_EQ(replicas->lines.size(), 2U);
    EXPECT_EQ(replicas->lines[0].cells[1], "leader");
    EXPECT_EQ(replicas->lines[0].link, Thing(ReplicaThing{kOrders0, leader}));
}

TEST(InspectionOfABroker, SaysThatItIsDownAndFencedAfterAKill) {
    const Timeline timeline = play(kKill, 20_s);
    const Inspection inspection = inspect_at(timeline, BrokerThing{BrokerId(2)});
    EXPECT_EQ(inspection.badge, "DOWN");
    EXPECT_EQ(value(inspection, "Registration"), "fenced");
    EXPECT_EQ(value(inspection, "Session ends"), "over: fenced");
    const auto* history = find_section<HistorySection>(inspection, "History");
    ASSERT_NE(history, nullptr);
    EXPECT_THAT(history->lines, Contains(Field(&Reason::text, HasSubstr("fences broker 2"))));
}

TEST(InspectionOfABroker, ShowsTheProduceThatWaitsForADeadFollower) {
    const Timeline timeline = play(kKill, 8_s);
    const World& world = timeline.world();
    for (const Cow<BrokerHost>& host : world.brokers) {
        if (!host->has_process() || (**host->process).replicas().purgatory->produces.empty()) {
            continue;
        }
        const Inspection inspection = inspect_at(timeline, BrokerThing{host->setup.id});
        bool waits = false;
        for (const InspectionSection& section : inspection.sections) {
            const auto* table = std::get_if<TableSection>(&section);
            waits |= table != nullptr && table->title.starts_with("Requests that wait") &&
                     table->lines.front().cells[0] == "Produce" &&
                     table->lines.front().cells[1] == "till";
        }
        EXPECT_TRUE(waits);
        return;
    }
    FAIL() << "no leader has a Produce that waits";
}

TEST(InspectionOfTheQuorum, ShowsRolesAndLogs) {
    const Timeline timeline = play(kTillAndAudit, 1_s);
    const World& world = timeline.world();
    const Inspection inspection = inspect_at(timeline, QuorumThing{});
    const RaftNode& leader = world.active_controller()->raft();
    EXPECT_EQ(inspection.badge, "ACTIVE");
    EXPECT_EQ(value(inspection, "High watermark"), grouped(leader.high_watermark().value));
    const auto* voters = find_section<TableSection>(inspection, "Voters");
    ASSERT_NE(voters, nullptr);
    EXPECT_EQ(voters->lines.size(), 3U);
    const auto* observers = find_section<TableSection>(inspection, "Observers");
    ASSERT_NE(observers, nullptr);
    EXPECT_EQ(observers->lines.size(), 3U);
    const auto* logs = find_section<LogsSection>(inspection, "Metadata logs");
    ASSERT_NE(logs, nullptr);
    EXPECT_EQ(logs->logs.size(), 3U);
    EXPECT_EQ(logs->to, leader.log_end_offset().value);
}

TEST(InspectionOfAController, ShowsTheTimeOutOfItsRole) {
    const Timeline timeline = play(kTillAndAudit, 1_s);
    const World& world = timeline.world();
    const int32_t active = world.active_controller()->start().number;
    const int32_t standby = active == 1 ? 2 : 1;
    const Inspection inspection = inspect_at(timeline, ControllerThing{standby});
    EXPECT_EQ(inspection.badge, "STANDBY");
    EXPECT_EQ(find_row(inspection, "Leader of the quorum").link, Thing(ControllerThing{active}));
    const RaftNode& raft = (**world.find_controller(standby)->process).raft();
    EXPECT_EQ(value(inspection, "Fetch time-out"), due_text(world, raft.role_deadline()));
}

TEST(InspectionOfAPartition, ShowsWhoLeadsAndHowFar) {
    const Timeline timeline = play(kTillAndAudit, 2_s);
    const World& world = timeline.world();
    const PartitionRegistration& p = registration(world, kOrders0);
    const PartitionLog& log = *replica_log(world, p.leader, kOrders0);
    const Inspection inspection = inspect_at(timeline, PartitionThing{kOrders0});
    EXPECT_EQ(inspection.title, "orders-0");
    EXPECT_EQ(inspection.badge, "IN SYNC");
    EXPECT_EQ(find_row(inspection, "Leader").link, Thing(BrokerThing{p.leader}));
    EXPECT_EQ(value(inspection, "High watermark"), grouped(log.high_watermark.value));
    EXPECT_EQ(value(inspection, "Log end offset"), grouped(log.log_end_offset.value));
    EXPECT_EQ(value(inspection, "min.insync.replicas"), "2");
    const auto* logs = find_section<LogsSection>(inspection, "Replica logs");
    ASSERT_NE(logs, nullptr);
    ASSERT_EQ(logs->logs.size(), 3U);
    for (const LogsSection::Log& shown : logs->logs) {
        const PartitionLog& own =
            *replica_log(world, std::get<ReplicaThing>(shown.replica).broker, kOrders0);
        EXPECT_EQ(shown.log_end, own.log_end_offset.value);
        EXPECT_EQ(shown.high_watermark, own.high_watermark.value);
        EXPECT_EQ(shown.batches.back().to, own.log_end_offset.value);
        EXPECT_THAT(shown.batches, Each(Field(&LogsSection::Batch::diverges, false)));
        EXPECT_TRUE(exists(world, shown.batches.back().thing));
    }
}

TEST(InspectionOfAPartition, IsUnderReplicatedWithoutABroker) {
    const Timeline timeline = play(kKill, 20_s);
    const Inspection inspection = inspect_at(timeline, PartitionThing{kOrders0});
    EXPECT_EQ(inspection.badge, "UNDER-REPLICATED");
    EXPECT_EQ(inspection.badge_tone, Tone::kWarning);
    const auto* history = find_section<HistorySection>(inspection, "History");
    ASSERT_NE(history, nullptr);
    EXPECT_THAT(history->lines, Contains(Field(&Reason::text, HasSubstr("in-sync replicas"))));
    EXPECT_TRUE(std::is_sorted(history->lines.begin(), history->lines.end(),
                               [](const Reason& a, const Reason& b) { return a.at < b.at; }));
}

TEST(InspectionOfAPartition, IsNotInSyncWithABrokerThatIsDownAndNotFencedYet) {
    const Timeline run = play(kKill, 8_s);
    for (int32_t i = 0; i < 3; ++i) {
        const TopicPartition tp{"orders", PartitionId(i)};
        const PartitionRegistration& p = *run.world().committed_metadata().find_partition(tp);
        ASSERT_EQ(p.isr.size(), 3U) << "the metadata still counts on broker 2";
        const Inspection inspection = inspect_at(run, PartitionThing{tp});
        const bool leads = p.leader == BrokerId(2);
        EXPECT_EQ(inspection.badge, leads ? "LEADER DOWN" : "REPLICA DOWN");
        EXPECT_EQ(inspection.badge_tone, leads ? Tone::kBad : Tone::kWarning);
    }
}

TEST(InspectionOfAPartition, MarksWhatItsLeaderDoesNotHave) {
    const Timeline timeline = play(kDiverge, 25_s);
    const World& world = timeline.world();
    const PartitionRegistration& p = registration(world, kOrders0);
    ASSERT_NE(p.leader, BrokerId(1));
    const PartitionLog& cut_off = *replica_log(world, BrokerId(1), kOrders0);
    const PartitionLog& leader = *replica_log(world, p.leader, kOrders0);
    const Inspection inspection = inspect_at(timeline, ReplicaThing{kOrders0, BrokerId(1)});
    EXPECT_EQ(inspection.badge, "OUT OF SYNC");
    // Both begin the new epoch where the logs were still the same.
    const std::optional<EpochEndOffset> common = leader.leader_epochs.end_offset_for(
        *cut_off.leader_epochs.latest_epoch(), leader.log_end_offset);
    ASSERT_TRUE(common);
    ASSERT_GT(cut_off.log_end_offset, common->end_offset) << "the scenario makes no divergence";
    EXPECT_EQ(value(inspection, "Differs from the leader from"), grouped(common->end_offset.value));
    EXPECT_EQ(value(inspection, "Records that will be cut"),
              grouped(cut_off.log_end_offset - common->end_offset));
}

TEST(InspectionOfATopic, ListsItsPartitionsAndConfiguration) {
    const Timeline timeline = play(kTillAndAudit, 1_s);
    const Inspection inspection = inspect_at(timeline, TopicThing{"orders"});
    EXPECT_EQ(inspection.badge, "IN SYNC");
    EXPECT_EQ(value(inspection, "Replication factor"), "3");
    EXPECT_EQ(value(inspection, "min.insync.replicas"), "2");
    const auto* partitions = find_section<TableSection>(inspection, "Partitions");
    ASSERT_NE(partitions, nullptr);
    ASSERT_EQ(partitions->lines.size(), 2U);
    EXPECT_EQ(partitions->lines[1].link, Thing(PartitionThing{{"orders", PartitionId(1)}}));
}

TEST(InspectionOfAReplica, ListsSegmentsBatchesAndEpochs) {
    const Timeline timeline = play(kTillAndAudit, 2_s);
    const World& world = timeline.world();
    const PartitionLog& log = *replica_log(world, BrokerId(3), kOrders0);
    const Inspection inspection = inspect_at(timeline, ReplicaThing{kOrders0, BrokerId(3)});
    EXPECT_EQ(value(inspection, "Log end offset"), grouped(log.log_end_offset.value));
    const auto* segments = find_section<TableSection>(inspection, "Segments");
    ASSERT_NE(segments, nullptr);
    EXPECT_EQ(segments->lines.size(), log.segments.size());
    const auto* batches = find_section<TableSection>(inspection, "Newest batches");
    ASSERT_NE(batches, nullptr);
    const LoggedBatch& newest = log.active_segment().batches().back();
    EXPECT_EQ(batches->lines.front().link,
              Thing(BatchThing{kOrders0, BrokerId(3), newest.base_offset}));
    const auto* epochs = find_section<TableSection>(inspection, "Leader epochs");
    ASSERT_NE(epochs, nullptr);
    EXPECT_EQ(epochs->lines.size(), log.leader_epochs.entries().size());
}

class InspectionOfABatch : public ::testing::Test {
protected:
    Timeline timeline = play(kTillAndAudit, 2_s);
    const LoggedBatch& batch =
        replica_log(timeline.world(), BrokerId(2), kOrders0)->active_segment().batches()[3];
    Inspection inspection =
        inspect_at(timeline, BatchThing{kOrders0, BrokerId(2), batch.base_offset});
    const BytesSection& bytes = *find_section<BytesSection>(inspection, "Bytes in the log");

    const BytesSection::Field& field(std::string_view name) const {
        for (const BytesSection::Field& field : bytes.fields) {
            if (field.name == name) {
                return field;
            }
        }
        ADD_FAILURE() << "no field " << name;
        return bytes.fields.front();
    }
};

TEST_F(InspectionOfABatch, HoldsTheBytesOfTheLog) {
    EXPECT_EQ(bytes.bytes, batch.batch->bytes);
    EXPECT_EQ(bytes.total, batch.batch->bytes.size());
}

TEST_F(InspectionOfABatch, NamesEveryByteOfTheHeaderOnce) {
    std::size_t next = 0;
    for (std::size_t i = 0; i < 13; ++i) {
        EXPECT_EQ(bytes.fields[i].offset, next) << bytes.fields[i].name;
        next += bytes.fields[i].size;
    }
    EXPECT_EQ(next, kBatchHeaderSize);
}

TEST_F(InspectionOfABatch, ReadsTheHeaderFieldsFromTheirBytes) {
    const auto number = [&](std::string_view name) {
        const BytesSection::Field& at = field(name);
        uint64_t value = 0;
        for (std::size_t i = 0; i < at.size; ++i) {
            value = value << 8U | bytes.bytes[at.offset + i];
        }
        return value;
    };
    EXPECT_EQ(field("baseOffset").value, fmt::format("{}", number("baseOffset")));
    EXPECT_EQ(field("batchLength").value, fmt::format("{}", number("batchLength")));
    EXPECT_EQ(field("magic").value, "2");
    EXPECT_EQ(field("crc").value, fmt::format("0x{:08x}", number("crc")));
    EXPECT_EQ(field("maxTimestamp").value, fmt::format("{}", number("maxTimestamp")));
    EXPECT_EQ(field("producerId").value, fmt::format("{}", number("producerId")));
    EXPECT_EQ(field("baseSequence").value, fmt::format("{}", number("baseSequence")));
    EXPECT_EQ(field("recordsCount").value, fmt::format("{}", number("recordsCount")));
}

TEST_F(InspectionOfABatch, FindsKeyAndValueInTheirBytes) {
    const uint64_t n = batch.batch->identities.front().n;
    for (const auto& [name, text] :
         {std::pair<std::string, std::string>{"record 0: key", fmt::format("order-{}", n)},
          {"record 0: value", fmt::format("{} coffees", n)}}) {
        const BytesSection::Field& at = field(name);
        EXPECT_EQ(at.value, text);
        EXPECT_EQ(
            std::string(bytes.bytes.begin() + static_cast<std::ptrdiff_t>(at.offset),
                        bytes.bytes.begin() + static_cast<std::ptrdiff_t>(at.offset + at.size)),
            text);
    }
}

TEST_F(InspectionOfABatch, ShowsItsRecordsAndWhoSentThem) {
    const auto* records = find_section<TableSection>(inspection, "Records");
    ASSERT_NE(records, nullptr);
    EXPECT_EQ(static_cast<int32_t>(records->lines.size()), header_of(batch.batch).records_count);
    EXPECT_EQ(find_row(inspection, "Sent by").link, Thing(ClientThing{"till"}));
    EXPECT_EQ(inspection.badge, "COMMITTED");
}

TEST(InspectionOfAProducer, CountsAndListsItsBatches) {
    const Timeline timeline = play(kKill, 8_s);
    const ClientHost& till = *timeline.world().find_client("till");
    const ProducerCore& core = till.producer()->core();
    const Inspection inspection = inspect_at(timeline, ClientThing{"till"});
    EXPECT_EQ(inspection.badge, "RUNNING");
    EXPECT_EQ(value(inspection, "Sent"), grouped(static_cast<int64_t>(till.counts().sent)));
    EXPECT_EQ(value(inspection, "acks"), "all");
    EXPECT_EQ(value(inspection, "Producer id"), fmt::format("{}", core.idempotence.id.value));
    std::size_t batches = 0;
    for (const InspectionSection& section : inspection.sections) {
        const auto* table = std::get_if<TableSection>(&section);
        if (table != nullptr && table->title.starts_with("Batches")) {
            batches = table->lines.size();
        }
    }
    EXPECT_EQ(batches,
              std::min<std::size_t>(40, core.accumulator.waiting + core.accumulator.in_flight));
    EXPECT_GT(batches, 0U);
}

TEST(InspectionOfAProducer, ShowsWhereItsMetadataIsOld) {
    const Timeline timeline = play(kKill, 20_s);
    const Inspection inspection = inspect_at(timeline, ClientThing{"till"});
    const auto* leaders = find_section<TableSection>(inspection, "Leaders as it believes");
    ASSERT_NE(leaders, nullptr);
    ASSERT_EQ(leaders->lines.size(), 3U);
    const ClientMetadata& metadata =
        timeline.world().find_client("till")->producer()->core().metadata;
    EXPECT_EQ(leaders->lines[0].cells[1], broker_text(metadata.find(kOrders0)->leader));
}

TEST(InspectionOfAConsumer, ShowsPositionsAndLag) {
    const Timeline timeline = play(kTillAndAudit, 2_s);
    const World& world = timeline.world();
    const ConsumerPosition& position =
        world.find_client("audit")->consumer()->positions().at(kOrders0);
    const PartitionLog& log = *replica_log(world, registration(world, kOrders0).leader, kOrders0);
    const Inspection inspection = inspect_at(timeline, ClientThing{"audit"});
    const auto* positions = find_section<TableSection>(inspection, "Positions");
    ASSERT_NE(positions, nullptr);
    EXPECT_EQ(positions->lines[0].cells[1], grouped(position.next.value));
    EXPECT_EQ(positions->lines[0].cells[2], grouped(log.high_watermark - position.next));
}

TEST(InspectionOfAMessage, ShowsHeaderAndFields) {
    Timeline timeline = play(kTillAndAudit, 2_s);
    const auto find_request = [&]() -> const Message* {
        for (const Message* message : timeline.world().network->in_flight()) {
            if (std::holds_alternative<Request>(message->packet)) {
                return message;
            }
        }
        return nullptr;
    };
    Move move;
    while (find_request() == nullptr) {
        timeline.step_event(move);
    }
    const World& world = timeline.world();
    const Message* message = find_request();
    const auto* request = std::get_if<Request>(&message->packet);
    const Inspection inspection = inspect_at(timeline, MessageThing{message->number});
    EXPECT_EQ(value(inspection, "Correlation id"),
              fmt::format("{}", request->header.correlation_id.value));
    EXPECT_EQ(find_row(inspection, "From").link, thing_of(world, message->from));
    EXPECT_EQ(value(inspection, "Arrives"), due_text(world, message->arrives_at));
    EXPECT_NE(find_section<TableSection>(inspection, "Fields"), nullptr);
}

TEST(InspectionOfALink, ShowsACutOfEachWay) {
    const Timeline timeline = play(kDiverge, 3_s);
    const Thing link = LinkThing{{NodeKind::kBroker, 1}, {NodeKind::kBroker, 2}};
    EXPECT_EQ(inspect_at(timeline, link).badge, "CUT");
    const Thing other = LinkThing{{NodeKind::kBroker, 2}, {NodeKind::kBroker, 3}};
    EXPECT_EQ(inspect_at(timeline, other).badge, "UP");
}

TEST(InspectionOfAFact, TellsTheSentenceAndWhatItIsAbout) {
    const Timeline timeline = play(kKill, 20_s);
    for (const Fact& fact : timeline.facts()) {
        if (!std::holds_alternative<BrokerFenced>(fact.body)) {
            continue;
        }
        const Inspection inspection = inspect_at(timeline, FactThing{fact.id});
        EXPECT_EQ(inspection.title, sentence(timeline.world(), fact));
        EXPECT_EQ(find_row(inspection, "About").link, Thing(BrokerThing{BrokerId(2)}));
        EXPECT_EQ(find_row(inspection, "Where").link, thing_of(timeline.world(), fact.node));
        return;
    }
    FAIL() << "no broker was fenced";
}

TEST(Inspection, OfWhatIsNotThereSaysSo) {
    const Timeline timeline = play(kTillAndAudit, 0_s);
    for (const Thing& thing :
         {Thing(BrokerThing{BrokerId(9)}), Thing(ControllerThing{9}), Thing(TopicThing{"none"}),
          Thing(PartitionThing{{"none", PartitionId(0)}}),
          Thing(BatchThing{kOrders0, BrokerId(1), Offset(9999)}), Thing(ClientThing{"nobody"}),
          Thing(LinkThing{{NodeKind::kBroker, 1}, {NodeKind::kClient, 99}}),
          Thing(FactThing{{EventSequence(0), 0}})}) {
        EXPECT_EQ(inspect_at(timeline, thing).badge, "NOT THERE")
            << thing_text(timeline.world(), thing);
    }
}

}  // namespace
}  // namespace brokerlab
