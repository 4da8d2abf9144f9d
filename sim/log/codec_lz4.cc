// LZ4 in its frame format, with the frame that Kafka writes.
//
// Version 01, independent blocks of at most 64 KiB, no checksums but the header's, no content
// size; a block that does not shrink is stored as it is [Lz4BlockOutputStream]. The frame is
// written here, as the library's own writer takes other compressors at some levels than Kafka
// does; it is read by the library, which also verifies checksums where a frame has them. Frames
// that Kafka refuses (linked blocks, a dictionary) are refused.
#include <lz4.h>
#include <lz4frame.h>
#include <lz4hc.h>

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/log/codecs.h"

namespace brokerlab {

namespace {

constexpr std::size_t kMagicSize = 4;
/// Magic, flags, block size, and the header checksum: the second byte of xxHash32 over flags and
/// block size.
constexpr std::array<uint8_t, 7> kHeader = {0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82};
constexpr std::size_t kBlockSize = std::size_t{64} * 1024;
constexpr uint32_t kStoredBlock = 0x80000000U;
constexpr int kKafkasDefaultLevel = 9;

/// The frame format is little-endian, unlike everything of Kafka's own.
void put_le32(ByteWriter& out, uint32_t v) {
    out.be(__builtin_bswap32(v));
}

/// Compresses into `out` and returns the size. The default level means the fast compressor, all
/// others the high compressor [Lz4BlockOutputStream's constructor].
std::size_t compress_block(ByteSpan block, int level, Bytes& out) {
    const char* const from = as_text(block).data();
    char* const to = reinterpret_cast<char*>(out.data());
    const int size = static_cast<int>(block.size());
    const int room = static_cast<int>(out.size());
    const int written = level == kKafkasDefaultLevel ? LZ4_compress_default(from, to, size, room)
                                                     : LZ4_compress_HC(from, to, size, room, level);
    BL_CHECK(written > 0);
    return static_cast<std::size_t>(written);
}

/// What Kafka demands of the magic and the flags byte [Lz4BlockInputStream, its FLG].
std::optional<Failure> refused_frame(ByteSpan input) {
    if (input.size() < kHeader.size()) {
        return Failure{"ends inside the frame header"};
    }
    if (!std::equal(kHeader.begin(), kHeader.begin() + kMagicSize, input.begin())) {
        return Failure{"does not begin with the magic number of an LZ4 frame"};
    }
    const uint8_t flags = input[kMagicSize];
    if ((flags >> 6) != 1) {
        return Failure{fmt::format("has a frame of version {}, and only 1 is known", flags >> 6)};
    }
    if ((flags & 0x20) == 0) {
        return Failure{"has blocks that depend on one another, which Kafka does not support"};
    }
    if ((flags & 0x03) != 0) {
        return Failure{"has reserved flags set in its frame header"};
    }
    return std::nullopt;
}

/// Owns a decompression context.
struct Decompressor {
    Decompressor() {
        BL_CHECK(LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)) == 0);
    }
    ~Decompressor() { LZ4F_freeDecompressionContext(context); }
    Decompressor(const Decompressor&) = delete;
    Decompressor& operator=(const Decompressor&) = delete;

    LZ4F_dctx* context = nullptr;
};

}  // namespace

Bytes lz4_compress(ByteSpan input, int level) {
    ByteWriter out;
    out.bytes(kHeader);
    Bytes packed(static_cast<std::size_t>(
        LZ4_compressBound(static_cast<int>(std::min(input.size(), kBlockSize)))));
    for (std::size_t at = 0; at < input.size(); at += kBlockSize) {
        const ByteSpan block = input.subspan(at, std::min(kBlockSize, input.size() - at));
        const std::size_t size = compress_block(block, level, packed);
        const bool shrank = size < block.size();
        const ByteSpan content = shrank ? ByteSpan(packed).first(size) : block;
        put_le32(out, static_cast<uint32_t>(content.size()) | (shrank ? 0 : kStoredBlock));
        out.bytes(content);
    }
    put_le32(out, 0);  // A block of length 0 ends the frame.
    return out.take();
}

Outcome<Bytes> lz4_decompress(ByteSpan input, std::size_t max_size) {
    if (std::optional<Failure> failure = refused_frame(input)) {
        return *failure;
    }
    const Decompressor decompressor;
    BoundedOutput out(max_size);
    std::size_t at = 0;
    while (true) {
        const std::span<uint8_t> room = out.room();
        std::size_t produced = room.size();
        std::size_t consumed = input.size() - at;
        const std::size_t wanted = LZ4F_decompress(decompressor.context, room.data(), &produced,
                                                   input.data() + at, &consumed, nullptr);
        if (LZ4F_isError(wanted) != 0) {
            return Failure{
                fmt::format("is damaged after byte {}: {}", at, LZ4F_getErrorName(wanted))};
        }
        at += consumed;
        out.wrote(produced);
        if (out.exceeded()) {
            return larger_than_allowed(max_size);
        }
        if (wanted == 0) {
            break;
        }
        if (consumed == 0 && produced == 0) {
            return Failure{fmt::format("ends after {} bytes, inside the frame", input.size())};
        }
    }
    if (at != input.size()) {
        return Failure{fmt::format("has {} bytes after the end of its frame", input.size() - at)};
    }
    return out.take();
}

}  // namespace brokerlab
