// The table of error codes against the list that the lab's facts about Kafka name.
#include "sim/model/error_code.h"

#include <map>
#include <set>

namespace brokerlab {
namespace {

constexpr int16_t kFirst = -1;
constexpr int16_t kLast = 129;
/// Never given out by Kafka.
constexpr int16_t kUnused = 99;
/// Share groups, whose errors are retriable too: not part of the facts below.
const std::set<int16_t> kShareErrors{122, 123};

std::set<int16_t> codes_that(bool (*holds)(ErrorCode)) {
    std::set<int16_t> codes;
    for (int16_t code = kFirst; code <= kLast; ++code) {
        if (holds(ErrorCode{code}) && kShareErrors.count(code) == 0) {
            codes.insert(code);
        }
    }
    return codes;
}

TEST(ErrorCode, HasKafkasNames) {
    const std::map<int16_t, std::string> facts{
        {-1, "UNKNOWN_SERVER_ERROR"},
        {0, "NONE"},
        {1, "OFFSET_OUT_OF_RANGE"},
        {2, "CORRUPT_MESSAGE"},
        {3, "UNKNOWN_TOPIC_OR_PARTITION"},
        {5, "LEADER_NOT_AVAILABLE"},
        {6, "NOT_LEADER_OR_FOLLOWER"},
        {7, "REQUEST_TIMED_OUT"},
        {10, "MESSAGE_TOO_LARGE"},
        {13, "NETWORK_EXCEPTION"},
        {14, "COORDINATOR_LOAD_IN_PROGRESS"},
        {15, "COORDINATOR_NOT_AVAILABLE"},
        {16, "NOT_COORDINATOR"},
        {17, "INVALID_TOPIC_EXCEPTION"},
        {18, "RECORD_LIST_TOO_LARGE"},
        {19, "NOT_ENOUGH_REPLICAS"},
        {20, "NOT_ENOUGH_REPLICAS_AFTER_APPEND"},
        {21, "INVALID_REQUIRED_ACKS"},
        {22, "ILLEGAL_GENERATION"},
        {23, "INCONSISTENT_GROUP_PROTOCOL"},
        {25, "UNKNOWN_MEMBER_ID"},
        {26, "INVALID_SESSION_TIMEOUT"},
        {27, "REBALANCE_IN_PROGRESS"},
        {32, "INVALID_TIMESTAMP"},
        {36, "TOPIC_ALREADY_EXISTS"},
        {37, "INVALID_PARTITIONS"},
        {38, "INVALID_REPLICATION_FACTOR"},
        {39, "INVALID_REPLICA_ASSIGNMENT"},
        {41, "NOT_CONTROLLER"},
        {42, "INVALID_REQUEST"},
        {44, "POLICY_VIOLATION"},
        {45, "OUT_OF_ORDER_SEQUENCE_NUMBER"},
        {46, "DUPLICATE_SEQUENCE_NUMBER"},
        {47, "INVALID_PRODUCER_EPOCH"},
        {48, "INVALID_TXN_STATE"},
        {49, "INVALID_PRODUCER_ID_MAPPING"},
        {50, "INVALID_TRANSACTION_TIMEOUT"},
        {51, "CONCURRENT_TRANSACTIONS"},
        {52, "TRANSACTION_COORDINATOR_FENCED"},
        {55, "OPERATION_NOT_ATTEMPTED"},
        {56, "KAFKA_STORAGE_ERROR"},
        {59, "UNKNOWN_PRODUCER_ID"},
        {60, "REASSIGNMENT_IN_PROGRESS"},
        {68, "NON_EMPTY_GROUP"},
        {69, "GROUP_ID_NOT_FOUND"},
        {74, "FENCED_LEADER_EPOCH"},
        {75, "UNKNOWN_LEADER_EPOCH"},
        {77, "STALE_BROKER_EPOCH"},
        {78, "OFFSET_NOT_AVAILABLE"},
        {79, "MEMBER_ID_REQUIRED"},
        {80, "PREFERRED_LEADER_NOT_AVAILABLE"},
        {81, "GROUP_MAX_SIZE_REACHED"},
        {82, "FENCED_INSTANCE_ID"},
        {83, "ELIGIBLE_LEADERS_NOT_AVAILABLE"},
        {84, "ELECTION_NOT_NEEDED"},
        {85, "NO_REASSIGNMENT_IN_PROGRESS"},
        {86, "GROUP_SUBSCRIBED_TO_TOPIC"},
        {87, "INVALID_RECORD"},
        {88, "UNSTABLE_OFFSET_COMMIT"},
        {90, "PRODUCER_FENCED"},
        {95, "INVALID_UPDATE_VERSION"},
        {100, "UNKNOWN_TOPIC_ID"},
        {101, "DUPLICATE_BROKER_REGISTRATION"},
        {104, "INCONSISTENT_CLUSTER_ID"},
        {107, "INELIGIBLE_REPLICA"},
        {108, "NEW_LEADER_ELECTED"},
        {110, "FENCED_MEMBER_EPOCH"},
        {111, "UNRELEASED_INSTANCE_ID"},
        {112, "UNSUPPORTED_ASSIGNOR"},
        {113, "STALE_MEMBER_EPOCH"},
        {120, "TRANSACTION_ABORTABLE"},
    };
    for (const auto& [code, name] : facts) {
        EXPECT_EQ(error_name(ErrorCode{code}), name) << code;
    }
}

TEST(ErrorCode, HasANameForEveryNumberOfKafka40) {
    std::set<std::string_view> names;
    for (int16_t code = kFirst; code <= kLast; ++code) {
        if (code != kUnused) {
            EXPECT_TRUE(names.insert(error_name(ErrorCode{code})).second) << code;
        }
    }
    EXPECT_EQ(names.size(), 130U);
}

TEST(ErrorCode, CallsANumberFromTheFutureUnknown) {
    EXPECT_EQ(error_name(ErrorCode{kUnused}), "UNKNOWN_SERVER_ERROR");
    EXPECT_EQ(error_name(ErrorCode{kLast + 1}), "UNKNOWN_SERVER_ERROR");
    EXPECT_FALSE(is_retriable(ErrorCode{kLast + 1}));
}

TEST(ErrorCode, TellsClientsWhatToRetry) {
    EXPECT_EQ(codes_that(is_retriable),
              (std::set<int16_t>{2,  3,  5,  6,  7,  9,  13, 14, 15, 16, 19, 20,  41,  51, 56,
                                 70, 71, 72, 74, 75, 78, 80, 83, 84, 88, 89, 100, 103, 106}));
}

TEST(ErrorCode, TellsClientsWhenTheirMetadataIsOld) {
    EXPECT_EQ(codes_that(is_invalid_metadata),
              (std::set<int16_t>{3, 5, 6, 9, 13, 56, 72, 74, 80, 83, 84, 100, 103}));
}

TEST(ErrorCode, SaysThatOldMetadataIsWorthARetry) {
    for (int16_t code = kFirst; code <= kLast; ++code) {
        EXPECT_TRUE(is_retriable(ErrorCode{code}) || !is_invalid_metadata(ErrorCode{code})) << code;
    }
}

}  // namespace
}  // namespace brokerlab
