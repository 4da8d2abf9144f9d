// What consumer groups wait for: members that have to join, assignments, sessions of members that
// are silent, partitions that have to be given up; and what their members wait for: the
// coordinator, the answer to a commit, their own application.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/group/classic_members.h"
#include "sim/oracle/group_view.h"
#include "sim/view/group_member.h"
#include "sim/view/group_sentences.h"
#include "sim/view/inspect_parts.h"
#include "sim/view/waits.h"

namespace brokerlab {
namespace {

// ---- At the coordinator

struct AtGroup {
    const World& world;
    const std::string& group;
    GroupPlace place;
    std::vector<Waiting>& waits;

    [[nodiscard]] const GroupConfig& config() const {
        return (**world.find_broker(place.leader)->process).groups().config;
    }
};

/// A wait of the group: whoever is a member, or coordinates it, has to do with it.
Waiting of_group(const AtGroup& at, std::string what, std::string holds, std::string ends,
                 SimTime deadline) {
    Waiting waiting;
    waiting.wait = {GroupThing{at.group}, std::move(what), std::move(holds), std::move(ends),
                    shown_deadline(at.world, deadline)};
    waiting.involves.push_back(BrokerThing{at.place.leader});
    for (const NodeId node : clients_of_group(at.world, at.group)) {
        waiting.involves.push_back(thing_of(at.world, node));
    }
    return waiting;
}

std::string listed(const std::vector<std::string>& names) {
    return fmt::format("{}", fmt::join(names, ", "));
}

bool is_earlier(const AtGroup& at, const ClassicMember& member) {
    return is_of_earlier_process(at.world, member.client_id, member.id, member.instance_id);
}
std::string text_of(const AtGroup& at, const ClassicMember& member) {
    return member_text(at.world, member.client_id, member.id, member.instance_id);
}
std::string text_of(const AtGroup& at, const std::string& id, const ConsumerMember& member) {
    return member_text(at.world, member.client_id, id, member.instance_id);
}

/// `gone` are processes that the group counts and that never join again.
std::string what_joins_miss(const std::vector<std::string>& missing,
                            const std::vector<std::string>& gone) {
    if (missing.empty() && gone.empty()) {
        return "a member id was given out, and its member is to join with it";
    }
    std::string text;
    if (!missing.empty()) {
        text = fmt::format(
            "{} {} not joined again yet: a member learns of it with its next "
            "heartbeat, and joins from inside poll()",
            listed(missing), missing.size() == 1 ? "has" : "have");
    }
    if (!gone.empty()) {
        text += fmt::format(
            "{}{} still {} and can't join any more: the group counts on {} until "
            "the session ends (session.timeout.ms)",
            text.empty() ? "" : "; ", listed(gone), gone.size() == 1 ? "counts" : "count",
            gone.size() == 1 ? "it" : "them");
    }
    return text;
}

void add_joins(const AtGroup& at, const ClassicGroup& group) {
    std::vector<std::string> missing;
    std::vector<std::string> gone;
    for (const ClassicMember& member : group.members) {
        if (!member.join) {
            (is_earlier(at, member) ? gone : missing).push_back(text_of(at, member));
        }
    }
    if (group.delay_left && group.join_ends != kNever) {
        at.waits.push_back(of_group(
            at,
            fmt::format("group {} waits for more members before its first assignment", at.group),
            fmt::format("{} joined; a group that was empty waits a while for others "
                        "(group.initial.rebalance.delay.ms)",
                        group.members.size() == 1
                            ? "1 member has"
                            : fmt::format("{} members have", group.members.size())),
            fmt::format("{}; later if another one joins meanwhile",
                        by_text(at.world, group.join_ends)),
            group.join_ends));
        return;
    }
    at.waits.push_back(
        of_group(at, fmt::format("group {} waits for its members to join again", at.group),
                 what_joins_miss(missing, gone),
                 fmt::format("when all have, or {} who has not is put out (the members' "
                             "max.poll.interval.ms)",
                             by_text(at.world, group.join_ends)),
                 group.join_ends));
}

void add_syncs(const AtGroup& at, const ClassicGroup& group) {
    const ClassicMember* leader = group.leader ? group.find(*group.leader) : nullptr;
    at.waits.push_back(of_group(
        at, fmt::format("group {} waits for its assignment", at.group),
        leader == nullptr ? std::string("no member leads")
                          : fmt::format("{} leads, computes who reads what and has not sent it "
                                        "(SyncGroup)",
                                        text_of(at, *leader)),
        fmt::format("when it comes, or {} those that are missing are put out",
                    by_text(at.world, group.sync_ends)),
        group.sync_ends));
}

/// Why nothing is heard of the client; empty when it should be.
std::string silence_of(const World& world, std::string_view client) {
    const ClientHost* host = world.find_client(client);
    if (host == nullptr) {
        return {};
    }
    switch (host->state) {
        case ClientState::kCrashed:
            return "its process has crashed";
        case ClientState::kStopped:
            return "its process has ended";
        case ClientState::kPaused:
            return "its process stands still";
        default:
            return {};
    }
}

/// A member as its coordinator counts it.
struct Counted {
    const std::string& client;
    const std::string& id;
    const std::optional<std::string>& instance_id;
};

/// What the coordinator bears without hearing of a member.
struct MemberSession {
    SimTime ends;
    Duration timeout;
    std::string_view setting;  ///< that says so
};

/// Why nothing is to be heard of the member any more; empty when it should be.
std::string silence_of(const AtGroup& at, const Counted& counted) {
    return is_of_earlier_process(at.world, counted.client, counted.id, counted.instance_id)
               ? "it is gone, and the process of now has another member id"
               : silence_of(at.world, counted.client);
}

void add_limit(const AtGroup& at, const Counted& counted, Waiting waiting, bool silent) {
    waiting.wait.who = ClientThing{counted.client};
    waiting.involves = {GroupThing{at.group}};
    waiting.ordinary = !silent;
    at.waits.push_back(std::move(waiting));
}

/// Of a member that joined in this rebalance: no session runs, but it is not waited for for ever.
void add_first_assignment(const AtGroup& at, const Counted& counted, SimTime ends) {
    if (ends == kNever || ends < at.world.now) {
        return;
    }
    const std::string member =
        member_text(at.world, counted.client, counted.id, counted.instance_id);
    const std::string why = silence_of(at, counted);
    add_limit(at, counted,
              of_group(at,
                       why.empty() ? fmt::format("{}, new in group {}, waits until all have "
                                                 "joined",
                                                 member, at.group)
                                   : fmt::format("group {} still counts on {}", at.group, member),
                       why.empty() ? "the rebalance that it joined is not over" : why,
                       fmt::format("when the rebalance ends, or {} it is put out: a new member "
                                   "may wait {} min for that",
                                   by_text(at.world, ends), kNewMemberJoinTimeout.to_ms() / 60'000),
                       ends),
              !why.empty());
}

void add_session(const AtGroup& at, const Counted& counted, const MemberSession& session) {
    const auto& [ends, timeout, setting] = session;
    if (ends == kNever || ends < at.world.now) {
        return;
    }
    const SimTime heard = ends - timeout;
    const std::string member =
        member_text(at.world, counted.client, counted.id, counted.instance_id);
    const std::string why = silence_of(at, counted);
    // Heartbeats come at least three times in a session.
    const bool silent = !why.empty() || at.world.now - heard > timeout / 2;
    add_limit(
        at, counted,
        of_group(at,
                 silent ? fmt::format("group {} still counts on {}", at.group, member)
                        : fmt::format("the session of {} in group {} runs", member, at.group),
                 fmt::format("the coordinator last heard of it {}{}{}", ago_text(at.world, heard),
                             why.empty() ? "" : "; ", why),
                 fmt::format("{} its session is over, and the group shares its partitions anew "
                             "({})",
                             by_text(at.world, ends), setting),
                 ends),
        silent);
}

void gather_classic(const AtGroup& at, const ClassicGroup& group) {
    if (group.state == ClassicGroupState::kPreparingRebalance) {
        add_joins(at, group);
    } else if (group.state == ClassicGroupState::kCompletingRebalance) {
        add_syncs(at, group);
    }
    for (const ClassicMember& member : group.members) {
        const Counted counted{member.client_id, member.id, member.instance_id};
        if (member.is_new) {
            add_first_assignment(at, counted, member.session_ends);
        } else {
            add_session(at, counted,
                        {member.session_ends, Duration::from_ms(member.session_timeout_ms),
                         "session.timeout.ms"});
        }
    }
}

std::vector<TopicPartition> named(const World& world, const TopicIdAssignment& assignment) {
    std::vector<TopicPartition> partitions;
    for (const auto& [id, numbers] : assignment) {
        const TopicImage* topic = world.committed_metadata().find_topic(id);
        for (const PartitionId number : numbers) {
            if (topic != nullptr) {
                partitions.push_back({topic->name, number});
            }
        }
    }
    std::sort(partitions.begin(), partitions.end());
    return partitions;
}

void gather_modern(const AtGroup& at, const ConsumerGroup& group) {
    std::vector<std::string> givers;
    for (const auto& [id, member] : group.members) {
        if (!member->revoking.empty()) {
            givers.push_back(text_of(at, id, *member));
        }
    }
    for (const auto& [id, member] : group.members) {
        add_session(at, {member->client_id, id, member->instance_id},
                    {member->session_ends, at.config().consumer_session_timeout,
                     "group.consumer.session.timeout.ms"});
        if (!member->revoking.empty()) {
            at.waits.push_back(of_group(
                at,
                fmt::format("group {} waits for {} to give up {}", at.group,
                            text_of(at, id, *member),
                            partitions_text(named(at.world, member->revoking))),
                "its heartbeat has not said so yet: its application finishes its poll(), and what "
                "it has read is committed first",
                member->revocation_ends == kNever
                    ? std::string("with its next heartbeat")
                    : fmt::format("when it does, or {} it is put out (max.poll.interval.ms)",
                                  by_text(at.world, member->revocation_ends)),
                member->revocation_ends));
        }
        if (member->state == ConsumerGroupMemberState::kUnreleasedPartitions) {
            at.waits.push_back(of_group(
                at,
                fmt::format("{} waits for partitions that others still hold",
                            text_of(at, id, *member)),
                givers.empty() ? std::string("another member has not told that it gave them up")
                               : fmt::format("{} {} to give them up", listed(givers),
                                             givers.size() == 1 ? "has" : "have"),
                "when the coordinator is told so", kNever));
            at.waits.back().wait.who = ClientThing{member->client_id};
            at.waits.back().involves.push_back(GroupThing{at.group});
        }
    }
}

// ---- At a member

struct AtMember {
    const World& world;
    NodeId node;
    const ClientHost& host;
    const ConsumerClient& consumer;
    std::vector<Waiting>& waits;

    [[nodiscard]] const GroupPart& part() const { return *consumer.group(); }
    [[nodiscard]] const std::string& group() const { return part().settings.group; }
};

Waiting of_member(const AtMember& at, std::string what, std::string holds, std::string ends,
                  SimTime deadline = kNever) {
    return {{thing_of(at.world, at.node), std::move(what), std::move(holds), std::move(ends),
             shown_deadline(at.world, deadline)},
            {GroupThing{at.group()}},
            false};
}

/// Why nobody coordinates its group; empty when somebody does.
std::string no_coordinator(const World& world, const GroupPlace& place) {
    if (place.partition.value < 0) {
        const std::string nobody = no_controller(world);
        return "__consumer_offsets is not created yet" + (nobody.empty() ? "" : ": " + nobody);
    }
    if (place.leader == kNoBroker) {
        return fmt::format("__consumer_offsets-{} has no leader", place.partition.value);
    }
    const std::string absence = absence_of(world, place.leader);
    if (!absence.empty()) {
        return fmt::format("{} coordinates, and {}", broker_text(place.leader), absence);
    }
    return place.loading ? fmt::format("{} still reads __consumer_offsets-{}",
                                       broker_text(place.leader), place.partition.value)
                         : std::string();
}

void add_lookup_of_coordinator(const AtMember& at) {
    const CoordinatorLink& link = at.part().link;
    if (link.is_known() && link.can_send()) {
        return;
    }
    const bool backs_off = !link.is_known() && link.retry_at > at.world.now;
    const std::string gone = no_coordinator(at.world, place_of_group(at.world, at.group()));
    Waiting waiting = of_member(
        at,
        link.is_known()
            ? fmt::format("{} waits for its connection to the coordinator, broker {}", at.host.name,
                          link.coordinator.value)
            : fmt::format("{} looks for the coordinator of group {}", at.host.name, at.group()),
        !gone.empty()     ? gone
        : link.is_known() ? absence_of(at.world, link.coordinator).empty()
                                ? "it connects"
                                : absence_of(at.world, link.coordinator)
        : link.asked ? "a broker has been asked (FindCoordinator)"
        : backs_off       ? "the last answer was no good, and it backs off (retry.backoff.ms)"
                          : "it has no connection to a broker that it could ask",
        backs_off ? fmt::format("it asks again {}", by_text(at.world, link.retry_at))
                  : std::string("with the answer"),
        backs_off ? link.retry_at : kNever);
    waiting.ordinary = gone.empty() && link.attempts <= 1;
    at.waits.push_back(std::move(waiting));
}

/// The oldest request of that kind that the coordinator has not answered.
const InFlightRequest* oldest(const AtMember& at, ApiKey api) {
    const CoordinatorLink& link = at.part().link;
    const NodeConnection* connection =
        link.is_known() ? link.client.connections().find(node_of(link.coordinator)) : nullptr;
    if (connection == nullptr) {
        return nullptr;
    }
    const auto found =
        std::find_if(connection->in_flight.begin(), connection->in_flight.end(),
                     [&](const InFlightRequest& request) { return request.api == api; });
    return found == connection->in_flight.end() ? nullptr : &*found;
}

void add_commits(const AtMember& at) {
    const OffsetCommitter& committer = at.part().committer;
    const InFlightRequest* commit = oldest(at, ApiKey::kOffsetCommit);
    if (commit != nullptr) {
        Waiting waiting = of_member(
            at, fmt::format("a commit of {} waits for its answer", at.host.name),
            fmt::format("sent to broker {} {}: the coordinator answers when all in-sync replicas "
                        "of its partition of __consumer_offsets have it",
                        at.part().link.coordinator.value, ago_text(at.world, commit->sent_at)),
            fmt::format("with the answer, or {} it is given up (request.timeout.ms)",
                        by_text(at.world, commit->deadline)),
            commit->deadline);
        waiting.involves.push_back(BrokerThing{at.part().link.coordinator});
        waiting.ordinary = at.world.now - commit->sent_at < kHeldUpAfter;
        at.waits.push_back(std::move(waiting));
    }
    if (committer.sync && !committer.sync->over && !committer.sync->in_flight) {
        const bool backs_off = committer.sync->retry_at > at.world.now;
        at.waits.push_back(
            of_member(at, fmt::format("commitSync() of {} waits", at.host.name),
                      backs_off ? "an attempt failed, and it backs off (retry.backoff.ms)"
                                : "it has no connection to its group's coordinator",
                      fmt::format("given up {} (default.api.timeout.ms)",
                                  by_text(at.world, committer.sync->deadline)),
                      backs_off ? committer.sync->retry_at : committer.sync->deadline));
    }
}

void add_committed_lookup(const AtMember& at) {
    const CommittedLookup& lookup = at.part().lookup;
    if (lookup.tag != 0 || lookup.retry_at <= at.world.now || lookup.attempts == 0) {
        return;
    }
    at.waits.push_back(of_member(
        at, fmt::format("{} waits to learn where its group is", at.host.name),
        "the committed offset can't be told: a transaction with offsets is not decided yet, or the "
        "coordinator is just changing",
        fmt::format("it asks again {} (OffsetFetch)", by_text(at.world, lookup.retry_at)),
        lookup.retry_at));
}

/// kNever while nobody counts.
SimTime poll_deadline(const ClassicMembership& m) {
    return is_heartbeating(m) ? m.timers.poll_deadline : kNever;
}
SimTime poll_deadline(const ConsumerMembership& m) {
    return is_active(m) ? m.poll_deadline : kNever;
}
bool has_to_join(const ClassicMembership& m) {
    return m.rejoin_needed || m.assignment.has_value();
}
bool has_to_join(const ConsumerMembership& m) {
    return m.state == ConsumerMemberState::kReconciling ||
           m.state == ConsumerMemberState::kFenced || m.state == ConsumerMemberState::kStale;
}

/// Whether it could be done by the application's thread, which is busy.
void add_application(const AtMember& at) {
    const SimTime busy = at.consumer.busy_until();
    if (busy <= at.world.now) {
        return;
    }
    const SimTime due =
        std::visit([](const auto& m) { return poll_deadline(m); }, at.part().membership);
    if (due != kNever && due > at.world.now) {
        const bool too_late = due < busy;
        Waiting waiting = of_member(
            at, fmt::format("{} has to call poll()", at.host.name),
            fmt::format("its application works on records until {}", instant_text(at.world, busy)),
            fmt::format("{} it leaves its group, unless it polls before (max.poll.interval.ms){}",
                        by_text(at.world, due), too_late ? ": it will be too late" : ""),
            due);
        waiting.ordinary = !too_late;
        at.waits.push_back(std::move(waiting));
    }
    if (std::visit([](const auto& m) { return has_to_join(m); }, at.part().membership)) {
        const FlatSet<TopicPartition>& revoking = at.consumer.core().revoking;
        at.waits.push_back(of_member(
            at,
            revoking.empty() ? fmt::format("{} has to take part in the rebalance", at.host.name)
                             : fmt::format("{} has to give up {}", at.host.name,
                                           partitions_text({revoking.begin(), revoking.end()})),
            "its application is at work: partitions change hands only inside poll()",
            fmt::format("it polls again {}", by_text(at.world, busy)), busy));
    }
}

/// When a producer gives up the only batch that it has; kNever while it has none or several: a
/// batch that was built no longer tells which records it has.
SimTime end_of_only_batch(const ProducerCore& core) {
    const ProducerBatch* only = nullptr;
    std::size_t count = 0;
    for (const TopicQueues& topic : core.accumulator.topics) {
        for (const PartitionQueue& queue : topic.partitions) {
            for (const std::vector<ProducerBatch>* batches : {&queue.waiting, &queue.in_flight}) {
                count += batches->size();
                only = batches->empty() ? only : &batches->front();
            }
        }
    }
    return count == 1 ? only->created + core.config.delivery_timeout : kNever;
}

/// A record whose handler has sent something about it.
void add_open_record(const AtMember& at) {
    const ServiceInstance* instance = at.host.instance();
    if (instance == nullptr || !instance->open_record() ||
        !instance->open_record()->errand.waits_for) {
        return;
    }
    const OpenRecord& open = *instance->open_record();
    const uint64_t n = *open.errand.waits_for;
    const ProducerClient& producer = *instance->producer();
    const bool blocked = producer.blocked() && n >= producer.blocked()->record.n;
    const SimTime gives_up =
        blocked ? producer.blocked()->deadline : end_of_only_batch(producer.core());
    const std::string record = fmt::format("record {} of {}'s producer", n, at.host.name);
    Waiting waiting = of_member(
        at,
        fmt::format("{} is not done with {} at {}", at.host.name, open.place.partition.to_string(),
                    open.place.offset.value),
        fmt::format("{}, which the handler sent, is {}: {} neither polls nor commits before",
                    record, blocked ? "still in send()" : "not acknowledged yet", at.host.name),
        fmt::format("{}, or when the producer gives {} up{} ({})",
                    blocked ? "when send() can go on" : "with the acknowledgement", record,
                    gives_up == kNever ? std::string() : ", " + by_text(at.world, gives_up),
                    blocked ? "max.block.ms" : "delivery.timeout.ms"),
        gives_up);
    waiting.ordinary = at.world.now - at.consumer.application().done_at < kHeldUpAfter;
    at.waits.push_back(std::move(waiting));
}

/// Partitions with a record that failed and is tried again.
void add_paused(const AtMember& at) {
    for (const auto& [partition, until] : at.consumer.application().paused) {
        if (at.consumer.core().paused.contains(partition)) {
            at.waits.push_back(of_member(
                at, fmt::format("{} leaves {} alone", at.host.name, partition.to_string()),
                "a record of it failed and is to be tried again (on-error: retry); the application "
                "went back to it and paused the partition, and polls for its others meanwhile",
                fmt::format("it reads on {}", by_text(at.world, until)), until));
            at.waits.back().involves.push_back(PartitionThing{partition});
        }
    }
}

void gather_member(const AtMember& at) {
    add_lookup_of_coordinator(at);
    add_commits(at);
    add_committed_lookup(at);
    add_application(at);
    add_open_record(at);
    add_paused(at);
}

}  // namespace

void gather_group_waits(const World& world, std::vector<Waiting>& waits) {
    for (const std::string& group : group_names(world)) {
        const AtGroup at{world, group, place_of_group(world, group), waits};
        if (at.place.held != nullptr) {
            if (const ClassicGroup* classic = at.place.held->shard->find_classic(group)) {
                gather_classic(at, *classic);
            } else if (const ConsumerGroup* modern = at.place.held->shard->find_consumer(group)) {
                gather_modern(at, *modern);
            }
        }
        for (const NodeId node : clients_of_group(world, group)) {
            const ClientHost& host = *world.clients[static_cast<std::size_t>(node.number) - 1];
            const ConsumerClient* consumer = host.consumer();
            if (consumer != nullptr && consumer->group() &&
                (host.state == ClientState::kRunning || host.state == ClientState::kClosing)) {
                gather_member({world, node, host, *consumer, waits});
            }
        }
    }
}

}  // namespace brokerlab
