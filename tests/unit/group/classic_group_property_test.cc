// Whatever members do and whatever becomes of the writes: nobody waits for ever, the generation
// never falls, and a group is what its state says.
#include <array>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "tests/unit/group/group_harness.h"

namespace brokerlab {
namespace {

using testing::GroupLab;
using testing::Seat;

enum class Step { kJoin, kSync, kHeartbeat, kLeave, kRun, kHold, kCommit, kFail };

struct Play {
    GroupLab lab;
    std::array<Seat, 4> seats{Seat{"a", ""}, Seat{"b", ""}, Seat{"c", "", kNoGeneration, "three"},
                              Seat{"d", "", kNoGeneration, "four"}};
    std::array<std::optional<GroupLab::Asked>, 4> joins;
    std::vector<GroupLab::Asked> asked;
    GenerationId highest{0};

    void join(std::size_t i) {
        Seat& seat = seats[i];
        auto body = GroupLab::join_request(seat);
        body.rebalance_timeout_ms = *rc::gen::inRange(1, 20) * 1000;
        body.session_timeout_ms = *rc::gen::inRange(6, 30) * 1000;
        if (*rc::gen::arbitrary<bool>()) {
            body.protocols.push_back({"sticky", {}});
        }
        if (seat.instance_id && *rc::gen::arbitrary<bool>()) {
            body.member_id.clear();  // a new process
        }
        joins[i] = lab.ask(seat.client, body);
        asked.push_back(*joins[i]);
    }
    /// What a client makes of the answer to its join.
    void take_joins() {
        for (std::size_t i = 0; i < seats.size(); ++i) {
            if (!joins[i] || !lab.answered(*joins[i])) {
                continue;
            }
            const auto& answer = lab.answer<JoinGroupResponse>(*joins[i]);
            const bool usable = answer.error_code == ErrorCode::kNone ||
                                answer.error_code == ErrorCode::kMemberIdRequired;
            seats[i].id = usable ? answer.member_id : "";
            seats[i].generation = answer.generation_id;
            joins[i].reset();
        }
    }
    void sync(std::size_t i) { asked.push_back(lab.sync(seats[i], {{seats[i].id, {1, 2}}})); }
    void play() {
        const auto step = *rc::gen::weightedElement<Step>({{6, Step::kJoin},
                                                           {4, Step::kSync},
                                                           {2, Step::kHeartbeat},
                                                           {1, Step::kLeave},
                                                           {4, Step::kRun},
                                                           {1, Step::kHold},
                                                           {1, Step::kCommit},
                                                           {1, Step::kFail}});
        const auto i = *rc::gen::inRange<std::size_t>(0, seats.size());
        switch (step) {
            case Step::kJoin:
                join(i);
                break;
            case Step::kSync:
                sync(i);
                break;
            case Step::kHeartbeat:
                asked.push_back(lab.heartbeat(seats[i]));
                break;
            case Step::kLeave:
                asked.push_back(lab.leave(seats[i]));
                break;
            case Step::kRun:
                lab.run(Duration::from_ms(*rc::gen::inRange(0, 8000)));
                break;
            case Step::kHold:
                lab.hold_writes = true;
                break;
            case Step::kCommit:
                lab.hold_writes = false;
                lab.commit();
                break;
            case Step::kFail:
                lab.hold_writes = false;
                lab.fail(ErrorCode::kRequestTimedOut);
                break;
        }
        take_joins();
    }
    void check() {
        const ClassicGroup* group = lab.shard().find_classic(std::string("g"));
        if (group == nullptr) {
            return;
        }
        RC_ASSERT(group->generation >= highest);
        highest = group->generation;
        const bool empty = group->state == ClassicGroupState::kEmpty;
        // RC_ASSERT evaluates both sides of an "or".
        const bool fits = !empty || group->members.empty();
        RC_ASSERT(fits);
        RC_ASSERT(group->members.empty() == !group->leader.has_value());
        const bool leads = !group->leader || group->find(*group->leader) != nullptr;
        RC_ASSERT(leads);
        for (const ClassicMember& member : group->members) {
            const bool writing = lab.held_writes() > 0;
            if (member.join) {
                RC_ASSERT(group->join_ends != kNever || member.is_new || writing);
            }
            if (member.sync) {
                RC_ASSERT(group->sync_ends != kNever || writing);
            }
            RC_ASSERT(member.is_parked() || member.session_ends != kNever);
        }
    }
};

RC_GTEST_PROP(ClassicGroupProperty, NobodyWaitsForEverAndTheGenerationNeverFalls, ()) {
    Play play;
    const int steps = *rc::gen::inRange(1, 60);
    for (int n = 0; n < steps; ++n) {
        play.play();
        play.check();
    }
    // A request that a later one of the same member has replaced is never answered, as in Kafka:
    // its connection is gone. Those that still wait are with their members.
    play.lab.hold_writes = false;
    play.lab.commit();
    play.lab.run(700_s);
    const ClassicGroup* group = play.lab.shard().find_classic(std::string("g"));
    if (group != nullptr) {
        RC_ASSERT(group->members.empty());
        RC_ASSERT(group->state == ClassicGroupState::kEmpty);
    }
    RC_ASSERT(next_group_deadline(play.lab.shard()) == kNever);
}

RC_GTEST_PROP(ClassicGroupProperty, TheSameStepsGiveTheSameGroup, ()) {
    const auto spans = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 9000));
    const auto run = [&] {
        GroupLab lab;
        for (const int span : spans) {
            Seat seat{"m" + std::to_string(span % 5), ""};
            lab.join_new(seat);
            lab.run(Duration::from_ms(span));
        }
        return digest_of(lab.shard());
    };
    RC_ASSERT(run() == run());
}

}  // namespace
}  // namespace brokerlab
