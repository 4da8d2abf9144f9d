// CRC-32C: the published check values, and pieces against the whole.
#include "sim/log/crc32c.h"

#include <gtest/gtest.h>

#include <rapidcheck.h>

namespace brokerlab {
namespace {

TEST(Crc32c, GivesThePublishedCheckValues) {
    EXPECT_EQ(crc32c(as_bytes("123456789")), 0xe3069283U);
    EXPECT_EQ(crc32c({}), 0U);
    // RFC 3720, B.4: 32 bytes of zeros, of ones, and counting up.
    EXPECT_EQ(crc32c(Bytes(32, 0x00)), 0x8a9136aaU);
    EXPECT_EQ(crc32c(Bytes(32, 0xff)), 0x62a8ab43U);
    Bytes counting;
    for (uint8_t i = 0; i < 32; ++i) {
        counting.push_back(i);
    }
    EXPECT_EQ(crc32c(counting), 0x46dd794eU);
}

TEST(Crc32c, ComesOutTheSameWhereverThePiecesEnd) {
    EXPECT_TRUE(rc::check([](const std::vector<Bytes>& pieces) {
        Bytes whole;
        Crc32c crc;
        for (const Bytes& piece : pieces) {
            whole.insert(whole.end(), piece.begin(), piece.end());
            crc.add(piece);
            RC_ASSERT(crc.value() == crc32c(whole));
        }
    }));
}

TEST(Crc32c, ChangesWithEveryBit) {
    const Bytes original(100, 0x5a);
    for (std::size_t at = 0; at < original.size(); ++at) {
        Bytes changed = original;
        changed[at] ^= 0x10;
        EXPECT_NE(crc32c(changed), crc32c(original)) << "bit of byte " << at;
    }
}

}  // namespace
}  // namespace brokerlab
