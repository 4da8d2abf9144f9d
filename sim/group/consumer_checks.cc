#include "sim/group/consumer_checks.h"

#include <algorithm>
#include <cstddef>
#include <variant>

#include "sim/assign/server_assignor.h"

namespace brokerlab {
namespace {

constexpr ApiVersion kMembersNameThemselves = 1;  // KIP-1082

MaybeRefusal invalid(std::string message) {
    return HeartbeatRefusal{ErrorCode::kInvalidRequest, std::move(message)};
}

bool is_empty(const std::optional<std::string>& text) {
    return text && text->empty();
}

MaybeRefusal check_join(const ConsumerGroupHeartbeatRequest& request) {
    if (request.rebalance_timeout_ms == -1) {
        return invalid("a first heartbeat must carry the rebalance timeout");
    }
    if (!request.topic_partitions || !request.topic_partitions->empty()) {
        return invalid("a member that joins must say that it owns no partitions");
    }
    if (!request.subscribed_topic_names || request.subscribed_topic_names->empty()) {
        return invalid("a first heartbeat must name topics");
    }
    return std::nullopt;
}

MaybeRefusal check_member_id(const ConsumerGroupHeartbeatRequest& request, ApiVersion version) {
    const bool may_be_new = version < kMembersNameThemselves && request.member_epoch == kJoinEpoch;
    return request.member_id.empty() && !may_be_new ? invalid("the member id is empty")
                                                    : std::nullopt;
}

bool supports(const GroupConfig& config, const std::string& assignor) {
    return find_server_assignor(assignor) &&
           std::find(config.assignors.begin(), config.assignors.end(), assignor) !=
               config.assignors.end();
}

bool owns_no_more_than(const ConsumerGroupHeartbeatRequest& request,
                       const TopicIdAssignment& assigned) {
    return request.topic_partitions &&
           std::all_of(request.topic_partitions->begin(), request.topic_partitions->end(),
                       [&assigned](const TopicIdPartitions& owned) {
                           const FlatSet<PartitionId>* known = assigned.find(owned.topic_id);
                           return known != nullptr &&
                                  std::all_of(owned.partitions.begin(), owned.partitions.end(),
                                              [known](PartitionId partition) {
                                                  return known->contains(partition);
                                              });
                       });
}

}  // namespace

MaybeRefusal check_heartbeat(const ConsumerGroupHeartbeatRequest& request, ApiVersion version,
                             const GroupConfig& config) {
    if (!config.consumer_protocol) {
        return HeartbeatRefusal{ErrorCode::kUnsupportedVersion,
                                "the broker does not speak the consumer protocol"};
    }
    if (request.group_id.empty()) {
        return invalid("the group id is empty");
    }
    if (is_empty(request.instance_id)) {
        return invalid("the instance id is empty");
    }
    if (is_empty(request.rack_id)) {
        return invalid("the rack id is empty");
    }
    if (request.subscribed_topic_regex && !request.subscribed_topic_regex->empty()) {
        return invalid("subscriptions by regular expression are not modelled");
    }
    if (request.member_epoch < kStaticLeaveEpoch) {
        return invalid("the member epoch is none");
    }
    if (auto refusal = check_member_id(request, version)) {
        return refusal;
    }
    if (request.member_epoch == kStaticLeaveEpoch && !request.instance_id) {
        return invalid("only a static member can leave for a while");
    }
    if (request.member_epoch == kJoinEpoch) {
        if (auto refusal = check_join(request)) {
            return refusal;
        }
    }
    if (request.server_assignor && !supports(config, *request.server_assignor)) {
        return HeartbeatRefusal{ErrorCode::kUnsupportedAssignor,
                                "the broker has no assignor " + *request.server_assignor};
    }
    return std::nullopt;
}

MaybeRefusal check_group(const GroupShard& shard, const std::string& group, bool may_create) {
    if (shard.find_consumer(group) != nullptr) {
        return std::nullopt;
    }
    const ClassicGroup* classic = shard.find_classic(group);
    const bool is_free = classic == nullptr ||
                         (classic->state == ClassicGroupState::kEmpty && classic->members.empty());
    if (may_create && is_free) {
        return std::nullopt;
    }
    return HeartbeatRefusal{ErrorCode::kGroupIdNotFound, classic == nullptr
                                                             ? "there is no group " + group
                                                             : group + " is not a consumer group"};
}

MaybeRefusal check_size(const ConsumerGroup& group, const std::string& member_id,
                        const GroupConfig& config) {
    const bool full = group.members.size() >= static_cast<std::size_t>(config.consumer_max_size);
    if (!full || group.members.contains(member_id)) {
        return std::nullopt;
    }
    return HeartbeatRefusal{
        ErrorCode::kGroupMaxSizeReached,
        "the group has " + std::to_string(group.members.size()) + " members and takes no more"};
}

MaybeRefusal check_epoch(const ConsumerMember& member,
                         const ConsumerGroupHeartbeatRequest& request) {
    if (request.member_epoch == member.epoch ||
        (request.member_epoch < member.epoch && request.member_epoch == member.previous_epoch &&
         owns_no_more_than(request, member.assigned))) {
        return std::nullopt;
    }
    return HeartbeatRefusal{ErrorCode::kFencedMemberEpoch,
                            "the member is at epoch " + std::to_string(member.epoch.value) +
                                ", not " + std::to_string(request.member_epoch.value) +
                                ": it must give up all and join again"};
}

MaybeRefusal check_identity(const ConsumerGroup& group,
                            const ConsumerGroupHeartbeatRequest& request) {
    if (!request.instance_id) {
        if (group.members.contains(request.member_id)) {
            return std::nullopt;
        }
        return HeartbeatRefusal{ErrorCode::kUnknownMemberId,
                                "there is no member " + request.member_id};
    }
    const std::string* holder = group.static_members.find(*request.instance_id);
    if (holder == nullptr) {
        return HeartbeatRefusal{ErrorCode::kUnknownMemberId,
                                "there is no member with instance id " + *request.instance_id};
    }
    if (*holder == request.member_id) {
        return std::nullopt;
    }
    return HeartbeatRefusal{ErrorCode::kFencedInstanceId,
                            "the instance id " + *request.instance_id + " belongs to " + *holder};
}

MaybeRefusal check_instance_is_free(const ConsumerGroup& group,
                                    const ConsumerGroupHeartbeatRequest& request) {
    const std::string* holder = group.static_members.find(*request.instance_id);
    if (holder == nullptr || group.members.at(*holder)->epoch == kStaticLeaveEpoch) {
        return std::nullopt;
    }
    return HeartbeatRefusal{ErrorCode::kUnreleasedInstanceId,
                            "the instance id " + *request.instance_id + " is in use by " + *holder};
}

}  // namespace brokerlab
