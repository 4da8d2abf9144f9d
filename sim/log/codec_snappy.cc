// Snappy, in the framing of snappy-java's SnappyOutputStream.
//
// A 16-byte header (magic, version 1, lowest compatible version 1), then blocks of at most 32 KiB
// of input, each as its compressed length (int32, big-endian) and a raw Snappy block. The reader
// also takes what SnappyInputStream takes: raw Snappy without framing, and a second header between
// two blocks, as after joining two streams.
#include <snappy.h>

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "sim/log/codecs.h"

namespace brokerlab {

namespace {

constexpr std::array<uint8_t, 8> kMagic = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};
constexpr int32_t kVersion = 1;
constexpr std::size_t kBlockSize = std::size_t{32} * 1024;
/// The densest element of Snappy's format gives 64 bytes for 3: no block unpacks to more.
constexpr std::size_t kMostPerByte = 22;

bool starts_with_magic(ByteSpan bytes) {
    return bytes.size() >= kMagic.size() && std::equal(kMagic.begin(), kMagic.end(), bytes.begin());
}

/// Appends the content of one raw block, which `place` names in the sentence of a failure.
std::optional<Failure> append_block(ByteSpan block, std::size_t place, std::size_t max_size,
                                    Bytes& out) {
    const char* const from = as_text(block).data();
    std::size_t size = 0;
    if (!snappy::GetUncompressedLength(from, block.size(), &size)) {
        return Failure{
            fmt::format("has a block at byte {} that does not begin with its length", place)};
    }
    if (size > max_size - out.size()) {
        return larger_than_allowed(max_size);
    }
    const std::size_t begin = out.size();
    if (size <= block.size() * kMostPerByte) {
        out.resize(begin + size);
        if (snappy::RawUncompress(from, block.size(),
                                  reinterpret_cast<char*>(out.data() + begin))) {
            return std::nullopt;
        }
    }
    return Failure{fmt::format("has a damaged block at byte {}", place)};
}

std::optional<Failure> read_header(ByteReader& in) {
    const std::size_t place = in.position();
    in.bytes(kMagic.size());
    in.be<int32_t>();  // The writer's version: a reader goes by the lowest compatible one.
    const int32_t compatible = in.be<int32_t>();
    if (!in.ok()) {
        return Failure{fmt::format("ends inside the stream header at byte {}", place)};
    }
    if (compatible < kVersion) {
        return Failure{
            fmt::format("has a stream header at byte {} for readers of version {}, and "
                        "the lowest known is 1",
                        place, compatible)};
    }
    return std::nullopt;
}

}  // namespace

Bytes snappy_compress(ByteSpan input) {
    ByteWriter out;
    out.bytes(kMagic);
    out.be(kVersion);
    out.be(kVersion);
    Bytes block(snappy::MaxCompressedLength(std::min(input.size(), kBlockSize)));
    for (std::size_t at = 0; at < input.size(); at += kBlockSize) {
        const ByteSpan piece = input.subspan(at, std::min(kBlockSize, input.size() - at));
        std::size_t size = 0;
        snappy::RawCompress(as_text(piece).data(), piece.size(),
                            reinterpret_cast<char*>(block.data()), &size);
        out.be(static_cast<int32_t>(size));
        out.bytes(ByteSpan(block).first(size));
    }
    return out.take();
}

Outcome<Bytes> snappy_decompress(ByteSpan input, std::size_t max_size) {
    Bytes out;
    if (!starts_with_magic(input)) {
        if (std::optional<Failure> failure = append_block(input, 0, max_size, out)) {
            return *failure;
        }
        return out;
    }
    ByteReader in(input);
    while (in.remaining() > 0) {
        if (starts_with_magic(input.subspan(in.position()))) {
            if (std::optional<Failure> failure = read_header(in)) {
                return *failure;
            }
            continue;
        }
        const std::size_t place = in.position();
        const uint32_t size = in.be<uint32_t>();
        const ByteSpan block = in.bytes(size);
        if (!in.ok()) {
            return Failure{fmt::format("ends inside the block at byte {}", place)};
        }
        if (std::optional<Failure> failure = append_block(block, place, max_size, out)) {
            return *failure;
        }
    }
    return out;
}

}  // namespace brokerlab
