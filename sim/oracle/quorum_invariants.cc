#include "sim/oracle/quorum_invariants.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/oracle/log_agreement.h"

namespace brokerlab {
namespace {

std::string name_of(NodeId node) {
    return fmt::format("{} {}", node.kind == NodeKind::kController ? "controller" : "broker",
                       node.number);
}

/// Enters a claim; gives whoever else made it before.
std::optional<NodeId> earlier_claim(FlatMap<LeaderEpoch, NodeId>& claims, const EpochClaim& claim) {
    const NodeId* earlier = claims.find(claim.epoch);
    if (earlier != nullptr && *earlier != claim.node) {
        return *earlier;
    }
    claims.insert_or_assign(claim.epoch, claim.node);
    return std::nullopt;
}

/// Checks the claims of an event's facts and those of the members as they are now.
template <class Member>
Violation two_claims(const QuorumView& view, const std::vector<EpochClaim>& stated, Member member,
                     FlatMap<LeaderEpoch, NodeId>& claims, std::string_view what) {
    std::vector<EpochClaim> all = stated;
    for (const MemberView& node : view.members) {
        if (const std::optional<LeaderEpoch> epoch = node.*member) {
            all.push_back({*epoch, node.node});
        }
    }
    for (const EpochClaim& claim : all) {
        if (const std::optional<NodeId> other = earlier_claim(claims, claim)) {
            return fmt::format("{} and {} both {} in epoch {}", name_of(*other),
                               name_of(claim.node), what, claim.epoch.value);
        }
    }
    return std::nullopt;
}

Violation applied_too_much(const MemberView& member) {
    if (!member.applied_end || *member.applied_end <= member.log->high_watermark) {
        return std::nullopt;
    }
    return fmt::format(
        "{} has applied the metadata below offset {}, but knows only what is below {} to be "
        "committed",
        name_of(member.node), member.applied_end->value, member.log->high_watermark.value);
}

/// Compares what a member takes for committed with what others took for committed before it; what
/// is new is taken into the memory.
Violation member_differs(const MemberView& member, QuorumMemory& memory) {
    Offset& agreed = memory.agreed[member.node];
    ChunkedVector<LoggedBatch>& committed = memory.committed;
    const Offset to = committed_end(*member.log);
    const Offset from = std::max(agreed, member.log->log_start_offset);
    std::size_t next = committed.first_where(
        [from](const LoggedBatch& batch) { return batch.base_offset >= from; });
    for (BatchCursor cursor(*member.log, from); cursor.batch() != nullptr; cursor.next(), ++next) {
        const LoggedBatch& batch = *cursor.batch();
        if (batch.last_offset >= to) {
            break;
        }
        if (next == committed.size()) {
            committed.push_back(batch);
        } else if (!same_batch(committed[next], batch)) {
            return fmt::format(
                "{} holds other metadata at offset {} than was committed there before",
                name_of(member.node),
                std::min(batch.base_offset, committed[next].base_offset).value);
        }
        agreed = batch.last_offset + 1;
    }
    return std::nullopt;
}

}  // namespace

void forget_agreement(QuorumMemory& memory, NodeId node, Offset offset) {
    if (Offset* agreed = memory.agreed.find(node)) {
        *agreed = std::min(*agreed, offset);
    }
}

Violation two_quorum_leaders(const QuorumView& view, QuorumMemory& memory) {
    return two_claims(view, view.elected, &MemberView::leads_in, memory.leaders,
                      "led the metadata quorum");
}

Violation two_active_controllers(const QuorumView& view, QuorumMemory& memory) {
    return two_claims(view, view.activated, &MemberView::active_in, memory.active,
                      "were the active controller");
}

Violation committed_metadata_differs(const QuorumView& view, QuorumMemory& memory) {
    for (const MemberView& member : view.members) {
        if (Violation violation = applied_too_much(member)) {
            return violation;
        }
        if (Violation violation = member_differs(member, memory)) {
            return violation;
        }
    }
    return std::nullopt;
}

Violation broker_epoch_fell(const MetadataImage& committed, RegistrationMemory& memory) {
    if (committed.last_offset < memory.metadata_offset) {
        return std::nullopt;  // Who knew more is gone; what is left is older, not other.
    }
    memory.metadata_offset = committed.last_offset;
    for (const auto& [id, registration] : *committed.brokers) {
        const BrokerEpoch* before = memory.epochs.find(id);
        if (before != nullptr && registration.epoch < *before) {
            return fmt::format("the epoch of broker {}'s registration fell from {} to {}", id.value,
                               before->value, registration.epoch.value);
        }
        memory.epochs.insert_or_assign(id, registration.epoch);
    }
    return std::nullopt;
}

}  // namespace brokerlab
