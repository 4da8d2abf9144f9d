// Bytes as Kafka writes them, and a reader that no input can lead astray.
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/base/bytes.h"

namespace brokerlab {
namespace {

using testing::ElementsAre;

Bytes uvarint_bytes(uint64_t v) {
    ByteWriter out;
    out.uvarint(v);
    return out.take();
}
Bytes varint_bytes(int64_t v) {
    ByteWriter out;
    out.varint(v);
    return out.take();
}

TEST(Bytes, are_big_endian) {
    ByteWriter out;
    out.be(int16_t{-2});
    out.be(uint32_t{0x01020304});
    out.be(int64_t{1});
    EXPECT_THAT(out.written(), ElementsAre(0xff, 0xfe, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 1));
    ByteReader in(out.written());
    EXPECT_EQ(in.be<int16_t>(), -2);
    EXPECT_EQ(in.be<uint32_t>(), 0x01020304U);
    EXPECT_EQ(in.be<int64_t>(), 1);
    EXPECT_EQ(in.remaining(), 0U);
    EXPECT_TRUE(in.ok());
}

TEST(Bytes, are_patched_where_a_length_was_left_out) {
    ByteWriter out;
    out.be(int32_t{0});
    out.bytes(as_bytes("kafka"));
    out.patch_be(0, int32_t{5});
    EXPECT_THAT(out.take(), ElementsAre(0, 0, 0, 5, 'k', 'a', 'f', 'k', 'a'));
}

TEST(Varint, takes_few_bytes_for_small_numbers_of_either_sign) {
    EXPECT_THAT(varint_bytes(0), ElementsAre(0));
    EXPECT_THAT(varint_bytes(-1), ElementsAre(1));
    EXPECT_THAT(varint_bytes(1), ElementsAre(2));
    EXPECT_THAT(varint_bytes(-64), ElementsAre(0x7f));
    EXPECT_THAT(varint_bytes(64), ElementsAre(0x80, 0x01));
    EXPECT_THAT(uvarint_bytes(127), ElementsAre(0x7f));
    EXPECT_THAT(uvarint_bytes(300), ElementsAre(0xac, 0x02));
}

TEST(Varint, takes_five_bytes_for_32_bits_and_ten_for_64) {
    EXPECT_THAT(varint_bytes(std::numeric_limits<int32_t>::max()),
                ElementsAre(0xfe, 0xff, 0xff, 0xff, 0x0f));
    EXPECT_THAT(varint_bytes(std::numeric_limits<int32_t>::min()),
                ElementsAre(0xff, 0xff, 0xff, 0xff, 0x0f));
    EXPECT_THAT(varint_bytes(std::numeric_limits<int64_t>::min()),
                ElementsAre(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01));
}

TEST(Varint, of_up_to_32_bits_reads_back_at_the_edges) {
    for (const int32_t v : {std::numeric_limits<int32_t>::min(), -8193, -65, -64, -1, 0, 63, 64,
                            8191, 8192, std::numeric_limits<int32_t>::max()}) {
        const Bytes bytes = varint_bytes(v);
        ByteReader in(bytes);
        EXPECT_EQ(in.varint32(), v);
        EXPECT_TRUE(in.ok());
        EXPECT_EQ(in.remaining(), 0U);
    }
}

RC_GTEST_PROP(Varint, of_64_bits_reads_back_and_knows_its_size, (int64_t any, uint64_t mask_bits)) {
    const uint64_t unsigned_value = static_cast<uint64_t>(any) >> (mask_bits % 64);  // all lengths
    const auto signed_value = static_cast<int64_t>(any >> (mask_bits % 64));
    ByteWriter out;
    out.uvarint(unsigned_value);
    const std::size_t first = out.size();
    out.varint(signed_value);
    RC_ASSERT(first == uvarint_size(unsigned_value));
    RC_ASSERT(out.size() - first == varint_size(signed_value));
    ByteReader in(out.written());
    RC_ASSERT(in.uvarint() == unsigned_value);
    RC_ASSERT(in.varint() == signed_value);
    RC_ASSERT(in.ok());
    RC_ASSERT(in.remaining() == 0U);
    RC_ASSERT(unzigzag(zigzag(signed_value)) == signed_value);
}

TEST(Varint, that_never_ends_fails) {
    const Bytes endless(20, 0x80);
    ByteReader narrow(endless);
    EXPECT_EQ(narrow.uvarint32(), 0U);
    EXPECT_FALSE(narrow.ok());
    ByteReader wide(endless);
    EXPECT_EQ(wide.uvarint(), 0U);
    EXPECT_FALSE(wide.ok());
}

TEST(Varint, of_the_longest_form_is_read_and_one_byte_more_fails) {
    Bytes padded = {0x81, 0x80, 0x80, 0x80, 0x00};  // 1, in five bytes
    ByteReader five(padded);
    EXPECT_EQ(five.uvarint32(), 1U);
    EXPECT_TRUE(five.ok());
    padded = {0x81, 0x80, 0x80, 0x80, 0x80, 0x00};
    ByteReader six(padded);
    EXPECT_EQ(six.uvarint32(), 0U);
    EXPECT_FALSE(six.ok());
    ByteReader wide(padded);
    EXPECT_EQ(wide.uvarint(), 1U);
    EXPECT_TRUE(wide.ok());
}

TEST(Varint, drops_the_bits_that_its_last_byte_has_too_many) {  // As ByteUtils does.
    const Bytes narrow_bytes = {0x80, 0x80, 0x80, 0x80, 0x7f};
    ByteReader narrow(narrow_bytes);
    EXPECT_EQ(narrow.uvarint32(), 0xf0000000U);
    EXPECT_TRUE(narrow.ok());
    const Bytes wide_bytes = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f};
    ByteReader wide(wide_bytes);
    EXPECT_EQ(wide.uvarint(), uint64_t{1} << 63);
    EXPECT_TRUE(wide.ok());
}

TEST(ByteReader, that_failed_gives_nothing_any_more) {
    const Bytes bytes = {1, 2, 3, 4};
    ByteReader in(bytes);
    EXPECT_EQ(in.be<uint8_t>(), 1);
    EXPECT_EQ(in.be<int32_t>(), 0);  // Three bytes are left.
    EXPECT_FALSE(in.ok());
    EXPECT_EQ(in.be<uint8_t>(), 0);
    EXPECT_EQ(in.uvarint(), 0U);
    EXPECT_TRUE(in.bytes(1).empty());
    EXPECT_EQ(in.remaining(), 0U);
}

TEST(ByteReader, reads_up_to_its_very_end) {
    const Bytes bytes = {0, 7, 'a', 'b'};
    ByteReader in(bytes);
    EXPECT_EQ(in.be<int16_t>(), 7);
    EXPECT_EQ(as_text(in.bytes(2)), "ab");
    EXPECT_TRUE(in.bytes(0).empty());
    EXPECT_TRUE(in.ok());
    EXPECT_TRUE(in.bytes(1).empty());
    EXPECT_FALSE(in.ok());
}

TEST(ByteReader, refuses_a_length_that_would_wrap_around) {
    const Bytes bytes = {1, 2};
    ByteReader in(bytes);
    EXPECT_TRUE(in.bytes(std::numeric_limits<std::size_t>::max()).empty());
    EXPECT_FALSE(in.ok());
}

RC_GTEST_PROP(ByteReader, never_passes_the_end_of_any_input, (const Bytes& bytes)) {
    ByteReader in(bytes);
    for (int step = 0; step < 20; ++step) {
        const std::size_t before = in.position();
        const auto length = static_cast<std::size_t>(*rc::gen::inRange(0, 12));
        switch (*rc::gen::inRange(0, 5)) {
            case 0:
                (void)in.be<int64_t>();
                break;
            case 1:
                (void)in.be<uint8_t>();
                break;
            case 2:
                (void)in.uvarint();
                break;
            case 3:
                (void)in.varint32();
                break;
            default: {
                const ByteSpan span = in.bytes(length);
                RC_ASSERT(
                    (span.empty() || span.data() + span.size() <= bytes.data() + bytes.size()));
            }
        }
        RC_ASSERT(in.position() >= before);
        RC_ASSERT(in.position() + in.remaining() == bytes.size());
    }
}

}  // namespace
}  // namespace brokerlab
