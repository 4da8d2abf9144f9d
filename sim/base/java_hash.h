// Java's hash of a string, which Kafka uses to spread groups and transactions over the partitions
// of its internal topics [java.lang.String.hashCode; common/utils/Utils.java, abs].
//
// It must be this hash: the coordinator of a group is found by it. Nothing else of the lab hashes
// with it.
#pragma once

#include <cstdint>
#include <string_view>

namespace brokerlab {

/// Over the UTF-16 units of `utf8`. A byte that is not part of UTF-8 counts as U+FFFD, the
/// character that Java's decoder writes for what it can't read (it may take two bytes for one).
[[nodiscard]] int32_t java_string_hash(std::string_view utf8);

/// The absolute value, and 0 for the smallest integer, which has none.
[[nodiscard]] constexpr int32_t java_abs(int32_t v) {
    if (v == INT32_MIN) {
        return 0;
    }
    return v < 0 ? -v : v;
}

}  // namespace brokerlab
