// The codecs: round trips, Kafka's own bytes, limits, and input that lies.
#include "sim/log/compression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

namespace brokerlab {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::size_t kPlenty = std::size_t{64} << 20;
constexpr std::array kAll = {CompressionCodec::kNone, CompressionCodec::kGzip,
                             CompressionCodec::kSnappy, CompressionCodec::kLz4,
                             CompressionCodec::kZstd};
constexpr std::array kPacking = {CompressionCodec::kGzip, CompressionCodec::kSnappy,
                                 CompressionCodec::kLz4, CompressionCodec::kZstd};

Bytes from_hex(std::string_view hex) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    Bytes out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        out.push_back(static_cast<uint8_t>(digit(hex[i]) * 16 + digit(hex[i + 1])));
    }
    return out;
}

/// Bytes that no codec can shrink: the high bytes of a linear congruential sequence.
Bytes noise(std::size_t size) {
    Bytes out(size);
    uint32_t state = 12345;
    for (uint8_t& byte : out) {
        state = state * 1664525U + 1013904223U;
        byte = static_cast<uint8_t>(state >> 24);
    }
    return out;
}

/// Bytes like those of records: words that come back, and a counter.
Bytes prose(std::size_t size) {
    std::string text;
    for (int n = 0; text.size() < size; ++n) {
        text += "{\"order\":" + std::to_string(n) + ",\"state\":\"accepted\"}";
    }
    const ByteSpan bytes = as_bytes(text);
    return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

TEST(Compression, GivesBackWhatItWasGiven) {
    for (const CompressionCodec codec : kAll) {
        for (const int length : {0, 1, 2, 15, 100, 4095, 4096, 4097, 32767, 32768, 32769, 65535,
                                 65536, 65537, 131072, 200000, 1048576, 3000001}) {
            const std::size_t size = static_cast<std::size_t>(length);
            for (const Bytes& input : {Bytes(size, 0), noise(size), prose(size)}) {
                const Outcome<Bytes> back = decompress(codec, compress(codec, input), size);
                ASSERT_TRUE(back.ok())
                    << codec_name(codec) << " " << size << ": " << back.failure().what;
                ASSERT_TRUE(back.value() == input) << codec_name(codec) << " " << size;
            }
        }
    }
}

TEST(Compression, ShrinksWhatRepeats) {
    const Bytes input = prose(100000);
    for (const CompressionCodec codec : kPacking) {
        EXPECT_LT(compress(codec, input).size(), input.size() / 3) << codec_name(codec);
    }
}

TEST(Compression, WorksAtEveryLevelThatKafkaAllows) {
    const Bytes input = prose(80000);
    for (const CompressionCodec codec : kPacking) {
        for (const int level : {-131072, -100, -1, 1, 2, 3, 6, 9, 12, 17, 22}) {
            if (level_allowed(codec, level)) {
                const Bytes packed = compress(codec, input, level);
                EXPECT_TRUE(decompress(codec, packed, input.size()).value() == input)
                    << codec_name(codec) << " at level " << level;
            }
        }
    }
    EXPECT_LT(compress(CompressionCodec::kGzip, input, 9).size(),
              compress(CompressionCodec::kGzip, input, 1).size());
    EXPECT_LT(compress(CompressionCodec::kLz4, input, 12).size(),
              compress(CompressionCodec::kLz4, input, 9).size());
}

TEST(Compression, KnowsKafkasNamesAndLevels) {
    for (const CompressionCodec codec : kAll) {
        EXPECT_EQ(codec_named(codec_name(codec)), codec);
        EXPECT_TRUE(level_allowed(codec, default_level(codec)));
    }
    EXPECT_EQ(codec_name(CompressionCodec::kZstd), "zstd");
    EXPECT_EQ(codec_named("lzma"), std::nullopt);
    EXPECT_EQ(codec_named("unknown"), std::nullopt);
    EXPECT_FALSE(level_allowed(CompressionCodec::kGzip, 0));
    EXPECT_FALSE(level_allowed(CompressionCodec::kGzip, 10));
    EXPECT_FALSE(level_allowed(CompressionCodec::kLz4, 18));
    EXPECT_FALSE(level_allowed(CompressionCodec::kZstd, 23));
}

// What Kafka's own classes wrote (record_batches.json, the bytes after the batch header).
struct KafkasBytes {
    const char* name;
    CompressionCodec codec;
    const char* packed;
    const char* records;
};
constexpr const char* kOneRecord = "1c000000066b65790a76616c756500";
constexpr const char* kThreeRecords =
    "14000000046b310476310014000202046b32047632001600d00f04046b3304763300";
constexpr const char* kHeaders =
    "62000000026b02760a04683102610468320100000468310664757012e697a5e69cace8aa9e18e38398e38383e38380"
    "e383bc10000a02026b02760022000c040101020662696e0c000102ff807f";
constexpr const char* kNullsAndEmpties =
    "0e000000010276000e000002026b01000c0000040101000c0000060000000c0000080001000c00000a010000";
constexpr std::array kKafkasBytes = {
    KafkasBytes{
        "three-records-gzip", CompressionCodec::kGzip,
        "1f8b08000000000000ff1361606060c936642933641061606262c936622933621063b8c0cfc2926dcc5266"
        "cc0000b99b134522000000",
        kThreeRecords},
    KafkasBytes{
        "nulls-and-empties-gzip", CompressionCodec::kGzip,
        "1f8b08000000000000ffe363606060642a63e063606062ca6664e06160606104536c401920c5c100e67131"
        "32300000fa5d49a32c000000",
        kNullsAndEmpties},
    KafkasBytes{"one-record-snappy", CompressionCodec::kSnappy,
                "82534e41505059000000000100000001000000110f381c000000066b65790a76616c756500",
                kOneRecord},
    KafkasBytes{
        "headers-snappy", CompressionCodec::kSnappy,
        "82534e41505059000000000100000001000000504df04c62000000026b02760a0468310261046832010000"
        "0468310664757012e697a5e69cace8aa9e18e38398e38383e38380e383bc10000a02026b02760022000c04"
        "0101020662696e0c000102ff807f",
        kHeaders},
    KafkasBytes{"one-record-lz4", CompressionCodec::kLz4,
                "04224d186040820f0000801c000000066b65790a76616c75650000000000", kOneRecord},
    KafkasBytes{
        "three-records-lz4", CompressionCodec::kLz4,
        "04224d186040822200008014000000046b310476310014000202046b32047632001600d00f04046b330476"
        "330000000000",
        kThreeRecords},
    KafkasBytes{"one-record-zstd", CompressionCodec::kZstd,
                "28b52ffd00587800001c000000066b65790a76616c756500010000", kOneRecord},
    KafkasBytes{
        "nulls-and-empties-zstd", CompressionCodec::kZstd,
        "28b52ffd00584c0100f80e000000010276000e000002026b01000c000004010600000800010a0100000300"
        "20068851576102010000",
        kNullsAndEmpties},
};

TEST(Compression, ReadsWhatKafkaWrote) {
    for (const KafkasBytes& kafkas : kKafkasBytes) {
        const Outcome<Bytes> records = decompress(kafkas.codec, from_hex(kafkas.packed), kPlenty);
        ASSERT_TRUE(records.ok()) << kafkas.name << ": " << records.failure().what;
        EXPECT_EQ(records.value(), from_hex(kafkas.records)) << kafkas.name;
    }
}

// Not owed for every input, as the libraries' versions differ; framing and headers must agree.
TEST(Compression, WritesWhatKafkaWrote) {
    for (const KafkasBytes& kafkas : kKafkasBytes) {
        EXPECT_EQ(compress(kafkas.codec, from_hex(kafkas.records)), from_hex(kafkas.packed))
            << kafkas.name;
    }
}

TEST(Compression, StopsAtTheLimitAndNotBeforeIt) {
    const Bytes input(3000000, 7);
    for (const CompressionCodec codec : kAll) {
        const Bytes packed = compress(codec, input);
        EXPECT_TRUE(decompress(codec, packed, input.size()).ok()) << codec_name(codec);
        for (const std::size_t limit : {input.size() - 1, std::size_t{100}, std::size_t{0}}) {
            const Outcome<Bytes> refused = decompress(codec, packed, limit);
            ASSERT_FALSE(refused.ok()) << codec_name(codec) << " " << limit;
            EXPECT_THAT(refused.failure().what, HasSubstr("more than the"));
        }
    }
}

TEST(Compression, RefusesEveryTruncation) {
    for (const CompressionCodec codec : kPacking) {
        for (const Bytes& input : {prose(300), noise(300), prose(70000)}) {
            const Bytes packed = compress(codec, input);
            for (std::size_t kept = 0; kept < packed.size(); ++kept) {
                // A Snappy stream that ends between two blocks can't be told from a whole one.
                const Outcome<Bytes> cut = decompress(codec, ByteSpan(packed).first(kept), kPlenty);
                if (cut.ok()) {
                    EXPECT_EQ(codec, CompressionCodec::kSnappy) << codec_name(codec) << " " << kept;
                    EXPECT_TRUE(kept == 16 || cut.value().size() % 32768 == 0) << kept;
                    EXPECT_LT(cut.value().size(), input.size());
                } else {
                    EXPECT_THAT(cut.failure().what,
                                StartsWith("The " + std::string(codec_name(codec)) + " data "));
                }
            }
        }
    }
}

// Damage must end in the old bytes (an unused header field), other bytes or a sentence; under the
// sanitizers this is also the proof that no codec reads or writes outside its buffers.
TEST(Compression, SurvivesDamageAtEveryPosition) {
    const std::size_t limit = 100000;
    for (const CompressionCodec codec : kPacking) {
        const Bytes packed = compress(codec, prose(1500));
        std::size_t refused = 0;
        for (std::size_t at = 0; at < packed.size(); ++at) {
            for (const int flip : {0x01, 0x02, 0x08, 0x20, 0x80, 0xff}) {
                Bytes damaged = packed;
                damaged[at] = static_cast<uint8_t>(damaged[at] ^ flip);
                const Outcome<Bytes> result = decompress(codec, damaged, limit);
                if (result.ok()) {
                    EXPECT_LE(result.value().size(), limit);
                } else {
                    EXPECT_GT(result.failure().what.size(), 20U);
                    ++refused;
                }
            }
        }
        EXPECT_GT(refused, packed.size()) << codec_name(codec);
    }
}

TEST(Compression, NoticesEveryFlippedBitWhereTheFormatHasAChecksum) {
    const Bytes input = prose(500);
    const Bytes packed = compress(CompressionCodec::kGzip, input);
    for (std::size_t at = 10; at < packed.size(); ++at) {  // After the header.
        Bytes damaged = packed;
        damaged[at] ^= 0x04;
        const Outcome<Bytes> result = decompress(CompressionCodec::kGzip, damaged, kPlenty);
        EXPECT_TRUE(!result.ok() || result.value() == input) << at;
    }
}

TEST(Compression, RefusesBytesAfterTheEnd) {
    for (const CompressionCodec codec : kPacking) {
        Bytes packed = compress(codec, prose(300));
        packed.insert(packed.end(), {'a', 'b', 'c', 'd', 'e'});
        EXPECT_FALSE(decompress(codec, packed, kPlenty).ok()) << codec_name(codec);
    }
}

TEST(Compression, ReadsStreamsThatWereJoined) {
    const Bytes first = prose(1000);
    const Bytes second = noise(500);
    Bytes both = first;
    both.insert(both.end(), second.begin(), second.end());
    for (const CompressionCodec codec :
         {CompressionCodec::kGzip, CompressionCodec::kSnappy, CompressionCodec::kZstd}) {
        Bytes joined = compress(codec, first);
        const Bytes more = compress(codec, second);
        joined.insert(joined.end(), more.begin(), more.end());
        EXPECT_EQ(decompress(codec, joined, kPlenty).value(), both) << codec_name(codec);
    }
}

TEST(Compression, ReadsSnappyWithoutFraming) {
    const Bytes raw = from_hex("0f381c000000066b65790a76616c756500");
    EXPECT_EQ(decompress(CompressionCodec::kSnappy, raw, kPlenty).value(), from_hex(kOneRecord));
}

// The attributes have room for eight codecs; a damaged batch may name one that does not exist.
TEST(Compression, RefusesACodecThatKafkaDoesNotHave) {
    for (const int id : {5, 6, 7}) {
        const auto codec = static_cast<CompressionCodec>(id);
        EXPECT_EQ(codec_name(codec), "unknown");
        EXPECT_EQ(decompress(codec, Bytes{1, 2, 3}, kPlenty).failure().what,
                  "The batch names compression codec " + std::to_string(id) +
                      ", and Kafka's codecs end at 4 (zstd)");
    }
}

TEST(Compression, SaysWhatIsWrong) {
    const auto why = [](CompressionCodec codec, std::string_view hex) {
        const Outcome<Bytes> result = decompress(codec, from_hex(hex), kPlenty);
        return result.ok() ? std::string("nothing") : result.failure().what;
    };
    EXPECT_EQ(why(CompressionCodec::kGzip, "1f8b08"),
              "The gzip data ends after 3 bytes, before its own end");
    EXPECT_THAT(why(CompressionCodec::kGzip, "00112233"), HasSubstr("incorrect header check"));
    EXPECT_EQ(why(CompressionCodec::kSnappy, "82534e41505059000000000100000000"),
              "The snappy data has a stream header at byte 0 for readers of version 0, and the "
              "lowest known is 1");
    EXPECT_EQ(why(CompressionCodec::kSnappy, "82534e41505059000000000100000001ffffffff"),
              "The snappy data ends inside the block at byte 16");
    EXPECT_EQ(why(CompressionCodec::kSnappy, "8080801000"),
              "The snappy data has a damaged block at byte 0");
    EXPECT_EQ(why(CompressionCodec::kLz4, "04224d1840408200000000"),
              "The lz4 data has blocks that depend on one another, which Kafka does not support");
    EXPECT_THAT(why(CompressionCodec::kLz4, "04224d186040830000000000"),
                HasSubstr("headerChecksum_invalid"));
    EXPECT_EQ(why(CompressionCodec::kLz4, "04224d1860408200000000ee"),
              "The lz4 data has 1 bytes after the end of its frame");
    EXPECT_THAT(why(CompressionCodec::kZstd, "00112233445566"), HasSubstr("is damaged after byte"));
    EXPECT_EQ(why(CompressionCodec::kZstd, "28b52ffd0058"),
              "The zstd data ends after 6 bytes, inside a frame");
}

TEST(CompressionDeathTest, StopsOnALevelThatIsNotAllowed) {
    EXPECT_DEATH(static_cast<void>(compress(CompressionCodec::kGzip, Bytes{1}, 10)),
                 "level_allowed");
}

}  // namespace
}  // namespace brokerlab
