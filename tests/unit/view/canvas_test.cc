// The canvas: what a learner sees of a cluster is what the model says, at every moment.
#include "sim/view/canvas.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/script/command_text.h"
#include "tests/unit/view/played_world.h"

namespace brokerlab {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kTillAndAudit;
using ::testing::Not;
using testing::play;

void give(Timeline& timeline, const std::string& text) {
    const auto read = parse_command(text);
    ASSERT_TRUE(std::holds_alternative<Command>(read)) << text;
    const std::optional<Refusal> refusal = timeline.give(std::get<Command>(read), text);
    ASSERT_FALSE(refusal.has_value()) << refusal->reason;
}

Canvas canvas_at(const Timeline& timeline, Duration past_now = Duration()) {
    CanvasOptions options;
    options.now = *timeline.world().time_zero + timeline.now() + past_now;
    return make_canvas(timeline.world(), options);
}

const NodeCard& card_of(const Canvas& canvas, const Thing& thing) {
    const auto found = std::find_if(canvas.cards.begin(), canvas.cards.end(),
                                    [&](const NodeCard& card) { return card.thing == thing; });
    EXPECT_NE(found, canvas.cards.end());
    return *found;
}
const NodeCard& broker(const Canvas& canvas, int32_t id) {
    return card_of(canvas, BrokerThing{BrokerId(id)});
}
std::vector<ReplicaLook> looks_of(const NodeCard& card) {
    std::vector<ReplicaLook> looks;
    for (const TopicRow& row : card.topics) {
        for (const ReplicaChip& chip : row.chips) {
            looks.push_back(chip.look);
        }
    }
    return looks;
}
const CanvasMessage* find_message(const Canvas& canvas, uint64_t number) {
    const auto found = std::find_if(
        canvas.messages.begin(), canvas.messages.end(),
        [&](const CanvasMessage& message) { return message.thing == Thing(MessageThing{number}); });
    return found == canvas.messages.end() ? nullptr : &*found;
}

float apart(CanvasPoint a, CanvasPoint b) {
    return std::hypot(a.x - b.x, a.y - b.y);
}

// ---- Nodes and replicas

TEST(Canvas, ShowsEveryNodeAndEveryReplicaOfASmallCluster) {
    const Timeline timeline = play(kTillAndAudit, 2_s);
    const Canvas canvas = canvas_at(timeline);
    EXPECT_EQ(canvas.cards.size(), 3U + 3U + 3U);  // admin, till and audit
    EXPECT_EQ(canvas.detail, CanvasDetail::kFull);
    int32_t leaders = 0;
    int32_t preferred = 0;
    for (int32_t id = 1; id <= 3; ++id) {
        const NodeCard& card = broker(canvas, id);
        EXPECT_EQ(card.look, NodeLook::kRunning);
        ASSERT_EQ(card.topics.size(), 1U);
        EXPECT_EQ(card.topics[0].topic, "orders");
        ASSERT_EQ(card.topics[0].chips.size(), 2U);
        leaders += card.leaders;
        EXPECT_EQ(card.leaders + card.in_sync, 2);
        for (const ReplicaChip& chip : card.topics[0].chips) {
            preferred += chip.preferred ? 1 : 0;
            EXPECT_GT(chip.log_end, 50);
            EXPECT_GT(chip.caught_up, 0.8F);
        }
    }
    EXPECT_EQ(leaders, 2);
    EXPECT_EQ(preferred, 2);
}

TEST(Canvas, MarksTheActiveControllerAndNoOther) {
    const Timeline timeline = play(kTillAndAudit, 1_s);
    const Canvas canvas = canvas_at(timeline);
    const int32_t active = timeline.world().active_controller()->start().number;
    for (int32_t number = 1; number <= 3; ++number) {
        const NodeCard& card = card_of(canvas, ControllerThing{number});
        EXPECT_EQ(card.look, number == active ? NodeLook::kController : NodeLook::kRunning);
        EXPECT_THAT(card.subtitle, HasSubstr(number == active ? "leader" : "follower"));
        EXPECT_THAT(card.subtitle, HasSubstr("epoch"));
    }
}

TEST(Canvas, AKilledBrokerIsDownAtOnceAndOutOfTheIsrOnlyWhenTheControllerFencesIt) {
    Timeline timeline = play(kTillAndAudit, 3_s);
    give(timeline, "kill broker 2");
    timeline.seek(4_s);
    Canvas canvas = canvas_at(timeline);
    EXPECT_EQ(broker(canvas, 2).look, NodeLook::kDown);
    EXPECT_EQ(broker(canvas, 2).offline, 2);
    EXPECT_THAT(broker(canvas, 2).badges, Contains("not fenced yet"));
    EXPECT_THAT(looks_of(broker(canvas, 2)), Not(Contains(ReplicaLook::kLeader)));
    timeline.seek(20_s);
    canvas = canvas_at(timeline);
    EXPECT_THAT(broker(canvas, 2).badges, Contains("fenced"));
    EXPECT_EQ(broker(canvas, 1).leaders + broker(canvas, 3).leaders, 2);
}

TEST(Canvas, ADeadLeaderIsMarkedAsTheLeaderUntilItIsFenced) {
    Timeline timeline = play(kTillAndAudit, 3_s);
    const PartitionRegistration& orders_0 =
        *timeline.world().committed_metadata().find_partition({"orders", PartitionId(0)});
    const int32_t leader = orders_0.leader.value;
    const auto leading = [&] {
        int32_t count = 0;
        const Canvas canvas = canvas_at(timeline);
        for (const TopicRow& row : broker(canvas, leader).topics) {
            for (const ReplicaChip& chip : row.chips) {
                count += chip.leads ? 1 : 0;
            }
        }
        EXPECT_EQ(broker(canvas, leader).leaders + broker(canvas, leader).offline_leaders, count);
        return count;
    };
    const int32_t before = leading();
    EXPECT_GT(before, 0);
    give(timeline, fmt::format("kill broker {}", leader));
    timeline.seek(4_s);
    EXPECT_EQ(leading(), before);
    const NodeCard card = broker(canvas_at(timeline), leader);
    EXPECT_EQ(card.offline_leaders, before);
    EXPECT_THAT(looks_of(card), ::testing::Each(ReplicaLook::kOffline));
    EXPECT_EQ(card.subtitle, fmt::format("still leads {} of 2", before));
    timeline.seek(20_s);
    EXPECT_EQ(leading(), 0);
}

TEST(Canvas, ADeadControllersCardSaysSoOnceAndInWhichEpochItWas) {
    Timeline timeline = play(kTillAndAudit, 3_s);
    give(timeline, "kill controller 2");
    timeline.seek(4_s);
    const Canvas canvas = canvas_at(timeline);
    const NodeCard& card = card_of(canvas, ControllerThing{2});
    EXPECT_EQ(card.look, NodeLook::kDown);
    EXPECT_EQ(card.subtitle, "epoch 1");
}

TEST(Canvas, AFollowerThatCameBackLagsUntilItIsInSyncAgain) {
    Timeline timeline = play(kTillAndAudit, 3_s);
    give(timeline, "kill broker 2");
    timeline.seek(20_s);
    give(timeline, "start broker 2");
    bool lagged = false;
    for (Duration at = 20_s; at < 26_s; at += 50_ms) {
        timeline.seek(at);
        lagged = lagged || broker(canvas_at(timeline), 2).lagging > 0;
    }
    EXPECT_TRUE(lagged);
    EXPECT_EQ(broker(canvas_at(timeline), 2).lagging, 0);
    EXPECT_EQ(broker(canvas_at(timeline), 2).look, NodeLook::kRunning);
}

TEST(Canvas, NamesEachStateOfAMachine) {
    Timeline timeline = play(kTillAndAudit, 2_s);
    const auto look_after = [&](const char* command) {
        give(timeline, command);
        timeline.seek(timeline.now() + 1_ms);
        return broker(canvas_at(timeline), 2).look;
    };
    EXPECT_EQ(look_after("pause broker 2"), NodeLook::kPaused);
    EXPECT_EQ(look_after("resume broker 2"), NodeLook::kRunning);
    EXPECT_EQ(look_after("isolate broker 2"), NodeLook::kIsolated);
    EXPECT_EQ(look_after("rejoin broker 2"), NodeLook::kRunning);
    EXPECT_EQ(look_after("slow disk 2 500ms"), NodeLook::kRunning);
    EXPECT_THAT(broker(canvas_at(timeline), 2).badges, Contains(HasSubstr("slow disk")));
    EXPECT_EQ(look_after("stop broker 2"), NodeLook::kStopping);
    EXPECT_EQ(look_after("power-off broker 2"), NodeLook::kOff);
    EXPECT_EQ(look_after("start broker 2"), NodeLook::kStarting);
    EXPECT_EQ(look_after("crash producer till"), NodeLook::kStarting);
    EXPECT_EQ(card_of(canvas_at(timeline), ClientThing{"till"}).look, NodeLook::kDown);
}

TEST(Canvas, SaysWhatClientsDo) {
    const Canvas canvas = canvas_at(play(kTillAndAudit, 2_s));
    EXPECT_EQ(card_of(canvas, ClientThing{"till"}).subtitle, "orders · acks=all · 100/s");
    EXPECT_THAT(card_of(canvas, ClientThing{"audit"}).subtitle, HasSubstr("orders · lag "));
}

TEST(Canvas, ChipsLieOnTheirCardsWithoutTouching) {
    for (const float zoom : {0.4F, 0.7F, 1.0F, 2.5F}) {
        SCOPED_TRACE(zoom);
        const Timeline timeline = play(kTillAndAudit, 1_s);
        CanvasOptions options;
        options.now = *timeline.world().time_zero + 1_s;
        options.zoom = zoom;
        const Canvas canvas = make_canvas(timeline.world(), options);
        for (const NodeCard& card : canvas.cards) {
            std::vector<CanvasBox> boxes;
            for (const TopicRow& row : card.topics) {
                for (const ReplicaChip& chip : row.chips) {
                    EXPECT_GE(chip.box.from.x, card.box.from.x);
                    EXPECT_GE(chip.box.from.y, card.box.from.y);
                    EXPECT_LE(chip.box.to.x, card.box.to.x);
                    EXPECT_LE(chip.box.to.y, card.box.to.y);
                    for (const CanvasBox& other : boxes) {
                        EXPECT_TRUE(other.to.x < chip.box.from.x || chip.box.to.x < other.from.x ||
                                    other.to.y < chip.box.from.y || chip.box.to.y < other.from.y);
                    }
                    boxes.push_back(chip.box);
                }
            }
        }
    }
}

constexpr std::string_view kLarge = R"(
name: Thirty brokers
seed: 3
cluster: {brokers: 30, controllers: 3}
topics:
  - {name: a, partitions: 500, replication-factor: 3}
  - {name: b, partitions: 500, replication-factor: 3}
until: 10s
)";

TEST(Canvas, AThousandPartitionsFoldToNumbersAndUnfoldUnderTheGlass) {
    const Timeline timeline = play(kLarge, 0_s);
    CanvasOptions options;
    options.now = *timeline.world().time_zero;
    options.zoom = 0.5F;
    const Canvas far = make_canvas(timeline.world(), options);
    EXPECT_EQ(far.detail, CanvasDetail::kSummary);
    int32_t replicas = 0;
    for (int32_t id = 1; id <= 30; ++id) {
        const NodeCard& card = broker(far, id);
        EXPECT_THAT(card.topics, IsEmpty());
        replicas += card.leaders + card.in_sync + card.lagging + card.offline;
    }
    EXPECT_EQ(replicas, 3000);
    options.zoom = 1.5F;
    EXPECT_EQ(make_canvas(timeline.world(), options).detail, CanvasDetail::kSquares);
    options.zoom = 8;
    const Canvas near = make_canvas(timeline.world(), options);
    EXPECT_LT(near.detail, CanvasDetail::kSquares);
    // Zooming moves no card.
    EXPECT_FLOAT_EQ(near.cards.back().box.from.x, far.cards.back().box.from.x);
    EXPECT_FLOAT_EQ(near.size.x, far.size.x);
}

// ---- Messages

TEST(Canvas, AMessageMovesEvenlyFromItsSendingToItsArrival) {
    Timeline timeline = play(kTillAndAudit, 1_s);
    Move move;
    while (timeline.world().network->in_flight().empty()) {
        timeline.step_event(move);
    }
    const Message message = *timeline.world().network->in_flight().back();
    ASSERT_NE(message.arrives_at, kNever);
    const Duration flight = message.arrives_at - message.sent_at;
    float before = -1;
    for (int64_t tenth = 0; tenth <= 10; ++tenth) {
        CanvasOptions options;
        options.now = message.sent_at + flight * tenth / 10;
        const Canvas canvas = make_canvas(timeline.world(), options);
        const CanvasMessage* drawn = find_message(canvas, message.number);
        ASSERT_NE(drawn, nullptr);
        EXPECT_NEAR(drawn->way, static_cast<float>(tenth) / 10, 0.001);
        EXPECT_GT(drawn->way, before);
        EXPECT_FALSE(drawn->waits);
        before = drawn->way;
        const CanvasLink& link = canvas.links[drawn->link];
        if (tenth == 10) {
            EXPECT_LT(apart(drawn->at, drawn->forward ? link.to : link.from), 0.5F);
        }
    }
}

TEST(Canvas, WhoComesAndWhoGoesKeepToTheirOwnSide) {
    const Canvas canvas = canvas_at(play(kTillAndAudit, 1_s));
    ASSERT_FALSE(canvas.links.empty());
    for (const CanvasLink& link : canvas.links) {
        EXPECT_GT(apart(lane_point(link, true, 0.5F), lane_point(link, false, 0.5F)), 4);
        EXPECT_LT(apart(lane_point(link, true, 0), lane_point(link, false, 1)), 0.5F);
        EXPECT_LT(apart(lane_point(link, true, 0), link.from), 0.5F);
        EXPECT_LT(apart(lane_point(link, true, 1), link.to), 0.5F);
    }
}

TEST(Canvas, LinksStayWithinThePictureWhoeverTalksAcrossARow) {
    for (const int brokers : {3, 5, 12}) {
        const Timeline timeline = play(fmt::format("name: A till and {0} brokers\n"
                                                   "seed: 7\n"
                                                   "cluster: {{brokers: {0}, controllers: 3}}\n"
                                                   "topics:\n"
                                                   "  - {{name: orders, partitions: 2}}\n"
                                                   "producers:\n"
                                                   "  - {{name: till, topic: orders, rate: 1/s}}\n"
                                                   "until: 10s\n",
                                                   brokers),
                                       1_s);
        for (const float aspect : {0.9F, 1.6F, 3.5F}) {
            SCOPED_TRACE(fmt::format("{} brokers, aspect {}", brokers, aspect));
            const Canvas canvas =
                make_canvas(timeline.world(), {.now = timeline.world().now, .aspect = aspect});
            for (const CanvasLink& link : canvas.links) {
                for (const bool forward : {true, false}) {
                    for (int tenth = 0; tenth <= 10; ++tenth) {
                        const CanvasPoint at =
                            lane_point(link, forward, static_cast<float>(tenth) / 10);
                        EXPECT_GE(at.x, 0);
                        EXPECT_GE(at.y, 0);
                        EXPECT_LE(at.x, canvas.size.x);
                        EXPECT_LE(at.y, canvas.size.y);
                    }
                }
            }
        }
    }
}

TEST(Canvas, AHeldMessageStandsStillAndThoseBehindItStandBehindIt) {
    Timeline timeline = play(kTillAndAudit, 2_s);
    const World& world = timeline.world();
    const NodeId till{NodeKind::kClient, 2};
    const auto from_till = [&] {
        std::vector<uint64_t> numbers;
        for (const Message* message : world.network->in_flight()) {
            if (message->from == till) {
                numbers.push_back(message->number);
            }
        }
        return numbers;
    };
    Move move;
    while (from_till().empty()) {
        timeline.step_event(move);
    }
    const uint64_t held = from_till().front();
    give(timeline, fmt::format("hold message {}", held));
    timeline.seek(timeline.now() + 300_ms);
    const Canvas first = canvas_at(timeline);
    const Canvas later = canvas_at(timeline, 500_us);
    const CanvasMessage* drawn = find_message(first, held);
    ASSERT_NE(drawn, nullptr);
    EXPECT_TRUE(drawn->waits);
    EXPECT_FLOAT_EQ(drawn->way, find_message(later, held)->way);
    for (const CanvasMessage& message : first.messages) {
        if (message.waits && message.link == drawn->link && &message != drawn) {
            EXPECT_LT(message.way, drawn->way);
        }
    }
    EXPECT_THAT(message_label(world, held), HasSubstr("Produce"));
}

TEST(Canvas, NothingGetsPastACut) {
    Timeline timeline = play(kTillAndAudit, 2_s);
    give(timeline, "cut 1 2");
    timeline.seek(4_s);
    const Canvas canvas = canvas_at(timeline);
    const auto link =
        std::find_if(canvas.links.begin(), canvas.links.end(), [](const CanvasLink& candidate) {
            return candidate.thing ==
                   Thing(LinkThing{{NodeKind::kBroker, 1}, {NodeKind::kBroker, 2}});
        });
    ASSERT_NE(link, canvas.links.end());
    EXPECT_TRUE(link->cut_there && link->cut_back && link->disturbed && link->busy);
    const auto index = static_cast<std::size_t>(link - canvas.links.begin());
    int32_t stuck = 0;
    for (const CanvasMessage& message : canvas.messages) {
        if (message.link == index) {
            EXPECT_LE(message.way, 0.5F);
            stuck += message.waits ? 1 : 0;
        }
    }
    EXPECT_GT(stuck, 0);
    give(timeline, "heal all");
    timeline.seek(timeline.now() + 1_ms);
    EXPECT_FALSE(canvas_at(timeline).links[index].disturbed);
}

TEST(Canvas, DisturbedLinksSayHow) {
    Timeline timeline = play(kTillAndAudit, 2_s);
    give(timeline, "slow link 1 till 480ms");
    give(timeline, "lose link 1 till 5%");
    const Canvas canvas = canvas_at(timeline);
    const auto disturbed = std::find_if(canvas.links.begin(), canvas.links.end(),
                                        [](const CanvasLink& link) { return link.disturbed; });
    ASSERT_NE(disturbed, canvas.links.end());
    EXPECT_EQ(disturbed->extra_latency, 480_ms);
    EXPECT_EQ(disturbed->loss_ppm, 50'000U);
    EXPECT_FALSE(disturbed->cut_there);
}

TEST(Canvas, TellsTrafficApartAndHidesTheServersOwnWhereAsked) {
    Timeline timeline = play(kTillAndAudit, 1_s);
    bool produce = false;
    bool replicate = false;
    bool quorum = false;
    Move move;
    for (int i = 0; i < 4000; ++i) {
        timeline.step_event(move);
        CanvasOptions options;
        options.now = timeline.world().now;
        for (const CanvasMessage& message : make_canvas(timeline.world(), options).messages) {
            produce = produce || message.traffic == Traffic::kProduce;
            replicate = replicate || message.traffic == Traffic::kReplicate;
            quorum = quorum || message.traffic == Traffic::kQuorum;
        }
        options.internal_traffic = false;
        for (const CanvasMessage& message : make_canvas(timeline.world(), options).messages) {
            EXPECT_NE(message.traffic, Traffic::kQuorum);
        }
        if (produce && replicate && quorum) {
            break;
        }
    }
    EXPECT_TRUE(produce);
    EXPECT_TRUE(replicate);
    EXPECT_TRUE(quorum);
}

TEST(Canvas, MovingTheMessagesIsTheSameAsMakingThePictureAnew) {
    Timeline timeline = play(kTillAndAudit, 1_s);
    Move move;
    while (timeline.world().network->in_flight().size() < 2) {
        timeline.step_event(move);
    }
    CanvasOptions options;
    options.now = timeline.world().now;
    Canvas moved = make_canvas(timeline.world(), options);
    options.now += 200_us;
    move_messages(moved, timeline.world(), options);
    const Canvas anew = make_canvas(timeline.world(), options);
    ASSERT_EQ(moved.messages.size(), anew.messages.size());
    for (std::size_t i = 0; i < anew.messages.size(); ++i) {
        EXPECT_EQ(moved.messages[i].thing, anew.messages[i].thing);
        EXPECT_FLOAT_EQ(moved.messages[i].way, anew.messages[i].way);
        EXPECT_EQ(moved.messages[i].label, anew.messages[i].label);
    }
}

}  // namespace
}  // namespace brokerlab
