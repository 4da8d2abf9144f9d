// The functions of the world that an expression can call, as a table: name, arguments, an example;
// and of what types their values are.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sim/query/expression.h"

namespace brokerlab {

/// What stands in the brackets of a call. The broker behind a partition may be left out, and
/// brackets around nothing.
enum class Signature : uint8_t {
    kNothing,
    kPartitionBroker,
    kBroker,
    kOptionalName,
    kName,
    kGroup,
    kGroupPartition,
    kGroupOptionalPartition,
};

struct QueryFunction {
    std::string_view name;
    Query query = Query::kLeader;
    Signature signature = Signature::kNothing;
    std::string_view form;  ///< as an example
};
/// In the order of Query.
[[nodiscard]] std::span<const QueryFunction> query_functions();

/// The words of the language: the states that broker(n) and state(group) can have. Beside them
/// stand the names of members, which owner(group, partition) is compared with.
[[nodiscard]] std::span<const std::string_view> state_words();

/// The word of a partition that no member of the group has.
inline constexpr std::string_view kNoOwner = "nobody";

/// Why two values can't be compared so; nothing when they can.
[[nodiscard]] std::optional<std::string> comparison_wrong(Expression::Kind comparison,
                                                          const Expression::Node& left,
                                                          const Expression::Node& right);

}  // namespace brokerlab
