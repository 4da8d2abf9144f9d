// The partition assignors, those of the clients and those of the coordinator, on one large group:
// its last rebalance gave everybody their share, then one member left.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/bench.h"
#include "sim/assign/client_assignor.h"
#include "sim/assign/server_assignor.h"

namespace brokerlab {
namespace {

constexpr int kMembers = 100;
constexpr int kTopics = 10;
constexpr int32_t kPartitionsPerTopic = 100;
constexpr int kRuns = 20;
constexpr double kTargetMs = 5;

std::string topic_name(int n) {
    return fmt::format("topic-{}", n);
}

/// Whether everybody subscribes to all topics, or each member leaves one out.
enum class Subscriptions { kEqual, kDifferent };

bool subscribes(Subscriptions subscriptions, int member, int topic) {
    return subscriptions == Subscriptions::kEqual || member % kTopics != topic;
}

// ---- The clients' ------------------------------------------------------------------------------

struct ClientGroup {
    AssignableTopics topics;
    std::vector<MemberSubscription> members;
};

ClientGroup client_group(ClientAssignor assignor, Subscriptions subscriptions) {
    ClientGroup group;
    for (int t = 0; t < kTopics; ++t) {
        group.topics.insert_or_assign(topic_name(t), AssignableTopic{kPartitionsPerTopic, {}});
    }
    for (int m = 0; m < kMembers; ++m) {
        MemberSubscription& member = group.members.emplace_back();
        member.member_id = fmt::format("consumer-{:03}-e2f0c1a4-5b6d", m);
        for (int t = 0; t < kTopics; ++t) {
            if (subscribes(subscriptions, m, t)) {
                member.subscription.topics.push_back(topic_name(t));
            }
        }
    }
    AssignorMemory leader;
    const auto first = assign_partitions(assignor, group.topics, group.members, leader);
    for (std::size_t m = 0; m < first.size(); ++m) {
        ConsumerProtocolSubscription& subscription = group.members[m].subscription;
        AssignorMemory memory;
        const auto owned = group_by_topic(first[m].partitions);
        on_assignment(assignor, {owned, std::nullopt}, GenerationId(1), memory);
        subscription.user_data = user_data_of(assignor, memory);
        subscription.generation_id = GenerationId(1);
        if (supports(assignor, RebalanceProtocol::kCooperative)) {
            subscription.owned_partitions = owned;
        }
    }
    group.members.erase(group.members.begin());
    return group;
}

void add_client(BenchmarkList& list, ClientAssignor assignor, Subscriptions subscriptions) {
    const std::string name =
        fmt::format("assign.{}{}.{} members, {} partitions", client_assignor_name(assignor),
                    subscriptions == Subscriptions::kEqual ? "" : ", subscriptions differ",
                    kMembers, kTopics * kPartitionsPerTopic);
    list.push_back(
        {name, kTargetMs, "ms", Better::kLower,
         [assignor, subscriptions, made = std::shared_ptr<ClientGroup>()]() mutable {
             if (made == nullptr) {
                 made = std::make_shared<ClientGroup>(client_group(assignor, subscriptions));
             }
             const Stopwatch watch;
             for (int i = 0; i < kRuns; ++i) {
                 AssignorMemory memory;
                 keep(assign_partitions(assignor, made->topics, made->members, memory).size());
             }
             return watch.seconds() / kRuns * 1e3;
         }});
}

// ---- The coordinator's -------------------------------------------------------------------------

ServerGroup server_group(ServerAssignor assignor, Subscriptions subscriptions) {
    ServerGroup group;
    group.subscription_type = subscriptions == Subscriptions::kEqual
                                  ? SubscriptionType::kHomogeneous
                                  : SubscriptionType::kHeterogeneous;
    for (int t = 0; t < kTopics; ++t) {
        group.partition_counts.insert_or_assign(Uuid{1, static_cast<uint64_t>(t)},
                                                kPartitionsPerTopic);
    }
    for (int m = 0; m < kMembers; ++m) {
        ServerGroupMember& member = group.members.emplace_back();
        member.member_id = fmt::format("member-{:03}", m);
        for (int t = 0; t < kTopics; ++t) {
            if (subscribes(subscriptions, m, t)) {
                member.subscribed_topics.push_back(Uuid{1, static_cast<uint64_t>(t)});
            }
        }
    }
    auto first = assign_targets(assignor, group);
    for (std::size_t m = 0; m < first.size(); ++m) {
        group.members[m].target = std::move(first[m]);
    }
    group.members.erase(group.members.begin());
    return group;
}

void add_server(BenchmarkList& list, ServerAssignor assignor, Subscriptions subscriptions) {
    const std::string name = fmt::format(
        "assign.server's {}{}.{} members, {} partitions", server_assignor_name(assignor),
        subscriptions == Subscriptions::kEqual ? "" : ", subscriptions differ", kMembers,
        kTopics * kPartitionsPerTopic);
    list.push_back({name, kTargetMs, "ms", Better::kLower,
                    [assignor, subscriptions, made = std::shared_ptr<ServerGroup>()]() mutable {
                        if (made == nullptr) {
                            made = std::make_shared<ServerGroup>(
                                server_group(assignor, subscriptions));
                        }
                        const Stopwatch watch;
                        for (int i = 0; i < kRuns; ++i) {
                            keep(assign_targets(assignor, *made).size());
                        }
                        return watch.seconds() / kRuns * 1e3;
                    }});
}

}  // namespace

void add_assign_benchmarks(BenchmarkList& list) {
    for (const Subscriptions subscriptions : {Subscriptions::kEqual, Subscriptions::kDifferent}) {
        for (const ClientAssignor assignor :
             {ClientAssignor::kRange, ClientAssignor::kRoundRobin, ClientAssignor::kSticky,
              ClientAssignor::kCooperativeSticky}) {
            add_client(list, assignor, subscriptions);
        }
        for (const ServerAssignor assignor : {ServerAssignor::kUniform, ServerAssignor::kRange}) {
            add_server(list, assignor, subscriptions);
        }
    }
}

}  // namespace brokerlab
