#include "sim/query/evaluate.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/oracle/delivery.h"
#include "sim/oracle/group_view.h"
#include "sim/oracle/replica_logs.h"
#include "sim/query/query_functions.h"

namespace brokerlab {
namespace {

using Kind = Expression::Kind;

std::vector<int64_t> sorted_ids(const std::vector<BrokerId>& brokers) {
    std::vector<int64_t> ids;
    for (const BrokerId broker : brokers) {
        ids.push_back(broker.value);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

QueryValue number(std::size_t n) {
    return static_cast<int64_t>(n);
}

/// One evaluation: outcomes that read all logs are worked out once.
class Evaluation {
public:
    explicit Evaluation(const World& world) : world_(world) {}

    QueryValue call(const Expression::Call& call) {
        switch (call.query) {
            case Query::kLeader:
            case Query::kIsr:
            case Query::kReplicas:
            case Query::kEpoch:
                return of_registration(call);
            case Query::kHighWatermark:
            case Query::kLogEndOffset:
                return of_replica(call);
            case Query::kBroker: {
                std::string state = broker_state(world_, BrokerId(broker_number(call)));
                return state.empty() ? QueryValue() : QueryValue(std::move(state));
            }
            case Query::kController: {
                const ControllerNode* active = world_.active_controller();
                return active == nullptr ? int64_t{-1} : int64_t{active->start().number};
            }
            case Query::kUnderReplicated:
                return count_partitions([](const PartitionRegistration& p) {
                    return p.isr.size() < p.replicas.size();
                });
            case Query::kOffline:
                return count_partitions(
                    [](const PartitionRegistration& p) { return p.leader == kNoBroker; });
            case Query::kAcked:
            case Query::kFailed:
            case Query::kSent:
            case Query::kUnknown:
                return of_producer(call);
            case Query::kLostAcked:
                return number(delivery().lost_acked);
            case Query::kDuplicated:
                return number(delivery().duplicated);
            case Query::kReordered:
                return number(delivery().reordered);
            case Query::kRefused:
                return int64_t{world_.commands_refused};
            case Query::kLag:
            case Query::kMembers:
            case Query::kGroupState:
            case Query::kOwner:
            case Query::kCommitted:
                return of_group(call);
        }
        BL_CHECK(false);
    }

    bool holds(const Expression& expression, std::size_t index) {
        const Expression::Node& node = expression.nodes[index];
        switch (node.kind) {
            case Kind::kNot:
                return !holds(expression, node.left);
            case Kind::kAnd:
                return holds(expression, node.left) && holds(expression, node.right);
            case Kind::kOr:
                return holds(expression, node.left) || holds(expression, node.right);
            case Kind::kIsNone:
                return std::holds_alternative<NoValue>(value(expression.nodes[node.left]));
            default:
                return compare(node.kind, value(expression.nodes[node.left]),
                               value(expression.nodes[node.right]));
        }
    }

private:
    const DeliveryReport& delivery() {
        if (!delivery_) {
            delivery_ = judge_delivery(world_);
        }
        return *delivery_;
    }

    QueryValue value(const Expression::Node& node) {
        switch (node.kind) {
            case Kind::kNumber:
                return node.number;
            case Kind::kSet:
                return node.set;
            case Kind::kWord:
                return node.word;
            case Kind::kCall:
                return call(node.call);
            default:
                BL_CHECK(false);
        }
    }

    static bool compare(Kind kind, const QueryValue& a, const QueryValue& b) {
        if (std::holds_alternative<NoValue>(a) || std::holds_alternative<NoValue>(b)) {
            return false;
        }
        switch (kind) {
            case Kind::kEqual:
                return a == b;
            case Kind::kNotEqual:
                return a != b;
            case Kind::kLess:
                return std::get<int64_t>(a) < std::get<int64_t>(b);
            case Kind::kLessOrEqual:
                return std::get<int64_t>(a) <= std::get<int64_t>(b);
            case Kind::kGreater:
                return std::get<int64_t>(a) > std::get<int64_t>(b);
            case Kind::kGreaterOrEqual:
                return std::get<int64_t>(a) >= std::get<int64_t>(b);
            default:
                BL_CHECK(false);
        }
    }

    static int32_t broker_number(const Expression::Call& call) {
        return static_cast<int32_t>(std::clamp<int64_t>(*call.number, 0, 1 << 30));
    }

    /// The metadata that is asked: a broker's own, or the committed.
    const MetadataImage* image(const Expression::Call& call) const {
        if (!call.number) {
            return &world_.committed_metadata();
        }
        const BrokerHost* host = world_.find_broker(BrokerId(broker_number(call)));
        return host == nullptr || !host->has_process() ? nullptr : &(**host->process).image();
    }

    QueryValue of_registration(const Expression::Call& call) const {
        const MetadataImage* asked = image(call);
        const PartitionRegistration* partition =
            asked == nullptr ? nullptr : asked->find_partition(*call.partition);
        if (partition == nullptr) {
            return NoValue();
        }
        switch (call.query) {
            case Query::kLeader:
                return int64_t{partition->leader.value};
            case Query::kIsr:
                return sorted_ids(partition->isr);
            case Query::kReplicas:
                return sorted_ids(partition->replicas);
            default:
                return int64_t{partition->leader_epoch.value};
        }
    }

    QueryValue of_replica(const Expression::Call& call) const {
        BrokerId broker = kNoBroker;
        if (call.number) {
            broker = BrokerId(broker_number(call));
        } else {
            const PartitionRegistration* partition =
                world_.committed_metadata().find_partition(*call.partition);
            if (partition == nullptr) {
                return NoValue();
            }
            broker = partition->leader;
            if (broker == kNoBroker) {
                return of_leaderless(call);
            }
        }
        const PartitionLog* log = replica_log(world_, broker, *call.partition);
        if (log == nullptr) {
            return NoValue();
        }
        if (call.query == Query::kLogEndOffset) {
            return log->log_end_offset.value;
        }
        return offset_or_none(call.number ? replica_high_watermark(world_, broker, *call.partition)
                                          : partition_high_watermark(world_, *call.partition));
    }

    static QueryValue offset_or_none(Offset offset) {
        return offset == kNoOffset ? QueryValue(NoValue()) : QueryValue(offset.value);
    }

    /// A partition without a leader stands as far as the furthest of its ISR.
    [[nodiscard]] QueryValue of_leaderless(const Expression::Call& call) const {
        if (call.query == Query::kHighWatermark) {
            return offset_or_none(partition_high_watermark(world_, *call.partition));
        }
        QueryValue furthest;
        for (const PartitionLog* log : authoritative_logs(world_, *call.partition)) {
            const int64_t offset = log->log_end_offset.value;
            const auto* before = std::get_if<int64_t>(&furthest);
            furthest = before == nullptr ? offset : std::max(*before, offset);
        }
        return furthest;
    }

    QueryValue of_producer(const Expression::Call& call) {
        if (!call.name) {
            const DeliveryReport& all = delivery();
            return number(all.unknown());
        }
        const ClientHost* host = world_.find_client(*call.name);
        if (host == nullptr || !host->produces()) {
            return NoValue();
        }
        const ProducerCounts counts = host->counts();
        switch (call.query) {
            case Query::kAcked:
                return number(counts.acked);
            case Query::kFailed:
                return number(counts.failed);
            case Query::kSent:
                return number(counts.sent);
            default:
                return number(counts.sent - counts.acked - counts.failed);
        }
    }

    QueryValue of_group(const Expression::Call& call) const {
        const std::optional<GroupView> group = view_group(world_, *call.name);
        if (!group || (call.partition && !exists(*call.partition))) {
            return NoValue();
        }
        switch (call.query) {
            case Query::kMembers:
                return number(group->members.size());
            case Query::kGroupState:
                return group->state;
            case Query::kOwner: {
                const GroupMemberView* owner = group->owner_of(*call.partition);
                return owner == nullptr ? std::string(kNoOwner) : owner->name;
            }
            case Query::kCommitted: {
                const GroupOffsetView* offset = group->offset_of(*call.partition);
                return offset == nullptr ? int64_t{-1} : offset->committed.value;
            }
            default:
                break;
        }
        int64_t lag = 0;
        for (const GroupOffsetView& offset : group->offsets) {
            lag += !call.partition || offset.partition == *call.partition ? offset.lag() : 0;
        }
        return lag;
    }
    [[nodiscard]] bool exists(const TopicPartition& partition) const {
        return world_.committed_metadata().find_partition(partition) != nullptr;
    }

    template <class Predicate>
    QueryValue count_partitions(Predicate predicate) const {
        int64_t count = 0;
        for (const auto& [name, topic] : *world_.committed_metadata().topics) {
            for (const Cow<PartitionRegistration>& partition : topic->partitions) {
                count += predicate(*partition) ? 1 : 0;
            }
        }
        return count;
    }

    const World& world_;
    std::optional<DeliveryReport> delivery_;
};

}  // namespace

bool holds(const World& world, const Expression& expression) {
    return Evaluation(world).holds(expression, expression.nodes.size() - 1);
}

QueryValue value_of(const World& world, const Expression::Call& call) {
    return Evaluation(world).call(call);
}

std::string value_text(const QueryValue& value) {
    struct Print {
        std::string operator()(NoValue) const { return "none"; }
        std::string operator()(int64_t n) const { return std::to_string(n); }
        std::string operator()(const std::vector<int64_t>& set) const {
            return fmt::format("{{{}}}", fmt::join(set, ","));
        }
        std::string operator()(const std::string& word) const { return word; }
    };
    return std::visit(Print{}, value);
}

std::string broker_state(const World& world, BrokerId id) {
    const BrokerHost* host = world.find_broker(id);
    if (host == nullptr) {
        return {};
    }
    if (!host->has_process()) {
        return "down";
    }
    if (host->state == HostState::kPaused) {
        return "paused";
    }
    switch ((**host->process).lifecycle().state) {
        case BrokerState::kNotRunning:
        case BrokerState::kStarting:
        case BrokerState::kRecovery:
            return "starting";
        case BrokerState::kPendingControlledShutdown:
        case BrokerState::kShuttingDown:
            return "stopping";
        case BrokerState::kRunning:
            break;
    }
    const BrokerRegistration* registration = world.committed_metadata().find_broker(id);
    return registration == nullptr || registration->fenced ? "fenced" : "running";
}

std::string explain_values(const World& world, const Expression& expression) {
    Evaluation evaluation(world);
    std::string text;
    for (const Expression::Node& node : expression.nodes) {
        if (node.kind != Kind::kCall) {
            continue;
        }
        const Expression::Call& call = node.call;
        std::string what = call.name.value_or("");
        if (call.partition) {
            what += (what.empty() ? "" : ", ") + call.partition->to_string();
        }
        if (call.number) {
            what += fmt::format("{}{}", what.empty() ? "" : ", ", *call.number);
        }
        text +=
            fmt::format("{}{}{} is {}", text.empty() ? "" : "; ", query_name(call.query),
                        what.empty() ? "" : "(" + what + ")", value_text(evaluation.call(call)));
    }
    return text;
}

}  // namespace brokerlab
