// Whatever members of a consumer group do, and whichever answers are lost: no partition has two
// owners, and when all is quiet everyone has what it shall have.
#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/group/consumer_group.h"
#include "sim/group/consumer_reconcile.h"
#include "tests/unit/group/coordinated_group.h"

namespace brokerlab {
namespace {

using Owners = FlatMap<Uuid, FlatMap<PartitionId, MemberEpoch>>;

enum class Act { kBeat, kBeatLost, kBeatBusy, kResubscribe, kLeave, kLeaveLost, kPass, kTopic };
constexpr std::size_t kClients = 4;

/// Adds what a member holds; fails when someone holds it already.
void add_owned(Owners& owners, const TopicIdAssignment& held, MemberEpoch epoch) {
    for (const auto& [topic, partitions] : held) {
        for (const PartitionId partition : partitions) {
            RC_ASSERT(owners[topic].find(partition) == nullptr);
            owners[topic].insert_or_assign(partition, epoch);
        }
    }
}

struct Play {
    CoordinatedGroup at;
    std::vector<GroupClient> clients;
    std::vector<bool> alive = std::vector<bool>(kClients, false);
    std::size_t partitions = 5;
    uint32_t incarnations = 0;
    std::vector<std::vector<std::string>> subscriptions{{"t"}, {"u"}, {"t", "u"}, {"none"}};

    Play() {
        at.set_topic("t", 1, partitions);
        at.set_topic("u", 2, 3);
        for (std::size_t i = 0; i < kClients; ++i) {
            clients.push_back({at, "", {"t"}});
        }
    }

    /// Another process takes the client's place; every second client is static.
    void start(std::size_t i) {
        GroupClient& client = clients[i];
        client.forget();
        client.id = "m" + std::to_string(++incarnations);
        client.instance_id =
            i % 2 == 0 ? std::nullopt : std::optional("shelf-" + std::to_string(i));
        alive[i] = true;
    }

    void act(std::size_t i, Act act) {
        GroupClient& client = clients[i];
        if (act == Act::kPass) {
            at.pass(Duration::from_ms(*rc::gen::inRange<int64_t>(0, 25'000)));
            return;
        }
        if (act == Act::kTopic) {
            at.set_topic("t", 1, partitions = std::min<std::size_t>(partitions + 1, 9));
            return;
        }
        if (!alive[i]) {
            start(i);
        }
        switch (act) {
            case Act::kBeatLost:
                client.beat(true);
                break;
            case Act::kBeatBusy:
                busy_beat(client);
                break;
            case Act::kResubscribe:
                client.topics = *rc::gen::elementOf(subscriptions);
                client.full = true;
                client.beat();
                break;
            case Act::kLeave:
                client.leave(client.instance_id && *rc::gen::arbitrary<bool>() ? -2 : -1);
                alive[i] = false;
                break;
            case Act::kLeaveLost:  // the process dies
                client.forget();
                alive[i] = false;
                break;
            case Act::kBeat:
            case Act::kPass:
            case Act::kTopic:
                client.beat();
                break;
        }
    }

    /// Lives on without saying what it owns, and does not do yet what it is told.
    void busy_beat(GroupClient& client) const {
        if (client.full || client.epoch == MemberEpoch(0)) {
            return;
        }
        ConsumerGroupHeartbeatRequest request = client.request();
        request.topic_partitions.reset();
        const auto answer = at_of(client).send(request, client.id);
        if (answer.error_code != ErrorCode::kNone) {
            client.forget();
        } else {
            client.full = true;  // it asks again for what it ignored
        }
    }
    static CoordinatedGroup& at_of(GroupClient& client) { return client.at; }

    void check() const {
        const ConsumerGroup* group = at.shard->find_consumer("g");
        if (group == nullptr) {
            return;
        }
        Owners owners;
        for (const auto& [id, member] : group->members) {
            add_owned(owners, member->assigned, member->epoch);
            add_owned(owners, member->revoking, member->epoch);
            RC_ASSERT(member->session_ends > at.env.now);
            RC_ASSERT((member->revocation_ends != kNever) ==
                      (member->state == ConsumerGroupMemberState::kUnrevokedPartitions &&
                       member->epoch != MemberEpoch(-2)));
        }
        RC_ASSERT(owners == group->owners);
        check_clients(*group);
    }

    /// What the members themselves take to be theirs.
    void check_clients(const ConsumerGroup& group) const {
        Owners owners;
        for (std::size_t i = 0; i < kClients; ++i) {
            const GroupClient& client = clients[i];
            if (alive[i] && group.members.contains(client.id)) {
                for (const TopicIdPartitions& list : client.owned) {
                    TopicIdAssignment held;
                    for (const PartitionId partition : list.partitions) {
                        held[list.topic_id].insert(partition);
                    }
                    add_owned(owners, held, client.epoch);
                }
            }
        }
    }

    void be_quiet() {
        // Long enough for the sessions of the dead, and of who was fenced, to end.
        for (int round = 0; round < 30; ++round) {
            for (std::size_t i = 0; i < kClients; ++i) {
                if (alive[i]) {
                    clients[i].beat();
                    check();
                }
            }
            at.pass(5_s);
        }
    }

    void check_quiet() const {
        const auto living = std::count(alive.begin(), alive.end(), true);
        const ConsumerGroup* group = at.shard->find_consumer("g");
        if (living == 0) {
            const bool gone = group == nullptr || group->members.empty();
            RC_ASSERT(gone);
            return;
        }
        RC_ASSERT(group != nullptr);
        RC_ASSERT(group->members.size() == static_cast<std::size_t>(living));
        RC_ASSERT(consumer_group_phase(*group) == GroupPhase::kStable);
        std::size_t owned = 0;
        std::size_t all = 0;
        for (const auto& topic : group->topics) {
            all += static_cast<std::size_t>(topic.num_partitions);
        }
        for (std::size_t i = 0; i < kClients; ++i) {
            if (!alive[i]) {
                continue;
            }
            const ConsumerMember& member = *group->members.at(clients[i].id);
            RC_ASSERT(is_reconciled(member, group->target_epoch));
            RC_ASSERT(member.assigned == target_of(*group, member.id));
            RC_ASSERT(clients[i].epoch == member.epoch);
            for (const TopicIdPartitions& list : clients[i].owned) {
                owned += list.partitions.size();
            }
        }
        RC_ASSERT(owned == all);
    }
};

RC_GTEST_PROP(ConsumerGroupProperty, NoPartitionHasTwoOwnersAndQuietGroupsAreStable, ()) {
    Play play;
    const auto steps = *rc::gen::container<std::vector<std::pair<std::size_t, Act>>>(
        rc::gen::pair(rc::gen::inRange<std::size_t>(0, kClients),
                      rc::gen::weightedElement<Act>({{8, Act::kBeat},
                                                     {4, Act::kBeatLost},
                                                     {3, Act::kBeatBusy},
                                                     {2, Act::kResubscribe},
                                                     {1, Act::kLeave},
                                                     {1, Act::kLeaveLost},
                                                     {2, Act::kPass},
                                                     {1, Act::kTopic}})));
    for (const auto& [client, act] : steps) {
        play.act(client, act);
        play.check();
        RC_ASSERT(play.at.reloaded() == play.at.durable());
    }
    play.be_quiet();
    play.check_quiet();
    RC_ASSERT(play.at.reloaded() == play.at.durable());
}

}  // namespace
}  // namespace brokerlab
