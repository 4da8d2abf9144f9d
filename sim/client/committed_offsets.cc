#include "sim/client/committed_offsets.h"

#include <string>
#include <utility>
#include <vector>

#include "sim/client/member_turn.h"

namespace brokerlab {
namespace {

using Phase = ReadPartition::Phase;

void ask_again(MemberTurn& at) {
    CommittedLookup& lookup = at.group.lookup;
    lookup.retry_at = at.now() + at.back_off(lookup.attempts, ApiKey::kOffsetFetch);
    ++lookup.attempts;
}

OffsetFetchRequest request_for(const MemberTurn& at) {
    OffsetFetchRequest request;
    request.require_stable = true;
    OffsetFetchRequest::Group& group = request.groups.emplace_back();
    group.group_id = at.group.settings.group;
    const auto* member = std::get_if<ConsumerMembership>(&at.group.membership);
    if (member != nullptr && member->epoch > MemberEpoch(0)) {
        group.member_id = member->member_id;
        group.member_epoch = member->epoch;
    }
    for (std::size_t i = 0; i < at.core.partitions.size(); ++i) {
        if (at.core.partitions[i].phase != Phase::kInitializing) {
            continue;
        }
        const TopicPartition& name = name_at(at.core, i);
        if (group.topics->empty() || group.topics->back().name != name.topic) {
            group.topics->emplace_back().name = name.topic;
        }
        group.topics->back().partition_indexes.push_back(name.partition);
    }
    return request;
}

/// True when the whole answer is no good; what is to be done about it is done.
bool refused(MemberTurn& at, const OffsetFetchResponse::Group& group) {
    switch (group.error_code) {
        case ErrorCode::kNone:
            break;
        case ErrorCode::kCoordinatorNotAvailable:
        case ErrorCode::kNotCoordinator:
            forget_coordinator(at, group.error_code);
            ask_again(at);
            return true;
        case ErrorCode::kStaleMemberEpoch:  // Its heartbeat brings, or has brought, the new epoch.
            ask_again(at);
            return true;
        default:
            ask_again(at);
            if (!is_retriable(group.error_code)) {
                fail_member(at, group.error_code, "unexpected error in fetch offset response");
            }
            return true;
    }
    bool unstable = false;
    for (const OffsetFetchResponse::Topic& topic : group.topics) {
        for (const OffsetFetchResponse::Partition& partition : topic.partitions) {
            if (partition.error_code == ErrorCode::kUnstableOffsetCommit) {
                unstable = true;
            } else if (partition.error_code != ErrorCode::kNone) {
                fail_member(at, partition.error_code, "unexpected error in fetch offset response");
                return true;
            }
        }
    }
    if (unstable) {
        ask_again(at);
    }
    return unstable;
}

/// Notes in `undefined` where neither a commit nor a policy says where to begin.
void place(MemberTurn& at, const TopicPartition& name, const OffsetFetchResponse::Partition& told,
           FlatSet<TopicPartition>& undefined) {
    const auto found = at.core.positions.lower_bound(name);
    if (found == at.core.positions.end() || found->first != name) {
        return;
    }
    const auto index = static_cast<std::size_t>(found - at.core.positions.begin());
    if (at.core.partitions[index].phase != Phase::kInitializing) {
        return;
    }
    if (told.committed_offset >= Offset(0)) {
        seek_committed(at.core, index, told.committed_offset, told.committed_leader_epoch, at.fx);
    } else if (at.core.config.reset_to) {
        request_reset(at.core, index, ReadPartition::Why::kStart, at.fx);
    } else {
        undefined.insert(name);
    }
}

}  // namespace

void fetch_committed(MemberTurn& at) {
    CommittedLookup& lookup = at.group.lookup;
    if (lookup.tag != 0 || lookup.retry_at > at.now() || !at.group.link.can_send()) {
        return;
    }
    OffsetFetchRequest request = request_for(at);
    if (!request.groups.front().topics->empty()) {
        lookup.tag = send_to_coordinator(at, std::move(request));
    }
}

void on_offset_fetch(MemberTurn& at, uint64_t tag, const OffsetFetchResponse& response) {
    CommittedLookup& lookup = at.group.lookup;
    if (lookup.tag != tag) {
        return;
    }
    lookup.tag = 0;
    // An answer for another generation may be older than what others committed since.
    if (static_cast<uint32_t>(tag) != identity_of(at.group.membership) || response.groups.empty() ||
        refused(at, response.groups.front())) {
        return;
    }
    lookup.attempts = 0;
    FlatSet<TopicPartition> undefined;
    for (const OffsetFetchResponse::Topic& topic : response.groups.front().topics) {
        for (const OffsetFetchResponse::Partition& partition : topic.partitions) {
            place(at, {topic.name, partition.partition_index}, partition, undefined);
        }
    }
    fail_without_reset_policy(at, "Undefined offset with no reset policy", undefined);
}

void on_offset_fetch_failed(MemberTurn& at) {
    at.group.lookup.tag = 0;
    ask_again(at);
}

}  // namespace brokerlab
