// Expressions: questions to a World that are true or false, as in
// `leader(orders-0) != 2 and lost_acked == 0`.
//
// Parsed once into a flat tree of plain data and evaluated as often as needed (evaluate.h). An
// expression compares values (== != < <= > >=), asks `is none`, and joins with and, or, not and
// brackets. Values are numbers (with units: times in milliseconds, sizes in bytes), sets of
// numbers, words, and functions of the world.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/model/ids.h"

namespace brokerlab {

/// What a function of the world asks for.
enum class Query : uint8_t {
    kLeader,
    kIsr,
    kReplicas,
    kEpoch,
    kHighWatermark,
    kLogEndOffset,
    kBroker,
    kController,
    kUnderReplicated,
    kOffline,
    kAcked,
    kFailed,
    kUnknown,
    kSent,
    kLostAcked,
    kDuplicated,
    kReordered,
    kRefused,
    kLag,
    kMembers,
    kGroupState,
    kOwner,
    kCommitted,
};
/// As it is written: "leader", "lost_acked".
[[nodiscard]] std::string_view query_name(Query query);
/// Whether its name is that of a consumer group; else of a producer.
[[nodiscard]] bool asks_group(Query query);

struct Expression {
    enum class Kind : uint8_t {
        kNumber,
        kSet,
        kWord,
        kCall,
        kEqual,
        kNotEqual,
        kLess,
        kLessOrEqual,
        kGreater,
        kGreaterOrEqual,
        kIsNone,
        kNot,
        kAnd,
        kOr,
    };
    /// The arguments of a call: a partition, a name, a broker.
    struct Call {
        Query query = Query::kLeader;
        std::optional<TopicPartition> partition;
        std::optional<std::string> name;
        std::optional<int64_t> number;

        bool operator==(const Call&) const = default;
    };
    struct Node {
        Kind kind = Kind::kNumber;
        int64_t number = 0;
        std::vector<int64_t> set;  ///< sorted
        std::string word;
        Call call;
        std::size_t left = 0;   ///< index of the (first) operand
        std::size_t right = 0;  ///< index of the second operand

        bool operator==(const Node&) const = default;
    };

    std::vector<Node> nodes;  ///< operands before their operators; the last is the root
    std::string text;         ///< as it was written

    bool operator==(const Expression&) const = default;
};

/// Why an expression can't be read, and where: an offset in bytes.
struct ExpressionError {
    std::size_t offset = 0;
    std::string what;

    bool operator==(const ExpressionError&) const = default;
};

/// Reads an expression that is true or false. The error names the nearest valid word where there is
/// one. Nesting is limited to 100 levels, and the whole to 1000 values and operators.
[[nodiscard]] std::variant<Expression, ExpressionError> parse_expression(std::string_view text);
/// Reads a single function of the world: `leader(orders-0)`, which has a value of its own.
[[nodiscard]] std::variant<Expression::Call, ExpressionError> parse_call(std::string_view text);

}  // namespace brokerlab
