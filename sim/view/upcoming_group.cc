#include "sim/view/upcoming_group.h"

#include <fmt/format.h>

#include "sim/group/classic_members.h"
#include "sim/oracle/group_view.h"
#include "sim/view/group_member.h"

namespace brokerlab {
namespace {

/// Whether the client's process acts: else its sessions run out.
bool acts(const World& world, std::string_view client) {
    const ClientHost* host = world.find_client(client);
    return host != nullptr &&
           (host->state == ClientState::kRunning || host->state == ClientState::kClosing);
}

struct AtGroup {
    const World& world;
    const std::string& group;
    NodeId coordinator;
    std::vector<GroupNext>& list;

    void add(SimTime at, std::string text, Thing about, bool important) const {
        if (at != kNever && at >= world.now) {
            list.push_back({at, std::move(text), std::move(about), coordinator, true, important});
        }
    }
    void add_session(const std::string& client, const std::string& id,
                     const std::optional<std::string>& instance_id, SimTime ends,
                     std::string_view setting) const {
        const bool gone = is_of_earlier_process(world, client, id, instance_id);
        add(ends,
            fmt::format("{} is put out of group {}{} ({})",
                        member_text(world, client, id, instance_id), group,
                        gone ? "" : " unless a heartbeat arrives", setting),
            ClientThing{client}, gone || !acts(world, client));
    }
    /// Of a member that joined in this rebalance: no session runs before its end.
    void add_first_assignment(const ClassicMember& member) const {
        const bool gone =
            is_of_earlier_process(world, member.client_id, member.id, member.instance_id);
        add(member.session_ends,
            fmt::format("{} is put out of group {} unless the joining ends: a new member may "
                        "wait {} min for that",
                        member_text(world, member.client_id, member.id, member.instance_id), group,
                        kNewMemberJoinTimeout.to_ms() / 60'000),
            ClientThing{member.client_id}, gone || !acts(world, member.client_id));
    }
};

void gather_classic(const AtGroup& at, const ClassicGroup& group) {
    const bool initial = group.delay_left.has_value();
    at.add(group.join_ends,
           initial ? fmt::format("group {} makes its first assignment, unless more members join "
                                 "(group.initial.rebalance.delay.ms)",
                                 at.group)
                   : fmt::format("members of group {} that have not joined again are put out",
                                 at.group),
           GroupThing{at.group}, true);
    at.add(group.sync_ends,
           fmt::format("members of group {} without a SyncGroup are put out", at.group),
           GroupThing{at.group}, group.state == ClassicGroupState::kCompletingRebalance);
    for (const ClassicMember& member : group.members) {
        if (member.is_new) {
            at.add_first_assignment(member);
        } else {
            at.add_session(member.client_id, member.id, member.instance_id, member.session_ends,
                           "session.timeout.ms");
        }
    }
}

void gather_modern(const AtGroup& at, const ConsumerGroup& group) {
    for (const auto& [id, member] : group.members) {
        at.add_session(member->client_id, id, member->instance_id, member->session_ends,
                       "group.consumer.session.timeout.ms");
        at.add(member->revocation_ends,
               fmt::format("{} is put out of group {} unless it gives up its partitions",
                           member_text(at.world, member->client_id, id, member->instance_id),
                           at.group),
               ClientThing{member->client_id}, true);
    }
}

struct Timers {
    SimTime heartbeat = kNever;
    SimTime poll = kNever;
};
Timers timers_of(const ClassicMembership& m) {
    return is_heartbeating(m) ? Timers{m.timers.due, m.timers.poll_deadline} : Timers{};
}
Timers timers_of(const ConsumerMembership& m) {
    return is_active(m) ? Timers{m.heartbeat == 0 ? m.due : kNever, m.poll_deadline} : Timers{};
}

void gather_member(const World& world, NodeId node, const ClientHost& host,
                   const ConsumerClient& consumer, std::vector<GroupNext>& list) {
    const GroupPart& part = *consumer.group();
    const Thing about = ClientThing{host.name};
    const auto add = [&](SimTime at, std::string text, bool deadline, bool important) {
        if (at != kNever && at >= world.now) {
            list.push_back({at, std::move(text), about, node, deadline, important});
        }
    };
    const Timers timers = std::visit([](const auto& m) { return timers_of(m); }, part.membership);
    add(timers.heartbeat,
        fmt::format("{} sends a heartbeat to its coordinator (heartbeat.interval.ms)", host.name),
        false, false);
    // Who polls puts it off for good.
    if (consumer.busy_until() > world.now) {
        add(timers.poll,
            fmt::format("{} leaves group {} unless it polls (max.poll.interval.ms)", host.name,
                        part.settings.group),
            true, timers.poll < consumer.busy_until());
    }
    add(part.committer.next_auto,
        fmt::format("{} commits its positions in the poll() after it (auto.commit.interval.ms)",
                    host.name),
        false, false);
    if (!part.link.is_known()) {
        add(part.link.retry_at,
            fmt::format("{} asks for the coordinator of group {} again", host.name,
                        part.settings.group),
            false, false);
    }
}

}  // namespace

std::vector<GroupNext> next_of_groups(const World& world) {
    std::vector<GroupNext> list;
    for (const std::string& group : group_names(world)) {
        const GroupPlace place = place_of_group(world, group);
        const BrokerHost* broker = world.find_broker(place.leader);
        if (place.held != nullptr && broker->state == HostState::kRunning) {
            const AtGroup at{world, group, node_of(place.leader), list};
            if (const ClassicGroup* classic = place.held->shard->find_classic(group)) {
                gather_classic(at, *classic);
            } else if (const ConsumerGroup* modern = place.held->shard->find_consumer(group)) {
                gather_modern(at, *modern);
            }
        }
        for (const NodeId node : clients_of_group(world, group)) {
            const ClientHost& host = *world.clients[static_cast<std::size_t>(node.number) - 1];
            const ConsumerClient* consumer = host.consumer();
            if (consumer != nullptr && consumer->group() && acts(world, host.name)) {
                gather_member(world, node, host, *consumer, list);
            }
        }
    }
    return list;
}

}  // namespace brokerlab
