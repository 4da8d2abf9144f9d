#include "sim/broker/find_coordinator.h"

#include <string>
#include <variant>

#include "sim/broker/broker_start.h"
#include "sim/group/coordinator_partition.h"
#include "sim/model/internal_topics.h"

namespace brokerlab {
namespace {

/// The first version that asks for many keys.
constexpr ApiVersion kManyKeys = 4;
constexpr const char* kNotAvailable = "The coordinator is not available.";

/// Nothing when there is none.
std::optional<BrokerId> coordinator_of(const MetadataImage& image, int32_t offsets_partitions,
                                       const std::string& group) {
    const PartitionId number = coordinator_partition(group, offsets_partitions);
    const PartitionRegistration* partition =
        image.find_partition({std::string(kOffsetsTopic), number});
    if (partition == nullptr) {
        return std::nullopt;
    }
    const BrokerRegistration* leader = image.find_broker(partition->leader);
    return leader == nullptr || leader->fenced ? std::nullopt : std::optional(leader->id);
}

FindCoordinatorResponse answer_one(std::optional<BrokerId> found) {
    FindCoordinatorResponse response;
    response.error_code = found ? ErrorCode::kNone : ErrorCode::kCoordinatorNotAvailable;
    response.error_message = found ? "NONE" : kNotAvailable;
    response.node_id = found.value_or(kNoBroker);
    response.host = found ? broker_host(*found) : "";
    response.port = found ? kBrokerPort : -1;
    return response;
}

/// Here the code says it all.
FindCoordinatorResponse::Coordinator answer_key(const std::string& key,
                                                std::optional<BrokerId> found) {
    if (!found) {
        return {key, kNoBroker, "", -1, ErrorCode::kCoordinatorNotAvailable, ""};
    }
    return {key, *found, broker_host(*found), kBrokerPort, ErrorCode::kNone, ""};
}

}  // namespace

FoundCoordinators find_coordinators(const MetadataImage& image, int32_t offsets_partitions,
                                    const Request& request) {
    const auto& body = std::get<FindCoordinatorRequest>(request.body);
    const bool of_groups = body.key_type == CoordinatorType::kGroup;
    const bool many = request.header.request_api_version >= kManyKeys;
    const auto find = [&](const std::string& key) {
        return of_groups ? coordinator_of(image, offsets_partitions, key) : std::nullopt;
    };
    FoundCoordinators found;
    found.offsets_topic_missing = of_groups && (!many || !body.coordinator_keys.empty()) &&
                                  image.find_topic(kOffsetsTopic) == nullptr;
    if (!many) {
        found.response = answer_one(find(body.key));
        return found;
    }
    for (const std::string& key : body.coordinator_keys) {
        found.response.coordinators.push_back(answer_key(key, find(key)));
    }
    return found;
}

}  // namespace brokerlab
