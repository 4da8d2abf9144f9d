// Every way a batch can be bad: each gets a sentence that says what is wrong, and nothing crashes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include <limits>
#include <string>

#include "sim/log/record.h"
#include "sim/log/record_batch.h"
#include "tests/unit/log/batch_bytes.h"
#include "tests/unit/log/log_fixture.h"

namespace brokerlab {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using brokerlab::testing::batch_of;
using brokerlab::testing::from_hex;
using brokerlab::testing::with_field;
using brokerlab::testing::with_records;
using brokerlab::testing::with_right_crc;
namespace field = brokerlab::testing::field;

constexpr int32_t kMinInt = std::numeric_limits<int32_t>::min();
constexpr int32_t kMaxInt = std::numeric_limits<int32_t>::max();

/// 80 bytes: a header of 61, records of 10 and 9.
Bytes good() {
    return batch_of({{"k", "v1"}, {std::nullopt, "v2", Timestamp(kBootTimestamp.value + 5)}}).bytes;
}

/// Why `bytes` are no batch, "" when they are one.
std::string refusal(ByteSpan bytes) {
    const Outcome<ByteSpan> batch = next_batch(bytes);
    return batch.ok() ? "" : batch.failure().what;
}

/// Why the records of `bytes`, which next_batch() must let through, are bad; "" when they are not.
std::string record_refusal(const Bytes& bytes) {
    const Outcome<ByteSpan> batch = next_batch(bytes);
    BL_CHECK(batch.ok());
    const Outcome<DecodedRecords> records = decode_records(*batch);
    return records.ok() ? "" : records.failure().what;
}

template <class T>
bool is_judged(const Outcome<T>& outcome) {
    return outcome.ok() || !outcome.failure().what.empty();
}

TEST(BadBatch, IsAnyThatIsCut) {
    const Bytes whole = good();
    ASSERT_EQ(refusal(whole), "");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const std::string why = refusal(ByteSpan(whole).first(size));
        EXPECT_THAT(why, HasSubstr(std::to_string(size))) << "cut after " << size << " bytes";
        EXPECT_THAT(why, size <= field::kMagic ? HasSubstr("too few for a batch header")
                                               : HasSubstr("the batch is 80 bytes long"));
    }
}

TEST(BadBatch, IsAnyWithABitFlippedThatTheCrcCovers) {
    const Bytes whole = good();
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            Bytes flipped = whole;
            flipped[at] = static_cast<uint8_t>(flipped[at] ^ (1U << static_cast<unsigned>(bit)));
            const std::string why = refusal(flipped);
            const bool offset = at < field::kBatchLength;
            const bool epoch = at >= field::kLeaderEpoch && at < field::kMagic;
            if (epoch || (offset && (flipped[0] & 0x80) == 0)) {
                EXPECT_EQ(why, "") << "a leader may stamp this: byte " << at << " bit " << bit;
            } else if (at >= field::kCrc && at < field::kAttributes) {
                EXPECT_THAT(why, HasSubstr("CRC")) << "byte " << at << " bit " << bit;
            } else {
                EXPECT_NE(why, "") << "byte " << at << " bit " << bit;
            }
            // A tool that looks past the CRC must survive what it finds.
            if (const Outcome<ByteSpan> unchecked = next_batch_unchecked(flipped); unchecked.ok()) {
                EXPECT_TRUE(is_judged(decode_records(*unchecked)));
            }
        }
    }
}

TEST(BadBatch, NamesBothCrcs) {
    EXPECT_THAT(refusal(with_field(good(), field::kCrc, uint32_t{17})),
                AllOf(HasSubstr("CRC"), HasSubstr(" 17"),
                      HasSubstr(std::to_string(compute_batch_crc(good())))));
    EXPECT_TRUE(next_batch_unchecked(with_field(good(), field::kCrc, uint32_t{17})).ok());
}

TEST(BadBatch, IsOneOfAnOldFormat) {
    for (const int8_t magic : {int8_t{0}, int8_t{1}}) {
        EXPECT_THAT(refusal(with_field(good(), field::kMagic, magic)),
                    AllOf(HasSubstr("magic " + std::to_string(magic)), HasSubstr("old")));
    }
    // A whole message of magic 1 is shorter than a v2 header: offset, size, CRC, magic, attributes,
    // timestamp, no key, value "v".
    const Bytes message = from_hex(
        "0000000000000000"
        "00000017"
        "a1b2c3d4"
        "0100"
        "0000018bcfe56800"
        "ffffffff"
        "0000000176");
    EXPECT_THAT(refusal(message), AllOf(HasSubstr("magic 1"), HasSubstr("old")));
}

TEST(BadBatch, IsOneOfAnUnknownFormat) {
    for (const int8_t magic : {int8_t{3}, int8_t{127}, int8_t{-1}, int8_t{-128}}) {
        EXPECT_THAT(refusal(with_field(good(), field::kMagic, magic)),
                    AllOf(HasSubstr("magic " + std::to_string(magic)), HasSubstr("expected 2")));
    }
}

TEST(BadBatch, IsOneWhoseLengthCantBe) {
    for (const int32_t length : {kMinInt, -1, 0, 1, 48}) {
        EXPECT_THAT(
            refusal(with_field(good(), field::kBatchLength, length)),
            AllOf(HasSubstr("length " + std::to_string(length)), HasSubstr("smaller than")));
    }
    for (const int32_t length : {69, 1'000'000, kMaxInt}) {
        EXPECT_THAT(
            refusal(with_field(good(), field::kBatchLength, length)),
            AllOf(HasSubstr(std::to_string(int64_t{length} + 12)), HasSubstr("only 80 are left")));
    }
    // A length that ends the batch too early moves the end of what the CRC covers.
    EXPECT_THAT(refusal(with_field(good(), field::kBatchLength, int32_t{67})), HasSubstr("CRC"));
}

TEST(BadBatch, IsOneWhoseOffsetsOrCountsCantBe) {
    for (const int32_t delta : {kMinInt, -1}) {
        EXPECT_THAT(refusal(with_right_crc(with_field(good(), field::kLastOffsetDelta, delta))),
                    HasSubstr("last offset delta " + std::to_string(delta)));
    }
    for (const int32_t count : {kMinInt, -1}) {
        EXPECT_THAT(refusal(with_right_crc(with_field(good(), field::kCount, count))),
                    HasSubstr(std::to_string(count) + " records"));
    }
    for (const int64_t base :
         {int64_t{-1}, std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()}) {
        EXPECT_THAT(refusal(with_field(good(), field::kBaseOffset, base)),
                    HasSubstr("base offset " + std::to_string(base)));
    }
}

TEST(BadBatch, IsOneOfACodecThatKafkaDoesNotKnow) {
    for (const int16_t codec : {int16_t{5}, int16_t{6}, int16_t{7}}) {
        EXPECT_THAT(refusal(with_right_crc(with_field(good(), field::kAttributes, codec))),
                    AllOf(HasSubstr("codec " + std::to_string(codec)), HasSubstr("unknown")));
    }
}

// -------------------------------------------------------------- lies under a right CRC

TEST(BadRecords, AreThoseThatDoNotFillTheirSection) {
    EXPECT_EQ(record_refusal(good()), "");
    // One byte off the end, the whole second record off, nothing left.
    for (const char* records : {"12000000026b0476310010000a0201047632", "12000000026b04763100"}) {
        EXPECT_THAT(record_refusal(with_records(good(), from_hex(records))),
                    AllOf(HasSubstr("record 2 of 2"), HasSubstr("byte 10")));
    }
    EXPECT_THAT(record_refusal(with_records(good(), {})), HasSubstr("record 1 of 2"));
    EXPECT_THAT(
        record_refusal(with_records(good(), from_hex("12000000026b0476310010000a02010476320000"))),
        HasSubstr("left over"));
}

TEST(BadRecords, AreMoreOrFewerThanTheHeaderCounts) {
    for (const int32_t count : {0, 1}) {
        EXPECT_THAT(record_refusal(with_right_crc(with_field(good(), field::kCount, count))),
                    HasSubstr("left over"));
    }
    // A huge count must not make anyone reserve memory for it.
    for (const int32_t count : {3, kMaxInt}) {
        EXPECT_THAT(record_refusal(with_right_crc(with_field(good(), field::kCount, count))),
                    HasSubstr("record 3 of " + std::to_string(count)));
    }
}

TEST(BadRecords, AreThoseWithALengthThatCantBe) {
    const std::string second = "10000a020104763200";
    for (const char* first : {
             "11000000026b04763100",    // the record: -9 bytes
             "00000000026b04763100",    // 0 bytes
             "14000000026b04763100",    // one byte more than it has
             "feffffff0f0000026b0476",  // 2^31 - 1 bytes
             "12000000036b04763100",    // the key: -2 bytes
             "120000007e6b04763100",    // more than the record has
             "12000000026b03763100",    // the value: -2 bytes
             "12000000026b7e763100",    // more than the record has
             "12000000026b04763101",    // -1 headers
             "12000000026b0476317e",    // 63 headers in no bytes
             "16000000026b04763102"
             "0101",  // a header key of -1 bytes
         }) {
        EXPECT_THAT(record_refusal(with_records(good(), from_hex(first + second))),
                    HasSubstr("record 1 of 2"))
            << first;
    }
}

TEST(BadRecords, AreThoseWhoseOffsetsDoNotRise) {
    const std::string first = "12000000026b04763100";
    const auto second_at = [&](const std::string& delta) {
        return record_refusal(
            with_records(good(), from_hex(first + "10000a" + delta + "0104763200")));
    };
    EXPECT_EQ(second_at("02"), "");
    EXPECT_THAT(second_at("00"), HasSubstr("record 2 of 2")) << "the same offset again";
    EXPECT_THAT(second_at("01"), HasSubstr("record 2 of 2")) << "an offset below the batch's base";
    EXPECT_THAT(second_at("04"), HasSubstr("record 2 of 2")) << "beyond the batch's last offset";
}

TEST(BadRecords, AreCompressedOnesThatDoNotUnpack) {
    for (const int16_t codec : {int16_t{1}, int16_t{2}, int16_t{3}, int16_t{4}}) {
        const std::string name(codec_name(static_cast<CompressionCodec>(codec)));
        const Bytes lie = with_right_crc(with_field(good(), field::kAttributes, codec));
        EXPECT_THAT(record_refusal(lie), HasSubstr(name));

        // What unpacks well but holds garbage is told like garbage that was never packed.
        const Bytes packed = compress(static_cast<CompressionCodec>(codec), from_hex("ff00ff"));
        EXPECT_THAT(record_refusal(with_records(lie, packed)), HasSubstr("record 1 of 2")) << name;
    }
}

TEST(BadRecords, AreABombThatInflatesWithoutEnd) {
    // A zstd frame of run-length blocks: four bytes each stand for 128 KiB of zeros.
    Bytes frame = from_hex("28b52ffd0038");
    const std::size_t blocks = kMaxInflatedBytes / (128 << 10) + 1;
    for (std::size_t i = 0; i < blocks; ++i) {
        const uint32_t header = (128U << 10U << 3U) | 0x2U | (i + 1 == blocks ? 1U : 0U);
        for (const uint32_t shift : {0U, 8U, 16U}) {
            frame.push_back(static_cast<uint8_t>(header >> shift));
        }
        frame.push_back(0);
    }
    const Bytes bomb = with_records(with_field(good(), field::kAttributes, int16_t{4}), frame);
    ASSERT_LT(bomb.size(), 10'000U);
    EXPECT_THAT(record_refusal(bomb),
                AllOf(HasSubstr("zstd"), HasSubstr(std::to_string(kMaxInflatedBytes))));
}

// ------------------------------------------------------------------------------ several batches

TEST(SplittingBatches, TakesThemOneAfterTheOther) {
    Bytes buffer = good();
    const BatchBytes longer = batch_of({{"a", std::string(300, 'z')}});
    buffer.insert(buffer.end(), longer.bytes.begin(), longer.bytes.end());

    const Outcome<ByteSpan> first = next_batch(buffer);
    ASSERT_TRUE(first.ok());
    EXPECT_EQ(Bytes(first->begin(), first->end()), good());

    const Outcome<Records> both = split_batches(buffer);
    ASSERT_TRUE(both.ok());
    ASSERT_EQ(both->batches.size(), 2U);
    EXPECT_EQ(both->batches[0]->bytes, good());
    EXPECT_EQ(both->batches[1]->bytes, longer.bytes);
    EXPECT_EQ(both->size_in_bytes(), buffer.size());

    EXPECT_TRUE(split_batches({}).ok()) << "no records are no batches";
    EXPECT_TRUE(split_batches({})->batches.empty());
}

TEST(SplittingBatches, SaysWhereTheFirstBadOneBegins) {
    Bytes buffer = good();
    const Bytes bad = with_field(good(), field::kMagic, int8_t{9});
    buffer.insert(buffer.end(), bad.begin(), bad.end());
    const Outcome<Records> split = split_batches(buffer);
    ASSERT_FALSE(split.ok());
    EXPECT_THAT(split.failure().what, AllOf(StartsWith("at byte 80"), HasSubstr("magic 9")));
}

TEST(AnyBytes, AreJudgedWithoutACrash) {
    EXPECT_TRUE(rc::check("noise", [](const Bytes& noise) {
        RC_ASSERT(is_judged(next_batch_unchecked(noise)));
        RC_ASSERT(split_batches(noise).ok() == noise.empty());
    }));
    EXPECT_TRUE(rc::check("a batch with some bytes replaced, its CRC mended", [] {
        Bytes bytes = good();
        const auto damage = *rc::gen::container<std::vector<std::pair<uint8_t, uint8_t>>>(
            rc::gen::pair(rc::gen::inRange<uint8_t>(21, 80), rc::gen::arbitrary<uint8_t>()));
        for (const auto& [at, value] : damage) {
            bytes[at] = value;
        }
        bytes = with_right_crc(std::move(bytes));
        if (const Outcome<ByteSpan> batch = next_batch(bytes); batch.ok()) {
            RC_ASSERT(is_judged(decode_records(*batch)));
        }
    }));
}

}  // namespace
}  // namespace brokerlab
