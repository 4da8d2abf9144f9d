// What leads to facts about consumer groups.
#include <algorithm>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/model/internal_topics.h"
#include "sim/oracle/group_view.h"
#include "sim/view/causes.h"
#include "sim/view/inspect_parts.h"

namespace brokerlab {
namespace {

/// The latest fact of that kind about the group.
template <class Body>
std::optional<FactIndex> last_of(const Asked& asked, const std::string& group) {
    return asked.last<Body>([&](const Fact&, const Body& f) { return f.group == group; });
}
/// The latest fact of that kind about the group, of the consumer that is asked about.
template <class Body>
std::optional<FactIndex> last_here(const Asked& asked, const std::string& group) {
    return asked.last<Body>([&](const Fact& other, const Body& f) {
        return f.group == group && other.node == asked.fact.node;
    });
}
/// The latest fact of that kind about the member.
template <class Body>
std::optional<FactIndex> last_of_member(const Asked& asked, const std::string& group,
                                        const std::string& member) {
    return asked.last<Body>(
        [&](const Fact&, const Body& f) { return f.group == group && f.member == member; });
}
/// When the member's process last started, ended, paused or went on.
std::optional<FactIndex> change_of(const Asked& asked, const std::string& member) {
    return asked.last<NodeChanged>([&](const Fact& other, const NodeChanged&) {
        return node_name(asked.world(), other.node) == member;
    });
}
/// Whether a member of the group may want the topic. Who has a pattern may want any.
bool may_read(const Asked& asked, const std::string& group, const std::string& topic) {
    const std::vector<NodeId> clients = clients_of_group(asked.world(), group);
    return !is_internal_topic(topic) &&
           std::any_of(clients.begin(), clients.end(), [&](NodeId node) {
               const ClientHost& host =
                   *asked.world().clients[static_cast<std::size_t>(node.number) - 1];
               const auto* consumer = std::get_if<ConsumerSetup>(&host.setup);
               const bool by_pattern =
                   (consumer != nullptr ? consumer->pattern : host.service()->pattern).has_value();
               const std::vector<std::string>& topics =
                   consumer != nullptr ? consumer->topics : host.service()->topics;
               return by_pattern || std::find(topics.begin(), topics.end(), topic) != topics.end();
           });
}
/// The topics that the group reads came, grew or went.
std::optional<FactIndex> topics_changed(const Asked& asked, const std::string& group) {
    const auto of_group = [&](const Fact&, const auto& f) {
        return may_read(asked, group, f.topic);
    };
    return latest({asked.last<PartitionsAdded>(of_group), asked.last<TopicCreated>(of_group),
                   asked.last<TopicDeleted>(of_group)});
}
/// What the member's reason for joining tells of; nothing where it tells of nothing else.
std::optional<FactIndex> what_it_tells(const Asked& asked, const GroupRebalanceBegan& fact) {
    if (fact.reason == "cached metadata has changed" || fact.reason == "subscription has changed") {
        return topics_changed(asked, fact.group);
    }
    if (fact.reason == "need to revoke partitions and re-join") {
        return asked.last<PartitionsRevoked>([&](const Fact& other, const PartitionsRevoked& f) {
            return f.group == fact.group && node_name(asked.world(), other.node) == fact.member;
        });
    }
    return std::nullopt;
}
/// The offsets topic's partition got another leader.
std::optional<FactIndex> moved(const Asked& asked, PartitionId partition) {
    return asked.last<LeaderChanged>([&](const Fact&, const LeaderChanged& f) {
        return f.partition == TopicPartition{std::string(kOffsetsTopic), partition};
    });
}

}  // namespace

Found rule(const Asked& asked, const GroupPhaseChanged& fact) {
    switch (fact.to) {
        case GroupPhase::kStable:
        case GroupPhase::kReconciling:
            return found(last_of<GroupAssignmentMade>(asked, fact.group));
        case GroupPhase::kEmpty:
            return found(last_of<GroupMemberLeft>(asked, fact.group));
        case GroupPhase::kDead:
            return found(latest({last_of<OffsetsRemoved>(asked, fact.group),
                                 last_of<GroupMemberLeft>(asked, fact.group)}));
        case GroupPhase::kPreparingRebalance:
        case GroupPhase::kCompletingRebalance:
        case GroupPhase::kAssigning:
            return found(last_of<GroupRebalanceBegan>(asked, fact.group));
    }
    BL_CHECK(false);
}
Found rule(const Asked& asked, const GroupRebalanceBegan& fact) {
    switch (fact.why) {
        case GroupRebalanceBegan::Why::kMemberJoined:
        case GroupRebalanceBegan::Why::kMemberRejoined:
            if (const std::optional<FactIndex> told = what_it_tells(asked, fact)) {
                return found(told);
            }
            [[fallthrough]];
        case GroupRebalanceBegan::Why::kSubscriptionChanged:
            return found(latest({last_of_member<GroupMemberJoined>(asked, fact.group, fact.member),
                                 change_of(asked, fact.member)}));
        case GroupRebalanceBegan::Why::kMemberLeft:
        case GroupRebalanceBegan::Why::kMemberExpired:
        case GroupRebalanceBegan::Why::kMemberPutOut:
            return found(last_of_member<GroupMemberLeft>(asked, fact.group, fact.member));
        case GroupRebalanceBegan::Why::kTopicsChanged:
            return found(topics_changed(asked, fact.group));
        case GroupRebalanceBegan::Why::kAssignmentLost:
            return found(any_trouble(asked));
    }
    BL_CHECK(false);
}
Found rule(const Asked& asked, const GroupMemberJoined& fact) {
    return found(latest({change_of(asked, fact.member),
                         last_of_member<GroupMemberLeft>(asked, fact.group, fact.member)}));
}
Found rule(const Asked& asked, const GroupMemberLeft& fact) {
    const std::optional<FactIndex> change = change_of(asked, fact.member);
    if (fact.why == GroupMemberLeft::Why::kLeft) {
        const auto poll = asked.last<PollTimedOut>([&](const Fact& other, const PollTimedOut& f) {
            return f.group == fact.group && node_name(asked.world(), other.node) == fact.member;
        });
        return found(latest({change, poll}));
    }
    if (fact.why == GroupMemberLeft::Why::kReplaced) {
        return found(change);
    }
    const std::optional<FactIndex> cause = latest({change, any_trouble(asked)});
    if (fact.why != GroupMemberLeft::Why::kSessionExpired) {
        return found(cause);  // Its sentence says what it did not do in time.
    }
    return found(cause, asked.between(fmt::format("{} was not heard of for {}", fact.member,
                                                  span_text(fact.timeout))));
}
Found rule(const Asked& asked, const GroupAssignmentMade& fact) {
    return found(last_of<GroupRebalanceBegan>(asked, fact.group));
}
Found rule(const Asked& asked, const GroupMemberReconciled& fact) {
    return found(
        latest({last_of<GroupAssignmentMade>(asked, fact.group),
                asked.last<PartitionsRevoked>([&](const Fact&, const PartitionsRevoked& f) {
                    return f.group == fact.group;
                })}));
}
Found rule(const Asked& asked, const GroupCoordinatorLoaded& fact) {
    return found(moved(asked, fact.partition));
}
Found rule(const Asked& asked, const GroupCoordinatorUnloaded& fact) {
    return found(moved(asked, fact.partition));
}
Found rule(const Asked& asked, const OffsetsCommitted& fact) {
    return found(asked.last<RecordsProcessed>([&](const Fact& other, const RecordsProcessed& f) {
        return f.group == fact.group && node_name(asked.world(), other.node) == fact.member;
    }));
}
Found rule(const Asked& asked, const OffsetsRemoved& fact) {
    if (fact.why == OffsetsRemoved::Why::kTopicDeleted) {
        return found(asked.last<TopicDeleted>([](const auto&, const auto&) { return true; }));
    }
    return found(last_of<GroupPhaseChanged>(asked, fact.group));
}
Found rule(const Asked& asked, const GroupRequestRefused& fact) {
    return found(latest({last_of<GroupRebalanceBegan>(asked, fact.group),
                         last_of_member<GroupMemberLeft>(asked, fact.group, fact.member),
                         asked.last<GroupCoordinatorUnloaded>(
                             [&](const Fact& other, const GroupCoordinatorUnloaded&) {
                                 return other.node == asked.fact.node;
                             })}));
}
Found rule(const Asked& asked, const CoordinatorFound& fact) {
    return found(last_here<CoordinatorLost>(asked, fact.group));
}
Found rule(const Asked& asked, const CoordinatorLost& fact) {
    const NodeId coordinator{NodeKind::kBroker, fact.coordinator.value};
    return found(latest({trouble_between(asked, asked.fact.node, coordinator),
                         last_of<GroupRequestRefused>(asked, fact.group)}));
}
Found rule(const Asked& asked, const PartitionsAssigned& fact) {
    return found(last_of<GroupAssignmentMade>(asked, fact.group));
}
Found rule(const Asked& asked, const PartitionsRevoked& fact) {
    return found(latest({last_of<GroupRebalanceBegan>(asked, fact.group),
                         last_of<GroupAssignmentMade>(asked, fact.group)}));
}
Found rule(const Asked& asked, const PartitionsLost& fact) {
    return found(latest({last_of_member<GroupMemberLeft>(asked, fact.group,
                                                         node_name(asked.world(), asked.fact.node)),
                         last_here<PollTimedOut>(asked, fact.group)}));
}
Found rule(const Asked& asked, const PollTimedOut& fact) {
    return found(
        latest(
            {trouble_of(asked, asked.fact.node), last_here<RecordsProcessed>(asked, fact.group)}),
        asked.between("its application is still at work on what the last poll() returned"));
}
Found rule(const Asked& asked, const CommitFailed& fact) {
    return found(latest({last_of<GroupRebalanceBegan>(asked, fact.group),
                         last_of<GroupRequestRefused>(asked, fact.group),
                         trouble_of(asked, asked.fact.node)}));
}
Found rule(const Asked& asked, const ConsumerFailed& fact) {
    return found(latest({last_of<GroupRequestRefused>(asked, fact.group),
                         last_of<GroupMemberLeft>(asked, fact.group)}));
}
Found rule(const Asked& asked, const RecordsProcessed& fact) {
    return found(last_here<PartitionsAssigned>(asked, fact.group));
}

}  // namespace brokerlab
