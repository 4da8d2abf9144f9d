// The small choices that protocol messages and metadata records carry as one byte.
//
// A value that the lab does not name is kept as it came: it takes part in the codec like any other.
#pragma once

#include <cstdint>

namespace brokerlab {

/// What a consumer may see of transactions [common/IsolationLevel.java].
enum class IsolationLevel : int8_t { kReadUncommitted = 0, kReadCommitted = 1 };

/// What a coordinator is looked up for [FindCoordinatorRequest.java]. 2, share groups, is not
/// modelled.
enum class CoordinatorType : int8_t { kGroup = 0, kTransaction = 1 };

/// Which nodes DescribeCluster lists [clients/admin/EndpointType.java].
enum class EndpointType : int8_t { kBroker = 1, kController = 2 };

/// Which election is asked for [common/ElectionType.java].
enum class ElectionType : int8_t { kPreferred = 0, kUnclean = 1 };

/// Whether a partition's leader was elected outside the in-sync replicas and has not yet settled
/// what its log holds (KIP-704) [metadata/LeaderRecoveryState.java].
enum class LeaderRecoveryState : int8_t { kRecovered = 0, kRecovering = 1 };

/// What a configuration belongs to [common/config/ConfigResource.java].
enum class ConfigResourceType : int8_t {
    kUnknown = 0,
    kTopic = 2,
    kBroker = 4,
    kBrokerLogger = 8,
    kClientMetrics = 16,
    kGroup = 32,
};

/// What an incremental change does to one key; append and subtract work on lists
/// [clients/admin/AlterConfigOp.java].
enum class ConfigOperation : int8_t { kSet = 0, kDelete = 1, kAppend = 2, kSubtract = 3 };

/// Where a configuration's value comes from [DescribeConfigsResponse.java].
enum class ConfigSource : int8_t {
    kNotGiven = -1,
    kUnknown = 0,
    kTopic = 1,
    kDynamicBroker = 2,
    kDynamicDefaultBroker = 3,
    kStaticBroker = 4,
    kDefault = 5,
    kDynamicBrokerLogger = 6,
    kClientMetrics = 7,
    kGroup = 8,
};

/// The type of a configuration's value [DescribeConfigsResponse.java].
enum class ConfigType : int8_t {
    kUnknown = 0,
    kBoolean = 1,
    kString = 2,
    kInt = 3,
    kShort = 4,
    kLong = 5,
    kDouble = 6,
    kList = 7,
    kClass = 8,
    kPassword = 9,
};

}  // namespace brokerlab
