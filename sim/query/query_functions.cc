#include "sim/query/query_functions.h"

#include <array>

#include <fmt/format.h>

#include "sim/base/check.h"

namespace brokerlab {
namespace {

using Kind = Expression::Kind;

/// Number, set or word.
Kind type_of(const Expression::Node& node) {
    if (node.kind != Kind::kCall) {
        return node.kind;
    }
    switch (node.call.query) {
        case Query::kIsr:
        case Query::kReplicas:
            return Kind::kSet;
        case Query::kBroker:
        case Query::kGroupState:
        case Query::kOwner:
            return Kind::kWord;
        default:
            return Kind::kNumber;
    }
}

std::string_view type_name(Kind kind) {
    return kind == Kind::kNumber ? "a number" : kind == Kind::kSet ? "a set" : "a word";
}

}  // namespace

std::span<const QueryFunction> query_functions() {
    static constexpr std::array kFunctions{
        QueryFunction{"leader", Query::kLeader, Signature::kPartitionBroker, "leader(orders-0)"},
        QueryFunction{"isr", Query::kIsr, Signature::kPartitionBroker, "isr(orders-0)"},
        QueryFunction{"replicas", Query::kReplicas, Signature::kPartitionBroker,
                      "replicas(orders-0)"},
        QueryFunction{"epoch", Query::kEpoch, Signature::kPartitionBroker, "epoch(orders-0)"},
        QueryFunction{"hw", Query::kHighWatermark, Signature::kPartitionBroker, "hw(orders-0)"},
        QueryFunction{"leo", Query::kLogEndOffset, Signature::kPartitionBroker, "leo(orders-0, 2)"},
        QueryFunction{"broker", Query::kBroker, Signature::kBroker, "broker(2)"},
        QueryFunction{"controller", Query::kController, Signature::kNothing, "controller()"},
        QueryFunction{"under_replicated", Query::kUnderReplicated, Signature::kNothing,
                      "under_replicated()"},
        QueryFunction{"offline", Query::kOffline, Signature::kNothing, "offline()"},
        QueryFunction{"acked", Query::kAcked, Signature::kName, "acked(till)"},
        QueryFunction{"failed", Query::kFailed, Signature::kName, "failed(till)"},
        QueryFunction{"unknown", Query::kUnknown, Signature::kOptionalName, "unknown(till)"},
        QueryFunction{"sent", Query::kSent, Signature::kName, "sent(till)"},
        QueryFunction{"lost_acked", Query::kLostAcked, Signature::kNothing, "lost_acked"},
        QueryFunction{"duplicated", Query::kDuplicated, Signature::kNothing, "duplicated"},
        QueryFunction{"reordered", Query::kReordered, Signature::kNothing, "reordered"},
        QueryFunction{"refused", Query::kRefused, Signature::kNothing, "refused"},
        QueryFunction{"lag", Query::kLag, Signature::kGroupOptionalPartition, "lag(stock)"},
        QueryFunction{"members", Query::kMembers, Signature::kGroup, "members(stock)"},
        QueryFunction{"state", Query::kGroupState, Signature::kGroup, "state(stock)"},
        QueryFunction{"owner", Query::kOwner, Signature::kGroupPartition, "owner(stock, orders-0)"},
        QueryFunction{"committed", Query::kCommitted, Signature::kGroupPartition,
                      "committed(stock, orders-0)"},
    };
    return kFunctions;
}

std::string_view query_name(Query query) {
    const QueryFunction& function = query_functions()[static_cast<std::size_t>(query)];
    BL_CHECK(function.query == query);
    return function.name;
}

bool asks_group(Query query) {
    return query >= Query::kLag;
}

std::span<const std::string_view> state_words() {
    static constexpr std::array<std::string_view, 15> kStates{
        "down",    "paused",    "starting",    "stopping",
        "fenced",  "running",   "Empty",       "PreparingRebalance",
        "Dead",    "Assigning", "Reconciling", "CompletingRebalance",
        "Unknown", "Stable",    kNoOwner};
    return kStates;
}

std::optional<std::string> comparison_wrong(Kind comparison, const Expression::Node& left,
                                            const Expression::Node& right) {
    const Kind a = type_of(left);
    const Kind b = type_of(right);
    if (a != b) {
        return fmt::format("{} can't be compared with {}", type_name(a), type_name(b));
    }
    const bool ordered = comparison != Kind::kEqual && comparison != Kind::kNotEqual;
    if (ordered && a != Kind::kNumber) {
        return fmt::format("{} has no order; use == or !=", type_name(a));
    }
    return std::nullopt;
}

}  // namespace brokerlab
