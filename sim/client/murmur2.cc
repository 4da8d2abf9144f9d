#include "sim/client/murmur2.h"

#include <cstddef>

#include "sim/base/check.h"

namespace brokerlab {
namespace {

constexpr uint32_t kSeed = 0x9747b28c;
constexpr uint32_t kMultiplier = 0x5bd1e995;

uint32_t load_le32(const uint8_t* from) {
    return static_cast<uint32_t>(from[0]) | static_cast<uint32_t>(from[1]) << 8U |
           static_cast<uint32_t>(from[2]) << 16U | static_cast<uint32_t>(from[3]) << 24U;
}

}  // namespace

int32_t murmur2(ByteSpan bytes) {
    uint32_t h = kSeed ^ static_cast<uint32_t>(bytes.size());
    for (; bytes.size() >= 4; bytes = bytes.subspan(4)) {
        uint32_t k = load_le32(bytes.data()) * kMultiplier;
        k ^= k >> 24U;
        h = (h * kMultiplier) ^ (k * kMultiplier);
    }
    if (!bytes.empty()) {  // One to three bytes are left, low one first.
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            h ^= static_cast<uint32_t>(bytes[i]) << (8 * i);
        }
        h *= kMultiplier;
    }
    h ^= h >> 13U;
    h *= kMultiplier;
    h ^= h >> 15U;
    return static_cast<int32_t>(h);
}

PartitionId partition_for_key(ByteSpan key, int32_t partition_count) {
    BL_CHECK(partition_count >= 1);
    // Kafka drops the sign bit rather than taking the absolute value [Utils.toPositive].
    return PartitionId((murmur2(key) & 0x7fffffff) % partition_count);
}

}  // namespace brokerlab
